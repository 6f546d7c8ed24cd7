"""Who gets in: OAuth2 clients, people, standing tokens; scopes and throttles."""

from __future__ import annotations

import base64
import json
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from mdm import access
from mdm.api.common import auth, throttle
from mdm.models import Actor, PersonalToken
from tests.mdm.api.conftest import Api, caller

pytestmark = pytest.mark.django_db


def issue(client_id: str, secret: str, **more: str) -> Any:
    """What the token endpoint answers."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    body = {"grant_type": "client_credentials", **more}
    return Client().post("/oauth/token", body, headers={"Authorization": f"Basic {basic}"})


@pytest.fixture
def credentials() -> tuple[Actor, str, str]:
    actor = Actor.objects.create(kind=Actor.Kind.CLIENT, name="shop", scopes="read write")
    return actor, *actor.issue_credentials()


def test_client_credentials_give_a_token_with_the_scopes_asked_for(credentials: tuple[Actor, str, str]) -> None:
    _, client_id, secret = credentials
    told = issue(client_id, secret, scope="read").json()
    assert (told["token_type"], told["scope"], told["expires_in"]) == ("Bearer", "read", 3600)
    api = Api(told["access_token"], credentials[0])
    assert api.get("customers").status_code == 200
    assert api.get("rule-sets").status_code == 403
    assert "refresh_token" not in told


def test_neither_tokens_nor_secrets_are_stored(credentials: tuple[Actor, str, str]) -> None:
    _, client_id, secret = credentials
    token = issue(client_id, secret).json()["access_token"]
    row = AccessToken.objects.get()
    assert (row.token, row.scope) == ("", "read write")
    assert token not in str(vars(row))
    assert Application.objects.get().client_secret.startswith("md5$")  # the hasher of tests


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"scope": "admin"}, 400, "invalid_scope"),
        ({"scope": "read everything"}, 400, "invalid_scope"),
        ({"grant_type": "password", "username": "a", "password": "b"}, 400, "unauthorized_client"),
        ({"grant_type": "nonsense"}, 400, "unsupported_grant_type"),
    ],
)
def test_what_the_token_endpoint_refuses(
    credentials: tuple[Actor, str, str], given: dict[str, str], status: int, error: str
) -> None:
    User.objects.create_user("a", password="b")
    answer = issue(*credentials[1:], **given)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not AccessToken.objects.exists()


def test_a_wrong_secret_gets_nothing_and_guessing_is_slow(credentials: tuple[Actor, str, str]) -> None:
    answers = [issue(credentials[1], "guess").status_code for _ in range(62)]
    assert set(answers) == {401, 429} and answers[-1] == 429
    assert not AccessToken.objects.exists()


def test_an_application_without_an_actor_gets_no_scope() -> None:
    row = Application(client_type="confidential", authorization_grant_type="client-credentials", client_secret="s")
    row.save()
    answer = issue(row.client_id, "s")
    token = answer.json().get("access_token", "none")
    assert Client().get("/api/v1/status", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_revoked_token_ends(credentials: tuple[Actor, str, str]) -> None:
    actor, client_id, secret = credentials
    token = issue(client_id, secret).json()["access_token"]
    api = Api(token, actor)
    assert api.get("status").status_code == 200
    Client().post("/oauth/revoke", {"token": token, "client_id": client_id, "client_secret": secret})
    assert api.get("status").status_code == 401


def test_an_expired_token_ends(credentials: tuple[Actor, str, str]) -> None:
    actor, client_id, secret = credentials
    token = issue(client_id, secret).json()["access_token"]
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert Api(token, actor).get("status").status_code == 401


def test_a_scope_taken_away_ends_as_soon_as_the_caller_is_read_again(credentials: tuple[Actor, str, str]) -> None:
    actor, client_id, secret = credentials
    api = Api(issue(client_id, secret).json()["access_token"], actor)
    assert api.get("status").status_code == 200
    Actor.objects.filter(pk=actor.pk).update(scopes="write")
    assert api.get("status").status_code == 200, "within API_TOKEN_CACHE_SECONDS"
    auth.forget()
    assert api.get("status").status_code == 403


def test_a_known_caller_costs_no_query(credentials: tuple[Actor, str, str], django_assert_num_queries) -> None:
    actor, client_id, secret = credentials
    api = Api(issue(client_id, secret).json()["access_token"], actor)
    api.get("relations")
    with django_assert_num_queries(1):
        api.get("relations")


def person(*permissions: str) -> User:
    user = User.objects.create_user("ada", password="x")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions, content_type__app_label="mdm"))
    return user


def personal(user: User, scopes: str, days: float = 1) -> Api:
    actor = access.of_user(user)
    ends = timezone.now() + timedelta(days=days)
    return Api(PersonalToken.issue(actor, name="report", scopes=scopes, expires_at=ends)[1], actor)


def test_a_persons_token_reaches_as_far_as_the_person_does() -> None:
    api = personal(person("view_customer"), "read steward admin")
    assert api.get("status").status_code == 200
    assert api.get("rule-sets").status_code == 403


def test_a_persons_token_ends_with_the_account_and_by_itself() -> None:
    user = person("view_customer")
    assert personal(user, "read", days=-1).get("status").status_code == 401
    api = personal(user, "read")
    User.objects.update(is_active=False)
    assert api.get("status").status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer wrong", "bearer\tx", "Bearer é"])
def test_without_a_token_that_works_nobody_gets_in(header: str) -> None:
    answer = Client().get("/api/v1/customers", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"].split()[0]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.fixture
def within_one_minute(monkeypatch) -> None:
    """The clock of the throttle stands still: four calls over the turn of a minute are counted in two windows."""
    now = time.time()
    monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: now, monotonic=time.monotonic))


def test_a_caller_of_too_much_waits(settings, within_one_minute) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    api, other = caller(), caller()
    answers = [api.get("relations") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert other.get("relations").status_code == 200


def test_without_redis_the_api_goes_on_and_still_counts(settings, monkeypatch, within_one_minute) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    monkeypatch.setattr(throttle, "_client", lambda: redis.Redis(unix_socket_path="/nowhere/redis.sock"))
    monkeypatch.setattr(throttle, "_away_until", 0.0)
    throttle._own.clear()
    api = caller()
    assert [api.get("relations").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_description_is_for_those_who_are_known(client: Client) -> None:
    assert client.get("/api/v1/openapi.json").status_code == 401
    assert client.get("/api/v1/docs").status_code == 302
    assert "/api/v1/customers" in caller("read").read("openapi.json")["paths"]
    client.force_login(person())
    page = client.get("/api/v1/docs")
    assert page.status_code == 200 and b"swagger-ui-bundle" in page.content
    assert b"cdn" not in page.content and b"<style" not in page.content


def test_the_description_names_the_scopes() -> None:
    told = json.loads(caller("read").get("openapi.json").content)
    (scheme,) = told["components"]["securitySchemes"].values()
    assert scheme["flows"]["clientCredentials"]["scopes"].keys() == {"read", "write", "steward", "admin"}

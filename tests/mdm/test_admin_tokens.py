"""Tokens of people and secrets of subscribers: shown once, ended at once, by those who may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from connectors.models import Notice, Subscriber
from mdm.api.common import auth
from mdm.models import Actor, PersonalToken
from mdm.models.actors import digest

pytestmark = pytest.mark.django_db
LIST, ADD = "admin:mdm_personaltoken_changelist", "admin:mdm_personaltoken_add"
MINE = ("add_personaltoken", "change_personaltoken", "view_personaltoken")
GIVEN = {"name": "monthly report", "scopes": ["read"], "days": "30"}


def staff(name: str, *permissions: str) -> Client:
    user = get_user_model().objects.create_user(name, password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def issued(client: Client, **more: Any) -> str:
    answer = client.post(reverse(ADD), {**GIVEN, **more})
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    found = re.search(r'<code class="token">([^<]+)</code>', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def asks(token: str) -> int:
    auth.forget()
    return Client().get("/api/v1/status", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_shown_once_kept_as_a_digest_and_works_until_revoked() -> None:
    eve = staff("eve", *MINE, "view_customer")
    token = issued(eve)
    row = PersonalToken.objects.get()
    assert (row.actor.user.username, row.scopes, row.digest) == ("eve", "read", digest(token))  # type: ignore[union-attr]
    assert 29 <= (row.expires_at - row.created_at).days <= 30
    pages = [reverse(LIST), reverse("admin:mdm_personaltoken_change", args=[row.pk])]
    assert all(token not in eve.get(page).content.decode() for page in pages)
    assert asks(token) == 200
    done = eve.post(reverse(LIST), {"action": "revoke", "_selected_action": [row.pk]}, follow=True)
    assert "1 token revoked." in done.content.decode() and "revoked" in done.content.decode()
    assert asks(token) == 401
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")] == ["Added.", "Revoked."]
    assert PersonalToken.objects.filter(pk=row.pk, revoked_at__isnull=False).exists(), "the row stays"


def test_nobody_gives_a_token_what_they_may_not_do() -> None:
    eve = staff("eve", *MINE, "view_customer")
    scopes: list[list[str]] = [["read", "steward"], ["root"], []]
    for wrong in (*({"scopes": one} for one in scopes), {"days": "0"}, {"days": "999"}):
        answer = eve.post(reverse(ADD), {**GIVEN, **wrong})
        assert answer.status_code == 200 and "errorlist" in answer.content.decode(), wrong
    assert not PersonalToken.objects.exists()


def test_each_sees_their_own_and_who_manages_actors_all() -> None:
    token = issued(staff("eve", *MINE, "view_customer"))
    row = PersonalToken.objects.get()
    other, boss = staff("bob", *MINE), staff("boss", *MINE, "change_actor")
    assert "monthly report" not in other.get(reverse(LIST)).content.decode()
    other.post(reverse(LIST), {"action": "revoke", "_selected_action": [row.pk]})
    assert asks(token) == 200, "what is not theirs to see is not theirs to end"
    boss.post(reverse(LIST), {"action": "revoke", "_selected_action": [row.pk]})
    assert asks(token) == 401


def test_without_the_right_there_is_no_token() -> None:
    looker = staff("ann", "view_personaltoken", "view_customer")
    assert looker.get(reverse(ADD)).status_code == looker.post(reverse(ADD), GIVEN).status_code == 403
    assert not PersonalToken.objects.exists()


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    return client


def subscribed(boss: Client, **more: Any) -> str:
    shop = Actor.objects.get_or_create(kind=Actor.Kind.CLIENT, name="shop")[0]
    given = {"client": shop.pk, "name": "Shop", "url": "https://93.184.216.34/notices", "types": ["customer.changed"]}
    return boss.post(reverse("admin:connectors_subscriber_add"), {**given, **more}).content.decode()


def test_a_subscriber_is_made_edited_and_given_a_new_secret(boss: Client) -> None:
    shown = subscribed(boss)
    row = Subscriber.objects.get()
    first = row.secret["secret"]
    assert first in shown and row.types == ["customer.changed"]
    change = reverse("admin:connectors_subscriber_change", args=[row.pk])
    listed = reverse("admin:connectors_subscriber_changelist")
    assert first not in boss.get(change).content.decode() + boss.get(listed).content.decode()
    edited = {"name": "Shop 2", "url": "https://93.184.216.34/other", "types": ["product.changed", "product.merged"]}
    assert boss.post(change, edited).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.enabled, row.types, row.secret["secret"]) == ("Shop 2", False, edited["types"], first)
    fresh = boss.post(listed, {"action": "issue_secret", "_selected_action": [row.pk]}).content.decode()
    row.refresh_from_db()
    assert row.secret["secret"] in fresh and first not in fresh
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")][-1] == "Issued a new secret."
    assert "Issued a new secret." in boss.get(f"{change.removesuffix('change/')}history/").content.decode()


def test_one_that_failed_is_turned_on_again(boss: Client) -> None:
    subscribed(boss)
    Subscriber.objects.update(enabled=False, trouble="It answered 500 for two days.")
    row = Subscriber.objects.get()
    Notice.objects.create(subscriber=row, seq=1, body={}, not_before=row.created_at, state="dead")
    change = reverse("admin:connectors_subscriber_change", args=[row.pk])
    assert "It answered 500" in boss.get(change).content.decode()
    boss.post(change, {"name": row.name, "url": row.url, "types": row.types, "enabled": "on"})
    row.refresh_from_db()
    assert (row.enabled, row.trouble, row.failing_since) == (True, "", None)


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "http://93.184.216.34/", "https://10.0.0.8/x", "ftp://example.com/"])
def test_an_address_the_hub_may_not_call_is_refused(boss: Client, url: str) -> None:
    assert "errorlist" in subscribed(boss, url=url)
    assert not Subscriber.objects.exists()

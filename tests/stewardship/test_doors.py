"""Every address of the hub: who is not signed in is sent to the login or gets a 401."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize

from mdm.signin import People

pytestmark = pytest.mark.django_db

SAMPLES = {"uid": str(UUID(int=7)), "app_label": "mdm", "verb": "accept", "code": "crm"}
# Open on purpose: probes, signing in and out, and where systems knock with a signature of their own.
OPEN = {"healthz", "readyz", "login", "logout", "admin:login", "admin:logout", "connectors:webhook"}
OPEN |= {"oauth:token", "oauth:revoke"}  # clients sign in with a secret there


def walk(patterns: list[URLPattern | URLResolver], path: str = "/", spaces: str = "") -> Iterator[tuple[str, str]]:
    """Name and a sample path of every view."""
    for pattern in patterns:
        (template, params), *_ = normalize(pattern.pattern.regex.pattern)
        here = path + template % {name: SAMPLES.get(name, "1") for name in params}
        if isinstance(pattern, URLResolver):
            yield from walk(
                pattern.url_patterns, here, f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            )
        else:
            yield f"{spaces}{pattern.name or ''}", here


ADDRESSES = sorted(set(walk(get_resolver().url_patterns)))


def test_the_walk_finds_every_kind_of_page() -> None:
    names = {name for name, _ in ADDRESSES}
    assert names >= OPEN
    assert {
        "stewardship:customers",
        "stewardship:customer",
        "admin:index",
        "admin:mdm_case_decide",
        "admin:mdm_ruleset_publish",
        "admin:mdm_connection_check",
        "admin:connectors_delivery_changelist",
        "api:customers",
        "api:traffic",
    } <= names
    for name, path in ADDRESSES:
        assert name.endswith(":") or resolve(path).view_name == name, path


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "path"), [address for address in ADDRESSES if address[0] not in OPEN])
def test_a_stranger_sees_nothing(client: Client, name: str, path: str, method: str) -> None:
    response = getattr(client, method)(path)
    if response.status_code == 302:
        assert "/login/" in response.headers["Location"], (path, response.headers["Location"])
    else:
        # the root of the API is no page: it is not there for anybody
        assert response.status_code in (401, 404 if name == "api:api-root" else 405, 405), (path, response.status_code)


def test_a_signed_in_person_without_the_right_sees_no_admin(client: Client, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_user("eve", password="x"))
    assert client.get("/").status_code == 200
    for name, path in ADDRESSES:
        if name.startswith("admin:") and name not in OPEN:
            assert client.get(path).status_code == 302, path


def test_a_person_may_do_what_they_and_their_groups_may(client: Client, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("mia", password="x")
    user.groups.set(Group.objects.filter(name__in=["Stewards", "Auditors"]))
    user.user_permissions.set(Permission.objects.filter(codename__in=["delete_case", "view_case"]))
    found = People().get_all_permissions(django_user_model.objects.get(pk=user.pk))
    assert found == ModelBackend().get_all_permissions(user) >= {"mdm.delete_case", "mdm.change_case"}
    client.force_login(user)
    assert client.get("/review/").status_code == 200
    django_user_model.objects.update(is_active=False)
    assert "/login/" in client.get("/review/").headers["Location"], "a closed account is signed out at once"
    assert People().get_all_permissions(django_user_model.objects.get(pk=user.pk)) == set()

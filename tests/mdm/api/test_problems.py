"""Whatever goes wrong, the answer is a problem that says what to do."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from mdm.selectors import golden
from tests.mdm.api.conftest import Api

pytestmark = pytest.mark.django_db


def told(answer: Any) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    found: dict[str, Any] = json.loads(answer.content)
    assert found["status"] == answer.status_code and found["title"] and found["detail"].endswith(".")
    return found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "customers/", 404),
        ("GET", f"customers/{uuid4()}", 404),
        ("GET", "customers/none", 422),
        ("GET", "source-records/0", 422),
        ("GET", "source-records/9999999999999999999999", 422),
        ("GET", "customers?limit=0", 422),
        ("GET", "customers?limit=x", 422),
        ("GET", "customers?status=dead", 422),
        ("GET", "customers?updated_since=yesterday", 422),
        ("GET", "search?q=", 422),
        ("GET", "search?q=a%00b", 422),
        ("DELETE", "customers", 405),
        ("TRACE", "customers", 405),
        ("POST", f"customers/{uuid4()}", 405),
    ],
)
def test_addresses_methods_and_parameters(api: Api, method: str, path: str, status: int) -> None:
    answer = api.call(method, path)
    assert answer.status_code == status, answer.content
    told(answer)
    assert status != 405 or answer.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 422),
        (b"[1, 2]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"version": NaN}', "application/json", 400),
        (b'{"version": 1, "more": 1}', "application/json", 422),
        (b'{"version": "\\u0000"}', "application/json", 422),
        (b'{"version": "\\ud800"}', "application/json", 400),
        (b'{"version": ' + b"9" * 400 + b"}", "application/json", 422),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"version=1", "application/x-www-form-urlencoded", 415),
        (b'{"version": 1}', "application/json; charset=utf-16", 415),
        (b'{"version": 1}', "application/json", 404),
    ],
)
def test_bodies(api: Api, body: bytes, kind: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = Client().generic("POST", "/api/v1/proposals/77/accept", body, content_type=kind, headers=headers)
    assert answer.status_code == status, answer.content
    told(answer)


def test_a_large_body_is_refused_unread(api: Api, settings) -> None:
    settings.API_MAX_BYTES = 100
    assert told(api.post("proposals/7/accept", {"version": 1, "x": "y" * 100}))["status"] == 413


def test_a_failure_tells_nothing_of_itself(api: Api, monkeypatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(golden, "counts", broken)
    answer = api.get("status")
    assert told(answer)["status"] == 500 and b"hunter2" not in answer.content


def test_errors_are_named_part_by_part(api: Api) -> None:
    errors = told(api.get("customers?limit=0&status=dead"))["errors"]
    assert {one["where"].split(".")[-1] for one in errors} == {"limit", "status"}

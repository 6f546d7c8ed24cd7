"""Webhooks: verified, stored once, answered fast; nothing untrusted is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from connectors.models import InboundKey, InboundMessage
from mdm.models import Connection
from tests.connectors.fake import System, fakes

__all__ = ["fakes"]
pytestmark = pytest.mark.django_db
GOOD = json.dumps({"event": "e-1", "changed": [{"type": "Account", "id": "7"}]}).encode()
SIGNED = {"x-signature": "genuine"}


@pytest.fixture(autouse=True)
def systems(fakes: dict[str, System]) -> dict[str, System]:
    return fakes


def url(code: str) -> str:
    return reverse("connectors:webhook", args=[code])


def post(body: bytes = GOOD, headers: dict[str, str] = SIGNED, code: str = "crm") -> Any:
    return Client().post(url(code), data=body, content_type="application/json", headers=headers)


def test_a_genuine_one_is_stored_to_be_read() -> None:
    answer = post()
    assert (answer.status_code, answer.json()) == (200, {"stored": True})
    message = InboundMessage.objects.get()
    assert (message.object_type, message.external_id, message.fetch, message.body) == ("Account", "7", True, {})
    assert message.correlation_id == answer.headers["X-Correlation-Id"]


def test_the_same_once_more_is_answered_and_forgotten() -> None:
    post()
    answer = post()
    assert (answer.status_code, answer.json()) == (200, {"stored": False})
    assert (InboundMessage.objects.count(), InboundKey.objects.count()) == (1, 1)


LARGE = b"[" + b"1," * settings.WEBHOOK_MAX_BYTES + b"1]"


@pytest.mark.parametrize(
    ("status", "sentence", "asked"),
    [
        (401, "The signature does not fit the body.", {"headers": {"x-signature": "forged"}}),
        (401, "The signature does not fit the body.", {"headers": {}}),
        (400, "The body is no list of changes.", {"body": b"{not json"}),
        (400, "The body is no list of changes.", {"body": b"\xff\xfe\x00"}),
        (400, "The body is no list of changes.", {"body": b""}),
        (400, "The body is no list of changes.", {"body": b'{"changed": [{"type": "Account"}], "event": "e"}'}),
        (413, f"The body is larger than {settings.WEBHOOK_MAX_BYTES} bytes.", {"body": LARGE}),
        (413, f"The body is larger than {settings.WEBHOOK_MAX_BYTES} bytes.", {"body": LARGE, "headers": {}}),
        (404, "There is no such connection.", {"code": "nobody"}),
        (404, "There is no such connection.", {"code": "off"}),
        (404, "This connection takes no webhooks.", {"code": "bare"}),
    ],
)
def test_what_is_not_to_be_trusted_is_refused_and_not_stored(status: int, sentence: str, asked: dict[str, Any]) -> None:
    Connection.objects.create(code="off", name="Off", kind="fake", role="crm", enabled=False)
    Connection.objects.create(code="bare", name="Bare", kind="fake", role="crm")  # nobody gave it an access
    answer = post(**asked)
    assert (answer.status_code, answer.json()) == (status, {"error": sentence})
    assert not InboundMessage.objects.exists()
    assert not InboundKey.objects.exists()


def test_a_body_that_is_larger_than_it_says_is_refused() -> None:
    request = RequestFactory().generic("POST", url("crm"), LARGE, content_type="application/json", headers=SIGNED)
    request.META["CONTENT_LENGTH"] = "10"
    request._stream = request.META["wsgi.input"]
    view = resolve(url("crm")).func
    answer = view(request, code="crm")
    assert answer.status_code in (400, 413)
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("length", ["abc", "-5", "1e9", "٣"])
def test_a_length_that_is_no_number_is_malformed(length: str) -> None:
    request = RequestFactory().generic("POST", url("crm"), GOOD, content_type="application/json", headers=SIGNED)
    request.META["CONTENT_LENGTH"] = length
    answer = resolve(url("crm")).func(request, code="crm")
    assert answer.status_code == 400
    assert "Content-Length" in json.loads(answer.content)["error"]
    assert not InboundMessage.objects.exists()


def test_only_post_is_answered() -> None:
    assert Client().get(url("crm")).status_code == 405


def test_a_forged_one_is_refused_even_by_a_client_that_checks_csrf() -> None:
    answer = Client(enforce_csrf_checks=True).post(
        url("crm"), data=GOOD, content_type="application/json", headers=SIGNED
    )
    assert answer.status_code == 200  # signed, so no CSRF token is asked for


def test_texts_no_database_can_hold_do_not_break_it() -> None:
    body = json.dumps({"event": "e\x00" + "x" * 500, "changed": [{"type": "Account", "id": "7"}]}).encode()
    answer = post(body)
    assert answer.status_code in (200, 400)

"""Signed webhooks to subscribers: what they are told, when it is tried again, and where we never call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from connectors import callout, notices
from connectors.errors import Misconfigured, Retriable
from connectors.models import Notice, Subscriber
from mdm.models import Actor, Customer
from mdm.pipeline import process
from tests import factories
from tests.mdm.api.conftest import Api, caller, calm

__all__ = ["calm"]
pytestmark = pytest.mark.django_db


class Ear(HTTPServer):
    """A subscriber that keeps what it hears and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/notices"

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]


class _Handler(BaseHTTPRequestHandler):
    server: Ear

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def ear(settings: Any) -> Iterator[Ear]:
    settings.NOTICES_TO_PRIVATE = True
    server = Ear()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def admin(db: None) -> Api:
    factories.connections()
    return caller("read admin")


def subscribe(api: Api, ear: Ear, **more: Any) -> tuple[Subscriber, str]:
    answer = api.post("subscribers", {"name": "shop", "url": ear.url, **more})
    assert answer.status_code == 201, answer.content
    told = json.loads(answer.content)
    return Subscriber.objects.get(pk=told["id"]), told["secret"]


def firm(external_id: str, **values: Any) -> Customer:
    process.changes([factories.organisation("erp", external_id, tax_ids__VAT=None, addresses__bill_to=None, **values)])
    return Customer.objects.select_related("golden").get(golden__records__external_id=external_id)


def work() -> None:
    """What the workers do until nothing is due."""
    while notices.fan_out():
        pass
    for pk in notices.due():
        while notices.send(pk):
            pass


def test_a_change_is_told_signed(admin: Api, ear: Ear) -> None:
    _, secret = subscribe(admin, ear)
    row = firm("1")
    work()
    ((headers, body),) = ear.heard
    told = json.loads(body)
    assert (told["type"], told["data"]["id"]) == ("customer.changed", str(row.golden.uid))
    assert told["data"]["seq"] > 0 and told["timestamp"]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    work()
    assert len(ear.heard) == 1


def test_the_signature_of_the_standards_own_example() -> None:
    """The example of the Standard Webhooks specification's reference libraries."""
    secret, uid = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    signed = notices.signature(secret, uid, 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_what_was_asked_for_and_only_from_then_on(admin: Api, ear: Ear) -> None:
    firm("1")
    subscribe(admin, ear, types=["customer.merged"])
    subscribe(admin, ear, types=["customer.changed"])
    row = firm("2")
    work()
    assert [one["data"]["id"] for one in ear.told()] == [str(row.golden.uid)]


def test_a_subscriber_of_one_region_is_told_of_that_region(admin: Api, ear: Ear) -> None:
    south = caller("read admin", region="south")
    subscribe(south, ear)
    firm("1", region="north")
    row = firm("2", region="south")
    work()
    assert [one["data"]["id"] for one in ear.told()] == [str(row.golden.uid)]
    mine = south.read("subscribers")["items"]
    assert len(mine) == 1 and len(admin.read("subscribers")["items"]) == 1
    assert caller("read admin", region="north").get(f"subscribers/{mine[0]['id']}").status_code == 404


def test_what_is_not_taken_is_tried_again_with_the_same_id(admin: Api, ear: Ear) -> None:
    row, _ = subscribe(admin, ear)
    firm("1")
    ear.status = 500
    work()
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.status) == ("waiting", 1, 500)
    assert 3 < (notice.not_before - timezone.now()).total_seconds() <= 5
    row.refresh_from_db()
    assert row.enabled and row.failing_since and row.trouble.startswith("Answered 500")
    work()
    assert len(ear.heard) == 1, "not before its time"
    Notice.objects.update(not_before=timezone.now())
    ear.status = 200
    work()
    row.refresh_from_db()
    assert (Notice.objects.get().state, row.failing_since, row.trouble) == ("done", None, "")
    assert len({headers["webhook-id"] for headers, _ in ear.heard}) == 1 and len(ear.heard) == 2


def test_waits_grow_until_a_notice_is_given_up_and_asked_for_again(admin: Api, ear: Ear) -> None:
    row, _ = subscribe(admin, ear)
    firm("1")
    ear.status = 503
    waits = []
    for _ in range(len(notices.WAITS) + 1):
        work()
        waits.append(round((Notice.objects.get().not_before - timezone.now()).total_seconds() / 5) * 5)
        Notice.objects.update(not_before=timezone.now())
    assert waits[:-1] == [*notices.WAITS] and Notice.objects.get().state == "dead"
    ear.status = 200
    notice = Notice.objects.get()
    told = admin.post(f"subscribers/{row.pk}/notices/{notice.pk}/redeliver")
    assert told.status_code == 200
    work()
    assert admin.read(f"subscribers/{row.pk}/notices?state=done")["items"][0]["webhook_id"] == str(notice.uid)


def test_after_days_of_failure_it_is_turned_off_and_gets_what_it_missed_once_on_again(admin: Api, ear: Ear) -> None:
    row, _ = subscribe(admin, ear)
    firm("1")
    ear.status = 500
    Subscriber.objects.update(failing_since=timezone.now() - timedelta(days=6))
    work()
    told = admin.read(f"subscribers/{row.pk}")
    assert not told["enabled"] and told["trouble"].startswith("Turned off: It took no notice for 5 days.")
    firm("2")
    ear.status = 200
    work()
    assert len(ear.heard) == 1
    assert json.loads(admin.post(f"subscribers/{row.pk}/enable").content)["enabled"]
    Notice.objects.update(not_before=timezone.now())
    work()
    assert len({one["data"]["seq"] for one in ear.told()}) == 2


def test_who_is_gone_is_turned_off_at_once(admin: Api, ear: Ear) -> None:
    row, _ = subscribe(admin, ear)
    firm("1")
    ear.status = 410
    work()
    row.refresh_from_db()
    assert not row.enabled and "gone (410)" in row.trouble


def test_a_redirect_is_not_followed(admin: Api, ear: Ear) -> None:
    subscribe(admin, ear)
    firm("1")
    ear.status = 307
    work()
    assert (len(ear.heard), Notice.objects.get().status) == (1, 307)


def test_a_worker_that_dies_leaves_the_notice_due_again(admin: Api, ear: Ear) -> None:
    row, _ = subscribe(admin, ear)
    firm("1")
    notices.fan_out()
    assert len(notices._claimed(row.pk)) == 1
    assert notices.send(row.pk) == 0, "somebody has it"
    Notice.objects.update(not_before=timezone.now())
    assert notices.send(row.pk) == 1 and len(ear.heard) == 1


def test_one_that_fails_does_not_hold_the_others_back_for_long(admin: Api, ear: Ear) -> None:
    subscribe(admin, ear)
    firm("1")
    firm("2")
    ear.status = 422
    work()
    assert len(ear.heard) == 1
    Notice.objects.filter(attempts=0).update(not_before=timezone.now())
    ear.status = 200
    work()
    assert [row.state for row in Notice.objects.order_by("seq")] == ["waiting", "done"]


def test_unsubscribing_forgets_what_is_owed(admin: Api, ear: Ear) -> None:
    row, _ = subscribe(admin, ear)
    firm("1")
    notices.fan_out()
    assert admin.call("DELETE", f"subscribers/{row.pk}").status_code == 204
    assert not Notice.objects.exists()


def test_the_secret_is_encrypted_and_told_once(admin: Api, ear: Ear) -> None:
    row, secret = subscribe(admin, ear)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM connectors_subscriber")
        assert secret not in cursor.fetchone()[0]
    assert secret not in str(admin.read(f"subscribers/{row.pk}")) + str(admin.read("subscribers"))
    assert Subscriber.objects.get().secret == {"secret": secret}


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://192.168.0.1:8443/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://user@93.184.216.34/",
        "https:///nowhere",
        "nonsense",
        "https://93.184.216.34:99999/",
    ],
)
def test_where_we_never_call(admin: Api, url: str) -> None:
    answer = admin.post("subscribers", {"name": "inside", "url": url})
    assert answer.status_code == 422, answer.content
    assert not Subscriber.objects.exists()


def test_a_name_that_leads_inside_later_is_not_called(admin: Api, ear: Ear, settings, monkeypatch) -> None:
    """Resolved at the time of sending, and called at just that address."""
    row, _ = subscribe(admin, ear)
    firm("1")
    settings.NOTICES_TO_PRIVATE = False
    Subscriber.objects.update(url=f"https://rebind.example:{ear.server_port}/")
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", ear.server_port))]
    monkeypatch.setattr(callout.socket, "getaddrinfo", lambda *_, **__: inside)
    work()
    assert ear.heard == []
    row.refresh_from_db()
    assert "127.0.0.1, which is not on the public internet" in row.trouble
    assert Notice.objects.get().state == "dead", "nothing will change by itself"


def test_public_addresses_are_public() -> None:
    for text in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8"):
        assert callout.is_public(ipaddress.ip_address(text))


def test_a_name_nobody_knows_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(callout.socket, "getaddrinfo", unknown)
    with pytest.raises(Retriable):
        callout.post("https://nowhere.example/", b"{}", {})
    with pytest.raises(Misconfigured):
        callout.check("http://nowhere.example/")


def test_old_notices_are_forgotten(admin: Api, ear: Ear) -> None:
    subscribe(admin, ear)
    firm("1")
    work()
    Notice.objects.update(finished_at=timezone.now() - timedelta(days=15))
    notices.prune()
    assert not Notice.objects.exists() and Actor.objects.exists()

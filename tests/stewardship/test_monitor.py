"""The sync monitor: state and figures of each connection, failures by cause, edit and retry, pause and pull."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors import inbound, outbound, tasks
from connectors.models import Access, Cursor, Delivery, InboundMessage
from mdm.models import Actor, Connection, Customer
from tests.stewardship.conftest import member
from tests.stewardship.desk import alone, dead_delivery, dead_message, golden

pytestmark = pytest.mark.django_db
PAYLOAD = {"Id": "1", "Name": "", "credentials": {"api_key": "hunter2"}, "password": "geheim"}


@pytest.fixture
def crm(systems: dict[str, Connection]) -> Connection:
    for row in systems.values():
        Access.objects.create(connection=row, base_url="https://x.example")
    return systems["crm"]


@pytest.fixture
def ada() -> Client:
    """A data admin."""
    return member("ada", "Data admins")


def lines(client: Client) -> dict[str, dict[str, Any]]:
    response = client.get("/sync/")
    assert response.status_code == 200
    return {one["connection"].code: one for one in response.context["lines"]}


# The table ---------------------------------------------------------------------------------------------------------


def test_each_connection_tells_its_state_and_figures(mia: Client, crm: Connection) -> None:
    now = timezone.now()
    alone("crm", "1", legal_name="Alpha AG")
    Cursor.objects.create(connection=crm, object_type="Account", pulled_at=now - timedelta(minutes=2))
    Cursor.objects.create(connection=crm, object_type="Contact", pulled_at=now - timedelta(minutes=9))
    dead_message(crm)
    dead_message(crm, "2")
    InboundMessage.objects.create(
        connection_id=crm.pk, object_type="Account", external_id="3", observed_at=now, attempts=2
    )
    dead_delivery(crm, golden("1"))
    owed = {"connection": crm, "object_type": "Account", "subject_type": "customer"}
    Delivery.objects.create(**owed, subject_id=5, not_before=now - timedelta(minutes=7), attempts=1)
    Delivery.objects.create(**owed, subject_id=6, not_before=now + timedelta(minutes=7))
    Delivery.objects.create(**owed, subject_id=7, not_before=now, state="done", pushes=1, finished_at=now)
    Delivery.objects.create(**owed, subject_id=8, not_before=now, state="done", pushes=0, finished_at=now)
    Delivery.objects.create(
        **owed, subject_id=9, not_before=now, state="done", pushes=1, finished_at=now - timedelta(hours=2)
    )
    found = lines(mia)
    told = found["crm"]
    assert told["state"] == "failures" and told["line"].pulled_at == now - timedelta(minutes=9)
    assert (told["dead_in"], told["dead_out"], told["waiting"], told["queued"]) == (2, 1, 1, 2)
    assert (told["retrying"], told["hour_in"], told["hour_out"], told["lag"]) == (2, 3, 1, "7 min")
    assert found["erp"]["state"] == "never read" and found["erp"]["dead_in"] == 0


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "in step"),
        ({"trouble": "SAP refuses the login."}, "trouble"),
        ({"stopped_at": timezone.now()}, "paused"),
    ],
)
def test_the_worst_is_told_in_a_word(mia: Client, crm: Connection, change: dict[str, Any], state: str) -> None:
    Cursor.objects.create(connection=crm, object_type="Account", pulled_at=timezone.now())
    Access.objects.filter(connection=crm).update(**change)
    assert lines(mia)["crm"]["state"] == state
    Connection.objects.filter(pk=crm.pk).update(enabled=False)
    assert lines(mia)["crm"]["state"] == "off"


def test_late_work_is_behind_and_no_access_is_said_so(mia: Client, crm: Connection) -> None:
    Cursor.objects.create(connection=crm, object_type="Account", pulled_at=timezone.now())
    message = dead_message(crm)
    InboundMessage.objects.filter(pk=message.pk).update(
        state="waiting", received_at=timezone.now() - timedelta(minutes=6)
    )
    assert lines(mia)["crm"]["state"] == "behind"
    Access.objects.filter(connection=crm).delete()
    assert lines(mia)["crm"]["state"] == "no access"
    assert "Ask an admin" in mia.get("/sync/crm/").content.decode()


def test_the_table_alone_answers_304_while_nothing_changed(mia: Client, crm: Connection) -> None:
    first = mia.get("/sync/table")
    assert first.status_code == 200 and "<html" not in first.content.decode()
    tag = first.headers["ETag"]
    assert mia.get("/sync/table", headers={"If-None-Match": tag}).status_code == 304
    dead_message(crm)
    again = mia.get("/sync/table", headers={"If-None-Match": tag})
    assert again.status_code == 200 and again.headers["ETag"] != tag
    assert "no-cache" in again.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/sync/", "/sync/table", "/sync/crm/"])
def test_the_monitor_keeps_its_query_budget(
    mia: Client, crm: Connection, path: str, django_assert_max_num_queries: Any
) -> None:
    mia.get(path)
    cache.clear()
    with django_assert_max_num_queries(12) as few:
        mia.get(path)
    for number in range(20):
        dead_message(crm, str(number), error=f"Field {number} is missing in 'x{number}'.")
        dead_message(crm, str(number), object_type=f"Type{number}")
    cache.clear()
    with django_assert_max_num_queries(len(few)):
        mia.get(path)


# Failures by cause -------------------------------------------------------------------------------------------------


def groups(client: Client) -> list[Any]:
    return list(client.get("/sync/crm/").context["groups"])


def test_failures_that_differ_in_ids_only_are_one_cause(mia: Client, crm: Connection) -> None:
    for number in range(3):
        dead_message(crm, str(number), error=f"Account 0015g{number}A: field 'N{number}' is missing at 12:0{number}.")
    dead_message(crm, "other", error="Account 0015g9Ab has no owner.")
    dead_message(crm, "stage", stage="process", error="Account 0015g1Ab: field 'Name' is missing at 12:00.")
    found = [(one.way, one.object_type, one.reason, one.count) for one in groups(mia)]
    assert found == [("in", "Account", "map", 3), ("in", "Account", "map", 1), ("in", "Account", "process", 1)]


def test_what_is_tried_again_by_itself_is_told_apart(mia: Client, crm: Connection) -> None:
    Delivery.objects.create(
        connection=crm, object_type="Account", subject_type="customer", subject_id=1, not_before=timezone.now(),
        attempts=2, error="The system did not answer.",
    )  # fmt: skip
    (one,) = groups(mia)
    assert (one.waits, one.count, one.sample) == (True, 1, "The system did not answer.")
    assert "tried again by itself" in mia.get("/sync/crm/").content.decode()
    assert mia.get(reverse("stewardship:monitor-failures", args=["crm", one.key])).status_code == 302


def test_all_of_a_cause_are_retried_with_the_count_seen_before(mia: Client, crm: Connection) -> None:
    made = [dead_message(crm, str(number), error=f"Field 'x{number}' is missing.") for number in range(3)]
    other = dead_message(crm, "other", error="Quite another thing.")
    key = groups(mia)[0].key
    page = mia.get(reverse("stewardship:monitor-failures", args=["crm", key]))
    assert "Retry all 3" in page.content.decode() and page.context["group"].newest == made[-1].pk
    late = dead_message(crm, "late", error="Field 'x9' is missing.")
    done = mia.post(reverse("stewardship:monitor-retry", args=["crm", key]), {"newest": made[-1].pk}, follow=True)
    assert "3 taken up again" in done.content.decode()
    states = dict(InboundMessage.objects.values_list("pk", "state"))
    assert {states[row.pk] for row in made} == {"waiting"}
    assert (states[late.pk], states[other.pk]) == ("dead", "dead")
    nowhere = reverse("stewardship:monitor-retry", args=["crm", "0123456789abcdef"])
    gone = mia.post(nowhere, {"newest": "1"}, follow=True)
    assert "No dead letter has this cause any more" in gone.content.decode()


def test_deliveries_of_a_cause_are_owed_again(mia: Client, crm: Connection) -> None:
    alone("crm", "1", legal_name="Alpha AG")
    alone("crm", "2", legal_name="Beta AG")
    for external_id in ("1", "2"):
        dead_delivery(crm, golden(external_id), error=f"Duplicate value {external_id}7.")
    (one,) = groups(mia)
    mia.post(reverse("stewardship:monitor-retry", args=["crm", one.key]), {"newest": one.newest})
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}


# One message -------------------------------------------------------------------------------------------------------


def page(client: Client, row: InboundMessage) -> Any:
    return client.get(reverse("stewardship:monitor-message", args=[row.pk]))


def mend(client: Client, row: InboundMessage, **form: str) -> Any:
    return client.post(reverse("stewardship:monitor-mend", args=[row.pk]), form)


def test_secrets_in_a_payload_are_covered(mia: Client, crm: Connection) -> None:
    text = page(mia, dead_message(crm, body=PAYLOAD)).content.decode()
    assert "hunter2" not in text and "geheim" not in text and "••••••" in text


def test_an_edited_payload_is_a_new_message_and_the_original_is_kept(mia: Client, crm: Connection) -> None:
    row = dead_message(crm, body=PAYLOAD, correlation_id="c1")
    typed = json.loads(page(mia, row).context["payload"])
    answer = mend(mia, row, verb="edit", body=json.dumps({**typed, "Name": "Alpha AG"}), reason="Name forgotten")
    new = InboundMessage.objects.exclude(pk=row.pk).get()
    assert answer.headers["Location"] == reverse("stewardship:monitor-message", args=[new.pk])
    assert new.body == {**PAYLOAD, "Name": "Alpha AG"}, "covered secrets are what they were"
    assert (new.state, new.replaces, new.actor, new.reason) == ("waiting", row.pk, "mia", "Name forgotten")
    assert (new.observed_at, new.correlation_id, new.external_id) == (row.observed_at, "c1", "1")
    row.refresh_from_db()
    assert (row.state, row.body) == ("replaced", PAYLOAD)
    text = page(mia, row).content.decode()
    assert f"message {new.pk}" in text and "Name forgotten" in text
    assert "The original, as it came" in page(mia, new).content.decode()


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        ('{"Name": ', "x", "This is no JSON"),
        ("[1]", "x", "one JSON object"),
        ("{}", "x", "one JSON object"),
        ('{"Name": "A"}', " ", "Say why you edited it"),
        ("[" * 100_000, "x", "This is no JSON"),
    ],
)
def test_what_cannot_be_sent_stays_on_the_page(
    mia: Client, crm: Connection, body: str, reason: str, words: str
) -> None:
    row = dead_message(crm, body=PAYLOAD)
    answer = mend(mia, row, verb="edit", body=body, reason=reason)
    assert answer.status_code == 400 and words in answer.content.decode()
    assert answer.context["typed"] == body
    assert InboundMessage.objects.get().state == "dead"


def test_a_message_taken_up_meanwhile_is_a_409_that_keeps_what_was_typed(mia: Client, crm: Connection) -> None:
    row = dead_message(crm, body=PAYLOAD)
    inbound.replay([row.pk])
    edited = mend(mia, row, verb="edit", body='{"Name": "Alpha AG"}', reason="x")
    assert edited.status_code == 409 and "taken up by somebody else" in edited.content.decode()
    assert "Alpha AG" in edited.content.decode()
    assert mend(mia, row, verb="again").status_code == 409
    assert InboundMessage.objects.count() == 1


def test_a_message_is_retried_as_it_is(mia: Client, crm: Connection) -> None:
    row = dead_message(crm, body=PAYLOAD)
    assert mend(mia, row, verb="again").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.body) == ("waiting", PAYLOAD)


def test_an_edited_message_is_not_forgotten(crm: Connection) -> None:
    row = inbound.resubmit(dead_message(crm, body=PAYLOAD), {"Id": "1"}, actor="mia", reason="x")
    old = dead_message(crm, "old")
    before = timezone.now() - timedelta(days=30)
    InboundMessage.objects.filter(pk__in=[row.pk, old.pk]).update(state="done", received_at=before)
    assert inbound.prune() == 1
    assert InboundMessage.objects.filter(pk=row.pk).exists()


# One delivery ------------------------------------------------------------------------------------------------------


def test_a_dead_delivery_says_why_and_is_owed_again(mia: Client, crm: Connection) -> None:
    alone("crm", "1", legal_name="Alpha AG")
    row = dead_delivery(crm, golden("1"))
    address = reverse("stewardship:monitor-delivery", args=[row.pk])
    text = mia.get(address).content.decode()
    assert "Alpha AG" in text and "Refused: Meier &lt;script&gt;" in text and "Owe it again" in text
    assert mia.post(reverse("stewardship:monitor-owe", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "waiting"
    again = mia.post(reverse("stewardship:monitor-owe", args=[row.pk]))
    assert again.status_code == 409 and "no dead letter any more" in again.content.decode()


# Pause, go on, pull ------------------------------------------------------------------------------------------------


def steer(client: Client, verb: str, reason: str = "") -> Any:
    return client.post("/sync/crm/steer", {"verb": verb, "reason": reason}, follow=True)


def test_a_paused_connection_is_neither_read_nor_written_until_it_goes_on(ada: Client, crm: Connection) -> None:
    assert "CRM is paused" in steer(ada, "pause", "Migration of the CRM").content.decode()
    access = Access.objects.get(connection=crm)
    assert (access.stopped_by, access.stopped_why) == ("ada", "Migration of the CRM")
    assert "paused already" in steer(ada, "pause", "Another").content.decode()
    with patch.object(tasks.pull, "delay") as pulled, patch.object(inbound, "pull") as read:
        tasks.schedule()
        assert crm.pk not in [call.kwargs["connection"] for call in pulled.call_args_list]
        tasks.pull(connection=crm.pk)
        assert not read.called
    with patch.object(outbound, "_claim") as claimed:
        assert outbound.deliver(crm) == 0 and not claimed.called
    InboundMessage.objects.create(
        connection_id=crm.pk, object_type="Account", external_id="1", fetch=True, observed_at=timezone.now()
    )
    assert inbound.fetch_events() == 0
    assert "CRM goes on" in steer(ada, "resume").content.decode()
    with patch.object(tasks.pull, "delay") as pulled:
        tasks.schedule()
        assert crm.pk in [call.kwargs["connection"] for call in pulled.call_args_list]
    history = list(access.history.order_by("pk").values_list("stopped_by", flat=True))
    assert history == ["", "ada", ""]


def test_a_connection_is_read_now(ada: Client, crm: Connection) -> None:
    with patch.object(tasks.pull, "delay") as pulled:
        assert "is being read now" in steer(ada, "pull").content.decode()
    pulled.assert_called_once_with(connection=crm.pk)


# Who may -----------------------------------------------------------------------------------------------------------


def test_stewards_mend_and_do_not_steer_and_auditors_only_look(mia: Client, crm: Connection) -> None:
    row = dead_message(crm, body=PAYLOAD)
    assert mia.post("/sync/crm/steer", {"verb": "pause"}).status_code == 403
    assert "Pause" not in mia.get("/sync/crm/").content.decode()
    auditor = member("otto", "Auditors")
    assert auditor.get("/sync/crm/").status_code == 200
    assert "Retry" not in page(auditor, row).content.decode()
    assert mend(auditor, row, verb="again").status_code == 403
    assert auditor.post("/sync/crm/steer", {"verb": "pause"}).status_code == 403
    row.refresh_from_db()
    assert row.state == "dead"


def test_who_is_in_no_group_sees_no_monitor(eve: Client, crm: Connection) -> None:
    assert eve.get("/sync/").status_code == 403 and eve.get("/sync/crm/").status_code == 403


def test_a_viewer_of_one_region_sees_deliveries_of_that_region_only(mia: Client, crm: Connection) -> None:
    alone("crm", "1", legal_name="Nord AG", region="north")
    alone("crm", "2", legal_name="Süd AG", region="south")
    message = dead_message(crm, body={"Name": "Süd AG"})
    north, south = (dead_delivery(crm, golden(one)) for one in ("1", "2"))
    user = get_user_model().objects.get(username="mia")
    Actor.objects.create(kind="user", name="mia", user=user, region="north")
    text = mia.get("/sync/").content.decode()
    assert "of the whole hub" in text and "CRM" not in text and not mia.get("/sync/").context["lines"]
    assert mia.get("/sync/table").context["lines"] == []
    for address in ("/sync/crm/", "/sync/crm/0123456789abcdef/", f"/sync/messages/{message.pk}/"):
        assert mia.get(address).status_code == 404, address
    assert mend(mia, message, verb="again").status_code == 404
    assert mia.get(reverse("stewardship:monitor-delivery", args=[north.pk])).status_code == 200
    assert mia.get(reverse("stewardship:monitor-delivery", args=[south.pk])).status_code == 404
    assert mia.post(reverse("stewardship:monitor-owe", args=[south.pk])).status_code == 404
    assert Customer.objects.filter(region="south").count() == 1

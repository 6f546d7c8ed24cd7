"""The commands that read, write, compare and replay from a terminal, against a simulated Salesforce over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection as database
from django.utils import timezone

from connectors.models import Access, Delivery, InboundMessage
from mdm import rules
from mdm.models import Connection, Customer, DistributionRule
from tests.connectors.sandbox.server import Running, running
from tests.factories import rule_set

pytestmark = pytest.mark.django_db
DIFFER = "  slots that differ from what they should hold: "
SECRETS = {"client_id": "hub", "client_secret": "s3cret"}


@pytest.fixture
def org() -> Iterator[Running]:
    with running("salesforce", **SECRETS) as started:
        started.control("create", {"object": "Account", "fields": {"Name": "Acme Bolts Ltd"}})
        yield started


@pytest.fixture
def crm(org: Running) -> Connection:
    rules._load.cache_clear()  # a test that was rolled back had the same revisions
    row = Connection.objects.create(code="crm", name="CRM", kind="salesforce", role="crm")
    Access.objects.create(connection=row, base_url=org.url, secrets=SECRETS)  # type: ignore[misc]
    DistributionRule.objects.create(
        rule_set=rule_set(), connection=row, object_type="Account", conditions={"party_type": "organisation"}
    )
    return row


def said(*args: Any) -> list[str]:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue().splitlines()


def write(row: Connection) -> None:
    row.mode = Connection.Mode.WRITE
    row.save()


def test_pull_reads_and_masters(crm: Connection, org: Running) -> None:
    assert said("pull", "crm") == ["Reading CRM ...", "  new or changed: 1", "  processed: 1", "Done."]
    assert Customer.objects.get().legal_name == "Acme Bolts Ltd"
    said("pull", "crm")  # what the first pull read once more, now known
    assert said("pull", "crm") == ["Reading CRM ...", "  new or changed: 0", "Done."]
    assert said("pull", "crm", "--full")[:2] == ["Reading all of CRM ...", "  new or changed: 1"]
    assert Customer.objects.count() == 1


def test_push_writes_the_ids_once(crm: Connection, org: Running) -> None:
    said("pull", "crm")
    write(crm)
    assert said("push", "crm") == ["Writing to CRM ...", "  slots looked at: 1", "  writes: 1", "Done."]
    assert org.dump("Account")[0]["MDM_Id__c"] == str(Customer.objects.get().golden.uid)
    assert said("push", "crm") == ["Writing to CRM ...", "  slots looked at: 1", "  writes: 0", "Done."]


def test_push_looks_at_no_other_connection(crm: Connection) -> None:
    said("pull", "crm")
    write(crm)
    other = Connection.objects.create(code="other", name="Other", kind="salesforce", role="crm", mode="write")
    DistributionRule.objects.create(rule_set=rule_set(), connection=other, object_type="Account")
    said("push", "crm")
    assert {delivery.connection for delivery in Delivery.objects.all()} == {crm}


def test_push_tells_why_the_system_is_not_written_to(crm: Connection, org: Running) -> None:
    said("pull", "crm")
    write(crm)
    org.control("fault", {"kind": "down", "times": 20})
    with pytest.raises(CommandError, match=r"^CRM: .* Deliveries that wait for it: 1\.$"):
        said("push", "crm")
    org.control("fault", method="DELETE")
    Access.objects.update(paused_until=None)
    Delivery.objects.update(not_before=timezone.now())
    assert said("push", "crm")[-2:] == ["  writes: 1", "Done."]


def test_reconcile_finds_and_heals(crm: Connection, org: Running) -> None:
    said("pull", "crm")
    first, *rest = said("reconcile", "crm")
    assert first == "Reading all of CRM and comparing ..."
    assert rest == [DIFFER + "1", "  CRM is only observed: nothing is written.", "Done."]
    write(crm)
    assert said("reconcile", "crm")[1:] == [DIFFER + "1", "  slots looked at: 1", "Done."]
    assert said("reconcile", "crm")[1:] == [DIFFER + "0", "Done."]


def test_replay_lists_and_takes_up_again(crm: Connection) -> None:
    row = InboundMessage.objects.create(
        connection_id=crm.pk, object_type="Account", external_id="1", observed_at=timezone.now(),
        state=InboundMessage.State.DEAD, stage="map", error="Account 1: field 'Name' is missing.",
    )  # fmt: skip
    assert said("replay", "--list") == [
        "in   crm Account 1 (map): Account 1: field 'Name' is missing.",
        "Dead letters: messages 1, deliveries 0.",
    ]
    assert InboundMessage.objects.get(pk=row.pk).state == "dead"
    assert said("replay", "crm") == ["Taken up again: messages 1, deliveries 0."]
    assert InboundMessage.objects.get(pk=row.pk).state == "waiting"
    assert said("replay") == ["Taken up again: messages 0, deliveries 0."]


@pytest.mark.parametrize("command", ["pull", "push", "reconcile", "replay"])
def test_an_unknown_code_is_answered_with_the_known_ones(crm: Connection, command: str) -> None:
    with pytest.raises(CommandError, match=r"No connection has the code 'nowhere'\. There are crm\."):
        said(command, "nowhere")


def test_push_needs_a_connection_that_may_be_written_to(crm: Connection) -> None:
    with pytest.raises(CommandError, match="CRM is only observed: set its mode to write"):
        said("push", "crm")
    assert not Delivery.objects.exists()


def test_what_is_switched_off_stays_off(crm: Connection) -> None:
    Connection.objects.update(enabled=False)
    with pytest.raises(CommandError, match="CRM is switched off: enable it in the admin first"):
        said("pull", "crm")


def test_wrong_secrets_are_told_in_a_sentence(crm: Connection) -> None:
    Access.objects.update(secrets={"client_id": "hub", "client_secret": "wrong"})
    with pytest.raises(CommandError, match=r"^CRM: ") as told:
        said("pull", "crm")
    assert "wrong" not in str(told.value)


def test_a_pull_that_a_worker_is_at_is_left_to_it(crm: Connection) -> None:
    other = database.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4703, hashtext('pull crm'))")
    try:
        with pytest.raises(CommandError, match="A worker is at this for CRM just now"):
            said("pull", "crm")
    finally:
        other.close()
    assert not InboundMessage.objects.exists()

"""From golden records to the systems and back: what is owed, pushed, refused, repeated and acknowledged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from connectors import drift, inbound, outbound, owing, reach
from connectors.errors import Conflict, Gone, Misconfigured, Permanent, Retriable
from connectors.models import Access, Delivery, InboundMessage
from mdm import logs
from mdm.models import Connection, Customer, GoldenRecord, Proposal, Relation, SourceRecord
from mdm.models.actors import Actor
from mdm.models.rules import AttributeDefinition, FieldMapping
from mdm.pipeline import decide, rebuild
from tests.connectors.fake import Fake, System, connect, distribute, fakes
from tests.factories import rule_set

__all__ = ["fakes"]
pytestmark = pytest.mark.django_db
Fakes = dict[str, System]
MEIER = {"party_type": "organisation", "legal_name": "Bolzen Meier GmbH", "tax_ids|VAT": "DE136695976"}
NORD = {"party_type": "organisation", "legal_name": "Nordwind Logistik AG", "tax_ids|VAT": "DE811569869"}
KRAUSE = {"party_type": "organisation", "legal_name": "Eisen Krause KG", "tax_ids|VAT": "DE129273398"}


@pytest.fixture(autouse=True)
def systems(fakes: Fakes) -> Fakes:
    return fakes


def connections() -> Iterable[Connection]:
    return Connection.objects.filter(enabled=True).exclude(role="hub").order_by("pk")


def settle(rounds: int = 8) -> None:
    """Pull, process and deliver until nothing is left that is due."""
    for _ in range(rounds):
        for connection in connections():
            inbound.pull(connection)
        take_in()
        if not send():
            return
    raise AssertionError("the systems do not come to rest")


def take_in() -> None:
    while inbound.fetch_events() + inbound.process_inbox():
        pass


def send() -> int:
    """Deliver what is due now; gives how many writes reached a system."""
    before = sum(Delivery.objects.values_list("pushes", flat=True))
    while owing.fan_out():
        pass
    for connection in connections():
        while outbound.deliver(connection):
            pass
    return sum(Delivery.objects.values_list("pushes", flat=True)) - before


def hurry() -> None:
    """What waits for later is due now."""
    Delivery.objects.filter(state="waiting").update(not_before=timezone.now())
    Access.objects.update(paused_until=None)


def golden(code: str, external_id: str, object_type: str = "Account") -> Customer:
    record = SourceRecord.objects.get(connection__code=code, external_id=external_id, object_type=object_type)
    return Customer.objects.get(golden=record.golden_id)


def states(**wanted: object) -> list[str]:
    return [row.state for row in Delivery.objects.filter(**wanted).order_by("pk")]


def test_a_new_firm_travels_to_all_systems_and_its_ids_come_back(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    settle()
    assert fakes["erp"].of("Account")["erp-1"]["values"]["legal_name"] == "Bolzen Meier GmbH"
    record = SourceRecord.objects.get(connection__code="erp")
    assert str(record.crosswalk_key) == fakes["erp"].of("Account")["erp-1"]["key"]
    assert record.created_for == SourceRecord.objects.get(connection__code="crm")
    uid = str(golden("crm", "1").golden.uid)
    assert golden("erp", "erp-1") == golden("store", "store-1") == golden("crm", "1")
    assert fakes["crm"].of("Account")["1"]["values"]["ids|golden"] == uid
    assert {wanted.ids.get("crm") for wanted in fakes["erp"].pushed} == {"1"}
    assert fakes["crm"].pushed[-1].ids == {"erp": "erp-1", "store": "store-1", "golden": uid}
    assert [*rebuild.check()] == []


def test_a_second_full_look_pushes_nothing(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    fakes["erp"].put("Account", "9", values={**NORD, "payment_terms": "NT30"})
    settle()
    pushes = sum(len(system.pushed) for system in fakes.values())
    for connection in connections():
        assert drift.reconcile(connection) == 0
    take_in()
    assert send() == 0
    assert sum(len(system.pushed) for system in fakes.values()) == pushes


def test_what_the_hub_pushed_is_no_testimony(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    settle()
    # the ERP comes first for legal names, but never said this one itself
    assert golden("crm", "1").winners["legal_name"]["source"] == "crm:Account:1"
    fakes["crm"].edit("Account", "1", legal_name="Bolzen Meier KG")
    settle()
    assert golden("crm", "1").legal_name == "Bolzen Meier KG"
    assert fakes["erp"].of("Account")["erp-1"]["values"]["legal_name"] == "Bolzen Meier KG"
    fakes["erp"].edit("Account", "erp-1", legal_name="Meier Bolzen KG")
    settle()
    assert golden("crm", "1").winners["legal_name"]["source"] == "erp:Account:erp-1"
    assert fakes["crm"].of("Account")["1"]["values"]["legal_name"] == "Meier Bolzen KG"


def test_a_system_that_writes_in_its_own_way_is_not_asked_again(fakes: Fakes) -> None:
    fakes["erp"].upper = True
    long = {**MEIER, "legal_name": "Bolzen Meier und Söhne Befestigungstechnik GmbH"}
    fakes["crm"].put("Account", "1", values=long)
    settle()
    assert fakes["erp"].of("Account")["erp-1"]["values"]["legal_name"] == "BOLZEN MEIER UND SÖH"
    pushes = len(fakes["erp"].pushed)
    fakes["crm"].edit("Account", "1", segment="dealer")
    settle()
    assert golden("crm", "1").legal_name == long["legal_name"]
    assert [sorted(one.changed) for one in fakes["erp"].pushed[pushes:]] == [["segment"]]
    assert fakes["crm"].of("Account")["1"]["values"]["legal_name"] == long["legal_name"]


def test_a_burst_becomes_one_delivery_that_knows_all_its_causes(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    settle()
    for number in range(4):
        fakes["crm"].edit("Account", "1", segment=f"s{number}")
        with logs.bind(correlation_id=f"edit-{number}"):
            inbound.store(Connection.objects.get(code="crm"), _read("crm", "Account", "1"), f"edit-{number}")
            if number % 2:
                take_in()
                owing.fan_out()
    waiting = Delivery.objects.get(connection__code="erp", state="waiting")
    assert waiting.correlation_ids == ["edit-0", "edit-1", "edit-2", "edit-3"]
    pushes = len(fakes["erp"].pushed)
    assert send() == 1 + 1  # the ERP and the store; the CRM holds it already
    assert [one.attributes["segment"] for one in fakes["erp"].pushed[pushes:]] == ["s3"]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.pushes, waiting.written[0]["keys"]) == ("done", 1, ["segment"])


def _read(code: str, object_type: str, external_id: str):
    return reach.connector(Connection.objects.get(code=code)).fetch(object_type, [external_id])


def test_an_observed_system_is_never_written_to(fakes: Fakes) -> None:
    connect("other", "lab", mode="observe")
    fakes["lab"].put("Account", "1", values=MEIER)
    settle()
    fakes["lab"].edit("Account", "1", legal_name="Bolzen Meier KG")
    settle()
    assert golden("lab", "1") == golden("crm", "crm-1")
    assert fakes["lab"].pushed == []
    assert not Delivery.objects.filter(connection__code="lab").exists()


def test_what_is_owed_stays_owed_while_a_system_is_only_observed(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    for connection in connections():
        inbound.pull(connection)
    take_in()
    owing.fan_out()
    Connection.objects.filter(code="erp").update(mode="observe")
    send()
    assert fakes["erp"].pushed == []
    assert states(connection__code="erp") == ["waiting"]
    Connection.objects.filter(code="erp").update(mode="write")
    settle()
    assert len(fakes["erp"].of("Account")) == 1


def refused(fakes: Fakes, code: str, external_id: str, *errors: Exception) -> None:
    fakes["erp"].answers[str(golden(code, external_id).golden.uid)] += errors


def owed(fakes: Fakes) -> None:
    """Three firms of the CRM are owed to the ERP."""
    for external_id, values in (("1", MEIER), ("2", NORD), ("3", KRAUSE)):
        fakes["crm"].put("Account", external_id, values=values)
    inbound.pull(Connection.objects.get(code="crm"))
    take_in()


def test_a_refused_record_becomes_a_dead_letter_and_the_others_go_out(fakes: Fakes) -> None:
    owed(fakes)
    refused(fakes, "crm", "2", *[Permanent("Nordwind: field 'NAME' must not be 'AG'.", field="NAME")] * 9)
    settle()
    (dead,) = Delivery.objects.filter(state="dead")
    assert (dead.reason, dead.error) == ("permanent", "Nordwind: field 'NAME' must not be 'AG'.")
    assert dead.subject_id == golden("crm", "2").pk
    assert len(fakes["erp"].of("Account")) == 2
    fakes["erp"].answers.clear()
    assert outbound.replay([dead.pk]) == 1
    settle()
    assert len(fakes["erp"].of("Account")) == 3
    assert states(state="dead") == []


def test_a_new_reason_to_write_tries_a_dead_letter_again(fakes: Fakes) -> None:
    owed(fakes)
    refused(fakes, "crm", "2", *[Permanent("The name is refused.")] * 9)
    settle()
    assert states(state="dead") == ["dead"]
    fakes["erp"].answers.clear()
    fakes["crm"].edit("Account", "2", legal_name="Nordwind KG")
    settle()
    assert states(state="dead") == []
    assert {body["values"]["legal_name"] for body in fakes["erp"].of("Account").values()} >= {"Nordwind KG"}


def test_a_busy_record_is_tried_again_with_growing_pauses(fakes: Fakes) -> None:
    owed(fakes)
    refused(fakes, "crm", "2", Retriable("Locked."), Retriable("Locked."), Retriable("Locked.", after=77))
    start = timezone.now()
    send()
    (waiting,) = Delivery.objects.filter(state="waiting", connection__code="erp")
    pauses = []
    for _ in range(3):
        waiting.refresh_from_db()
        pauses.append(round((waiting.not_before - start).total_seconds()))
        assert (waiting.state, waiting.error) == ("waiting", "Locked.")
        hurry()
        start = timezone.now()
        send()
    assert pauses == [2, 4, 77]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts, waiting.error) == ("done", 3, "")
    assert len(fakes["erp"].of("Account")) == 3


def test_a_record_that_never_succeeds_ends_as_a_dead_letter(fakes: Fakes) -> None:
    owed(fakes)
    refused(fakes, "crm", "2", *[Retriable("Locked by a user.")] * 20)
    for _ in range(outbound.MAX_ATTEMPTS):
        hurry()
        send()
    (dead,) = Delivery.objects.filter(state="dead")
    assert (dead.reason, dead.attempts, dead.error) == ("exceeded", outbound.MAX_ATTEMPTS, "Locked by a user.")


@pytest.mark.parametrize(
    "error", [Retriable("The system is down."), Misconfigured("The password is wrong; give the new one.")]
)
def test_a_system_that_is_down_loses_nothing(fakes: Fakes, error: Exception) -> None:
    owed(fakes)
    fakes["erp"].answers["push Account"] += [error] * 30
    for _ in range(outbound.MAX_ATTEMPTS + 1):  # more often than a delivery may fail by itself
        hurry()
        send()
    assert set(states(connection__code="erp", subject_type="customer")) == {"waiting"}
    access = Access.objects.get(connection__code="erp")
    assert access.trouble == str(error)
    assert access.paused_until is not None
    calls = len(fakes["erp"].calls)
    send()
    assert len(fakes["erp"].calls) == calls  # it is left alone meanwhile
    fakes["erp"].answers["push Account"].clear()
    hurry()
    settle()
    assert len(fakes["erp"].of("Account")) == 3
    access.refresh_from_db()
    assert access.trouble == ""
    assert [*rebuild.check()] == []


def test_a_lost_reply_makes_no_second_record(fakes: Fakes) -> None:
    owed(fakes)
    fakes["erp"].lose_reply = True
    send()
    assert len(fakes["erp"].of("Account")) == 1  # written, but the answer never came
    fakes["erp"].lose_reply = False
    hurry()
    settle()
    assert len(fakes["erp"].of("Account")) == 3
    assert SourceRecord.objects.filter(connection__code="erp").count() == 3
    assert GoldenRecord.objects.filter(merged_into=None).count() == 3
    assert [*rebuild.check()] == []


def test_after_a_lost_reply_a_poll_recognises_the_record_by_its_key(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    inbound.pull(Connection.objects.get(code="crm"))
    take_in()
    fakes["erp"].lose_reply = True
    send()
    fakes["erp"].lose_reply = False
    fakes["erp"].edit("Account", "erp-1", legal_name="Ganz Anders AG", **{"tax_ids|VAT": None})
    settle()
    assert golden("erp", "erp-1") == golden("crm", "1")
    assert len(fakes["erp"].of("Account")) == 1


def test_a_lost_reply_and_a_join_meanwhile_make_no_second_record(fakes: Fakes) -> None:
    fakes["store"].put("Account", "7", values={"legal_name": "Nordwind"})  # not a firm yet, so it goes nowhere
    settle()
    older = golden("store", "7").golden
    fakes["crm"].put("Account", "1", values={**MEIER, "tax_ids|VAT": None})
    inbound.pull(Connection.objects.get(code="crm"))
    take_in()
    fakes["erp"].lose_reply = True
    send()
    assert len(fakes["erp"].of("Account")) == 1
    fakes["store"].edit("Account", "7", **MEIER)
    fakes["crm"].edit("Account", "1", **MEIER)
    for code in ("crm", "store"):
        inbound.pull(Connection.objects.get(code=code))
    take_in()
    assert golden("crm", "1").golden == golden("store", "7").golden == older
    fakes["erp"].lose_reply = False
    hurry()
    send()  # before any poll
    settle()
    assert len(fakes["erp"].of("Account")) == 1
    assert golden("erp", "erp-1").golden == older


def test_a_conflict_reads_again_and_decides_again(fakes: Fakes) -> None:
    owed(fakes)
    settle()
    uid = str(golden("crm", "2").golden.uid)
    erp = next(pk for pk, body in fakes["erp"].of("Account").items() if body["values"]["ids|golden"] == uid)
    fakes["crm"].edit("Account", "2", segment="oem")
    refused(fakes, "crm", "2", Conflict("The record moved: 412."))
    fakes["erp"].edit("Account", erp, payment_terms="NT45")
    inbound.pull(Connection.objects.get(code="crm"))
    take_in()
    send()
    (waiting,) = Delivery.objects.filter(state="waiting", connection__code="erp")
    assert (waiting.not_before - timezone.now()).total_seconds() < 1.1
    assert "fetch Account" not in fakes["erp"].calls
    take_in()
    assert "fetch Account" in fakes["erp"].calls
    assert golden("crm", "2").lists["payment_terms"] == "NT45"
    hurry()
    settle()
    assert (
        fakes["erp"].records["Account", erp]["values"] | {"segment": "oem", "payment_terms": "NT45"}
        == (fakes["erp"].records["Account", erp]["values"])
    )


def test_a_deleted_record_is_never_made_again(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    settle()
    del fakes["erp"].records["Account", "erp-1"]
    fakes["crm"].edit("Account", "1", segment="oem")
    settle()  # the push finds it gone
    hurry()
    settle()
    record = SourceRecord.objects.get(connection__code="erp")
    assert record.status == "deleted"
    for segment in ("dealer", "oem"):
        fakes["crm"].edit("Account", "1", segment=segment)
        hurry()
        settle()
    assert fakes["erp"].of("Account") == {}
    assert fakes["store"].of("Account")["store-1"]["values"]["segment"] == "oem"


def test_a_delete_that_a_full_look_finds_is_never_made_again(fakes: Fakes) -> None:
    fakes["crm"].put("Account", "1", values=MEIER)
    settle()
    del fakes["erp"].records["Account", "erp-1"]
    drift.reconcile(Connection.objects.get(code="erp"))
    settle()
    assert fakes["erp"].of("Account") == {}
    assert SourceRecord.objects.get(connection__code="erp").status == "deleted"


def test_a_contact_goes_out_after_its_account(fakes: Fakes) -> None:
    person = {"first_name": "Eva", "last_name": "Kern", "emails": "eva@meier.de", "role": "Buyer"}
    fakes["crm"].put("Contact", "c1", values=person, refs={"organisation": "1"})
    fakes["crm"].put("Account", "1", values=MEIER)
    refused_once = Retriable("Locked.")
    inbound.pull(Connection.objects.get(code="crm"))
    take_in()
    refused(fakes, "crm", "1", refused_once)
    send()
    assert fakes["erp"].of("Contact") == {}  # its account is not there
    hurry()
    settle()
    (contact,) = fakes["erp"].of("Contact").values()
    assert contact["refs"] == {"organisation": "erp-1"}
    assert contact["values"]["first_name"] == "Eva"
    (relation,) = Relation.objects.all()
    assert relation.records.count() == 3
    assert golden("erp", "erp-1", "Contact.Person") == golden("crm", "c1", "Contact.Person")
    assert [*rebuild.check()] == []


def test_a_contact_waits_until_its_end_holds_what_it_needs(fakes: Fakes, monkeypatch: pytest.MonkeyPatch) -> None:
    account, contact, _ = Fake.object_types
    needing = replace(contact, needs=(("organisation", "emails"),))
    monkeypatch.setattr(Fake, "object_types", (account, needing))
    person = {"first_name": "Eva", "last_name": "Kern", "role": "Buyer"}
    fakes["crm"].put("Account", "1", values=MEIER)
    fakes["crm"].put("Contact", "c1", values=person, refs={"organisation": "1"})
    settle()
    assert fakes["erp"].of("Account") and not fakes["erp"].of("Contact")
    owed = Delivery.objects.filter(object_type="Contact", connection__code="erp").latest("pk")
    assert (owed.state, owed.depends_on) == ("done", ["organisation"])
    assert drift.reconcile(Connection.objects.get(code="erp")) == 0, "who waits has not drifted"
    fakes["crm"].put("Account", "1", values={**MEIER, "emails": "post@meier.de"})
    settle()
    (made,) = fakes["erp"].of("Contact").values()
    assert made["refs"] == {"organisation": "erp-1"}
    assert not Delivery.objects.exclude(state="done").exists()


def test_a_bug_with_one_record_stops_no_other(fakes: Fakes) -> None:
    owed(fakes)
    fakes["crm"].edit("Account", "2", trade_name="explode")
    inbound.pull(Connection.objects.get(code="crm"))
    take_in()
    send()
    assert len(fakes["erp"].of("Account")) == 2
    (stuck,) = Delivery.objects.filter(connection__code="erp", subject_type="customer").exclude(state="done")
    assert stuck.subject_id == golden("crm", "2").pk
    assert stuck.error == "The push broke off: ZeroDivisionError: a bug of the connector"
    assert Access.objects.get(connection__code="erp").trouble == ""
    for _ in range(outbound.MAX_ATTEMPTS):
        hurry()
        send()
    stuck.refresh_from_db()
    assert (stuck.state, stuck.reason) == ("dead", "exceeded")
    fakes["crm"].edit("Account", "2", trade_name="Nord")
    settle()
    assert len(fakes["erp"].of("Account")) == 3


def test_a_batch_that_breaks_in_the_middle_of_a_push_makes_nothing_twice(fakes: Fakes) -> None:
    owed(fakes)
    refused(fakes, "crm", "3", *[RuntimeError("the third one breaks the call")] * 40)
    send()
    hurry()
    send()
    assert len(fakes["erp"].of("Account")) == 2
    assert SourceRecord.objects.filter(connection__code="erp").count() == 2


def test_an_answer_that_cannot_be_read_is_kept_and_stops_no_other(fakes: Fakes) -> None:
    owed(fakes)
    system, name = fakes["erp"], "Nordwind Logistik AG"
    put = system.put

    def spoiled(object_type: str, external_id: str, **body: object) -> dict:
        bad = {"unreadable": True} if body["values"]["legal_name"] == name else {}  # type: ignore[index]
        return put(object_type, external_id, **body, **bad)

    system.put = spoiled  # type: ignore[method-assign]
    send()
    assert SourceRecord.objects.filter(connection__code="erp").count() == 2
    (letter,) = InboundMessage.objects.filter(state="dead")
    assert letter.error.endswith("field 'Name' holds a list where a text was expected.")
    assert letter.body["values"]["legal_name"] == name
    assert set(states(connection__code="erp", subject_type="customer")) == {"done"}


def test_an_edit_of_another_is_put_right_and_accepting_it_writes_to_the_owner(fakes: Fakes) -> None:
    fakes["erp"].put("Account", "9", values={**MEIER, "payment_terms": "NT30"})
    settle()
    fakes["crm"].edit("Account", "crm-1", payment_terms="NT60")
    settle()
    assert fakes["crm"].of("Account")["crm-1"]["values"]["payment_terms"] == "NT30"
    assert fakes["erp"].of("Account")["9"]["values"]["payment_terms"] == "NT30"
    (proposal,) = Proposal.objects.all()
    assert (proposal.value, proposal.state) == ("NT60", "open")
    decide.accept(proposal, actor=Actor.objects.create(kind="user", name="eva"), version=proposal.version)
    settle()
    assert fakes["erp"].of("Account")["9"]["values"]["payment_terms"] == "NT60"
    assert fakes["crm"].of("Account")["crm-1"]["values"]["payment_terms"] == "NT60"
    proposal.refresh_from_db()
    assert proposal.state == "confirmed"
    assert golden("erp", "9").winners["payment_terms"]["source"] == "erp:Account:9"
    assert [*rebuild.check()] == []


def test_drift_is_found_and_healed(fakes: Fakes) -> None:
    fakes["erp"].put("Account", "9", values={**MEIER, "payment_terms": "NT30"})
    settle()
    record = fakes["crm"].of("Account")["crm-1"]
    record["values"]["payment_terms"] = "NT90"  # past the hub: no stamp moved
    crm = Connection.objects.get(code="crm")
    assert inbound.pull(crm) + len([*drift.find(crm)]) in (0, 1)
    assert drift.reconcile(crm) == 1
    settle()
    assert (
        record["values"]["payment_terms"] == "NT30"
        or fakes["crm"].of("Account")["crm-1"]["values"]["payment_terms"] == "NT30"
    )
    assert [*drift.find(crm)] == []


def test_an_attribute_added_by_an_admin_travels_without_a_deploy(fakes: Fakes) -> None:
    rules = rule_set()
    crm, store = Connection.objects.get(code="crm"), Connection.objects.get(code="store")
    fakes["crm"].put("Account", "1", values=MEIER, native={"Dealer_Tier__c": "gold"})
    settle()
    assert fakes["store"].of("Account")["store-1"]["native"] == {}
    AttributeDefinition.objects.create(rule_set=rules, entity="customer", name="dealer_tier", label="Tier", kind="text")
    FieldMapping.objects.create(
        rule_set=rules, connection=crm, object_type="Account", native="Dealer_Tier__c", attribute="dealer_tier"
    )
    FieldMapping.objects.create(
        rule_set=rules, connection=store, object_type="Account", native="custom.tier", attribute="dealer_tier",
        read=True, write=True,
    )  # fmt: skip
    drift.reconcile(crm)
    settle()
    assert golden("crm", "1").extra == {"dealer_tier": "gold"}
    assert fakes["store"].of("Account")["store-1"]["native"] == {"custom.tier": "gold"}
    assert fakes["erp"].of("Account")["erp-1"]["native"] == {}
    fakes["crm"].put("Account", "1", values=MEIER, native={"Dealer_Tier__c": "silver"})
    settle()
    assert fakes["store"].of("Account")["store-1"]["native"] == {"custom.tier": "silver"}
    fakes["crm"].put("Account", "1", values=MEIER, native={})
    settle()
    assert [*rebuild.check()] == []


def test_a_worker_that_died_owes_what_it_was_sending(fakes: Fakes) -> None:
    owed(fakes)
    owing.fan_out()
    erp = Connection.objects.get(code="erp")
    claimed = outbound._claim(erp, "Account", 2)
    assert outbound._claim(erp, "Account", 5)[0].pk not in {one.pk for one in claimed}
    Delivery.objects.filter(state="sending").update(lease_until=timezone.now() - timedelta(seconds=1))
    settle()
    assert len(fakes["erp"].of("Account")) == 3
    assert set(states(connection__code="erp", subject_type="customer")) == {"done"}


def test_a_claimed_slot_is_not_claimed_again_while_it_is_sent(fakes: Fakes) -> None:
    owed(fakes)
    owing.fan_out()
    erp = Connection.objects.get(code="erp")
    (sending, *_) = outbound._claim(erp, "Account", 10)
    owing.owe({("customer", sending.subject_id): {"again"}})
    assert outbound._claim(erp, "Account", 10) == []
    Delivery.objects.filter(pk=sending.pk).update(state="done")
    (next_,) = outbound._claim(erp, "Account", 10)
    assert (next_.subject_id, next_.correlation_ids) == (sending.subject_id, ["again"])


def test_a_failed_delivery_gives_way_to_the_newer_one_of_its_slot(fakes: Fakes) -> None:
    owed(fakes)
    owing.fan_out()
    crm, erp = Connection.objects.get(code="crm"), Connection.objects.get(code="erp")
    Delivery.objects.exclude(connection=erp).delete()
    refused(fakes, "crm", "2", Retriable("Locked."))
    subject = golden("crm", "2").pk
    fakes["erp"].during_push = lambda: owing.owe({("customer", subject): {"meanwhile"}})
    outbound.deliver(erp)
    fakes["erp"].during_push = None
    first, second = Delivery.objects.filter(connection=erp, subject_id=subject, subject_type="customer").order_by("pk")
    assert (first.state, second.state) == ("done", "waiting")
    assert set(second.correlation_ids) >= {"meanwhile", *first.correlation_ids}
    assert second.attempts == 1
    assert crm


def test_gone_is_buried_with_its_reason(fakes: Fakes) -> None:
    owed(fakes)
    settle()
    fakes["crm"].edit("Account", "2", segment="oem")
    refused(fakes, "crm", "2", Gone("The record was archived there."))
    inbound.pull(Connection.objects.get(code="crm"))
    take_in()
    send()
    (dead,) = Delivery.objects.filter(state="dead")
    assert (dead.reason, dead.error) == ("gone", "The record was archived there.")
    assert distribute


def test_a_contact_reaches_each_of_two_systems_of_one_role(fakes: Fakes) -> None:
    connect("erp", "erp-in")
    for number in range(4):  # whichever of the two comes first for one of them
        name = f"Werk {number} in Bremen GmbH"
        first, second = ("erp", "erp-in") if number % 2 else ("erp-in", "erp")
        fakes[first].put("Account", f"w{number}", values={"party_type": "organisation", "legal_name": name})
        settle()
        assert len(fakes[second].of("Account")) == number + 1
        person = {"first_name": "Eva", "last_name": f"Kern{number}", "emails": f"eva{number}@werk.de", "role": "Buyer"}
        fakes[first].put("Contact", f"c{number}", values=person, refs={"organisation": f"w{number}"})
        settle()
        assert len(fakes["erp"].of("Contact")) == len(fakes["erp-in"].of("Contact")) == number + 1
    assert not Delivery.objects.exclude(state="done").exists()


def test_nothing_is_written_of_what_may_still_be_taken_back(fakes: Fakes) -> None:
    """Of the held firm neither it nor its contacts are written; others are, and it is once the hold is over."""
    fakes["crm"].put("Account", "1", values=MEIER)
    fakes["crm"].put("Account", "2", values=NORD)
    settle()
    held = GoldenRecord.objects.filter(pk=golden("crm", "1").pk)
    held.update(held_until=timezone.now() + timedelta(minutes=1))
    fakes["crm"].put("Account", "1", values={**MEIER, "segment": "A"})
    fakes["crm"].put("Account", "2", values={**NORD, "segment": "B"})
    settle()
    assert "segment" not in fakes["erp"].of("Account")["erp-1"]["values"]
    assert fakes["erp"].of("Account")["erp-2"]["values"]["segment"] == "B"
    assert "waiting" in states(subject_id=golden("crm", "1").pk)
    held.update(held_until=timezone.now())
    send()
    assert fakes["erp"].of("Account")["erp-1"]["values"]["segment"] == "A"

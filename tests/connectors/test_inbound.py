"""Into the inbox and out of it: nothing that arrived is dropped, nothing bad stops what is good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone

from connectors import base, drift, inbound
from connectors.errors import ConnectorError, Misconfigured, Permanent, Retriable
from connectors.models import Cursor, Delivery, InboundKey, InboundMessage
from mdm import outbox
from mdm.models import Connection, SourceRecord, SourceVersion
from mdm.pipeline import process, rebuild
from tests.connectors.fake import System, fakes

__all__ = ["fakes"]
pytestmark = pytest.mark.django_db
Fakes = dict[str, System]
FIRMS = ("Bolzen Meier GmbH", "Nordwind Logistik AG", "Eisen Krause KG", "Schrauben Adler GmbH", "Kabel Voss OHG")


@pytest.fixture(autouse=True)
def systems(fakes: Fakes) -> Fakes:
    return fakes


@pytest.fixture
def crm() -> Connection:
    return Connection.objects.get(code="crm")


def firms(fakes: Fakes, count: int = 5) -> None:
    for number, name in enumerate(FIRMS[:count], 1):
        fakes["crm"].put("Account", str(number), values={"party_type": "organisation", "legal_name": name})


def process_all() -> None:
    while inbound.process_inbox():
        pass


def known(**wanted: Any) -> set[str]:
    return set(SourceRecord.objects.filter(**wanted).values_list("external_id", flat=True))


def dead() -> list[tuple[str, str, str]]:
    rows = InboundMessage.objects.filter(state="dead").order_by("pk")
    return [(row.external_id, row.stage, row.error) for row in rows]


def test_each_message_is_in_one_lane_of_the_inbox_and_those_of_nobody_in_the_first(crm: Connection) -> None:
    Connection.objects.create(code="shop", name="Shop", kind="shopify", role="store")
    shop = Connection.objects.get(code="shop")
    for connection_id, kind in ((crm.pk, "Account"), (shop.pk, "ProductVariant"), (shop.pk, "Customer"),
                                (shop.pk, "Forgotten"), (9999, "ProductVariant")):  # fmt: skip
        InboundMessage.objects.create(
            connection_id=connection_id, object_type=kind, external_id="1", observed_at=timezone.now()
        )
    found = {
        lane: sorted(InboundMessage.objects.filter(inbound.of_lane(lane)).values_list("object_type", flat=True))
        for lane in inbound.LANES
    }
    assert found == {
        "customer": ["Account", "Customer", "Forgotten", "ProductVariant"],
        "product": ["ProductVariant"],
    }
    assert inbound.process_inbox(lane="product") == 1
    with pytest.raises(ValueError, match="no lane"):
        inbound.process_inbox(lane="order")


def test_a_record_that_cannot_be_mapped_is_kept_whole_and_the_rest_goes_on(fakes: Fakes, crm: Connection) -> None:
    firms(fakes)
    fakes["crm"].records["Account", "2"]["unreadable"] = {"Name": ["a", {"b": None}]}
    inbound.pull(crm)
    process_all()
    assert known() == {"1", "3", "4", "5"}
    sentence = "Account 2: field 'Name' holds a list where a text was expected."
    assert dead() == [("2", "map", sentence)]
    letter = InboundMessage.objects.get(state="dead")
    assert letter.body == fakes["crm"].records["Account", "2"]
    assert [*rebuild.check()] == []


def test_a_dead_letter_is_replayed_from_its_stage(fakes: Fakes, crm: Connection) -> None:
    firms(fakes, 2)
    fakes["crm"].records["Account", "2"]["unreadable"] = True
    inbound.pull(crm)
    process_all()
    letter = InboundMessage.objects.get(state="dead")
    assert inbound.replay([letter.pk]) == 1
    process_all()
    assert [external_id for external_id, _, _ in dead()] == ["2"]  # nothing was mended yet
    InboundMessage.objects.filter(pk=letter.pk).update(
        body={key: value for key, value in letter.body.items() if key != "unreadable"}
    )
    inbound.replay([letter.pk])
    process_all()
    assert (known(), dead()) == ({"1", "2"}, [])
    letter.refresh_from_db()
    assert (letter.state, letter.error) == ("done", "")
    assert inbound.replay([letter.pk]) == 0


def test_a_bug_of_the_connector_stops_one_record(fakes: Fakes, crm: Connection) -> None:
    firms(fakes, 3)
    fakes["crm"].records["Account", "1"]["broken"] = True
    inbound.pull(crm)
    process_all()
    assert known() == {"2", "3"}
    assert dead() == [("1", "map", "The connector could not read this Account: KeyError: 'Name'")]


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pipeline breaks on whatever holds the word poison; gives the sizes of the batches it was given."""
    genuine, sizes = process.changes, []

    def changes(batch: Any, **more: Any) -> Any:
        sizes.append(len(batch))
        for change in batch:
            text = change.attributes.get("trade_name")
            if text == "poison":
                raise ValueError("a digit was expected in 'poison'")
            if text == "too long":
                raise DataError("value too long for type character varying(5)")
            if text == "busy":
                raise OperationalError("canceling statement due to lock timeout")
        return genuine(batch, **more)

    monkeypatch.setattr(process, "changes", changes)
    return sizes


def test_a_poisonous_record_is_found_by_halving(fakes: Fakes, crm: Connection, poisoned: list[int]) -> None:
    firms(fakes)
    fakes["crm"].edit("Account", "3", trade_name="poison")
    fakes["crm"].edit("Account", "5", trade_name="too long")
    inbound.pull(crm)
    process_all()
    assert known() == {"1", "2", "4"}
    assert sorted(dead()) == [
        ("3", "process", "The pipeline could not take this in: ValueError: a digit was expected in 'poison'"),
        (
            "5",
            "process",
            "The pipeline could not take this in: DataError: value too long for type character varying(5)",
        ),
    ]
    assert InboundMessage.objects.filter(state="dead", body__values__trade_name="poison").exists()
    assert poisoned[0] == 5
    assert [*rebuild.check()] == []


def test_a_database_at_a_loss_kills_no_letters(fakes: Fakes, crm: Connection, poisoned: list[int]) -> None:
    firms(fakes)
    fakes["crm"].edit("Account", "3", trade_name="busy")
    inbound.pull(crm)
    with pytest.raises(OperationalError):
        inbound.process_inbox()
    assert set(InboundMessage.objects.values_list("state", flat=True)) == {"waiting"}
    assert poisoned == [5]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({"a": "x\x00y"}, {"a": "x\ufffdy"}),
        ({"a": "\ud800"}, {"a": "\ufffd"}),
        ({"a\x00": ["\x00", {"b": "\udfff"}]}, {"a\ufffd": ["\ufffd", {"b": "\ufffd"}]}),
        ({"a": r"\u0000"}, {"a": r"\u0000"}),
        ({"a": "\\\x00"}, {"a": "\\\ufffd"}),
        ({"a": "\\\\u0000", "b": "\x00"}, {"a": "\\\\u0000", "b": "\ufffd"}),
        ({"a": "Müller 😀 ß"}, {"a": "Müller 😀 ß"}),
    ],
)
def test_what_postgresql_cannot_keep_is_replaced_and_nothing_else(crm: Connection, body: Any, kept: Any) -> None:
    payload = base.Payload(object_type="Account", external_id="1", body=body, observed_at=timezone.now())
    inbound.store(crm, [payload])
    assert InboundMessage.objects.get().body == kept


def test_names_longer_than_any_column_are_taken_in(fakes: Fakes, crm: Connection) -> None:
    long = "Gesellschaft " * 60
    fakes["crm"].put("Account", "1", values={"party_type": "organisation", "legal_name": long, "currency": "Mark " * 9})
    inbound.pull(crm)
    process_all()
    assert dead() == []
    record = SourceRecord.objects.get()
    assert record.golden is not None
    assert record.golden.customer.legal_name == long.strip()
    assert "currency" in record.problems
    assert [*rebuild.check()] == []


def test_a_page_and_its_cursor_are_stored_together(fakes: Fakes, crm: Connection) -> None:
    firms(fakes)
    fakes["crm"].answers["page Account"] += [Retriable("The system went away.")]
    with pytest.raises(Retriable):
        inbound.pull(crm)
    assert InboundMessage.objects.count() == 3  # the first page stays
    assert Cursor.objects.get(object_type="Account").value["since"] == fakes["crm"].records["Account", "3"]["at"]
    inbound.pull(crm)
    process_all()
    assert known() == {"1", "2", "3", "4", "5"}


def test_the_overlap_of_pulls_is_no_news(fakes: Fakes, crm: Connection) -> None:
    firms(fakes)
    assert inbound.pull(crm) == 5
    assert inbound.pull(crm) == 0 + 1  # the last one, once more: the first pull of all keeps no digests
    assert inbound.pull(crm) == 0
    process_all()
    versions = SourceVersion.objects.count()
    fakes["crm"].edit("Account", "5", segment="oem")
    assert inbound.pull(crm) == 1
    process_all()
    assert SourceVersion.objects.count() == versions + 1


def test_what_the_hub_heard_already_is_no_news_but_to_a_full_pull(fakes: Fakes, crm: Connection) -> None:
    firms(fakes)
    inbound.pull(crm)
    process_all()
    versions = SourceVersion.objects.count()

    def again() -> int:
        """A pull of all of it that remembers no other."""
        Cursor.objects.filter(object_type="Account").update(seen={}, value={"since": ""})
        return inbound.pull(crm)

    assert again() == 0, "as after a burst of our own writes, whose answers said it"
    before = dict(fakes["crm"].records["Account", "2"])
    fakes["crm"].edit("Account", "2", segment="oem")
    assert again() == 1
    # it waits in the inbox, and then somebody takes the edit back: what was heard last must stand last
    fakes["crm"].records["Account", "2"] = before
    assert again() == 1
    process_all()
    held = fakes["crm"].records.pop(("Account", "3"))
    notices(crm, "3")
    inbound.fetch_events()
    process_all()
    assert known(status="deleted") == {"3"}
    fakes["crm"].records["Account", "3"] = held
    again()
    news = InboundMessage.objects.filter(state="waiting").values_list("external_id", flat=True)
    assert "3" in news, "of one that was gone it is news that it is there"
    process_all()
    assert inbound.pull(crm, full=True) == 5, "a full pull takes all in, as the mapping may be another by now"
    process_all()
    assert [*rebuild.check()] == []
    assert SourceVersion.objects.count() > versions


def test_a_page_that_comes_twice_changes_nothing(fakes: Fakes, crm: Connection) -> None:
    firms(fakes)
    inbound.pull(crm)
    inbound.pull(crm, full=True)
    process_all()
    assert SourceVersion.objects.count() == 5
    assert InboundMessage.objects.filter(state="done").count() == 10


def test_a_full_pull_asks_for_what_it_did_not_see(fakes: Fakes, crm: Connection) -> None:
    firms(fakes)
    inbound.pull(crm)
    process_all()
    del fakes["crm"].records["Account", "2"]
    inbound.pull(crm, full=True)
    process_all()
    assert known(status="deleted") == {"2"}
    assert fakes["crm"].calls.count("fetch Account") == 1


def notices(crm: Connection, *external_ids: str, at: datetime | None = None) -> None:
    empty: dict[str, Any] = {}
    payloads = tuple(
        base.Payload(object_type="Account", external_id=pk, body=empty, observed_at=timezone.now(), changed_at=at)
        for pk in external_ids
    )
    event = base.Event(key="-".join(external_ids), topic="changed", payloads=payloads)
    assert inbound.take_event(crm, event)


def due_now() -> None:
    InboundMessage.objects.filter(state="waiting").update(not_before=None)


def test_an_event_is_taken_once(crm: Connection) -> None:
    event = base.Event(key="e-1", topic="changed", payloads=())
    assert inbound.take_event(crm, event)
    assert not inbound.take_event(crm, event)
    assert inbound.take_event(Connection.objects.get(code="erp"), event)
    assert InboundKey.objects.count() == 2


def test_several_notices_of_one_object_are_one_read(fakes: Fakes, crm: Connection) -> None:
    firms(fakes, 2)
    notices(crm, "1", "2", "1")
    notices(crm, "2")
    assert inbound.fetch_events() == 4
    process_all()
    assert known() == {"1", "2"}
    assert fakes["crm"].calls == ["fetch Account"]


def test_notices_wait_while_we_write_to_their_system(fakes: Fakes, crm: Connection) -> None:
    firms(fakes, 2)
    sending = Delivery.objects.create(
        connection=crm, object_type="Account", subject_type="customer", subject_id=1, state="sending",
        not_before=timezone.now(),
    )
    notices(crm, "1", at=timezone.now())
    assert inbound.fetch_events() == 0
    inbound.ask_for(crm, [base.Payload(object_type="Account", external_id="2", body={}, observed_at=timezone.now())])
    assert inbound.fetch_events() == 1, "without a stamp no echo would be known"
    fakes["crm"].calls.clear()
    notices(Connection.objects.get(code="erp"), "9", at=timezone.now())
    assert inbound.fetch_events() == 1, "only those of the system we write to"
    sending.state = "done"
    sending.save()
    assert inbound.fetch_events() == 1
    assert fakes["crm"].calls == ["fetch Account"]
    sending.state = "sending"
    sending.save()
    notices(crm, "2", at=timezone.now())
    assert inbound.fetch_events() == 0
    InboundMessage.objects.filter(state="waiting", fetch=True).update(received_at=timezone.now() - inbound.ECHO)
    assert inbound.fetch_events() == 1, "none waits for ever"


HEAD = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "whole", "echo"),
    [
        (0, None, True),  # what we have read already
        (5, None, True),  # what our own write made of it
        (4, None, False),  # somebody else, before our write
        (6, None, False),  # somebody else, after it
        (0, 0, True),
        (0, 7, True),  # our own write moved the larger one
        (0, 6, False),  # somebody else did
        (5, 7, True),
        (4, 7, False),  # and somebody else changed this part
        (5, 6, False),
    ],
)
def test_only_stamps_we_read_or_made_are_no_news(
    fakes: Fakes, crm: Connection, own: int, whole: int | None, echo: bool
) -> None:
    def at(second: int) -> datetime:
        return HEAD + timedelta(seconds=second)

    firms(fakes, 1)
    inbound.pull(crm)
    process_all()
    SourceRecord.objects.update(head_at=HEAD)
    inbound.note_moved(crm, [base.Stamp("Account", "1", at(5)), base.Stamp("Group", "9", at(7))])
    # neither those of another system, nor of another kind of object, nor of an object we never read
    inbound.note_moved(Connection.objects.get(code="erp"), [base.Stamp("Account", "1", at(4))])
    inbound.note_moved(crm, [base.Stamp("Other", "1", at(6)), base.Stamp("Account", "2", at(own))])
    empty: dict[str, Any] = {}
    payloads = tuple(
        base.Payload(
            object_type="Account", external_id=pk, body=empty, observed_at=timezone.now(), changed_at=at(own),
            whole=None if whole is None else base.Stamp("Group", "9", at(whole)),
        )
        for pk in ("1", "2")
    )
    inbound.take_event(crm, base.Event(key="e", topic="changed", payloads=payloads))
    assert inbound.fetch_events() == 2
    read = InboundMessage.objects.filter(fetch=False, state="waiting").values_list("external_id", flat=True)
    assert sorted(read) == (["2"] if echo else ["1", "2"])


def test_a_worker_is_woken_for_what_it_may_read_now(
    fakes: Fakes, crm: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(outbox, "wake", lambda task, **_: woken.append(task))
    firms(fakes, 1)
    notices(crm, "1", at=timezone.now())
    assert woken == [inbound.WAKE_FETCH]
    assert inbound.fetch_events() == 1
    assert woken == [inbound.WAKE_FETCH, inbound.WAKE]
    assert inbound.fetch_events() == 0
    assert woken == [inbound.WAKE_FETCH, inbound.WAKE], "nothing was read"
    woken.clear()
    Delivery.objects.create(
        connection=crm, object_type="Account", subject_type="customer", subject_id=1, state="sending",
        not_before=timezone.now(),
    )  # fmt: skip
    notices(crm, "2", at=timezone.now())
    assert woken == [], "it waits, and who is sending wakes the reader in the end"
    notices(Connection.objects.get(code="erp"), "3", at=timezone.now())
    notices(crm, "4")
    assert woken == [inbound.WAKE_FETCH] * 2, "of another system, or without a stamp, it does not wait"


def test_a_notice_of_something_gone_is_a_delete(fakes: Fakes, crm: Connection) -> None:
    firms(fakes, 1)
    inbound.pull(crm)
    process_all()
    fakes["crm"].records.clear()
    notices(crm, "1")
    inbound.fetch_events()
    process_all()
    assert known(status="deleted") == {"1"}


@pytest.mark.parametrize("error", [Retriable("The system is down."), Misconfigured("The token is wrong.")])
def test_notices_wait_however_long_a_system_is_away(fakes: Fakes, crm: Connection, error: ConnectorError) -> None:
    firms(fakes, 2)
    fakes["crm"].answers["fetch Account"] += [error] * 40
    notices(crm, "1", "2")
    for _ in range(40):
        due_now()
        inbound.fetch_events()
    waiting = InboundMessage.objects.filter(state="waiting")
    assert {row.error for row in waiting} == {str(error)}
    assert {(row.not_before - timezone.now()) <= timedelta(seconds=301) for row in waiting} == {True}
    assert inbound.fetch_events() == 0  # not before its time
    due_now()
    inbound.fetch_events()
    process_all()
    assert known() == {"1", "2"}


def test_the_pauses_of_a_fetch_grow(fakes: Fakes, crm: Connection) -> None:
    fakes["crm"].answers["fetch Account"] += [Retriable("Busy."), Retriable("Busy."), Retriable("Busy.", after=42)]
    notices(crm, "1")
    pauses = []
    for _ in range(3):
        due_now()
        inbound.fetch_events()
        row = InboundMessage.objects.get()
        pauses.append(round((row.not_before - timezone.now()).total_seconds()))  # type: ignore[operator]
    assert pauses == [1, 2, 42]


def fetching(monkeypatch: pytest.MonkeyPatch, bad: dict[str, Exception], silent: set[str]) -> None:
    """Reading any of `bad` breaks the whole call; those in `silent` are passed over in the answer."""
    from tests.connectors.fake import Fake

    genuine = Fake.fetch

    def fetch(self: Fake, object_type: str, external_ids: Any) -> list[base.Payload]:
        for external_id in external_ids:
            if external_id in bad:
                raise bad[external_id]
        return [one for one in genuine(self, object_type, external_ids) if one.external_id not in silent]

    monkeypatch.setattr(Fake, "fetch", fetch)


def test_one_object_that_breaks_a_read_stops_no_other(
    fakes: Fakes, crm: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms(fakes)
    fetching(monkeypatch, {"2": Permanent("Account 2 is locked for the interface."), "4": KeyError("Id")}, set())
    notices(crm, "1", "2", "3", "4", "5")
    inbound.fetch_events()
    process_all()
    assert known() == {"1", "3", "5"}
    assert dead() == [("2", "fetch", "Account 2 is locked for the interface.")]
    for _ in range(inbound.MAX_ATTEMPTS):
        due_now()
        inbound.fetch_events()
    assert ("4", "fetch", "The connector could not read this object: KeyError: 'Id'") in dead()
    monkeypatch.undo()


def test_silence_is_not_taken_for_a_delete(fakes: Fakes, crm: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    firms(fakes, 2)
    inbound.pull(crm)
    process_all()
    fetching(monkeypatch, {}, {"2"})
    notices(crm, "1", "2")
    inbound.fetch_events()
    process_all()
    assert known(status="active") == {"1", "2"}
    row = InboundMessage.objects.get(state="waiting")
    assert (row.external_id, row.error) == ("2", "The system did not answer for this object.")


def test_messages_of_a_connection_that_is_gone_are_kept(crm: Connection) -> None:
    payload = base.Payload(object_type="Account", external_id="1", body={"a": 1}, observed_at=timezone.now())
    inbound.store(crm, [payload])
    notices(crm, "2")
    InboundMessage.objects.update(connection_id=crm.pk + 1000)
    inbound.fetch_events()
    process_all()
    sentence = "The connection this message came from no longer exists."
    assert sorted(dead()) == [("1", "map", sentence), ("2", "fetch", sentence)]


def test_a_full_compare_ends_while_a_notice_cannot_be_read(fakes: Fakes, crm: Connection) -> None:
    firms(fakes, 2)
    fakes["crm"].answers["fetch Account"] += [Retriable("Busy.", after=60)] * 3
    notices(crm, "1")
    inbound.fetch_events()
    drift.reconcile(crm)
    assert known() == {"1", "2"}


def test_old_messages_are_forgotten_and_dead_ones_kept(fakes: Fakes, crm: Connection) -> None:
    firms(fakes, 2)
    fakes["crm"].records["Account", "2"]["unreadable"] = True
    inbound.pull(crm)
    process_all()
    inbound.take_event(crm, base.Event(key="old", topic="changed", payloads=()))
    long_ago = timezone.now() - timedelta(days=30)
    InboundMessage.objects.update(received_at=long_ago)
    InboundKey.objects.update(at=long_ago)
    assert inbound.prune() == 1
    assert [external_id for external_id, _, _ in dead()] == ["2"]
    assert not InboundKey.objects.exists()

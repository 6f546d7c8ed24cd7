"""Inbox and deliveries with several workers at once, each with its own connection to the database."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from threading import Barrier, Event, Lock, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from connectors import inbound, outbound, owing, reach, tasks
from connectors.models import Delivery, InboundMessage
from mdm.models import Connection, GoldenRecord, SourceRecord, SourceVersion
from mdm.pipeline import rebuild
from tests.connectors.fake import Fake, System, fakes
from tests.mdm.workers import at_once

__all__ = ["fakes"]
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.timeout(120)]
Fakes = dict[str, System]


@pytest.fixture
def erp(transactional_db: None, fakes: Fakes) -> Connection:
    return Connection.objects.get(code="erp")


def firms(fakes: Fakes, count: int) -> None:
    for n in range(count):
        place = {"street": f"Weg {n}", "city": f"Ort {n}", "postcode": f"{10000 + n}", "country": "DE"}
        name = {"party_type": "organisation", "legal_name": f"Werke {n * 7919} GmbH"}
        fakes["crm"].put("Account", str(n), values={**name, "addresses|bill_to": place})
    inbound.pull(Connection.objects.get(code="crm"))


def owed(fakes: Fakes, count: int) -> None:
    firms(fakes, count)
    while inbound.process_inbox():
        pass
    while owing.fan_out():
        pass


def test_one_message_is_taken_up_by_one_of_two_workers(
    erp: Connection, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms(fakes, 1)
    mapping, go_on, mapped = Event(), Event(), []
    genuine = Fake.map

    def slow(self: Fake, payload: Any) -> Any:
        mapped.append(payload.external_id)
        mapping.set()
        go_on.wait(20)
        return genuine(self, payload)

    monkeypatch.setattr(Fake, "map", slow)
    first = Thread(target=lambda: (inbound.process_inbox(), connection.close()))
    first.start()
    assert mapping.wait(20)
    assert inbound.process_inbox() == 0  # the other has it; nobody waits
    go_on.set()
    first.join(20)
    assert mapped == ["0"]
    assert (SourceVersion.objects.count(), InboundMessage.objects.get().state) == (1, "done")
    assert inbound.process_inbox() == 0


def test_eight_workers_empty_one_inbox(erp: Connection, fakes: Fakes) -> None:
    firms(fakes, 40)
    inbound.pull(Connection.objects.get(code="crm"), full=True)  # each twice

    def work() -> int:
        done = 0
        while count := inbound.process_inbox(limit=7):
            done += count
        return done

    assert sum(at_once(*[work] * 8)) == 80
    assert set(InboundMessage.objects.values_list("state", flat=True)) == {"done"}
    assert SourceRecord.objects.count() == 40
    assert [*rebuild.check()] == []


def test_two_workers_claim_different_deliveries(erp: Connection, fakes: Fakes) -> None:
    owed(fakes, 30)
    claims = at_once(*[lambda: [row.pk for row in outbound._claim(erp, "Account", 5)]] * 6)
    taken = Counter(pk for claim in claims for pk in claim)
    assert set(taken.values()) == {1}
    assert [len(claim) for claim in claims] == [5] * 6


def test_a_slot_is_never_pushed_by_two_workers_at_once(erp: Connection, fakes: Fakes) -> None:
    owed(fakes, 6)
    lock, busy, collisions = Lock(), Counter[str](), []
    genuine = Fake._push

    def watched(self: Fake, wanted: Any) -> Any:
        with lock:
            busy[wanted.golden_id] += 1
            collisions.extend([wanted.golden_id] * (busy[wanted.golden_id] > 1))
        # meanwhile somebody changes the very record that is being pushed
        pk = GoldenRecord.objects.get(uid=wanted.golden_id).pk
        owing.owe({("customer", pk): {"meanwhile"}})
        outcome = genuine(self, wanted)
        with lock:
            busy[wanted.golden_id] -= 1
        return outcome

    def work() -> None:
        for _ in range(6):
            outbound.deliver(erp, limit=2)

    Fake._push = watched  # type: ignore[method-assign]
    try:
        at_once(*[work] * 6)
    finally:
        Fake._push = genuine  # type: ignore[method-assign]
    for _ in range(4):
        outbound.deliver(erp)
    assert collisions == []
    assert len(fakes["erp"].of("Account")) == 6
    assert SourceRecord.objects.filter(connection=erp).count() == 6
    rows = Delivery.objects.filter(connection=erp, subject_type="customer")
    assert set(rows.values_list("state", flat=True)) == {"done"}
    assert [*rebuild.check()] == []


@pytest.mark.parametrize("alive", [True, False])
def test_only_a_dead_worker_loses_its_lease(erp: Connection, fakes: Fakes, alive: bool) -> None:
    owed(fakes, 1)
    pushing, go_on = Event(), Event()

    def slow() -> None:
        pushing.set()
        go_on.wait(20)

    fakes["erp"].during_push = slow if alive else None
    if alive:
        worker = Thread(target=lambda: (outbound.deliver(erp), connection.close()))
        worker.start()
        assert pushing.wait(20)
        fakes["erp"].during_push = None
    else:
        outbound._claim(erp, "Account", 5)  # and then it died
    Delivery.objects.filter(state="sending").update(lease_until=timezone.now() - timedelta(seconds=1))
    pushed = outbound.deliver(erp)
    assert pushed == (0 if alive else 1)
    if alive:
        go_on.set()
        worker.join(20)
    assert len(fakes["erp"].pushed) == 1
    assert Delivery.objects.get(connection=erp).state == "done"


def test_a_worker_whose_lease_was_taken_leaves_the_delivery_alone(erp: Connection, fakes: Fakes) -> None:
    owed(fakes, 1)

    def robbed() -> None:
        fakes["erp"].during_push = None
        Delivery.objects.filter(state="sending").update(state="waiting", lease=None, lease_until=None)
        outbound._claim(erp, "Account", 5)

    fakes["erp"].during_push = robbed
    outbound.deliver(erp)
    row = Delivery.objects.get(connection=erp)
    assert (row.state, row.pushes) == ("sending", 0)  # it belongs to the other now
    assert SourceRecord.objects.get(connection=erp).status == "active"  # what the system answered is kept all the same


def test_many_causes_at_once_become_one_waiting_delivery_that_knows_all(erp: Connection, fakes: Fakes) -> None:
    owed(fakes, 3)
    subjects = list(
        Delivery.objects.filter(connection=erp, subject_type="customer").values_list("subject_id", flat=True)
    )
    Delivery.objects.all().delete()

    def work(number: int) -> Any:
        order = subjects if number % 2 else subjects[::-1]
        return lambda: owing.owe({("customer", pk): {f"cause-{number}"} for pk in order})

    at_once(*(work(number) for number in range(8)))
    rows = Delivery.objects.filter(connection=erp, subject_type="customer")
    assert sorted(rows.values_list("subject_id", flat=True)) == sorted(subjects)
    assert {tuple(row.correlation_ids) for row in rows} == {tuple(f"cause-{n}" for n in range(8))}


def test_a_delivery_is_put_off_while_its_slot_is_owed_anew(erp: Connection, fakes: Fakes) -> None:
    """The unique waiting row: whoever comes second gives way, and no cause is lost."""
    owed(fakes, 1)
    for number in range(10):
        (row,) = outbound._claim(erp, "Account", 5)
        when, before = timezone.now(), set(row.correlation_ids)
        at_once(
            lambda row=row, when=when: outbound._later(row, when, "Busy."),
            lambda row=row, number=number: owing.owe({("customer", row.subject_id): {f"again-{number}"}}),
        )
        waiting = Delivery.objects.get(connection=erp, state="waiting")
        assert set(waiting.correlation_ids) == before | {f"again-{number}"}
        Delivery.objects.exclude(pk=waiting.pk).delete()


def test_a_name_is_held_by_one_worker_at_a_time(erp: Connection) -> None:
    met, results = Barrier(2), []

    def work() -> None:
        with reach.alone("test") as mine:
            results.append(mine)
            met.wait(10)

    at_once(work, work)
    assert sorted(results) == [False, True]
    with reach.alone("test") as mine:
        assert mine


def test_a_sweep_wakes_nobody_for_what_somebody_is_at(
    erp: Connection, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed(fakes, 1)
    woken: list[int] = []
    monkeypatch.setattr(tasks.deliver, "delay", lambda *, connection: woken.append(connection))
    held, done = Event(), Event()

    def send() -> None:
        with reach.alone(tasks.DELIVER.format(code=erp.code)):
            held.set()
            done.wait(30)
        connection.close()

    worker = Thread(target=send)
    worker.start()
    assert held.wait(30)
    tasks.sweep()
    others = [*woken]
    done.set()
    worker.join()
    assert erp.pk not in others and others
    tasks.sweep()
    assert erp.pk in woken, "once it is left, or its worker has died"

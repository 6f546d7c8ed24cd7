"""Changes that arrive at the very moment another match model is put in force; each worker has its own connection."""

from __future__ import annotations

import time
from threading import Event, Thread, get_ident
from typing import Any

import pytest
from django.db import connection, transaction

from mdm.contracts import SourceChange
from mdm.models import Changeover, GoldenRecord, MatchKey, SourceRecord
from mdm.pipeline import changeover, match, process, rebuild, training
from tests.factories import change, connections
from tests.mdm.matchers import Equal, install
from tests.mdm.workers import at_once

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.timeout(120)]
CODES = ("crm", "erp", "store")
PARTIES = 24


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    connections()
    install(monkeypatch)
    monkeypatch.setattr(changeover, "CHUNK", 3)


def firm(code: str, number: int) -> SourceChange:
    """Firms of one number share a mailbox and nothing else: the built-in model keeps them apart."""
    name = f"{code} {number * 7919} Werke GmbH"
    return change(code, str(number), 1, party_type="organisation", legal_name=name, emails=f"post@nr{number}.de")


def test_records_that_arrive_while_a_model_is_put_in_force_all_follow_it() -> None:
    process.changes([firm("crm", number) for number in range(PARTIES)])
    row = Equal("emails").stored(1)

    def publish() -> None:
        changeover.begin("customer", row)
        changeover.follow("customer")

    def bring(code: str) -> None:
        for number in range(PARTIES):
            process.changes([firm(code, number)])

    at_once(publish, lambda: bring("erp"), lambda: bring("store"), lambda: changeover.follow("customer"))
    changeover.follow("customer")
    assert Changeover.objects.get().stage == "done"
    for number in range(PARTIES):
        mine = SourceRecord.objects.filter(external_id=str(number))
        assert (mine.count(), mine.values("golden").distinct().count()) == (3, 1), number
    assert set(MatchKey.objects.values_list("model", flat=True)) == {0, row.pk}
    assert MatchKey.objects.filter(model=row.pk).count() == 3 * PARTIES
    assert [*rebuild.check()] == []


def test_two_first_trainings_that_end_at_once_get_two_numbers() -> None:
    """The second ends while the first is being stored, and waits for its number."""
    made: list[int] = []
    second = Thread(target=lambda: (made.append(training._store("customer", data=b"").version), connection.close()))
    with transaction.atomic():
        first = training._store("customer", data=b"").version
        second.start()
        _until_somebody_waits()
    second.join(20)
    assert (first, made) == (1, [2])


def _until_somebody_waits() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    pytest.fail("nobody waits")


def test_who_began_before_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that took its rules before, and whose record nobody can see yet, is not passed over."""
    process.changes([firm("crm", 1)])
    row = Equal("emails").stored(1)
    real, ours, inside, go_on = match.lock, get_ident(), Event(), Event()

    def slowly(*args: Any) -> Any:
        if get_ident() == late.ident:
            inside.set()
            assert go_on.wait(30)
        return real(*args)

    monkeypatch.setattr(match, "lock", slowly)

    def bring() -> None:
        process.changes([firm("erp", 1)])
        connection.close()

    def publish() -> None:
        changeover.begin("customer", row)
        begun.set()
        changeover.follow("customer")
        connection.close()

    begun, late, other = Event(), Thread(target=bring), Thread(target=publish)
    late.start()
    assert inside.wait(30) and ours != late.ident
    other.start()
    assert not begun.wait(0.7), "it must wait for the batch that is under way"
    go_on.set()
    late.join(30)
    other.join(30)
    assert Changeover.objects.get().stage == "done"
    assert MatchKey.objects.filter(model=row.pk).count() == 2
    assert GoldenRecord.objects.filter(merged_into=None).count() == 1
    assert [*rebuild.check()] == []


def test_two_who_publish_at_once_leave_one_in_force() -> None:
    process.changes([firm("crm", 1), firm("erp", 1)])
    rows = [Equal("emails").stored(1), Equal("legal_name").stored(2)]
    at_once(*(lambda row=row: changeover.begin("customer", row) for row in rows))
    at_once(*[lambda: changeover.follow("customer")] * 3)
    changeover.follow("customer")
    state = Changeover.objects.get()
    for row in rows:
        row.refresh_from_db()
    assert sorted(row.state for row in rows) in (["draft", "published"], ["published", "retired"])
    assert state.model is not None and state.model.state == "published"
    assert [*rebuild.check()] == []


def test_who_read_the_rules_before_and_comes_late_acts_by_the_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    process.changes([firm("crm", 1)])
    row = Equal("emails").stored(1)
    real, inside, go_on = process.receive.read, Event(), Event()

    def slowly(*args: Any, **more: Any) -> Any:
        inside.set()
        assert go_on.wait(30)
        return real(*args, **more)

    monkeypatch.setattr(process.receive, "read", slowly)

    def bring() -> None:
        process.changes([firm("erp", 1)])
        connection.close()

    late = Thread(target=bring)
    late.start()
    assert inside.wait(30)
    changeover.begin("customer", row)
    changeover.follow("customer")
    go_on.set()
    late.join(30)
    assert MatchKey.objects.filter(model=row.pk).count() == 2
    assert GoldenRecord.objects.filter(merged_into=None).count() == 1
    assert [*rebuild.check()] == []

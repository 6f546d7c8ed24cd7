"""Objects read by statements written out are those the manager reads."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from mdm.models import Connection, MatchEdge, SourceRecord, bulk, reading
from mdm.pipeline import neighbours, process
from tests.factories import START, connections, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def records() -> None:
    connections()
    process.changes([organisation("crm", "1", 1), organisation("erp", "2", 2, fax="no number")])


@pytest.mark.parametrize("model", [SourceRecord, MatchEdge])
def test_every_field_is_read_in_its_type(model: type) -> None:
    table = model._meta.db_table
    names = [field.attname for field in model._meta.concrete_fields]
    found = reading.rows(model, f"SELECT *, 7 AS of_no_model FROM {table} ORDER BY id", [])
    stored = list(model._default_manager.order_by("pk"))
    assert found and [[getattr(row, name) for name in names] for row in found] == [
        [getattr(row, name) for name in names] for row in stored
    ]
    assert not found[0]._state.adding and found[0]._state.db == "default"


def test_a_field_that_was_not_asked_for_is_read_when_it_is_looked_at() -> None:
    (row,) = reading.rows(SourceRecord, "SELECT id, entity FROM mdm_sourcerecord ORDER BY id LIMIT 1", [])
    assert row.get_deferred_fields() >= {"cells", "status"}
    assert row.cells == SourceRecord.objects.get(pk=row.pk).cells != {}


def crowd(number: int) -> None:
    """So many records of no content, and what the planner knows of them."""
    some = {"connection": Connection.objects.get(code="crm"), "object_type": "Account", "entity": "customer"}
    times = dict.fromkeys(("first_at", "seen_at", "head_at", "head_observed_at"), START)
    SourceRecord.objects.bulk_create(SourceRecord(external_id=f"x{n}", **some, **times) for n in range(number))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mdm_sourcerecord")


def test_what_matching_asks_for_each_record_is_planned_once_for_lists_of_any_length() -> None:
    # Plans made while the tables of a test were nearly empty look cheaper than any general one.
    crowd(4000)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    for size in range(1, 16):
        for minute, city in enumerate(("Bremen", "Ulm"), 1):  # new ones, and then known ones that moved
            where = {"addresses__bill_to": {"city": city}}
            names = [(f"{size}-{n}", f"Zylka {size} {n}") for n in range(size)]
            process.changes([organisation("crm", key, minute, legal_name=name, **where) for key, name in names])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans FROM pg_prepared_statements")
        plans = {" ".join(statement.split()): count for statement, count in cursor.fetchall()}
    for asked in (
        "WITH RECURSIVE reached",
        "WITH block AS",
        "WITH edge AS",
        "WITH given AS",
        "SELECT * FROM mdm_case",
    ):
        used = [count for statement, count in plans.items() if statement.startswith(asked)]
        assert used and min(used) > 0, asked


@pytest.mark.parametrize("statement", [neighbours._READ, neighbours._LOCK])
def test_who_is_tied_to_a_record_is_looked_up_and_never_searched_for(statement: str) -> None:
    crowd(4000)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", {"pks": reading.numbers([1, 2, 3])})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using mdm_sourcerecord_pkey" in plan
    assert "Seq Scan on mdm_sourcerecord" not in plan


def test_what_goes_wrong_unawaited_is_raised_at_the_next_read_and_leaves_the_connection_well() -> None:
    failed = pytest.raises(IntegrityError)
    with failed as error, transaction.atomic(), bulk.unawaited(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO mdm_connection SELECT * FROM mdm_connection")  # noticed by nobody yet
        cursor.execute("SELECT 1")
        assert connection.connection.pgconn.pipeline_status
        cursor.fetchone()
    assert error.value.__cause__.sqlstate == "23505"  # type: ignore[union-attr]
    assert not connection.connection.pgconn.pipeline_status
    assert Connection.objects.count() == 3


def test_what_goes_wrong_last_is_raised_at_the_end() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), bulk.unawaited():
        Connection.objects.filter(code="crm").update(code="erp")
    assert Connection.objects.filter(code="crm").exists()

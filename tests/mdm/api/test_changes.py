"""The change feed: nothing missed, nothing moved, whoever commits first."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from mdm import outbox
from mdm.models import OutboxEvent
from mdm.pipeline import process
from tests import factories
from tests.mdm.api.conftest import Api, World, caller
from tests.mdm.workers import at_once


def read_all(api: Api, cursor: str = "", limit: int = 3) -> tuple[list[dict[str, Any]], str]:
    found: list[dict[str, Any]] = []
    while True:
        page = api.read(f"changes?limit={limit}&cursor={cursor}")
        found, cursor = found + page["items"], page["next"]
        if not page["more"]:
            return found, cursor


def test_changes_are_told_in_order_and_go_on_where_they_ended(api: Api, world: World) -> None:
    first, cursor = read_all(api)
    assert {one["id"] for one in first} >= {str(world.north.golden.uid), str(world.person.golden.uid)}
    assert "relation.changed" in {one["type"] for one in first}
    assert [one["seq"] for one in first] == sorted({one["seq"] for one in first})
    assert read_all(api, cursor) == ([], cursor)
    process.changes([factories.organisation("erp", "2", 9, legal_name="Schrauben Huber AG", region="south")])
    later, _ = read_all(api, cursor)
    assert (str(world.south.golden.uid), "customer.changed") in {(one["id"], one["type"]) for one in later}
    assert [*first, *later] == read_all(api, limit=1000)[0], "a second reader sees the same"


def test_a_merge_names_the_survivor(api: Api, world: World) -> None:
    _, cursor = read_all(api)
    process.changes([factories.organisation("store", "s1", 9, region="north")])
    merged = [one for one in read_all(api, cursor)[0] if one["type"] == "customer.merged"]
    assert [(one["id"], one["merged_into"]) for one in merged] == [
        (str(world.twin.golden.uid), str(world.north.golden.uid))
    ]


def test_a_reader_of_one_region_passes_over_the_others(world: World) -> None:
    south = caller("read", region="south")
    found, cursor = read_all(south, limit=1)
    assert {one["id"] for one in found} == {str(world.south.golden.uid)}
    assert read_all(south, cursor) == ([], cursor)


def emit(pk: int) -> None:
    outbox.emit([("golden.changed", "customer", pk, "")])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_committed_late_is_not_skipped() -> None:
    api = caller("read")
    factories.connections()
    process.changes([factories.organisation("erp", "1"), factories.organisation("crm", "2", tax_ids__VAT=None)])
    pks = list(OutboxEvent.objects.values_list("subject_id", flat=True).distinct())
    _, cursor = read_all(api)
    written, read = threading.Event(), threading.Event()

    def early_but_slow() -> None:
        try:
            with transaction.atomic():
                emit(pks[0])  # takes the smaller id
                written.set()
                assert read.wait(20)
        finally:
            connection.close()

    slow = threading.Thread(target=early_but_slow)
    slow.start()
    assert written.wait(20)
    emit(pks[0])  # takes the larger id and is committed first
    meanwhile, after = read_all(api, cursor)
    read.set()
    slow.join(20)
    late, _ = read_all(api, after)
    assert (len(meanwhile), len(late)) == (1, 1)
    ids = list(OutboxEvent.objects.order_by("-seq").values_list("id", flat=True)[:2])
    assert ids[0] < ids[1], "the late one has the smaller id, and yet comes behind"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_readers_and_writers_at_once_see_everything_once() -> None:
    readers = [caller("read") for _ in range(2)]
    factories.connections()
    process.changes([factories.organisation("erp", "1")])
    pk = OutboxEvent.objects.latest("pk").subject_id
    seen: list[list[int]] = [[], []]
    cursors = ["", ""]

    def write() -> None:
        for _ in range(40):
            emit(pk)

    def look(place: int) -> None:
        for _ in range(25):
            found, cursors[place] = read_all(readers[place], cursors[place], limit=7)
            seen[place] += [one["seq"] for one in found]

    at_once(write, write, lambda: look(0), lambda: look(1))
    for place in (0, 1):
        look(place)
    total = OutboxEvent.objects.count()
    assert seen[0] == seen[1] == list(range(1, total + 1)), "no gap, no repetition, one order"

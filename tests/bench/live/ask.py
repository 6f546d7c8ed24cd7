"""Persons arrive, one by one: how long until the hub knows who they are."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
from django.db import connection, transaction

from mdm import rules
from mdm.models import Case, Customer, FeedHead, SourceRecord, bulk
from mdm.pipeline import consolidate, link, match, probe, process, receive
from tests.bench.live import crowd

P50, P95 = 10.0, 30.0  # milliseconds a match and its decision may take
WARM = 20  # that are not counted
# Column, table and an order that an index gives: so pages stay in the shared buffers, which a scan of a table avoids.
_READ = (
    ("record_id", "mdm_matchkey", "key, record_id"),
    ("record_id", "mdm_matchkey", "record_id, key"),
    ("id", "mdm_matchkey", "id"),
    ("cells", "mdm_sourcerecord", "id"),
    ("golden_id", "mdm_sourcerecord", "golden_id"),
    ("created_for_id", "mdm_sourcerecord", "created_for_id"),
    ("external_id", "mdm_sourcerecord", "connection_id, object_type, external_id"),
    ("crosswalk_key", "mdm_sourcerecord", "crosswalk_key"),
    ("uid", "mdm_goldenrecord", "id"),
    ("record_id", "mdm_link", "record_id"),
    ("golden_id", "mdm_link", "golden_id"),
)
_NEW = "new-"  # how the ids of those written begin


def lines(people: crowd.Crowd, requests: int) -> Iterator[dict[str, Any]]:
    """A line for each thing that is asked, after the floors."""
    yield {"bench": "warmed", "seconds": round(sum(timed(_warmed, 1)) / 1000, 1)}
    pks = iter(range(7, 10**9, 97))
    yield {"bench": "floor: one indexed SELECT", **figures(timed(lambda: _selected(next(pks)), requests))}
    yield {"bench": "floor: one row written and committed", **figures(timed(_committed, requests))}
    count = requests + WARM
    one, two, three = (_unknown(people.copies, 3 * count).slice(part * count, count) for part in range(3))
    yield _line("match and decide, a copy with errors", one, _arrives)
    yield _line("match and decide, a stranger", _unknown(people.strangers, count), _arrives)
    yield _line("who may this be, a copy with errors", two, _probed)
    yield _line("arrives and is written whole, a copy with errors", three, _written, budget=False)
    yield {"bench": "found", **_found(pl.concat([one, three]), people)}


def _unknown(people: pl.DataFrame, count: int) -> pl.DataFrame:
    """So many of those whom no earlier run on the same hub wrote. Raises SystemExit where there are fewer."""
    written = SourceRecord.objects.filter(external_id__startswith=_NEW).values_list("external_id", flat=True)
    left = people.filter(~pl.col("id").is_in([name.removeprefix(_NEW) for name in written]))
    if len(left) < count:
        raise SystemExit(f"This hub does not know {len(left)} people; {count} are needed. Begin a new one.")
    return left.head(count)


def _line(name: str, rows: pl.DataFrame, work: Callable[[Any], float], budget: bool = True) -> dict[str, Any]:
    took = [work(row) for row in rows.to_dicts()][WARM:]
    told = figures(took)
    return {"bench": name, **told, **({"budget": [P50, P95], "holds": _holds(told)} if budget else {})}


def _holds(told: dict[str, Any]) -> bool:
    return bool(told["p50"] <= P50 and told["p95"] <= P95)


def _arrives(row: dict[str, Any]) -> float:
    """Keys, locks, candidates, evidence, partition and links, in the transaction they share.

    What comes before (the change is read and standardised) and after (golden values, commit) is done, but not in these
    figures: it is in the line of those that are written whole. A rollback would make the database forget its
    prepared statements, which no worker does that takes in one record after the other.
    """
    change, book = crowd.change(row, run=_NEW), rules.current()
    with transaction.atomic():
        received, versions = receive.read([change], book)
        began = time.perf_counter()
        with bulk.unawaited():
            keys = match.lock(received.matched, book)
            receive.store(received, versions)
            others = match.apply(received.matched, keys, book)
            pks = {record.pk for record in received.matched} | others
            linked = link.apply(pks, book, connections=received.connections)
        took = time.perf_counter() - began
        consolidate.apply(linked.goldens, book, known=linked.members.values())
    return took * 1000


def _probed(row: dict[str, Any]) -> float:
    """The question without a record: what a form asks before somebody is entered."""
    book, said = rules.current(), crowd.attributes(row)
    began = time.perf_counter()
    probe.candidates("customer", said, book)
    return (time.perf_counter() - began) * 1000


def _written(row: dict[str, Any]) -> float:
    change = crowd.change(row, run=_NEW)
    began = time.perf_counter()
    process.changes([change])
    return (time.perf_counter() - began) * 1000


def _found(rows: pl.DataFrame, people: crowd.Crowd) -> dict[str, Any]:
    """How many of those written stand with the person they are, beside somebody else, or a steward is asked.

    What earlier runs on the same hub wrote counts as the person it is, too.
    """
    ids = {f"{_NEW}{row['id']}": row["person"] for row in rows.to_dicts()}
    there = dict(SourceRecord.objects.filter(external_id__in=ids.values()).values_list("external_id", "golden_id"))
    own = SourceRecord.objects.filter(external_id__in=ids).values_list("external_id", "golden_id")
    right = sum(golden == there[ids[name]] for name, golden in own)
    person = {f"{_NEW}{name}": who for name, who in people.copies.select("id", "person").iter_rows()}
    beside: dict[int, set[str]] = {golden: set() for _, golden in own}
    members = SourceRecord.objects.filter(golden__in=beside).values_list("golden_id", "external_id")
    for golden, name in members:
        beside[golden].add(person.get(name, name))
    wrong = sum(len(beside[golden]) > 1 for _, golden in own)
    open_cases = set(Case.objects.filter(state="open").values_list("first", "second"))
    pairs = ((min(golden, there[ids[name]]), max(golden, there[ids[name]])) for name, golden in own)
    asked = sum(pair in open_cases for pair in pairs)
    return {"records": len(own), "joined_rightly": right, "asked_about": asked, "joined_wrongly": wrong}


def _selected(pk: int) -> None:
    Customer.objects.filter(pk=pk % 100_000 + 1).first()


def _committed() -> None:
    with transaction.atomic():
        FeedHead.objects.update_or_create(pk=2)


def _warmed() -> None:
    """Read what matching reads, so that the database holds it in memory as that of a hub at work does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        for what, table, order in _READ:
            cursor.execute(f"SELECT count({what}) FROM (SELECT {what} FROM {table} ORDER BY {order} OFFSET 0) AS read")


def size() -> dict[str, Any]:
    """What the match index takes on disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('mdm_matchkey') / 1048576, version()")
        megabytes, version = cursor.fetchone()
    return {"index_mb": megabytes, "database": version.split(" on ")[0]}


def timed(work: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each run."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return took


def figures(took: list[float]) -> dict[str, Any]:
    """Percentiles of milliseconds."""
    ordered = sorted(took)
    told = {f"p{share}": round(ordered[min(len(took) - 1, len(took) * share // 100)], 2) for share in (50, 95, 99)}
    return {**told, "requests": len(took), "load": round(os.getloadavg()[0], 1)}

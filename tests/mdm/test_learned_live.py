"""A learned version in force: records that arrive in any order and batches stand as the bulk run puts them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from mdm import rules
from mdm.contracts import SourceChange
from mdm.engine.matching.learned import Options, Records, deduplicate, statements
from mdm.engine.matching.learned.published import bulk, freeze, store
from mdm.entities import CUSTOMER
from mdm.models import MatchKey, MatchModel, SourceRecord
from mdm.pipeline import probe, process, rebuild
from tests.engine import twins
from tests.factories import change, connections
from tests.mdm import stories

pytestmark = pytest.mark.django_db
COUNT = 160
CODES = ("crm", "erp", "store")
EXAMPLES = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def person(row: dict[str, Any]) -> dict[str, Any]:
    """One of the made persons as a system sends it."""
    address = {"street": row["street"], "city": row["city"], "postcode": row["zip"], "country": "DE"}
    said = {
        "party_type": "person",
        "first_name": row["first"],
        "last_name": row["last"],
        "emails": [row["mail"]] if row["mail"] else None,
        "phones__main": row["phone"],
        "addresses__bill_to": {name: value for name, value in address.items() if value},
    }
    return {name: value for name, value in said.items() if value}


@cache
def people() -> list[dict[str, Any]]:
    made = twins.persons(900, seed=11, locale="de_DE").records
    rows = made.values.with_columns(id=made.ids).to_dicts()
    return sorted(rows, key=lambda row: str(row["last"]))  # copies stand near each other


def arrivals() -> list[SourceChange]:
    return [change(CODES[n % 3], f"r{n:03}", n, **person(row)) for n, row in enumerate(people()[:COUNT])]


def published(alone: tuple[str, ...] = ()) -> MatchModel:
    """The version in force; `alone`: sources it found without duplicates."""
    return MatchModel.objects.create(entity="customer", version=1, state="published", data=_of(alone))


def _of(alone: tuple[str, ...]) -> bytes:
    return store.to_bytes(replace(store.from_bytes(_trained()), one_to_one=alone))


@cache
def _trained() -> bytes:
    book = rules.current()
    records = [SourceRecord(entity="customer", cells=cells) for cells in _cells(book)]
    columns = statements.columns(CUSTOMER.attributes)
    schema = {column.name: pl.String for column in columns}
    values = pl.DataFrame([statements.texts(book.said(record)) for record in records], schema=schema)
    ids = pl.Series("id", [f"p{number:03}" for number in range(len(values))])
    return store.to_bytes(freeze(deduplicate(Records(ids, columns, values), options=Options(keys=True)), "x"))


def _cells(book: rules.Rules) -> list[dict[str, Any]]:
    with stories.forgotten():
        connections()
        process.changes([change("crm", f"t{n:03}", n, **person(row)) for n, row in enumerate(people())])
        return list(SourceRecord.objects.order_by("external_id").values_list("cells", flat=True))


def partition() -> set[frozenset[str]]:
    groups: dict[int | None, set[str]] = {}
    for record in SourceRecord.objects.select_related("connection"):
        groups.setdefault(record.golden_id, set()).add(record.source_key)
    return {frozenset(group) for group in groups.values()}


def in_bulk(alone: tuple[str, ...]) -> set[frozenset[str]]:
    """The partition the version gives over what all records state."""
    book = rules.current()
    records = list(SourceRecord.objects.select_related("connection"))
    columns = statements.columns(CUSTOMER.attributes)
    schema = {column.name: pl.String for column in columns}
    values = pl.DataFrame([statements.texts(book.said(record)) for record in records], schema=schema)
    sources = pl.Series([record.source for record in records])
    whole = Records(pl.Series([str(record) for record in records]), columns, values, sources)
    found = bulk.clusters(store.from_bytes(_of(alone)), whole)
    groups: dict[str, set[str]] = {}
    for key, cluster in found.iter_rows():
        groups.setdefault(cluster, set()).add(key)
    return {frozenset(group) for group in groups.values()}


@EXAMPLES
@given(
    seed=st.integers(0, 10_000),
    size=st.sampled_from([1, 3, 40, COUNT]),
    alone=st.sampled_from([(), ("store:Account",), ("crm:Account", "erp:Account")]),
)
@example(seed=1, size=40, alone=("crm:Account", "erp:Account", "store:Account"))
def test_any_order_and_batch_gives_what_the_bulk_run_gives(seed: int, size: int, alone: tuple[str, ...]) -> None:
    with stories.forgotten():
        connections()
        published(alone)
        changes = arrivals()
        Random(seed).shuffle(changes)
        while changes:
            process.changes(changes[:size])
            del changes[:size]
        assert SourceRecord.objects.count() == COUNT
        assert partition() == in_bulk(alone)
        assert all(sum(one.startswith(source) for one in group) <= 1 for group in partition() for source in alone)
        assert len([group for group in partition() if len(group) > 1]) > 10
        assert [*rebuild.check()] == []


def test_one_is_found_by_the_keys_of_the_version_and_told_why() -> None:
    connections()
    published()
    process.changes(arrivals())
    row = people()[3]
    said = {key.replace("__", "|"): value for key, value in person(row).items()}
    (best, *_) = probe.candidates("customer", said, rules.current())
    assert best.record.external_id == "r003" and best.evidence.zone == "match"
    assert {"first_name", "last_name", "emails"} <= {line.name for line in best.evidence.lines}
    assert set(MatchKey.objects.values_list("model", flat=True)) == {0, MatchModel.objects.get().pk}

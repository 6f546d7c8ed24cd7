"""Train a match model on the hub's own source records and on what its stewards decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Max, QuerySet

from mdm import rules
from mdm.engine.matching import learned
from mdm.engine.matching.learned import Column, Options, Records, statements
from mdm.engine.matching.learned.published import freeze, store
from mdm.engine.matching.learned.zones import Zones
from mdm.models import Connection, Decision, MatchModel, SourceRecord
from mdm.pipeline import locks
from mdm.rules import Rules

CHUNK = 2000
LEAST = 20  # records; from fewer nothing can be learned
Told = Callable[[str, float], None]  # phase, share done


class TooFew(Exception):
    """There is too little to learn from, with a sentence that says what is missing."""


def train(entity: str, *, note: str = "", user_id: int | None = None, told: Told = learned.quiet) -> MatchModel:
    """A new draft of an entity's match model; nothing acts by it before it is published. Raises TooFew."""
    book = rules.current()
    told("read", 0.0)
    records, known = read(entity, book)
    if len(records) < LEAST:
        raise TooFew(
            f"{len(records)} source records say something that can be compared; {LEAST} are needed. Read systems first."
        )
    labels = decided(known)
    told("read", 1.0)
    result = learned.deduplicate(records, labels=labels, options=Options(keys=True), progress=told)
    told("store", 0.0)
    version = freeze(result, "")
    made = _store(
        entity,
        note=note[:200],
        created_by_id=user_id,
        figures={
            **result.summary,
            "thresholds": result.by_weight.told,
            **_basis(labels, result.by_weight),
            "one_to_one": list(version.one_to_one),
            "columns": [column.name for column in records.columns],
            "attributes": {column.name: str(column.kind) for column in statements.columns(book.attributes[entity])},
        },
        model=result.model.to_json(),
        data=store.to_bytes(version),
    )
    told("store", 1.0)
    return made


def read(entity: str, book: Rules) -> tuple[Records, Mapping[int, str]]:
    """What the active source records of an entity state themselves, and their source keys by id.

    Those of which the hub knows only what it wrote there itself say nothing and are left out.
    """
    wanted = statements.columns(book.attributes[entity])
    codes = dict(Connection.objects.values_list("pk", "code"))
    rows = SourceRecord.objects.filter(entity=entity, status=SourceRecord.Status.ACTIVE).order_by("pk")
    known: dict[int, str] = {}
    sources: list[str] = []
    parts = [_part(chunk, wanted, book, codes, known, sources) for chunk in _chunks(rows)]
    table = pl.concat(parts) if parts else _table([], [], wanted)
    filled = tuple(column for column in wanted if table[column.name].null_count() < len(table))
    values = table.select([column.name for column in filled])
    return Records(table["id"], filled, values, pl.Series("source", sources, pl.String)), known


def _chunks(rows: QuerySet[SourceRecord]) -> Iterator[list[SourceRecord]]:
    found = rows.only("entity", "connection_id", "object_type", "external_id", "cells").iterator(CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield chunk


def _part(
    chunk: Sequence[SourceRecord],
    wanted: Sequence[Column],
    book: Rules,
    codes: Mapping[int, str],
    known: dict[int, str],
    sources: list[str],
) -> pl.DataFrame:
    names = {column.name for column in wanted}
    ids, texts = [], []
    for record in chunk:
        said = statements.texts(book.said(record))
        if not said.keys().isdisjoint(names):
            sources.append(f"{codes[record.connection_id]}:{record.object_type}")
            known[record.pk] = f"{sources[-1]}:{record.external_id}"
            ids.append(known[record.pk])
            texts.append(said)
    return _table(ids, texts, wanted)


def _table(ids: Sequence[str], texts: Sequence[Mapping[str, str]], wanted: Sequence[Column]) -> pl.DataFrame:
    columns = {column.name: pl.Series([one.get(column.name) for one in texts], dtype=pl.String) for column in wanted}
    return pl.DataFrame({"id": pl.Series(ids, dtype=pl.String), **columns})


def decided(known: Mapping[int, str]) -> list[tuple[str, str, bool]]:
    """What people last said of two of these records, as labels: source key, source key, whether they are one."""
    newest = dict(_words())
    return [
        (known[a], known[b], verdict == Decision.Verdict.TOGETHER)
        for (a, b), verdict in sorted(newest.items())
        if verdict != Decision.Verdict.WITHDRAWN and a in known and b in known
    ]


def _words() -> Iterator[tuple[tuple[int, int], str]]:
    for a, b, verdict in Decision.objects.order_by("pk").values_list("a", "b", "verdict").iterator():
        yield (a, b), verdict


def _basis(labels: Sequence[tuple[str, str, bool]], zones: Zones) -> dict[str, Any]:
    """How many decisions it learned from, and what its thresholds rest on."""
    together = sum(same for *_, same in labels)
    trained = f"trained with {len(labels):,} decisions of stewards" if labels else "no steward has decided anything yet"
    if zones.lower_bound is None:
        words = f"An estimate of the model itself; {trained}."
    else:
        shown = f"of what merges {zones.labels:,} pairs were decided: {zones.lower_bound:.2%} or more are right"
        proven = "Proven by decisions" if zones.basis == "labels" else "An estimate, not proven yet"
        words = f"{proven}; {trained}, and {shown} (95 % confidence)."
    return {"labels": {"together": together, "apart": len(labels) - together}, "basis": words}


@transaction.atomic
def _store(entity: str, **values: Any) -> MatchModel:
    """The next version; two trainings that end at once get two numbers."""
    locks.versions(entity)
    newest = MatchModel.objects.filter(entity=entity).aggregate(newest=Max("version"))["newest"] or 0
    return MatchModel.objects.create(entity=entity, version=newest + 1, **values)

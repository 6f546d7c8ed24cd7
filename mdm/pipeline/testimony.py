"""What source records say, ready for matching and survivorship: shared by the steps, which do not import each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mdm.engine.survivorship.resolve import Testimony
from mdm.engine.survivorship.strategies import Source
from mdm.engine.values import Key
from mdm.models import SourceRecord
from mdm.rules import Rules

Features = Any  # each model's own
_features: dict[int, tuple[Rules, object, Features]] = {}


def features(record: SourceRecord, rules: Rules) -> Features:
    """The record's features from its own statements, kept per process while its cells and the rules stay the same."""
    kept = _features.get(record.pk)
    if kept and kept[0] is rules and kept[1] == record.cells:
        return kept[2]
    found = rules.models[record.entity].features(rules.said(record))
    if len(_features) > 50_000 or (kept and kept[0] is not rules):
        _features.clear()  # rules that are in force no more, and their models, are let go
    _features[record.pk] = (rules, record.cells, found)
    return found


def testimony(record: SourceRecord) -> Testimony:
    """The record's own statements with who makes them; needs its connection loaded."""
    connection = record.connection
    source = Source(
        record_id=record.pk,
        key=record.source_key,
        connection=connection.code,
        role=connection.role,
        region=connection.region,
        legal_entity=connection.legal_entity,
    )
    return Testimony(source, record.statements())


def witnesses(active: Sequence[SourceRecord], records: Sequence[SourceRecord]) -> list[Testimony]:
    """Who describes a golden record or relation: of all its records, the living ones.

    Where the hub itself made all of these, as copies of what it knew, nobody else would say what it is: then the last
    words of the deleted records count in what no living one speaks of. Of what every system deleted, all last words
    stay readable.
    """
    living = [testimony(record) for record in active]
    if any(record.created_for_id is None for record in active):
        return living
    spoken = {key.slot for one in living for key in one.statements}
    gone = [record for record in records if not active or record.status == SourceRecord.Status.DELETED]
    return living + [_without(testimony(record), spoken) for record in gone]


def _without(one: Testimony, slots: set[Key]) -> Testimony:
    return Testimony(one.source, {key: said for key, said in one.statements.items() if key.slot not in slots})

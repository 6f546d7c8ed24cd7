"""Derive relations between golden records from the source records that state them, once both ends have arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from mdm import history
from mdm.engine.survivorship.resolve import resolve
from mdm.entities import ENTITIES, RELATIONS
from mdm.models import Relation, SourceRecord, SourceRef, bulk
from mdm.pipeline import locks
from mdm.pipeline.testimony import witnesses
from mdm.rules import Rules

Ends = tuple[str, int, int]

# Relation records that name one of these records as an end.
_POINTING = """
SELECT ref.record_id FROM mdm_sourceref ref JOIN mdm_sourcerecord target
  ON (target.connection_id, target.object_type, target.external_id)
   = (ref.connection_id, ref.object_type, ref.external_id)
 WHERE target.id = ANY(%s)
"""


def apply(stated: Iterable[SourceRecord], moved: Iterable[SourceRecord], rules: Rules, cause: str = "") -> set[int]:
    """Bring the relations of changed relation records, and of records whose golden record moved, up to date.

    Gives the ids of the relations that were touched. A relation nobody states any more ends; it is not deleted.
    """
    pks = {record.pk for record in stated if record.entity in RELATIONS} | _pointing([r.pk for r in moved])
    if not pks:
        return set()
    records = list(SourceRecord.objects.filter(pk__in=pks).prefetch_related("connection").order_by("pk"))
    ends, before = _locked_ends(records)
    relations = _relations(set(ends.values()))
    for record in records:
        record.relation = relations.get(ends[record.pk]) if record.pk in ends else None
    bulk.assign(SourceRecord, "relation_id", {record.pk: record.relation_id for record in records})
    touched = before | {relation.pk for relation in relations.values()}
    consolidate(touched, rules, cause)
    return touched


def _pointing(pks: Sequence[int]) -> set[int]:
    if not pks:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_POINTING, [list(pks)])
        return {row[0] for row in cursor.fetchall()}


def _ends(records: Sequence[SourceRecord]) -> dict[int, Ends]:
    """Relation record -> (type, golden id of the first end, of the second); only where both ends have arrived."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    refs = SourceRef.objects.filter(record__in=[record.pk for record in records])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ref.record_id, ref.name, target.golden_id FROM mdm_sourceref ref JOIN mdm_sourcerecord target"
            " ON (target.connection_id, target.object_type, target.external_id)"
            "  = (ref.connection_id, ref.object_type, ref.external_id)"
            " WHERE ref.id = ANY(%s) AND target.golden_id IS NOT NULL",
            [list(refs.values_list("pk", flat=True))],
        )
        for record_id, name, golden_id in cursor.fetchall():
            found[record_id][name] = golden_id
    out = {}
    for record in records:
        names = ENTITIES[record.entity].refs
        if all(name in found[record.pk] for name in names):
            first, second = (found[record.pk][name] for name in names)
            if first != second:
                out[record.pk] = (record.entity, first, second)
    return out


def _locked_ends(records: Sequence[SourceRecord]) -> tuple[dict[int, Ends], set[int]]:
    """The ends, and the relations the records stated until now, with golden rows and then relation records locked.

    Re-read until nobody moved an end meanwhile; the relation records are locked too because of two workers that bring
    one end each the second must see what the first one brought.
    """
    pks, locked, before = [record.pk for record in records], set[int](), set[int | None]()
    while True:
        ends = _ends(records)
        parties = _parties(ends.values())
        if before and parties <= locked:
            return ends, {pk for pk in before if pk is not None}
        locks.goldens(parties)
        rows = SourceRecord.objects.select_for_update().filter(pk__in=pks).order_by("pk")
        before = set(rows.values_list("relation_id", flat=True))
        locked |= parties


def _parties(ends: Iterable[Ends]) -> set[int]:
    return {pk for one in ends for pk in one[1:]}


def _relations(wanted: set[Ends]) -> dict[Ends, Relation]:
    parties = _parties(wanted)
    rows = Relation.objects.filter(source__in=parties, target__in=parties)
    known = {(row.type, row.source_id, row.target_id): row for row in rows}
    now = timezone.now()
    new = [
        Relation(type=ends[0], source_id=ends[1], target_id=ends[2], updated_at=now, status=Relation.Status.ENDED)
        for ends in sorted(wanted - known.keys())
    ]
    bulk.insert(new)
    return known | {(row.type, row.source_id, row.target_id): row for row in new}


def consolidate(pks: Iterable[int], rules: Rules, cause: str = "") -> None:
    """Recompute attributes, winners and status of these relations from the records that state them."""
    speakers: dict[int, list[SourceRecord]] = defaultdict(list)
    relations = Relation.objects.in_bulk(list(pks))
    for record in SourceRecord.objects.filter(relation__in=relations).prefetch_related("connection"):
        assert record.relation_id is not None
        speakers[record.relation_id].append(record)
    changed: list[Relation] = []
    new: list[Relation] = []
    known = set(Relation.history.filter(id__in=relations).values_list("id", flat=True)) if relations else set()
    for pk, relation in sorted(relations.items()):
        if _update(relation, speakers[pk], rules) or pk not in known:
            (changed if pk in known else new).append(relation)
    fields = ["status", "attributes", "winners", "valid_from", "valid_to", "updated_at"]
    bulk.update(new, fields)
    history.record(new, "+", cause=cause)
    history.update(changed, fields, cause=cause)


def _update(relation: Relation, speakers: Sequence[SourceRecord], rules: Rules) -> bool:
    before = (relation.status, relation.attributes, relation.winners, relation.valid_from, relation.valid_to)
    active = [record for record in speakers if record.status == SourceRecord.Status.ACTIVE]
    now = timezone.now()
    relation.status = Relation.Status.ACTIVE if active else Relation.Status.ENDED
    if speakers:
        resolution = resolve(rules.books[relation.type], witnesses(active, speakers))
        relation.attributes = resolution.values
        relation.winners = {key: winner.to_json() for key, winner in resolution.winners.items()}
        relation.valid_from = min(map(_since, speakers))
        relation.valid_to = None if active else max(record.head_at for record in speakers)
    else:
        relation.valid_from, relation.valid_to = relation.valid_from or now, relation.valid_to or now
    after = (relation.status, relation.attributes, relation.winners, relation.valid_from, relation.valid_to)
    if before == after:
        return False
    relation.updated_at = now
    return True


def _since(record: SourceRecord) -> datetime:
    """Since when the source says that these two ends belong together; what the hub wrote has no date of its own."""
    stated = (statement.at for key, statement in record.statements().items() if key.name.startswith("@"))
    return max(stated, default=record.first_at)


def differences(rules: Rules) -> Mapping[str, object]:
    """What is stored of relations and is not what their records give; empty when all is well (`rebuild --check`)."""
    records = list(SourceRecord.objects.filter(entity__in=RELATIONS).select_related("connection", "relation"))
    ends = _ends(records)
    found: dict[str, object] = {}
    speakers: dict[int, list[SourceRecord]] = defaultdict(list)
    for record in records:
        row = record.relation
        if ends.get(record.pk) != ((row.type, row.source_id, row.target_id) if row else None):
            found[record.source_key] = ends.get(record.pk)
        speakers[record.relation_id or 0].append(record)
    for relation in Relation.objects.all():
        if _update(relation, speakers[relation.pk], rules):
            found[str(relation)] = relation.attributes
    return found

"""Golden again from its inputs: accepted versions, human decisions, published rules, published model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from mdm import outbox, rules
from mdm.engine.matching import Zone
from mdm.engine.testimony import Version
from mdm.entities import MASTERED
from mdm.models import (
    VALUES,
    Decision,
    GoldenRecord,
    GoldenValues,
    Relation,
    RuleSet,
    SourceRecord,
    SourceVersion,
)
from mdm.pipeline import changeover, consolidate, link, locks, match, partition, receive, relate
from mdm.pipeline.testimony import features
from mdm.rules import Rules
from mdm.selectors import ties

CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that its inputs do not give."""

    what: str
    subject: str
    stored: object
    rebuilt: object


def check() -> Iterator[Difference]:
    """Recompute everything from its inputs, beside what is stored; writes nothing, yields what differs."""
    book = rules.current()
    records = list(SourceRecord.objects.select_related("connection").order_by("pk"))
    yield from _check_records(records)
    for entity in MASTERED:
        own = [record for record in records if record.entity == entity]
        yield from _check_partition(own, book)
        yield from _check_values(entity, own, book)
    for subject, rebuilt in relate.differences(book).items():
        yield Difference("relation", subject, "stored relation", rebuilt)


def _check_records(records: Sequence[SourceRecord]) -> Iterator[Difference]:
    for chunk in _chunks(records):
        versions: dict[int, list[Version]] = defaultdict(list)
        for row in SourceVersion.objects.filter(record_id__in=[record.pk for record in chunk]):
            versions[row.record_id].append(row.as_version())
        for record in chunk:
            state = receive.fold(record, versions[record.pk])
            cells = {key: cell.to_json() for key, cell in state.cells.items()}
            if (cells, state.status, state.merged_into) != (record.cells, record.status, record.merged_into):
                yield Difference("source record", record.source_key, record.cells, cells)


def _check_partition(records: Sequence[SourceRecord], book: Rules) -> Iterator[Difference]:
    members = {record.pk: record for record in records}
    apart, together = ties.decisions(Decision.objects.order_by("pk"))
    matches, said = _edges(members, book), lambda record: features(record, book)
    rebuilt = partition.of(members, matches, apart, together, book, book.models, said)
    stored: dict[int | None, set[str]] = defaultdict(set)
    for record in records:
        stored[record.golden_id].add(record.source_key)
    groups = {frozenset(group) for group in rebuilt.groups}
    for golden, group in stored.items():
        if frozenset(group) not in groups:
            near = sorted(sorted(found) for found in groups if found & group)
            yield Difference("partition", f"golden {golden}", sorted(group), near)


def _edges(members: Mapping[int, SourceRecord], book: Rules) -> Iterator[tuple[int, int, float]]:
    blocks: dict[int, list[SourceRecord]] = defaultdict(list)
    for record in members.values():
        for key in match.keys(record, book):
            blocks[key].append(record)
    few = (block for block in blocks.values() if len(block) <= match.OVERSIZED)
    pairs = {(min(a.pk, b.pk), max(a.pk, b.pk)) for block in few for a, b in combinations(block, 2)}
    for chunk in _chunks(sorted(pairs)):
        model = book.models[members[chunk[0][0]].entity]
        asked = [(features(members[a], book), features(members[b], book)) for a, b in chunk]
        for (a, b), evidence in zip(chunk, model.evidence(asked), strict=True):
            if evidence.zone is Zone.MATCH:
                yield a, b, evidence.weight


def _check_values(entity: str, records: Sequence[SourceRecord], book: Rules) -> Iterator[Difference]:
    members: dict[int, list[SourceRecord]] = defaultdict(list)
    for record in records:
        if record.golden_id:
            members[record.golden_id].append(record)
    for row in VALUES[entity]._default_manager.exclude(status=GoldenValues.Status.MERGED).iterator():
        stored = (row.status, row.values, row.winners)
        consolidate.put(row, consolidate.plan(entity, members[row.pk], book), book)
        rebuilt = (row.status, row.values, row.winners)
        if stored != rebuilt:
            yield Difference("golden values", str(row.pk), stored, rebuilt)


def apply() -> int:
    """Match, link and consolidate every source record again; gives how many golden records changed."""
    changed = 0
    pks = list(SourceRecord.objects.filter(entity__in=MASTERED).order_by("pk").values_list("pk", flat=True))
    for chunk in _chunks(pks):
        with transaction.atomic():
            locks.records(SourceRecord.objects.filter(pk__in=chunk))
            book = rules.current()
            records = list(SourceRecord.objects.filter(pk__in=chunk).select_related("connection"))
            keys = match.lock(records, book)
            others = match.apply(records, keys, book)
            linked = link.apply({record.pk for record in records} | others, book)
            relations = relate.apply([], linked.moved, book, "rebuild")
            changed += len(consolidate.apply(linked.goldens, book, cause="rebuild"))
            _emit(linked.goldens, relations)
    return changed


def apply_rules() -> int:
    """Consolidate all golden records by the rules in force, if these moved since last time; gives how many changed.

    Where match rules moved, all records are linked anew after that.
    """
    row = RuleSet.objects.filter(state=RuleSet.State.PUBLISHED).exclude(applied_revision=F("revision")).first()
    if row is None:
        return 0
    book, changed = rules.current(), 0
    goldens = GoldenRecord.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
    for chunk in _chunks(list(goldens)):
        with transaction.atomic():
            changed += len(consolidate.apply(chunk, book, cause=f"rule set {book.version}"))
            relations = set(Relation.objects.filter(source__in=chunk).values_list("pk", flat=True))
            relate.consolidate(relations, book, f"rule set {book.version}")
            _emit(set(chunk), relations)
    for entity in MASTERED:
        changeover.keep_up(entity)
    RuleSet.objects.filter(pk=row.pk).update(applied_revision=row.revision)
    return changed


def _emit(goldens: Iterable[int], relations: Iterable[int]) -> None:
    outbox.goldens(dict.fromkeys(goldens, "golden.changed"))
    outbox.emit(("relation.changed", "relation", pk, "") for pk in sorted(relations))


def _chunks(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk

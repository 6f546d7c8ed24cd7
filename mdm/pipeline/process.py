"""The automatic path: source changes in, golden records and events out, in one transaction."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog
from django.db import OperationalError, transaction

from mdm import outbox, rules
from mdm.contracts import SourceChange
from mdm.entities import MASTERED, RELATIONS
from mdm.models import Relation, SourceRecord, SourceVersion, bulk
from mdm.pipeline import consolidate, link, locks, match, receive, relate
from mdm.rules import Rules

log = structlog.get_logger(__name__)
ATTEMPTS = 6
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many records a batch touched and what became of golden records; -1 ids never appear."""

    received: int = 0
    touched: int = 0
    goldens_created: int = 0
    goldens_changed: int = 0
    goldens_merged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The record of a snapshot as it stands now, and whether a golden record was made for it."""

    record: SourceRecord
    created: bool


def changes(batch: Sequence[SourceChange], *, cause: str = "") -> Summary:
    """Process a batch whole or not at all; repeated on deadlock, safe to run twice and at once."""
    if not batch:
        return Summary()
    book = rules.current()
    return whole(lambda: _once(batch, book, cause)[0])


def snapshot(change: SourceChange, book: Rules, answer: Callable[[Entered], T]) -> T:
    """Process one snapshot and give what `answer` makes of it in the same transaction: if that raises, nothing is kept.

    One that says nothing new writes nothing and leaves no version behind.
    """

    def work() -> T:
        summary, (record,) = _once([change], book, "", quiet=True)
        return answer(Entered(record=record, created=summary.goldens_created > 0))

    return whole(work)


def whole(work: Callable[[], T]) -> T:
    """Do it in one transaction, and again where it met another one crosswise."""
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            # Deadlock found or serialisation lost: the other transaction won, so ours is simply done again.
            if getattr(error.__cause__, "sqlstate", "") not in ("40P01", "40001") or attempt == ATTEMPTS - 1:
                raise
            log.info("batch repeated after a deadlock", attempt=attempt + 1)
            time.sleep(random.uniform(0.5, 1.5) * 0.05 * 2**attempt)  # else two would meet again and again
    raise AssertionError("unreachable")


def _once(
    batch: Sequence[SourceChange], book: Rules, cause: str, *, quiet: bool = False
) -> tuple[Summary, list[SourceRecord]]:
    """What a batch did, and its records as they stand then."""
    received, versions = receive.read(batch, book, quiet=quiet)
    if not versions:
        return Summary(received=len(batch)), list(received.records.values())
    book = rules.current()  # again, now that the records are held: whatever changes over to another match model waits
    with bulk.unawaited():
        return _worked(batch, received, versions, book, cause)


def _worked(
    batch: Sequence[SourceChange],
    received: receive.Received,
    versions: Sequence[SourceVersion],
    book: Rules,
    cause: str,
) -> tuple[Summary, list[SourceRecord]]:
    """Step by step from what a batch says to golden records and events."""
    keys = match.lock(received.matched, book)
    receive.store(received, versions)
    _hold(received)
    others = match.apply(received.matched, keys, book)
    pks = {record.pk for record in received.matched} | others
    linked = link.apply(pks, book, connections=received.connections)
    relations = relate.apply(_relation_records(received), linked.moved, book, cause)
    goldens = linked.goldens | _held_by(received.news, linked)
    changed = consolidate.apply(goldens, book, cause=cause, known=linked.members.values())
    _emit(goldens, linked, relations, received)
    summary = Summary(
        received=len(batch),
        touched=len(received.touched),
        goldens_created=len(linked.fresh),
        goldens_changed=len(changed),
        goldens_merged=len(linked.merged),
    )
    return summary, [linked.members.get(record.pk, record) for record in received.records.values()]


def _hold(received: receive.Received) -> None:
    """Lock the golden records this batch surely concerns in one go; the steps lock what else they meet.

    Each step locks in id order, but one after the other: two batches that share parties would meet crosswise.
    """
    relations = {record.relation_id for record in received.touched if record.relation_id}
    ends = Relation.objects.filter(pk__in=relations).values_list("source_id", "target_id") if relations else ()
    goldens = {record.golden_id for record in received.touched if record.golden_id}
    locks.goldens(goldens.union(*ends))


def _relation_records(received: receive.Received) -> list[SourceRecord]:
    # A golden record that is new may be the end a relation record has been waiting for: `moved` brings those in.
    return [record for record in received.news if record.entity in RELATIONS]


def _held_by(records: Sequence[SourceRecord], linked: link.Linked) -> set[int]:
    """Golden records of everything that moved at all: what a system holds may now differ from what it should."""
    pks = {record.pk for record in records if record.entity in MASTERED}
    rest = pks - linked.members.keys()  # of the others linking has just read where they belong
    rows = SourceRecord.objects.filter(pk__in=rest).values_list("golden_id", flat=True) if rest else ()
    found = {linked.members[pk].golden_id for pk in pks - rest}.union(rows)
    return {golden for golden in found if golden is not None}


def _emit(goldens: set[int], linked: link.Linked, relations: set[int], received: receive.Received) -> None:
    """One event for each subject and each message that caused it, so that nothing written later loses its cause."""
    causes = _causes(received.touched, linked)
    joined = {record.golden_id for record in linked.moved if record.golden_id}
    outbox.goldens(
        {
            **dict.fromkeys(goldens, "golden.changed"),
            **dict.fromkeys(joined, "golden.records"),
            **dict.fromkeys(linked.merged, "golden.merged"),
        },
        causes["golden"],
        {record.golden_id: record.entity for record in linked.members.values() if record.golden_id},
    )
    outbox.emit(
        ("relation.changed", "relation", pk, cause)
        for pk in sorted(relations)
        for cause in sorted(causes["relation"].get(pk) or {""})
    )


def _causes(records: Sequence[SourceRecord], linked: link.Linked) -> dict[str, dict[int, set[str]]]:
    """Golden record or relation -> correlation ids of what arrived for its records; where these belong now is read
    again, unless linking has just read it."""
    own: dict[int, set[str]] = {record.pk: getattr(record, "_causes", set()) for record in records}
    found: dict[str, dict[int, set[str]]] = {"golden": defaultdict(set), "relation": defaultdict(set)}
    rest = own.keys() - linked.members.keys()
    rows = SourceRecord.objects.filter(pk__in=rest).values_list("pk", "golden_id", "relation_id") if rest else ()
    for pk, golden, relation in [*rows, *((pk, linked.members[pk].golden_id, None) for pk in own.keys() - rest)]:
        found["relation" if relation else "golden"][relation or golden or 0] |= own[pk]
    return found

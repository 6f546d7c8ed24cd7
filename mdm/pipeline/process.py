"""The automatic path: source changes in, golden records and events out, in one transaction."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import OperationalError, transaction
from django.db.models import Q

from mdm import outbox, rules
from mdm.contracts import SourceChange
from mdm.entities import MASTERED, RELATIONS
from mdm.models import Relation, SourceRecord
from mdm.pipeline import consolidate, link, locks, match, receive, relate

log = structlog.get_logger(__name__)
ATTEMPTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many records a batch touched and what became of golden records; -1 ids never appear."""

    received: int = 0
    touched: int = 0
    goldens_created: int = 0
    goldens_changed: int = 0
    goldens_merged: int = 0


def changes(batch: Sequence[SourceChange], *, cause: str = "") -> Summary:
    """Process a batch whole or not at all; repeated on deadlock, safe to run twice and at once."""
    if not batch:
        return Summary()
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _once(batch, cause)
        except OperationalError as error:
            # Deadlock found or serialisation lost: the other transaction won, so ours is simply done again.
            if getattr(error.__cause__, "sqlstate", "") not in ("40P01", "40001") or attempt == ATTEMPTS - 1:
                raise
            log.info("batch repeated after a deadlock", attempt=attempt + 1)
            time.sleep(random.uniform(0.5, 1.5) * 0.05 * 2**attempt)  # else two would meet again and again
    raise AssertionError("unreachable")


def snapshot(change: SourceChange) -> Summary:
    """Process one snapshot; one that says nothing new costs two reads and leaves no version behind."""
    return Summary() if receive.repeats(change, rules.current()) else changes([change])


def _once(batch: Sequence[SourceChange], cause: str) -> Summary:
    book = rules.current()
    received, versions = receive.read(batch, book)
    keys = match.lock(received.matched, book)
    receive.store(received, versions)
    _hold(received)
    others = match.apply(received.matched, keys, book)
    linked = link.apply({record.pk for record in received.matched} | others, book)
    relations = relate.apply(_relation_records(received), linked.moved, book, cause)
    goldens = linked.goldens | _held_by(received.news)
    changed = consolidate.apply(goldens, book, cause=cause, known=linked.members.values())
    _emit(goldens, linked, relations, received)
    return Summary(
        received=len(batch),
        touched=len(received.touched),
        goldens_created=linked.created,
        goldens_changed=len(changed),
        goldens_merged=len(linked.merged),
    )


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


def _held_by(records: Sequence[SourceRecord]) -> set[int]:
    """Golden records of everything that moved at all: what a system holds may now differ from what it should."""
    pks = [record.pk for record in records if record.entity in MASTERED]
    return set(SourceRecord.objects.filter(Q(pk__in=pks), golden__isnull=False).values_list("golden_id", flat=True))


def _emit(goldens: set[int], linked: link.Linked, relations: set[int], received: receive.Received) -> None:
    """One event for each subject and each message that caused it, so that nothing written later loses its cause."""
    causes = _causes(received.touched)
    joined = {record.golden_id for record in linked.moved if record.golden_id}
    outbox.goldens(
        {
            **dict.fromkeys(goldens, "golden.changed"),
            **dict.fromkeys(joined, "golden.records"),
            **dict.fromkeys(linked.merged, "golden.merged"),
        },
        causes["golden"],
    )
    outbox.emit(
        ("relation.changed", "relation", pk, cause)
        for pk in sorted(relations)
        for cause in sorted(causes["relation"].get(pk) or {""})
    )


def _causes(records: Sequence[SourceRecord]) -> dict[str, dict[int, set[str]]]:
    """Golden record or relation -> correlation ids of what arrived for its records; where these belong now is read
    again."""
    own: dict[int, set[str]] = {record.pk: getattr(record, "_causes", set()) for record in records}
    found: dict[str, dict[int, set[str]]] = {"golden": defaultdict(set), "relation": defaultdict(set)}
    rows = SourceRecord.objects.filter(pk__in=own).values_list("pk", "golden_id", "relation_id")
    for pk, golden, relation in rows:
        found["relation" if relation else "golden"][relation or golden or 0] |= own[pk]
    return found

"""The change feed: what happened to golden records and relations, in an order that never changes afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from mdm.access import Viewer
from mdm.models import FeedHead, GoldenRecord, OutboxEvent, Relation
from mdm.selectors import golden

# What is told of the outbox, and as what; the rest concerns the hub alone.
TOPICS = {
    "golden.changed": "changed",
    "golden.records": "changed",
    "golden.merged": "merged",
    "relation.changed": "changed",
    "proposal.accepted": "proposal_accepted",
}


def changes(viewer: Viewer, after: int, limit: int) -> tuple[list[dict[str, Any]], int, bool]:
    """Changes after a place: what the viewer may see of them, the place of the last one looked at, whether more follow.

    Of a viewer of one region, changes of other regions are passed over, so a page may be shorter than asked for.
    """
    rows = list(OutboxEvent.objects.filter(seq__gt=after).order_by("seq")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    told = [row for row in rows if row.topic in TOPICS]
    return list(_told(viewer, told)), rows[-1].seq or after if rows else after, more


def _told(viewer: Viewer, rows: Sequence[OutboxEvent]) -> Iterable[dict[str, Any]]:
    found = _subjects(viewer, rows)
    for row in rows:
        subject = found.get((row.subject_type == "relation", row.subject_id))
        if subject is not None:
            uid, survivor, kind = subject
            yield {
                "seq": row.seq,
                "type": f"{kind}.{TOPICS[row.topic]}",
                "id": str(uid),
                "merged_into": str(survivor) if survivor else None,
                "at": row.at,
                "correlation_id": row.correlation_id,
            }


def _subjects(viewer: Viewer, rows: Sequence[OutboxEvent]) -> dict[tuple[bool, int], tuple[UUID, UUID | None, str]]:
    """What the events are about, as far as the viewer sees it: lasting id, id of the survivor, entity or type."""
    ties = {row.subject_id for row in rows if row.subject_type == "relation"}
    records = {row.subject_id for row in rows if row.subject_type != "relation"}
    out: dict[tuple[bool, int], tuple[UUID, UUID | None, str]] = {}
    relations: Iterable[Relation] = golden.relations(viewer).filter(pk__in=ties) if ties else ()
    for tie in relations:
        out[True, tie.pk] = (tie.uid, None, "relation")
    seen = GoldenRecord.objects.filter(viewer.sees(), pk__in=records)
    for row in seen.select_related("merged_into") if records else ():
        out[False, row.pk] = (row.uid, row.merged_into.uid if row.merged_into else None, row.entity)
    return out


def last() -> int:
    """The last place given in the feed."""
    return FeedHead.objects.values_list("last", flat=True).filter(pk=1).first() or 0

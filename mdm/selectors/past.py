"""Golden records as they were: every version of one, with who and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from mdm.access import Viewer
from mdm.models import VALUES, Actor, Customer, GoldenRecord, GoldenValues, Link

Item = dict[str, Any]


def of(viewer: Viewer, entity: str, uid: UUID) -> GoldenValues | None:
    """The golden record of exactly this id, merged or not; None where the viewer sees none of this entity."""
    found: GoldenValues | None = viewer.goldens(entity).select_related("golden").filter(golden__uid=uid).first()
    return found


def versions(row: GoldenValues, after: int, limit: int) -> tuple[list[Item], int | None]:
    """Its versions, oldest first, after the id of one; the id to go on from, None where nothing follows."""
    later = _versions(row).filter(history_id__gt=after)
    rows = list(later.order_by("history_id")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    actors = Actor.objects.in_bulk({past.actor_id for past in rows if past.actor_id})
    return [_told(row, past, actors) for past in rows], rows[-1].history_id if more else None


def as_of(row: GoldenValues, at: datetime) -> Item | None:
    """It as it was at a time, with the ids of the source records that belonged to it; None before it was made."""
    known = _versions(row).filter(history_date__lte=at)
    past = known.order_by("-history_date", "-history_id").first()
    if past is None:
        return None
    actors = Actor.objects.in_bulk([past.actor_id] if past.actor_id else [])
    return {**_told(row, past, actors), "records": _members(row.pk, at)}


def newest() -> int:
    """The id of the newest version of any golden customer."""
    return Customer.history.aggregate(newest=Max("history_id"))["newest"] or 0


def elsewhere(viewer: Viewer, pk: int, before: int) -> bool:
    """Whether a golden customer, or one merged into it since, was out of the viewer's sight up to a version.

    What a caller writes may change the region of what it is joined to; it must not take it out of another one.
    """
    if not viewer.region:
        return False
    concerned = Q(golden_id=pk) | Q(golden_id__in=GoldenRecord.objects.filter(merged_into=pk).values("pk"))
    rows = Customer.history.filter(concerned, history_id__lte=before).order_by("golden_id", "-history_id")
    last = rows.distinct("golden_id").values_list("region", "status")
    return any(region != viewer.region for region, status in last if status != Customer.Status.MERGED)


def _versions(row: GoldenValues) -> QuerySet[Any]:
    history: Any = VALUES[row.entity.name].history  # type: ignore[attr-defined]
    found: QuerySet[Any] = history.filter(golden_id=row.pk)
    return found


def _told(row: GoldenValues, past: Any, actors: dict[int, Actor]) -> Item:
    """`past` is a row of history: the whole record as it stood from then on."""
    was = past.instance
    actor = actors.get(past.actor_id or 0)
    return {
        "id": str(row.golden.uid),
        "status": was.status,
        "name": was.display_name,
        "values": was.values,
        "winners": was.winners,
        "rule_set": was.rule_version,
        "recorded_at": past.history_date,
        "cause": past.cause,
        "actor": actor.name if actor else "",
        "correlation_id": past.correlation_id,
    }


def _members(pk: int, at: datetime) -> list[str]:
    """Source keys of the records whose newest link by then led here."""
    ever = Link.objects.filter(golden=pk, at__lte=at).values("record")
    rows = Link.objects.filter(record__in=ever, at__lte=at).order_by("record", "-pk").distinct("record")
    newest = rows.select_related("record__connection").defer("record__cells", "record__problems")
    return sorted(link.record.source_key for link in newest if link.golden_id == pk)

"""Which golden record, and which source record of it, a text stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mdm.access import Viewer
from mdm.models import VALUES, GoldenRecord, GoldenValues, SourceRecord
from mdm.selectors import golden, record, search

LISTED = 10  # golden records a text may mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A golden record with all of its source records, and those of them that are meant."""

    row: GoldenValues
    records: Sequence[SourceRecord]
    meant: Sequence[SourceRecord]


def side(viewer: Viewer, text: str) -> Side | None:
    """What a golden id or a source key (`connection:object_type:id`) stands for; None where the viewer sees none."""
    own, uid = _record(viewer, text), _uid(text)
    seen = GoldenRecord.objects.filter(viewer.sees()).select_related(*VALUES)
    found = None
    if own is not None:
        found = seen.filter(pk=own.golden_id or 0).first()
    elif uid is not None:
        found = seen.filter(uid=uid, merged_into=None).first() or seen.filter(pk=golden.survivor(uid) or 0).first()
    return of(found.typed, own) if found and found.typed else None


def of(row: GoldenValues, own: SourceRecord | None = None) -> Side:
    """A golden record, or one source record of it."""
    records = sorted(record.records(row.pk), key=lambda one: one.age)
    return Side(row=row, records=records, meant=[one for one in records if own is None or one.pk == own.pk])


def meant(viewer: Viewer, entity: str, text: str) -> list[GoldenValues]:
    """The golden records of an entity that a person means, as the search reads it, at most LISTED."""
    if not text.strip():
        return []
    rows: Any = viewer.goldens(entity).filter(search.meant(text, entity)[entity]).select_related("golden")
    return list(rows.exclude(status=GoldenValues.Status.MERGED).order_by("-updated_at", "pk")[:LISTED])


def _record(viewer: Viewer, text: str) -> SourceRecord | None:
    code, _, rest = text.replace("\x00", "").strip().partition(":")
    object_type, _, external_id = rest.partition(":")
    if not external_id:
        return None
    rows = golden.source_records(viewer).filter(connection__code=code, object_type=object_type, golden__isnull=False)
    return rows.filter(external_id=external_id).first()


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None

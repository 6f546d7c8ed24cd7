"""Golden records as people list them, customers and products alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from mdm.access import Viewer
from mdm.models import Case, GoldenValues, Proposal, SourceRecord
from mdm.selectors import record, review, search

PAGE = 50
COUNTED = 10_000  # beyond that a list says "more than"
MANY = 100  # so many waiting ones are counted for the navigation
SELDOM = 60  # seconds for which figures that count whole tables stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asked the list for; empty parts do not narrow it. `kind` is the party or product type."""

    entity: str = "customer"
    text: str = ""
    status: str = ""
    kind: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.text.strip() or self.status or self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of the list."""

    golden: GoldenValues
    records: tuple[SourceRecord, ...]
    in_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Newest change first; `older` and `newer` are marks to go on from, empty where nothing follows.

    `total` is exact up to COUNTED; one more means more than that.
    """

    items: tuple[Item, ...]
    total: int
    older: str = ""
    newer: str = ""

    @property
    def counted(self) -> bool:
        return self.total <= COUNTED


def page(viewer: Viewer, wanted: Wanted, *, older: str = "", newer: str = "", size: int = PAGE) -> Page:
    """One page of the golden records wanted, after or before a mark. Raises ValueError for what is no mark."""
    rows = all_rows = _narrowed(viewer, wanted)
    order = ("updated_at", "pk") if newer else ("-updated_at", "-pk")
    if older or newer:
        rows = rows.filter(_beyond(older or newer, "gt" if newer else "lt"))
    found = list(_listed(rows).order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if newer:
        found.reverse()
    alone = not (more or older or newer)
    return Page(
        items=_items(found),
        total=len(found) if alone else all_rows.order_by()[: COUNTED + 1].count(),
        older=_mark(found[-1]) if found and (more or newer) else "",
        newer=_mark(found[0]) if found and (older or (newer and more)) else "",
    )


def found(viewer: Viewer, text: str, size: int = 20) -> dict[str, tuple[Item, ...]]:
    """The newest golden records of each entity that a person may mean by what they typed."""
    meant = search.meant(text)
    rows = {
        entity: list(_listed(_living(viewer, entity).filter(condition)).order_by("-updated_at", "-pk")[:size])
        for entity, condition in meant.items()
    }
    items = {item.golden.pk: item for item in _items([row for some in rows.values() for row in some])}
    return {entity: tuple(items[row.pk] for row in some) for entity, some in rows.items()}


def _living(viewer: Viewer, entity: str) -> QuerySet[Any]:
    return viewer.goldens(entity).exclude(status=GoldenValues.Status.MERGED)


def _narrowed(viewer: Viewer, wanted: Wanted) -> QuerySet[Any]:
    rows = viewer.goldens(wanted.entity)
    if wanted.text.strip():
        rows = rows.filter(search.meant(wanted.text, wanted.entity)[wanted.entity])
    if wanted.kind:
        rows = rows.filter(**{KINDS[wanted.entity]: wanted.kind})
    return rows.filter(status=wanted.status) if wanted.status else rows.exclude(status=GoldenValues.Status.MERGED)


KINDS = {"customer": "party_type", "product": "product_type"}


def _listed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With what a list tells of each, and without what it does not."""
    cases = Case.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")), state=Case.State.OPEN)
    listed: QuerySet[Any] = rows.select_related("golden").defer("winners", "extra").annotate(in_review=Exists(cases))
    return listed


def _mark(row: GoldenValues) -> str:
    return f"{row.updated_at.isoformat()}_{row.pk}"


def _beyond(mark: str, way: str) -> Q:
    at, _, pk = mark.partition("_")
    moment, number = datetime.fromisoformat(at), int(pk)
    if moment.tzinfo is None:
        raise ValueError("A mark carries its time zone.")
    return Q(**{f"updated_at__{way}": moment}) | Q(updated_at=moment, **{f"pk__{way}": number})


def _items(rows: Collection[Any]) -> tuple[Item, ...]:
    records = _records([row.pk for row in rows]) if rows else {}
    return tuple(Item(golden=row, records=tuple(records.get(row.pk, ())), in_review=row.in_review) for row in rows)


def _records(pks: Collection[int]) -> dict[int, list[SourceRecord]]:
    """Active records by golden record, system by system, oldest first: what people know a customer by there."""
    found: dict[int, list[SourceRecord]] = defaultdict(list)
    rows = SourceRecord.objects.filter(golden__in=pks, status=SourceRecord.Status.ACTIVE)
    for row in sorted(rows.select_related("connection").defer("cells", "problems"), key=record.in_order):
        found[row.golden_id or 0].append(row)
    return found


def by_status(viewer: Viewer, entity: str = "customer") -> dict[str, int]:
    """How many golden records there are by status, as of a minute ago at most; merged ones are left out."""

    def counted() -> dict[str, int]:
        return dict(_living(viewer, entity).order_by().values_list("status").annotate(n=Count("pk")))

    return cache.get_or_set(f"listing.by_status.{entity}.{viewer.region}", counted, SELDOM) or {}


def open_proposals(viewer: Viewer) -> QuerySet[Proposal]:
    """The proposals that wait for a steward's word, about golden records the viewer sees."""
    return Proposal.objects.filter(viewer.sees("golden"), state=Proposal.State.OPEN)


def waiting(viewer: Viewer) -> dict[str, int]:
    """What waits for a person: open cases and open proposals."""
    cases = review.cases(viewer).filter(state=Case.State.OPEN)
    return {"cases": cases.count(), "proposals": open_proposals(viewer).count()}


def waiting_marks(viewer: Viewer) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """One row "cases" or "proposals" for each that waits, up to MANY: to be counted together with others."""
    cases = review.cases(viewer).filter(state=Case.State.OPEN)
    return (
        cases.order_by().values_list(Value("cases"))[:MANY],
        open_proposals(viewer).order_by().values_list(Value("proposals"))[:MANY],
    )

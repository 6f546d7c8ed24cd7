"""Golden customers as people list them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from mdm.access import Viewer
from mdm.models import Case, Customer, Proposal, SourceRecord
from mdm.selectors import record, review, search

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asked the list for; empty parts do not narrow it."""

    text: str = ""
    status: str = ""
    party_type: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.text.strip() or self.status or self.party_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of the list."""

    customer: Customer
    records: tuple[SourceRecord, ...]
    in_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Newest change first; `older` and `newer` are marks to go on from, empty where nothing follows."""

    items: tuple[Item, ...]
    total: int
    older: str = ""
    newer: str = ""


def page(viewer: Viewer, wanted: Wanted, *, older: str = "", newer: str = "", size: int = PAGE) -> Page:
    """One page of the golden customers wanted, after or before a mark. Raises ValueError for what is no mark."""
    rows = _narrowed(viewer, wanted)
    total = rows.count()
    order = ("updated_at", "pk") if newer else ("-updated_at", "-pk")
    if older or newer:
        rows = rows.filter(_beyond(older or newer, "gt" if newer else "lt"))
    found = list(rows.select_related("golden").defer("winners", "extra").order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if newer:
        found.reverse()
    return Page(
        items=_items(found),
        total=total,
        older=_mark(found[-1]) if found and (more or newer) else "",
        newer=_mark(found[0]) if found and (older or (newer and more)) else "",
    )


def _narrowed(viewer: Viewer, wanted: Wanted) -> QuerySet[Customer]:
    rows = viewer.customers().filter(search.customers(wanted.text))
    if wanted.party_type:
        rows = rows.filter(party_type=wanted.party_type)
    if wanted.status:
        return rows.filter(status=wanted.status)
    return rows.exclude(status=Customer.Status.MERGED)


def _mark(row: Customer) -> str:
    return f"{row.updated_at.isoformat()}_{row.pk}"


def _beyond(mark: str, way: str) -> Q:
    at, _, pk = mark.partition("_")
    moment, number = datetime.fromisoformat(at), int(pk)
    if moment.tzinfo is None:
        raise ValueError("A mark carries its time zone.")
    return Q(**{f"updated_at__{way}": moment}) | Q(updated_at=moment, **{f"pk__{way}": number})


def _items(rows: Collection[Customer]) -> tuple[Item, ...]:
    pks = [row.pk for row in rows]
    records = _records(pks)
    open_ = Case.objects.filter(Q(first__in=pks) | Q(second__in=pks), state=Case.State.OPEN)
    in_review = {pk for pair in open_.values_list("first", "second") for pk in pair}
    return tuple(Item(customer=row, records=tuple(records[row.pk]), in_review=row.pk in in_review) for row in rows)


def _records(pks: Collection[int]) -> dict[int, list[SourceRecord]]:
    """Active records by golden record, system by system, oldest first: what people know a customer by there."""
    found: dict[int, list[SourceRecord]] = defaultdict(list)
    rows = SourceRecord.objects.filter(golden__in=pks, status=SourceRecord.Status.ACTIVE)
    for row in sorted(rows.select_related("connection").defer("cells", "problems"), key=record.in_order):
        found[row.golden_id or 0].append(row)
    return found


def by_status(viewer: Viewer) -> dict[str, int]:
    """How many golden customers there are by status; merged ones are left out."""
    rows = viewer.customers().exclude(status=Customer.Status.MERGED).order_by()
    return dict(rows.values_list("status").annotate(n=Count("pk")))


def waiting(viewer: Viewer) -> dict[str, int]:
    """What waits for a person: open cases and open proposals."""
    cases = review.cases(viewer).filter(state=Case.State.OPEN)
    proposals = Proposal.objects.filter(viewer.sees("golden"), state=Proposal.State.OPEN)
    return {"cases": cases.count(), "proposals": proposals.count()}

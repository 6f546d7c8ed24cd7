"""Open cases as people work through them: the surest first, each with the two golden records it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Subquery

from mdm import rules
from mdm.access import Viewer
from mdm.engine.matching import Evidence, why
from mdm.models import VALUES, Case, GoldenValues, SourceRecord
from mdm.selectors import record, search

PAGE = 50
COUNTED = 10_000  # beyond that a list says "more than"
STRONGEST_FIRST, WEAKEST_FIRST = ("-weight", "pk"), ("weight", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A case with its two sides; a side is None where its golden record is gone, or was not read with it."""

    case: Case
    first: GoldenValues | None
    second: GoldenValues | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Strongest first; `after` and `before` are marks to go on from, empty where nothing follows.

    Not `exact`: there are more than `total`.
    """

    items: tuple[Item, ...]
    total: int
    exact: bool
    after: str = ""
    before: str = ""


def cases(viewer: Viewer) -> QuerySet[Case]:
    """The cases a viewer may work on: those both sides of which exist for them."""
    return Case.objects.filter(viewer.sees("first", "second"))


def page(viewer: Viewer, text: str = "", *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page of the open cases in which a party is meant by `text`. Raises ValueError for what is no mark.

    Of the sides only what they are called by is read.
    """
    rows, onwards = _open(viewer, text), bool(after or before)
    asked = rows.filter(_beyond(after or before, later=not before)) if onwards else rows
    order = WEAKEST_FIRST if before else STRONGEST_FIRST
    found = list(_named(asked).order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    if not (more or onwards):
        total, exact = len(found), True
    elif text.strip() or viewer.region:  # to be found one by one: that there are more than a page has to do
        total, exact = size, False
    else:
        total, exact = _counted(rows)
    return Page(
        items=tuple(map(_item, found)),
        total=total,
        exact=exact,
        after=_mark(found[-1]) if found and (more or before) else "",
        before=_mark(found[0]) if found and (after or (before and more)) else "",
    )


def _counted(rows: QuerySet[Case]) -> tuple[int, bool]:
    """How many there are, and whether that is all: counting stops at COUNTED."""
    count = rows.order_by()[: COUNTED + 1].count()
    return min(count, COUNTED), count <= COUNTED


def one(viewer: Viewer, pk: int) -> Item | None:
    """One case, open or closed; None where the viewer may not work on it."""
    row = _with_sides(cases(viewer)).filter(pk=pk).first()
    return _item(row) if row else None


def following(viewer: Viewer, case: Case) -> int | None:
    """The open case that comes after this one, the first one after the last; None where there is no other."""
    rows = _open(viewer, "").exclude(pk=case.pk).order_by(*STRONGEST_FIRST).values_list("pk", flat=True)
    return rows.filter(_beyond(_mark(case), later=True)).first() or rows.first()


def decided(viewer: Viewer, limit: int = PAGE) -> list[Case]:
    """What this viewer decided last, newest first."""
    rows = cases(viewer).filter(actor=viewer.actor, state=Case.State.CLOSED) if viewer.actor else Case.objects.none()
    return list(rows.order_by("-closed_at", "-pk")[:limit])


def day(viewer: Viewer, since: datetime) -> tuple[Case | None, int]:
    """What this viewer decided last, and how many cases since."""
    if viewer.actor is None:
        return None, 0
    mine = Case.objects.filter(actor=viewer.actor, state=Case.State.CLOSED)
    count = mine.filter(closed_at__gte=since).order_by().values("actor").annotate(n=Count("pk")).values("n")
    row = mine.annotate(today=Subquery(count)).order_by("-closed_at", "-pk").first()
    return (row, row.today or 0) if row else (None, 0)


def members(case: Case) -> tuple[list[SourceRecord], list[SourceRecord]]:
    """The source records of both sides, system by system."""
    pks = (case.first_id, case.second_id)
    rows = SourceRecord.objects.filter(golden__in=pks).select_related("connection")
    found = sorted(rows, key=record.in_order)
    first, second = ([row for row in found if row.golden_id == pk] for pk in pks)
    return first, second


def _open(viewer: Viewer, text: str) -> QuerySet[Case]:
    rows = cases(viewer).filter(state=Case.State.OPEN)
    if not text.strip():
        return rows
    return rows.filter(search.at(text, "first", "second"))


ENDS = {f"{side}__{entity}": model for side in ("first", "second") for entity, model in VALUES.items()}


def _with_sides(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related(*(f"{end}__golden" for end in ENDS), "actor")


def _named(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With both sides, but only the columns that their names are made of: a hundred more cost more than all rows."""
    own = [field.name for field in Case._meta.concrete_fields]
    entities = [f"{side}__entity" for side in ("first", "second")]
    names = [f"{end}__{column}" for end, model in ENDS.items() for column in model.named_by]
    return rows.select_related(*ENDS).only(*own, *entities, *names)


def _item(row: Case) -> Item:
    return Item(case=row, first=row.first.typed, second=row.second.typed)


def _mark(row: Case) -> str:
    return f"{row.weight!r}_{row.pk}"


def _beyond(mark: str, *, later: bool) -> Q:
    weight, _, pk = mark.partition("_")
    value, number = float(weight), int(pk)
    # The first condition says nothing new: by it the index begins where the mark is.
    if later:
        return Q(weight__lte=value) & (Q(weight__lt=value) | Q(pk__gt=number))
    return Q(weight__gte=value) & (Q(weight__gt=value) | Q(pk__lt=number))


def not_higher(case: Case) -> list[str]:
    """Why the weight of a case is not higher, by the model in force; nothing where no evidence is kept."""
    kept = case.evidence
    if not kept.get("lines"):  # not what matching found, but what a person or a system reported
        return []
    model = rules.current().models[case.first.entity]
    return why.not_higher(Evidence.from_json(kept), model.match_at, kept.get("held", ""))


def lines(case: Case) -> list[tuple[str, float, str]]:
    """What the comparison found: name, weight in bits and words of each line that weighs anything."""
    found: Iterable[list[object]] = case.evidence.get("lines", [])
    return [(str(name), float(str(weight)), str(words)) for name, _, weight, words in found if weight]

"""Proposals as people work through them: by cause, one by one, each with its golden record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet, Value

from mdm.access import Viewer
from mdm.entities import MASTERED
from mdm.models import Proposal
from mdm.selectors import listing

PAGE = 50
MOST = 500  # proposals that one decision may settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which open proposals; empty parts do not narrow it. `about`: the lasting id of a golden record."""

    entity: str = ""
    attribute: str = ""
    system: str = ""
    owner: str = ""
    about: str = ""

    @property
    def is_cause(self) -> bool:
        """Whether it names one cause, whose proposals may be decided together."""
        return bool(self.entity and self.attribute and self.system and self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Open proposals of one attribute, made in one system, against one owner."""

    entity: str
    attribute: str
    system: str
    system_name: str
    owner: str
    count: int
    oldest: datetime
    newest: datetime


def causes(viewer: Viewer, wanted: Wanted) -> list[Cause]:
    """Open proposals by cause, the most of them first."""
    by = ("record__entity", "key", "record__connection__code", "record__connection__name", "owner")
    rows = _open(viewer, wanted).order_by().values_list(*by)
    found = rows.annotate(n=Count("pk"), oldest=Min("source_time"), newest=Max("source_time"))
    return [
        Cause(
            entity=entity, attribute=key, system=code, system_name=name, owner=owner,
            count=count, oldest=oldest, newest=newest,
        )
        for entity, key, code, name, owner, count, oldest, newest in found.order_by("-n", *by)
    ]  # fmt: skip


def page(viewer: Viewer, wanted: Wanted, after: int = 0, size: int = PAGE) -> list[Proposal]:
    """Open proposals after an id, oldest first; up to one more than a page's worth."""
    return list(_whole(_open(viewer, wanted)).filter(pk__gt=after).order_by("pk")[: size + 1])


def count(viewer: Viewer, wanted: Wanted) -> int:
    """How many are open."""
    return _open(viewer, wanted).count()


def one(viewer: Viewer, pk: int) -> Proposal | None:
    """One proposal, open or decided; None where the viewer may not see its golden record."""
    return _whole(Proposal.objects.filter(viewer.sees("golden"))).filter(pk=pk).first()


def following(viewer: Viewer, row: Proposal) -> int | None:
    """The next open proposal of the same cause, else of any; None where there is no other."""
    rest = listing.open_proposals(viewer).exclude(pk=row.pk).order_by("pk")
    kin = rest.filter(key=row.key, owner=row.owner, record__connection=row.record.connection_id)
    kin = kin.filter(record__entity=row.record.entity)
    ways = (kin.filter(pk__gt=row.pk), kin, rest)  # in this order of preference, asked at once
    first, *others = (rows.values_list(Value(place), "pk")[:1] for place, rows in enumerate(ways))
    return min(first.union(*others, all=True), default=(0, None))[1]


def last(viewer: Viewer) -> Proposal | None:
    """What this viewer decided last, where that can still be taken back."""
    if viewer.actor is None:
        return None
    mine = Proposal.objects.filter(viewer.sees("golden"), actor=viewer.actor)
    row = _whole(mine).order_by("-decided_at").first()
    return row if row and row.state in (Proposal.State.ACCEPTED, Proposal.State.REJECTED) else None


def seen(viewer: Viewer, pks: list[int]) -> set[int]:
    """Those of these proposals the viewer may decide."""
    return set(listing.open_proposals(viewer).filter(pk__in=pks).values_list("pk", flat=True))


def _open(viewer: Viewer, wanted: Wanted) -> QuerySet[Proposal]:
    rows = listing.open_proposals(viewer)
    named: dict[str, Any] = {
        "record__entity": wanted.entity,
        "key": wanted.attribute,
        "record__connection__code": wanted.system,
        "owner": wanted.owner,
    }
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    return rows.filter(golden__uid=_uid(wanted.about)) if wanted.about else rows


def _uid(text: str) -> UUID:
    """A lasting id; one that no golden record has for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _whole(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.select_related("record__connection", "actor", *(f"golden__{entity}" for entity in MASTERED))

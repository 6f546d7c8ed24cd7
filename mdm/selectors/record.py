"""One golden record as people see it: values and their winners, sources, relations, what is contested, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from mdm import rules
from mdm.access import Viewer
from mdm.engine.values import Json
from mdm.entities import CUSTOMER, ENTITIES
from mdm.entities.words import Labelled
from mdm.models import (
    VALUES,
    Actor,
    Case,
    Connection,
    Customer,
    GoldenRecord,
    GoldenValues,
    Link,
    Product,
    Proposal,
    Relation,
    SourceRecord,
)

G = TypeVar("G", bound=GoldenValues)
HISTORY = 30  # newest entries shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A relation seen from one end: `outgoing` where the golden record in question is its source."""

    relation: Relation
    other: GoldenValues | None
    outgoing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One value of a change: what it was, what it became, and the winner's source and rule."""

    key: str
    before: Json
    after: Json
    source: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the history; `edits` are of values, `record` is the source record that came or went."""

    at: datetime
    cause: str
    actor: str
    correlation_id: str
    edits: tuple[Edit, ...] = ()
    record: SourceRecord | None = None
    first: bool = False


def customer(viewer: Viewer, uid: UUID) -> Customer | None:
    """The golden customer an id stands for today, of a merged one its survivor; None where the viewer sees none."""
    return _one(viewer.customers(), uid)


def product(viewer: Viewer, uid: UUID) -> Product | None:
    """The golden product an id stands for today, of a merged one its survivor; None where the viewer sees none."""
    return _one(viewer.products(), uid)


def _one(seen: QuerySet[G], uid: UUID) -> G | None:
    rows = seen.select_related("golden")
    found = rows.filter(golden__uid=uid, golden__merged_into=None).first()
    return found or rows.filter(golden=_survivor(uid)).first()


def _survivor(uid: UUID) -> int | None:
    golden = GoldenRecord.objects.filter(uid=uid).first()
    while golden is not None and golden.merged_into_id:
        golden = GoldenRecord.objects.get(pk=golden.merged_into_id)
    return golden.pk if golden else None


def systems() -> list[Connection]:
    """The connections in which a golden record may be known, in the order people see them."""
    return sorted(Connection.objects.filter(enabled=True).exclude(role=Connection.Role.HUB), key=_place)


def in_order(row: SourceRecord) -> tuple[tuple[int, str], tuple[str, str]]:
    """Sorts source records as people see them: by system, then the oldest first."""
    return _place(row.connection), row.age


def _place(connection: Connection) -> tuple[int, str]:
    return Connection.Role.values.index(connection.role), connection.name


def records(pk: int) -> list[SourceRecord]:
    """Its source records with their cells, system by system, oldest first."""
    rows = SourceRecord.objects.filter(golden=pk).select_related("connection")
    return sorted(rows, key=in_order)


def relations(viewer: Viewer, pk: int) -> list[Tie]:
    """Its relations, active ones first; the other end is None where the viewer may not see it."""
    rows = list(Relation.objects.filter(Q(source=pk) | Q(target=pk)).order_by("status", "type", "pk")[:200])
    seen: dict[int, GoldenValues] = {}
    for entity in {ENTITIES[row.type].mastered for row in rows}:
        others = {_other(row, pk) for row in rows if ENTITIES[row.type].mastered == entity}
        seen |= viewer.goldens(entity).select_related("golden").in_bulk(others)
    return [
        Tie(
            relation=row,
            other=seen.get(_other(row, pk)),
            outgoing=row.source_id == pk,
        )
        for row in rows
    ]


def _other(row: Relation, pk: int) -> int:
    return row.target_id if row.source_id == pk else row.source_id


def proposals(pk: int) -> list[Proposal]:
    """Its proposals, open ones first, then the newest."""
    rows = Proposal.objects.filter(golden=pk).select_related("record__connection", "actor").order_by("-pk")[:50]
    return sorted(rows, key=lambda row: row.state != Proposal.State.OPEN)


def cases(viewer: Viewer, pk: int) -> list[tuple[Case, GoldenValues | None]]:
    """Its open cases with the golden record it may be one with."""
    rows = list(Case.objects.filter(Q(first=pk) | Q(second=pk), state=Case.State.OPEN).order_by("-weight")[:20])
    others = [row.second_id if row.first_id == pk else row.first_id for row in rows]
    entity = GoldenRecord.objects.values_list("entity", flat=True).get(pk=pk) if rows else CUSTOMER.name
    seen = viewer.goldens(entity).select_related("golden").in_bulk(others)
    return [(row, seen.get(other)) for row, other in zip(rows, others, strict=True)]


def history(pk: int, limit: int = HISTORY, entity: str = CUSTOMER.name) -> list[Change]:
    """The newest changes of its values and members, with who and why."""
    past = VALUES[entity].history  # type: ignore[attr-defined]
    versions = list(past.filter(golden_id=pk).order_by("-history_date", "-history_id")[: limit + 1])
    moved = _moves(pk, limit)
    actors = Actor.objects.in_bulk({row.actor_id for row in (*versions, *moved) if row.actor_id})
    changes = [*_of_values(versions, limit, actors), *(_of_link(row, pk, actors) for row in moved)]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:limit]


def _moves(pk: int, limit: int) -> list[Link]:
    """Links that brought a record here, and those that took one away."""
    ever = Link.objects.filter(golden=pk).values("record")
    rows = Link.objects.filter(Q(golden=pk) | Q(record__in=ever)).select_related("record__connection")
    found = list(rows.defer("record__cells", "record__problems").order_by("-at", "-pk")[:limit])
    came = {row.record_id: row.pk for row in found if row.golden_id == pk}  # the oldest one read
    return [row for row in found if row.golden_id == pk or row.pk > came.get(row.record_id, row.pk)]


def _of_values(versions: Sequence[GoldenValues], limit: int, actors: Mapping[int, Actor]) -> Iterator[Change]:
    """One entry for each version of the values; the oldest one read is told only if it is the first there was."""
    for newer, older in pairwise([*versions, None]):
        assert newer is not None
        if older is None and len(versions) > limit:
            return
        past = newer.instance  # type: ignore[attr-defined]
        edits = tuple(edits_between(older.instance if older else None, past))  # type: ignore[attr-defined]
        if edits:
            yield Change(
                at=newer.history_date,  # type: ignore[attr-defined]
                cause=newer.cause,  # type: ignore[attr-defined]
                actor=_name(newer.actor_id, actors),  # type: ignore[attr-defined]
                correlation_id=newer.correlation_id,  # type: ignore[attr-defined]
                edits=edits,
                first=older is None,
            )


def edits_between(before: GoldenValues | None, after: GoldenValues) -> Iterator[Edit]:
    """What changed between two versions, key by key; the status is told as a value too."""
    old = {**before.values, "status": before.status} if before else {}
    new = {**after.values, "status": after.status}
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            won = after.winners.get(key, {})
            yield Edit(
                key=key,
                before=old.get(key),
                after=new.get(key),
                source=won.get("source", ""),
                rule=won.get("rule", ""),
            )


def _of_link(row: Link, pk: int, actors: Mapping[int, Actor]) -> Change:
    cause = row.cause if row.golden_id == pk else "left"
    return Change(
        at=row.at,
        cause=cause,
        actor=_name(row.actor_id, actors),
        correlation_id=row.correlation_id,
        record=row.record,
    )


def _name(pk: int | None, actors: Mapping[int, Actor]) -> str:
    actor = actors.get(pk or 0)
    return actor.name if actor else ""


def attributes(entity: str = CUSTOMER.name) -> Mapping[str, Labelled]:
    """The attributes of an entity by name, those added at run time among them."""
    return rules.current().books[entity].attributes  # type: ignore[return-value]

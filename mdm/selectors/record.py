"""One golden record as people see it: values and their winners, sources, relations, what is contested, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from mdm import rules
from mdm.access import Viewer
from mdm.engine.survivorship.rules import RuleBook
from mdm.engine.values import Json
from mdm.entities import CUSTOMER, MASTERED
from mdm.entities.words import Labelled
from mdm.models import (
    VALUES,
    Actor,
    Case,
    Connection,
    GoldenRecord,
    GoldenValues,
    Link,
    Proposal,
    Relation,
    SourceRecord,
    SourceVersion,
)

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


def golden(viewer: Viewer, entity: str, uid: UUID) -> GoldenValues | None:
    """The golden record an id stands for today, of a merged one its survivor; None where the viewer sees none.

    It carries what waits for a person: `open_cases` (case, weight, both sides) and `open_proposals` (proposal, key).
    """
    rows = viewer.goldens(entity).select_related("golden").annotate(open_cases=_OPEN_CASES, open_proposals=_PROPOSED)
    found: GoldenValues | None = rows.filter(golden__uid=uid, golden__merged_into=None).first()
    return found or rows.filter(golden=_survivor(uid)).first()


_OPEN_CASES = ArraySubquery(
    Case.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")), state=Case.State.OPEN)
    .order_by("-weight")
    .values(told=JSONObject(case="pk", weight="weight", first="first_id", second="second_id"))[:20]
)
_PROPOSED = ArraySubquery(
    Proposal.objects.filter(golden=OuterRef("pk"), state=Proposal.State.OPEN)
    .order_by("pk")
    .values(told=JSONObject(proposal="pk", key="key"))[:50]
)


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


def relations(viewer: Viewer, row: GoldenValues, limit: int = 200) -> list[Tie]:
    """Its relations, active ones first; the other end is None where the viewer may not see it."""
    pk, entity = row.pk, row.entity.name
    ties = Relation.objects.filter(Q(source=pk) | Q(target=pk)).select_related(f"source__{entity}", f"target__{entity}")
    return [
        Tie(
            relation=tie,
            other=_seen(viewer, tie.target if tie.source_id == pk else tie.source),
            outgoing=tie.source_id == pk,
        )
        for tie in ties.order_by("status", "type", "pk")[:limit]
    ]


def _seen(viewer: Viewer, golden: GoldenRecord) -> GoldenValues | None:
    values = golden.typed
    return values if values and viewer.may_see(values) else None


def relation_pks(pk: int) -> QuerySet[Any]:
    """The ids of its relations, as a part of other questions."""
    return Relation.objects.filter(Q(source=pk) | Q(target=pk)).values("pk")


def suspects(viewer: Viewer, row: GoldenValues) -> list[tuple[dict[str, Any], GoldenValues | None]]:
    """Its open cases with the golden record it may be one with; none of these where the viewer may not see it."""
    cases = row.open_cases  # type: ignore[attr-defined]
    others = [case["second"] if case["first"] == row.pk else case["first"] for case in cases]
    seen = viewer.goldens(row.entity.name).select_related("golden").in_bulk(others) if others else {}
    return [(case, seen.get(other)) for case, other in zip(cases, others, strict=True)]


def history(pk: int, limit: int = HISTORY, entity: str = CUSTOMER.name) -> list[Change]:
    """The newest changes of its values and members, with who and why."""
    versions = list(past(entity, pk).order_by("-history_date", "-history_id")[: limit + 1])
    changes = [*_of_values(versions, limit), *(_of_link(row, pk) for row in _moves(pk, limit))]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:limit]


def past(entity: str, pk: int) -> QuerySet[Any]:
    """All versions of its values, each with `by`: the name of who made it."""
    by = Subquery(Actor.objects.filter(pk=OuterRef("actor_id")).values("name"))
    rows: QuerySet[Any] = VALUES[entity].history.filter(golden_id=pk).annotate(by=by)  # type: ignore[attr-defined]
    return rows


def _moves(pk: int, limit: int) -> list[Link]:
    """Links that brought a record here, and those that took one away."""
    ever = Link.objects.filter(golden=pk).values("record")
    rows = Link.objects.filter(record__in=ever).select_related("record__connection", "actor")
    found = list(rows.defer("record__cells", "record__problems").order_by("-at", "-pk")[:limit])
    came = {row.record_id: row.pk for row in found if row.golden_id == pk}  # the oldest one read
    return [row for row in found if row.golden_id == pk or row.pk > came.get(row.record_id, row.pk)]


def _of_values(versions: Sequence[Any], limit: int) -> Iterator[Change]:
    """One entry for each version of the values; the oldest one read is told only if it is the first there was."""
    for newer, older in pairwise([*versions, None]):
        assert newer is not None
        if older is None and len(versions) > limit:
            return
        edits = tuple(edits_between(older.instance if older else None, newer.instance))
        if edits:
            yield Change(
                at=newer.history_date,
                cause=newer.cause,
                actor=newer.by or "",
                correlation_id=newer.correlation_id,
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


def _of_link(row: Link, pk: int) -> Change:
    return Change(
        at=row.at,
        cause=row.cause if row.golden_id == pk else "left",
        actor=row.actor.name if row.actor else "",
        correlation_id=row.correlation_id,
        record=row.record,
    )


def attributes(entity: str = CUSTOMER.name) -> Mapping[str, Labelled]:
    """The attributes of an entity by name, those added at run time among them."""
    return book(entity).attributes  # type: ignore[return-value]


def books() -> Mapping[str, RuleBook]:
    """The published rules of all entities."""
    return rules.current().books


def book(entity: str) -> RuleBook:
    """The published rules of an entity: its attributes, who owns them, which value survives."""
    return rules.current().books[entity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A golden record as it stood at a time; `earlier` and `later` are when the versions beside this one began."""

    values: GoldenValues
    since: datetime
    cause: str
    actor: str
    earlier: datetime | None
    later: datetime | None


def at(row: GoldenValues, moment: datetime) -> Moment | None:
    """The golden record as of a time, from its history; None before it was made."""
    versions = past(row.entity.name, row.pk)
    until = versions.filter(history_date__lte=moment).order_by("-history_date", "-history_id")[:2]
    after = versions.filter(history_date__gt=moment).order_by("history_date", "history_id")[:1]
    found = sorted(until.union(after), key=lambda version: (version.history_date, version.history_id))
    stood = [version for version in found if version.history_date <= moment]
    if not stood:
        return None
    then, following = stood[-1], found[len(stood) :]
    values = then.instance
    values.golden = row.golden
    return Moment(
        values=values,
        since=then.history_date,
        cause=then.cause,
        actor=then.by or "",
        earlier=stood[0].history_date if len(stood) > 1 else None,
        later=following[0].history_date if following else None,
    )


def version_of(record: int, at: datetime) -> SourceVersion | None:
    """The accepted version of a source record that said something first at this time; None where it was pruned."""
    rows = SourceVersion.objects.filter(record_id=record, source_time=at).order_by("observed_at")
    return rows.defer("attributes", "raw").first()


def newest_links(pks: Sequence[int]) -> dict[int, Link]:
    """By source record: the link that brought it where it is, with who made it."""
    rows = Link.objects.filter(record__in=pks).order_by("record", "-pk").distinct("record").select_related("actor")
    return {row.record_id: row for row in rows}


def source(viewer: Viewer, pk: int) -> SourceRecord | None:
    """A source record of a golden record the viewer sees, with both; None where there is none."""
    values = [f"golden__{entity}" for entity in MASTERED]
    rows = SourceRecord.objects.filter(viewer.sees("golden"), pk=pk, golden__isnull=False)
    return rows.select_related("connection", *values).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a delivery is about: a golden record, of a relation that at its first end; `entity` has its attributes."""

    golden: GoldenValues | None
    entity: str


def subject(viewer: Viewer, kind: str, pk: int) -> Subject | None:
    """The subject of a delivery; its golden record is None where the viewer may not see it."""
    if kind != "relation":
        return Subject(golden=viewer.goldens(kind).select_related("golden").filter(pk=pk).first(), entity=kind)
    ends = [f"source__{entity}" for entity in MASTERED]
    tie = Relation.objects.filter(pk=pk).select_related(*ends).first()
    return Subject(golden=_seen(viewer, tie.source), entity=tie.type) if tie else None

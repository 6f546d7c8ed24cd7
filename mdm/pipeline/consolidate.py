"""Ownership, then survivorship: what the golden values are, where they come from, and what is contested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from mdm import history
from mdm.engine.survivorship.resolve import Contest, resolve
from mdm.engine.values import Json
from mdm.entities import ENTITIES, Kind
from mdm.models import Actor, Customer, SourceRecord
from mdm.models.golden import SCALARS
from mdm.pipeline import locks, propose
from mdm.pipeline.testimony import witnesses
from mdm.rules import Rules

FLAGS = frozenset(one.name for one in ENTITIES["customer"].attributes if one.kind == Kind.FLAG and one.shape == "one")
FIELDS = ["status", *SCALARS, "lists", "extra", "winners", "rule_version", "updated_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one golden customer would be: status, values by text key, winners, contested edits."""

    status: str
    values: Mapping[str, Json]
    winners: Mapping[str, Json]
    contests: tuple[Contest, ...]


def plan(records: Sequence[SourceRecord], rules: Rules) -> Planned:
    """What the golden values would be by these source records and rules; pure."""
    active = [record for record in records if record.status == SourceRecord.Status.ACTIVE]
    resolution = resolve(rules.books["customer"], witnesses(active, records))
    return Planned(
        status=_status(active, resolution.values),
        values=resolution.values,
        winners={key: winner.to_json() for key, winner in resolution.winners.items()},
        contests=resolution.contests if active else (),
    )


def _status(active: Sequence[SourceRecord], values: Mapping[str, Json]) -> str:
    if not active or values.get("blocked"):
        return Customer.Status.BLOCKED
    # Known to the store alone: nobody in sales or accounting has seen this party yet.
    if all(record.connection.role == "store" for record in active):
        return Customer.Status.PROVISIONAL
    return Customer.Status.ACTIVE


def apply(
    goldens: Iterable[int],
    rules: Rules,
    actor: Actor | None = None,
    cause: str = "",
    known: Iterable[SourceRecord] = (),
) -> set[int]:
    """Write the golden values of these golden records with one history row each; gives those that changed.

    `known`: all records of some of them, where the caller has just read them under the lock of their golden records.
    """
    wanted = set(goldens)
    # Two workers with a record each of one party: the second waits here, then sees what the first one wrote.
    locks.goldens(wanted)
    members: dict[int, list[SourceRecord]] = defaultdict(list)
    for record in known:
        if record.golden_id in wanted:
            members[record.golden_id].append(record)
    unknown = wanted - members.keys()
    rest = SourceRecord.objects.filter(golden__in=unknown, entity="customer").prefetch_related("connection")
    for record in [*rest] if unknown else ():
        members[record.golden_id or 0].append(record)
    for records in members.values():
        records.sort(key=lambda record: record.pk)
    rows = Customer.objects.in_bulk(list(members))
    new: list[Customer] = []
    changed: list[Customer] = []
    contests: list[tuple[int, Contest]] = []
    now = timezone.now()
    for pk in sorted(members):
        planned = plan(members[pk], rules)
        contests += [(pk, contest) for contest in planned.contests]
        row = rows.get(pk) or Customer(golden_id=pk)
        if put(row, planned, rules) or pk not in rows:
            row.updated_at, row.rule_version = now, rules.version
            (changed if pk in rows else new).append(row)
    history.create(new, actor=actor, cause=cause)
    history.update(changed, FIELDS, actor=actor, cause=cause)
    propose.apply(contests, {**rows, **{row.pk: row for row in new}}, now)
    return {row.pk for row in (*new, *changed)}


def put(row: Customer, planned: Planned, rules: Rules) -> bool:
    """Lay the planned values into the row; says whether anything differs from before."""
    before = (row.status, row.lists, row.extra, row.winners, *(getattr(row, name) for name in SCALARS))
    shapes = rules.books["customer"].attributes
    lists: dict[str, Json] = {}
    extra: dict[str, Json] = {}
    for name in SCALARS:
        setattr(row, name, _fitting(name, planned.values.get(name)))
    for key, value in planned.values.items():
        if key in SCALARS:
            continue
        plain = "|" not in key and shapes[key].shape == "one"
        (extra if plain else lists)[key] = value
    row.status, row.lists, row.extra, row.winners = planned.status, lists, extra, dict(planned.winners)
    return before != (row.status, row.lists, row.extra, row.winners, *(getattr(row, name) for name in SCALARS))


def _fitting(name: str, value: Json) -> Json:
    """Text for a text column, since a source may state a number; nothing for a flag that is neither true nor false."""
    if name in FLAGS:
        return value if isinstance(value, bool) else None
    return value if value is None or isinstance(value, str) else str(value)

"""Ownership, then survivorship: what the golden values are, where they come from, and what is contested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from mdm import history
from mdm.engine.survivorship.resolve import Contest, resolve
from mdm.engine.values import Json
from mdm.entities import ENTITIES, Entity, Kind
from mdm.models import VALUES, Actor, GoldenValues, SourceRecord
from mdm.pipeline import locks, propose
from mdm.pipeline.testimony import witnesses
from mdm.rules import Rules

Status = GoldenValues.Status
MOST = 1e300  # no number of things; a column of numbers ends a little later


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one golden record would be: status, values by text key, winners, contested edits."""

    status: str
    values: Mapping[str, Json]
    winners: Mapping[str, Json]
    contests: tuple[Contest, ...]


def plan(entity: str, records: Sequence[SourceRecord], rules: Rules) -> Planned:
    """What the golden values would be by these source records and rules; pure."""
    active = [record for record in records if record.status == SourceRecord.Status.ACTIVE]
    resolution = resolve(rules.books[entity], witnesses(active, records))
    return Planned(
        status=_status(ENTITIES[entity], active, resolution.values),
        values=resolution.values,
        winners={key: winner.to_json() for key, winner in resolution.winners.items()},
        contests=resolution.contests if active else (),
    )


def _status(entity: Entity, active: Sequence[SourceRecord], values: Mapping[str, Json]) -> str:
    if not active or values.get("blocked"):
        return Status.BLOCKED
    vouched = any(record.connection.role in entity.vouched_by for record in active)
    return Status.ACTIVE if vouched else Status.PROVISIONAL


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
    members: dict[int, list[SourceRecord]] = defaultdict(list)
    for record in known:
        if record.golden_id in wanted:
            members[record.golden_id].append(record)
    unknown = wanted - members.keys()
    # Two workers with a record each of one party: the second waits here, then sees what the first one wrote.
    locks.goldens(unknown)
    rest = SourceRecord.objects.filter(golden__in=unknown).prefetch_related("connection")
    for record in [*rest] if unknown else ():
        members[record.golden_id or 0].append(record)
    written = _Written()
    for entity, found in _by_entity(members).items():
        _write(entity, found, rules, written, actor, cause)
    homes = {record.pk: golden for golden, records in members.items() for record in records}
    propose.apply(written.contests, written.rows, homes, timezone.now())
    return written.changed


@dataclass(slots=True)
class _Written:
    """What became of a batch: its golden values by id, which of them changed, and the contested edits."""

    rows: dict[int, GoldenValues] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    contests: list[tuple[int, Contest]] = field(default_factory=list)


def _by_entity(members: Mapping[int, list[SourceRecord]]) -> dict[str, dict[int, list[SourceRecord]]]:
    """Entity -> golden id -> its records in a lasting order."""
    found: dict[str, dict[int, list[SourceRecord]]] = defaultdict(dict)
    for pk in sorted(members):
        records = sorted(members[pk], key=lambda record: record.pk)
        found[records[0].entity][pk] = records
    return found


def _write(
    entity: str,
    members: Mapping[int, Sequence[SourceRecord]],
    rules: Rules,
    written: _Written,
    actor: Actor | None,
    cause: str,
) -> None:
    """Write the golden values of one entity."""
    model, now = VALUES[entity], timezone.now()
    rows = model._default_manager.in_bulk(list(members))
    new: list[GoldenValues] = []
    changed: list[GoldenValues] = []
    for pk, records in members.items():
        planned = plan(entity, records, rules)
        written.contests += [(pk, contest) for contest in planned.contests]
        row = written.rows[pk] = rows.get(pk) or model(golden_id=pk)
        if put(row, planned, rules) or pk not in rows:
            row.updated_at, row.rule_version = now, rules.version
            (changed if pk in rows else new).append(row)
    history.create(new, actor=actor, cause=cause)
    history.update(changed, _fields(model.entity), actor=actor, cause=cause)
    written.changed |= {row.pk for row in (*new, *changed)}


def _fields(entity: Entity) -> list[str]:
    return ["status", *entity.scalars, "lists", "extra", "winners", "rule_version", "updated_at"]


def put(row: GoldenValues, planned: Planned, rules: Rules) -> bool:
    """Lay the planned values into the row; says whether anything differs from before."""
    before, scalars = _held(row), row.entity.scalars
    shapes = rules.books[row.entity.name].attributes
    lists: dict[str, Json] = {}
    extra: dict[str, Json] = {}
    for name in scalars:
        setattr(row, name, _fitting(shapes[name].kind, planned.values.get(name)))
    for key, value in planned.values.items():
        if key in scalars:
            continue
        plain = "|" not in key and shapes[key].shape == "one"
        (extra if plain else lists)[key] = value
    row.status, row.lists, row.extra, row.winners = planned.status, lists, extra, dict(planned.winners)
    return before != _held(row)


def _held(row: GoldenValues) -> tuple[Json, ...]:
    return (row.status, row.lists, row.extra, row.winners, *(getattr(row, name) for name in row.entity.scalars))


def _fitting(kind: str, value: Json) -> Json:
    """Text for a text column, since a source may state a number; nothing for a flag or number that is none."""
    if kind == Kind.FLAG:
        return value if isinstance(value, bool) else None
    if kind == Kind.NUMBER:
        return _number(value)
    return value if value is None or isinstance(value, str) else str(value)


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > MOST:
        return None
    return float(value)

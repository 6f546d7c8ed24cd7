"""How the traffic with each system goes: state, lag, rates, what waits and what failed, failures by their cause.

All of it is of the whole hub: a viewer of a single region sees none of it. What waits or died stands in partial
indexes, what happened in the last hour in an index of block ranges.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Func, Max, Min, Q, QuerySet, TextField, Value
from django.db.models.functions import Left
from django.utils import timezone

from connectors import reach
from connectors.models import Access, Cursor, Delivery, InboundMessage
from mdm.access import Viewer
from mdm.models.systems import Connection

BEHIND = timedelta(minutes=5)  # from then on a connection counts as behind
HOUR = timedelta(hours=1)
PAGE = 50
# What differs from one failure to the next of the same cause: quoted words, and whatever has a digit in it.
_PARTS = r"""''[^'']*''|"[^"]*"|“[^”]*”|[[:alnum:]+/_.:=@-]*[0-9][[:alnum:]+/_.:=@-]*"""
_CAUSE = Func(
    Left("error", 500),
    template=f"regexp_replace(%(expressions)s, '{_PARTS}', '…', 'g')",
    output_field=TextField(),
)
WAYS: Mapping[str, type[InboundMessage] | type[Delivery]] = {"in": InboundMessage, "out": Delivery}


@dataclass(slots=True, kw_only=True)
class Line:
    """One connection. `lag`: how long the oldest thing that could go on has waited; rates are of the last hour."""

    connection: Connection
    access: Access | None
    pulled_at: datetime | None = None
    lag: timedelta | None = None
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def state(self) -> str:
        """The worst that is to be said of it."""
        if not self.connection.enabled:
            return "off"
        if self.access is None:
            return "no access"
        if self.access.stopped_at:
            return "paused"
        if self.access.trouble:
            return "trouble"
        if self.counts["dead_in"] or self.counts["dead_out"]:
            return "failures"
        if self.lag and self.lag > BEHIND:
            return "behind"
        return "in step" if self.pulled_at else "never read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Failures of one cause; `waits` where they are tried again by themselves."""

    way: str
    object_type: str
    reason: str
    cause: str
    sample: str
    count: int
    first: datetime
    last: datetime
    newest: int
    waits: bool

    @property
    def key(self) -> str:
        """What stands for the group in an address."""
        parts = (self.way, self.object_type, self.reason, self.cause, str(self.waits))
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def lines(viewer: Viewer, code: str = "") -> list[Line]:
    """All connections in the order people see them, or the one of this code: four queries however many there are."""
    if viewer.region:
        return []
    rows = Connection.objects.exclude(role=Connection.Role.HUB).select_related("access").order_by("role", "name")
    found = {row.pk: _line(row) for row in (rows.filter(code=code) if code else rows)}
    _read_cursors(found)
    now = timezone.now()
    for pk, what, count, failed, oldest in _inbound(list(found), now):
        _add(found[pk], what, count, failed, oldest, now)
    for pk, what, count, failed, oldest in _outbound(list(found), now):
        _add(found[pk], what, count, failed, oldest, now)
    return list(found.values())


def cursors(connection: Connection) -> list[Cursor]:
    """Where the reading of each object type stands."""
    return list(Cursor.objects.filter(connection=connection).defer("seen", "value").order_by("object_type"))


def groups(connection: Connection) -> list[Group]:
    """What failed, by cause: dead letters first, the most of them first; then what is tried again by itself."""
    first, *others = (_grouped(connection, way, dead) for way in WAYS for dead in (True, False))
    found = [_group(*row) for row in first.union(*others, all=True)]
    return sorted(found, key=lambda one: (one.waits, -one.count, one.way, one.object_type, one.reason, one.cause))


def group(connection: Connection, key: str) -> Group | None:
    """The dead letters of one cause; None where there are none any more."""
    return next((one for one in groups(connection) if one.key == key and not one.waits), None)


def members(connection: Connection, of: Group, upto: int | None = None) -> QuerySet[Any]:
    """The dead letters of a cause, oldest first; `upto`: only those that were there when a person looked."""
    rows = _failed(connection, of.way, dead=True).annotate(cause=_CAUSE)
    rows = rows.filter(object_type=of.object_type, cause=of.cause, **{_REASON[of.way]: of.reason})
    found: QuerySet[Any] = rows.filter(pk__lte=upto if upto is not None else of.newest).order_by("pk")
    return found


def message(viewer: Viewer, pk: int) -> InboundMessage | None:
    """One inbound message; it is of no golden record yet, so a viewer of a single region sees none."""
    return None if viewer.region else InboundMessage.objects.filter(pk=pk).first()


def replaced(row: InboundMessage) -> list[InboundMessage]:
    """What was edited of it, oldest first: the message it was made from, and those made from it."""
    kin = Q(replaces=row.pk) | Q(pk=row.replaces) if row.replaces else Q(replaces=row.pk)
    return list(InboundMessage.objects.filter(kin).order_by("pk"))


def _line(row: Connection) -> Line:
    access: Access | None = getattr(row, "access", None)
    return Line(connection=row, access=access)


def _read_cursors(found: Mapping[int, Line]) -> None:
    """The reading of a connection is as old as that of its oldest object type."""
    rows = Cursor.objects.filter(connection__in=found).values_list("connection").annotate(at=Min("pulled_at"))
    for pk, at in rows.order_by():
        found[pk].pulled_at = at


def _add(line: Line, what: str, count: int, failed: int, oldest: datetime | None, now: datetime) -> None:
    line.counts[what] += count
    line.counts["retrying"] += failed if what in ("waiting_in", "waiting_out") else 0
    if oldest and what in ("waiting_in", "due_out") and count:
        line.lag = max(line.lag or timedelta(0), now - oldest)


def _inbound(pks: Sequence[int], now: datetime) -> Iterable[tuple[int, str, int, int, datetime | None]]:
    rows = InboundMessage.objects.filter(connection_id__in=pks)
    waiting, dead = rows.filter(state="waiting"), rows.filter(state="dead")
    recent = rows.filter(received_at__gt=now - HOUR)
    return _counted(waiting, "waiting_in", "received_at").union(
        _counted(dead, "dead_in", "received_at"), _counted(recent, "hour_in", "received_at"), all=True
    )


def _outbound(pks: Sequence[int], now: datetime) -> Iterable[tuple[int, str, int, int, datetime | None]]:
    rows = Delivery.objects.filter(connection__in=pks)
    waiting = rows.filter(state="waiting")
    recent = rows.filter(state="done", finished_at__gt=now - HOUR, pushes__gt=0)
    return _counted(waiting, "waiting_out", "not_before").union(
        _counted(waiting.filter(not_before__lte=now), "due_out", "not_before"),
        _counted(rows.filter(state="sending"), "sending", "not_before"),
        _counted(rows.filter(state="dead"), "dead_out", "not_before"),
        _counted(recent, "hour_out", "not_before"),
        all=True,
    )


def _counted(rows: QuerySet[Any], what: str, at: str) -> QuerySet[Any]:
    counts = {"n": Count("pk"), "failed": Count("pk", filter=Q(attempts__gt=0)), "oldest": Min(at)}
    told: QuerySet[Any] = rows.order_by().values_list("connection_id", Value(what)).annotate(**counts)
    return told


_REASON = {"in": "stage", "out": "reason"}
_SEEN = {"in": "received_at", "out": "created_at"}


def _failed(connection: Connection, way: str, *, dead: bool) -> QuerySet[Any]:
    rows: QuerySet[Any] = WAYS[way]._default_manager.filter(connection_id=connection.pk)
    return rows.filter(state="dead") if dead else rows.filter(state="waiting", attempts__gt=0)


def _grouped(connection: Connection, way: str, dead: bool) -> QuerySet[Any]:
    at = "finished_at" if way == "out" and dead else _SEEN[way]
    rows = _failed(connection, way, dead=dead).annotate(cause=_CAUSE, why=F(_REASON[way])).order_by()
    counts = {"n": Count("pk"), "first": Min(at), "last": Max(at), "newest": Max("pk"), "sample": Max("error")}
    told: QuerySet[Any] = rows.values_list(Value(way), Value(dead), "object_type", "why", "cause").annotate(**counts)
    return told


def _group(way: str, dead: bool, object_type: str, why: str, cause: str, *told: Any) -> Group:
    count, first, last, newest, sample = told
    return Group(
        way=way, object_type=object_type, reason=why, cause=cause, sample=sample, count=count,
        first=first or timezone.now(), last=last or timezone.now(), newest=newest, waits=not dead,
    )  # fmt: skip


def can_write(connection: Connection) -> bool:
    """Whether the hub may write to the connection at all."""
    return connection.mode == Connection.Mode.WRITE and bool(reach.object_types(connection))

"""What a decision would have each system be written: it is taken, the writes are worked out, and it is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.db import connection as database

from connectors import outbound, reach
from connectors.errors import ConnectorError
from connectors.models import Delivery
from mdm.engine.values import Json
from mdm.models.systems import Connection
from mdm.selectors import systems
from mdm.selectors.desired import Want

PATIENCE = "500ms"  # a page does not wait longer for workers that hold the same golden records


class Busy(Exception):
    """Workers are changing these golden records at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write that would be owed to a system; `keys` are the attributes in it, no external id means a create."""

    object_type: str
    external_id: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One attribute that a system holds otherwise than it should."""

    key: str
    held: Json
    wanted: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a golden record or one of its relations stands in a connection, and what it should be written.

    No external id: it has yet to be made there. `missing`: ends of a relation that must come first.
    """

    connection: Connection
    object_type: str
    external_id: str
    operation: str
    differences: tuple[Difference, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """All that one connection would be written; `trouble` says why that cannot be told."""

    name: str
    writes: tuple[Write, ...] = ()
    trouble: str = ""

    @property
    def fields(self) -> int:
        return sum(len(write.keys) for write in self.writes)


def writes(act: Callable[[], object], goldens: Collection[int]) -> list[System]:
    """What each system would be written about these golden records once `act` is done; nothing of it stays.

    Raises Busy, and whatever `act` raises.
    """
    try:
        with transaction.atomic():
            with database.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            act()
            found = [_owed(connection, goldens) for connection in _written()]
            transaction.set_rollback(True)
    except OperationalError as error:  # 55P03: the lock was not to be had in time, 40P01: a deadlock
        if getattr(error.__cause__, "sqlstate", "") not in ("55P03", "40P01"):
            raise
        raise Busy("These records are being changed at this moment. Try again in a second.") from None
    return found


def _written() -> Iterator[Connection]:
    writable = Connection.objects.filter(enabled=True, mode=Connection.Mode.WRITE).exclude(role="hub")
    return iter(writable.order_by("role", "name"))


def slots(goldens: Collection[int]) -> list[tuple[Connection, list[Slot], str]]:
    """By connection: each slot of these golden records and their relations with what differs there, or why that cannot
    be told. Connections that are only read are among them; nothing is written or locked."""
    read = Connection.objects.filter(enabled=True).exclude(role="hub").order_by("role", "name")
    return [(connection, *_slots(connection, goldens)) for connection in read]


def of_delivery(delivery: Delivery) -> tuple[list[Slot], str]:
    """What a delivery would write if it were sent now, or why that cannot be told."""
    connection = delivery.connection
    try:
        connector = reach.connector(connection)
        kinds = [kind for kind in connector.object_types if kind.name == delivery.object_type]
        wants = [
            want
            for kind in kinds
            for want in outbound.wants(
                connection,
                connector,
                kind,
                systems.distributed(connection, kind.name, kind.entity, [delivery.subject_id]),
            )
        ]
        return [_slot(connection, want) for want in wants], ""
    except ConnectorError as error:
        return [], str(error)


def _slots(connection: Connection, goldens: Collection[int]) -> tuple[list[Slot], str]:
    try:
        return [_slot(connection, want) for want in _wants(connection, goldens)], ""
    except ConnectorError as error:
        return [], str(error)


def _slot(connection: Connection, want: Want) -> Slot:
    desired = want.desired
    wanted = {**desired.attributes, **{f"ids|{name}": value for name, value in desired.ids.items()}}
    return Slot(
        connection=connection,
        object_type=desired.object_type,
        external_id=desired.external_id,
        operation="create" if want.record is None else desired.operation,
        differences=tuple(
            Difference(key=key, held=desired.observed.get(key), wanted=wanted.get(key))
            for key in sorted(desired.changed)
        ),
        missing=tuple(sorted(name for name, _ in want.missing)),
    )


def _owed(connection: Connection, goldens: Collection[int]) -> System:
    try:
        wants = _wants(connection, goldens)
    except ConnectorError as error:
        return System(name=connection.name, trouble=str(error))
    return System(
        name=connection.name,
        writes=tuple(
            Write(
                object_type=want.desired.object_type,
                external_id=want.desired.external_id,
                keys=tuple(sorted(want.desired.changed)),
            )
            for want in wants
            if not want.nothing_left and not want.missing
        ),
    )


def _wants(connection: Connection, goldens: Collection[int]) -> list[Want]:
    """What a connection should hold of these golden records and their relations; raises ConnectorError."""
    relations = systems.relations_of(goldens, goldens)
    connector = reach.connector(connection)
    return [
        want
        for object_type in connector.object_types
        if object_type.writable
        for want in outbound.wants(
            connection,
            connector,
            object_type,
            systems.distributed(
                connection, object_type.name, object_type.entity, relations if object_type.refs else goldens
            ),
        )
    ]

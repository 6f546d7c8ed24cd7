"""What a decision would have each system be written: it is taken, the writes are worked out, and it is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.db import connection as database

from connectors import outbound, reach
from connectors.errors import ConnectorError
from mdm.models.systems import Connection
from mdm.selectors import systems

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


def _owed(connection: Connection, goldens: Collection[int]) -> System:
    relations = systems.relations_of(goldens, goldens)
    try:
        connector = reach.connector(connection)
        wants = [
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

"""From a connection's rows to a connector that can speak to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from connectors import base, registry
from connectors.errors import Misconfigured
from connectors.models import Access
from mdm.models.systems import Connection
from mdm.selectors import systems

log = structlog.get_logger(__name__)

_live: dict[int, tuple[tuple[object, ...], base.Connector]] = {}


def connector(connection: Connection) -> base.Connector:
    """The connector of this connection, kept per process with its HTTP session while nothing about it changes."""
    try:
        access = Access.objects.get(connection=connection)
    except Access.DoesNotExist:
        raise Misconfigured(f"{connection.name} has no access. Give its address and secrets under accesses.") from None
    rows = tuple(
        base.FieldRow(object_type=row.object_type, native=row.native, key=row.key, read=row.read, write=row.write)
        for row in systems.fields(connection)
    )
    told = (access.base_url, sorted(access.secrets.items()), repr(access.options), rows, connection.kind)
    kept = _live.get(connection.pk)
    if kept and kept[0] == told:
        return kept[1]
    made = registry.connector_class(connection.kind)(
        base.Access(
            connection=connection.code,
            base_url=access.base_url,
            secrets=access.secrets,
            options=access.options,
            fields=rows,
        )
    )
    _live[connection.pk] = (told, made)
    return made


def listener(connection: Connection) -> base.Connector:
    """A connector that reads what its system calls us with: it makes no call, so it needs neither session nor rows.

    Best of a connection read along with its access.
    """
    try:
        access = connection.access
    except Access.DoesNotExist:
        raise Misconfigured(f"{connection.name} has no access. Give its address and secrets under accesses.") from None
    return registry.connector_class(connection.kind)(
        base.Access(
            connection=connection.code,
            base_url=access.base_url,
            secrets=access.secrets,
            options=access.options,
            fields=(),
        )
    )


def object_types(connection: Connection) -> tuple[base.ObjectType, ...]:
    """The object types of a connection; none for the hub's own, which has no connector."""
    return registry.connector_class(connection.kind).object_types if connection.kind in registry.CONNECTORS else ()


def prepare(connection: Connection, callback_url: str = "") -> None:
    """Check credentials and set-up once, and keep what is wrong where an admin sees it; raises ConnectorError."""
    made = connector(connection)
    made.prepare()
    if callback_url:
        made.subscribe(callback_url)
    Access.objects.filter(connection=connection).update(prepared_at=timezone.now(), trouble="")


def trouble(connection: Connection, error: Exception, pause: float) -> None:
    """Write down what keeps the connection from working and leave it alone for `pause` seconds."""
    until = timezone.now() + timedelta(seconds=pause)
    Access.objects.filter(connection=connection).update(trouble=str(error), paused_until=until)
    log.warning("connection paused", connection=connection.code, error=str(error), seconds=pause)


def well(connection: Connection) -> None:
    """The connection answers again."""
    Access.objects.filter(connection=connection).exclude(trouble="").update(trouble="", paused_until=None)


@transaction.atomic
def stop(connection: Connection, *, actor: str, reason: str) -> bool:
    """Pause a connection until a person lets it go on; False where it is paused already, or has no access."""
    access = Access.objects.select_for_update().filter(connection=connection, stopped_at=None).first()
    if access is None:
        return False
    access.stopped_at, access.stopped_by, access.stopped_why = timezone.now(), actor, reason
    access.save(update_fields=["stopped_at", "stopped_by", "stopped_why"])
    log.warning("connection stopped", connection=connection.code, actor=actor, reason=reason)
    return True


@transaction.atomic
def resume(connection: Connection, *, actor: str) -> bool:
    """Let a paused connection go on, at once; False where it was not paused."""
    access = Access.objects.select_for_update().filter(connection=connection, stopped_at__isnull=False).first()
    if access is None:
        return False
    access.stopped_at, access.stopped_by, access.stopped_why, access.paused_until = None, "", "", None
    access.save(update_fields=["stopped_at", "stopped_by", "stopped_why", "paused_until"])
    log.info("connection resumed", connection=connection.code, actor=actor)
    return True


def is_stopped(connection: Connection) -> bool:
    """Whether a person paused the connection."""
    return Access.objects.filter(connection=connection, stopped_at__isnull=False).exists()


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Hold a name for the length of a block; gives False where another process holds it. Needs no transaction."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(4703, hashtext(%s))", [name])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held and not transaction.get_connection().needs_rollback:
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(4703, hashtext(%s))", [name])


def nobody_holds(name: str) -> bool:
    """Whether no living process holds a name by `alone`; must run in a transaction, which holds it from then on."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(4703, hashtext(%s))", [name])
        return bool(cursor.fetchone()[0])

"""Compare a system in full with what it should hold, and owe it what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import structlog
from django.db import transaction

from connectors import inbound, outbound, owing, reach
from connectors.models import InboundMessage
from mdm import logs
from mdm.models.systems import Connection
from mdm.selectors import systems

log = structlog.get_logger(__name__)
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One slot that holds something else than it should; no external id means the record is missing there.

    `waits_for`: ends of a relation that are not there yet, so that nothing can be written.
    """

    connection: str
    object_type: str
    subject_type: str
    subject_id: int
    external_id: str
    keys: tuple[str, ...]
    waits_for: tuple[str, ...] = ()


def reconcile(connection: Connection) -> int:
    """Read everything from the system, take it in, and owe it every look; gives the number of slots that drifted."""
    with logs.bind(correlation_id=logs.current() or logs.new_id()):
        inbound.pull(connection, full=True)
        while InboundMessage.objects.filter(
            connection_id=connection.pk, state=InboundMessage.State.WAITING, fetch=False, not_before=None
        ).exists():
            inbound.process_inbox()
        drifts = list(find(connection))
        causes: Mapping[tuple[str, int], set[str]] = defaultdict(
            set, {(drift.subject_type, drift.subject_id): {logs.current()} for drift in drifts}
        )
        with transaction.atomic():
            owing.owe(causes)
        count = sum(not drift.waits_for for drift in drifts)
        log.info("reconciled", connection=connection.code, drift=count, waiting=len(drifts) - count)
        return count


def find(connection: Connection) -> Iterator[Drift]:
    """Every slot of the connection where desired differs from observed; changes nothing and calls nobody."""
    connector = reach.connector(connection)
    everything = list(systems.subjects())
    for object_type in connector.object_types:
        if not object_type.writable:
            continue
        kind = owing.subject_type(object_type)
        pks = iter([pk for subject, pk in everything if subject == kind])
        while chunk := list(islice(pks, CHUNK)):
            for want in outbound.wants(connection, connector, object_type, chunk):
                if not want.nothing_left:
                    yield Drift(
                        connection=connection.code,
                        object_type=object_type.name,
                        subject_type=kind,
                        subject_id=want.subject_id,
                        external_id=want.desired.external_id,
                        keys=tuple(sorted(want.desired.changed)),
                        waits_for=tuple(sorted(name for name, _ in want.missing)),
                    )

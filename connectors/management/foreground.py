"""What the commands that do a connection's work in this terminal share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from connectors import inbound, reach
from connectors.errors import ConnectorError
from mdm.models.systems import Connection

Say = Callable[[str], None]


def connection(code: str) -> Connection:
    """The enabled connection of this code; raises CommandError that names those there are."""
    row = Connection.objects.exclude(role="hub").filter(code=code).first()
    if row is None:
        codes = Connection.objects.exclude(role="hub").order_by("code").values_list("code", flat=True)
        known = f"There are {', '.join(codes)}." if codes else "There is none yet: add one in the admin."
        raise CommandError(f"No connection has the code '{code}'. {known}")
    if not row.enabled:
        raise CommandError(f"{row.name} is switched off: enable it in the admin first.")
    return row


def writable(code: str) -> Connection:
    """As `connection`; raises CommandError where the hub may only read."""
    row = connection(code)
    if row.mode != Connection.Mode.WRITE:
        raise CommandError(f"{row.name} is only observed: set its mode to write in the admin first.")
    return row


@contextmanager
def alone(name: str, row: Connection) -> Iterator[None]:
    """Hold a connection's work, so that no worker does it meanwhile; a system's refusal becomes a CommandError."""
    with reach.alone(f"{name} {row.code}") as mine:
        if not mine:
            raise CommandError(f"A worker is at this for {row.name} just now; try again in a moment.")
        try:
            yield
        except ConnectorError as error:
            raise CommandError(f"{row.name}: {error}") from None


def until_done(step: Callable[[], int], word: str, say: Say) -> int:
    """Repeat a batch step until it finds nothing, saying how far it is; gives the total."""
    total = 0
    while count := step():
        total += count
        say(f"  {word}: {total}")
    return total


def master(say: Say) -> int:
    """Take the inbox through the pipeline; gives how many messages. Workers may be at it too: they share the rows."""
    return until_done(inbound.process_inbox, "processed", say)

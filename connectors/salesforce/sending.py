"""Sending a collection so that one bad record does not stop the others."""

from __future__ import annotations

from collections.abc import Callable

from connectors.errors import Misconfigured, Permanent, Retriable
from connectors.salesforce.client import Row
from mdm.engine.values import Json

Native = dict[str, Json]
Send = Callable[[list[Native]], list[Row]]


def sent(records: list[Native], send: Send, decided: bool) -> list[Row]:
    """Results of one call; a call refused as a whole is halved until the record at fault stands alone.

    `decided`: something has been written already, so a system that is down fails these records and not the push.
    """
    try:
        return send(records)
    except Permanent as error:
        if len(records) == 1:
            return [Row(error=error)]
        half = len(records) // 2
        first = sent(records[:half], send, decided)
        return first + sent(records[half:], send, True)
    except (Retriable, Misconfigured) as error:
        if not decided:
            raise
        return [Row(error=error)] * len(records)

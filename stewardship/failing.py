"""The traffic in words: state and lag of a connection, dead letters, what a delivery would write."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from connectors import foretell
from connectors.models import Delivery, InboundMessage
from connectors.selectors.monitor import Line
from mdm.access import Viewer
from mdm.engine.values import Json
from mdm.entities import words
from mdm.selectors import record
from stewardship import comparing

Shape = dict[str, Any]

# State -> its sign, the kind of chip, and what it means.
STATES = {
    "in step": ("●", "positive", "read and written as it should be"),
    "behind": ("◐", "warning", "work has been waiting for more than five minutes"),
    "failures": ("!", "warning", "works, and dead letters wait for a person"),
    "trouble": ("✕", "negative", "does not work now"),
    "paused": ("‖", "info", "a person paused it"),
    "off": ("■", "", "switched off"),
    "never read": ("◌", "info", "nothing was read from it yet"),
    "no access": ("✕", "negative", "has no address and secrets yet"),
}
WAYS = {"in": "Inbound", "out": "Outbound"}


def lines(found: Iterable[Line]) -> list[Shape]:
    """A row for each connection."""
    return [line(one) for one in found]


def line(one: Line) -> Shape:
    """One connection in words."""
    sign, chip, meaning = STATES[one.state]
    counts = one.counts
    return {
        "line": one,
        "connection": one.connection,
        "access": one.access,
        "state": one.state,
        "sign": sign,
        "chip": chip,
        "meaning": one.access.trouble if one.access and one.state == "trouble" else meaning,
        "lag": lasting(one.lag) if one.lag else "none",
        "waiting": counts["waiting_in"],
        "queued": counts["waiting_out"] + counts["sending"],
        "retrying": counts["retrying"],
        "dead_in": counts["dead_in"],
        "dead_out": counts["dead_out"],
        "hour_in": counts["hour_in"],
        "hour_out": counts["hour_out"],
    }


def lasting(gap: timedelta) -> str:
    """A length of time in its largest whole unit: 40 s, 7 min, 3 h, 2 d."""
    seconds = int(gap.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"


def letters(way: str, rows: Iterable[InboundMessage | Delivery]) -> list[Shape]:
    """Dead letters one by one, inbound or outbound."""
    return [_inbound(row) if isinstance(row, InboundMessage) else _outbound(row) for row in rows]


def _inbound(row: InboundMessage) -> Shape:
    what = f"{row.object_type} {words.short_id(row.external_id)}"
    return {"row": row, "what": what, "at": row.received_at, "attempts": row.attempts, "address": "monitor-message"}


def _outbound(row: Delivery) -> Shape:
    what = f"{row.object_type} of {row.subject_type} {row.subject_id}"
    at = row.finished_at or row.created_at
    return {"row": row, "what": what, "at": at, "attempts": row.attempts, "address": "monitor-delivery"}


def pretty(body: Json) -> str:
    """A payload as text to read and edit."""
    return json.dumps(body, ensure_ascii=False, indent=2)


def typed(text: str) -> tuple[dict[str, Json], str]:
    """The payload a person typed, and what is wrong with it in a sentence."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {}, f"This is no JSON: {error}. Nothing was sent."
    if not isinstance(body, dict) or not body:
        return {}, "A payload is one JSON object with at least one field. Nothing was sent."
    return body, ""


def delivery(viewer: Viewer, row: Delivery) -> Shape:
    """A delivery in words: what it is about, what it wrote, what it would write now."""
    found, trouble = foretell.of_delivery(row)
    about = record.subject(viewer, row.subject_type, row.subject_id)
    attributes = record.attributes(about.entity if about else row.subject_type)
    return {
        "about": about.golden if about else None,
        "slots": [comparing.slot(one, attributes) for one in found],
        "trouble": trouble,
        "written": [
            f"{words.short_id(one.get('external_id') or '')}: "
            + ", ".join(words.label(key, attributes) for key in one.get("keys", []))
            for one in row.written
        ],
    }

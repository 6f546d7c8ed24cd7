"""What happened to a golden record, and what was written about it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mdm.engine.values import Json
from mdm.entities import words
from mdm.models import GoldenValues
from mdm.selectors.record import Change, Edit
from stewardship.presenters import record_words
from stewardship.shown import Shown

Shape = dict[str, Any]

CAUSES = {
    "": "A source system changed",
    "decided": "A steward decided",
    "rebuild": "Made again from its inputs",
    "answer to a push": "A system answered a write of ours",
}
MOVES = {
    "new": "This golden record began with",
    "attach": "Recognised and attached:",
    "join": "Joined, with the golden record it belonged to:",
    "part": "Parted from another golden record:",
    "created_there": "Created by the hub:",
    "decided": "Attached by a steward:",
    "left": "Left to another golden record:",
}
STATES = {"waiting": "waiting", "sending": "being sent", "done": "done", "dead": "dead letter"}


def moment(text: str) -> datetime | None:
    """The time a page was asked for, with or without a zone; None for what is no time."""
    try:
        found = parse_datetime(text.replace(" ", "+").strip())
    except ValueError:
        return None
    if found is None or found.year < 1900 or found.year > 9000:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def told(shown: Shown, changes: Iterable[Change]) -> list[Shape]:
    """What happened, newest first."""
    return [
        {
            "change": change,
            "words": _happened(change),
            "edits": [_edit(shown, edit, change.first) for edit in change.edits],
        }
        for change in changes
    ]


def deliveries(shown: Shown, found: Iterable[Any], others: Mapping[int, GoldenValues | None]) -> list[Shape]:
    """What was or is owed to the systems, with what was written; `others`: the other end of each relation."""
    return [
        {
            "delivery": delivery,
            "state": STATES[delivery.state],
            "about": others.get(delivery.subject_id) if delivery.subject_type == "relation" else None,
            "is_relation": delivery.subject_type == "relation",
            "written": [written(shown, one) for one in delivery.written],
        }
        for delivery in found
    ]


def written(shown: Shown, one: Mapping[str, Json]) -> str:
    """One write a delivery made: which record, which attributes."""
    keys = one.get("keys", [])
    names = [shown.label(key) for key in keys if not key.startswith("ids|")]
    if len(names) < len(keys):
        names.append("ids of the hub and the other systems")
    verb = "Created" if one.get("created") else "Updated"
    return f"{verb} {words.short_id(one.get('external_id') or '') or 'a record'}: {', '.join(names) or 'its key'}"


def _happened(change: Change) -> str:
    if change.record is not None:
        return f"{MOVES.get(change.cause, 'Moved:')} {record_words(change.record)}"
    if change.first:
        return "First values"
    if change.cause.startswith("rule set"):
        return f"Rules changed ({change.cause})"
    return CAUSES.get(change.cause, change.cause.capitalize())


def _edit(shown: Shown, edit: Edit, first: bool) -> Shape:
    by_key = {record.source_key: record for record in shown.records}
    source = by_key.get(edit.source)
    return {
        "label": shown.label(edit.key),
        "before": "" if first else words.value(edit.before) or "nothing",
        "after": words.value(edit.after) or "nothing",
        "source": record_words(source) if source else edit.source,
        "rule": edit.rule,
    }

"""Rule sets in words: every row as a line, what differs between two sets, what was changed when and by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from mdm import contradictions
from mdm.entities import words
from mdm.models import RuleSet
from mdm.models.rules import Rule

HISTORY = 200  # newest changes of rows of one kind
OUTSIDE = ("id", "rule_set")


@dataclass(frozen=True, slots=True)
class RowChange:
    """One change of one row of a rule set."""

    at: datetime
    who: str
    kind: str
    row: str
    edits: tuple[str, ...]


def lines(rule_set: RuleSet) -> set[str]:
    """Every row as one line."""
    found = {f"{name}: {value:g}" for name, value in thresholds(rule_set).items() if value is not None}
    for relation in contradictions.relations():
        rows = getattr(rule_set, relation).all()
        if any(field.name == "connection" for field in rows.model._meta.fields):
            rows = rows.select_related("connection")
        found |= {line(row) for row in rows}
    return found


def thresholds(rule_set: RuleSet) -> dict[str, float | None]:
    return {"Match threshold": rule_set.match_at, "Review threshold": rule_set.review_at}


def line(row: Rule) -> str:
    """A row as one line: its kind, what it says, and whatever is not as usual."""
    kind = str(row._meta.verbose_name).capitalize()
    told = [f"{field.verbose_name} {_value(row, field)}" for field in _fields(type(row)) if _value(row, field)]
    return f"{kind}: {', '.join(told)}"


def _fields(model: type[Any]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.name not in OUTSIDE]


def _value(row: Any, field: Any) -> str:
    value = getattr(row, field.name)
    return "" if value in ("", "*", [], {}, None) else words.value(value)


def difference(before: RuleSet, after: RuleSet) -> tuple[list[str], list[str]]:
    """Lines that a set adds to another, and lines it leaves out."""
    old, new = lines(before), lines(after)
    return sorted(new - old), sorted(old - new)


def changes(rule_set: RuleSet) -> list[RowChange]:
    """What was changed in the rows of a set, newest first."""
    found: list[RowChange] = []
    for relation in contradictions.relations():
        past = getattr(rule_set, relation).model.history
        rows = past.filter(rule_set=rule_set.pk).select_related("history_user", *_connection(past.model))
        found += _of_rows(list(rows.order_by("-history_date", "-history_id")[:HISTORY]))
    return sorted(found, key=lambda change: change.at, reverse=True)


def _connection(model: type[Any]) -> list[str]:
    return [field.name for field in model._meta.fields if field.name == "connection"]


def _of_rows(versions: Sequence[Any]) -> Iterator[RowChange]:
    by_row: dict[int, list[Any]] = defaultdict(list)
    for version in versions:
        by_row[version.id].append(version)
    for row_versions in by_row.values():
        for newer, older in pairwise([*row_versions, None]):
            yield RowChange(
                at=newer.history_date,
                who=newer.history_user.get_username() if newer.history_user else "",
                kind=newer.get_history_type_display().lower(),
                row=line(newer.instance),
                edits=tuple(_edits(older, newer)) if older is not None and newer.history_type == "~" else (),
            )


def _edits(older: Any, newer: Any) -> Iterator[str]:
    for field in _fields(type(newer.instance)):
        before, after = (_value(version, field) or "nothing" for version in (older, newer))
        if before != after:
            yield f"{field.verbose_name}: {before} → {after}"

"""What became of the attributes a match model learned from: those that are gone, are read otherwise, or came since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mdm import rules


def broken(figures: Mapping[str, Any], now: Mapping[str, str]) -> str:
    """Why a version trained with these figures cannot work with the `columns` of today, as sentences; else empty."""
    learned, then = figures.get("columns", []), figures.get("attributes", {})
    gone = _names(learned) - _names(now)
    other = _names(name for name in learned if now.get(name) != then.get(name, now.get(name))) - gone
    told = [
        f"It learned from {_listed(gone)}, which the hub does not have any more." if gone else "",
        f"It learned from {_listed(other)} as another kind of value." if other else "",
    ]
    return " ".join(filter(None, told))


def unseen(figures: Mapping[str, Any], now: Mapping[str, str]) -> str:
    """Attributes that came after a version was trained, which it does not look at, as a sentence; else empty."""
    then = figures.get("attributes")
    new = _names(now) - _names(then) if then else set()
    return f"It does not look at {_listed(new)}: no such attribute was there when it learned." if new else ""


def columns(entity: str) -> dict[str, str]:
    """The text columns a training reads of an entity today, each with its kind."""
    from mdm.engine.matching.learned import statements  # heavy, and only a hub that has trained needs it

    return {column.name: str(column.kind) for column in statements.columns(rules.attributes(entity))}


def _names(columns: Iterable[str]) -> set[str]:
    """The attributes of these columns: that of `addresses 2 city` is `addresses`."""
    return {column.partition(" ")[0] for column in columns}


def _listed(names: set[str]) -> str:
    *most, last = sorted(names)
    return f"{', '.join(most)} and {last}" if most else last

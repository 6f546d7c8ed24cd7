"""The strategies: each orders the candidate values of one attribute, best first.

Ties end at the newest statement, then at the source key, so the same candidates give the same winner in any order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mdm.engine.values import Json, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who speaks: one source record of one connection."""

    record_id: int
    key: str
    connection: str
    role: str
    region: str = ""
    legal_entity: str = ""

    def is_one_of(self, name: str) -> bool:
        return name in (self.connection, self.role)


@dataclass(frozen=True, slots=True)
class Candidate:
    source: Source
    statement: Statement

    @property
    def value(self) -> Json:
        return self.statement.value

    @property
    def at(self) -> datetime:
        return self.statement.at


Order = tuple[float, ...]
Strategy = Callable[[Candidate, Sequence[Candidate], tuple[str, ...]], Order]


def _priority(one: Candidate, _: Sequence[Candidate], sources: tuple[str, ...]) -> Order:
    ranks = (rank for rank, name in enumerate(sources) if one.source.is_one_of(name))
    return (next(ranks, len(sources)),)


def _most_recent(one: Candidate, _: Sequence[Candidate], __: tuple[str, ...]) -> Order:
    return ()


def _most_complete(one: Candidate, _: Sequence[Candidate], __: tuple[str, ...]) -> Order:
    return (-completeness(one.value),)


def _most_frequent(one: Candidate, all_: Sequence[Candidate], __: tuple[str, ...]) -> Order:
    counts = Counter(identity(other.value) for other in all_)
    return (-counts[identity(one.value)],)


def _pinned(one: Candidate, _: Sequence[Candidate], __: tuple[str, ...]) -> Order:
    return (0 if one.source.role == "hub" else 1,)


def _any_true(one: Candidate, _: Sequence[Candidate], __: tuple[str, ...]) -> Order:
    return (0 if one.value is True else 1,)


STRATEGIES: dict[str, Strategy] = {
    "priority": _priority,
    "most_recent": _most_recent,
    "most_complete": _most_complete,
    "most_frequent": _most_frequent,
    "union": _most_recent,
    "pinned": _pinned,
    "any_true": _any_true,
}


def ranked(candidates: Sequence[Candidate], strategy: str, sources: tuple[str, ...] = ()) -> list[Candidate]:
    """The candidates, best first. Raises KeyError for a strategy that does not exist."""
    order = STRATEGIES[strategy]
    return sorted(
        candidates,
        key=lambda one: (order(one, candidates, sources), -one.at.timestamp(), one.source.key, identity(one.value)),
    )


def identity(value: Json) -> str:
    """A text two values share exactly if they are the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def completeness(value: Json) -> int:
    """Filled parts of a structure first, then length: 1000 a part and one a character."""
    if isinstance(value, dict):
        parts = [str(part) for part in value.values() if part not in (None, "")]
        return 1000 * len(parts) + sum(map(len, parts))
    return len(str(value))

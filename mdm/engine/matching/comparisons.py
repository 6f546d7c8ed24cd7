"""Comparisons as values: ordered levels with labels and published weights.

The weight of a level is log2(m/u), the match weight of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969):
m is how often records of one party show the level, u how often records of two unrelated parties do. No evidence on
one side weighs nothing. Training may replace m and u; the levels and the judges stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import log2
from typing import Generic, NamedTuple, TypeVar

F = TypeVar("F")  # the features of one entity


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison; `label` is what a steward reads, `weight` is in bits."""

    label: str
    m: float
    u: float
    weight: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", round(log2(self.m / self.u), 2))


class Finding(NamedTuple):
    """Which level holds (0 is the best), and the two values that show it."""

    level: int
    a: str
    b: str


Judge = Callable[[F, F], Finding | None]


@dataclass(frozen=True, slots=True)
class Comparison(Generic[F]):
    """`judge` finds the best level two records reach, or None where one of them says nothing."""

    name: str
    label: str
    levels: tuple[Level, ...]
    judge: Judge[F]

    def weight(self, finding: Finding | None) -> float:
        return self.levels[finding.level].weight if finding else 0.0


def best(findings: list[Finding]) -> Finding | None:
    """The best of several findings; among equals the one that is first in the alphabet, whichever side it is on."""
    return min(findings, key=lambda found: (found.level, sorted(found[1:]))) if findings else None

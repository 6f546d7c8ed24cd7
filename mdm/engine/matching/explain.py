"""Evidence in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdm.engine.matching.comparisons import Comparison, Finding
from mdm.engine.matching.zones import Zone
from mdm.engine.values import Json

PRIOR, NOT_COMPARED = "prior", "Not compared"
_UNKNOWN = ": not known on both sides."


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the waterfall: the comparison's name, the level's label, its weight, and a sentence."""

    name: str
    label: str
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a comparison of two records found; `weight` is the sum of the lines, in bits (log2 of the odds)."""

    weight: float
    zone: Zone
    veto: str
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, Json]:
        lines = [[line.name, line.label, line.weight, line.words] for line in self.lines]
        return {"weight": self.weight, "zone": str(self.zone), "veto": self.veto, "lines": lines}

    @classmethod
    def from_json(cls, data: dict[str, Json]) -> Evidence:
        lines = tuple(Line(*line) for line in data["lines"])
        return cls(data["weight"], Zone(data["zone"]), data["veto"], lines)


def prior(weight: float) -> Line:
    """The line every waterfall starts with."""
    odds = round(2**-weight, -2 if weight < -10 else 0)
    return Line(PRIOR, "Before comparing", weight, f"Of {odds:,.0f} pairs of records picked at random one is a match.")


def line(comparison: Comparison[Any], finding: Finding | None) -> Line:
    """The line of one comparison; both values are shown where they differ, in one order whichever side they are on."""
    if finding is None:
        return unknown(comparison.name, comparison.label)
    level = comparison.levels[finding.level]
    first, second = sorted((finding.a, finding.b))
    values = first if first == second else f"{first} | {second}"
    return Line(comparison.name, level.label, level.weight, f"{level.label}: {values}.")


def unknown(name: str, label: str) -> Line:
    """The line of a comparison that one of the two says nothing about: no evidence either way."""
    return Line(name, NOT_COMPARED, 0.0, f"{label}{_UNKNOWN}")


def missing(line: Line) -> str:
    """What is not known on both sides, by its label; empty for a line that compares something."""
    return line.words.removesuffix(_UNKNOWN) if line.label == NOT_COMPARED else ""

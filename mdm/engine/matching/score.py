"""Findings of all comparisons and their sum."""

from __future__ import annotations

from typing import Any

from mdm.engine.matching.comparisons import Comparison, F, Finding


def findings(comparisons: tuple[Comparison[F], ...], a: F, b: F) -> dict[str, Finding | None]:
    """What each comparison finds, by its name."""
    return {comparison.name: comparison.judge(a, b) for comparison in comparisons}


def weight(comparisons: tuple[Comparison[Any], ...], found: dict[str, Finding | None], prior: float) -> float:
    """The sum of match weights over a prior weight, in bits."""
    return round(prior + sum(comparison.weight(found[comparison.name]) for comparison in comparisons), 2)

"""Where the zones begin: what may merge by itself, and what is worth a look.

Automation is earned: without answers the first zone is an estimate, and a narrow one; answers that prove its precision
widen it, answers that speak against it narrow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from mdm.engine.matching.learned import kinds
from mdm.engine.matching.learned.answers import Answers
from mdm.engine.matching.learned.aspects import Aspect, Levels
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import probability

_PRECISION = 0.999  # of the pairs above the match threshold
_PRECISION_OF_OTHERS = 0.99
_ZONE = 0.6  # of the matches found
_SPARED = 0.1  # wrong pairs that may be expected above it in any table: too few pairs cannot show a precision
_SUREST = 0.35  # of them: enough to be of use, far from where the doubtful ones lie
_LIKELY = 0.9  # mean probability they need for that
_REVIEW = 0.1  # probability from which a pair is worth a look
_FEW = 300  # matches found: with fewer, weights are what was expected rather than what was seen
_UNCLEAR = 0.05  # of them are expected to be none
_DOUBT = 0.05  # of a bound that it does not hold
DIGITS = 12  # of a probability: one in a million is not one in a thousand million where a zone begins
_NEVER = 60.0  # bits no pair needs to have


@dataclass(frozen=True)
class Zones:
    """Bits from which pairs may merge by themselves, and are worth a look; `labels` answers lie in the first zone, and
    with 95 % confidence its precision is `lower_bound` at least (None without answers)."""

    match: float
    review: float
    basis: Literal["estimate", "labels"] = "estimate"
    labels: int = 0
    lower_bound: float | None = None

    @property
    def told(self) -> dict[str, Any]:
        """As probabilities, with what stands behind them."""
        match, review = (round(float(p), DIGITS) for p in probability(np.array([self.match, self.review])))
        bound = self.lower_bound if self.lower_bound is None else round(self.lower_bound, 5)
        return {"match": match, "review": review, "basis": self.basis, "labels": self.labels, "lower_bound": bound}

    def moved(self, before: Weight, after: Weight, matched: NDArray[np.bool_]) -> Zones:
        """The same pairs in the first zone when weights were stretched and shifted for their probabilities to hold:
        those of the middle, which are many, say little of the surest."""
        inside = matched & (before >= self.match)
        return replace(self, match=float(after[inside].min())) if inside.any() else replace(self, match=_NEVER)


def precision(aspects: Sequence[Aspect]) -> float:
    """What may merge by itself must be right more often where people are meant."""
    return _PRECISION if any(aspect.kind in kinds.PERSON for aspect in aspects) else _PRECISION_OF_OTHERS


def zones(
    aspects: Sequence[Aspect], bits: Weight, levels: Levels, matched: NDArray[np.bool_], answers: Answers
) -> Zones:
    """The zones of pairs that the model `matched` by itself, with what answers say of them."""
    wanted = precision(aspects)
    match = estimated(bits[matched].astype(np.float64), wanted)
    if _unclear(bits[matched]):
        match = max(match, _differing(aspects, bits[matched], levels[matched]))
    mine = matched[answers.number]
    match = earned(match, bits[answers.number[mine]].astype(np.float64), answers.same[mine], wanted)
    review = float(np.log2(_REVIEW / (1 - _REVIEW)))
    inside = mine & (bits[answers.number] >= match)
    count, wrong = int(inside.sum()), int((inside & ~answers.same).sum())
    bound = float(lower_bound(np.array([count]), np.array([wrong]))[0])
    basis: Literal["estimate", "labels"] = "labels" if bound >= wanted else "estimate"
    return Zones(match, review, basis, count, bound if count else None)


def estimated(bits: Floats, precision: float) -> float:
    """Bits above which the model itself expects `precision` of the matched pairs to be matches.

    No more than the surest `_ZONE` of them lie above, for a model that nobody has checked is too sure of itself; the
    `_SUREST` do wherever they are at least likely, for another may be too unsure.
    """
    if not len(bits):
        return 20.0
    falling = -np.sort(-bits)
    wrong = np.cumsum(1 - probability(falling))
    enough = np.flatnonzero(wrong <= np.maximum((1 - precision) * np.arange(1, len(falling) + 1), _SPARED))
    match = float(falling[enough[-1]]) if len(enough) else float(falling[0])
    surest = falling[: max(int(len(falling) * _SUREST), 1)]
    if probability(surest).mean() >= _LIKELY:
        match = min(match, float(surest[-1]))
    return max(match, float(np.quantile(falling, 1 - _ZONE)))


def _unclear(bits: Weight) -> bool:
    """Whether the matches are too few to learn from, and the model doubts many of them."""
    return len(bits) < _FEW and float(1 - probability(bits).mean()) > _UNCLEAR if len(bits) else False


def _differing(aspects: Sequence[Aspect], bits: Weight, levels: Levels) -> float:
    """Bits just above the surest pair in which anything differs: few matches do not tell what a difference weighs."""
    worst = np.array([len(aspect.steps) - 1 for aspect in aspects])
    differs = (levels == worst).any(1)
    return float(bits[differs].max()) + 0.01 if differs.any() else -_NEVER


def earned(match: float, bits: Floats, same: NDArray[np.bool_], precision: float) -> float:
    """Bits from which pairs may merge by answers about matched pairs of some `bits`, where `match` is the estimate.

    Lower, as far as answers prove `precision` with a bound of 95 %; higher, where they show that it does not hold.
    """
    order = np.lexsort((same, -bits))
    falling, right = bits[order], same[order]
    count, wrong = np.arange(1, len(right) + 1), np.cumsum(~right).astype(np.int64)
    proven = np.flatnonzero(lower_bound(count, wrong) >= precision)
    if len(proven) and falling[proven[-1]] <= match:
        return float(falling[proven[-1]])
    inside = falling >= match
    refuted = (betainc(np.maximum(wrong, 1), count - wrong + 1, 1 - precision) < _DOUBT) & (wrong > 0) & inside
    if not refuted.any() or not refuted[inside][-1]:
        return match
    held = np.flatnonzero(inside & ~refuted)
    return float(falling[held[-1] + 1 if len(held) else 0]) + 0.01


def lower_bound(count: NDArray[np.int64], wrong: NDArray[np.int64]) -> Floats:
    """What precision is at least, with 95 % confidence (Clopper and Pearson 1934); 0 where nothing is known."""
    right = np.maximum(count - wrong, 0)
    return np.where(right > 0, betaincinv(np.maximum(right, 1), wrong + 1.0, _DOUBT), 0.0)

"""Where the zones begin: what may merge by itself, and what is worth a look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned import kinds
from mdm.engine.matching.learned.aspects import Aspect
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.train import probability

_PRECISION = 0.999  # of the pairs above the match threshold, as the model itself estimates it
_PRECISION_OF_OTHERS = 0.99
_ZONE = 0.58  # of the matches found
_SUREST = 0.35  # of them: enough to be of use, far from where the doubtful ones lie
_LIKELY = 0.9  # mean probability they need for that
_REVIEW = 0.1  # probability from which a pair is worth a look


def precision(aspects: Sequence[Aspect]) -> float:
    """What may merge by itself must be right more often where people are meant."""
    return _PRECISION if any(aspect.kind in kinds.PERSON for aspect in aspects) else _PRECISION_OF_OTHERS


def thresholds(bits: Weight, matched: NDArray[np.bool_], precision: float) -> tuple[float, float]:
    """Bits from which pairs may merge by themselves, and those worth a look; an estimate until labels say more.

    Above the first the model estimates `precision` of the matched pairs to be matches; and no more than the surest
    `_ZONE` of them lie above it, for a model that nobody has checked is too sure of itself; the `_SUREST` do wherever
    they are at least likely, for another may be too unsure.
    """
    falling = -np.sort(-bits[matched].astype(np.float64))
    wrong = np.cumsum(1 - probability(falling)) / np.arange(1, len(falling) + 1)
    enough = np.flatnonzero(wrong <= 1 - precision)
    match = float(falling[enough[-1]]) if len(enough) else float(falling[0]) if len(falling) else 20.0
    if len(falling):
        surest = falling[: max(int(len(falling) * _SUREST), 1)]
        if probability(surest).mean() >= _LIKELY:
            match = min(match, float(surest[-1]))
        match = max(match, float(np.quantile(falling, 1 - _ZONE)))
    return match, float(np.log2(_REVIEW / (1 - _REVIEW)))

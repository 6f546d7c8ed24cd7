"""Active learning: which pairs a person should label next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Levels, Rows
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.train import probability

_DOUBTFUL = 10.0  # bits: pairs further from even odds are not asked about
_SURE = 0.3  # of the questions asked where the model is fairly sure: it may be wrong there at a larger scale


def asked(
    how: str,
    a: Rows,
    b: Rows,
    bits: Weight,
    levels: Levels,
    known: NDArray[np.bool_],
    n: int,
    seed: int,
) -> NDArray[np.int64]:
    """Numbers of up to `n` pairs to label: "informative", "threshold" (nearest to even odds) or "random"."""
    rng = np.random.default_rng(seed)
    pool = np.flatnonzero((np.abs(bits) < _DOUBTFUL) & ~known)
    if how == "random":
        return rng.permutation(pool)[:n]
    jitter = rng.random(len(pool))
    if how == "threshold":
        return pool[np.lexsort((jitter, np.abs(bits[pool])))][:n]
    return pool[_spread(a[pool], b[pool], bits[pool], levels[pool], jitter, n)]


def _spread(a: Rows, b: Rows, bits: Weight, levels: Levels, jitter: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Doubtful pairs that stand for many others, each unlike the ones before: no pattern and no record twice."""
    _, pattern, count = np.unique(levels, axis=0, return_inverse=True, return_counts=True)
    p = probability(bits)
    value = (p * (1 - p) + 0.02) * np.log2(1 + count[pattern.ravel()]) * (0.75 + 0.5 * jitter)
    chosen: list[int] = []
    used: set[int] = set()
    patterns: set[int] = set()
    for strict in (True, False):
        for number in np.argsort(-value, kind="stable").tolist():
            if len(chosen) >= n:
                break
            rows = {int(a[number]), int(b[number])}
            if strict and (rows & used or int(pattern.ravel()[number]) in patterns):
                continue
            if number not in chosen:
                chosen.append(number)
                used |= rows
                patterns.add(int(pattern.ravel()[number]))
    return np.array(chosen, np.int64)

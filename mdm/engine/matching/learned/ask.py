"""Active learning: which pairs a person should label next.

A question is worth the pairs it would set right if the model is wrong (expected error reduction, Roy and McCallum 2001,
by the decision at hand in place of a retrained model). Groups that stand close ask for one answer, not one per pair; a
link is asked about by itself, and where the model is sure only groups are checked: they may be wrong at a larger scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.answers import Answers
from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.decisions import Decisions
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import probability

_DOUBTFUL = 10.0  # bits: pairs further from even odds are drawn at random only when no others are left
_WORTH = 0.01  # pairs a question is expected to set right at least; others only check what is taken for sure
_CHECKS = 0.1  # of the questions about groups asked where the model is sure


def asked(
    how: str, a: Rows, b: Rows, bits: Weight, made: Decisions, answers: Answers, n: int, seed: int
) -> NDArray[np.int64]:
    """Numbers of `n` pairs to label, or all that are left: "informative", "threshold" (nearest to even odds) or
    "random" ones."""
    rng = np.random.default_rng([seed, len(answers)])
    left = np.ones(len(a), np.bool_)
    left[answers.number] = False
    free = np.flatnonzero(left)
    jitter = rng.random(len(free))
    if how == "random":
        return free[np.lexsort((jitter, np.abs(bits[free]) >= _DOUBTFUL))[:n]]
    if how == "threshold":
        return free[np.lexsort((jitter, np.abs(bits[free])))[:n]]
    value = _worth(bits, made, answers)
    value[np.isin(made.number, made.number[answers.number])] = 0.0
    worth = _unlike(a, b, bits, made.number, value, n)
    sure = 0 if made.single else int(n * _CHECKS)
    checks = rng.permutation(free[made.taken[free] & ~np.isin(free, worth)])
    order = np.concatenate([worth[: n - sure], checks, worth, free[np.argsort(-value[free], kind="stable")]])
    return order[np.sort(np.unique(order, return_index=True)[1])][:n]


def _worth(bits: Weight, made: Decisions, answers: Answers) -> Floats:
    """How many pairs an answer about each pair is expected to set right."""
    if made.single:  # a link is what its pair is told as, which answers have had their part in
        p = probability(bits)
        return np.where(made.taken, 1 - p, p) * made.stake
    # The square root: what is said of large groups is said of few decisions, and less sure than of many.
    return made.wrong(answers) * np.sqrt(made.stake)


def _unlike(a: Rows, b: Rows, bits: Weight, number: NDArray[np.int64], value: Floats, n: int) -> NDArray[np.int64]:
    """The strongest pair of each of the most valuable decisions, no record twice as long as there are others."""
    some = np.flatnonzero(value >= _WORTH)
    some = some[np.lexsort((-bits[some], number[some]))]
    first = some[np.append(True, number[some][1:] != number[some][:-1])] if len(some) else some
    order = first[np.argsort(-value[first], kind="stable")]
    used: set[int] = set()
    chosen: list[int] = []
    again: list[int] = []
    for pair in order.tolist():
        rows = {int(a[pair]), int(b[pair])}
        (again if rows & used else chosen).append(pair)
        used |= rows
        if len(chosen) == n:
            break
    return np.array([*chosen, *again], np.int64)

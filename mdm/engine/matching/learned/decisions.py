"""What the model decided, as questions could overturn it: two groups joined or not, a pair linked or not.

One answer settles a whole decision, so a decision is asked about once however many pairs it holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mdm.engine.matching.learned.answers import Answers
from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import MISSING, Weight, clipped
from mdm.engine.matching.learned.links import Once
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import probability

_SLOPE, _SHIFT = 0.5, 2.0  # how far the evidence may be off in scale, and in bits, before anybody answered
_LN2 = float(np.log(2))


@dataclass(frozen=True)
class Decisions:
    """For each candidate pair: the `evidence` in bits for what it belongs to, whether that was `taken`, how many pairs
    are at `stake`, and the number of its decision; `single` are decisions of one pair each."""

    evidence: Floats
    taken: NDArray[np.bool_]
    stake: Floats
    number: NDArray[np.int64]
    single: bool = False

    def wrong(self, answers: Answers, scale: float = _SLOPE) -> Floats:
        """The probability that each decision is wrong; evidence counts as far as answers so far bear it out.

        Its `scale` may be off by so much before anybody answered.
        """
        p = np.zeros(len(self.evidence))
        for taken in (False, True):
            mine = self.taken[answers.number] == taken
            slope, shift = _fitted(self.evidence[answers.number[mine]], answers.same[mine], scale)
            here = self.taken == taken
            p[here] = probability(slope * self.evidence[here] + shift)
        return np.where(self.taken, 1 - p, p)


def of_groups(a: Rows, b: Rows, bits: Weight, group: Rows) -> Decisions:
    """Two groups that stand apart by the mean across them; a pair in one group by its own weight and the mean of the
    weaker of both records to the others there."""
    n, size = len(group), np.bincount(group, minlength=len(group))
    weight = clipped(bits).astype(np.float64)
    low, high = np.minimum(group[a], group[b]), np.maximum(group[a], group[b])
    _, which = np.unique(low * n + high, return_inverse=True)
    compared, whole = np.bincount(which)[which], size[low] * size[high]
    across = (np.bincount(which, weight)[which] + (whole - compared) * MISSING) / whole
    inside = low == high
    total = np.bincount(a[inside], weight[inside], n) + np.bincount(b[inside], weight[inside], n)
    own = total / np.maximum(size[group] - 1, 1)
    weaker = np.where(own[a] <= own[b], a, b)
    return Decisions(
        np.where(inside, (own[weaker] + weight) / 2, across),
        inside,
        np.where(inside, size[low] - 1, whole).astype(np.float64),
        np.where(inside, n * n + weaker, low * n + high),
    )


def of_links(a: Rows, b: Rows, told: Weight, linked: NDArray[np.bool_], once: Once) -> Decisions:
    """Each pair by itself, by the bits it is `told` with: where a record has one partner (`once`), its rivals have
    their part in them, and a link that came to be would break the one it has."""
    taken = np.zeros(int(b.max(initial=0)) + 1, np.bool_)
    taken[a[linked]], taken[b[linked]] = once
    displaced = np.where(linked, 0, taken[a].astype(int) + taken[b])
    return Decisions(told.astype(np.float64), linked, 1.0 + displaced, np.arange(len(told)), True)


def _fitted(evidence: Floats, same: NDArray[np.bool_], scale: float) -> tuple[float, float]:
    """Slope and shift in bits that turn evidence into log odds (Platt 1999), drawn to 1 and 0 by Gaussian priors."""
    z, y = np.clip(evidence, -20, 20) * _LN2, same.astype(np.float64)

    def loss(x: Floats) -> float:
        t = x[0] * z + x[1] * _LN2
        away = ((x[0] - 1) / scale) ** 2 + (x[1] / _SHIFT) ** 2
        return float((np.logaddexp(0, t) - y * t).sum() + away / 2)

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.1, 2.0), (-10.0, 10.0)]).x
    return float(slope), float(shift)

"""Links between two tables: every pair that is good enough, or each record to one at most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import Weight

_CLOSE = 3.0  # bits: a second partner this near to the first fits as well
_OFTEN = 0.25  # share of records with a second partner that speaks for duplicates inside a table


def one_to_one(n: int, a: Rows, b: Rows, bits: Weight, link_at: float) -> NDArray[np.int64]:
    """Numbers of the pairs to link, the best first, each record once (greedy matching); ties in the order of rows."""
    good = np.flatnonzero(bits >= link_at)
    order = good[np.lexsort((b[good], a[good], -bits[good]))]
    taken = np.zeros(n, bool)
    chosen = []
    for number, x, y in zip(order.tolist(), a[order].tolist(), b[order].tolist(), strict=True):
        if not taken[x] and not taken[y]:
            taken[x] = taken[y] = True
            chosen.append(number)
    return np.array(chosen, np.int64)


def has_duplicates(n: int, a: Rows, b: Rows, bits: Weight, link_at: float) -> bool:
    """Whether many records have a second partner nearly as good as the best: then a table holds duplicates."""
    best = np.full(n, -np.inf, np.float32)
    np.maximum.at(best, a, bits)
    np.maximum.at(best, b, bits)
    linked = best >= link_at
    close = bits >= link_at
    rivals = np.bincount(a[close & (bits >= best[a] - _CLOSE)], minlength=n)
    rivals += np.bincount(b[close & (bits >= best[b] - _CLOSE)], minlength=n)
    return bool((rivals[linked] > 1).mean() > _OFTEN) if linked.any() else False

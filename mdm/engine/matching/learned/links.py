"""Links between two tables: every pair that is good enough, or a record of one or both tables to one at most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Rows, among
from mdm.engine.matching.learned.clusters import SAID, Weight

_CLOSE = 3.0  # bits: a second partner this near to the first fits as well
_WELL = 3.0  # bits: eight in nine such pairs match
# Records that match well beside the links: so many, and this share of the links, are no duplicates yet.
_FEW, _SPARE = 2, 0.03


class Once(NamedTuple):
    """Whether a record of the first table has one partner at most, as the second holds no duplicates; and the other way
    round."""

    first: bool
    second: bool


NEITHER, BOTH = Once(False, False), Once(True, True)


def best(n: int, a: Rows, b: Rows, bits: Weight, link_at: float, once: Once) -> NDArray[np.int64]:
    """Numbers of the pairs to link, the best first, records that have one partner once (greedy matching); ties in the
    order of rows. What people say are one stay so, however many."""
    good = np.flatnonzero(bits >= link_at)
    if once == NEITHER:
        return good
    order = good[np.lexsort((b[good], a[good], -bits[good]))]
    taken = np.zeros(n, bool)
    chosen = []
    each = zip(order.tolist(), a[order].tolist(), b[order].tolist(), (bits[order] >= SAID).tolist(), strict=True)
    for number, x, y, said in each:
        if said or not (taken[x] or taken[y]):
            taken[x], taken[y] = once
            chosen.append(number)
    return np.array(chosen, np.int64)


def equals(n: int, a: Rows, b: Rows, bits: Weight, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pairs that were not chosen, though they are the best of one of their records, or nearly: a rival, or a duplicate
    of the partner."""
    best_of = np.full(n, -np.inf, np.float32)
    np.maximum.at(best_of, a, bits)
    np.maximum.at(best_of, b, bits)
    return ~chosen & (bits >= 0) & (bits >= np.minimum(best_of[a], best_of[b]) - _CLOSE)


def found_once(n: int, a: Rows, b: Rows, bits: Weight, chosen: NDArray[np.bool_]) -> Once:
    """Which records have one partner at most, by what matches well beside pairs of one to one that were `chosen`.

    A record left over that matches one with a partner is a duplicate of that; so is a partner of another, where those
    two match each other's partners crosswise. A rival does so in one direction only, and tells nothing.
    """
    partner = np.full(n, -1, np.int64)
    partner[a[chosen]], partner[b[chosen]] = b[chosen], a[chosen]
    well = bits >= _WELL
    x, y = a[well & ~chosen], b[well & ~chosen]
    crosswise = (partner[x] >= 0) & (partner[y] >= 0) & among(a[well] * n + b[well], partner[y] * n + partner[x])
    usual = _FEW + _SPARE * int(chosen.sum())
    again = (np.unique(q[(partner[p] >= 0) & ((partner[q] < 0) | crosswise)]) for p, q in ((x, y), (y, x)))
    return Once(*(len(records) <= usual for records in again))

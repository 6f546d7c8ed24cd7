"""Sources of one table that hold no duplicates, found by where sure pairs stand."""

from __future__ import annotations

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import Weight

_LEAST = 100  # records met elsewhere: of as many without a case, one in 33 at most is one (rule of three, 95 %)
_WRONG = 0.001  # share of sure pairs that may be wrong: so many are no sign of duplicates


def without_duplicates(
    sources: pl.Series | None, a: Rows, b: Rows, bits: Weight, match_at: float
) -> tuple[str, ...]:
    """Names of the sources of which many records surely stand in another one as well, and no two surely are one.

    `a`, `b`: rows of pairs, `bits` their weights, which are sure from `match_at` on. Rule of three: Hanley and
    Lippman-Hand, JAMA 249, 1983.
    """
    if sources is None or not len(sources):
        return ()
    name, of = np.unique(sources.to_numpy(), return_inverse=True)
    sure = bits >= match_at
    a, b = a[sure], b[sure]
    inside = of[a] == of[b]
    twice = np.bincount(of[a[inside]], minlength=len(name))
    met = np.unique(np.concatenate([a[~inside], b[~inside]]))
    elsewhere = np.bincount(of[met], minlength=len(name))
    found = (elsewhere >= _LEAST) & (twice <= _WRONG * elsewhere)
    return tuple(name[found].tolist())

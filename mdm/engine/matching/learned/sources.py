"""Sources of one table that hold no duplicates, found by where sure pairs stand."""

from __future__ import annotations

import numpy as np
import polars as pl

from mdm.engine.matching.learned.answers import NOBODY, Answers
from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import Weight

_LEAST = 100  # records met elsewhere: of as many without a case, one in 33 at most is one (rule of three, 95 %)
_WRONG = 0.001  # share of sure pairs that may be wrong: so many are no sign of duplicates


def without_duplicates(
    sources: pl.Series | None, a: Rows, b: Rows, bits: Weight, match_at: float, answers: Answers = NOBODY
) -> tuple[str, ...]:
    """Names of the sources of which many records surely stand in another one as well, and no two surely are one.

    `a`, `b`: rows of pairs, `bits` their weights, which are sure from `match_at` on; `answers` of people about some of
    them hold instead. Rule of three: Hanley and Lippman-Hand, JAMA 249, 1983.
    """
    if sources is None or not len(sources):
        return ()
    name, of = np.unique(sources.to_numpy(), return_inverse=True)
    told = answers.number[answers.same]
    known = np.bincount(of[a[told[of[a[told]] == of[b[told]]]]], minlength=len(name))  # duplicates people found
    sure = bits >= match_at
    sure[answers.number] = answers.same
    a, b = a[sure], b[sure]
    inside = of[a] == of[b]
    twice = np.bincount(of[a[inside]], minlength=len(name))
    met = np.unique(np.concatenate([a[~inside], b[~inside]]))
    elsewhere = np.bincount(of[met], minlength=len(name))
    found = (elsewhere >= _LEAST) & (twice <= _WRONG * elsewhere) & (known == 0)
    return tuple(name[found].tolist())

"""Distinct pairs of several templates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.blocking.template import Template


def union(chosen: Sequence[Template], n: int, apart: int | None, quota: float | None = None) -> tuple[Rows, Rows]:
    """Distinct pairs (a < b) of all of them; `quota` is how many of each are enough."""
    keys = [np.zeros(0, np.int64)]
    keys += [_keys(one, n, apart, 1.0 if quota is None else quota / max(one.cost, 1.0)) for one in chosen]
    return _split(_distinct(np.concatenate(keys)), n)


def within(picked: Sequence[Template], n: int, apart: int | None, most: float) -> tuple[list[int], Rows, Rows]:
    """Numbers of the templates whose distinct pairs are no more than `most` together, the first ones first; the pairs.

    One that would give too many more is passed over.
    """
    both, used = np.zeros(0, np.int64), []
    for number, template in enumerate(picked):
        keys = _distinct(_keys(template, n, apart, 1.0))
        at = np.searchsorted(both, keys)
        fresh = keys[np.append(both, -1)[at] != keys]
        if len(both) + len(fresh) <= most:
            both = np.sort(np.concatenate([both, fresh]), kind="stable")  # two sorted runs are merged
            used.append(number)
    return used, *_split(both, n)


def _keys(template: Template, n: int, apart: int | None, share: float) -> Rows:
    a, b = template.pairs(apart, share)
    return a * n + b


def _distinct(keys: Rows) -> Rows:
    keys = np.sort(keys)
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys


def _split(keys: Rows, n: int) -> tuple[Rows, Rows]:
    return keys // max(n, 1), keys % max(n, 1)

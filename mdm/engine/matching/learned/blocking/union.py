"""Distinct pairs of several templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.blocking.pairs import fitting, in_blocks
from mdm.engine.matching.learned.blocking.template import Template


def union(chosen: Sequence[Template], n: int, apart: int | None, quota: float | None = None) -> tuple[Rows, Rows]:
    """Distinct pairs (a < b) of all of them; `quota` is how many of each are enough."""
    keys = [np.zeros(0, np.int64)]
    for one in chosen:
        a, b = one.pairs(apart, 1.0 if quota is None else quota / max(one.cost, 1.0))
        keys.append(a * n + b)
    return _split(_distinct(np.concatenate(keys)), n)


class Size(NamedTuple):
    """What a template gave: distinct pairs, records of its largest block; blocks left out as too large, and the largest
    of them."""

    template: Template
    pairs: int
    largest: int
    skipped: int
    beyond: int


def within(
    picked: Sequence[Template], n: int, apart: int | None, most: float
) -> tuple[list[int], list[Size], Rows, Rows]:
    """Numbers of the templates whose distinct pairs are no more than `most` together, the first ones first; their sizes
    and pairs.

    One that would give too many more is passed over.
    """
    both, used, sizes = np.zeros(0, np.int64), [], []
    for number, template in enumerate(picked):
        rows, begin, size = in_blocks(*template.keys())
        a, b = fitting(rows, begin, size, template.largest, apart)
        keys = _distinct(a * n + b)
        fresh = keys[np.append(both, -1)[np.searchsorted(both, keys)] != keys]
        if len(both) + len(fresh) <= most:
            both = np.sort(np.concatenate([both, fresh]), kind="stable")  # two sorted runs are merged
            used.append(number)
            sizes.append(_size(template, len(keys), size))
    return used, sizes, *_split(both, n)


def _size(template: Template, pairs: int, size: Rows) -> Size:
    fits = size <= template.largest
    largest, beyond = (int(part.max(initial=0)) for part in (size[fits], size[~fits]))
    return Size(template, pairs, largest, int((~fits).sum()), beyond)


def _distinct(keys: Rows) -> Rows:
    keys = np.sort(keys)
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys


def _split(keys: Rows, n: int) -> tuple[Rows, Rows]:
    return keys // max(n, 1), keys % max(n, 1)

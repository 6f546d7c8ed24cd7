"""Distinct pairs of several templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.blocking.pairs import fitting, in_blocks
from mdm.engine.matching.learned.blocking.template import Template
from mdm.engine.matching.learned.threads import each
from mdm.engine.matching.learned.values import FEW

_AT_ONCE = 4  # templates


def union(chosen: Sequence[Template], shares: Sequence[float], n: int, apart: int | None) -> tuple[Rows, Rows]:
    """Distinct pairs (a < b) of all of them, of a share of the keys of each."""

    def pairs(number: int) -> Rows:
        a, b = chosen[number].pairs(apart, shares[number])
        return a * n + b

    keys = each(pairs, range(len(chosen)), n > FEW)
    return _split(_distinct(np.concatenate([np.zeros(0, np.int64), *keys])), n)


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
    both, used, sizes = [np.zeros(0, np.int64)], [], []
    for number, template, (keys, size) in _found(picked, n, apart):
        if sum(map(len, both)) + len(keys) > most:  # only then it matters how many of them are new
            whole = _distinct(np.concatenate(both))
            both = [whole, _without(_distinct(keys), whole)]
            if len(both[0]) + len(both[1]) > most:
                both.pop()
                continue
        else:
            both.append(keys)
        used.append(number)
        sizes.append(_size(template, len(keys), size))
    return used, sizes, *_split(_distinct(np.concatenate(both)), n)


def _found(
    picked: Sequence[Template], n: int, apart: int | None
) -> Iterator[tuple[int, Template, tuple[Rows, Rows]]]:
    """Each template with its number, its distinct pairs and the sizes of its blocks; a few are worked on at a time."""

    def pairs(template: Template) -> tuple[Rows, Rows]:
        rows, begin, size = in_blocks(*template.keys())
        a, b = fitting(rows, begin, size, template.largest, apart)
        several = any(atom.pairs is not None for atom in template.atoms)
        return _distinct(a * n + b) if several else a * n + b, size

    for begin in range(0, len(picked), _AT_ONCE):
        few = picked[begin : begin + _AT_ONCE]
        yield from zip(range(begin, begin + len(few)), few, each(pairs, few, n > FEW), strict=True)


def _without(keys: Rows, others: Rows) -> Rows:
    """Those of some keys that are none of others, which stand in their order."""
    return np.asarray(keys[np.append(others, -1)[np.searchsorted(others, keys)] != keys], np.int64)


def _size(template: Template, pairs: int, size: Rows) -> Size:
    fits = size <= template.largest
    largest, beyond = (int(part.max(initial=0)) for part in (size[fits], size[~fits]))
    return Size(template, pairs, largest, int((~fits).sum()), beyond)


def _distinct(keys: Rows) -> Rows:
    keys = np.sort(keys)
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys


def _split(keys: Rows, n: int) -> tuple[Rows, Rows]:
    return keys // max(n, 1), keys % max(n, 1)

"""Texts as bags of parts (words, letters, codes), each of which weighs something; how much two of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.terms import Weights
from mdm.engine.matching.learned.threads import kept
from mdm.engine.matching.learned.values import Codes, Floats, Values

QUANTUM = 64  # weights are whole parts of a bit, so that sums are the same in whatever order they are made
_CHUNK, _ENTRIES = 200_000, 10_000_000  # pairs worked on at a time, and parts of their texts
_FEW = 1000  # pairs


class Bags:
    """The texts of a column as bags of parts; weights are whole numbers."""

    def __init__(self, own: Values, each: Callable[[str], Sequence[str]], name: str, count: Callable[[Any], Floats]):
        """`count` gives bits for a matrix of texts and parts, its last column a part not seen before."""
        self._words, self._each, self._name = own.words, each, name
        self._parts = own.words.parts(each)
        terms = list(dict.fromkeys(part for parts in self._parts for part in parts))
        weights = own.weighed(name, terms, lambda: _counted(count, own.words.matrix(each)[1], len(terms)))
        self._weights = weights
        self._weight = dict(zip(terms, weights.tolist(), strict=True)) if own.words.few else {}

    @property
    def sizes(self) -> Floats:
        """The weight of each bag."""
        if self._words.few:
            return np.array([sum(map(self._weight.__getitem__, parts)) for parts in self._parts], np.float64)
        return np.asarray(self._matrix @ self._weights.astype(np.float64)).ravel()

    @property
    def _matrix(self) -> Any:
        return self._words.matrix(self._each)[1]

    @kept
    def _weighted(self) -> Any:
        return self._matrix.multiply(self._weights[None, :].astype(np.float32)).tocsr()

    def shared(self, a: Codes, b: Codes) -> Floats:
        """The weight of what two bags share."""
        if len(a) <= _FEW and self._words.few:
            held = {code: set(self._parts[code]) for code in {*a.tolist(), *b.tolist()}}
            weight = self._weight.__getitem__
            both = (held[x] & held[y] for x, y in zip(a.tolist(), b.tolist(), strict=True))
            return np.array([sum(map(weight, parts)) for parts in both], np.float64)
        matrix, weighted = self._matrix, self._weighted
        out = np.zeros(len(a), np.float64)
        chunk = at_once(matrix)
        for i in range(0, len(a), chunk):
            part = slice(i, i + chunk)
            out[part] = np.asarray(weighted[a[part]].multiply(matrix[b[part]]).sum(1, dtype=np.float64)).ravel()
        return out


def distinct(x: Codes, y: Codes, size: int) -> tuple[Codes, Codes, NDArray[np.int64]]:
    """Distinct pairs of codes, the smaller first, and where each pair stands among them."""
    low, high = np.minimum(x, y).astype(np.int64), np.maximum(x, y).astype(np.int64)
    unique, inverse = np.unique(low * size + high, return_inverse=True)
    return (unique // size).astype(np.int32), (unique % size).astype(np.int32), inverse


def at_once(matrix: Any) -> int:
    """How many pairs of texts are worked on at a time: fewer of long texts, for they fill the memory."""
    return int(min(_CHUNK, max(_ENTRIES * matrix.shape[0] // max(matrix.nnz, 1), 1)))


def _counted(count: Callable[[Any], Floats], matrix: Any, terms: int) -> tuple[Weights, int]:
    weights: NDArray[np.int32] = np.rint(QUANTUM * count(matrix)).astype(np.int32)
    return weights[:terms], int(weights[-1])

"""Pairs by what they show: very many pairs show a few thousand rows of levels, and one row is weighed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Levels
from mdm.engine.matching.learned.values import Floats

if TYPE_CHECKING:
    from mdm.engine.matching.learned.weights import Weights


@dataclass(frozen=True)
class Patterns:
    """Distinct `rows` of levels, (rows, aspects), and `which` of them each pair shows."""

    rows: Levels
    which: NDArray[np.int32]

    @classmethod
    def of(cls, levels: Levels) -> Patterns:
        first, which = distinct(levels)
        return cls(levels[first], which)

    def score(self, weights: Weights) -> NDArray[np.float32]:
        """Match weight of each pair in bits."""
        return weights.score(self.rows)[self.which]

    def count(self, some: NDArray[np.bool_] | Floats | None = None) -> Floats:
        """How many pairs show each row, or how much they weigh together."""
        return np.bincount(self.which, some, len(self.rows)).astype(np.float64)


def distinct(levels: Levels) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Where each distinct row of levels stands first, and which of these each row is (by hashes of 64 bits)."""
    pairs, aspects = levels.shape
    padded = np.zeros((pairs, -(-max(aspects, 1) // 8) * 8), np.int8)
    padded[:, :aspects] = levels
    key = np.zeros(pairs, np.uint64)
    with np.errstate(over="ignore"):
        for word in padded.view(np.uint64).T:
            key = (key ^ word) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(29)
            key *= np.uint64(0xBF58476D1CE4E5B9)
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which.astype(np.int32)

"""Weights fitted to what clusters or links say."""

from __future__ import annotations

import numpy as np
import pytest

from mdm.engine.matching.learned.aspects import EQUAL, MOST_LEVELS
from mdm.engine.matching.learned.tune import tuned
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import Weights, probability

TRUE = np.array([8.0, 2.0, -6.0, -4.0])  # bits: equal, a slip, different, nothing known
LEVELS = np.array([[3], [EQUAL], [EQUAL + 1], [-1]], np.int8)
COUNT = np.full(4, 10_000.0)


def weights() -> Weights:
    """Of one aspect with two worse levels: a slip is thought to be as good as equal."""
    bits = np.zeros(MOST_LEVELS + 1)
    bits[: EQUAL + 2] = np.append(np.full(EQUAL, 12.0), [12.0, -2.0])
    shape = np.full(EQUAL + 2, 1 / (EQUAL + 2))
    return Weights([bits], [shape], [shape], [[0]], np.ones(1), np.ones(1), prior=-4.0)


def fitted(each: bool) -> Floats:
    found = tuned(weights(), LEVELS, probability(TRUE), COUNT, 20.0, each)
    return found.score(LEVELS).astype(np.float64)


def test_a_scale_cannot_say_what_each_level_says() -> None:
    assert fitted(False)[0] == fitted(False)[1]
    assert fitted(True) == pytest.approx(TRUE, abs=0.6)


def test_nothing_known_stays_nothing() -> None:
    found = tuned(weights(), LEVELS, probability(TRUE), COUNT, 20.0, True)
    assert found.bits[0][-1] == 0.0


def test_few_pairs_move_a_level_less_than_many() -> None:
    few, many = (
        tuned(weights(), LEVELS, probability(TRUE), np.full(4, count), 20.0, True).score(LEVELS)[1]
        for count in (5.0, 5000.0)
    )
    assert many < few < 8.0

"""What may merge by itself: an estimate at first, and what answers prove or refute."""

from __future__ import annotations

import numpy as np
import pytest

from mdm.engine.matching.learned import Labels, deduplicate
from mdm.engine.matching.learned.answers import NOBODY, Answers
from mdm.engine.matching.learned.weights import probability
from mdm.engine.matching.learned.zones import earned, estimated, lower_bound, zones
from tests.engine import twins
from tests.engine.test_learned import people, run


@pytest.mark.parametrize(
    ("count", "wrong", "bound"),
    [(0, 0, 0.0), (1, 1, 0.0), (1, 0, 0.05), (10, 0, 0.7411), (10, 1, 0.6058), (2995, 0, 0.999), (2000, 0, 0.9985)],
)
def test_how_right_a_zone_is_at_least(count: int, wrong: int, bound: float) -> None:
    assert lower_bound(np.array([count]), np.array([wrong]))[0] == pytest.approx(bound, abs=1e-4)


def test_the_estimate_takes_the_surest_where_the_model_may_be_too_sure() -> None:
    bits = np.linspace(0, 50, 1001)
    assert estimated(bits, 0.999) == pytest.approx(np.quantile(bits, 1 - 0.6), abs=0.1)
    assert estimated(bits / 10, 0.999) == pytest.approx(np.quantile(bits / 10, 0.65), abs=0.1)
    assert estimated(np.zeros(0), 0.999) == 20.0


def test_a_table_of_few_may_expect_a_tenth_of_a_wrong_pair() -> None:
    bits = np.linspace(12, 2, 60)
    doubt = np.cumsum(1 - probability(bits))
    few = int((bits >= estimated(bits, 0.999)).sum())
    assert 0.35 * 60 < few < 0.6 * 60 and doubt[few - 1] <= 0.1 < doubt[few]
    many = np.repeat(bits, 100)
    inside = many >= estimated(many, 0.999)
    assert inside.mean() < 0.8 * few / 60


@pytest.mark.parametrize(
    ("count", "wrong", "expected"),
    [
        (3000, [], 10.0),  # proven as far as answers go
        (2000, [], 20.0),  # not yet: the estimate stands
        (4000, [3990], 10.05),  # proven above the wrong one
        (0, [], 20.0),
        (40, [30], 20.0),  # a wrong one below the zone says nothing of it
        (40, [0], 30.01),  # the surest is wrong: nothing merges by itself
        (40, [10], 24.88),  # above the wrong one the answers speak for it
    ],
)
def test_answers_widen_and_narrow_the_zone(count: int, wrong: list[int], expected: float) -> None:
    bits = np.linspace(30, 10, count) if count else np.zeros(0)
    same = np.ones(count, np.bool_)
    same[wrong] = False
    assert earned(20.0, bits, same, 0.999) == pytest.approx(expected, abs=0.04)


def test_a_lower_precision_is_proven_by_fewer() -> None:
    bits, same = np.linspace(30, 10, 300), np.ones(300, np.bool_)
    assert earned(20.0, bits, same, 0.99) == 10.0 and earned(20.0, bits, same, 0.999) == 20.0


@pytest.mark.parametrize(("count", "doubtful", "clean"), [(200, 60, True), (200, 2, False), (2000, 600, False)])
def test_few_doubtful_matches_do_not_tell_what_a_difference_weighs(count: int, doubtful: int, clean: bool) -> None:
    aspects = run(people(60, 8)).aspects
    bits = np.append(np.linspace(60, 20, count - doubtful), np.zeros(doubtful)).astype(np.float32)
    levels = np.zeros((count, len(aspects)), np.int8)
    differs = count // 8  # one of the surer ones
    levels[differs, 0] = len(aspects[0].steps) - 1
    found = zones(aspects, bits, levels, np.ones(count, np.bool_), NOBODY)
    assert bool(found.match > bits[differs]) is clean and found.match <= bits[0]


def test_the_zone_says_what_stands_behind_it() -> None:
    made = twins.persons(1200, seed=1)
    plain = deduplicate(made.records)
    assert plain.summary["thresholds"]["basis"] == "estimate" and plain.summary["thresholds"]["lower_bound"] is None
    sure = plain.pairs.filter(plain.pairs["weight"] > plain.model.match)
    labels: Labels = [(a, b, True) for a, b in sure.select("id_a", "id_b").head(100).iter_rows()]
    told = deduplicate(made.records, labels=labels).summary["thresholds"]
    assert told["basis"] == "estimate" and 80 <= told["labels"] <= 100 and 0.96 < told["lower_bound"] < 0.98


def test_proven_by_answers() -> None:
    result = run(people(1500, 8))
    count, matched = 5000, np.ones(5000, np.bool_)
    bits, levels = np.linspace(40, 5, count).astype(np.float32), np.zeros((count, len(result.aspects)), np.int8)
    said = Answers(np.arange(4000), np.ones(4000, np.bool_))
    before = zones(result.aspects, bits, levels, matched, NOBODY)
    after = zones(result.aspects, bits, levels, matched, said)
    assert before.match > after.match == bits[3999] and after.basis == "labels" and after.labels == 4000
    assert after.lower_bound is not None and after.lower_bound >= 0.999

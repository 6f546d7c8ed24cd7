"""Probabilities that hold, by what decisions and answers say."""

from __future__ import annotations

import numpy as np
import pytest

from mdm.engine.matching.learned import Result, deduplicate
from mdm.engine.matching.learned.answers import NOBODY, Answers
from mdm.engine.matching.learned.calibrate import calibrated
from mdm.engine.matching.learned.decisions import Decisions
from mdm.engine.matching.learned.weights import Weights, probability
from tests.engine import twins
from tests.engine.test_learned import people, run

MANY = 40_000
PLAIN = np.zeros(MANY, np.float32)


def weights() -> Weights:
    """Of one aspect; its bits are not looked at."""
    return Weights([np.zeros(16)], [np.ones(1)], [np.ones(1)], [[0]], np.ones(1), np.ones(1), prior=-10.0, shift=2.0)


def decided(evidence: np.ndarray) -> Decisions:
    size = len(evidence)
    return Decisions(evidence, evidence > 0, np.ones(size), np.arange(size))


def drawn(log_odds: np.ndarray, count: int = 30_000) -> Answers:
    """Answers about so many pairs, the same as often as they say."""
    same = np.random.default_rng(1).random(len(log_odds)) < probability(log_odds)
    number = np.random.default_rng(2).permutation(len(log_odds))[:count]
    return Answers(number, same[number])


@pytest.mark.parametrize(("slope", "shift"), [(1.0, 0.0), (0.5, 0.0), (1.0, 3.0), (1.4, -2.0)])
def test_weights_are_stretched_and_shifted_to_what_answers_say(slope: float, shift: float) -> None:
    bits = np.linspace(-11, 11, MANY).astype(np.float32)
    found, _ = calibrated(weights(), bits, PLAIN, decided(bits.astype(float)), drawn(slope * bits + shift))
    assert found.scale.tolist() == pytest.approx([slope], abs=0.2)
    assert found.prior + found.shift == pytest.approx(found.scale[0] * (-10.0 + 2.0) + shift, abs=0.6)


def test_what_is_added_to_a_link_is_not_stretched() -> None:
    bits = np.linspace(-11, 11, MANY).astype(np.float32)
    plus = np.where(np.arange(MANY) % 2, 5.0, -5.0).astype(np.float32)
    said = 0.5 * bits + plus
    found, around = calibrated(weights(), bits, plus, decided(said), drawn(said))
    assert found.scale.tolist() == pytest.approx([0.5], abs=0.1)
    assert around.tolist() == pytest.approx(plus.tolist(), rel=0.1)


def test_what_stands_around_counts_as_far_as_answers_bear_it_out() -> None:
    bits = np.linspace(-5, 5, MANY).astype(np.float32)
    plus = np.where(np.arange(MANY) % 2, 4.0, -4.0).astype(np.float32)
    said = bits + 0.25 * plus
    _, around = calibrated(weights(), bits, plus, decided(said), drawn(said))
    assert around.tolist() == pytest.approx((0.25 * plus).tolist(), abs=0.6)


def test_few_answers_move_weights_less_than_many() -> None:
    bits = np.linspace(-11, 11, MANY).astype(np.float32)
    slopes = [
        calibrated(weights(), bits, PLAIN, decided(bits.astype(float)), drawn(0.4 * bits, count))[0].scale[0]
        for count in (0, 150, 20_000)
    ]
    assert 1.0 == slopes[0] > slopes[1] > 0.9 and slopes[2] < 0.6


def test_no_candidates_are_no_trouble() -> None:
    nothing = np.zeros(0, np.float32)
    found, _ = calibrated(weights(), nothing, nothing, decided(nothing.astype(float)), NOBODY)
    assert (found.scale.tolist(), found.prior + found.shift) == ([1.0], -8.0)


def test_the_zone_holds_the_same_share_and_why_still_adds_up() -> None:
    result = run(people(1500, 8))
    taken = result.bits[result.decisions.taken]
    assert 0.3 < (taken >= result.model.match).mean() < 0.61
    for pair in result.pairs.tail(10).iter_rows(named=True):
        told = sum(line.weight for line in result.explain(pair["id_a"], pair["id_b"]))
        assert told == pytest.approx(pair["weight"], abs=0.1)


def test_answers_make_probabilities_hold_better() -> None:
    made = twins.companies(900, seed=3)
    records, true = twins.only(made.records, ["name", "zip", "phone"]), made.true_pairs()
    labels: list[tuple[str, str, bool]] = []
    result = before = deduplicate(records)
    for _ in range(3):
        labels += [(a, b, (min(a, b), max(a, b)) in true) for a, b, _ in result.ask(30)]
        result = deduplicate(records, labels=labels)
    assert off(result, true) < 0.8 * off(before, true)


def off(result: Result, true: set[tuple[str, str]]) -> float:
    """How far probabilities are off, in five groups of doubtful pairs of about the same size."""
    doubtful = result.pairs.filter(result.pairs["probability"].is_between(0.01, 0.99)).sort("probability")
    same = np.array([(min(a, b), max(a, b)) in true for a, b in doubtful.select("id_a", "id_b").iter_rows()], float)
    groups = zip(np.array_split(doubtful["probability"].to_numpy(), 5), np.array_split(same, 5), strict=True)
    return float(np.mean([abs(p.mean() - y.mean()) for p, y in groups]))

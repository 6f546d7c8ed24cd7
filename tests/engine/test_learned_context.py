"""What the others of a group, and rivals, say of a pair."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mdm.engine.matching.learned import context, deduplicate, link
from mdm.engine.matching.learned.clusters import CLIP, Weight, agglomerate
from mdm.engine.matching.learned.decisions import of_groups
from mdm.engine.matching.learned.links import BOTH, NEITHER, Once
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import probability
from tests.engine import twins


def bits(*values: float) -> Weight:
    return np.array(values, np.float32)


def around(group: list[int], pairs: dict[tuple[int, int], float], related: float = 0.0) -> dict[tuple[int, int], float]:
    """What groups add to the weight of each pair."""
    a, b = (np.array(rows, np.int64) for rows in zip(*pairs, strict=True))
    weight = bits(*pairs.values())
    _, joined = agglomerate(a.tolist(), b.tolist(), weight.tolist(), -CLIP)
    made = of_groups(a, b, weight, np.array(group, np.int64))
    plus = context.of_groups(weight, made, np.array(joined), np.full(len(weight), related))
    return dict(zip(pairs, plus.tolist(), strict=True))


@pytest.mark.parametrize(
    ("group", "pairs", "pair", "says"),
    [
        ([0, 0, 0], {(0, 1): -3, (0, 2): 8, (1, 2): 8}, (0, 1), 1),  # both are like the third
        ([0, 0, 0], {(0, 1): 6, (0, 2): -4, (1, 2): 6}, (0, 2), 1),
        ([0, 0, 2], {(0, 1): 8, (0, 2): 4, (1, 2): -9}, (0, 2), -1),  # the other of its group is none
        ([0, 0], {(0, 1): 5}, (0, 1), 0),  # nobody else is there to speak
        ([0, 1], {(0, 1): -5}, (0, 1), 0),
    ],
)
def test_others_of_the_groups_speak(
    group: list[int], pairs: dict[tuple[int, int], float], pair: tuple[int, int], says: int
) -> None:
    assert np.sign(around(group, pairs)[pair]) == says


def test_others_of_a_group_do_not_tell_a_match_from_a_relative() -> None:
    pairs = {(0, 1): 2.0, (0, 2): 2.0, (1, 2): 2.0}
    free, held = (around([0, 0, 0], pairs, related)[0, 1] for related in (0.0, 6.0))
    assert free > 2 and abs(held) < 0.1


def test_pairs_are_as_sure_as_the_join_that_brought_two_tight_groups_together() -> None:
    tight = dict.fromkeys([(0, 1), (2, 3)], 9.0)
    across = {(0, 2): 1.0, (0, 3): 5.0, (1, 2): 1.0, (1, 3): 1.0}
    plus = around([0, 0, 0, 0], tight | across)
    assert [round(across[pair] + plus[pair], 3) for pair in across] == [4.5, 5.0, 4.5, 4.5]  # joined at 2, each
    assert plus[0, 1] == plus[2, 3] == 2.5
    doubted = around([0, 0, 0, 0], tight | across, 6.0)
    assert doubted[0, 2] == pytest.approx(1.0, abs=0.1) and doubted[0, 3] == pytest.approx(-1.5, abs=0.1)


def partnered(
    n: int, apart: int, pairs: dict[tuple[int, int], float], once: Once = BOTH
) -> dict[tuple[int, int], float]:
    """The probability of each pair among its rivals."""
    a, b = (np.array(rows, np.int64) for rows in zip(*pairs, strict=True))
    weight = bits(*pairs.values())
    found = probability(weight + context.of_links(apart, n, a, b, weight, once))
    return dict(zip(pairs, found.tolist(), strict=True))


def test_of_two_rivals_the_better_one_is_likely() -> None:
    found = partnered(4, 2, {(0, 2): 8, (0, 3): 4})
    assert found[0, 2] > 0.9 and found[0, 3] < 0.1


def test_equal_rivals_share_what_there_is() -> None:
    found = partnered(4, 2, {(0, 2): 6, (0, 3): 6})
    assert found[0, 2] == pytest.approx(found[0, 3]) and 0.3 < found[0, 2] < 0.7


def test_a_rival_that_is_taken_counts_less() -> None:
    free = partnered(4, 2, {(0, 2): 4, (1, 2): 4})[0, 2]
    taken = partnered(4, 2, {(0, 2): 4, (1, 2): 4, (1, 3): 12})[0, 2]
    assert taken > free + 0.2


def test_a_record_that_may_have_several_partners_hears_of_no_rivals() -> None:
    pairs = {(0, 2): 6.0, (0, 3): 6.0, (1, 3): 2.0}
    found = partnered(4, 2, pairs, Once(False, True))
    assert min(found[0, 2], found[0, 3]) > 0.9 and found[1, 3] < 0.2
    assert partnered(4, 2, pairs, NEITHER)[1, 3] == pytest.approx(0.8)


@pytest.mark.parametrize("once", [BOTH, Once(False, True), Once(True, False), NEITHER])
def test_either_table_may_be_the_first(once: Once) -> None:
    pairs = {(0, 2): 6.0, (0, 3): 5.0, (1, 3): 2.0, (1, 6): 1.0}
    mirrored = {(6 - b, 6 - a): weight for (a, b), weight in pairs.items()}
    found = partnered(7, 5, mirrored, Once(once.second, once.first))
    assert partnered(7, 2, pairs, once) == pytest.approx({(6 - b, 6 - a): p for (a, b), p in found.items()})


def test_on_one_side_a_partner_for_nearly_everyone_counts_half() -> None:
    a = np.arange(200)
    weight = bits(*[12.0] * 199, -4.0)
    first, second, both = (
        context.of_links(200, 400, a, a + 200, weight, once)[-1]
        for once in (Once(True, False), Once(False, True), BOTH)
    )
    assert first == pytest.approx(second, abs=0.1) and both == pytest.approx(first + second, abs=0.2) and first > 3


def test_the_only_candidate_is_likely_where_all_others_have_a_partner() -> None:
    few, most = (
        partnered(400, 200, {(k, 200 + k): 12.0 if k < matched else -14.0 for k in range(1, 200)} | {(0, 200): -1.0})
        for matched in (20, 200)
    )
    assert most[0, 200] > few[0, 200] + 0.2


def test_a_table_without_records_has_no_rivals() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nothing = np.zeros(0, np.int64)
        assert not len(context.of_links(0, 3, nothing, nothing, bits(), BOTH))


def test_rivals_without_end_are_no_trouble() -> None:
    pairs = {(i, 50 + j): 60.0 for i in range(50) for j in range(50)}
    found = np.array(list(partnered(100, 50, pairs).values()))
    assert np.isfinite(found).all() and found.max() - found.min() < 1e-6
    nothing = np.zeros(0, np.int64)
    assert len(context.of_links(1, 2, nothing, nothing, bits(), BOTH)) == 0


@pytest.mark.parametrize("one_to_one", ["auto", "no"])
def test_links_are_as_sure_as_they_are_right(one_to_one: str) -> None:
    left, right, true = twins.products(1200, seed=21)
    result = link(left, right, one_to_one=one_to_one)  # type: ignore[arg-type]
    pairs = set(result.pairs.select("id_a", "id_b").iter_rows())
    p = result.pairs["probability"].to_numpy()
    same = np.array([pair in true for pair in result.pairs.select("id_a", "id_b").iter_rows()])
    assert len(pairs & true) > 0.9 * len(true) and off(p, same) <= 0.06


def test_pairs_of_persons_are_told_better_with_what_is_around_them() -> None:
    made = twins.only(twins.persons(3000, seed=5, locale="de_DE").records, ["first", "last", "born", "city"])
    true = twins.persons(3000, seed=5, locale="de_DE").true_pairs()
    result = deduplicate(made)
    ids = result.ids
    same = np.array([(min(x, y), max(x, y)) in true for x, y in zip(ids[result.a], ids[result.b], strict=True)])
    assert loss(result.bits, same) < 0.9 * loss(result.alone, same)


def off(p: Floats, same: np.ndarray) -> float:
    """How far doubtful probabilities are off in ten groups of about the same size."""
    doubtful = np.flatnonzero((p > 0.01) & (p < 0.99))
    groups = np.array_split(doubtful[np.argsort(p[doubtful], kind="stable")], 10)
    return float(sum(abs(p[group].sum() - same[group].sum()) for group in groups) / len(doubtful))


def loss(weight: Weight, same: np.ndarray) -> float:
    """Log loss of all pairs together, in bits."""
    return float(np.logaddexp2(0.0, np.where(same, -weight, weight)).sum())

"""The rooms of the learned model, each alone: keys, training, clusters, links, questions."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Model, Records, deduplicate, kinds, link
from mdm.engine.matching.learned.clusters import Look, Looked, agglomerate, cluster
from mdm.engine.matching.learned.similar import graded
from mdm.engine.matching.learned.weights import Weights
from tests.engine.test_learned import people, run


def looked(a: np.ndarray, b: np.ndarray, bits: np.ndarray) -> Look:
    """Looks at pairs that say one thing only: the weights given, -9 for all others."""
    given = dict(zip(zip(a.tolist(), b.tolist(), strict=True), bits.tolist(), strict=True))

    def look(x: np.ndarray, y: np.ndarray) -> Looked:
        found = np.array([given.get(pair, -9.0) for pair in zip(x.tolist(), y.tolist(), strict=True)], np.float32)
        return Looked(found, np.zeros((len(x), 1)), np.zeros((len(x), 1), np.bool_))

    return look


def groups(label: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(label == value).tolist()) for value in np.unique(label)}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(0, 1, 5.0)], {frozenset({0, 1}), frozenset({2}), frozenset({3})}),
        ([(0, 1, -5.0)], {frozenset({0}), frozenset({1}), frozenset({2}), frozenset({3})}),
        # A weak bridge between two that fit well does not hold: the pairs across speak against it.
        (
            [(0, 1, 9.0), (1, 2, 2.0), (2, 3, 9.0), (0, 2, -9.0), (1, 3, -9.0), (0, 3, -9.0)],
            {frozenset({0, 1}), frozenset({2, 3})},
        ),
        # One slip inside a good cluster does not tear it apart.
        ([(0, 1, 9.0), (1, 2, 9.0), (2, 3, 9.0), (0, 2, 9.0), (1, 3, 9.0), (0, 3, -4.0)], {frozenset({0, 1, 2, 3})}),
        ([(0, 1, 9.0), (1, 2, 8.0), (0, 2, -9.5)], {frozenset({0, 1}), frozenset({2}), frozenset({3})}),
    ],
)
def test_clusters_by_average_evidence(pairs: list[tuple[int, int, float]], expected: set[frozenset[int]]) -> None:
    a, b, bits = (np.array(column) for column in zip(*pairs, strict=True))
    assert groups(cluster(4, a, b, bits.astype(np.float32), looked(a, b, bits), 0.0).group) == expected


@given(st.integers(3, 7), st.data())
def test_small_and_large_components_are_clustered_alike(n: int, data: st.DataObject) -> None:
    a, b = np.triu_indices(n, 1)
    weights = st.floats(-10, 10, width=32, allow_subnormal=False)
    bits = np.array(data.draw(st.lists(weights, min_size=len(a), max_size=len(a), unique=True)), np.float32)
    slowly = np.arange(n)
    found, joined = agglomerate(a.tolist(), b.tolist(), bits.tolist(), 0.0)
    for group in found:
        slowly[group] = min(group)
    quickly = cluster(n, a, b, bits, looked(a, b, bits), 0.0)
    assert groups(quickly.group) == groups(slowly)
    assert quickly.joined == pytest.approx(joined, abs=1e-4)


def test_each_pair_is_told_at_what_its_groups_joined() -> None:
    a, b = np.array([0, 2, 0, 0, 1, 1, 3, 5]), np.array([1, 3, 2, 3, 2, 3, 4, 6])
    bits = np.array([9.0, 8.0, 1.0, 3.0, 2.0, 2.0, -4.0, 7.0], np.float32)
    found = cluster(7, a, b, bits, looked(a, b, bits), 0.0)
    assert found.group.tolist() == [0, 0, 0, 0, 4, 5, 5]
    assert found.joined.tolist() == [9.0, 8.0, 2.0, 2.0, 2.0, 2.0, -4.0, 7.0]


def test_a_record_that_says_nothing_does_not_reconcile_two_that_contradict_each_other() -> None:
    a, b = np.array([0, 0, 1]), np.array([1, 2, 2])
    bits = np.array([6.0, 6.0, -2.0], np.float32)  # 1 and 2 have a birthday each, 0 has none
    parts = np.array([[6.0, 0.0], [6.0, 0.0], [6.0, -8.0]])

    def look(birthdays: list[bool]) -> Look:
        known = np.array([[True, each] for each in birthdays])
        return lambda x, y: Looked(bits, parts, known)

    assert groups(cluster(3, a, b, bits, look([False, False, True]), 0.0).group) == {frozenset({0, 1}), frozenset({2})}
    assert groups(cluster(3, a, b, bits, look([True, True, True]), 0.0).group) == {frozenset({0, 1, 2})}


def test_components_too_large_to_look_at_all_pairs_are_clustered_by_their_candidates() -> None:
    first = np.arange(400)
    a, b = first[:-1], first[1:]
    bits = np.where(a % 200 == 199, 1.0, 9.0).astype(np.float32)
    label, joined = cluster(400, a, b, bits, looked(a, b, bits), 0.0)
    assert label[0] == label[1] and label[199] != label[200]
    assert joined[0] == 9.0 and joined[199] == 1.0


def test_parts_of_one_thing_count_once() -> None:
    weights = Weights(
        [np.array([60.0, -60.0]), np.zeros(2)], [], [], [[0, 1]], np.array([0.9]), np.array([1e-4]), prior=0.0
    )
    both = weights.parts(np.array([[0, 0], [1, 0]], np.int8))[:, 0]
    assert both == pytest.approx([np.log2(0.9 / 1e-4), np.log2(0.1)], abs=0.01)


def test_a_model_is_the_same_after_it_was_written_down() -> None:
    model = run(people(400, 6)).model
    again = Model.from_json(json.loads(json.dumps(model.to_json())))
    levels = np.array([[0] * len(model.aspects), [-1] * len(model.aspects)], np.int8)
    assert again.weights.score(levels) == pytest.approx(model.weights.score(levels), abs=0.01)
    assert (again.match, again.keys, again.one_to_one) == (model.match, model.keys, model.one_to_one)


def test_what_people_say_is_kept_to_and_not_asked_again() -> None:
    table = people(400, 7)
    first = run(table)
    pair = first.pairs.filter(pl.col("probability") > 0.999).row(0, named=True)
    apart = deduplicate(first.records, labels=[(pair["id_a"], pair["id_b"], False)])
    cluster_of = dict(apart.clusters.select("id", "cluster_id").iter_rows())
    assert cluster_of[pair["id_a"]] != cluster_of[pair["id_b"]]
    questions = first.ask(5)
    labels = [(a, b, True) for a, b, _ in questions]
    assert not {q[:2] for q in deduplicate(first.records, labels=labels).ask(50)} & {q[:2] for q in questions}
    assert len({identity for a, b, _ in questions for identity in (a, b)}) == 2 * len(questions)


def test_two_tables_need_a_kind_in_common() -> None:
    one = Records(pl.Series(["a"]), (Column("x", Kind.DATE),), pl.DataFrame({"x": ["1990-01-01"]}))
    two = Records(pl.Series(["b"]), (Column("y", Kind.EMAIL),), pl.DataFrame({"y": ["a@b.de"]}))
    with pytest.raises(ValueError, match="no columns of the same kind"):
        link(one, two)


def test_two_records_of_one_id_are_refused() -> None:
    table = pl.DataFrame({"x": ["Anna", "Anne"], "id": ["r1", "r1"]})
    with pytest.raises(ValueError, match="the same id"):
        deduplicate(Records(table["id"], (Column("x", Kind.GIVEN_NAME),), table.select("x")))


def test_labels_of_two_tables_name_a_record_of_each() -> None:
    names = pl.DataFrame({"x": ["Anna Weber", "Bernd Zylka"]})
    one, two = (Records(pl.Series(["1", "2"]), (Column("x", Kind.PERSON_NAME),), names) for _ in range(2))
    result = link(one, two, labels=[("1", "2", True)], one_to_one="yes")
    assert ("1", "2") in set(result.links.select("id_a", "id_b").iter_rows())


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_any_records(rows: int) -> None:
    table = pl.DataFrame(
        {"x": ["Anna"] * rows, "id": [f"r{n}" for n in range(rows)]}, schema={"x": pl.String, "id": pl.String}
    )
    result = deduplicate(Records(table["id"], (Column("x", Kind.GIVEN_NAME),), table.select("x")))
    assert len(result.clusters) == rows
    assert kinds.groups(result.aspects)


def test_nothing_known_at_all() -> None:
    table = pl.DataFrame(
        {"x": [None] * 50, "id": [f"r{n}" for n in range(50)]}, schema={"x": pl.String, "id": pl.String}
    )
    result = deduplicate(Records(table["id"], (Column("x", Kind.DATE),), table.select("x")))
    assert result.summary["clusters"] == 50


def test_the_curve_counts_every_candidate_in_bins_of_two_bits() -> None:
    result = run(people(400, 6))
    curve = result.curve()
    assert sum(count for *_, count in curve) == len(result.a)
    assert all(high - low == 2 and high == after for (low, high, _), (after, *_) in pairwise([*curve, (curve[-1][1],)]))
    assert -30 <= curve[0][0] <= max(result.bits.min(), -30) and min(result.bits.max(), 30) <= curve[-1][1] <= 30
    result.bits, result.a = result.bits[:0], result.a[:0]
    assert result.curve() == [(0.0, 2.0, 0)]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 9)), max_size=12))
def test_levels_are_graded_as_select_does_it(rows: list[tuple[bool, bool, int]]) -> None:
    first, second = (np.array([row[k] for row in rows], np.bool_) for k in (0, 1))
    usual = np.array([row[2] for row in rows], np.int8)
    for otherwise in (7, usual):
        expected = np.select([first, second], [1, 2], otherwise)
        assert graded([first, second], [1, 2], otherwise).tolist() == expected.tolist()


def test_what_parts_mean_is_told_however_much_agrees() -> None:
    """Streets, codes and cities that are rare say more than 60 bits, and the number of the house still counts."""
    levels = np.array([[0, 0], [0, 1]], np.int8)
    number, near = np.array([8.0, -5.0]), {1: np.array([-12.0, 0.0])}
    weights = Weights(
        [np.array([66.0]), number], [], [], [[0, 1]], np.array([0.9]), np.array([1e-4]), prior=0.0,
        near=near, near_m=np.array([0.01]), near_u=np.array([1e-3]),
    )  # fmt: skip
    match, beside = weights.told(levels)
    assert match[0, 0] > 12 and match[1, 0] < 6 and beside[0, 0] < -5 < 5 < beside[1, 0]

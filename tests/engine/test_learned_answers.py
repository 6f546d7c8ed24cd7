"""Questions and answers: what is asked, what answers are kept to, and what they are worth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Labels, Records, Result, context, deduplicate
from mdm.engine.matching.learned.answers import NOBODY, Answers, answered
from mdm.engine.matching.learned.ask import asked
from mdm.engine.matching.learned.clusters import SAID, cluster
from mdm.engine.matching.learned.decisions import Decisions, of_groups, of_links
from mdm.engine.matching.learned.links import BOTH, NEITHER, Once
from tests.engine import twins
from tests.engine.test_learned import people, run
from tests.engine.test_learned_floor import clustered, f1
from tests.engine.test_learned_parts import looked


def pairs_of(result: Result) -> set[tuple[str, str]]:
    return {(min(a, b), max(a, b)) for a, b, _ in result.ask(50)}


def told(*labels: tuple[int, bool]) -> Answers:
    return Answers(np.array([n for n, _ in labels], np.int64), np.array([same for _, same in labels], np.bool_))


def rows(*pairs: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    a, b = zip(*pairs, strict=True)
    return np.array(a), np.array(b)


def test_answers_stand_among_the_candidates_each_pair_once() -> None:
    a, b = rows((0, 1), (1, 2))
    labels: Labels = [
        ("r1", "r0", False),
        ("r0", "r1", True),
        ("r0", "r3", True),
        ("r0", "who", True),
        ("r2", "r2", True),
    ]
    found, a, b, notes = answered(pl.Series([f"r{n}" for n in range(4)]), None, labels, a, b)
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == [(0, 1), (1, 2), (0, 3)]
    assert found.number.tolist() == [0, 2] and found.same.tolist() == [True, True]  # the last answer counts
    assert notes == ("2 labels name no two records of the table and were left out.",)


@pytest.mark.parametrize(("last", "against"), [(False, 1), (True, 0)])
def test_answers_that_contradict_each_other_are_told(last: bool, against: int) -> None:
    labels = [("r0", "r1", True), ("r1", "r2", True), ("r0", "r2", last)]
    *_, notes = answered(pl.Series(["r0", "r1", "r2"]), None, labels, *rows((0, 1)))
    assert len(notes) == against


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], [0, 0, 0, 3, 3, 3]),
        ([(0, 3, False)], [0, 0, 0, 3, 3, 3]),
        ([(0, 3, True)], [0, 0, 0, 0, 0, 0]),  # what goes with either goes with both
        ([(0, 1, False)], [0, 1, 0, 3, 3, 3]),  # no mean of others brings together what a person parted
        ([(0, 3, True), (1, 4, False)], [0, 0, 0, 0, 4, 4]),
    ],
)
def test_clusters_keep_to_what_people_said(said: list[tuple[int, int, bool]], expected: list[int]) -> None:
    pairs = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    a, b = rows(*pairs)
    bits = np.where((a < 3) == (b < 3), 8.0, -5.0 - 0.01 * (a + b)).astype(np.float32)
    bits[(a < 3) != (b < 3)] += 5 if len(said) and said[0][2] else 0
    bits = told(*((pairs.index((x, y)), same) for x, y, same in said)).told(bits)
    group = cluster(6, a, b, bits, looked(a, b, bits), -1.5).group
    assert group.tolist() == expected


def test_more_than_a_hundred_others_do_not_outweigh_an_answer() -> None:
    a, b = (part.astype(np.int64) for part in np.triu_indices(140, 1))
    bits = np.full(len(a), 10.0, np.float32)
    bits[0] = -SAID
    group = cluster(140, a, b, bits, looked(a, b, bits), -1.5).group
    assert group[0] != group[1]


def test_a_decision_between_groups_is_the_mean_across_and_all_its_pairs_are_at_stake() -> None:
    a, b = rows((0, 1), (0, 2), (1, 2), (2, 3))
    bits = np.array([8.0, -2.0, -4.0, -9.0], np.float32)
    made = of_groups(a, b, bits, np.array([0, 0, 2, 3]))
    assert made.taken.tolist() == [True, False, False, False]
    assert made.evidence.tolist() == [8.0, -3.0, -3.0, -9.0] and made.stake.tolist() == [1.0, 2.0, 2.0, 1.0]
    assert made.number[1] == made.number[2] and len(set(made.number.tolist())) == 3


def test_a_rival_that_fits_as_well_makes_a_link_doubtful() -> None:
    a, b = rows((0, 2), (0, 3), (1, 4))
    linked = np.array([True, False, True])
    bits = np.array([9.0, 8.5, 9.0], np.float32)
    made = of_links(a, b, bits + context.of_links(2, 5, a, b, bits, BOTH), linked, BOTH)
    assert made.evidence[2] > made.evidence[0] + 4 > made.evidence[1] + 4
    assert made.stake.tolist() == [1.0, 2.0, 1.0]  # an answer for the rival also breaks the link it displaces
    assert of_links(a, b, bits, linked, Once(False, True)).stake.tolist() == [1.0, 1.0, 1.0]


def test_answers_so_far_say_how_far_evidence_is_to_be_believed() -> None:
    made = Decisions(np.full(40, -2.0), np.zeros(40, np.bool_), np.ones(40), np.arange(40))
    before = made.wrong(NOBODY)[0]
    assert before == pytest.approx(0.2, abs=0.01)
    assert made.wrong(told(*((n, False) for n in range(30))))[0] < before / 4
    assert made.wrong(told(*((n, True) for n in range(30))))[0] > 0.8


def doubtful(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, Decisions]:
    bits = np.random.default_rng(1).uniform(-40, 40, count).astype(np.float32)
    a = np.arange(count)
    return a, a + count, bits, of_links(a, a + count, bits, bits > 0, NEITHER)


@pytest.mark.parametrize("how", ["informative", "threshold", "random"])
def test_the_doubtful_are_asked_about_first_then_all_others(how: str) -> None:
    a, b, bits, made = doubtful(500)
    first = asked(how, a, b, bits, made, NOBODY, 30, 0)
    assert len(set(first.tolist())) == 30 and (np.abs(bits[first]) < 10).sum() >= 27
    answers = told(*((int(n), bool(bits[n] > 0)) for n in first))
    rest = asked(how, a, b, bits, made, answers, 1000, 0)
    assert sorted([*first.tolist(), *rest.tolist()]) == list(range(500))


def test_some_questions_about_groups_check_what_is_taken_for_sure() -> None:
    a, b, bits, links = doubtful(2000)
    groups = of_groups(a, b, bits, np.append(a, np.where(bits > 0, a, b)))
    sure = [asked("informative", a, b, bits, groups, NOBODY, 30, seed)[-3:] for seed in range(5)]
    assert len({tuple(numbers) for numbers in sure}) == 5 and (bits[np.concatenate(sure)] > 0).all()
    assert (np.abs(bits[asked("informative", a, b, bits, links, NOBODY, 30, 0)]) < 10).all()


def test_of_links_those_are_asked_about_that_set_most_right() -> None:
    a, b = rows((0, 3), (0, 4), (1, 5), (2, 6), (2, 7))
    bits = np.array([3.0, -1.0, 0.5, 2.0, -2.0], np.float32)
    made = of_links(a, b, bits, np.array([True, False, True, True, False]), BOTH)
    # One in three that the rival is right and its link wrong, before a link that is as good as even; no record twice.
    assert asked("informative", a, b, bits, made, NOBODY, 3, 0).tolist() == [1, 2, 4]


def test_a_link_is_asked_about_as_it_is_told() -> None:
    a = np.arange(32)
    bits = np.where(a == 0, 0.5, -1.0).astype(np.float32)
    made, answers = of_links(a, a + 32, bits, bits > 0, NEITHER), told(*((n, True) for n in range(2, 32)))
    assert asked("informative", a, a + 32, bits, made, answers, 2, 0).tolist() == [0, 1]


def test_a_decision_is_asked_about_once() -> None:
    a, b = rows((0, 2), (0, 3), (1, 2), (1, 3), (0, 1), (2, 3))
    bits = np.array([-2.0, -2.1, -2.2, -2.3, 9.0, 9.0], np.float32)
    made = of_groups(a, b, bits, np.array([0, 0, 2, 2]))
    assert asked("informative", a, b, bits, made, NOBODY, 1, 0).tolist() == [0]  # the strongest pair across
    assert set(asked("informative", a, b, bits, made, told((0, False)), 2, 0).tolist()) == {4, 5}


def test_so_many_questions_as_were_wanted_even_where_all_is_easy() -> None:
    result = run(people(300, 5))
    assert len(pairs_of(result)) == 50
    assert result.ask(50) == result.ask(50)


def test_a_pair_no_key_finds_is_kept_to_as_well() -> None:
    table = people(4000, 5)
    first, last = table["id"][0], table["id"][-1]
    plain, joined = run(table), deduplicate(run(table).records, labels=[(first, last, True)])
    for result, same in ((plain, False), (joined, True)):
        of = dict(result.clusters.select("id", "cluster_id").iter_rows())
        assert (of[first] == of[last]) is same


def test_answers_of_rounds_set_most_errors_right() -> None:
    made = twins.companies(900, seed=3)
    records, true = twins.only(made.records, ["name", "zip", "phone"]), made.true_pairs()
    labels: list[tuple[str, str, bool]] = []
    result = before = deduplicate(records)
    for _ in range(3):
        labels += [(a, b, (min(a, b), max(a, b)) in true) for a, b, _ in result.ask(30)]
        result = deduplicate(records, labels=labels)
    assert len({label[:2] for label in labels}) == 90
    wrong = 1 - f1(clustered(result), true)
    assert wrong < 0.6 * (1 - f1(clustered(before), true))


def test_one_value_in_all_records_asks_what_there_is() -> None:
    table = pl.DataFrame({"x": ["same"] * 4, "id": list("abcd")})
    result = deduplicate(Records(table["id"], (Column("x", Kind.CATEGORY),), table.select("x")))
    assert len(pairs_of(result)) == 6

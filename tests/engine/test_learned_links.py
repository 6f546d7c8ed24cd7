"""Links between two tables: which records have one partner, and what that means for the others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mdm.engine.matching.learned import Result, link, links, settle
from mdm.engine.matching.learned.clusters import SAID
from mdm.engine.matching.learned.links import BOTH, NEITHER, Once
from tests.engine import twins

Table = dict[tuple[int, int], float]


def arrays(pairs: Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, b = (np.array(rows, np.int64) for rows in zip(*pairs, strict=True))
    return a, b, np.array(list(pairs.values()), np.float32)


@pytest.mark.parametrize(
    ("once", "chosen"),
    [
        (BOTH, [(0, 2), (1, 3)]),
        (Once(False, True), [(0, 2), (0, 3)]),
        (Once(True, False), [(0, 2), (1, 2)]),
        (NEITHER, [(0, 2), (0, 3), (1, 2), (1, 3)]),
    ],
)
def test_records_that_have_one_partner_get_their_best(once: Once, chosen: list[tuple[int, int]]) -> None:
    pairs = {(0, 2): 9.0, (0, 3): 8.0, (1, 2): 7.0, (1, 3): 1.0, (1, 4): -1.0}
    found = links.best(5, *arrays(pairs), 0.0, once)
    assert sorted(list(pairs)[k] for k in found) == chosen


def test_what_people_say_is_one_stays_linked() -> None:
    pairs = {(0, 2): SAID, (0, 3): SAID, (1, 3): 5.0, (1, 4): 3.0, (1, 2): -SAID}
    found = links.best(5, *arrays(pairs), 0.0, BOTH)
    assert sorted(list(pairs)[k] for k in found) == [(0, 2), (0, 3), (1, 4)]


def test_what_is_nearly_as_good_as_a_link_teaches_nothing() -> None:
    pairs = {(0, 3): 9.0, (0, 4): 7.0, (1, 3): 3.0, (1, 5): 9.0, (2, 6): -1.0, (1, 7): 0.5}
    chosen = np.array([True, False, False, True, False, False])
    equal = [False, True, False, False, False, True]  # the last is the best its record has
    assert links.equals(8, *arrays(pairs), chosen).tolist() == equal


@pytest.mark.parametrize(
    ("other", "once"),
    [
        ({(k, 350 + k): 4.0 for k in range(6)}, Once(False, True)),  # left over, and fit records that have partners
        ({(150 + k, 200 + k): 4.0 for k in range(6)}, Once(True, False)),
        ({(k, 350 + k): 4.0 for k in range(5)}, BOTH),  # a few
        ({(k, 350 + k): 2.0 for k in range(6)}, BOTH),  # doubtful
        ({(k, 350 + k): 4.0 for k in range(100, 106)}, BOTH),  # of records without a partner
        ({(k, 201 + k): 4.0 for k in range(0, 12, 2)}, BOTH),  # rivals: they have partners of their own
        ({(k, 200 + (k ^ 1)): 4.0 for k in range(6)}, NEITHER),  # crosswise: each partner fits both
        ({(k, 200 + (k ^ 1)): 2.0 for k in range(6)}, BOTH),
        ({(k, 350): 4.0 for k in range(6)}, BOTH),  # one record left over, whoever it fits
    ],
)
def test_duplicates_are_what_is_left_over(other: Table, once: Once) -> None:
    pairs = {(k, 200 + k): 9.0 for k in range(100)} | other
    assert links.found_once(500, *arrays(pairs), np.arange(len(pairs)) < 100) == once


def found(result: Result) -> set[tuple[str, str]]:
    return set(result.links.select("id_a", "id_b").iter_rows())


@pytest.mark.parametrize("what", ["persons", "companies"])
@pytest.mark.parametrize(
    ("times", "share", "notes"),
    [
        ((1, 1), 1.0, []),
        ((1, 3), 0.3, ["The second table holds duplicates"]),
        ((3, 1), 1.0, ["The first table holds duplicates"]),
        ((2, 2), 0.3, ["Both tables hold duplicates"]),  # nothing is left over
        ((2, 3), 1.0, ["Both tables hold duplicates"]),
    ],
)
def test_tables_with_duplicates_in_neither_one_or_both(
    what: str, times: tuple[int, int], share: float, notes: list[str]
) -> None:
    left, right, true = twins.copies(what, 500, times, share, seed=4)
    result = link(left, right)
    assert [note.split(":")[0] for note in result.notes] == notes
    assert result.summary["one_to_one"] is (times == (1, 1))
    assert 2 * len(found(result) & true) / (len(found(result)) + len(true)) >= 0.96
    for column, once in (("id_a", times[1] == 1), ("id_b", times[0] == 1)):
        assert not once or result.links[column].is_unique().all()


def test_answers_about_duplicates_do_not_hide_the_others() -> None:
    left, right, true = twins.copies("persons", 300, (1, 2), 0.1, seed=4)
    several = sorted(pair for pair in true if (pair[0], pair[0].replace("a", "b")[:-1] + "1") in true)
    result = link(left, right, labels=[(a, b, True) for a, b in several[: len(several) // 4 * 3]])
    assert not result.summary["one_to_one"] and len(true - found(result)) <= 3


def test_links_people_confirmed_stay_however_many() -> None:
    left, right, true = twins.copies("persons", 100, (1, 3), 0.02, seed=5)
    several = {pair for pair in true if sum(a == pair[0] for a, _ in true) > 1}
    result = link(left, right, one_to_one="yes", labels=[(a, b, True) for a, b in several])
    assert len(several) >= 3 and several <= found(result) and result.summary["one_to_one"]


@pytest.mark.parametrize("times", [(1, 3), (3, 1)])
def test_a_link_on_one_side_is_explained_by_its_rivals(times: tuple[int, int]) -> None:
    left, right, _ = twins.copies("persons", 200, times, seed=6)
    result = link(left, right)
    around = [
        line
        for a, b, *_ in result.links.head(30).iter_rows()
        for line in result.explain(a, b)
        if line.name == "one_to_one"
    ]
    assert around and not any(
        line.name == "group" for a, b, *_ in result.links.head(30).iter_rows() for line in result.explain(a, b)
    )


@pytest.mark.parametrize(("once", "fewer"), [(BOTH, 10), (Once(True, False), 10), (Once(False, True), 100)])
def test_links_begin_where_records_that_have_one_are_thought_to_have_none(once: Once, fewer: int) -> None:
    run: Any = SimpleNamespace(apart=10, n=110, total=1000.0)
    weights: Any = SimpleNamespace(prior=float(np.log2(0.005 / 0.995)))  # five matches
    assert settle._link_at(run, weights, once) == pytest.approx(np.log2((fewer - 5 + 1) / (fewer + 2)))

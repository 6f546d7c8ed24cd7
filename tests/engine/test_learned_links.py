"""Links between two tables: which records have one partner, and what that means for the others."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mdm.engine.matching.learned import Records, link, links
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


def test_what_is_nearly_as_good_as_a_link_teaches_nothing() -> None:
    pairs = {(0, 3): 9.0, (0, 4): 7.0, (1, 3): 3.0, (1, 5): 9.0, (2, 6): -1.0}
    chosen = np.array([True, False, False, True, False])
    assert links.equals(7, *arrays(pairs), chosen).tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("other", "once"),
    [
        ({(k, 350 + k): 4.0 for k in range(6)}, Once(False, True)),  # left over, and fit records that have partners
        ({(150 + k, 200 + k): 4.0 for k in range(6)}, Once(True, False)),
        ({(k, 350 + k): 4.0 for k in range(5)}, BOTH),  # a few
        ({(k, 350 + k): 2.0 for k in range(6)}, BOTH),  # doubtful
        ({(k, 350 + k): 4.0 for k in range(100, 106)}, BOTH),  # of records without a partner
        ({(k, 201 + k): 4.0 for k in range(6)}, BOTH),  # rivals: they have partners of their own
    ],
)
def test_duplicates_are_what_is_left_over(other: Table, once: Once) -> None:
    pairs = {(k, 200 + k): 9.0 for k in range(100)} | other
    assert links.found_once(500, *arrays(pairs), np.arange(len(pairs)) < 100) == once


def split(made: twins.Twins, seed: int, sides: tuple[int, int]) -> tuple[Records, Records, set[tuple[str, str]]]:
    """Records of two tables, in which an entity stands so often at most, and the true links."""
    rng, seen, side = random.Random(seed), dict[tuple[str, int], int](), []
    for entity in made.entities:
        room = [k for k in (0, 1) if seen.get((entity, k), 0) < sides[k]]
        side.append(rng.choice(room) if room else 2)
        seen[entity, side[-1]] = seen.get((entity, side[-1]), 0) + 1
    records = made.records
    tables = [Records(records.ids.filter(mask), records.columns, records.values.filter(mask)) for mask in _masks(side)]
    known = dict(zip(records.ids, made.entities, strict=True))
    true = {(x, y) for x in tables[0].ids for y in tables[1].ids if known[x] == known[y]}
    return tables[0], tables[1], true


def _masks(side: list[int]) -> list[list[bool]]:
    return [[k == here for k in side] for here in (0, 1)]


@pytest.mark.parametrize("sides", [(1, 1), (1, 9), (9, 1), (9, 9)])
@pytest.mark.parametrize(
    "made", [twins.persons(2400, seed=5), twins.companies(2400, seed=6)], ids=["persons", "companies"]
)
def test_tables_with_duplicates_in_neither_one_or_both(made: twins.Twins, sides: tuple[int, int]) -> None:
    left, right, true = split(made, 1, sides)
    result = link(left, right)
    found = set(result.links.select("id_a", "id_b").iter_rows())
    assert result.summary["one_to_one"] is (sides == (1, 1))
    assert 2 * len(found & true) / (len(found) + len(true)) >= 0.97
    for column, once in (("id_a", sides[1] == 1), ("id_b", sides[0] == 1)):
        assert not once or result.links[column].is_unique().all()

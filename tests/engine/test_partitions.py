"""Two partitions beside each other."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.engine.partitions import Joined, joined, newly

CASES = [
    ("nothing", {}, {}, Joined(0, ())),
    ("the same", {1: 1, 2: 1, 3: 3}, {1: 1, 2: 1, 3: 3}, Joined(0, ())),
    ("other names", {1: 1, 2: 1, 3: 3}, {1: 7, 2: 7, 3: 8}, Joined(0, ())),
    ("two join", {1: 1, 2: 2, 3: 3}, {1: 1, 2: 1, 3: 3}, Joined(1, (1,))),
    ("two pairs join", {1: 1, 2: 1, 3: 3, 4: 3}, {1: 1, 2: 1, 3: 1, 4: 1}, Joined(4, (1,))),
    ("one changes sides", {1: 1, 2: 1, 3: 3}, {1: 1, 2: 2, 3: 2}, Joined(1, (2,))),
]


@pytest.mark.parametrize(("case", "before", "after", "found"), CASES, ids=[case for case, *_ in CASES])
def test_what_came_together(case: str, before: dict[int, int], after: dict[int, int], found: Joined) -> None:
    assert joined(before, after) == found


def test_the_pairs_themselves() -> None:
    before, after = {1: 1, 2: 1, 3: 3, 4: 4, 5: 5}, {1: 1, 2: 1, 3: 1, 4: 4, 5: 4}
    assert list(newly(before, after, {1, 4})) == [(1, 1, 3), (1, 2, 3), (4, 4, 5)]
    assert list(newly(before, after, {4})) == [(4, 4, 5)]
    assert list(newly(before, after, {1}, most=2)) == []


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_pairs_are_counted_as_if_one_by_one(things: list[tuple[int, int]]) -> None:
    before, after = ({n: pair[side] for n, pair in enumerate(things)} for side in (0, 1))
    pairs = [(a, b) for a, b in combinations(before, 2) if after[a] == after[b] and before[a] != before[b]]
    found = joined(before, after)
    assert found.pairs == len(pairs)
    assert [(a, b) for _, a, b in newly(before, after, set(found.groups))] == sorted(
        pairs, key=lambda pair: (after[pair[0]], pair)
    )

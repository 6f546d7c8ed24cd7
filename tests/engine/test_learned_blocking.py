"""Keys: how they are made, priced, chosen, and turned into pairs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Records, blocking, deduplicate, kinds
from mdm.engine.matching.learned.aspects import Aspect
from mdm.engine.matching.learned.blocking import pairs, template
from tests.engine.test_learned import COLUMNS, people, run


def aspects(table: pl.DataFrame) -> list[Aspect]:
    return kinds.aspects([Column(name, kind) for name, kind in COLUMNS.items()], table)


def test_pairs_of_a_key_in_blocks_that_are_not_too_large() -> None:
    rows, keys = np.arange(7), np.array([1, 1, 2, 2, 2, 2, 3], np.uint64)
    assert [part.tolist() for part in pairs.paired(rows, keys, 3, None)] == [[0], [1]]
    assert len(pairs.paired(rows, keys, 4, None)[0]) == 1 + 6
    first, second = pairs.paired(rows, keys, 4, 4)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == {(2, 4), (2, 5), (3, 4), (3, 5)}


def test_keys_are_chosen_for_what_they_find_and_blocks_skipped_are_told() -> None:
    table = people(4000, 5)
    result = run(table)
    assert result.summary["blocking_recall"] >= 0.99 and len(result.model.keys) > 3
    assert result.summary["candidates"] < 40 * len(table)
    one = pl.DataFrame({"x": ["same"] * 3000, "id": [f"r{n}" for n in range(3000)]})
    giant = deduplicate(Records(one["id"], (Column("x", Kind.CATEGORY),), one.select("x")))
    assert giant.summary["candidates"] <= 15 * 3_000_000


def test_a_key_says_what_it_is_made_of_and_is_rebuilt_from_that() -> None:
    table = people(300, 8)
    first, other = aspects(table), aspects(table.head(100))
    for one in template.possible(first):
        again = blocking.rebuilt(one.parts, one.largest, other)
        assert (again.name, again.largest) == (one.name, one.largest)
        assert all(atom in [atom for aspect in other for atom in aspect.atoms] for atom in again.atoms)
        rows, keys = again.keys()
        assert len(rows) == len(keys) and rows.max(initial=0) < 100
    with pytest.raises(KeyError, match="elsewhere"):
        blocking.rebuilt(("last.same", "elsewhere.same"), 300, other)


def test_the_keys_chosen_are_those_that_give_the_candidates() -> None:
    table = people(400, 9)
    found = blocking.candidates(aspects(table), len(table), None, 8000, learn, fixed=False)
    assert found.templates and not found.every and found.keys == tuple(one.name for one in found.templates)
    assert [part.tolist() for part in template.union(found.templates, len(table), None)] == [
        found.a.tolist(), found.b.tolist()
    ]  # fmt: skip
    every = blocking.candidates(aspects(table), len(table), None, 1e6, learn, fixed=False)
    assert every.every and every.keys == ("every pair",) and len(every.a) == len(table) * (len(table) - 1) // 2


def learn(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Pairs whose rows are neighbours are likely matches, with any group of atoms or without."""
    bits = np.where(b - a < 40, 9.0, -9.0).astype(np.float32)
    return bits, dict.fromkeys(("name", "born", "place", "contact"), bits)

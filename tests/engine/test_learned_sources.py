"""Sources without duplicates are found by where sure pairs stand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mdm.engine.matching.learned import Options, Records, deduplicate
from mdm.engine.matching.learned.answers import Answers
from mdm.engine.matching.learned.published import freeze
from mdm.engine.matching.learned.sources import without_duplicates
from tests.engine import twins

N = 3000


def table(across: int, inside: int, weight: float = 9.0) -> tuple[pl.Series, np.ndarray, np.ndarray, np.ndarray]:
    """Records of a crm, then of an erp, row by row of one party; pairs across, and pairs inside the crm."""
    sources = pl.Series(["crm"] * N + ["erp"] * N)
    a = np.concatenate([np.arange(across), np.arange(inside)])
    b = np.concatenate([np.arange(across) + N, np.arange(inside) + N - inside])
    return sources, a, b, np.full(len(a), weight, np.float32)


@pytest.mark.parametrize(
    ("across", "inside", "weight", "wanted"),
    [
        (100, 0, 9.0, ("crm", "erp")),
        (99, 0, 9.0, ()),  # too few are met elsewhere to tell
        (100, 1, 9.0, ("erp",)),
        (2000, 2, 9.0, ("crm", "erp")),  # no more than may be wrong
        (2000, 3, 9.0, ("erp",)),
        (2000, 0, 4.9, ()),  # nothing is sure
    ],
)
def test_how_many_it_takes(across: int, inside: int, weight: float, wanted: tuple[str, ...]) -> None:
    assert without_duplicates(*table(across, inside, weight), 5.0) == wanted


def test_what_people_said_of_pairs_holds() -> None:
    sources, a, b, bits = table(2000, 3)
    inside = np.arange(2000, 2003)
    apart = Answers(inside, np.zeros(3, np.bool_))
    assert without_duplicates(sources, a, b, bits, 5.0, apart) == ("crm", "erp")
    one = Answers(inside[:1], np.ones(1, np.bool_))
    assert without_duplicates(*table(2000, 1, 9.0), 5.0) == ("crm", "erp")
    assert without_duplicates(*table(2000, 1, 9.0), 5.0, one) == ("erp",)  # one that somebody knows of is no error
    unsure = np.where(np.arange(2003) < 2000, 9.0, 0.0).astype(np.float32)
    assert without_duplicates(sources, a, b, unsure, 5.0, one) == ("erp",)


def test_without_sources_nothing_is_said() -> None:
    none = np.zeros(0, np.int64)
    assert without_duplicates(None, none, none, np.zeros(0, np.float32), 0.0) == ()
    assert without_duplicates(pl.Series([], dtype=pl.String), none, none, np.zeros(0, np.float32), 0.0) == ()


def test_a_version_says_which_sources_held_none() -> None:
    """Copies of persons stand in the shop; a few persons stand in the erp twice."""
    made = twins.persons(1500, seed=7, locale="de_DE")
    seen: dict[str, int] = {}
    sources = []
    for entity in made.entities:
        seen[entity] = seen.get(entity, 0) + 1
        sources.append(("crm", "shop", "erp", "erp")[min(seen[entity], 4) - 1])
    records = Records(made.records.ids, made.records.columns, made.records.values, pl.Series(sources))
    shuffled = np.random.default_rng(1).permutation(len(records)).tolist()
    mixed = Records(records.ids[shuffled], records.columns, records.values[shuffled], records.sources[shuffled])
    for one in (records, mixed):
        assert freeze(deduplicate(one, options=Options(keys=True)), "x").one_to_one == ("crm", "shop")
    bare = Records(records.ids, records.columns, records.values)
    assert freeze(deduplicate(bare, options=Options(keys=True)), "x").one_to_one == ()

"""Pairs that belong together and are no match: households, namesakes, branches."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Model, Records, deduplicate, kinds
from mdm.engine.matching.learned.kinds.relations import BRANCHES, HOUSEHOLD, relations, shared
from mdm.engine.matching.learned.related import Related
from mdm.engine.matching.learned.weights import Weights
from tests.engine.test_learned import people, run

NOBODY = np.zeros((1, 2))  # where nothing tells neighbours apart
HALF = Related(("household",), np.array([-6.0]), np.array([[1.0, 0.0]]), NOBODY)  # shares the first group alone


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([0.0, 0.0], np.log2(1 + 2.0**-6)),
        ([6.0, 0.0], 1.0),  # as likely related as strangers
        ([16.0, 0.0], 10.0),  # what strangers hardly share, a household does
        ([16.0, 20.0], 10.0),  # and what only one entity shares still counts in full
        ([-20.0, 5.0], 0.0),
    ],
)
def test_what_a_match_loses(parts: list[float], expected: float) -> None:
    assert HALF.bits(np.array([parts]), NOBODY)[0] == pytest.approx(expected, abs=0.03)


def test_the_slope_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(1)
    shared, nearby = rng.random((2, 2, 3)) / 2
    shared[0, 1] = nearby[1, 2] = 0.0
    related = Related(("a", "b"), np.array([-5.0, -3.0]), shared, nearby)
    both = rng.normal(0, 4, (2, 20, 3))
    before, slopes = related.bits(*both), related.slopes(*both)
    for which, g in np.ndindex(2, 3):
        more = both.copy()
        more[which, :, g] += 1e-6
        assert (related.bits(*more) - before) / 1e-6 == pytest.approx(slopes[which][:, g], abs=1e-4)


@pytest.mark.parametrize("neighbours", [False, True])
def test_one_pair_weighs_the_same_alone_and_among_many(neighbours: bool) -> None:
    weights = (deduplicate(shops()) if neighbours else run(people(300, 8))).model.weights
    levels = np.random.default_rng(2).integers(-1, 9, (500, len(weights.bits))).astype(np.int8)
    assert bool(weights.near_u.any()) is neighbours
    assert [weights.score(levels[k : k + 1])[0] for k in range(500)] == weights.score(levels).tolist()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"g": Kind.GIVEN_NAME, "d": Kind.DATE}, []),
        ({"g": Kind.GIVEN_NAME, "c": Kind.CITY}, [HOUSEHOLD]),
        ({"n": Kind.COMPANY_NAME, "a": Kind.ADDRESS}, [HOUSEHOLD, BRANCHES]),
        ({"t": Kind.TEXT, "p": Kind.PRICE}, []),
    ],
)
def test_relations_that_columns_speak_of(columns: dict[str, Kind], expected: list[object]) -> None:

    table = pl.DataFrame({name: ["a 1", "b 2"] for name in columns})
    aspects = kinds.aspects([Column(name, kind) for name, kind in columns.items()], table)
    found = relations(aspects)
    assert list(found) == expected
    groups = kinds.groups(aspects)
    assert [one.shape for one in shared(aspects, groups, found)] == [(len(expected), len(groups))] * 2


def test_a_model_keeps_its_relations_and_says_so() -> None:
    result = run(people(300, 8))
    again = Model.from_json(result.model.to_json())
    assert again.weights.related.names == (HOUSEHOLD.name,)
    assert again.weights.related.shared.tolist() == result.model.weights.related.shared.tolist()
    assert again.weights.related.nearby.tolist() == result.model.weights.related.nearby.tolist()
    assert isinstance(again.weights, Weights)


def test_another_generation_forbids_whatever_else_agrees() -> None:
    others = people(60, 9).select(name=pl.concat_str("first", "last", separator=" "), born="born", mail="mail")
    klein = [["Klein, Morris I", "1982-04-12", "klein@x.org"], ["Klein, Morris II", "1982-04-12", "klein@x.org"]]
    values = pl.concat([pl.DataFrame(klein, schema=others.columns, orient="row"), others])
    columns = (Column("name", Kind.PERSON_NAME), Column("born", Kind.DATE), Column("mail", Kind.EMAIL))
    result = deduplicate(Records(pl.Series("id", [f"r{n:03d}" for n in range(len(values))]), columns, values))
    lines = {line.name: line.weight for line in result.explain("r000", "r001")}
    assert lines["mail"] > 5 and lines["generation"] < -20
    cluster = dict(result.clusters.select("id", "cluster_id").iter_rows())
    assert cluster["r000"] != cluster["r001"]


def placed(number: int, street: int, house: int) -> list[str]:
    """A shop by the number of its name, street and house; names have two words each."""
    return [f"Shop{number % 97} Zylka{number}", f"{house} {street}street Road", f"{10000 + street}"]


def shops() -> Records:
    """300 shops of which 100 stand there twice, and 60 that are the neighbour of one of their name."""
    rng = np.random.default_rng(5)
    first = [placed(n, int(rng.integers(60)), int(rng.integers(1, 900))) for n in range(300)]
    twice = first[:100]
    streets = [line.partition(" ")[2] for _, line, _ in first]
    beside = [[first[n][0], f"{int(rng.integers(1000, 9999))} {streets[n]}", first[n][2]] for n in range(240, 300)]
    rows = pl.DataFrame(first + twice + beside, schema=["name", "address", "zip"], orient="row")
    columns = (Column("name", Kind.COMPANY_NAME), Column("address", Kind.ADDRESS), Column("zip", Kind.POSTCODE))
    return Records(pl.Series("id", [f"r{n:04d}" for n in range(len(rows))]), columns, rows)


def test_a_neighbour_of_the_same_name_is_less_of_a_match_than_one_in_the_same_house() -> None:
    result = deduplicate(shops())
    weight = {(a, b): bits for a, b, bits in result.pairs.select("id_a", "id_b", "weight").iter_rows()}
    same = [weight[f"r{n:04d}", f"r{300 + n:04d}"] for n in range(100)]
    pairs = [(f"r{240 + n:04d}", f"r{400 + n:04d}") for n in range(60)]
    beside = [weight[pair] for pair in pairs if pair in weight]
    assert min(same) > 4 and len(beside) > 50 and max(beside) < 1
    for pair in [pair for pair in pairs if pair in weight][:5]:
        lines = result.explain(*pair)
        assert lines[-1].label == BRANCHES.name and lines[-1].weight < -1
        assert sum(line.weight for line in lines) == pytest.approx(weight[pair], abs=0.1)


def test_what_neighbours_share_is_kept_with_a_model() -> None:
    model = deduplicate(shops()).model
    weights, again = model.weights, Model.from_json(model.to_json()).weights
    (place,) = np.flatnonzero(weights.near_u)
    assert 1 / 60 / 5 < weights.near_u[place] < 1 / 60 * 2  # the shops stand in 60 streets
    assert weights.same_m[place] + weights.near_m[place] < 1
    assert (again.near_m.tolist(), again.near_u.tolist()) == (weights.near_m.tolist(), weights.near_u.tolist())
    levels = np.random.default_rng(3).integers(-1, 10, (200, len(weights.bits))).astype(np.int8)
    assert again.score(levels) == pytest.approx(weights.score(levels), abs=0.05)

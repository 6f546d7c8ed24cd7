"""The model that trains itself, on records made here: quality, and that order and names change nothing."""

from __future__ import annotations

import random

import polars as pl
import pytest
from faker import Faker

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Records, Result, deduplicate

COLUMNS = {
    "first": Kind.GIVEN_NAME,
    "last": Kind.FAMILY_NAME,
    "born": Kind.DATE,
    "town": Kind.CITY,
    "zip": Kind.POSTCODE,
    "mail": Kind.EMAIL,
}


def mistyped(text: str, rng: random.Random) -> str:
    """One letter wrong, missing, or swapped with the next."""
    at = rng.randrange(max(len(text) - 1, 1))
    swapped = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    return rng.choice([text[:at] + rng.choice("aeinrst") + text[at + 1 :], text[:at] + text[at + 1 :], swapped])


def people(count: int, seed: int) -> pl.DataFrame:
    """Persons with up to three records each; a copy has a typo in a fifth of its values and lacks some others."""
    fake, rng = Faker("en_GB"), random.Random(seed)
    fake.seed_instance(seed)
    rows = []
    for entity in range(count):
        first, last = fake.first_name(), fake.last_name()
        mail = f"{first}.{last}{rng.randrange(99)}@{fake.free_email_domain()}".lower()
        whole = [first, last, str(fake.date_of_birth()), fake.city(), fake.postcode(), mail]
        rows.append([entity, *whole])
        for _ in range(rng.choice([0, 0, 1, 1, 2])):
            copy = [mistyped(value, rng) if rng.random() < 0.2 else value for value in whole]
            rows.append([entity, *(None if rng.random() < 0.1 else value for value in copy)])
    rng.shuffle(rows)
    table = pl.DataFrame(rows, schema=["entity", *COLUMNS], orient="row")
    return table.with_columns(id=pl.Series([f"r{number:05d}" for number in range(len(rows))]))


def run(table: pl.DataFrame, names: dict[str, str] | None = None) -> Result:
    names = names or {name: name for name in COLUMNS}
    columns = tuple(Column(names[name], kind) for name, kind in COLUMNS.items())
    return deduplicate(Records(table["id"], columns, table.select(list(COLUMNS)).rename(names)))


def quality(result: Result, table: pl.DataFrame) -> tuple[float, float]:
    """Pairwise precision and recall of the clusters."""
    both = result.clusters.join(table.select("id", "entity"), on="id")
    sizes = {key: both.group_by(key).len()["len"] for key in ("cluster_id", "entity")}
    sizes["both"] = both.group_by("cluster_id", "entity").len()["len"]
    found, true, right = ((n * (n - 1) // 2).sum() for n in (sizes["cluster_id"], sizes["entity"], sizes["both"]))
    return right / found, right / true


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_label_it_finds_who_is_who(seed: int) -> None:
    table = people(1500, seed)
    precision, recall = quality(run(table), table)
    assert precision >= 0.995 and recall >= 0.97


def test_neither_the_order_of_rows_nor_the_names_of_columns_change_a_cluster() -> None:
    table = people(4000, 3)  # so many that keys are chosen
    first = run(table).clusters.sort("id")
    backwards = {name: f"column {9 - number}" for number, name in enumerate(COLUMNS)}
    again = run(table.sample(fraction=1.0, shuffle=True, seed=9), backwards).clusters
    assert first.select("id", "cluster_id").equals(again.sort("id").select("id", "cluster_id"))


def test_why_adds_up_to_the_weight() -> None:
    result = run(people(700, 4))
    for pair in result.pairs.head(20).iter_rows(named=True):
        assert sum(line.weight for line in result.explain(pair["id_a"], pair["id_b"])) == pytest.approx(
            pair["weight"], abs=0.1
        )

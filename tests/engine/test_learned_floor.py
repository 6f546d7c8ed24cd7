"""A floor of quality on made tables, so that a loss fails here: persons, companies, and products of two shops."""

from __future__ import annotations

import pytest

from mdm.engine.matching.learned import Records, Result, deduplicate, link
from tests.engine import twins


def clustered(result: Result) -> set[tuple[str, str]]:
    """Pairs of ids that stand in one cluster, each in order."""
    groups: dict[str, list[str]] = {}
    for name, cluster in result.clusters.select("id", "cluster_id").iter_rows():
        groups.setdefault(cluster, []).append(name)
    return {(min(a, b), max(a, b)) for ids in groups.values() for a in ids for b in ids if a < b}


def f1(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> float:
    return 2 * len(found & true) / (len(found) + len(true))


@pytest.mark.parametrize(
    ("made", "columns", "floor"),
    [
        (twins.persons(1200, seed=1), "first last born street city zip mail phone", 0.99),
        (twins.persons(1200, seed=2, locale="de_DE"), "first last born street city zip mail phone", 0.99),
        (twins.persons(1200, seed=3, locale="de_DE"), "first last born city", 0.94),
        (twins.companies(900, seed=1), "name address zip phone", 0.985),
        (twins.companies(900, seed=2, locale="en_GB"), "name address zip phone", 0.985),
        (twins.companies(900, seed=3), "name zip phone", 0.88),
    ],
)
def test_duplicates(made: twins.Twins, columns: str, floor: float) -> None:
    result = deduplicate(twins.only(made.records, columns.split()))
    assert f1(clustered(result), made.true_pairs()) >= floor


def linked(result: Result) -> set[tuple[str, str]]:
    return set(result.links.select("id_a", "id_b").iter_rows())


@pytest.mark.parametrize(("one_to_one", "floor"), [("auto", 0.86), ("no", 0.83)])
def test_products_of_two_shops(one_to_one: str, floor: float) -> None:
    left, right, true = twins.products(500, seed=3)
    result = link(left, right, one_to_one=one_to_one)  # type: ignore[arg-type]
    assert result.summary["one_to_one"] is (one_to_one == "auto")
    assert f1(linked(result), true) >= floor


@pytest.mark.parametrize("seed", [2, 3])
def test_records_without_a_partner_are_not_linked_for_want_of_a_rival(seed: int) -> None:
    left, right, links = twins.products(400, seed)
    gone = {b for number, (_, b) in enumerate(sorted(links)) if number % 3}
    stay = ~right.ids.is_in(list(gone))
    few = Records(right.ids.filter(stay), right.columns, right.values.filter(stay))
    assert f1(linked(link(left, few)), {pair for pair in links if pair[1] not in gone}) >= 0.94


def test_ids_of_two_tables_may_be_the_same() -> None:
    left, right, _ = twins.products(200, seed=4)
    first, second = (renumbered(records) for records in (left, right))
    plain, overlapping = link(left, right), link(*(one for one, _ in (first, second)))
    assert {(first[1][a], second[1][b]) for a, b in linked(plain)} == linked(overlapping)
    for pair in overlapping.pairs.head(20).iter_rows(named=True):
        told = sum(line.weight for line in overlapping.explain(pair["id_a"], pair["id_b"]))
        assert told == pytest.approx(pair["weight"], abs=0.1)


def test_answers_about_two_tables_with_the_same_ids_reach_the_right_records() -> None:
    left, right, true = twins.products(200, seed=4)
    (first, names), (second, others) = (renumbered(records) for records in (left, right))
    links = {(names[a], others[b]) for a, b in true}
    wrong = sorted(linked(link(first, second)) ^ links)[:20]
    labels = [(a, b, (a, b) in links) for a, b in wrong]
    told = link(first, second, labels=labels)
    assert labels and all(((a, b) in linked(told)) is same for a, b, same in labels)
    assert not told.summary["notes"]


def renumbered(records: Records) -> tuple[Records, dict[str, str]]:
    """The same records with ids r0, r1, ..., in their order; and the new id of each."""
    ids = records.ids.str.replace("^[ab]", "r")
    return Records(ids, records.columns, records.values), dict(zip(records.ids, ids, strict=True))

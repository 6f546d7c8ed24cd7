"""Keys: how they are made, priced, chosen, and turned into pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Records, Result, bags, blocking, deduplicate, kinds, link
from mdm.engine.matching.learned.aspects import Aspect, Atom
from mdm.engine.matching.learned.blocking import agree, atoms, look, pairs, price, template, union
from mdm.engine.matching.learned.effort import Budget, budget, ease, told
from tests.engine import twins
from tests.engine.test_learned import COLUMNS, people, run


def aspects(table: pl.DataFrame) -> list[Aspect]:
    return kinds.aspects([Column(name, kind) for name, kind in COLUMNS.items()], table)


def test_pairs_of_a_key_in_blocks_that_are_not_too_large() -> None:
    rows, keys = np.arange(7), np.array([1, 1, 2, 2, 2, 2, 3], np.uint64)
    assert [part.tolist() for part in pairs.paired(rows, keys, 3, None)] == [[0], [1]]
    assert len(pairs.paired(rows, keys, 4, None)[0]) == 1 + 6
    first, second = pairs.paired(rows, keys, 4, 4)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == {(2, 4), (2, 5), (3, 4), (3, 5)}


def test_a_share_of_the_keys_gives_a_share_of_the_pairs() -> None:
    rng, n = np.random.default_rng(4), 40_000
    one, other = (Atom(name, rng.integers(-1, 3000, n).astype(np.int32)) for name in ("one.same", "other.same"))
    several = Atom("some.word", None, (np.repeat(np.arange(n), 2), rng.integers(0, 9000, 2 * n)))
    for atoms_of, largest in (((one,), 60), ((one, other), 300), ((several, one), 300)):
        key = template.Template(atoms_of, largest)
        whole = set(zip(*(part.tolist() for part in key.pairs(None)), strict=True))
        some = [set(zip(*(part.tolist() for part in key.pairs(None, 0.2)), strict=True)) for _ in range(2)]
        assert some[0] == some[1] and some[0] <= whole
        assert len(some[0]) == pytest.approx(0.2 * len(whole), rel=0.15)
        few = len(key.pairs(None, 0.05)[0])  # values are drawn first, then keys: not twice by one hash
        assert few == pytest.approx(0.05 * len(whole), rel=0.3, abs=10)


@pytest.mark.parametrize("turned", [False, True])
def test_pairs_of_crowded_keys_are_not_found_whichever_part_has_more_values(turned: bool) -> None:
    """Of 1,000 records 400 agree in both parts, which is too many for a key of two; the others do two by two."""
    row = np.arange(1000, dtype=np.int32)
    few = Atom("few.same", np.where(row < 600, 3, 1).astype(np.int32), family="few")
    many = Atom("many.same", np.where(row < 400, 7, 100 + row // 2).astype(np.int32), family="many")
    key = template.Template((many, few) if turned else (few, many), template.LARGEST)
    (priced,) = price.priced([key], 1000, None, np.random.default_rng(0))
    assert len(priced.crowded) == 1 and priced.cost == 300
    seen = agree.Agreements(np.array([0, 400]), np.array([1, 401]))
    assert seen.by(priced).tolist() == [False, True]


def test_what_one_record_holds_alone_is_no_key() -> None:
    atom = Atom("x.same", np.array([0, 1, 2, 1, -1, 3, 3], np.int32))
    assert atom.sizes.tolist() == [1, 2, 1, 2] and atom.shared.tolist() == [-1, 1, -1, 1, -1, 3, 3]
    rows, keys = template.Template((atom,), 20).keys()
    assert (rows.tolist(), keys.tolist()) == ([1, 3, 5, 6], [1, 1, 3, 3])
    again = Atom("y.same", np.array([5, 6, 6, 6, 5, 7, 7], np.int32))
    first, second = template.Template((atom, again), 20).pairs(None)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == {(1, 3), (5, 6)}


@pytest.mark.parametrize("shares", [(0.05, 0.1), (0.5, 1.0), (0.01, 0.01)])
def test_how_many_matches_there_are_is_told_from_those_a_look_happens_to_see(shares: tuple[float, float]) -> None:
    rng, count = np.random.default_rng(6), 50_000
    finds = [rng.random(count) < 0.8, np.ones(count, np.bool_)]
    seen = (finds[0] & (rng.random(count) < shares[0])) | (finds[1] & (rng.random(count) < shares[1]))
    assert look._estimated([by[seen] for by in finds], shares) == pytest.approx(count, rel=0.1)
    assert look._estimated([], ()) == 0
    assert look._estimated([np.zeros(3, np.bool_)], [0.01]) == 3  # what none of them finds stands for itself


def test_keys_are_chosen_for_what_they_find_and_blocks_skipped_are_told() -> None:
    table = people(4000, 5)
    result = run(table)
    assert result.summary["blocking_recall"] >= 0.99 and len(result.model.keys) > 3
    assert result.summary["candidates"] < 40 * len(table)


def test_a_key_says_what_it_is_made_of_and_is_rebuilt_from_that() -> None:
    table = people(300, 8)
    first, other = aspects(table), aspects(table.head(100))
    for one in template.possible(atoms.telling(first, 300)):
        again = blocking.rebuilt(one.parts, one.largest, other)
        assert (again.name, again.largest) == (one.name, one.largest)
        assert all(atom in [atom for aspect in other for atom in aspect.atoms] for atom in again.atoms)
        rows, keys = again.keys()
        assert len(rows) == len(keys) and rows.max(initial=0) < 100
    with pytest.raises(KeyError, match="elsewhere"):
        blocking.rebuilt(("last.same", "elsewhere.same"), 300, other)


def test_the_keys_chosen_are_those_that_give_the_candidates() -> None:
    table = people(400, 9)
    found = blocking.candidates(aspects(table), len(table), None, Budget(0, 8000), learn, "learned")
    assert found.templates and not found.every and found.keys == tuple(one.name for one in found.templates)
    whole = [1.0] * len(found.templates)
    assert [part.tolist() for part in union.union(found.templates, whole, len(table), None)] == [
        found.a.tolist(), found.b.tolist()
    ]  # fmt: skip
    every = blocking.candidates(aspects(table), len(table), None, Budget(1e6, 0), learn, "learned")
    assert every.every and every.keys == ("every pair",) and len(every.a) == len(table) * (len(table) - 1) // 2


def learn(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Pairs whose rows are neighbours are likely matches, with any group of atoms or without."""
    bits = np.where(b - a < 40, 9.0, -9.0).astype(np.float32)
    return bits, dict.fromkeys(("name", "born", "place", "contact"), bits)


def table_of(columns: dict[str, Sequence[object]]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(list(map(str, values))) for name, values in columns.items()})


def found_in(kinds_of: dict[str, Kind], table: pl.DataFrame) -> Result:
    ids = pl.Series([f"r{number:06d}" for number in range(len(table))])
    return deduplicate(Records(ids, tuple(Column(*one) for one in kinds_of.items()), table))


GIANT = {
    "one value throughout": ({"x": Kind.CITY}, {"x": ["Springfield"] * 100_000}),
    "a few values": ({"x": Kind.CITY, "y": Kind.CATEGORY}, {"x": ["A"] * 100_000, "y": [0, 1, 2, 3, 4] * 20_000}),
}


@pytest.mark.parametrize(("kinds_of", "columns"), GIANT.values(), ids=GIANT)
def test_where_no_key_parts_the_records_nothing_is_compared_and_that_is_told(
    kinds_of: dict[str, Kind], columns: dict[str, Sequence[object]]
) -> None:
    result = found_in(kinds_of, table_of(columns))
    assert result.summary["candidates"] == 0 and result.summary["clusters"] == 100_000
    assert "No key parts the records" in result.summary["notes"][0]


def test_a_giant_block_is_split_by_other_keys_and_that_is_told() -> None:
    """Half of the records share one e-mail address: 1,250 million pairs."""
    count = 100_000
    mails = ["unknown@example.com" if n % 2 else f"p{n // 4}@example.com" for n in range(count)]
    names = [f"{'abcdefgh'[n // 4 % 8]}nn{'aeiou'[n // 32 % 5]}{'lmnrst'[n // 160 % 6]}" for n in range(count)]
    result = found_in({"mail": Kind.EMAIL, "name": Kind.FAMILY_NAME}, table_of({"mail": mails, "name": names}))
    assert 25_000 <= result.summary["candidates"] < 15 * count
    assert "keys had blocks too large to compare, the largest of 50,000 records" in result.summary["notes"][-1]
    told = {key["name"]: key for key in result.summary["keys"]}["mail.same (up to 20)"]
    assert told == {
        "name": "mail.same (up to 20)", "parts": ["mail.same"], "pairs": 25_000, "largest": 2, "skipped": 1,
        "beyond": 50_000,
    }  # fmt: skip


def wide(columns: int, rows: int = 1000) -> list[Aspect]:
    """Categories of some twenty values, one of its own for each record, and one for all."""
    rng = np.random.default_rng(1)
    made = {f"c{k}": rng.integers(0, 20 + k // 5, rows) for k in range(columns - 2)}
    table = table_of({"own": range(rows), **made, "all": [1] * rows})
    return kinds.aspects([Column(name, Kind.CATEGORY) for name in table.columns], table)


def test_of_very_many_columns_the_keys_are_those_that_part_the_records() -> None:
    few, many = wide(40), wide(300)
    assert len(atoms.telling(few, 1000)) == 40
    chosen = atoms.telling(many, 1000)
    assert len(chosen) == len({atom.family for atom in chosen}) == atoms.MOST
    assert {"own.same", "all.same"}.isdisjoint(atom.name for atom in chosen)
    found = template.possible(chosen)
    assert len(found) == atoms.MOST * 4 + atoms.MOST * (atoms.MOST - 1) // 2
    looks = look.seeds(price.priced(found, 1000, None, np.random.default_rng(0)), 1000)
    assert len(looks) == 150


def test_each_family_has_its_best_key_before_any_has_a_second() -> None:
    codes = {share: np.arange(1000, dtype=np.int64) // share for share in (1, 2, 3, 500)}
    good = [Atom(f"a.{n}", codes[3], None, "a") for n in range(atoms.MOST)]
    poor = [Atom(f"b{n}.same", codes[500], None, f"b{n}") for n in range(10)]
    aspect = wide(2)[0]
    aspect.atoms = [*good, *poor]
    names = [atom.name for atom in atoms.telling([aspect], 1000)]
    assert len(names) == atoms.MOST and all(atom.name in names for atom in poor)


def test_tables_of_usual_width_are_compared_in_full_and_very_wide_ones_in_fewer_pairs() -> None:
    assert ease(wide(20)) == 1
    assert ease(wide(300)) == pytest.approx(600 / (300 * 22), rel=0.05)
    long = table_of({"x": ["word " * 400 + str(n) for n in range(10)]})
    assert ease(kinds.aspects([Column("x", Kind.TEXT)], long)) < 0.5


def test_few_pairs_are_all_compared_and_of_many_so_many_for_each_record() -> None:
    assert budget(1000, 1.0) == Budget(3_000_000, 300_000)
    assert budget(1_000_000, 1.0) == Budget(3_000_000, 15_000_000)
    assert budget(1_000_000, 0.01) == Budget(30_000, 5_000_000)
    assert budget(2000, 0.1) == Budget(300_000, 30_000)
    assert told(2000, 1.0, 2e6) == told(100_000, 1.0, 5e9) == told(500, 0.1, 1e5) == ""
    assert "of 2,000,000 possible pairs 30,000 at most" in told(2000, 0.1, 2e6)
    assert "200,000 at most" in told(40_000, 0.2, 8e8)


def test_pairs_that_several_keys_find_count_once_and_a_key_too_dear_is_passed_over() -> None:
    def of(*sizes: int) -> template.Template:
        """A key with blocks of these sizes over rows 0, 1, 2, ..."""
        return template.Template((Atom("x", np.repeat(np.arange(len(sizes)), sizes)),), 10)

    first, again, dear, last = of(2, 2, 2), of(2, 2, 1, 1), of(6), of(1, 2, 2, 1)
    used, sizes, a, b = union.within([first, again, dear, last], 6, None, 5)
    assert used == [0, 1, 3]
    assert [(size.pairs, size.largest, size.skipped) for size in sizes] == [(3, 2, 0), (2, 2, 0), (2, 2, 0)]
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert union.within([], 6, None, 5)[0] == [] and union.within([dear], 6, None, 0)[0] == []


def test_keys_whose_blocks_are_all_too_large_are_not_chosen() -> None:
    """Year and sex together stand in blocks of 500 records, which no key looks into: they find nothing at no cost."""
    rng, count = np.random.default_rng(5), 20_000
    once = {"mail": rng.permutation(count), "year": 1950 + np.arange(count) % 20, "sex": np.arange(count) // 20 % 2}
    table = table_of({name: [*values[: count // 2], *values[: count // 2]] for name, values in once.items()})
    result = found_in({"mail": Kind.IDENTIFIER, "year": Kind.CATEGORY, "sex": Kind.CATEGORY}, table)
    assert result.summary["clusters"] == count // 2
    assert result.summary["keys"] and all(key["pairs"] for key in result.summary["keys"])


def true_recall(result: Result, pairs: set[tuple[str, str]]) -> float:
    """The share of true pairs of ids among the candidates."""
    ids = result.ids
    found = {(str(ids[a]), str(ids[b])) for a, b in zip(result.a, result.b, strict=True)}
    return len(found & pairs) / len(pairs)


def test_the_recall_it_estimates_without_labels_is_near_the_true_one() -> None:
    made = twins.companies(3000)
    result = deduplicate(made.records)
    assert result.summary["candidates"] < 15 * 3000
    assert true_recall(result, made.true_pairs()) == pytest.approx(result.summary["blocking_recall"], abs=0.01)
    assert result.summary["blocking_recall"] > 0.97


def test_a_few_matches_that_agree_do_not_prove_that_one_key_is_enough() -> None:
    """Nearly every likely match of two shops shares a model number; the others are found by the words of the title."""
    left, right, links = twins.products(2000)
    result = link(left, right)
    assert len(left) * len(right) > 3_000_000 > 15 * (len(left) + len(right)) > result.summary["candidates"]
    assert true_recall(result, links) > 0.98
    assert result.summary["blocking_recall"] == pytest.approx(0.99, abs=0.011)


@pytest.mark.parametrize(("parts", "pairs"), [(1, 200_000), (50, 200_000), (2000, 5000), (20_000_000, 1)])
def test_pairs_of_long_texts_are_compared_few_at_a_time(parts: int, pairs: int) -> None:
    class Matrix:
        shape, nnz = (3, parts), 3 * parts

    assert bags.at_once(Matrix()) == pairs


def test_how_many_pairs_are_compared_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    texts = [" ".join(f"word{k}" for k in rng.integers(0, 50, 12)) for _ in range(600)]
    aspect = kinds.aspects([Column("x", Kind.TEXT)], table_of({"x": texts}))[0]
    a, b = rng.integers(0, 300, 3000), rng.integers(300, 600, 3000)
    whole = aspect.levels(a, b)
    monkeypatch.setattr(bags, "_ENTRIES", 500)
    assert len(np.unique(whole)) > 3 and aspect.levels(a, b).tolist() == whole.tolist()


def test_very_many_columns_are_compared_in_bounded_work_and_that_is_told() -> None:
    rng, rows = np.random.default_rng(2), 2000
    once = {f"c{k}": rng.integers(0, 900, rows // 2) for k in range(150)}
    table = table_of({name: [*values, *values] for name, values in once.items()})
    result = found_in(dict.fromkeys(table.columns, Kind.CATEGORY), table)
    assert result.summary["clusters"] == rows // 2
    assert rows // 2 <= result.summary["candidates"] < 60_000 < rows * (rows - 1) // 2
    assert "A pair is much to compare here" in result.summary["notes"][0]

"""Two texts are compared alike alone and among many: by what a kind says of two, and by its judge of columns."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import kinds
from mdm.engine.matching.learned.aspects import Aspect, compared
from mdm.engine.matching.learned.fields import Field
from mdm.engine.matching.learned.published.digest import TEXTS
from mdm.engine.matching.learned.published.remembered import Remembered, Said
from mdm.engine.matching.learned.records import Column, Records
from mdm.engine.matching.learned.terms import Terms
from mdm.engine.matching.learned.values import FEW
from tests.engine import twins

FAMILIES = [tuple(members) for members, _ in (*kinds.DECLARED, *kinds.MORE)]
TWO = {  # kinds of which two values are compared without arrays
    Kind.GIVEN_NAME, Kind.FAMILY_NAME, Kind.CITY, Kind.STREET, Kind.HOUSE_NUMBER, Kind.POSTCODE, Kind.DATE, Kind.EMAIL,
    Kind.PHONE, Kind.IDENTIFIER,
}  # fmt: skip


def learned(columns: list[Column], table: pl.DataFrame) -> tuple[list[Field], dict[str, dict[str, Terms]], list[Said]]:
    """The fields of a table, how much its values say, and what each of its records says in each field."""
    fields = kinds.fields(columns)
    found = kinds.compiled(fields, kinds.coded(fields, table))
    for aspect in found:
        compared([aspect], *pairs(len(table)))  # what a kind counts, it counts when it compares
    fields = [field for field in fields if field.name in {aspect.name for aspect in found}]
    said = [tuple(field.text(record) for field in fields) for record in table.to_dicts()]
    return fields, {aspect.name: aspect.terms() for aspect in found}, said


def pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.array([*combinations_with_replacement(range(count), 2)], np.int64).T
    return a, b


def at_once(fields: list[Field], terms: dict[str, dict[str, Terms]], said: list[Said]) -> list[Aspect]:
    return kinds.compiled(fields, [[one[k] for one in said] for k in range(len(fields))], terms)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda members: members[0])
def test_every_kind_finds_the_same_levels_of_two_as_of_many(family: tuple[Kind, ...]) -> None:
    columns = [Column(f"{kind} {number}", kind) for kind in family for number in range(2)]
    moved = [TEXTS[k:] + TEXTS[:k] for k in range(len(columns))]  # the same texts stand beside each other, and swapped
    both = {column.name: moved[k] + moved[-1 - k] for k, column in enumerate(columns)}
    fields, terms, said = learned(columns, pl.DataFrame(both, schema=dict.fromkeys(both, pl.String)))
    assert len({text for one in said for text in one if text}) < FEW
    a, b = pairs(len(said))
    wanted = compared(at_once(fields, terms, said), a, b)
    some = np.random.default_rng(1).permutation(len(a))
    few = Remembered(fields, terms)
    for part in np.array_split(some, 40):
        found = few.levels([(said[a[k]], said[b[k]]) for k in part])
        assert (found == wanted[part]).all(), [field.name for field in fields]
        turned = few.levels([(said[b[k]], said[a[k]]) for k in part])
        assert (turned == wanted[part]).all()


def test_the_kinds_of_persons_and_codes_need_no_arrays() -> None:
    fields = kinds.fields([Column(str(kind), kind) for kind in TWO])
    assert {field.kind for field in fields if field.two} == TWO


@pytest.mark.parametrize("name", ["persons", "companies"])
def test_records_of_a_table_too(name: str) -> None:
    records: Records = getattr(twins, name)(120, seed=3).records
    fields, terms, said = learned(list(records.columns), records.values)
    a, b = pairs(len(said))
    few, wanted = Remembered(fields, terms), compared(at_once(fields, terms, said), a, b)
    found = np.concatenate(
        [few.levels([(said[x], said[y]) for x, y in zip(a[i : i + 50], b[i : i + 50], strict=True)])
         for i in range(0, len(a), 50)]
    )  # fmt: skip
    assert (found == wanted).all()


LETTERS = st.text("abeiln013 \u00fc'-", min_size=1, max_size=9)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(LETTERS, min_size=2, max_size=6), kind=st.sampled_from(sorted(TWO)))
def test_whatever_the_texts(texts: list[str], kind: Kind) -> None:
    columns = [Column("v", kind)]
    fields, terms, said = learned(columns, pl.DataFrame({"v": texts}))
    if fields:
        a, b = pairs(len(said))
        found = Remembered(fields, terms).levels([(said[x], said[y]) for x, y in zip(a, b, strict=True)])
        assert (found == compared(at_once(fields, terms, said), a, b)).all()


def test_long_texts_are_not_remembered_and_others_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from mdm.engine.matching.learned.published import remembered

    monkeypatch.setattr(remembered, "_MOST", 3)
    columns = [Column("v", Kind.IDENTIFIER)]
    fields, terms, said = learned(columns, pl.DataFrame({"v": [str(10**k) for k in range(5, 11)] + ["7" * 300] * 2}))
    few = Remembered(fields, terms)
    a, b = pairs(len(said))
    wanted = compared(at_once(fields, terms, said), a, b)
    everything = [(said[x], said[y]) for x, y in zip(a, b, strict=True)]
    for start in (0, 2, 0):  # of some asked for at once a part is known when the others make it forget
        assert (few.levels(everything[start : start + 4]) == wanted[start : start + 4]).all()
    few.levels(everything)
    assert (few.levels(everything[:1] + everything[-9:]) == wanted[[0, *range(len(a) - 9, len(a))]]).all()
    few = Remembered(fields, terms)
    for _ in range(2):
        for k in range(len(a)):
            assert (few.levels([(said[a[k]], said[b[k]])]) == wanted[k]).all()
            assert len(few._known[0]) <= 4 and all(len(x) + len(y) <= 400 for x, y in few._known[0])

"""What is done of a whole column is what is done of each of its texts."""

from __future__ import annotations

import threading

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import kinds
from mdm.engine.matching.learned.fields import Distinct
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.threads import each, kept
from mdm.engine.matching.learned.written import all_heard, folded, heard, outline, outlines
from mdm.engine.matching.normal import plain

SIGNS = st.sampled_from([*"aeiouhjcctshzpdyxqkgvw'&+.- 019Zß é…．ﬁД北\u0301\u00a0\t", "jr", " II", "@", "x.de"])
TEXTS = st.lists(st.text(max_size=8) | st.lists(SIGNS, max_size=12).map("".join), min_size=1, max_size=30)


@given(TEXTS)
def test_columns_are_folded_and_heard_as_single_texts_are(texts: list[str]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    words = folded(column)
    assert words.to_list() == [plain(text) for text in texts]
    known = [word for word in words if word]
    assert all_heard(pl.Series(known, dtype=pl.String)).to_list() == [heard(word) for word in known]
    assert outlines(column).tolist() == [outline(text) for text in texts]


@given(TEXTS, st.sampled_from((Kind.GIVEN_NAME, Kind.PERSON_NAME, Kind.STREET, Kind.DATE, Kind.EMAIL)))
def test_fields_read_columns_as_they_read_records(texts: list[str], kind: Kind) -> None:
    fields = kinds.fields([Column("x", kind), Column("y", kind)])
    table = pl.DataFrame({"x": texts, "y": texts[::-1]}, schema={"x": pl.String, "y": pl.String})
    for field in fields:
        assert [text or None for text in field.column(table)] == [field.text(record) for record in table.to_dicts()]


@pytest.mark.parametrize(("texts", "found"), [(["b", None, "", "b", "a"], ["b", "a"]), ([None, ""], [])])
def test_a_column_is_worked_on_by_its_distinct_values(texts: list[str | None], found: list[str]) -> None:
    column = Distinct(pl.DataFrame({"x": texts}, schema={"x": pl.String}), ["x"])["x"]
    assert sorted(column.texts) == sorted(found)
    assert [column.texts[int(code)] if code >= 0 else None for code in column.codes] == [text or None for text in texts]


def test_work_side_by_side_comes_out_in_order() -> None:
    names: set[str] = set()

    def work(number: int) -> int:
        names.add(threading.current_thread().name)
        return int(np.arange(number).sum())

    assert each(work, range(50)) == [number * (number - 1) // 2 for number in range(50)]
    assert threading.current_thread().name not in names
    names.clear()
    assert each(work, range(3), many=False) == [0, 0, 1]
    assert names == {threading.current_thread().name}


def test_a_kept_property_is_worked_out_once() -> None:
    class Own:
        asked = 0

        @kept
        def value(self) -> int:
            """A figure."""
            self.asked += 1
            return self.asked

    own, other = Own(), Own()
    assert (own.value, own.value, other.value) == (1, 1, 1)
    assert Own.value.__doc__ == "A figure."

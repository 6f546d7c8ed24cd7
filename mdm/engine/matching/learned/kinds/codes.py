"""Codes: identifiers, postcodes, house numbers. What differs by a slip may be mistyped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import EQUAL, SAME, Key, Levels, Unequal, steps
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.kinds.forms import ALNUM
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import edits, graded, near, pairwise, two_edits, two_near
from mdm.engine.matching.learned.values import Codes, Values

STEPS = steps(
    0.8,
    ("In another column", 0.01, 1e-5),
    ("One ends with the other", 0.02, 1e-5),
    ("A slip apart", 0.08, 5e-5),
    ("Two slips apart", 0.03, 3e-4),
    ("Different", 0.03, 1.0),
)
TURNED, ENDS, SLIP, TWO, OTHER = range(EQUAL, EQUAL + 5)
POSTCODES = steps(0.8, ("A slip apart", 0.08, 1e-3), ("Same area", 0.05, 5e-3), ("Different", 0.07, 0.99))
HOUSES = steps(0.92, ("A slip apart", 0.05, 0.1, 0.2), ("Different", 0.03, 0.88, 0.8))


def identifiers(columns: Sequence[Column]) -> list[Field]:
    """Numbers of any register, by their letters and digits; each column is a register of its own."""
    return [coded(column, ALNUM) for column in columns]


def coded(column: Column, form: Form, tail: int = 0) -> Field:
    """A column of codes; with `tail`, two of unlike length are one number if so many last characters agree."""
    keys = [SAME, Key("start", first_half, _first_halves), Key("end", last_half, _last_halves)]
    if tail:
        keys.append(_tail(tail))
    judge, two = partial(_unequal_codes, tail=tail), partial(two_codes, tail=tail)
    return Field(column.name, column.kind, ((column.name, form),), 20, STEPS, judge, tuple(keys), two=two)


def _tail(size: int) -> Key:
    def many(column: pl.Series) -> pl.Series:
        return column.str.tail(size).set(column.str.len_chars() < size, None)

    return Key("tail", lambda text: text[-size:] if len(text) >= size else None, many)


def first_half(text: str) -> str | None:
    """The first half of codes of five letters and more, None for others."""
    return text[: (len(text) + 1) // 2] if len(text) > 4 else None


def last_half(text: str) -> str | None:
    """The second half of codes of five letters and more, None for others."""
    return text[len(text) // 2 :] if len(text) > 4 else None


def _first_halves(column: pl.Series) -> pl.Series:
    size = pl.col("v").str.len_chars()
    half = pl.col("v").str.head((size + 1) // 2)
    return pl.DataFrame({"v": column}).select(v=pl.when(size > 4).then(half))["v"]


def _last_halves(column: pl.Series) -> pl.Series:
    size = pl.col("v").str.len_chars()
    half = pl.col("v").str.slice(size // 2)
    return pl.DataFrame({"v": column}).select(v=pl.when(size > 4).then(half))["v"]


def _unequal_codes(own: Values, tail: int) -> Unequal:
    words = own.words
    ends = words.written(_tail(tail).one, _tail(tail).many) if tail else np.full(len(words), -1, np.int32)

    def judge(x: Codes, y: Codes) -> Levels:
        out = np.full(len(x), OTHER, np.int8)
        hope = np.flatnonzero(near(words, x, y, 0.35))
        slips = pairwise(words, x[hope], y[hope], edits)
        # Phones of one exchange are neighbours: two digits apart is another line, not two slips.
        out[hope] = graded([slips <= 1, (slips <= 2) & (tail == 0)], [SLIP, TWO], OTHER)
        out[(ends[x] >= 0) & (ends[x] == ends[y]) & (words.lengths[x] != words.lengths[y])] = ENDS
        return out

    return judge


def two_codes(x: str, y: str, tail: int = 0) -> int:
    """The same of two codes in order."""
    if tail and min(len(x), len(y)) >= tail and len(x) != len(y) and x[-tail:] == y[-tail:]:
        return ENDS
    if not two_near(x, y, 0.35):
        return OTHER
    slips = two_edits(x, y)
    return SLIP if slips <= 1 else TWO if slips <= 2 and not tail else OTHER


def postcodes(columns: Sequence[Column]) -> list[Field]:
    """Postcodes without blanks; the area is all but the last two characters, or the outward part of a British one."""
    keys = (SAME, Key("area", area))
    return [
        Field(c.name, c.kind, ((c.name, ALNUM),), 11, POSTCODES, _unequal_postcodes, keys, two=two_postcodes)
        for c in columns
    ]


def area(text: str) -> str:
    """The part of a postcode that names a larger area."""
    british = len(text) > 4 and text[-3].isdigit() and text[-2:].isalpha()
    return text[:-3] if british else text[: max(2, len(text) - 2)]


def house_numbers(columns: Sequence[Column]) -> list[Field]:
    """Numbers of houses, without leading zeros."""
    return [house(column.name, column, ALNUM.then(without_zeros)) for column in columns]


def without_zeros(text: str) -> str:
    """A code without leading zeros."""
    return text.lstrip("0")


def house(name: str, column: Column, form: Form) -> Field:
    """One number of a house per record."""
    return Field(name, column.kind, ((column.name, form),), 6, HOUSES, _slips, (SAME,), two=two_houses)


def _unequal_postcodes(own: Values) -> Unequal:
    return _slips(own, own.words.written(area))


def _slips(own: Values, areas: Codes | None = None) -> Unequal:
    """A slip apart, of one area where codes have areas, or different."""
    words = own.words
    last = EQUAL + (1 if areas is None else 2)

    def judge(x: Codes, y: Codes) -> Levels:
        out = np.full(len(x), last, np.int8)
        hope = np.flatnonzero(near(words, x, y, 0.3))
        slips = pairwise(words, x[hope], y[hope], edits)
        longer = np.maximum(words.lengths[x[hope]], words.lengths[y[hope]])
        out[hope[(slips <= 1) & (longer > 1)]] = EQUAL
        if areas is not None:
            out[(areas[x] == areas[y]) & (out == last)] = EQUAL + 1
        return out

    return judge


def two_houses(x: str, y: str) -> int:
    """The same of two numbers of houses in order."""
    slip = max(len(x), len(y)) > 1 and two_near(x, y, 0.3) and two_edits(x, y) <= 1
    return EQUAL if slip else EQUAL + 1


def two_postcodes(x: str, y: str) -> int:
    """The same of two postcodes in order."""
    found = two_houses(x, y)
    return found if found == EQUAL else EQUAL + 1 if area(x) == area(y) else EQUAL + 2

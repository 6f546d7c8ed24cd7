"""Codes: identifiers, postcodes, house numbers. What differs by a slip may be mistyped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import EQUAL, Aspect, Levels, Unequal, atom, steps
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import edits, near, pairwise
from mdm.engine.matching.learned.values import Codes, Words, folded, values

STEPS = steps(
    0.8,
    ("One ends with the other", 0.03, 1e-5),
    ("A slip apart", 0.08, 5e-5),
    ("Two slips apart", 0.03, 3e-4),
    ("Different", 0.06, 1.0),
)
ENDS, SLIP, TWO, OTHER = range(EQUAL, EQUAL + 4)
POSTCODES = steps(0.8, ("A slip apart", 0.08, 1e-3), ("Same area", 0.05, 5e-3), ("Different", 0.07, 0.99))
HOUSES = steps(0.85, ("A slip apart", 0.05, 0.1), ("Different", 0.1, 0.88))


def identifiers(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Numbers of any register, by their letters and digits; each column is a register of its own."""
    return [coded_aspect(column, alnum(table[column.name]), tail=0) for column in columns]


def alnum(column: pl.Series) -> pl.Series:
    """Letters and digits alone, in lower case."""
    return folded(column).str.replace_all(" ", "", literal=True)


def coded_aspect(column: Column, series: pl.Series, tail: int) -> Aspect:
    """A column of codes; with `tail`, two of unlike length are one number if so many last characters agree."""
    own = values([series], usual=20)[0]
    words, name = own.words, column.name
    atoms = [
        atom(f"{name}.same", own.codes),
        atom(f"{name}.start", own.by(words.coded(halves(words, first=True)))),
        atom(f"{name}.end", own.by(words.coded(halves(words, first=False)))),
    ]
    if tail:
        atoms.append(atom(f"{name}.tail", own.by(_tails(words, tail))))
    return Aspect(name, column.kind, own, STEPS, _unequal_codes(words, tail), atoms)


def _tails(words: Words, tail: int) -> Codes:
    return words.cut(-tail, None, least=tail) if tail else np.full(len(words), -1, np.int32)


def halves(words: Words, first: bool) -> pl.Series:
    """The first or second half of codes of five letters and more, null for others."""
    table = pl.DataFrame({"v": words.column}).with_columns(size=pl.col("v").str.len_chars())
    half = pl.col("v").str.head((pl.col("size") + 1) // 2) if first else pl.col("v").str.slice(pl.col("size") // 2)
    return table.select(v=pl.when(pl.col("size") > 4).then(half))["v"]


def _unequal_codes(words: Words, tail: int) -> Unequal:
    ends = _tails(words, tail)

    def judge(x: Codes, y: Codes) -> Levels:
        out = np.full(len(x), OTHER, np.int8)
        hope = np.flatnonzero(near(words, x, y, 0.35))
        slips = pairwise(words, x[hope], y[hope], edits)
        out[hope] = np.select([slips <= 1, slips <= 2], [SLIP, TWO], OTHER)
        out[(ends[x] >= 0) & (ends[x] == ends[y]) & (words.lengths[x] != words.lengths[y])] = ENDS
        return out

    return judge


def postcodes(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Postcodes without blanks; the area is all but the last two characters, or the outward part of a British one."""
    out = []
    for column in columns:
        own = values([alnum(table[column.name])], usual=11)[0]
        areas = own.words.forms(area)
        atoms = [atom(f"{column.name}.same", own.codes), atom(f"{column.name}.area", own.by(areas))]
        judge = _slips(own.words, areas)
        out.append(Aspect(column.name, column.kind, own, POSTCODES, judge, atoms))
    return out


def area(text: str) -> str:
    """The part of a postcode that names a larger area."""
    british = len(text) > 4 and text[-3].isdigit() and text[-2:].isalpha()
    return text[:-3] if british else text[: max(2, len(text) - 2)]


def house_numbers(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Numbers of houses, without leading zeros."""
    return [house(column.name, column, alnum(table[column.name]).str.strip_chars_start("0")) for column in columns]


def house(name: str, column: Column, series: pl.Series) -> Aspect:
    """One number of a house per record."""
    own = values([series], usual=6)[0]
    return Aspect(name, column.kind, own, HOUSES, _slips(own.words), [atom(f"{name}.same", own.codes)])


def _slips(words: Words, areas: Codes | None = None) -> Unequal:
    """A slip apart, of one area where codes have areas, or different."""
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

"""Codes: identifiers, postcodes, house numbers. What differs by a slip may be mistyped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import EQUAL, Aspect, Levels, Unequal, atom, steps
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import edits, near, pairwise
from mdm.engine.matching.learned.values import Codes, Words, mapped, values
from mdm.engine.matching.normal import plain

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
    return [coded_aspect(column, table[column.name], alnum, tail=0) for column in columns]


def alnum(text: str) -> str | None:
    """Letters and digits alone."""
    return plain(text).replace(" ", "") or None


def coded_aspect(column: Column, series: pl.Series, form: Callable[[str], str | None], tail: int) -> Aspect:
    """A column of codes; with `tail`, two of unlike length are one number if so many last characters agree."""
    own = values([mapped(series, form)], usual=20)[0]
    words, name = own.words, column.name
    atoms = [
        atom(f"{name}.same", own.codes),
        atom(f"{name}.start", own.by(words.forms(lambda t: t[: (len(t) + 1) // 2] if len(t) > 4 else None))),
        atom(f"{name}.end", own.by(words.forms(lambda t: t[len(t) // 2 :] if len(t) > 4 else None))),
    ]
    if tail:
        atoms.append(atom(f"{name}.tail", own.by(_tails(words, tail))))
    return Aspect(name, column.kind, own, STEPS, _unequal_codes(words, tail), atoms)


def _tails(words: Words, tail: int) -> Codes:
    return words.forms(lambda text: text[-tail:] if tail and len(text) >= tail else None)


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
        own = values([mapped(table[column.name], alnum)], usual=11)[0]
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
    return [
        house(column.name, column, mapped(table[column.name], lambda t: (alnum(t) or "").lstrip("0")))
        for column in columns
    ]


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

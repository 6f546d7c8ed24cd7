"""Streets and houses: a line of an address in short words, and the number of the house in it, past those of flats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import Levels, Unequal
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.kinds.codes import house
from mdm.engine.matching.learned.kinds.names import SOMEWHAT, named, two_names, unequal
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.values import Codes, Values
from mdm.engine.matching.learned.written import folded, mapped
from mdm.engine.matching.normal import plain
from mdm.engine.matching.vocabulary import streets as vocabulary

_HOUSE = re.compile(r"\d+[a-z]?")
# A flat on a floor (#05-12), where a number of a house follows it; #5 and #5-7 may be the house.
_FLAT = "#[ \t]*[0-9]+[A-Za-z]?[ \t]*[-\u2013][ \t]*[0-9]+[A-Za-z]?(?:/[0-9]+)?([^0-9]*[0-9])"
_UNITS = vocabulary.UNITS_BEFORE | {"floor", "fl"}


def streets(columns: Sequence[Column]) -> list[Field]:
    """Streets, and other lines of an address, which may stand in each other's place; a house's number by itself."""
    names = [column.name for column in columns]
    out = []
    for c in columns:
        elsewhere = tuple(name for name in names if name != c.name)
        field = named(c.name, c.kind, ((c.name, STREET.then(without_number)),), 12, "street", elsewhere)
        number = house(f"{c.name} (number)", c, STREET.then(first_number))
        out += [replace(field, judge=unequal_streets, two=two_streets), replace(number, rare=True)]
    return out


def without_number(text: str) -> str | None:
    """A street without the numbers of houses in it; `49th` is no such number."""
    return " ".join(word for word in text.split() if not _HOUSE.fullmatch(word)) or None


def first_number(text: str) -> str | None:
    """The first number of a house in a street, past those of flats and offices; one of these where there is no other.

    Of several numbers behind `flat` the last is that of the house: `flat 3 15 high st`.
    """
    words = [word for word in text.split() if word not in vocabulary.MARKS]
    runs = [(is_number, list(run)) for is_number, run in groupby(words, lambda word: bool(_HOUSE.fullmatch(word)))]
    units: list[str] = []
    before = ""
    for is_number, run in runs:
        if is_number and before not in _UNITS:
            return run[0].lstrip("0")
        if is_number and len(run) > 1:
            return run[-1].lstrip("0")
        if is_number:
            units += run
        before = run[-1]
    return units[0].lstrip("0") if units else None


def _ordinals(text: str) -> str | None:
    return " ".join(word for word in text.split() if word[0].isdigit()) or None


def unequal_streets(own: Values) -> Unequal:
    """Levels of streets that differ: 49th and 39th are two streets, not a slip."""
    alike = unequal(own)

    def judge(x: Codes, y: Codes) -> Levels:
        out, numbered = alike(x, y), own.words.written(_ordinals)
        other = (numbered[x] >= 0) & (numbered[y] >= 0) & (numbered[x] != numbered[y])
        out[other] = np.maximum(out[other], SOMEWHAT)
        return out

    return judge


def two_streets(x: str, y: str) -> int:
    """The same of two streets in order."""
    out, first, second = two_names(x, y), _ordinals(x), _ordinals(y)
    return max(out, SOMEWHAT) if first and second and first != second else out


def street(text: str) -> str | None:
    """A line of an address with its common words in their short forms, without a flat on a floor."""
    return _shortened(plain(re.sub(_FLAT, r" \1", text)))


def _streets(column: pl.Series) -> pl.Series:
    return mapped(folded(column.str.replace_all(_FLAT, " ${1}")), _shortened)


def _shortened(text: str) -> str | None:
    return " ".join(map(_short, text.split())) or None


@lru_cache(maxsize=131072)
def _short(word: str) -> str:
    if found := vocabulary.SHORT.get(word):
        return found
    for tail, short in vocabulary.TAILS:
        if word.endswith(tail) and len(word) > len(tail) + 2:
            return f"{word.removesuffix(tail)} {short}"
    return word


STREET = Form(street, _streets)

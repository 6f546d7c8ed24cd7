"""Dates: whole, or mistyped, or with day and month in each other's place."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import EQUAL, SAME, Key, Levels, Unequal, steps
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import edits, pairwise, two_edits
from mdm.engine.matching.learned.values import Codes, Values
from mdm.engine.matching.learned.written import mapped, replaced

STEPS = steps(
    0.81,
    ("Day and month swapped", 0.01, 2e-5),
    ("A slip apart", 0.08, 1.2e-3),
    ("Two of day, month and year equal", 0.05, 3e-3),
    ("Within a year", 0.03, 4e-2),
    ("Different", 0.02, 0.95),
)
SWAPPED, SLIP, TWO, NEAR, OTHER = range(EQUAL, EQUAL + 5)
_MOST = 15.0  # bits: eighty years have 29,220 days, and in a table of few nearly each stands once
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_PARTS = re.compile(r"\d+|[A-Za-z]{3,}")


def dates(columns: Sequence[Column]) -> list[Field]:
    """Dates of any common writing."""
    form = Form(normal, _normals)
    return [
        Field(c.name, c.kind, ((c.name, form),), 13, STEPS, unequal, KEYS, most=_MOST, two=two_dates) for c in columns
    ]


KEYS = (
    SAME,
    Key("year_month", lambda text: text[:6]),
    Key("month_day", lambda text: text[4:]),
    Key("year_day", lambda text: text[:4] + text[6:]),
    Key("year", lambda text: text[:4]),
)


def unequal(own: Values) -> Unequal:
    """Levels of dates that differ, by their parts."""
    words = own.words
    parts = np.array([[int(t[:4]), int(t[4:6]), int(t[6:])] for t in words.texts], np.int32).reshape(-1, 3)

    def judge(x: Codes, y: Codes) -> Levels:
        p, q = parts[x], parts[y]
        equal = p == q
        out = np.full(len(x), OTHER, np.int8)
        out[np.abs(p[:, 0] - q[:, 0]) <= 1] = NEAR
        out[equal.sum(1) == 2] = TWO
        maybe = np.flatnonzero(equal.any(1) | (out == NEAR))
        out[maybe[pairwise(words, x[maybe], y[maybe], edits) <= 1]] = SLIP
        out[equal[:, 0] & (p[:, 1] == q[:, 2]) & (p[:, 2] == q[:, 1])] = SWAPPED
        return out

    return judge


def two_dates(x: str, y: str) -> int:
    """The same of two dates in order."""
    p, q = ((int(text[:4]), int(text[4:6]), int(text[6:])) for text in (x, y))
    equal = [one == other for one, other in zip(p, q, strict=True)]
    if equal[0] and (p[1], p[2]) == (q[2], q[1]):
        return SWAPPED
    close = abs(p[0] - q[0]) <= 1
    if (any(equal) or close) and two_edits(x, y) <= 1:
        return SLIP
    return TWO if sum(equal) == 2 else NEAR if close else OTHER


def _normals(column: pl.Series) -> pl.Series:
    """The same of a column: `1990-02-28` in bulk, other writings one by one."""
    found = column.str.replace_all("-", "", literal=True)
    others = ~column.str.contains(_ISO).fill_null(True)
    return replaced(found, others, mapped(column.filter(others), normal))


def normal(text: str) -> str | None:
    """Eight digits, year first, of any common writing; impossible days stay as they are: they may be mistyped."""
    found = _read(_PARTS.findall(text))
    return (
        "{:04d}{:02d}{:02d}".format(*(part % size for part, size in zip(found, (10000, 100, 100), strict=True)))
        if found
        else None
    )


def _read(parts: list[str]) -> tuple[int, int, int] | None:
    month = next((_MONTHS[part[:3].lower()] for part in parts if part[:3].lower() in _MONTHS), 0)
    numbers = [part for part in parts if part.isdigit()]
    if len(numbers) == 1 and len(numbers[0]) == 8:
        return _packed(numbers[0])
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return int(numbers[0]), month, 0
    if month and len(numbers) >= 2:
        day, year = sorted(numbers[:2], key=len)
        return _year(year), month, int(day[:2])
    return _numbers(numbers[:3]) if len(numbers) >= 3 else None


def _packed(digits: str) -> tuple[int, int, int]:
    """Year first where the digits begin with a century, else last."""
    if 12 <= int(digits[:2]) <= 20 and not (int(digits[2:4]) <= 12 and 1800 <= int(digits[4:]) <= 2100):
        return int(digits[:4]), int(digits[4:6]), int(digits[6:])
    return int(digits[4:]), int(digits[2:4]), int(digits[:2])


def _numbers(numbers: list[str]) -> tuple[int, int, int]:
    """`1990-02-28`, `28.02.1990`, `2/28/90`: a part over twelve is a day; else the month stands first."""
    if len(numbers[0]) >= 3:
        return int(numbers[0][:4]), int(numbers[1][:2]), int(numbers[2][:2])
    first, second, year = int(numbers[0]), int(numbers[1][:2]), _year(numbers[2])
    return (year, second, first) if first > 12 else (year, first, second)


def _year(text: str) -> int:
    year = int(text[:4])
    return year if len(text) > 2 else year + (1900 if year > 30 else 2000)

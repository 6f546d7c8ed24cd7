"""Numbers by how far apart they are, categories by whether they are the same."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from mdm.engine.matching.learned.aspects import EQUAL, SAME, Levels, Unequal, steps
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.kinds.forms import FOLDED
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import graded
from mdm.engine.matching.learned.values import Codes, Values

NUMBERS = steps(
    0.6,
    ("Within 2 %", 0.07, 1e-2),
    ("Within 10 %", 0.1, 3e-2),
    ("Within a third", 0.13, 0.12),
    ("Different", 0.1, 0.84),
)
CATEGORIES = steps(0.9, ("Different", 0.1, 0.8))
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")


def numbers(columns: Sequence[Column]) -> list[Field]:
    """Numbers, with or without a currency or unit around them."""
    return [Field(c.name, c.kind, ((c.name, Form(number)),), 8, NUMBERS, _apart, (SAME,)) for c in columns]


def number(text: str) -> str | None:
    """The first number of a text, commas as marks of thousands (so `1.234,56` is 1.23456); None if it is too large."""
    found = _NUMBER.search(text)
    amount = float(found[0].replace(",", "")) + 0.0 if found else math.inf  # -0 is 0
    return repr(amount) if math.isfinite(amount) else None


def _apart(own: Values) -> Unequal:
    amounts = np.array([float(text) for text in own.words.texts], np.float64)

    def judge(x: Codes, y: Codes) -> Levels:
        p, q = amounts[x], amounts[y]
        gap = np.abs(p - q) / np.maximum(np.maximum(np.abs(p), np.abs(q)), 1e-9)
        levels = [EQUAL, EQUAL + 1, EQUAL + 2]
        return graded([gap <= 0.02, gap <= 0.1, gap <= 0.34], levels, EQUAL + 3)

    return judge


def categories(columns: Sequence[Column]) -> list[Field]:
    """Words of a short list."""
    return [category(column, FOLDED, usual=3) for column in columns]


def category(column: Column, form: Form, usual: float) -> Field:
    """Equal or different, nothing between."""
    return Field(column.name, column.kind, ((column.name, form),), usual, CATEGORIES, different, (SAME,))


def different(own: Values) -> Unequal:
    """What is not equal differs."""
    return lambda x, y: np.full(len(x), EQUAL, np.int8)

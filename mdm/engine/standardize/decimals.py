"""Decimals as plain text: `0.50` and `0,5` become `0.5`; exact, unlike a JSON number."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from mdm.engine.standardize.base import Unclear, as_text, shown
from mdm.engine.standardize.number import decimal
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

# Whole digits and decimals that any price, weight or factor needs; more is a mistake.
_WHOLE, _FRACTION = 15, 10
_LIMIT = Decimal(10) ** _WHOLE


def read(raw: Json) -> Decimal:
    """An exact decimal from text, or from a JSON number as it is written; no number, or a huge one, is Unclear."""
    if isinstance(raw, float):
        text = format(Decimal(repr(raw)), "f") if math.isfinite(raw) and abs(raw) < 1e15 else str(raw)
    else:
        text = as_text(raw)
    value = Decimal(decimal(line(text)))
    exponent = value.as_tuple().exponent
    if abs(value) >= _LIMIT or (isinstance(exponent, int) and exponent < 0 and value != round(value, _FRACTION)):
        raise Unclear(f"'{shown(text)}' has more digits than make sense; correct it in the source system.")
    return value


def not_negative(raw: Json) -> Decimal:
    value = read(raw)
    if value < 0:
        raise Unclear(f"'{written(value)}' is below zero; correct it in the source system.")
    return abs(value)


def positive(raw: Json) -> Decimal:
    value = read(raw)
    if value <= 0:
        raise Unclear(f"'{written(value)}' is not above zero; correct it in the source system.")
    return value


def written(value: Decimal) -> str:
    """Plain text without an exponent and without trailing zeros."""
    text = format(value, "f")
    return re.sub(r"\.?0+$", "", text) if "." in text else text

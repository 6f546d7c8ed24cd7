"""Quantities: a number with its unit."""

from __future__ import annotations

import re

from mdm.engine.standardize import decimals, units
from mdm.engine.standardize.base import Hints, Standard, Unclear, as_text, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

_PARTS = re.compile(r"(?P<number>[+-]?\d[\d., '’]*?) *(?P<unit>[^\d., '’+-].*)?")


def quantity(raw: Json, context: str, hints: Hints) -> Standard:
    """`40,0 MM` and `{"value": "40.000", "unit": "MMT"}` become `40 mm`; the unit is kept, not converted.

    Zero without a unit is nothing: so systems write a field that was never filled in.
    """
    number, unit = _fields(raw) if isinstance(raw, dict) else _parts(line(as_text(raw)))
    if number is None or number == "":
        return Standard(None)
    value = decimals.not_negative(number)
    if not unit:
        if value == 0:
            return Standard(None)
        raise Unclear(f"'{decimals.written(value)}' has no unit; give it one in the source system or the mapping.")
    symbol = units.SYMBOLS.get("TNE" if unit.casefold() == "t" else units.code(unit))
    if not symbol:
        raise Unclear(f"'{shown(unit)}' is no unit of length or weight.")
    return Standard(f"{decimals.written(value)} {symbol}")


def _fields(raw: dict[str, Json]) -> tuple[Json, str]:
    if raw.keys() - {"value", "unit"}:
        raise Unclear("Expected a quantity with value and unit; correct the mapping.")
    number, unit = raw.get("value"), raw.get("unit")
    return (line(number) if isinstance(number, str) else number), line(as_text(unit)) if unit is not None else ""


def _parts(text: str) -> tuple[Json, str]:
    if not (found := _PARTS.fullmatch(text)):
        raise Unclear(f"'{shown(text)}' is no quantity; write a number and a unit.")
    return found["number"], found["unit"] or ""

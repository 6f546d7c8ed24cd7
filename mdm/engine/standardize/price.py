"""Prices of one list and currency: periods, the earliest first."""

from __future__ import annotations

from itertools import pairwise

from mdm.engine.standardize import decimals, units
from mdm.engine.standardize.base import Hints, Standard, Unclear, as_text
from mdm.engine.standardize.number import date
from mdm.engine.values import Json

_FIELDS = ("amount", "per", "unit", "valid_from", "valid_to", "scale")
_ALWAYS, _FOREVER = "0000-00-00", "9999-99-99"


def price(raw: Json, context: str, hints: Hints) -> Standard:
    """Periods `{"amount", "per", "unit", "valid_from", "valid_to", "scale"}`; what is unknown is left out.

    `per` is "1" unless it is said. Both dates are included. Two periods that hold on one day are Unclear.
    """
    periods = [_period(item, hints) for item in (raw if isinstance(raw, list) else [raw])]
    periods.sort(key=lambda period: (_starts(period), _ends(period)))
    for earlier, later in pairwise(periods):
        if _starts(later) <= _ends(earlier):
            day = later.get("valid_from", "every day")
            raise Unclear(f"Two prices hold on {day}; correct their dates in the source system.")
    return Standard(periods or None)


def _period(raw: Json, hints: Hints) -> dict[str, Json]:
    fields = _known(raw, _FIELDS)
    if "amount" not in fields:
        raise Unclear("A price needs an amount; correct the mapping.")
    found: dict[str, Json] = {"amount": decimals.written(decimals.not_negative(fields.get("amount")))}
    found["per"] = decimals.written(decimals.positive(fields.get("per", 1)))
    if "unit" in fields:
        found["unit"] = units.code(as_text(fields["unit"]))
    found |= {name: date(as_text(fields[name]), "", hints) for name in ("valid_from", "valid_to") if name in fields}
    if _starts(found) > _ends(found):
        raise Unclear(f"The price ends on {found['valid_to']} before it begins on {found['valid_from']}.")
    if scale := _scale(fields.get("scale", [])):
        found["scale"] = scale
    return found


def _scale(raw: Json) -> list[dict[str, str]]:
    """Amounts from a quantity on, the smallest quantity first."""
    if not isinstance(raw, list):
        raise Unclear("Expected a list of scale prices; correct the mapping.")
    steps = [_known(item, ("from", "amount")) for item in raw]
    if any(len(step) < 2 for step in steps):
        raise Unclear("A scale price needs the quantity it begins from and an amount; correct the mapping.")
    found = {decimals.not_negative(step["from"]): decimals.not_negative(step["amount"]) for step in steps}
    if len(found) < len(steps):
        raise Unclear("Two scale prices begin at one quantity; correct them in the source system.")
    return [{"from": decimals.written(start), "amount": decimals.written(found[start])} for start in sorted(found)]


def _known(raw: Json, names: tuple[str, ...]) -> dict[str, Json]:
    """The fields that say something, none foreign."""
    if not isinstance(raw, dict) or any(key not in names for key in raw):
        raise Unclear(f"Expected a price with {', '.join(names)}; correct the mapping.")
    return {key: value for key, value in raw.items() if value is not None and value != ""}


def _starts(period: dict[str, Json]) -> str:
    return str(period.get("valid_from", _ALWAYS))


def _ends(period: dict[str, Json]) -> str:
    return str(period.get("valid_to", _FOREVER))

"""Prices as most systems keep them: of one unit, rounded, without dates or scales. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from connectors.mapping import plain
from mdm.engine.values import Json


def period(amount: Decimal, unit: Json) -> dict[str, Json]:
    """A price without dates, of one unit."""
    return {"amount": plain(amount), "per": "1"} | ({"unit": unit} if unit else {})


def of_one(value: Json, unit: Json, places: int) -> Decimal | None:
    """The price of one unit, rounded half up to so many decimal places.

    None for what is not one period, of another unit than the product's, or rounds to nothing: a gift no one decided.
    """
    given = value[0] if isinstance(value, list) and len(value) == 1 else None
    if not isinstance(given, Mapping) or (unit and given.get("unit", unit) != unit):
        return None
    try:
        amount, per = Decimal(str(given.get("amount"))), Decimal(str(given.get("per") or "1"))
        one = (amount / per).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        lost = not one.is_finite() or (one == 0 and amount != 0)
    except ArithmeticError:  # no number, nothing to divide by, or out of all bounds
        return None
    return None if lost else one

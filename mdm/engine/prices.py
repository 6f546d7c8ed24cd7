"""Prices of one list and currency: a list of periods (see `mdm.entities.product`), and which of them holds on a day.

Days are ISO texts (`2026-01-31`), which sort as they follow each other; both days of a period are included. Whatever
has another shape, since it could not be standardised, is no period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from mdm.engine.values import Json

FIRST, LAST = "0000-01-01", "9999-12-31"
DATES = ("valid_from", "valid_to")
Period = Mapping[str, Json]


def valid_on(value: Json, day: str) -> list[Json]:
    """The one period valid on a day, without its dates; empty where there is none.

    Where several are, the one that began last: it was made to stand in for the longer one.
    """
    valid = [one for one in _periods(value) if _begins(one) <= day <= _ends(one)]
    return [_undated(max(valid, key=_begins))] if valid else []


def agrees(edit: Json, owned: Json, day: str) -> bool:
    """Whether what a system said on a day is a price its owner holds from then on.

    A system without dates tells the price of the day alone: what the owner charges later is no news, and what it
    charged before does not count. Of two lists with dates, all of it must be the same.
    """
    if edit == owned or any(name in one for one in _periods(edit) for name in DATES):
        return bool(edit == owned)
    said = valid_on(edit, day)
    return any(same(said, [_undated(one)]) for one in _periods(owned) if _ends(one) >= day)


def same(first: Json, second: Json) -> bool:
    """Whether two prices without dates are one, however many units they are written for; `12.5 per 100` is `0.125`."""
    if first == second:
        return True
    one, other = [*_periods(first)], [*_periods(second)]
    return len(one) == len(other) == 1 and _units_agree(one[0], other[0]) and _steps(one[0]) == _steps(other[0])


def _periods(value: Json) -> Iterable[Period]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _begins(period: Period) -> str:
    return str(period.get("valid_from") or FIRST)


def _ends(period: Period) -> str:
    return str(period.get("valid_to") or LAST)


def _undated(period: Period) -> dict[str, Json]:
    return {name: value for name, value in period.items() if name not in DATES}


def _units_agree(one: Period, other: Period) -> bool:
    """A system that names no unit means the other's."""
    return one.get("unit") == other.get("unit") or not (one.get("unit") and other.get("unit"))


def _steps(period: Period) -> list[tuple[Fraction | str, Fraction | str]]:
    """From which quantity on one unit costs how much; what is no number stands for itself."""
    scale = period.get("scale")
    steps = [{"from": "0", "amount": period.get("amount")}, *_periods(scale)]
    return [(_number(step.get("from")), _each(step.get("amount"), period.get("per") or "1")) for step in steps]


def _each(amount: Json, per: Json) -> Fraction | str:
    price, units = _number(amount), _number(per)
    if isinstance(price, str) or isinstance(units, str) or not units:
        return f"{amount} per {per}"
    return price / units


def _number(value: Json) -> Fraction | str:
    text = str(value)
    try:
        return Fraction(text) if len(text) <= 40 and "e" not in text.lower() else text
    except (ValueError, ZeroDivisionError):
        return text

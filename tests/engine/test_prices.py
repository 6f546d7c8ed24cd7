"""Prices by period: which holds on a day, and when two say the same."""

from __future__ import annotations

from typing import Any

import pytest

from mdm.engine import prices

Periods = list[dict[str, Any]]


def period(amount: str, first: str = "", last: str = "", **more: Any) -> dict[str, Any]:
    dates = {name: day for name, day in (("valid_from", first), ("valid_to", last)) if day}
    return {"amount": amount, "per": "100", "unit": "H87", **dates, **more}


YEARS = [period("12.5", "2025-01-01", "2025-12-31"), period("13", "2026-01-01", "9999-12-31")]
SALE = [*YEARS, period("9", "2026-03-01", "2026-03-31")]
SCALE = [{"from": "500", "amount": "11.9"}]


@pytest.mark.parametrize(
    ("value", "day", "amounts"),
    [
        (YEARS, "2024-12-31", []),
        (YEARS, "2025-01-01", ["12.5"]),
        (YEARS, "2025-12-31", ["12.5"]),
        (YEARS, "2026-01-01", ["13"]),
        (SALE, "2026-02-28", ["13"]),
        (SALE, "2026-03-31", ["9"]),
        (SALE, "2026-04-01", ["13"]),
        ([period("7")], "1999-01-01", ["7"]),
        ([], "2026-01-01", []),
        (None, "2026-01-01", []),
        ("12,50 EUR", "2026-01-01", []),
        ({"amount": "1"}, "2026-01-01", []),
        ([None, "x", 4, period("7")], "2026-01-01", ["7"]),
        ([period("7", "soon")], "2026-01-01", []),
    ],
)
def test_the_one_period_of_a_day(value: Any, day: str, amounts: list[str]) -> None:
    found = prices.valid_on(value, day)
    assert [one["amount"] for one in found] == amounts
    assert not any(name in one for one in found for name in prices.DATES)


def test_a_scale_stays_with_its_period() -> None:
    assert prices.valid_on([period("12.5", "2026-01-01", scale=SCALE)], "2026-02-01") == [period("12.5", scale=SCALE)]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ([period("12.5")], [period("12.5")], True),
        ([period("12.5")], [{"amount": "0.125", "per": "1", "unit": "H87"}], True),
        ([period("12.5")], [{"amount": "0.125"}], True),  # no unit, one piece
        ([period("12.5")], [{"amount": "0.13", "per": "1", "unit": "H87"}], False),
        ([period("12.5")], [period("12.5", unit="MTR")], False),
        ([period("12.5", scale=SCALE)], [period("12.5")], False),
        ([period("12.5", scale=SCALE)], [{"amount": "0.125", "scale": [{"from": "500", "amount": "0.119"}]}], True),
        ([period("12.5")], [], False),
        ([period("12,5")], [{"amount": "12,5", "per": "100", "unit": "H87"}], True),  # unread, but the same
        ([period("x")], [period("y")], False),
        ([period("1", per="0")], [period("1", per="0")], True),
        ([period("1e999999999")], [period("1")], False),
        (None, None, True),
        (None, [period("1")], False),
    ],
)
def test_the_same_price_however_it_is_written(first: Any, second: Any, same: bool) -> None:
    assert prices.same(first, second) is same
    assert prices.same(second, first) is same


@pytest.mark.parametrize(
    ("edit", "day", "agrees"),
    [
        ([period("13")], "2026-02-01", True),
        ([period("12.5")], "2025-06-01", True),
        ([period("12.5")], "2026-02-01", False),  # last year's price is an edit today
        ([period("13")], "2025-06-01", True),  # next year's, told early
        ([period("14")], "2026-02-01", False),
        (YEARS, "2026-02-01", True),
        (SALE, "2026-02-01", False),  # dates of its own: all of it must be the same
        ([], "2026-02-01", False),
        (None, "2026-02-01", False),
    ],
)
def test_an_edit_that_is_the_owners_price_is_none(edit: Any, day: str, agrees: bool) -> None:
    assert prices.agrees(edit, YEARS, day) is agrees

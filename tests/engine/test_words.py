"""Values as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from mdm.entities import PRODUCT, words

PERIOD = {"amount": "12.5", "per": "100", "unit": "H87"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([PERIOD], "12.5 per 100 pieces"),
        ([{**PERIOD, "valid_from": "2026-01-01", "valid_to": "9999-12-31"}], "12.5 per 100 pieces, from 2026-01-01"),
        ([{**PERIOD, "valid_from": "2026-01-01", "valid_to": "2026-12-31"}],
         "12.5 per 100 pieces, 2026-01-01 to 2026-12-31"),
        ([{**PERIOD, "valid_to": "2026-12-31"}], "12.5 per 100 pieces, until 2026-12-31"),
        ([{**PERIOD, "scale": [{"from": "500", "amount": "11.9"}]}], "12.5 per 100 pieces, from 500 11.9"),
        ([{"amount": "9"}, {"amount": "8", "unit": "XBX"}], "9; 8 per XBX"),
        ([{"amount": "9", "scale": "none"}], "9"),
        ({"numerator": "100", "denominator": "1"}, "100"),
        ({"numerator": "1", "denominator": "3"}, "1 / 3"),
        ({"city": "Bremen", "country": "DE", "street": "Weg 1"}, "Weg 1, Bremen, DE"),
        ({"odd": "x", "empty": None}, "odd x"),
        (True, "yes"),
        (None, ""),
    ],
)  # fmt: skip
def test_a_value_in_words(value: Any, told: str) -> None:
    assert words.value(value) == told


def test_labels_name_the_context() -> None:
    attributes = {attribute.name: attribute for attribute in PRODUCT.attributes}
    assert words.label("prices|10/EUR", attributes) == "Prices, 10/EUR"
    assert words.label("alternative_units|CT", attributes) == "Alternative units, CT"

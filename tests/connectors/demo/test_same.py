"""When a system's raw value says what a golden value says."""

from __future__ import annotations

import pytest

from connectors.demo.audit import same

PUNE = {"street": "12 Ring Road\nUnit 4", "city": "Pune", "region": "MH", "postcode": "411001", "country": "IN"}


@pytest.mark.parametrize(
    "golden, held, agree",
    [
        ("Müller GmbH", "MÜLLER  GMBH", True),
        ("Müller GmbH", "Muller GmbH", True),
        ("Müller GmbH", "Müller AG", False),
        ("Müller GmbH", None, False),
        ("Vereinigte Schrauben- und Mutternwerke Hagen", "Vereinigte Schrauben- und Mutternwerke", True),
        ("Müller Schrauben GmbH", "Müller Schrauben", False),
    ],
)
def test_texts(golden, held, agree) -> None:
    assert same.text(golden, held) is agree


@pytest.mark.parametrize(
    "golden, held, country, agree",
    [
        ("+497311234567", "0731 / 1234567", "DE", True),
        ("+497311234567", "00497311234567", "", True),
        ("+497311234567", "0731 1234567", "", False),
        ("+13125550123", "(312) 555-0123", "US", True),
        ("+919876543210", "+91-98765 43211", "IN", False),
        ("+919876543210", None, "IN", False),
    ],
)
def test_phones(golden, held, country, agree) -> None:
    assert same.phone(golden, held, country) is agree


@pytest.mark.parametrize(
    "changed, agree",
    [
        ({}, True),
        ({"region": "Maharashtra", "country": "India"}, True),
        ({"street": "12, Ring Road, Unit 4", "city": "PUNE", "postcode": "411 001"}, True),
        ({"region": ""}, True),
        ({"region": "KA"}, False),
        ({"country": "DE"}, False),
        ({"street": "13 Ring Road\nUnit 4"}, False),
        ({"postcode": ""}, False),
    ],
)
def test_addresses(changed, agree) -> None:
    assert same.address(PUNE, PUNE | changed) is agree


@pytest.mark.parametrize(
    "held, agree",
    [(["DE 811-569869"], True), (["DE811569869", "X"], True), (["X"], False), ([], False)],
)
def test_members(held, agree) -> None:
    assert same.member(["DE811569869", "DE129273398"], held) is agree


def test_regions_by_code_name_and_earlier_code() -> None:
    assert {same.region_code(name, "IN") for name in ("OR", "OD", "Odisha", "odisha")} == {"OD"}
    assert same.region_code("Bavaria", "DE") == "BAVARIA"  # foreign names are not known here; no region, no difference

"""Mapping rows, both ways."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import FieldRow
from connectors.errors import Permanent
from connectors.mapping import Address, Field, fit, holds, natives, read, represent, run_time, stamp, write


def upper(value):
    if not value.isascii():
        raise ValueError(f"'{value}' has no upper form here.")
    return value.upper()


HOME = Address("addresses|other", {"street": "Line", "city": "Town", "country": "Land"}, {"street": 10})
ROWS = (
    Field("Name", "legal_name", max_length=12),
    Field("Deep.Down", "region"),
    Field("Code", "currency", to_canonical=str.lower, to_native=upper),
    Field("Held", "credit_block", flag=True),
    Field("Seen", "account_number", write=False),
    Field("Id", "ids|golden"),
    HOME,
)


@pytest.mark.parametrize(
    ("record", "attributes"),
    [
        ({}, {}),
        ({"Name": None, "Code": "", "Line": "  ", "Held": None}, {}),
        ({"Name": " Bolt "}, {"legal_name": " Bolt "}),
        ({"Name": 12}, {"legal_name": "12"}),
        ({"Deep": {"Down": "x"}}, {"region": "x"}),
        ({"Deep": "flat"}, {}),
        ({"Code": "EUR"}, {"currency": "eur"}),
        ({"Held": False}, {"credit_block": False}),
        ({"Seen": "7"}, {"account_number": "7"}),
        ({"Line": "a\r\nb", "Town": "", "Land": "DE"}, {"addresses|other": {"street": "a\nb", "country": "DE"}}),
    ],
)
def test_read(record, attributes):
    assert read(ROWS, record) == attributes


@pytest.mark.parametrize(
    ("record", "field", "words"),
    [
        ({"Name": ["x"]}, "Name", "a list where a text"),
        ({"Name": {}}, "Name", "an object where a text"),
        ({"Name": True}, "Name", "true or false where a text"),
        ({"Name": "a\x00b"}, "Name", "no text"),
        ({"Name": "\ud800"}, "Name", "no text"),
        ({"Held": "yes"}, "Held", "a text where true or false"),
        ({"Town": 1.5, "Land": []}, "Land", "a list where a text"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_field(record, field, words):
    with pytest.raises(Permanent, match=words) as error:
        read(ROWS, record, "thing 1")
    assert str(error.value).startswith(f"thing 1: field '{field}' holds ")
    assert error.value.field == field


@pytest.mark.parametrize(
    ("attributes", "native"),
    [
        ({}, {}),
        ({"legal_name": "Bolt", "unknown": 1, "account_number": "7"}, {"Name": "Bolt"}),
        ({"legal_name": None}, {"Name": None}),
        ({"region": "x"}, {"Deep": {"Down": "x"}}),
        ({"currency": "eur"}, {"Code": "EUR"}),
        ({"credit_block": None}, {"Held": False}),
        ({"addresses|other": {"city": "Ulm", "planet": "Mars"}}, {"Line": None, "Town": "Ulm", "Land": None}),
        ({"addresses|other": None}, {"Line": None, "Town": None, "Land": None}),
    ],
)
def test_write(attributes, native):
    assert write(ROWS, attributes) == native


@pytest.mark.parametrize("attributes", [{"currency": "€"}, {"addresses|other": "Ulm"}])
def test_what_cannot_be_written_is_told(attributes):
    with pytest.raises(Permanent, match="thing 1: "):
        write(ROWS, attributes, "thing 1")


@pytest.mark.parametrize(
    ("attributes", "held"),
    [
        ({"legal_name": "Bolt and Nut Ltd"}, {"legal_name": "Bolt and Nut"}),
        ({"legal_name": "  "}, {}),
        ({"legal_name": ["x"]}, {}),
        ({"currency": "Eur"}, {"currency": "eur"}),
        ({"currency": "€"}, {}),
        ({"credit_block": "yes"}, {}),
        ({"credit_block": False}, {"credit_block": False}),
        ({"account_number": "7", "unknown": "8"}, {}),
        ({"addresses|other": {"street": "Long Street 5", "city": None, "planet": "Mars"}},
         {"addresses|other": {"street": "Long Stree"}}),
        ({"addresses|other": "Ulm"}, {}),
        ({"ids|golden": "g", "ids|erp": "e"}, {"ids|golden": "g"}),
    ],
)
def test_represent(attributes, held):
    assert represent(ROWS, attributes) == held


@pytest.mark.parametrize(
    ("value", "limit", "cut"),
    [
        ("short", None, "short"),
        ("short", 5, "short"),
        ("two words", 8, "two word"),
        ("some words", 8, "some"),
        ("some words", 4, "some"),
        ("some words", 5, "some"),
        ("Donaudampfschiff", 5, "Donau"),
        ("a Donaudampfschiff", 8, "a Donaud"),
        ("line\nbreak here", 10, "line\nbreak"),
    ],
)
def test_fit(value, limit, cut):
    assert fit(value, limit) == cut


@given(st.text(max_size=60), st.integers(1, 40))
def test_fit_settles_at_once(value, limit):
    cut = fit(value, limit)
    assert len(cut) <= limit
    assert value.startswith(cut)
    assert fit(cut, limit) == cut


def test_holds_and_natives():
    assert holds(ROWS) == {"legal_name", "region", "currency", "credit_block", "addresses|other"}
    assert natives(ROWS) == ("Name", "Deep.Down", "Code", "Held", "Seen", "Id", "Line", "Town", "Land")


def test_run_time_rows():
    rows = (
        FieldRow(object_type="Account", native="Tier__c", key="dealer_tier", write=True),
        FieldRow(object_type="Account", native="Vip__c", key="vip"),
        FieldRow(object_type="Account", native="Hidden__c", key="hidden", read=False, write=True),
        FieldRow(object_type="Contact", native="Other__c", key="other"),
    )
    fields = run_time(rows, "Account")
    assert read(fields, {"Tier__c": "gold", "Vip__c": True, "Hidden__c": "x", "Other__c": "y"}) == {
        "dealer_tier": "gold", "vip": True
    }
    assert write(fields, {"dealer_tier": "tin", "vip": False, "hidden": "z"}) == {"Tier__c": "tin", "Hidden__c": "z"}


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ("2026-11-21T10:00:00.000+0000", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00+02:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21T10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (None, None),
        (7, None),
    ],
)
def test_stamp(given, at):
    if at is None:
        with pytest.raises(Permanent, match="field 'At'"):
            stamp({"At": given}, "At", "thing 1")
    else:
        assert stamp({"At": given}, "At", "thing 1") == at

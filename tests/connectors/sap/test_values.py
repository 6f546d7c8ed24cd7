"""Names, addresses, dates and keys between SAP's form and ours."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Misconfigured, Permanent
from connectors.sap import addresses, names, odata, options, terms

WORDS = st.lists(st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=50), min_size=1, max_size=30)
LONG = "x" * 45
TEXT = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")


@pytest.mark.parametrize(("name", "parts"), [
    ("Bolt GmbH", ["Bolt GmbH"]),
    ("  Bolt \n GmbH ", ["Bolt GmbH"]),
    ("Rheinblick Schrauben und Befestigungstechnik GmbH & Co. KG",
     ["Rheinblick Schrauben und", "Befestigungstechnik GmbH & Co. KG"]),
    ("A" * 40 + " B", ["A" * 40, "B"]),
    (LONG, ["x" * 40, "x" * 5]),
    (" ".join(["word"] * 40), [" ".join(["word"] * 8)] * 4),
])
def test_a_name_is_split_between_words(name, parts):
    assert names.split(name) == parts


@given(WORDS)
def test_a_name_that_fits_comes_back_as_it_was_split(words):
    fitting = names.fitting(" ".join(words))
    assert names.fitting(fitting) == fitting
    assert names.join(names.fields(fitting), "it") == (fitting or None)
    assert all(len(part) <= names.LENGTH for part in names.fields(fitting).values())


ADDRESSES = [  # canonical, the native fields that are not empty
    ({"street": "Hauptstr. 12a", "city": "Köln", "postcode": "50667", "country": "DE"},
     {"StreetName": "Hauptstr.", "HouseNumber": "12a", "CityName": "Köln", "PostalCode": "50667", "Country": "DE"}),
    ({"street": "100-2 Main St\nSuite 5", "city": "Reno", "region": "NV", "country": "US"},
     {"StreetName": "Main St", "HouseNumber": "100-2", "StreetSuffixName": "Suite 5", "CityName": "Reno",
      "Region": "NV", "Country": "US"}),
    ({"street": "Plot 7, MIDC\nBhosari\nnear depot", "city": "Pune", "region": "MH", "country": "IN"},
     {"StreetName": "Plot 7, MIDC", "StreetSuffixName": "Bhosari", "AdditionalStreetSuffixName": "near depot",
      "CityName": "Pune", "Region": "MH", "Country": "IN"}),
    ({"street": "Straße des 17. Juni 135", "country": "DE"},
     {"StreetName": "Straße des 17. Juni", "HouseNumber": "135", "Country": "DE"}),
    ({"street": "42", "country": "DE"}, {"StreetName": "42", "Country": "DE"}),
    ({"city": "Pune", "country": "IN"}, {"CityName": "Pune", "Country": "IN"}),
]


@pytest.mark.parametrize(("canonical", "native"), ADDRESSES)
def test_an_address_goes_there_and_back(canonical, native):
    assert {name: value for name, value in addresses.native(canonical).items() if value} == native
    assert addresses.canonical(addresses.native(canonical), "it") == canonical
    assert addresses.fitting(canonical) == canonical


@pytest.mark.parametrize(("native", "street"), [
    ({"StreetPrefixName": "Gebäude C", "StreetName": "Hauptstr.", "HouseNumber": "1", "HouseNumberSupplementText": "b",
      "StreetSuffixName": "3. OG", "Country": "DE"}, "Gebäude C\nHauptstr. 1 b\n3. OG"),
    ({"StreetName": "Rue de Lyon", "HouseNumber": "1", "Country": "FR"}, "1 Rue de Lyon"),
    ({"StreetName": "Main St", "HouseNumber": "1", "Country": "  "}, "Main St 1"),
])
def test_a_street_is_read_in_the_order_it_is_printed(native, street):
    assert addresses.canonical(native, "it")["street"] == street


@pytest.mark.parametrize(("wanted", "held"), [
    ({"street": "a\nb\nc\nd", "country": "DE"}, {"street": "a\nb\nc, d", "country": "DE"}),
    ({"street": "word " * 20, "country": "DE"}, {"street": " ".join(["word"] * 12), "country": "DE"}),
    ({"city": "Pune", "region": "Maharashtra", "country": "IN"}, {"city": "Pune", "country": "IN"}),
    ({"city": "Pune"}, None),
    ({"city": "Pune", "country": "India"}, None),
    ("Pune", None),
    (None, None),
])
def test_what_an_address_cannot_hold_shows(wanted, held):
    assert addresses.fitting(wanted) == held


@given(st.fixed_dictionaries({part: st.text(TEXT, max_size=90) for part in ("street", "city", "region", "postcode")}),
       st.sampled_from(["DE", "US", "IN", "FR"]))
def test_any_address_that_fits_stays(parts, country):
    fitting = addresses.fitting({**parts, "country": country})
    assert addresses.fitting(fitting) == fitting
    lengths = {"StreetName": 60, "HouseNumber": 10, "CityName": 40, "PostalCode": 10, "Region": 3}
    native = addresses.native(fitting)
    assert all(len(native[name]) <= length for name, length in lengths.items())


@pytest.mark.parametrize(("entity_set", "record", "path"), [
    ("A_BusinessPartner", {"BusinessPartner": "10"}, "A_BusinessPartner('10')"),
    ("A_BuPaIdentification",
     {"BusinessPartner": "10", "BPIdentificationType": "MDMKEY", "BPIdentificationNumber": "a/b'c ü"},
     "A_BuPaIdentification(BusinessPartner='10',BPIdentificationType='MDMKEY',"
     "BPIdentificationNumber='a%2Fb''c%20%C3%BC')"),
    ("A_BuPaAddressUsage", {"BusinessPartner": "10", "ValidityEndDate": "/Date(253402300799000+0000)/",
                            "AddressUsage": "BILL_TO", "AddressID": "7"},
     "A_BuPaAddressUsage(BusinessPartner='10',ValidityEndDate=datetimeoffset'9999-12-31T23%3A59%3A59Z',"
     "AddressUsage='BILL_TO',AddressID='7')"),
    ("A_AddressHomePageURL", {"AddressID": "7", "Person": "", "OrdinalNumber": "1", "IsDefaultURLAddress": True,
                              "ValidityStartDate": "/Date(-62135596800000)/"},
     "A_AddressHomePageURL(AddressID='7',Person='',OrdinalNumber='1',"
     "ValidityStartDate=datetime'0001-01-01T00%3A00%3A00',IsDefaultURLAddress=true)"),
])
def test_a_record_is_addressed_by_its_key(entity_set, record, path):
    assert odata.path(entity_set, record) == path


def test_a_record_without_its_key_is_named():
    with pytest.raises(Permanent, match=r"A_BusinessPartnerRole without its key 'BusinessPartnerRole'"):
        odata.path("A_BusinessPartnerRole", {"BusinessPartner": "1"})


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("day", "hour", "zone", "at"), [
    ("/Date(1795219200000)/", "PT00H39M27S", UTC, datetime(2026, 11, 21, 0, 39, 27, tzinfo=UTC)),
    ("/Date(1795219200000)/", "PT00H39M27S", BERLIN, datetime(2026, 11, 20, 23, 39, 27, tzinfo=UTC)),
    ("/Date(1795219200000+0000)/", None, UTC, datetime(2026, 11, 21, tzinfo=UTC)),
    ("/Date(1792886400000)/", "PT02H30M00S", BERLIN, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # the later of two
    (None, "PT01H00M00S", UTC, None),
])
def test_two_fields_are_one_stamp(day, hour, zone, at):
    assert odata.stamp({"D": day, "T": hour}, "D", "T", zone, "it") == at


@pytest.mark.parametrize(("record", "field"), [
    ({"D": "2026-11-21", "T": None}, "D"),
    ({"D": "/Date(999999999999999)/", "T": None}, "D"),
    ({"D": 17, "T": None}, "D"),
    ({"D": "/Date(0)/", "T": "00:39:27"}, "T"),
])
def test_what_is_no_stamp_is_named(record, field):
    with pytest.raises(Permanent) as refusal:
        odata.stamp(record, "D", "T", UTC, "BusinessPartner 1")
    assert refusal.value.field == field and str(refusal.value).startswith("BusinessPartner 1: field")


@pytest.mark.parametrize("value", [None, {"__deferred": {"uri": "x"}}, {"results": None}, [1], "x", {}])
def test_a_list_that_was_not_read_is_not_empty(value):
    with pytest.raises(Permanent, match="to_X"):
        odata.many({"to_X": value}, "to_X", "it")


# ---- options -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "scopes", "code"), [
    ({}, (), "1010"),
    ({"company_codes": "1710"}, ("DE",), "1710"),
    ({"company_codes": {"IN": "3310", "*": "1010"}}, ("IN",), "3310"),
    ({"company_codes": {"IN": "3310", "*": "1010"}}, ("3310", "DE"), "3310"),
    ({"company_codes": {"IN": "3310", "*": "1010"}}, ("XX", "US"), "1010"),
    ({"company_codes": {"IN": "3310"}}, ("US",), ""),
])
def test_the_company_code_goes_by_the_first_scope_that_is_set(given, scopes, code):
    assert options.read(given).company_code(scopes) == code


def test_the_sales_area_goes_by_company_code():
    areas = {"1710": "1710/10/00", "*": "1010/10/00"}
    found = options.read({"sales_areas": areas, "currencies": {"1710": "USD"}})
    assert (found.sales_area("1710"), found.sales_area("3310")) == ("1710/10/00", "1010/10/00")
    assert (found.currency("1710"), found.currency("1010")) == ("USD", "")


@pytest.mark.parametrize("given", [
    {"company_codes": "10"}, {"company_codes": 1010}, {"company_codes": {"DE": None}}, {"sales_areas": "1010"},
    {"currencies": "euro"}, {"page_size": 0}, {"page_size": True}, {"parallel": "4"}, {"overlap_seconds": -1},
    {"time_zone": "Berlin"}, {"grouping": 2}, {"functions": ["0001"]}, {"tax_types": {"EIN": 2}},
    {"company_code": "1010"},
])
def test_a_wrong_option_is_named(given):
    with pytest.raises(Misconfigured, match=f"'{next(iter(given))}'"):
        options.read(given)


TERMS = {"payment_terms": "NT60", "payment_terms|company:1010": "NT30", "payment_terms|company:9999": "NT30",
         "payment_terms|sales:1010/10/00": "TOOLONG", "credit_block": "yes", "credit_block|company:1010": False,
         "currency": "EURO00", "legal_entity": "9999", "tax_classification|DE/TTX1": "1", "tax_classification|DE": "1"}


def test_a_connection_without_companies_and_areas_holds_no_terms():
    given, bare = TERMS | {"currency": "EUR", "credit_block": True}, {"company_codes": {}, "sales_areas": {}}
    assert dict(terms.represent(given, options.read(bare))) == {"credit_block": True}


def test_only_what_the_connection_may_write_is_represented():
    assert dict(terms.represent(TERMS, options.read({}))) == {
        "payment_terms": "NT30",  # the first company's, which is where it is written
        "payment_terms|company:1010": "NT30", "credit_block|company:1010": False, "tax_classification|DE/TTX1": "1",
    }


def test_every_option_is_in_the_readme():
    readme = Path(options.__file__).with_name("README.md").read_text()
    table = {name for row in readme.splitlines() if row.startswith("| option") for name in re.findall(r"`(\w+)`", row)}
    assert options.READERS.keys() <= table
    assert {field.name for field in fields(options.Options)} == options.READERS.keys()

"""Payloads recorded from the simulated system, and what they say; values as SAP can hold them."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.base import Access, FieldRow, Payload
from connectors.errors import Permanent
from connectors.sap.connector import Sap
from mdm.contracts import Ref

READ = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADDRESS = {"street": "Gebäude C\nHauptstr. 12a\n3. OG", "city": "Köln", "postcode": "50667", "region": "05",
           "country": "DE"}
ORGANISATION = {
    "party_type": "organisation", "legal_name": "Rheinblick Schrauben und Befestigungs technik GmbH & Co. KG",
    "language": "DE", "industry": "0010", "blocked": False, "website": "https://rheinblick.example",
    "addresses|registered|26000": ADDRESS, "addresses|bill_to|26000": ADDRESS,
    "addresses|ship_to|26001": {"street": "7 MG Road", "city": "Pune", "postcode": "411001", "region": "MH",
                                "country": "IN"},
    "addresses|ship_to|26002": {"street": "100 Main St", "city": "Reno", "country": "US"},
    "emails||26000/2": "buchhaltung@rheinblick.example", "emails||26000/1": "info@rheinblick.example",
    "phones|main|26000/1": "+4922112345", "phones|mobile|26000/2": "+491715566", "phones|fax|26000/1": "+4922199",
    "tax_ids|VAT|DE0": "DE123456789", "tax_ids|GSTIN|IN3": "27AAPFU0939F1ZV", "tax_ids|EIN|US2": "12-3456789",
    "account_number": "1000000", "legal_entity": "1010", "currency": "EUR", "payment_terms": "NT30",
    "payment_terms|company:1010": "NT30", "payment_terms|company:1710": "0004",
    "payment_terms|sales:1010/10/00": "NT60", "credit_block": True, "credit_block|company:1010": True,
    "credit_block|company:1710": False, "credit_block|sales:1010/10/00": False, "credit_block|sales:1710/10/00": True,
    "tax_classification|DE/TTX1": "1", "ids|golden": "golden-1", "ids|crm": "001Aa",
}
PERSON = {
    "party_type": "person", "first_name": "Asha", "last_name": "Rao", "language": "EN", "blocked": False,
    "addresses|registered|26003": {"city": "Pune", "country": "IN"}, "buys_privately": True,
    "addresses|bill_to|26003": {"city": "Pune", "country": "IN"}, "emails||26003/1": "asha@example.com",
    "account_number": "1000001", "credit_block": False,
}


def sap(*fields: FieldRow, **options) -> Sap:
    return Sap(Access(connection="erp", base_url="https://s4.example", options=options, fields=fields))


def payload(name: str, **changes) -> Payload:
    body = json.loads((Path(__file__).parent / "payloads" / f"{name}.json").read_text())
    contact = name == "contact"
    return Payload(object_type="BusinessPartnerContact" if contact else "BusinessPartner", observed_at=READ,
                   external_id=body["RelationshipNumber" if contact else "BusinessPartner"], body={**body, **changes})


def test_an_organisation():
    (change,) = sap().map(payload("organisation"))
    assert change.attributes == ORGANISATION
    assert list(change.attributes)[:2] == ["party_type", "legal_name"]
    assert (change.kind, change.entity, change.external_id, change.crosswalk_key) == (
        "snapshot", "customer", "1000000", "sap-1")
    assert change.source_time == datetime(2026, 11, 21, 2, change.source_time.minute, change.source_time.second,
                                          tzinfo=UTC)


def test_a_person():
    (change,) = sap().map(payload("person"))
    assert change.attributes == PERSON


def test_a_contact():
    (change,) = sap().map(payload("contact"))
    assert (change.entity, change.source_time, change.crosswalk_key) == (
        "contact", datetime(2024, 1, 1, tzinfo=UTC), "")
    assert change.attributes == {"role": "0002", "department": "0005", "work_phone": "0221 1234-77",
                                 "work_email": "a.rao@rheinblick.example"}
    assert change.refs == {"person": Ref("BusinessPartner", "1000001"),
                           "organisation": Ref("BusinessPartner", "1000000")}


def test_codes_of_a_contact_read_as_texts():
    (change,) = sap(functions={"0002": "Head of purchasing"}).map(payload("contact"))
    assert change.attributes["role"] == "Head of purchasing"


@pytest.mark.parametrize(("begins", "at"), [
    (None, datetime(1970, 1, 1, tzinfo=UTC)),
    ("/Date(-62135596800000)/", datetime(1970, 1, 1, tzinfo=UTC)),
    ("/Date(1798761600000)/", READ),  # it has not begun yet
])
def test_a_contact_counts_from_its_start_of_validity(begins, at):
    assert sap().map(payload("contact", ValidityStartDate=begins))[0].source_time == at


@pytest.mark.parametrize(("changes", "at"), [
    ({"LastChangeDate": "/Date(1767225600000)/", "LastChangeTime": "PT01H02M03S"},
     datetime(2026, 1, 1, 1, 2, 3, tzinfo=UTC)),
    ({"LastChangeDate": None, "CreationDate": "/Date(1767225600000)/", "CreationTime": "PT00H00M00S"},
     datetime(2026, 1, 1, tzinfo=UTC)),
])
def test_a_partner_without_a_change_counts_from_its_creation(changes, at):
    assert sap().map(payload("person", **changes))[0].source_time == at


def test_stamps_are_in_the_systems_time_zone():
    (change,) = sap(time_zone="Asia/Kolkata").map(
        payload("person", LastChangeDate="/Date(1767225600000)/", LastChangeTime="PT01H00M00S"))
    assert change.source_time == datetime(2025, 12, 31, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(("given", "kind"), [
    (payload("organisation", IsMarkedForArchiving=True), "delete"),
    (payload("contact", ValidityEndDate="/Date(1767225600000)/"), "delete"),
    (replace(payload("organisation"), body={}), "delete"),
    (replace(payload("contact"), body={"_deleted_at": "2026-05-01T00:00:00Z"}), "delete"),
])
def test_what_is_no_longer_used_is_a_delete(given, kind):
    (change,) = sap().map(given)
    assert (change.kind, change.attributes, change.refs) == (kind, {}, {})


def test_a_group_says_nothing():
    assert sap().map(payload("organisation", BusinessPartnerCategory="3")) == []


def addresses(*rows):
    empty = {name: {"results": []} for name in
             ("to_EmailAddress", "to_PhoneNumber", "to_MobilePhoneNumber", "to_FaxNumber", "to_URLAddress")}
    return {"to_BusinessPartnerAddress": {"results": [
        {"BusinessPartner": "1000000", "AddressID": number, "Country": "DE", "CityName": number, **empty,
         "to_AddressUsage": {"results": [{"AddressUsage": usage, "ValidityEndDate": until} for usage, until in usages]}}
        for number, usages in rows
    ]}}


LAST, OVER = "/Date(253402300799000+0000)/", "/Date(1767225600000+0000)/"


@pytest.mark.parametrize(("rows", "keys"), [
    ([("1", [("XXDEFAULT", LAST)])], {"registered|1", "bill_to|1"}),
    ([("1", [("XXDEFAULT", LAST), ("SHIP_TO", LAST)])], {"registered|1", "bill_to|1", "ship_to|1"}),
    ([("1", [("XXDEFAULT", LAST)]), ("2", [("BILL_TO", LAST)])], {"registered|1", "bill_to|2"}),
    ([("1", [("XXDEFAULT", LAST)]), ("2", [("BILL_TO", OVER)])], {"registered|1", "bill_to|1"}),
    ([("1", [("XXDEFAULT", None)]), ("2", [])], {"registered|1", "bill_to|1", "other|2"}),
    ([("1", [("XXDEFAULT", LAST)]), ("2", [("HOME", LAST)])], {"registered|1", "bill_to|1"}),
    ([("1", [("BILL_TO", LAST)])], {"bill_to|1"}),
    ([], set()),
])
def test_addresses_by_their_use(rows, keys):
    (change,) = sap().map(payload("organisation", **addresses(*rows)))
    found = {key for key in change.attributes if key.startswith("addresses")}
    assert found == {f"addresses|{key}" for key in keys}


@pytest.mark.parametrize(("changes", "field"), [
    ({"BusinessPartnerCategory": "9"}, "BusinessPartnerCategory"),
    ({"BusinessPartner": "77"}, "BusinessPartner"),
    ({"OrganizationBPName1": ["x"]}, "OrganizationBPName1"),
    ({"BusinessPartnerIsBlocked": "X"}, "BusinessPartnerIsBlocked"),
    ({"LastChangeDate": None, "CreationDate": None}, "LastChangeDate"),
    ({"to_BusinessPartnerTax": {"__deferred": {"uri": "elsewhere"}}}, "to_BusinessPartnerTax"),
    ({"to_Customer": {"__deferred": {"uri": "elsewhere"}}}, "to_Customer"),
    ({"to_BuPaIdentification": [{}]}, "BPIdentificationType"),
])
def test_what_cannot_be_mapped_is_named(changes, field):
    with pytest.raises(Permanent) as refusal:
        sap().map(payload("organisation", **changes))
    assert refusal.value.field == field
    assert str(refusal.value).startswith("BusinessPartner 1000000: field ")


def test_an_added_row_is_read_and_represented():
    rows = (FieldRow(object_type="BusinessPartner", native="YY1_Tier_bus", key="dealer_tier", read=True, write=True),
            FieldRow(object_type="BusinessPartner", native="to_Customer.NielsenRegion", key="nielsen", write=True),
            FieldRow(object_type="BusinessPartnerContact", native="FaxNumber", key="work_fax"))
    given = payload("organisation", YY1_Tier_bus="gold")
    customer = {**deepcopy(given.body["to_Customer"]), "NielsenRegion": "02"}
    (change,) = sap(*rows).map(replace(given, body={**given.body, "to_Customer": customer}))
    assert (change.attributes["dealer_tier"], change.attributes["nielsen"]) == ("gold", "02")
    held = sap(*rows).represent("BusinessPartner", {"dealer_tier": "silver", "nielsen": "03", "work_fax": "1"})
    assert held == {"dealer_tier": "silver", "nielsen": "03"}


# ---- as SAP can hold it --------------------------------------------------------------------------------------------

CITY = {"city": "Köln", "country": "DE"}


@pytest.mark.parametrize(("given", "held"), [
    ({"legal_name": "Bolt  GmbH", "party_type": "organisation", "last_name": "Lee", "buys_privately": True},
     {"legal_name": "Bolt GmbH", "party_type": "organisation"}),
    ({"legal_name": "Bolt", "party_type": "person", "first_name": "Ann", "last_name": "Lee", "buys_privately": False},
     {"party_type": "person", "first_name": "Ann", "last_name": "Lee"}),
    ({"party_type": "person", "payment_terms": "NT30", "currency": "EUR", "credit_block": True},
     {"party_type": "person"}),
    ({"party_type": "person", "buys_privately": True, "payment_terms": "NT30"},
     {"party_type": "person", "buys_privately": True, "payment_terms": "NT30"}),
    ({"emails": "a@example.com", "phones|main": "+491"}, {}),
    ({"emails": "a@example.com", "phones|main": "+491", "phones|other": "+492", "addresses|bill_to": CITY},
     {"emails": "a@example.com", "phones|main": "+491", "addresses|bill_to": CITY}),
    ({"addresses|other": CITY, "addresses|ship_to": {"city": "Köln"}}, {}),
    ({"tax_ids|VAT": "DE123456789", "tax_ids|EIN": "12-3456789", "tax_ids|PAN": "AAPFU0939F"},
     {"tax_ids|VAT": "DE123456789", "tax_ids|EIN": "12-3456789"}),
    ({"tax_ids|VAT": "123456789"}, {}),
    ({"language": "de-CH", "industry": "Manufacturing"}, {"language": "de"}),
    ({"language": "German", "industry": "0010", "account_number": "7", "blocked": True},
     {"industry": "0010", "blocked": True}),
    ({"ids|golden": "g", "ids|crm": "c", "ids|store": "s", "ids|erp": "e"},
     {"ids|golden": "g", "ids|crm": "c", "ids|store": "s"}),
    ({"payment_terms": 30, "legal_entity": ["1010"], "currency": None, "party_type": "group"}, {}),
])
def test_values_as_a_partner_holds_them(given, held):
    assert sap().represent("BusinessPartner", given) == held


@pytest.mark.parametrize(("given", "held"), [
    ({"role": "0002", "department": "Stores", "work_phone": "+49 221", "work_email": "a@example.com"},
     {"role": "Head of purchasing", "work_phone": "+49 221", "work_email": "a@example.com"}),
    ({"role": "0003", "work_email": ["a@example.com"]}, {"role": "0003"}),
    ({"role": "Head of purchasing", "work_phone": "1" * 31}, {"role": "Head of purchasing"}),
])
def test_values_as_a_contact_holds_them(given, held):
    assert sap(functions={"0002": "Head of purchasing"}).represent("BusinessPartnerContact", given) == held


@pytest.mark.parametrize("name", ["organisation", "person", "contact"])
def test_what_was_read_can_be_held_again(name):
    """Nothing that SAP itself holds looks like a difference, but for what is only read."""
    areas = {"1010": "1010/10/00", "1710": "1710/10/00"}
    connector = sap(company_codes={"DE": "1010", "US": "1710"}, sales_areas=areas)
    (change,) = connector.map(payload(name))
    said = {"|".join(key.split("|")[:2]).rstrip("|"): value for key, value in reversed(change.attributes.items())}
    held = connector.represent(change.object_type, said)
    assert held == {key: value for key, value in said.items() if key != "account_number"}

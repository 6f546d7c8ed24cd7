"""From Shopify's objects to canonical changes and back, as tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import FieldRow
from connectors.errors import Misconfigured, Permanent
from connectors.shopify import fields, mapping, zones
from connectors.shopify.connector import Shopify
from mdm.contracts import Ref
from tests.connectors.shopify.bodies import ACCESS, HOME, NOW, PLACE, TIER, WORK, body, payload

PUNE = {"street": "12 Ring Road\nPlot 4", "city": "Pune", "region": "MH", "postcode": "411001", "country": "IN"}
ULM = {"street": "Weg 1", "city": "Ulm", "postcode": "89073", "country": "DE"}


def read(name, given=None):
    (change,) = mapping.read(payload(name, given), ACCESS)
    return change


def test_a_customer_is_a_person():
    change = read("Customer")
    assert change.attributes == {
        "party_type": "person",
        "first_name": "Asha",
        "last_name": "Rao",
        "emails": "asha@example.com",
        "phones|main": "+919876543210",
        "language": "en-IN",
        "consent|email": "opted_in",
        f"addresses|ship_to|{HOME}": PUNE,
        f"addresses|other|{WORK}": {"street": "1 Dock", "city": "Hamburg", "postcode": "20457", "country": "DE"},
        "buys_privately": True,
        "loyalty_id": "L-7",
        "web_preferences": "dark",
        "dealer_tier": "gold",
        "ids|golden": "G1",
        "ids|crm": "001A",
    }
    assert (change.kind, change.entity, change.connection) == ("snapshot", "customer", "store")
    assert (change.external_id, change.crosswalk_key) == ("gid://shopify/Customer/11", "src-1")
    assert (change.source_time, change.observed_at) == (datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), NOW)


def test_a_company_is_an_organisation_with_its_main_location():
    change = read("Company")
    assert change.attributes == {
        "party_type": "organisation",
        "legal_name": "Schrauben GmbH",
        "phones|main": "+4973112345",
        "language": "de",
        f"addresses|bill_to|{PLACE}": ULM,
        f"addresses|ship_to|{PLACE}": {**ULM, "street": "Tor 2", "postcode": "89077"},
        "tax_ids|VAT": "DE129273398",
        "dealer_tier": "gold",
    }
    assert change.crosswalk_key == "src-2"
    assert change.source_time == datetime(2026, 2, 3, 4, 5, 9, tzinfo=UTC), "its billing address changed last"


def test_a_contact_is_a_relation():
    change = read("CompanyContact")
    assert (change.entity, change.attributes) == ("contact", {"role": "Buyer"})
    assert change.refs == {
        "person": Ref("Customer", "gid://shopify/Customer/11"),
        "organisation": Ref("Company", "gid://shopify/Company/21"),
    }


@pytest.mark.parametrize(
    ("path", "value", "key", "expected"),
    [
        ("firstName", "  ", "first_name", None),
        ("locale", "de", "language", "de"),
        ("defaultEmailAddress", None, "emails", None),
        ("defaultEmailAddress", None, "consent|email", None),
        ("defaultEmailAddress.marketingState", "UNSUBSCRIBED", "consent|email", "opted_out"),
        ("defaultEmailAddress.marketingState", "NOT_SUBSCRIBED", "consent|email", None),
        ("defaultEmailAddress.marketingState", "PENDING", "consent|email", None),
        ("defaultPhoneNumber", None, "phones|main", None),
        ("companyContactProfiles", [{"id": "gid://shopify/CompanyContact/1"}], "buys_privately", None),
        ("defaultAddress", None, f"addresses|other|{HOME}", PUNE),
        ("addressesV2.nodes.0.provinceCode", None, f"addresses|ship_to|{HOME}", {**PUNE, "region": "Maharashtra"}),
        ("addressesV2.nodes", [], f"addresses|ship_to|{HOME}", None),
        ("m1", None, "ids|golden", None),
        ("m3.value", None, "dealer_tier", None),
    ],
)
def test_a_customers_fields(path, value, key, expected):
    assert read("Customer", body("Customer", path, value)).attributes.get(key) == expected


@pytest.mark.parametrize(
    ("number", "country", "scheme"),
    [
        ("27AAPFU0939F1ZV", "US", "GSTIN"),
        ("27aapfu0939f1zv", None, "GSTIN"),
        ("DE129273398", "IN", "VAT"),
        ("GB 123 4567 73", None, "VAT"),
        ("12-3456789", "DE", "EIN"),
        ("123456789", "US", "EIN"),
        ("123456789", "IN", "GSTIN"),
        ("123456789", "FR", "VAT"),
        ("123456789", None, "VAT"),
    ],
)
def test_the_scheme_of_a_tax_id_is_told_by_its_form_or_else_the_country(number, country, scheme):
    assert fields.scheme(number, country) == scheme


def test_a_company_without_a_location():
    attributes = read("Company", body("Company", "locations.nodes", [])).attributes
    assert attributes == {"party_type": "organisation", "legal_name": "Schrauben GmbH", "dealer_tier": "gold"}


@pytest.mark.parametrize(
    ("given", "kind", "into", "at"),
    [
        ({}, "delete", "", NOW),
        ({"_deleted_at": "2026-11-20T10:00:00Z"}, "delete", "", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        (
            {"_merged_into": "gid://shopify/Customer/12", "_deleted_at": "2026-11-20T10:00:00+00:00"},
            "merged", "gid://shopify/Customer/12", datetime(2026, 11, 20, 10, tzinfo=UTC),
        ),
    ],
)
def test_what_is_gone(given, kind, into, at):
    change = read("Customer", given)
    assert (change.kind, change.merged_into, change.source_time, change.attributes) == (kind, into, at, {})


@pytest.mark.parametrize(
    ("name", "path", "value", "sentence"),
    [
        ("Customer", "id", None, "field 'id' is missing"),
        ("Customer", "id", "gid://shopify/Customer/12", "of another record"),
        ("Customer", "updatedAt", "yesterday", "field 'updatedAt' holds 'yesterday', which is no time"),
        ("Customer", "updatedAt", None, "field 'updatedAt' is missing"),
        ("Customer", "firstName", {"a": 1}, "field 'firstName' holds an object where a text was expected"),
        ("Customer", "firstName", True, "field 'firstName' holds true or false where a text was expected"),
        ("Customer", "addressesV2.nodes", {"a": 1}, "field 'addressesV2' is no list of objects"),
        ("Customer", "addressesV2.nodes.0", "x", "field 'addressesV2' is no list of objects"),
        ("Customer", "addressesV2.nodes.0.id", None, "field 'id' is missing"),
        ("Customer", "addressesV2.nodes.1.city", ["x"], "field 'city' holds a list"),
        ("Customer", "companyContactProfiles", "x", "field 'companyContactProfiles' is no list"),
        ("Customer", "m0.namespace", 7.5, None),
        ("Customer", "m0.key", None, "field 'key' is missing"),
        ("Customer", "m3.value", [1], "field 'metafields.custom.dealer_tier' holds a list"),
        ("Customer", "m0", "src-1", "the metafield 'm0' is no object"),
        ("Customer", "_merged_into", 7, None),
        ("Company", "locations.nodes.0.billingAddress", "x", "field 'billingAddress' is no object"),
        ("Company", "locations.nodes.0.taxSettings", {"taxRegistrationId": {}}, "field 'taxRegistrationId' holds an"),
        ("Company", "locations.nodes.0.updatedAt", 5, "field 'updatedAt' holds '5', which is no time"),
        ("Company", "externalId", {}, "field 'externalId' holds an object"),
        ("CompanyContact", "customer", None, "field 'customer.id' is missing"),
        ("CompanyContact", "company", "x", "field 'company.id' is missing"),
    ],
)
def test_a_bad_payload_is_refused_by_name(name, path, value, sentence):
    if sentence is None:
        read(name, body(name, path, value))
        return
    with pytest.raises(Permanent, match=f"{name} gid://shopify/{name}/.*") as refusal:
        read(name, body(name, path, value))
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("given", [[], "x", 5, [{"id": 1}]])
def test_a_body_that_is_no_object_is_refused(given):
    with pytest.raises(Permanent, match="no object"):
        mapping.read(payload("Customer", given), ACCESS)


# ---- what it can hold -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "held"),
    [
        ("Customer", {"first_name": " Asha "}, {"first_name": "Asha"}),
        ("Customer", {"first_name": "x" * 300}, {"first_name": "x" * 255}),
        ("Customer", {"first_name": "", "last_name": None}, {}),
        ("Customer", {"emails": "Asha@Example.COM"}, {"emails": "asha@example.com"}),
        ("Customer", {"phones|main": "+91 98765 43210"}, {"phones|main": "+919876543210"}),
        ("Customer", {"phones|main": "98765 43210"}, {}),
        ("Customer", {"phones|main": "+9"}, {}),
        ("Customer", {"phones|mobile": "+919876543210"}, {}),
        ("Customer", {"language": "DE"}, {"language": "de"}),
        ("Customer", {"language": "pt_BR"}, {"language": "pt-BR"}),
        ("Customer", {"language": "German"}, {}),
        ("Customer", {"consent|email": "opted_out"}, {}),
        (
            "Customer",
            {"consent|email": "opted_out", "emails": "a@b.example"},
            {"consent|email": "opted_out", "emails": "a@b.example"},
        ),
        ("Customer", {"buys_privately": True, "party_type": "person", "legal_name": "X"}, {}),
        ("Customer", {"loyalty_id": "L-7", "segment": "gold"}, {"loyalty_id": "L-7"}),
        ("Customer", {"web_preferences": "dark\ncompact"}, {"web_preferences": "dark\ncompact"}),
        ("Customer", {"dealer_tier": "gold", "ids|golden": "G1"}, {"dealer_tier": "gold", "ids|golden": "G1"}),
        ("Customer", {"ids|store": "x", "ids|nowhere": "y"}, {}),
        ("Customer", {"addresses|ship_to": PUNE, "addresses|bill_to": ULM}, {"addresses|ship_to": PUNE}),
        ("Customer", {"addresses|other": {"city": "Ulm", "country": "DE"}},
         {"addresses|other": {"city": "Ulm", "country": "DE"}}),
        ("Company", {"addresses|bill_to": {"city": "Ulm", "country": "DE"}}, {}),
        ("Company", {"addresses|bill_to": ULM, "addresses|other": ULM}, {"addresses|bill_to": ULM}),
        ("Company", {"legal_name": "Schrauben GmbH", "trade_name": "S"}, {"legal_name": "Schrauben GmbH"}),
        ("Company", {"tax_ids|EIN": "12-3456789", "tax_ids|VAT": "DE129273398"}, {"tax_ids|VAT": "DE129273398"}),
        (
            "Company",
            {"tax_ids|EIN": "12-3456789", "tax_ids|VAT": "DE129273398",
             "addresses|ship_to": {"street": "1 Main St", "city": "Reno", "region": "Nevada", "country": "US"}},
            {"tax_ids|EIN": "12-3456789",
             "addresses|ship_to": {"street": "1 Main St", "city": "Reno", "region": "NV", "country": "US"}},
        ),
        ("CompanyContact", {"role": "Buyer", "department": "X", "work_phone": "+491"}, {"role": "Buyer"}),
        ("Nothing", {"role": "Buyer"}, {}),
    ],
)
def test_represent(name, given, held):
    assert mapping.represent(name, given, ACCESS) == held
    assert mapping.represent(name, held, ACCESS) == held


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({**PUNE, "region": "Maharashtra"}, PUNE),
        ({**PUNE, "region": "IN-MH"}, PUNE),
        ({**PUNE, "country": "India"}, PUNE),
        ({**PUNE, "country": "IND", "region": "27"}, {**PUNE, "region": None}),
        ({**PUNE, "region": "Odisha"}, {**PUNE, "region": "OR"}),
        ({**PUNE, "region": "OD"}, {**PUNE, "region": "OR"}),
        ({**PUNE, "region": "Uttarakhand"}, {**PUNE, "region": "UK"}),
        ({**ULM, "region": "BW"}, ULM),
        ({**ULM, "postcode": "w1a 1aa", "country": "gb"}, {**ULM, "postcode": "W1A 1AA", "country": "GB"}),
        ({**ULM, "street": "Haus A\nWeg 1\nHof 2"}, {**ULM, "street": "Haus A\nWeg 1, Hof 2"}),
        ({**ULM, "street": " Weg 1 \r\n\n"}, ULM),
        ({**ULM, "country": "Nirgends"}, None),
        ({**ULM, "country": None}, None),
        ({"country": "DE"}, None),
        ("Weg 1, Ulm", None),
        (None, None),
    ],
)
def test_represent_an_address(given, held):
    if held is not None:
        held = {part: value for part, value in held.items() if value}
    assert mapping.represent_address(given, whole=False) == held


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("US", "Texas", "TX"), ("US", "tx", "TX"), ("CA", "Québec", "QC"), ("IN", "Telangana", "TS"),
        ("IN", "TG", "TS"), ("IN", "Chhattisgarh", "CG"), ("IN", "Nowhere", None), ("DE", "Bayern", None),
        ("US", None, None),
    ],
)
def test_zones(country, region, code):
    assert zones.zone(country, region) == code


# ---- rows an admin added --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"object_type": "Customer", "native": "dealer_tier"}, "'dealer_tier' of Customer names no metafield"),
        ({"object_type": "Company", "native": "a.b"}, "'a.b' of Company names no metafield"),
        ({"object_type": "CompanyContact", "native": "custom.tier"}, "the hub reads none of a CompanyContact"),
        ({"object_type": "Product", "native": "custom.tier"}, "the hub reads none of a Product"),
        ({"object_type": "Customer", "native": "custom.tier", "key": "a|b|c|d"}, "no attribute key"),
    ],
)
def test_a_wrong_row_is_misconfigured(row, named):
    with pytest.raises(Misconfigured, match=named):
        fields.metafields(row["object_type"], [FieldRow(**{"key": "tier", **row})])


def test_rows_are_asked_for_once():
    rows = [*TIER, FieldRow(object_type="Customer", native="custom.loyalty_id", key="loyalty_id")]
    assert fields.keys("Customer", rows) == [
        "mdm.key", "custom.loyalty_id", "custom.preferences", "mdm.golden_id", "mdm.salesforce_id", "mdm.sap_id",
        "custom.dealer_tier",
    ]
    assert fields.keys("Company", rows) == [
        "mdm.key", "mdm.golden_id", "mdm.salesforce_id", "mdm.sap_id", "custom.dealer_tier"
    ]


def test_what_it_declares_is_what_it_holds():
    holds = {kind.name: kind.holds for kind in Shopify.object_types}
    assert holds == {
        "Customer": {
            "first_name", "last_name", "emails", "phones|main", "language", "consent|email", "addresses|ship_to",
            "addresses|other", "loyalty_id", "web_preferences",
        },
        "Company": {
            "legal_name", "phones|main", "language", "addresses|bill_to", "addresses|ship_to", "tax_ids|GSTIN",
            "tax_ids|VAT", "tax_ids|EIN",
        },
        "CompanyContact": {"role"},
        "ProductVariant": {
            "product_type", "sku", "gtin", "names", "brand", "hs_code", "gross_weight", "prices", "mpn", "standard",
            "material", "grade", "finish", "thread", "nominal_length", "pack_size", "base_unit",
        },
        "Product": frozenset(),
    }

"""Every entity set, key, field, length and navigation this connector names is the vendor's."""

from __future__ import annotations

import json

import pytest

from connectors.sap import (
    addresses,
    contacts,
    mapping,
    names,
    odata,
    plan,
    plan_addresses,
    plan_products,
    plan_terms,
    prices,
    products,
    reading,
    reading_products,
    terms,
    units,
)
from connectors.sap.options import read as options
from mdm.engine.values import Key
from tests.connectors.sap.spec import extract
from tests.connectors.sap.test_mapping import READ
from tests.connectors.sap.test_plan import desired


def specs():
    """Our extracts, and the vendor's full files where their paths are given."""
    ours = {service: json.loads(file.read_text()) for service, file in extract.FILES.items()}
    yield {name: one for sets in ours.values() for name, one in sets.items()}
    full = {service: extract.read(text) for service in extract.FILES if (text := extract.full(service))}
    if full:
        yield {name: one for sets in (ours | full).values() for name, one in sets.items()}


SPECS = list(specs())
WHOLE = {  # native field -> length, by entity set
    "A_BusinessPartner": {**dict.fromkeys(names.FIELDS, names.LENGTH),
                          **{row.native: row.max_length for row in mapping.PERSON if row.max_length}},
    "A_BusinessPartnerAddress": {"StreetName": addresses.STREET, "HouseNumber": addresses.HOUSE,
                                 **dict.fromkeys((*addresses.ABOVE, *addresses.BELOW), addresses.LINE),
                                 **dict(addresses.PLAIN.values())},
    "A_BuPaIdentification": {"BPIdentificationNumber": mapping.IDENTIFICATION_LENGTH},
    "A_BusinessPartnerTaxNumber": {"BPTaxNumber": 20},
    "A_AddressEmailAddress": {"EmailAddress": mapping.EMAIL_LENGTH},
    "A_AddressPhoneNumber": {"PhoneNumber": mapping.NUMBER_LENGTH},
    "A_AddressFaxNumber": {"FaxNumber": mapping.NUMBER_LENGTH},
    "A_AddressHomePageURL": {"WebsiteURL": mapping.URL_LENGTH},
    "A_CustomerCompany": {terms.COMPANY_TERMS: terms.TERMS_LENGTH},
    "A_CustomerSalesArea": {terms.SALES_TERMS: terms.TERMS_LENGTH, "Currency": terms.CURRENCY_LENGTH},
    "A_CustomerSalesAreaTax": {"CustomerTaxClassification": terms.CLASS_LENGTH},
    "A_Product": {row.native: row.max_length for row in products.WRITTEN},
    "A_ProductDescription": {"ProductDescription": products.DESCRIPTION_LENGTH},
    "A_BPContactToFuncAndDept": {row.native: row.max_length for row in contacts.rows((), options({}))},
}


@pytest.fixture(params=range(len(SPECS)), ids=["extract", "full"][: len(SPECS)])
def spec(request):
    return SPECS[request.param]


def along(spec, entity_set, way):
    """The entity set at the end of a navigation path."""
    for step in filter(None, way.split("/")):
        entity_set = spec[entity_set]["navigation"][step]["target"]
    return entity_set


@pytest.mark.parametrize("entity_set", odata.KEYS)
def test_keys_are_the_vendors(spec, entity_set):
    assert list(odata.KEYS[entity_set]) == spec[entity_set]["key"]
    times = {name for name in odata.KEYS[entity_set] if spec[entity_set]["properties"][name]["type"] != "Edm.String"}
    offset = {name for name in times if spec[entity_set]["properties"][name]["type"] == "Edm.DateTimeOffset"}
    assert bool(offset) == (entity_set in odata.WITH_OFFSET)


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, kind in reading.KINDS.items() for way in kind.fields])
def test_everything_read_exists_with_its_keys(spec, name, way):
    kind = reading.KINDS[name]
    target = along(spec, kind.entity_set, way)
    assert set(kind.fields[way]) <= spec[target]["properties"].keys()
    assert set(odata.KEYS[target]) <= set(kind.fields[way])


@pytest.mark.parametrize(("entity_set", "native", "length"),
                         [(name, *pair) for name, fields in WHOLE.items() for pair in fields.items()])
def test_every_length_is_the_vendors(spec, entity_set, native, length):
    assert spec[entity_set]["properties"][native]["max_length"] == length


def test_what_is_deleted_may_be_and_what_is_made_may_be(spec):
    assert all(spec[name]["deletable"] for name in (
        "A_BusinessPartnerAddress", "A_BuPaAddressUsage", "A_BusinessPartnerTaxNumber", "A_BuPaIdentification",
        *plan_addresses.SETS.values()))
    assert spec["A_BPContactToFuncAndDept"]["updatable"] and spec["A_CustomerCompany"]["creatable"]
    assert not spec["A_BusinessPartner"]["deletable"] and not spec["A_Customer"]["creatable"]


def test_a_deep_create_names_only_what_exists(spec):
    address = {"street": "a 1\nb\nc", "city": "x", "region": "y", "postcode": "1", "country": "DE"}
    wish = plan.wish(desired({
        "party_type": "organisation", "legal_name": "word " * 40, "language": "de", "industry": "1", "blocked": True,
        "addresses|bill_to": address, "emails": "a@b.example", "phones|main": "1", "phones|mobile": "2",
        "phones|fax": "3", "website": "https://a.example", "tax_ids|VAT": "DE1", "payment_terms": "NT30",
        "credit_block": True, "credit_block|company:1010": True, "credit_block|sales:1010/10/00": True,
        "currency": "EUR", "tax_classification|DE/TTX1": "1",
    }, external_id=""), (), options({"reconciliation_account": "1", "grouping": "BP02"}))
    assert sorted(_unknown(spec, "A_BusinessPartner", plan.creation(wish))) == []


def test_a_contact_names_only_what_exists(spec):
    wanted = desired({"role": "0001", "department": "0002", "work_phone": "1", "work_email": "a@b.example"},
                     object_type="BusinessPartnerContact", refs={"person": "1", "organisation": "2"})
    body = contacts.creation(wanted, (), options({}), READ.date())
    assert sorted(_unknown(spec, "A_BusinessPartnerContact", body)) == []


def _unknown(spec, entity_set, body):
    """Names in a deep body that its entity set does not have."""
    for name, value in body.items():
        if name in spec[entity_set]["navigation"]:
            target = spec[entity_set]["navigation"][name]["target"]
            for one in value if isinstance(value, list) else [value]:
                yield from _unknown(spec, target, one)
        elif name not in spec[entity_set]["properties"]:
            yield f"{entity_set}.{name}"


def test_the_tables_of_terms_name_fields_that_exist(spec):
    assert set(terms.WHOLE_BLOCKS) <= spec["A_Customer"]["properties"].keys()
    assert {terms.COMPANY_BLOCK, terms.COMPANY_TERMS} <= spec["A_CustomerCompany"]["properties"].keys()
    assert {*terms.SALES_BLOCKS, terms.SALES_TERMS} <= spec["A_CustomerSalesArea"]["properties"].keys()
    assert {terms.COMPANY_BLOCK, *terms.SALES_BLOCKS} == plan_terms.BLOCKS


@pytest.mark.parametrize("way", reading_products.PERIOD_FIELDS)
def test_everything_read_of_prices_exists_with_its_keys(spec, way):
    target = along(spec, reading_products.PERIOD, way)
    assert set(reading_products.PERIOD_FIELDS[way]) <= spec[target]["properties"].keys()
    assert set(odata.KEYS[target]) <= set(reading_products.PERIOD_FIELDS[way])


def test_what_tells_a_change_of_products_and_prices_exists(spec):
    for name in ("A_Product", reading_products.RECORD):
        assert spec[name]["properties"]["LastChangeDateTime"]["type"] == "Edm.DateTimeOffset"
    periods = spec[reading_products.RECORD]["navigation"]["to_SlsPrcgCndnRecdValidity"]
    assert periods["target"] == reading_products.PERIOD


def test_numbers_fit_the_vendors(spec):
    for name, fields in (("A_Product", products.WEIGHTS), ("A_ProductUnitsOfMeasure", products.DIMENSIONS)):
        for field in fields.values():
            found = spec[name]["properties"][field]
            assert (found["precision"] - found["scale"], found["scale"]) == (units.WHOLE, units.DECIMALS)
    record = spec[reading_products.RECORD]["properties"]
    assert len(str(prices.MOST)) == record["ConditionQuantity"]["precision"]
    assert record["ConditionRateValue"] == {"type": "Edm.Decimal", "precision": 12, "scale": 3}


def test_a_new_price_names_only_what_exists(spec):
    key = Key("prices", "10/EUR")
    wanted = {"amount": "12", "per": "1", "unit": "H87", "scale": [{"from": "5", "amount": "11"}]}
    product = {"Product": "B", "to_ProductUnitsOfMeasure": [{"AlternativeUnit": "PC"}]}
    body = prices.creation(key, wanted, [], product, READ.date(), options({}))
    assert sorted(_unknown(spec, reading_products.RECORD, body)) == []


def test_texts_of_products_may_be_made_changed_and_deleted(spec):
    for navigation, entity_set, field in plan_products.TEXTS.values():
        assert spec["A_Product"]["navigation"][navigation]["target"] == entity_set
        assert spec[entity_set]["creatable"] and spec[entity_set]["deletable"] and spec[entity_set]["updatable"]
        assert field in spec[entity_set]["properties"]
    assert spec[reading_products.RECORD]["creatable"] and not spec["A_Product"]["deletable"]

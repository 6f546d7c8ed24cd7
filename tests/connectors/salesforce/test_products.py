"""What Salesforce products and prices say in canonical words, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import Access, FieldRow, Payload
from connectors.errors import Permanent
from connectors.salesforce import mapping, prices, products
from connectors.salesforce.connector import Salesforce
from connectors.salesforce.prices import Catalogue
from mdm.contracts import Desired
from mdm.engine.values import Key
from mdm.entities import PRODUCT

SEEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOOK, OTHER = "01sgR0000000001QAA", "01sgR0000000007QAA"
COLOUR = (FieldRow(object_type="Product2", native="Colour__c", key="colour", write=True),)


def salesforce(**options) -> Salesforce:
    return Salesforce(Access(connection="crm", base_url="https://crm.example", fields=COLOUR, options=options))


SALESFORCE = salesforce()


def product(**fields):
    return {"Id": "01tA", "SystemModstamp": "2026-11-21T10:00:00.000+0000", "Name": "Bolt", **fields}


def entry(**fields):
    base = {"Pricebook2Id": BOOK, "Pricebook2": {"Name": "List", "IsStandard": True}, "CurrencyIsoCode": "EUR",
            "UnitPrice": 8.5, "IsActive": True, "IsDeleted": False, "SystemModstamp": "2026-11-21T09:00:00.000+0000"}
    return {**base, **fields}


def priced(*entries, **fields):
    return product(PricebookEntries={"totalSize": len(entries), "done": True, "records": list(entries)}, **fields)


def mapped(body, connector=SALESFORCE):
    (change,) = connector.map(Payload(object_type="Product2", external_id="01tA", body=body, observed_at=SEEN))
    return change


def desired(**given):
    base = {"connection": "crm", "object_type": "Product2", "entity": "product", "golden_id": "g",
            "crosswalk_key": "k", "ids": {"golden": "g"}}
    return Desired(**{**base, **given})


# ---- from Salesforce -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sku"),
    [
        ({"ProductCode": "4711", "StockKeepingUnit": "S"}, "4711"),
        ({"ProductCode": " ", "StockKeepingUnit": "S"}, "S"),
        ({"StockKeepingUnit": "S"}, "S"),
        ({}, None),
    ],
)
def test_the_sku_is_the_product_code_or_else_the_stock_keeping_unit(fields, sku):
    assert mapped(product(**fields)).attributes.get("sku") == sku


@pytest.mark.parametrize(
    ("word", "unit"),
    [("Piece", "H87"), ("each", "H87"), ("pk", "PK"), (" Square Meter ", "MTK"), ("Stange", "Stange")],
)
def test_a_unit_we_know_becomes_its_code(word, unit):
    assert mapped(product(QuantityUnitOfMeasure=word)).attributes["base_unit"] == unit


@pytest.mark.parametrize("active", [True, False])
def test_whether_salesforce_sells_it_is_no_word_on_a_block(active):
    attributes = mapped(product(IsActive=active)).attributes
    assert attributes == {"product_type": "item", "names|en": "Bolt"}


def test_names_are_in_the_language_of_the_connection():
    attributes = mapped(product(Description="Ganz"), salesforce(language="de")).attributes
    assert attributes == {"product_type": "item", "names|de": "Bolt", "descriptions|de": "Ganz"}


@pytest.mark.parametrize(
    ("books", "found"),
    [
        ({"10": "standard"}, {"prices|10/EUR"}),
        ({"10": "List"}, {"prices|10/EUR"}),
        ({"10": BOOK}, {"prices|10/EUR"}),
        ({"10": BOOK[:15], "20": "Dealers"}, {"prices|10/EUR", "prices|20/EUR"}),
        ({"20": OTHER}, {"prices|20/EUR"}),
        ({"30": "Nobody"}, set()),
    ],
)
def test_price_books_are_price_lists_by_the_option(books, found):
    dealers = entry(Pricebook2Id=OTHER, Pricebook2={"Name": "Dealers", "IsStandard": False})
    attributes = mapped(priced(entry(), dealers), salesforce(price_books=books)).attributes
    assert {key for key in attributes if key.startswith("prices|")} == found


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({}, {"amount": "8.5", "per": "1"}),
        ({"UnitPrice": 100}, {"amount": "100", "per": "1"}),
        ({"UnitPrice": 0.0}, {"amount": "0", "per": "1"}),
        ({"UnitPrice": 1e-07}, {"amount": "0.0000001", "per": "1"}),
        ({"IsActive": False}, None),
        ({"IsDeleted": True}, None),
        ({"IsDeleted": None}, {"amount": "8.5", "per": "1"}),
    ],
)
def test_an_entry_in_use_is_a_price_of_one_unit(fields, price):
    assert mapped(priced(entry(**fields))).attributes.get("prices|10/EUR") == (price and [price])


def test_a_price_names_the_unit_where_it_is_known():
    for word, unit in (("Pack", {"unit": "PK"}), ("Stange", {}), (None, {})):
        found = mapped(priced(entry(), QuantityUnitOfMeasure=word)).attributes["prices|10/EUR"]
        assert found == [{"amount": "8.5", "per": "1", **unit}]


def test_the_latest_stamp_of_product_and_prices_counts():
    later = "2026-11-21T11:00:00.000+0000"
    for one in (entry(SystemModstamp=later), entry(SystemModstamp=later, IsDeleted=True)):
        assert mapped(priced(entry(), one)).source_time == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert mapped(priced(entry())).source_time == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (product(Id=None), "Id", "missing"),
        (product(Id="01tB"), "Id", "another record"),
        (product(Name=" "), "Name", "missing"),
        (product(Name=[]), "Name", "a list"),
        (product(SystemModstamp="noon"), "SystemModstamp", "no time"),
        (product(Pack_Size__c="many"), "Pack_Size__c", "no number of pieces"),
        (product(Pack_Size__c=1e300), "Pack_Size__c", "nine digits|no number"),
        (product(StockKeepingUnit={}, ProductCode="x"), "StockKeepingUnit", "an object"),
        (product(PricebookEntries=[]), "PricebookEntries", "no list of prices"),
        (product(PricebookEntries={"records": None}), "PricebookEntries", "no list of prices"),
        (product(PricebookEntries={"records": [1]}), "PricebookEntries", "no list of prices"),
        (priced(entry(UnitPrice=None)), "UnitPrice", "no number"),
        (priced(entry(UnitPrice="8")), "UnitPrice", "no number"),
        (priced(entry(UnitPrice=float("nan"))), "UnitPrice", "no price"),
        (priced(entry(UnitPrice=1e300)), "UnitPrice", "no price"),
        (priced(entry(CurrencyIsoCode=None)), "CurrencyIsoCode", "missing"),
        (priced(entry(IsActive="yes")), "IsActive", "true or false"),
        (priced(entry(SystemModstamp=None)), "SystemModstamp", "missing"),
    ],
)
def test_what_cannot_be_read_is_told(body, field, words):
    with pytest.raises(Permanent, match=words) as error:
        mapped(body)
    assert str(error.value).startswith("Product2 01tA: field '")
    assert error.value.field == field


def test_a_price_of_another_book_may_be_strange():
    strange = entry(Pricebook2Id=OTHER, Pricebook2=None, UnitPrice=None, CurrencyIsoCode=[])
    assert "prices|10/EUR" in mapped(priced(entry(), strange)).attributes


# ---- the way back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "held"),
    [
        ({"product_type": "item", "sku": "4711", "gtin": "04006381333931"},
         {"product_type": "item", "sku": "4711", "gtin": "04006381333931"}),
        ({"product_type": "family"}, {}),
        ({"names|en": "Bolt", "names|de": "Schraube"}, {"names|en": "Bolt"}),
        ({"names|de": "Schraube", "names|cs": " Šroub "}, {"names|en": "Šroub"}),
        ({"names|en": "word " * 80}, {"names|en": ("word " * 80)[:254]}),
        ({"descriptions|de": "Ganz"}, {}),
        ({"base_unit": "H87"}, {"base_unit": "H87"}),
        ({"base_unit": "XYZ"}, {"base_unit": "XYZ"}),
        ({"pack_size": 100}, {"pack_size": 100}),
        ({"pack_size": 99.5}, {"pack_size": 100}),
        ({"pack_size": 10**9}, {}),
        ({"pack_size": "many"}, {}),
        ({"sales_notes": "n" * 32001}, {"sales_notes": "n" * 32000}),
        ({"colour": "blue"}, {"colour": "blue"}),
        ({"blocked": True, "hs_code": "7318", "web_title": "Bolt", "images": ["x"], "net_weight": "1 kg"}, {}),
        ({"ids|golden": "g", "ids|erp": "e", "ids|crm": "c"}, {"ids|golden": "g", "ids|erp": "e"}),
    ],
)
def test_represent(attributes, held):
    assert SALESFORCE.represent("Product2", attributes) == held
    assert SALESFORCE.represent("Product2", held) == held


def price(amount, per="1", **more):
    return [{"amount": amount, "per": per, **more}]


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (price("12.5"), price("12.5", unit="H87")),
        (price("12.5", unit="H87"), price("12.5", unit="H87")),
        (price("12.5", "100", unit="H87"), price("0.13", unit="H87")),
        (price("12.4", "100"), price("0.12", unit="H87")),
        (price("100", "3"), price("33.33", unit="H87")),
        (price("7", scale=[{"from": "500", "amount": "6"}]), price("7", unit="H87")),
        (price("7", valid_from="2026-01-01", valid_to="9999-12-31"), price("7", unit="H87")),
        (price("0"), price("0", unit="H87")),
        (price("0.3", "100"), None),  # rounds to nothing
        (price("12.5", unit="CT"), None),  # of another unit than the product's
        ([*price("1"), *price("2")], None),
        ([], None),
        (price("1", "0"), None),
        (price("much"), None),
        (price("NaN"), None),
        (price("1e999999"), None),
        (price("9" * 17), None),
        ("12.5", None),
        ([12.5], None),
        (None, None),
    ],
)
def test_represent_a_price(value, held):
    found = SALESFORCE.represent("Product2", {"base_unit": "H87", "prices|10/EUR": value})
    assert found.get("prices|10/EUR") == held
    assert SALESFORCE.represent("Product2", found) == found


@pytest.mark.parametrize("key", ["prices|20/EUR", "prices|10", "prices|10/", "prices", "prices|/EUR"])
def test_a_price_without_a_price_book_drops_out(key):
    assert SALESFORCE.represent("Product2", {key: price("1")}) == {}


def test_a_price_without_the_products_unit_names_none():
    assert SALESFORCE.represent("Product2", {"prices|10/EUR": price("1", unit="CT")}) == {"prices|10/EUR": price("1")}


def test_a_list_may_have_a_slash_and_prices_more_decimals():
    connector = salesforce(price_books={"10/A": "standard"}, price_decimals=4)
    held = connector.represent("Product2", {"prices|10/A/EUR": price("12.5", "100")})
    assert held == {"prices|10/A/EUR": price("0.125")}


@pytest.mark.parametrize(
    ("given", "native"),
    [
        ({"attributes": {"names|en": "Bolt", "base_unit": "H87", "prices|10/EUR": price("1")}},
         {"Name": "Bolt", "QuantityUnitOfMeasure": "Piece", "MDM_Id__c": "g", "IsActive": True}),
        ({"external_id": "01tA", "attributes": {"names|en": "Bolt", "sku": "1"}, "changed": frozenset({"sku"})},
         {"ProductCode": "1"}),
        ({"external_id": "01tA", "attributes": {"sku": None}, "changed": frozenset({"sku"})},
         {"ProductCode": None, "StockKeepingUnit": None}),
        ({"external_id": "01tA", "attributes": {"names|en": None}, "changed": frozenset({"names|en"})}, {}),
        ({"external_id": "01tA", "attributes": {"prices|10/EUR": None}, "changed": frozenset({"prices|10/EUR"})}, {}),
        ({"external_id": "01tA", "attributes": {"pack_size": None}, "changed": frozenset({"pack_size"})},
         {"Pack_Size__c": None}),
        ({"external_id": "01tA", "changed": frozenset({"ids|golden"})}, {"MDM_Id__c": "g"}),
        ({"external_id": "01tA", "operation": "block", "attributes": {"blocked": True, "sku": "1"},
          "changed": frozenset({"blocked", "sku"})}, {"IsActive": False}),
        ({"external_id": "01tA", "attributes": {"blocked": False}, "changed": frozenset({"blocked"})},
         {"IsActive": True}),
    ],
)
def test_what_is_sent(given, native):
    assert mapping.native(desired(**given), COLOUR) == native


def test_wishes_are_of_one_unit_and_of_lists_with_a_price_book():
    values = {"prices|10/EUR": price("12.5", "100"), "prices|10/USD": None, "prices|20/EUR": price("1"), "sku": "1"}
    found = prices.wishes(values, Catalogue())
    assert {key: value and str(value) for key, value in found.items()} == {("10", "EUR"): "0.13", ("10", "USD"): None}


def test_what_is_held_is_declared_and_can_be_written():
    (kind,) = (kind for kind in SALESFORCE.object_types if kind.name == "Product2")
    examples = {"pack_size": 1, "prices": price("1"), "product_type": "item"}
    contexts = {"names": "en", "descriptions": "en", "prices": "10/EUR"}
    assert kind.holds == products.HELD
    for name in kind.holds:
        assert PRODUCT.attribute(name), name
        key = str(Key(name, contexts.get(name, "")))
        assert key in SALESFORCE.represent("Product2", {key: examples.get(name, "x")})

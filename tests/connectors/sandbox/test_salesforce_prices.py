"""The simulated Salesforce holds products and prices, and refuses them, as the vendor does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.salesforce import ids, records
from tests.connectors.sandbox.salesforce_org import CLIENT, Org, refusal
from tests.connectors.sandbox.server import running

README = Path(records.__file__).with_name("README.md").read_text()
STANDARD = records.STANDARD_BOOK
BOLT = "01t000000000001AAA"
DEALERS = ids.make("01s", 7)
OLD = "2026-01-02T03:04:05Z"
OLD_STAMP = "2026-01-02T03:04:05.000+0000"


@pytest.fixture(scope="module")
def _org() -> Iterator[Org]:
    with running("salesforce", **CLIENT) as process:
        org = Org(process.url)
        org.login()
        yield org


@pytest.fixture
def org(_org: Org) -> Org:
    """A bolt with a standard price of ten euros, a price book for dealers; all of it old."""
    _org.control("reset")
    price = {"Pricebook2Id": STANDARD, "Product2Id": BOLT, "UnitPrice": 10, "CurrencyIsoCode": "EUR", "IsActive": True}
    records = [
        ("Product2", {"Id": BOLT, "Name": "Bolt", "ProductCode": "B-1", "IsActive": True}),
        ("Pricebook2", {"Id": DEALERS, "Name": "Dealers", "IsActive": True}),
        ("PricebookEntry", price),
    ]
    seeds = [{"object": name, "fields": fields | {"SystemModstamp": OLD}} for name, fields in records]
    assert _org.control("load", {"records": seeds}) == {"loaded": 3}
    return _org


def entry(**fields: Any) -> dict[str, Any]:
    """A dealers' price of eight euros, or as told; None leaves a field out."""
    base = {"Pricebook2Id": DEALERS, "Product2Id": BOLT, "UnitPrice": 8, "CurrencyIsoCode": "EUR", "IsActive": True}
    return {name: value for name, value in (base | fields).items() if value is not None}


def made(org: Org, **fields: Any) -> str:
    answer = org.call("POST", "/sobjects/PricebookEntry", entry(**fields))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def prices(org: Org, resource: str = "query") -> list[tuple[str, str, float, bool]]:
    soql = "SELECT Pricebook2.Name, CurrencyIsoCode, UnitPrice, IsActive FROM PricebookEntry ORDER BY Id"
    rows = org.query(soql, resource)["records"]
    return [(row["Pricebook2"]["Name"], row["CurrencyIsoCode"], row["UnitPrice"], row["IsActive"]) for row in rows]


STANDARD_PRICE = ("Standard Price Book", "EUR", 10.0, True)


@pytest.mark.parametrize(
    ("fields", "code", "says", "named"),
    [
        ({"Pricebook2Id": None}, "REQUIRED_FIELD_MISSING", "[Pricebook2Id]", ["Pricebook2Id"]),
        ({"Product2Id": None}, "REQUIRED_FIELD_MISSING", "[Product2Id]", ["Product2Id"]),
        ({"UnitPrice": None}, "REQUIRED_FIELD_MISSING", "[UnitPrice]", ["UnitPrice"]),
        ({"UnitPrice": "8"}, "JSON_PARSER_ERROR", "instance of double from VALUE_STRING", None),
        ({"UnitPrice": 10**16}, "NUMBER_OUTSIDE_VALID_RANGE", "List Price: value outside of valid", ["UnitPrice"]),
        ({"CurrencyIsoCode": "XXX"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "XXX", ["CurrencyIsoCode"]),
        ({"CurrencyIsoCode": "USD"}, "STANDARD_PRICE_NOT_DEFINED", "create a standard price.", []),
        ({"Pricebook2Id": STANDARD}, "FIELD_INTEGRITY_EXCEPTION", "already exists in this price book", []),
        ({"UseStandardPrice": True}, "FIELD_INTEGRITY_EXCEPTION", "has no price of its own", ["UnitPrice"]),
        (
            {"Pricebook2Id": STANDARD, "CurrencyIsoCode": "USD", "UseStandardPrice": True},
            "FIELD_INTEGRITY_EXCEPTION",
            "A standard price cannot use the standard price",
            ["UseStandardPrice"],
        ),
        ({"Product2Id": "01t000000000009"}, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference", ["Product2Id"]),
        ({"Product2Id": DEALERS}, "FIELD_INTEGRITY_EXCEPTION", "Product ID: id value of incorrect", ["Product2Id"]),
        ({"Name": "Nut"}, "INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Name.", ["Name"]),
    ],
)
def test_a_wrong_price_is_refused_and_nothing_is_stored(
    org: Org, fields: dict[str, Any], code: str, says: str, named: list[str] | None
) -> None:
    answer = refusal(org.call("POST", "/sobjects/PricebookEntry", entry(**fields)))
    assert (answer[0], answer[1], answer[3]) == (400, code, named)
    assert says in answer[2]
    assert prices(org) == [STANDARD_PRICE]


@pytest.mark.parametrize(
    ("object", "fields", "code", "named"),
    [
        ("Product2", {"ProductCode": "x"}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ("Product2", {"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"]),
        ("Product2", {"Name": "x", "StockKeepingUnit": "x" * 181}, "STRING_TOO_LONG", ["StockKeepingUnit"]),
        ("Product2", {"Name": "x", "Description": "x" * 4001}, "STRING_TOO_LONG", ["Description"]),
        ("Product2", {"Name": "x", "IsArchived": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsArchived"]),
        ("Product2", {"Name": "x", "Pack_Size__c": 10**9}, "NUMBER_OUTSIDE_VALID_RANGE", ["Pack_Size__c"]),
        ("Pricebook2", {"IsActive": True}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ("Pricebook2", {"Name": "x", "IsStandard": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsStandard"]),
    ],
)
def test_a_wrong_product_or_price_book_is_refused(
    org: Org, object: str, fields: dict[str, Any], code: str, named: list[str]
) -> None:
    before = org.dump(object)
    answer = refusal(org.call("POST", f"/sobjects/{object}", fields))
    assert (answer[0], answer[1], answer[3]) == (400, code, named)
    assert org.dump(object) == before


def test_a_new_product_is_not_active_and_a_picklist_takes_a_new_value(org: Org) -> None:
    id = org.call("POST", "/sobjects/Product2", {"Name": "Nut", "Family": "Nuts", "MDM_Key__c": "k"}).json()["id"]
    held = org.held("Product2", id)
    assert (held["IsActive"], held["Family"], held["CurrencyIsoCode"]) == (False, "Nuts", "EUR")
    twin = refusal(org.call("POST", "/sobjects/Product2", {"Name": "Nut", "MDM_Key__c": "k"}))
    assert twin[1] == "DUPLICATE_VALUE"


def test_one_price_per_price_book_product_and_currency(org: Org) -> None:
    made(org)
    made(org, Pricebook2Id=STANDARD, CurrencyIsoCode="USD", UnitPrice=11)
    made(org, CurrencyIsoCode="USD", UnitPrice=9)
    again = refusal(org.call("POST", "/sobjects/PricebookEntry", entry(UnitPrice=7)))
    assert again[:3] == (400, "FIELD_INTEGRITY_EXCEPTION", "This price definition already exists in this price book")
    assert prices(org) == [
        STANDARD_PRICE,
        ("Dealers", "EUR", 8.0, True),
        ("Standard Price Book", "USD", 11.0, True),
        ("Dealers", "USD", 9.0, True),
    ]


@pytest.mark.parametrize(
    ("given", "held"), [(8, 8.0), (8.125, 8.13), (8.124, 8.12), (0.004, 0.0), (-0.125, -0.13), (9999999.99, 9999999.99)]
)
def test_a_price_has_two_decimals(org: Org, given: float, held: float) -> None:
    assert org.held("PricebookEntry", made(org, UnitPrice=given))["UnitPrice"] == held


@pytest.mark.parametrize("name", ["Pricebook2Id", "Product2Id", "CurrencyIsoCode"])
def test_what_an_entry_stands_for_never_changes(org: Org, name: str) -> None:
    id = made(org)
    answer = refusal(org.call("PATCH", f"/sobjects/PricebookEntry/{id}", {name: entry()[name]}))
    assert (answer[1], answer[3]) == ("INVALID_FIELD_FOR_INSERT_UPDATE", [name])


def test_a_price_moves_its_own_stamp_and_not_the_products(org: Org) -> None:
    [standard] = org.column("SELECT Id FROM PricebookEntry", "Id")
    org.call("PATCH", f"/sobjects/PricebookEntry/{standard}", {"UnitPrice": 12.5})
    made(org)
    org.control("edit", {"object": "PricebookEntry", "id": standard, "fields": {"IsActive": False}})
    assert org.held("Product2", BOLT)["SystemModstamp"] == OLD_STAMP
    later = "SELECT Id, Product2Id FROM PricebookEntry WHERE SystemModstamp > 2026-01-03T00:00:00Z"
    assert org.column(later, "Product2Id") == [BOLT, BOLT]


def test_an_entry_shows_its_products_name_and_code(org: Org) -> None:
    id = made(org)
    stamp = org.held("PricebookEntry", id)["SystemModstamp"]
    org.call("PATCH", f"/sobjects/Product2/{BOLT}", {"Name": "Hex bolt", "ProductCode": "B-2"})
    held = org.held("PricebookEntry", id)
    assert (held["Name"], held["ProductCode"], held["SystemModstamp"]) == ("Hex bolt", "B-2", stamp)


def test_an_entry_may_follow_the_standard_price(org: Org) -> None:
    id = made(org, UnitPrice=None, UseStandardPrice=True)
    assert org.held("PricebookEntry", id)["UnitPrice"] == 10.0
    [standard] = org.column(f"SELECT Id FROM PricebookEntry WHERE Pricebook2Id = '{STANDARD}'", "Id")
    org.call("PATCH", f"/sobjects/PricebookEntry/{standard}", {"UnitPrice": 11})
    assert org.held("PricebookEntry", id)["UnitPrice"] == 11.0
    own = refusal(org.call("PATCH", f"/sobjects/PricebookEntry/{id}", {"UnitPrice": 5}))
    assert own[1] == "FIELD_INTEGRITY_EXCEPTION"
    freed = org.call("PATCH", f"/sobjects/PricebookEntry/{id}", {"UnitPrice": 5, "UseStandardPrice": False})
    assert (freed.status_code, org.held("PricebookEntry", id)["UnitPrice"]) == (204, 5.0)


def test_a_deleted_product_takes_its_prices_along(org: Org) -> None:
    made(org)
    org.control("remove", {"object": "Product2", "id": BOLT})
    assert prices(org) == []
    assert len(prices(org, "queryAll")) == 2
    soql = "SELECT Product2Id FROM PricebookEntry WHERE IsDeleted = true AND SystemModstamp > 2026-01-03T00:00:00Z"
    assert org.column(soql, "Product2Id", "queryAll") == [BOLT, BOLT]


def test_a_deleted_standard_price_takes_the_custom_ones_of_its_currency_along(org: Org) -> None:
    made(org)
    made(org, Pricebook2Id=STANDARD, CurrencyIsoCode="USD")
    [standard] = org.column("SELECT Id FROM PricebookEntry WHERE UnitPrice = 10", "Id")
    org.call("DELETE", f"/sobjects/PricebookEntry/{standard}")
    assert prices(org) == [("Standard Price Book", "USD", 8.0, True)]
    made(org, Pricebook2Id=STANDARD)


def test_a_deleted_price_book_takes_its_prices_along_and_the_standard_one_stays(org: Org) -> None:
    made(org)
    org.call("DELETE", f"/sobjects/Pricebook2/{DEALERS}")
    assert prices(org) == [STANDARD_PRICE]
    assert refusal(org.call("DELETE", f"/sobjects/Pricebook2/{STANDARD}"))[1] == "DELETE_FAILED"
    named = refusal(org.call("PATCH", f"/sobjects/Pricebook2/{STANDARD}", {"Name": "List"}))
    assert named[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert org.column("SELECT Name FROM Pricebook2 WHERE IsStandard = true") == ["Standard Price Book"]


def test_products_are_not_merged(org: Org) -> None:
    other = org.call("POST", "/sobjects/Product2", {"Name": "Nut"}).json()["id"]
    answer = org.http.post(f"{org.url}/_control/merge", json={"object": "Product2", "winner": BOLT, "losers": [other]})
    assert (answer.status_code, answer.json()) == (400, {"error": "Records of Product2 cannot be merged."})
    assert org.held("Product2", other)["IsDeleted"] is False


def test_a_collection_makes_standard_and_custom_prices_in_its_order(org: Org) -> None:
    rows = [entry(CurrencyIsoCode="USD"), entry(CurrencyIsoCode="USD", Pricebook2Id=STANDARD), entry()]
    rows += [rows[0], rows[0]]
    body = {"records": [{"attributes": {"type": "PricebookEntry"}} | row for row in rows]}
    results = org.call("POST", "/composite/sobjects", body).json()
    codes = [result["errors"][0]["statusCode"] if result["errors"] else "" for result in results]
    assert codes == ["STANDARD_PRICE_NOT_DEFINED", "", "", "", "FIELD_INTEGRITY_EXCEPTION"]


def test_references_may_be_given_by_the_products_key(org: Org) -> None:
    org.call("PATCH", f"/sobjects/Product2/{BOLT}", {"SAP_Id__c": "4711"})
    id = made(org, Product2Id=None, Product2={"SAP_Id__c": "4711"})
    assert org.held("PricebookEntry", id)["Product2Id"] == BOLT


def test_the_subquery_shows_prices_in_a_product(org: Org) -> None:
    made(org)
    inner = "SELECT Pricebook2Id, CurrencyIsoCode, UnitPrice FROM PricebookEntries WHERE IsActive = true ORDER BY Id"
    org.call("POST", "/sobjects/Product2", {"Name": "Nut"})
    bolt, nut = org.query(f"SELECT Name, ({inner}) FROM Product2 ORDER BY Name")["records"]
    assert [row["UnitPrice"] for row in bolt["PricebookEntries"]["records"]] == [10.0, 8.0]
    assert nut["PricebookEntries"] is None
    by_book = org.query(f"SELECT Name, ({inner}) FROM Pricebook2 WHERE Name = 'Dealers'")["records"]
    assert by_book[0]["PricebookEntries"]["totalSize"] == 1


def test_the_seed_of_the_readme_loads(org: Org) -> None:
    org.control("reset")
    found = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert found and org.control("load", json.loads(found[1])) == {"loaded": 4}
    assert prices(org) == [("Standard Price Book", "EUR", 0.13, True), ("Dealers", "EUR", 0.11, True)]
    assert STANDARD in README

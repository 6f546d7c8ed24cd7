"""The auditor on products of real simulated systems and a hub that says what the test wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from connectors.demo.audit import Auditor, goods
from connectors.demo.audit.seen import Seen
from connectors.demo.estate.truth import Party, Truth
from connectors.demo.story.goods import price
from tests.connectors.demo import matchability
from tests.connectors.demo.test_audit import Hub, record, slots
from tests.connectors.sandbox.server import Running, running

PRODUCT, NUMBER = "01t5i0000000001AAA", "GF0933-08040-01"
BOOK = "01sgR0000000001QAA"
BOLT = {
    "id": "bolt-1", "status": "active", "name": "Hex screw DIN 933 M8x40 8.8",
    "values": {
        "product_type": "item", "sku": NUMBER, "gtin": "09521470001003", "standard": "ISO 4017", "thread": "M8x1",
        "nominal_length": "40 mm", "grade": "8.8", "pack_size": 100, "base_unit": "PK",
        "names|de": "SKT-SCHRAUBE ISO 4017 M8X1X40 8.8 galvanisch verzinkt",
        "names|en": "HEX SCREW ISO 4017 M8X1X40 8.8",
        "prices|10/EUR": [
            {"amount": "120", "per": "10", "unit": "PK", "valid_from": "2000-01-01", "valid_to": "2001-12-31"},
            {"amount": "148", "per": "10", "unit": "PK", "valid_from": "2002-01-01", "valid_to": "9999-12-31"},
        ],
        "prices|20/EUR": [{"amount": "11", "per": "1", "unit": "PK", "valid_from": "2002-01-01"}],
    },
}  # fmt: skip
SAP = [
    {"object": "A_Product", "fields": {
        "Product": NUMBER, "ProductType": "FERT", "BaseUnit": "PAK", "IndustryStandardName": "DIN EN ISO 4017",
        "ProductStandardID": "9521470001003",
        "to_Description": [
            {"Language": "DE", "ProductDescription": "SKT-SCHRAUBE ISO 4017 M8X1X40 8.8"},
            {"Language": "EN", "ProductDescription": "HEX SCREW ISO 4017 M8X1X40 8.8"},
        ],
    }},
    {"object": "A_SlsPrcgConditionRecord", "fields": {
        **price(NUMBER, "148.00"), "ConditionQuantity": "10", "ConditionRecord": "0000000007",
    }},
    {"object": "A_SlsPrcgConditionRecord", "fields": {
        **price(NUMBER, "11.00"), "ConditionRecord": "0000000008",
        "to_SlsPrcgCndnRecdValidity": [
            {**price(NUMBER, "11.00")["to_SlsPrcgCndnRecdValidity"][0], "PriceListType": "20"}
        ],
    }},
]  # fmt: skip
SALESFORCE = [
    {"object": "Product2", "fields": {
        "Id": PRODUCT, "Name": "Hex screw ISO 4017 M8x1x40 8.8", "ProductCode": NUMBER, "GTIN__c": "9521470001003",
        "Standard__c": "ISO4017", "Thread__c": "M 8 x 1", "Length__c": "40 mm", "Grade__c": "8.8", "Pack_Size__c": 100,
        "IsActive": True, "MDM_Key__c": "k1", "MDM_Id__c": "bolt-1", "SAP_Id__c": NUMBER,
    }},
    {"object": "PricebookEntry", "fields": {
        "Id": "01u5i0000000001AAA", "Pricebook2Id": BOOK, "Product2Id": PRODUCT, "CurrencyIsoCode": "EUR",
        "UnitPrice": 14.8, "IsActive": True,
    }},
]  # fmt: skip


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[dict[str, Running], Hub]]:
    hub = Hub()
    server = make_server("127.0.0.1", 0, hub, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    with ExitStack() as stack:
        systems = {code: stack.enter_context(running(code, **how[0])) for code, how in matchability.SIGN_IN.items()}
        yield systems, hub
    server.shutdown()


@pytest.fixture
def systems(started: tuple[dict[str, Running], Hub]) -> dict[str, Running]:
    for code, system in started[0].items():
        system.control("reset")
        system.control("load", {"records": {"sap": SAP, "salesforce": SALESFORCE}.get(code, [])})
    return started[0]


@pytest.fixture
def hub(started: tuple[dict[str, Running], Hub]) -> Hub:
    hub = started[1]
    records = [record("sap", "A_Product", NUMBER), record("salesforce", "Product2", PRODUCT)]
    hub.products = [{**BOLT, "values": dict(BOLT["values"]), "records": records}]
    hub.expected_products = [slots(hub.products[0])]
    return hub


@pytest.fixture
def auditor(systems: dict[str, Running], hub: Hub) -> Auditor:
    access = {code: {"url": one.url, **matchability.SIGN_IN[code][1]} for code, one in systems.items()}
    both = (("salesforce", "Product2", PRODUCT), ("sap", "A_Product", NUMBER))
    return Auditor(hub.url, "t", access, Truth((Party("A1", "product", both),)))


def test_all_is_well_however_each_system_writes_it(auditor: Auditor) -> None:
    assert auditor.compare() == {"drift": 0, "doubled": 0, "missing": 0, "examples": []}
    assert auditor.completeness()["product"] == {"sap": [1, 1], "salesforce": [1, 1]}
    found = auditor.accuracy()
    assert (found["precision"], found["recall"]) == ({"product": 1.0}, {"product": 1.0})
    assert found["naive"]["identifier_join"]["product"]["recall"] == 1.0
    assert found["naive"]["name_postcode_join"]["product"]["recall"] == 1.0  # the English text, but for its capitals


EDITS = [
    ("salesforce", "Product2", PRODUCT, {"Name": "Hex screw M8"}, "names|en"),
    ("salesforce", "Product2", PRODUCT, {"ProductCode": "GF0933-08040-02"}, "sku"),
    ("salesforce", "Product2", PRODUCT, {"GTIN__c": ""}, "gtin"),
    ("salesforce", "Product2", PRODUCT, {"Thread__c": "M8x1.25"}, "thread"),
    ("salesforce", "Product2", PRODUCT, {"Standard__c": "ISO 4014"}, "standard"),
    ("salesforce", "Product2", PRODUCT, {"Pack_Size__c": 1000}, "pack_size"),
    ("salesforce", "Product2", PRODUCT, {"IsActive": False}, "active"),
    ("salesforce", "PricebookEntry", "01u5i0000000001AAA", {"UnitPrice": 14.81}, "prices|10/EUR"),
    ("salesforce", "PricebookEntry", "01u5i0000000001AAA", {"IsActive": False}, "prices|10/EUR"),
    ("sap", "A_Product", NUMBER, {"IndustryStandardName": "DIN 931"}, "standard"),
    ("sap", "A_Product", NUMBER, {"CrossPlantStatus": "01"}, "active"),
    ("sap", "A_SlsPrcgConditionRecord", "0000000007", {"ConditionRateValue": "149.00"}, "prices|10/EUR"),
    ("sap", "A_SlsPrcgConditionRecord", "0000000008", {"ConditionIsDeleted": True}, "prices|20/EUR"),
]


@pytest.mark.parametrize("code, name, id, fields, key", EDITS)
def test_a_silent_edit_is_drift(auditor, systems, code, name, id, fields, key) -> None:
    systems[code].control("edit", {"object": name, "id": id, "fields": fields, "silent": True})
    found = auditor.compare()
    assert (found["drift"], found["doubled"], found["missing"]) == (1, 0, 0), found
    assert f": {key} is " in found["examples"][0]


def test_a_missing_id_is_incomplete_but_sap_has_no_room_for_ids(auditor, systems) -> None:
    edit = {"object": "Product2", "id": PRODUCT, "fields": {"SAP_Id__c": ""}, "silent": True}
    systems["salesforce"].control("edit", edit)
    assert auditor.completeness()["product"] == {"sap": [1, 1], "salesforce": [0, 1]}


def test_a_record_that_is_gone_is_missing(auditor, systems) -> None:
    systems["salesforce"].control("remove", {"object": "Product2", "id": PRODUCT})
    assert auditor.compare()["missing"] == 1
    assert auditor.completeness()["product"]["salesforce"] == [0, 1]


def test_of_a_blocked_product_only_that_it_is_not_sold_is_looked_at(auditor, systems, hub) -> None:
    hub.products[0]["status"] = "blocked"
    found = auditor.compare()
    assert found["drift"] == 2 and all("active is True, golden False" in one for one in found["examples"])
    for code, name, id, fields in (
        ("sap", "A_Product", NUMBER, {"CrossPlantStatus": "01"}),
        ("salesforce", "Product2", PRODUCT, {"IsActive": False, "Name": "Old"}),
    ):
        systems[code].control("edit", {"object": name, "id": id, "fields": fields, "silent": True})
    assert auditor.compare()["drift"] == 0
    assert "product" not in auditor.completeness()


def test_a_product_made_twice_is_doubled(auditor, systems, hub) -> None:
    again = {"Id": "01t5i0000000002AAA", "Name": "Hex screw", "IsActive": True}
    systems["salesforce"].control("load", {"records": [{"object": "Product2", "fields": again}]})
    hub.products[0]["records"][1]["created_by_hub"] = True
    hub.products[0]["records"].append(record("salesforce", "Product2", again["Id"], created_by_hub=True))
    assert "was created 2 times in salesforce Product2" in auditor.compare()["examples"][0]


PERIODS = [
    {"amount": "12.5", "per": "100", "valid_from": "2024-01-01", "valid_to": "2024-12-31"},
    {"amount": "13", "per": "100", "valid_from": "2025-01-01", "valid_to": "2025-06-30"},
]


@pytest.mark.parametrize(
    ("day", "each"), [("2023-12-31", None), ("2024-12-31", "0.125"), ("2025-01-01", "0.13"), ("2025-07-01", None)]
)
def test_the_price_of_a_day(day: str, each: str | None) -> None:
    assert goods.today(PERIODS, day) == (Decimal(each) if each else None)


@pytest.mark.parametrize(
    ("golden", "held", "said"),
    [
        ("M8x1.5", "M8 X 1,50", True), ("M8x1.5", "M8x15", False), ("M8", "M8x1.25", False),
        ("ST4.2", "ST 4,2", True), ("ST4.2", "ST42", False),
    ],
)  # fmt: skip
def test_sizes_however_they_are_written(golden: str, held: str, said: bool) -> None:
    seen = Seen(connection="salesforce", object_type="Product2", id="1", person=False, values={"thread": held})
    product: dict[str, Any] = {"status": "active", "values": {"thread": golden}}
    assert list(goods.differences(product, seen)) is not said

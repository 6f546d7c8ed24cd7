"""Source records' statements as columns of a learned model."""

from __future__ import annotations

import itertools

import polars as pl
import pytest

from mdm.engine.kinds import TERMS, Kind
from mdm.engine.matching.learned import kinds, statements
from mdm.engine.values import Json, Key
from mdm.entities import CUSTOMER, ENTITIES, MASTERED, PRODUCT, Attribute, Shape

ADDRESS = {"street": "Hauptstr. 5\n2. Stock", "city": "Ulm", "region": "", "postcode": "89073", "country": "DE"}
READ: list[tuple[str, list[tuple[Key, str, Json]], dict[str, str]]] = [
    ("nothing", [], {}),
    ("a name", [(Key("legal_name"), "company_name", " Zylka GmbH ")], {"legal_name": "Zylka GmbH"}),
    ("empty", [(Key("legal_name"), "company_name", "  "), (Key("trade_name"), "company_name", None)], {}),
    (
        "two of many, in key order",
        [(Key("emails", "", value), "email", value) for value in ("c@x.de", "a@x.de", "b@x.de")],
        {"emails": "a@x.de", "emails 2": "b@x.de"},
    ),
    (
        "the main line first, the fax last",
        [(Key("phones", line), "phone", line) for line in ("fax", "mobile", "main")],
        {"phones": "main", "phones 2": "mobile"},
    ),
    (
        "equal values once",
        [(Key("phones", line), "phone", "+49731") for line in ("fax", "mobile")],
        {"phones": "+49731"},
    ),
    (
        "an address by its parts",
        [
            (Key("addresses", "ship_to"), "address", {**ADDRESS, "city": "Bonn"}),
            (Key("addresses", "registered"), "address", ADDRESS),
        ],
        {
            "addresses street": "Hauptstr. 5\n2. Stock", "addresses city": "Ulm", "addresses postcode": "89073",
            "addresses country": "DE", "addresses 2 street": "Hauptstr. 5\n2. Stock", "addresses 2 city": "Bonn",
            "addresses 2 postcode": "89073", "addresses 2 country": "DE",
        },
    ),
    ("no address", [(Key("addresses", "bill_to"), "address", "Ulm")], {}),
    ("a tax id with its scheme", [(Key("tax_ids", "VAT", "1"), "tax_id", "DE811")], {"tax_ids": "VAT DE811"}),
    ("millimetres", [(Key("length"), "quantity", "1.5 in")], {"length": "38.10"}),
    ("grams", [(Key("net_weight"), "quantity", "0.125 kg")], {"net_weight": "125.000"}),
    ("too large", [(Key("net_weight"), "quantity", "1e999999 kg")], {}),
    ("no number", [(Key("net_weight"), "quantity", "nan kg")], {}),
    ("no unit", [(Key("length"), "quantity", "12")], {}),
    ("no quantity", [(Key("length"), "quantity", {"value": "12"})], {}),
    ("terms", [(Key("blocked"), "flag", True), (Key("currency"), "currency", "EUR")], {}),
    ("a whole number", [(Key("pack_size"), "number", 100)], {"pack_size": "100"}),
    ("a list", [(Key("authors"), "name_list", ["A. Ade", "B. Bee"])], {"authors": "A. Ade; B. Bee"}),
    ("a structure of another kind", [(Key("legal_name"), "company_name", {"a": 1})], {}),
    ("zero bytes and endless texts", [(Key("web_title"), "text", "\0" + "x" * 5000)], {"web_title": "x" * 2000}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "values", "texts"), READ, ids=[case for case, *_ in READ])
def test_statements_become_texts_whatever_their_order(
    case: str, values: list[tuple[Key, str, Json]], texts: dict[str, str]
) -> None:
    for order in itertools.permutations(values):
        assert statements.texts(order) == texts


def test_columns_follow_the_attributes() -> None:
    told = statements.columns(
        [
            Attribute("legal_name", Kind.COMPANY_NAME, "Legal name"),
            Attribute("segment", Kind.CATEGORY, "Segment", identifies=False),
            Attribute("blocked", Kind.FLAG, "Blocked"),
            Attribute("emails", Kind.EMAIL, "E-mails", Shape.MANY),
            Attribute("seat", Kind.ADDRESS, "Seat"),
            Attribute("length", Kind.QUANTITY, "Length"),
        ]
    )
    assert [(column.name, column.kind) for column in told] == [
        ("legal_name", Kind.COMPANY_NAME),
        ("emails", Kind.EMAIL),
        ("emails 2", Kind.EMAIL),
        ("seat street", Kind.STREET),
        ("seat city", Kind.CITY),
        ("seat region", Kind.REGION),
        ("seat postcode", Kind.POSTCODE),
        ("seat country", Kind.COUNTRY),
        ("length", Kind.NUMBER),
    ]


def test_what_is_agreed_with_a_customer_does_not_identify_it() -> None:
    told = {column.name for column in statements.columns(CUSTOMER.attributes)}
    assert {"legal_name", "last_name", "addresses street", "phones 2", "emails", "tax_ids"} <= told
    assert not told & {"segment", "currency", "language", "payment_terms", "consent", "account_number", "blocked"}


def test_what_is_said_about_sales_does_not_identify_a_product() -> None:
    told = {column.name for column in statements.columns(PRODUCT.attributes)}
    assert {"sku", "gtin", "thread", "names", "names 2", "nominal_length"} <= told
    assert not told & {"prices", "base_unit", "images", "sales_notes", "web_description"}


@pytest.mark.parametrize("entity", MASTERED)
def test_the_engine_can_compare_every_column_of_an_entity(entity: str) -> None:

    told = statements.columns(ENTITIES[entity].attributes)
    table = pl.DataFrame(
        {column.name: ["1"] for column in told}, schema=dict.fromkeys([c.name for c in told], pl.String)
    )
    assert not {column.kind for column in told} & TERMS
    compared = {aspect.name for aspect in kinds.aspects(told, table)}
    assert {column.name for column in told} <= compared

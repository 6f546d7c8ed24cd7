"""Prices on their way to and from a simulated organisation: what is written in what order, and what is read again."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.base import Access
from connectors.errors import Misconfigured, Permanent, Retriable
from connectors.salesforce import checks
from connectors.salesforce.connector import Salesforce
from connectors.salesforce.price_push import Prices
from mdm.contracts import Desired
from tests.connectors.sandbox.server import running
from tests.connectors.scripted import Answer, scripted

SECRETS = {"client_id": "hub", "client_secret": "a-secret-of-the-test"}
STANDARD = "01sgR0000000001QAA"
LISTS = {"10": "standard", "20": "Dealers"}
CREATE = "POST /services/data/v<version>/composite/sobjects"
UPDATE = "PATCH /services/data/v<version>/composite/sobjects"
UPSERT = "PATCH /services/data/v<version>/composite/sobjects/<name>/<key>"
OLD = "2026-10-01T08:00:00Z"
TOKEN = Answer(body={"access_token": "t1"})


@pytest.fixture(scope="module")
def system():
    with running("salesforce", **SECRETS) as system:
        yield system


@pytest.fixture
def clean(system):
    """An organisation with a price book for dealers."""
    system.control("reset")
    system.control("fault", method="DELETE")
    system.control("create", {"object": "Pricebook2", "fields": {"Name": "Dealers", "IsActive": True}})
    return system


def salesforce(url, **options) -> Salesforce:
    options = {"price_books": LISTS, "overlap_seconds": 0, **options}
    return Salesforce(Access(connection="crm", base_url=url, secrets=SECRETS, options=options))


def price(amount, unit="H87"):
    return [{"amount": amount, "per": "1", "unit": unit}]


def bolt(n, **prices):
    """A product to be created; prices by `EUR_10`."""
    attributes = {"product_type": "item", "names|en": f"Bolt {n}", "sku": f"B-{n}", "base_unit": "H87"}
    attributes |= {keyed(name): price(amount) for name, amount in prices.items()}
    return Desired(connection="crm", object_type="Product2", entity="product", golden_id=f"g{n}",
                   crosswalk_key=f"key-{n}", attributes=attributes, changed=frozenset(attributes))


def keyed(name):
    currency, _, price_list = name.partition("_")
    return f"prices|{price_list}/{currency}"


def again(outcome, **prices):
    """The same product with other prices, None for one that is no more."""
    values = {keyed(name): amount and price(amount) for name, amount in prices.items()}
    return replace(outcome.desired, external_id=outcome.external_id, changed=frozenset(values),
                   attributes={**outcome.desired.attributes, **values})


def held(system):
    """Entries as (book, currency, price, active), deleted ones left out."""
    books = {row["Id"]: row["Name"].split()[0] for row in system.dump("Pricebook2")}
    rows = [row for row in system.dump("PricebookEntry") if not row["IsDeleted"]]
    return [(books[row["Pricebook2Id"]], row["CurrencyIsoCode"], row["UnitPrice"], row["IsActive"]) for row in rows]


def read(connector, outcome):
    """Prices by key, as the answer to a push tells them."""
    (change,) = connector.map(outcome.payloads[0])
    return {key: value[0]["amount"] for key, value in change.attributes.items() if key.startswith("prices|")}


def calls(system):
    found = system.control("counters", method="GET")["by_path"]
    return {path: count for path, count in found.items() if path in (CREATE, UPDATE, UPSERT)}


# ---- writing -------------------------------------------------------------------------------------------------------


def test_a_standard_price_comes_before_the_custom_one(clean):
    connector = salesforce(clean.url)
    (outcome,) = connector.push([bolt(1, EUR_20="8", EUR_10="10", USD_10="11")])
    assert outcome.error is None, outcome.error
    assert sorted(held(clean)) == [
        ("Dealers", "EUR", 8.0, True), ("Standard", "EUR", 10.0, True), ("Standard", "USD", 11.0, True)
    ]
    assert read(connector, outcome) == {"prices|10/EUR": "10", "prices|10/USD": "11", "prices|20/EUR": "8"}
    (row,) = clean.dump("Product2")
    assert row["IsActive"] is True


def test_a_custom_price_alone_stands_on_a_standard_one_out_of_use(clean):
    connector = salesforce(clean.url)
    (outcome,) = connector.push([bolt(1, EUR_20="8")])
    assert outcome.error is None, outcome.error
    assert sorted(held(clean)) == [("Dealers", "EUR", 8.0, True), ("Standard", "EUR", 8.0, False)]
    assert read(connector, outcome) == {"prices|20/EUR": "8"}
    (outcome,) = connector.push([again(outcome, EUR_10="9")])
    assert read(connector, outcome) == {"prices|10/EUR": "9", "prices|20/EUR": "8"}
    assert len(held(clean)) == 2


def test_a_price_that_is_no_more_goes_out_of_use_and_may_come_back(clean):
    connector = salesforce(clean.url)
    (outcome,) = connector.push([bolt(1, EUR_10="10", EUR_20="8")])
    (outcome,) = connector.push([again(outcome, EUR_10=None)])
    assert read(connector, outcome) == {"prices|20/EUR": "8"}
    assert sorted(held(clean)) == [("Dealers", "EUR", 8.0, True), ("Standard", "EUR", 10.0, False)]
    (outcome,) = connector.push([again(outcome, EUR_10="10")])
    assert read(connector, outcome) == {"prices|10/EUR": "10", "prices|20/EUR": "8"}
    assert len(held(clean)) == 2


def test_a_change_of_price_writes_its_entry_alone(clean):
    connector = salesforce(clean.url)
    (outcome,) = connector.push([bolt(1, EUR_10="10", USD_10="11")])
    before, calm = clean.dump("Product2"), calls(clean)
    writes = clean.control("counters", method="GET")["writes"]
    (outcome,) = connector.push([again(outcome, EUR_10="10.5")])
    assert read(connector, outcome) == {"prices|10/EUR": "10.5", "prices|10/USD": "11"}
    assert clean.dump("Product2") == before
    assert calls(clean) == {**calm, UPDATE: 1}
    assert clean.control("counters", method="GET")["writes"] == writes + 1


def test_a_price_that_stands_there_is_not_written_again(clean):
    connector = salesforce(clean.url)
    (outcome,) = connector.push([bolt(1, EUR_10="10")])
    writes = clean.control("counters", method="GET")["writes"]
    (outcome,) = connector.push([again(outcome, EUR_10="10", USD_10=None)])
    assert outcome.error is None
    assert clean.control("counters", method="GET")["writes"] == writes


def test_an_entry_that_follows_the_standard_price_gets_its_own(clean):
    connector = salesforce(clean.url)
    (outcome,) = connector.push([bolt(1, EUR_10="10")])
    book = next(row["Id"] for row in clean.dump("Pricebook2") if row["Name"] == "Dealers")
    follows = {"Pricebook2Id": book, "Product2Id": outcome.external_id, "UseStandardPrice": True, "IsActive": True}
    clean.control("create", {"object": "PricebookEntry", "fields": follows})
    (outcome,) = connector.push([again(outcome, EUR_20="10")])
    assert outcome.error is None, outcome.error
    assert [row["UseStandardPrice"] for row in clean.dump("PricebookEntry")] == [False, False]


def test_a_block_takes_the_product_out_of_use_and_leaves_its_prices(clean):
    connector = salesforce(clean.url)
    (made,) = connector.push([bolt(1, EUR_10="10")])
    block = replace(made.desired, external_id=made.external_id, operation="block", attributes={"blocked": True},
                    changed=frozenset({"blocked"}))
    (outcome,) = connector.push([block])
    assert outcome.error is None and outcome.payloads[0].body["IsActive"] is False
    assert "blocked" not in connector.map(outcome.payloads[0])[0].attributes
    assert held(clean) == [("Standard", "EUR", 10.0, True)]
    (outcome,) = connector.push([replace(block, operation="upsert", attributes={"blocked": False})])
    assert outcome.payloads[0].body["IsActive"] is True


def test_hundreds_of_prices_travel_two_hundred_a_call(clean):
    outcomes = salesforce(clean.url).push([bolt(n, EUR_10="10", EUR_20="8") for n in range(250)])
    assert {outcome.error for outcome in outcomes} == {None}
    assert calls(clean) == {UPSERT: 2, CREATE: 4}
    assert len(held(clean)) == 500


@pytest.mark.parametrize("times", [1, None])
def test_prices_whose_reply_is_lost_are_made_once(clean, times):
    connector, wanted = salesforce(clean.url), bolt(1, EUR_10="10", EUR_20="8")
    clean.control("fault", {"kind": "lost_reply", "times": times, "match": "POST .*/composite/sobjects$"})
    (first,) = connector.push([wanted])
    assert first.error is None or isinstance(first.error, Retriable)
    assert (first.error is None) is (times == 1)
    assert first.external_id == clean.dump("Product2")[0]["Id"]
    clean.control("fault", method="DELETE")
    (second,) = salesforce(clean.url).push([wanted])
    assert second.error is None, second.error
    assert sorted(held(clean)) == [("Dealers", "EUR", 8.0, True), ("Standard", "EUR", 10.0, True)]
    assert len(clean.dump("Product2")) == 1


def test_a_price_made_by_somebody_meanwhile_is_changed(clean):
    """Read before it was made, the entry is refused as there already; it is read again and set right."""
    connector = salesforce(clean.url)
    (made,) = connector.push([bolt(1)])
    entry = {"Pricebook2Id": STANDARD, "Product2Id": made.external_id, "UnitPrice": 7, "IsActive": True}
    asked = connector.client.query

    def late(soql, **how):
        yield from asked(soql, **how)
        if "FROM PricebookEntry WHERE Product2Id" in soql and not clean.dump("PricebookEntry"):
            clean.control("create", {"object": "PricebookEntry", "fields": entry})

    connector.client.query = late
    (outcome,) = connector.push([again(made, EUR_10="10")])
    assert outcome.error is None, outcome.error
    assert held(clean) == [("Standard", "EUR", 10.0, True)]


def test_a_refused_price_is_told_and_the_others_go_on(clean):
    connector = salesforce(clean.url)
    outcomes = connector.push([bolt(1, EUR_10="10"), bolt(2, XXX_10="1"), bolt(3, EUR_10="12")])
    assert [type(outcome.error) for outcome in outcomes] == [type(None), Permanent, type(None)]
    assert "XXX" in str(outcomes[1].error)
    assert {outcome.external_id for outcome in outcomes} == {row["Id"] for row in clean.dump("Product2")}
    assert [row[2] for row in held(clean)] == [10.0, 12.0]


def test_a_custom_price_is_not_tried_where_its_standard_price_was_refused(clean):
    connector = salesforce(clean.url)
    (outcome,) = connector.push([bolt(1, XXX_10="1", XXX_20="1")])
    assert isinstance(outcome.error, Permanent) and "XXX" in str(outcome.error)
    assert calls(clean)[CREATE] == 1


def test_prices_that_cannot_be_read_do_not_hide_the_product(clean):
    connector = salesforce(clean.url)
    clean.control("fault", {"kind": "error", "times": None, "match": "GET .*/query$"})
    (outcome,) = connector.push([bolt(1, EUR_10="10")])
    assert isinstance(outcome.error, Retriable) and "The product is written" in str(outcome.error)
    assert outcome.external_id == clean.dump("Product2")[0]["Id"]


def test_a_product_written_but_not_read_again_is_retriable_with_its_id(clean):
    clean.control("fault", {"kind": "error", "times": None, "match": "GET .*/queryAll$"})
    (outcome,) = salesforce(clean.url).push([bolt(1, EUR_10="10")])
    assert isinstance(outcome.error, Retriable) and "has written it" in str(outcome.error)
    assert outcome.external_id == clean.dump("Product2")[0]["Id"]


def test_products_without_prices_ask_for_no_price_books(clean):
    salesforce(clean.url, price_books={"10": "Nobody's"}).push([bolt(1)])
    assert "GET /services/data/v<version>/query" not in clean.control("counters", method="GET")["by_path"]


# ---- reading -------------------------------------------------------------------------------------------------------


def pulled(connector, cursor, **how):
    """Payloads by id, and the cursor as the database gives it back."""
    found = {}
    for page in connector.pull("Product2", cursor, **how):
        found |= {payload.external_id: payload for payload in page.payloads}
        cursor = page.cursor
    return found, json.loads(json.dumps(cursor))


@pytest.fixture
def old(clean):
    """Two old products of which one has an old price."""
    ids = ["01tgR0000000001", "01tgR0000000002"]
    records = [("Product2", {"Id": id, "Name": f"Bolt {id}", "SystemModstamp": OLD}) for id in ids]
    entry = {"Pricebook2Id": STANDARD, "Product2Id": ids[0], "UnitPrice": 10, "IsActive": True, "SystemModstamp": OLD}
    records.append(("PricebookEntry", entry))
    clean.control("load", {"records": [{"object": name, "fields": fields} for name, fields in records]})
    return clean


def amounts(connector, payload):
    (change,) = connector.map(payload)
    return [value[0]["amount"] for key, value in change.attributes.items() if key.startswith("prices|")]


def test_a_changed_made_or_deleted_price_brings_its_product(old):
    connector = salesforce(old.url)
    found, cursor = pulled(connector, {})
    first, second = sorted(found)
    (entry,) = old.dump("PricebookEntry")
    steps = [
        ("edit", {"id": entry["Id"], "fields": {"UnitPrice": 12.5}}, first, ["12.5"]),
        ("create", {"fields": {**entry_of(second), "UnitPrice": 3}}, second, ["3"]),
        ("remove", {"id": entry["Id"]}, first, []),
    ]
    stamps = {id: connector.map(payload)[0].source_time for id, payload in found.items()}
    for act, body, id, expected in steps:
        old.control(act, {"object": "PricebookEntry", **body})
        found, _ = pulled(connector, cursor)
        assert amounts(connector, found[id]) == expected
        assert connector.map(found[id])[0].source_time > stamps[id]
    assert {row["SystemModstamp"][:10] for row in old.dump("Product2")} == {OLD[:10]}


def entry_of(product):
    return {"Pricebook2Id": STANDARD, "Product2Id": product, "IsActive": True}


def test_a_pull_that_found_nothing_new_reads_no_product_again(old):
    connector = salesforce(old.url)
    _, cursor = pulled(connector, {})
    found, later = pulled(connector, cursor)
    assert found == {}
    assert later["prices_since"] >= cursor["prices_since"] > "2026-11"


def test_a_first_pull_cut_off_misses_no_price(old):
    connector = salesforce(old.url)
    first = next(iter(connector.pull("Product2", {})))
    (entry,) = old.dump("PricebookEntry")
    old.control("edit", {"object": "PricebookEntry", "id": entry["Id"], "fields": {"UnitPrice": 11}})
    found, _ = pulled(connector, json.loads(json.dumps(first.cursor)))
    assert amounts(connector, found["01tgR0000000001QAA"]) == ["11"]


def test_a_full_pull_reads_each_product_once(old):
    connector = salesforce(old.url)
    _, cursor = pulled(connector, {})
    found = [payload for page in connector.pull("Product2", cursor, full=True) for payload in page.payloads]
    assert len(found) == 2


def test_a_deleted_product_is_told_with_prices_and_all(old):
    connector = salesforce(old.url)
    found, cursor = pulled(connector, {})
    old.control("remove", {"object": "Product2", "id": "01tgR0000000001QAA"})
    found, _ = pulled(connector, cursor)
    assert [change.kind for payload in found.values() for change in connector.map(payload)] == ["delete"]
    gone, there = connector.fetch("Product2", ["01tgR0000000001QAA", "01tgR0000000002QAA"])
    assert (connector.map(gone)[0].kind, connector.map(there)[0].kind) == ("delete", "snapshot")


def test_a_long_list_of_prices_is_read_to_its_end():
    rows = [{"Pricebook2Id": STANDARD, "Pricebook2": {"IsStandard": True}, "CurrencyIsoCode": currency, "UnitPrice": 1,
             "IsActive": True, "SystemModstamp": OLD} for currency in ("EUR", "USD", "INR")]
    inner = {"totalSize": 3, "done": False, "records": rows[:1], "nextRecordsUrl": "/services/data/v67.0/query/01gA-1"}
    product = {"Id": "01tgR0000000001QAA", "Name": "Bolt", "SystemModstamp": OLD, "PricebookEntries": inner}
    answers = [{"done": True, "records": [product]},
               {"done": False, "records": rows[1:2], "nextRecordsUrl": "/services/data/v67.0/query/01gA-2"},
               {"done": True, "records": rows[2:]}]
    with scripted(TOKEN, *(Answer(body=body) for body in answers)) as server:
        connector = salesforce(server.url)
        (payload,) = connector.fetch("Product2", ["01tgR0000000001QAA"])
        (change,) = connector.map(payload)
    prices = {key for key in change.attributes if key.startswith("prices|")}
    assert prices == {"prices|10/EUR", "prices|10/USD", "prices|10/INR"}


@pytest.mark.parametrize("records", [None, 5, "x", {}])
def test_a_list_of_prices_that_is_none_is_refused_when_read(records):
    inner = {"done": False, "records": records, "nextRecordsUrl": "/services/data/v67.0/query/01gA-1"}
    product = {"Id": "01tgR0000000001QAA", "Name": "Bolt", "SystemModstamp": OLD, "PricebookEntries": inner}
    answers = [{"done": True, "records": [product]}, {"done": True, "records": [{"Id": "strange"}]}]
    with scripted(TOKEN, *(Answer(body=body) for body in answers)) as server:
        connector = salesforce(server.url)
        (payload,) = connector.fetch("Product2", ["01tgR0000000001QAA"])
        with pytest.raises(Permanent, match="SystemModstamp"):
            connector.map(payload)


def test_a_strange_id_never_becomes_part_of_a_query(clean):
    connector = salesforce(clean.url)
    found = connector.fetch("Product2", ["x') OR Name != ('", "01tgR0000000009QAA"])
    assert [payload.body for payload in found] == [{}, {}]
    failed = Prices(connector.client, lambda: connector._books).write(
        {"x') OR Name != ('": {("10", "EUR"): Decimal(1)}}, ""
    )
    assert [type(error) for error in failed.values()] == [Permanent]


# ---- set-up --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"language": "english"}, "language"),
        ({"language": 7}, "language"),
        ({"price_books": ["10"]}, "price_books"),
        ({"price_books": {"10": ""}}, "price_books"),
        ({"price_books": {"": "Dealers"}}, "price_books"),
        ({"price_books": {"10": 7}}, "price_books"),
        ({"price_books": {"10": "standard", "20": "standard"}}, "one price book to two lists"),
        ({"price_books": {"10": "standard", "20": STANDARD}}, "one price book to two lists"),
        ({"price_books": {"10": "Nobody's"}}, "no active price book 'Nobody's'"),
        ({"price_decimals": 9}, "price_decimals"),
        ({"price_decimals": 4}, "Prices in Salesforce have 2 decimals"),
    ],
)
def test_a_wrong_option_is_named(clean, options, words):
    with pytest.raises(Misconfigured, match=words):
        salesforce(clean.url, **options).prepare()


def test_a_price_book_of_a_name_that_two_have_is_told(clean):
    clean.control("create", {"object": "Pricebook2", "fields": {"Name": "Dealers", "IsActive": True}})
    with pytest.raises(Misconfigured, match="2 active price books 'Dealers'"):
        salesforce(clean.url).prepare()
    (outcome,) = salesforce(clean.url).push([bolt(1, EUR_10="1")])
    assert isinstance(outcome.error, Misconfigured) and held(clean) == []


def entries(**changes):
    fields = {name: {"name": name, "createable": True, "scale": 2} for name in checks.ENTRY}
    fields |= {name: change and {**fields[name], **change} for name, change in changes.items()}
    return Answer(body={"fields": [field for field in fields.values() if field]})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (entries(CurrencyIsoCode=None), "lacks CurrencyIsoCode.*several currencies"),
        (entries(UnitPrice={"createable": False}), "may not write UnitPrice"),
        (entries(UnitPrice={"scale": 0}), "set the option price_decimals to 0"),
        (Answer(body={"fields": None}), "lacks Pricebook2Id"),
    ],
)
def test_what_is_missing_for_prices_is_named(answer, words):
    with scripted(TOKEN, answer) as server:
        connector = salesforce(server.url)
        with pytest.raises(Misconfigured, match=words):
            checks.check_prices(connector.client, connector._options.catalogue)

"""Products and prices on the real simulated system: pulls, fetches and pushes, and what they call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.errors import Conflict, Gone, Misconfigured, Permanent, Retriable
from connectors.sap.push_products import Products
from mdm.contracts import Desired
from tests.connectors.sandbox.server import running
from tests.connectors.sap.conftest import SECRETS, System, change_of
from tests.connectors.sap.test_pull import pulled

PRODUCT, RECORD = "A_Product", "A_SlsPrcgConditionRecord"
PRICE = {"amount": "13.9", "per": "100", "unit": "H87"}
TODAY = datetime.now(UTC).date().isoformat()


def wanted(attributes: dict[str, Any], number: str = "B-8-40", **changes: Any) -> Desired:
    base = Desired(connection="erp", object_type=PRODUCT, entity="product", golden_id="golden-1", crosswalk_key="hub-1",
                   external_id=number, attributes=attributes, changed=frozenset(attributes), correlation_id="corr-1")
    return replace(base, **changes)


def numbers(found) -> list[str]:
    return [payload.external_id for payload in found]


# ---- pulls ---------------------------------------------------------------------------------------------------------


def test_a_full_pull_reads_products_with_their_prices_page_by_page(system):
    for number in ("P-1", "P-2", "P-3", "P-4", "P-5"):
        system.product(number)
        system.price(number)
    system.price("P-2", PriceListType="20", TransactionCurrency="USD", ConditionRateValueUnit="USD")
    sap = system.sap(page_size=2)
    system.counted()
    found, cursor = pulled(sap, PRODUCT, {})
    assert numbers(found) == ["P-1", "P-2", "P-3", "P-4", "P-5"] and set(cursor) == {"since"}
    assert system.counted() == {"GET A_Product": 3, "GET A_SlsPrcgCndnRecdValidity": 3}
    (change,) = sap.map(found[1])
    assert [key for key in change.attributes if key.startswith("prices")] == ["prices|10/EUR", "prices|20/USD"]


def test_a_changed_price_has_its_product_read_again(system):
    long_ago = "2026-01-05T10:00:00+00:00"
    for number in ("P-1", "P-2"):
        fields = {"Product": number, "ProductType": "HAWA", "BaseUnit": "PC", "_changed": long_ago,
                  "to_Description": [{"Language": "EN", "ProductDescription": "Old"}]}
        system.process.control("load", {"records": [{"object": PRODUCT, "fields": fields}]})
    sap, cursor = system.sap(), {"since": (datetime.now(UTC) - timedelta(minutes=5)).isoformat()}
    assert numbers(pulled(sap, PRODUCT, cursor)[0]) == []
    record = system.price("P-2")
    found, _ = pulled(sap, PRODUCT, cursor)
    assert numbers(found) == ["P-2"]
    (change,) = sap.map(found[0])
    assert change.attributes["prices|10/EUR"][0]["amount"] == "12.5"
    assert datetime.now(UTC) - change.source_time < timedelta(minutes=1)  # the product itself is old
    system.edit(record, RECORD, ConditionIsDeleted=True)
    found, _ = pulled(sap, PRODUCT, cursor)
    assert "prices|10/EUR" not in sap.map(found[0])[0].attributes


def test_a_run_cut_short_goes_on_where_it_stopped(system):
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    for number in ("P-1", "P-2", "P-3"):
        system.product(number)
        system.price(number)
    sap = system.sap(page_size=2)
    all_pages = list(sap.pull(PRODUCT, {"since": since}))
    keys = [sorted(page.cursor) for page in all_pages]
    assert keys == [["next", "since", "skip"], ["next", "record", "since"], ["next", "record", "since"], ["since"]]
    for at, page in enumerate(all_pages[:-1]):
        rest = list(system.sap(page_size=2).pull(PRODUCT, page.cursor))
        assert [numbers(one.payloads) for one in rest] == [numbers(one.payloads) for one in all_pages[at + 1:]]
        assert rest[-1].cursor == all_pages[-1].cursor
    assert [numbers(one.payloads) for one in all_pages] == [["P-1", "P-2"], ["P-3"], ["P-1", "P-2"], ["P-3"]]


def test_only_products_changed_since_are_read(system):
    stamps = {"before": "2020-05-05T09:59:59+00:00", "at": "2020-05-05T10:00:00+00:00", "after": "2020-05-06T01:00:00Z"}
    for name, at in stamps.items():
        fields = {"Product": name, "ProductType": "HAWA", "BaseUnit": "PC", "_changed": at,
                  "to_Description": [{"Language": "EN", "ProductDescription": name}]}
        system.process.control("load", {"records": [{"object": PRODUCT, "fields": fields}]})
    found, cursor = pulled(system.sap(), PRODUCT, {"since": "2020-05-05T10:00:00+00:00"})
    assert numbers(found) == ["AFTER", "AT"]
    assert datetime.now(UTC) - datetime.fromisoformat(cursor["since"]) < timedelta(seconds=30)


def test_prices_that_ended_and_other_areas_are_not_read(system):
    system.product()
    system.price(ConditionValidityStartDate="2025-01-01", ConditionValidityEndDate="2025-12-31")
    system.price(SalesOrganization="1710")
    sap = system.sap()
    (payload,) = sap.fetch(PRODUCT, ["B-8-40"])
    assert payload.body["prices"] == []
    (other,) = system.sap(price_area="1710/10").fetch(PRODUCT, ["B-8-40"])
    assert [row["SalesOrganization"] for row in system.process.dump("A_SlsPrcgCndnRecdValidity")] == ["1010", "1710"]
    assert len(other.body["prices"]) == 1


def test_a_mark_for_deletion_is_told_as_a_block(system):
    system.product()
    sap = system.sap()
    _, cursor = pulled(sap, PRODUCT, {})
    system.process.control("remove", {"object": PRODUCT, "id": "B-8-40"})
    found, _ = pulled(sap, PRODUCT, cursor)
    (change,) = sap.map(found[-1])
    assert (change.kind, change.attributes["blocked"]) == ("snapshot", True)


def test_what_a_push_answers_is_what_a_pull_then_reads(system):
    system.product()
    sap = system.sap()
    (outcome,) = sap.push([wanted({"names|de": "Schraube", "gross_weight": "25 g", "prices|10/EUR": [PRICE]})])
    (payload,), _ = pulled(sap, PRODUCT, {})
    assert outcome.payloads[0].body == payload.body


def test_only_products_of_the_types_asked_for_are_read(system):
    system.product("P-1")
    system.product("P-2", ProductType="ROH")
    system.product("P-3", ProductType="FERT")
    sap, since = system.sap(product_types=["HAWA", "FERT"]), (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    for cursor in ({}, {"since": since}):
        assert numbers(pulled(sap, PRODUCT, cursor)[0]) == ["P-1", "P-3"]
    system.price("P-2")
    found, _ = pulled(sap, PRODUCT, {"since": since})
    assert numbers(found) == ["P-1", "P-3", "P-2"] and sap.map(found[2]) == []


def test_one_that_is_not_there_has_no_body(system):
    system.product()
    there, gone = system.sap().fetch(PRODUCT, ["B-8-40", "NONE"])
    assert there.body["Product"] == "B-8-40" and gone.body == {}


def test_products_and_prices_can_be_switched_off(system):
    system.product()
    system.price()
    without = system.sap(price_path="")
    without.prepare()
    found, _ = pulled(without, PRODUCT, {})
    assert found[0].body["prices"] == []
    assert pulled(without, PRODUCT, {"since": TODAY + "T00:00:00+00:00"})[0]
    off = system.sap(product_path="")
    off.prepare()
    assert pulled(off, PRODUCT, {}) == ([], {"since": ""})
    for act in (lambda: off.fetch(PRODUCT, ["B-8-40"]), lambda: off.push([wanted({"standard": "DIN 1"})])):
        with pytest.raises(Misconfigured, match="product_path"):
            act()


def test_a_service_that_is_not_there_is_named(system):
    for option in ("product_path", "price_path"):
        with pytest.raises(Misconfigured, match="path"):
            system.sap(**{option: "/sap/opu/odata/sap/API_OTHER"}).prepare()


# ---- pushes --------------------------------------------------------------------------------------------------------


def test_a_product_is_brought_to_what_is_wanted_with_few_calls(system):
    system.product()
    sap = system.sap()
    attributes = {"names|en": "Hex screw", "names|de": "Schraube", "standard": "DIN 933", "length": "48 mm"}
    system.counted()
    (outcome,) = sap.push([wanted(attributes)])
    assert change_of(sap, outcome).attributes.items() >= attributes.items()
    assert system.counted() == {
        "GET A_Product": 2, "GET A_SlsPrcgCndnRecdValidity": 2, "PATCH A_Product": 1, "POST A_Product": 1,
        "PATCH A_ProductDescription": 1, "PATCH A_ProductUnitsOfMeasure": 1}  # fmt: skip
    sap.push([wanted(attributes)])
    assert system.counted() == {"GET A_Product": 1, "GET A_SlsPrcgCndnRecdValidity": 1}


def test_a_new_price_ends_the_old_one_and_is_written_once(system):
    system.product()
    system.price()
    sap, asked = system.sap(), wanted({"prices|10/EUR": [PRICE]})
    (outcome,) = sap.push([asked])
    assert change_of(sap, outcome).attributes["prices|10/EUR"] == [
        {**PRICE, "valid_from": TODAY, "valid_to": "9999-12-31"}]  # fmt: skip
    old, new = sorted(system.process.dump("A_SlsPrcgCndnRecdValidity"), key=lambda row: row["ConditionRecord"])
    day = 86_400_000
    ends, starts = (int(text[6:-2]) for text in (old["ConditionValidityEndDate"], new["ConditionValidityStartDate"]))
    assert starts - ends == day
    sap.push([asked])
    assert len(system.process.dump(RECORD)) == 2


def test_a_price_changed_twice_in_a_day_takes_the_place_of_the_first(system):
    system.product()
    sap = system.sap()
    sap.push([wanted({"prices|10/EUR": [PRICE]})])
    scaled = {**PRICE, "amount": "14", "scale": [{"from": "500", "amount": "13.5"}]}
    (outcome,) = sap.push([wanted({"prices|10/EUR": [scaled]})])
    assert change_of(sap, outcome).attributes["prices|10/EUR"] == [
        {**scaled, "valid_from": TODAY, "valid_to": "9999-12-31"}]  # fmt: skip
    assert len(system.process.dump(RECORD)) == 1


def test_a_lost_token_is_fetched_again_for_each_service(system):
    system.product()
    sap = system.sap()
    sap.push([wanted({"names|en": "Hex screw", "prices|10/EUR": [PRICE]})])
    system.process.control("expire_tokens")
    (outcome,) = sap.push([wanted({"names|en": "Hexagon", "prices|10/EUR": [{**PRICE, "amount": "15"}]})])
    assert change_of(sap, outcome).attributes["names|en"] == "Hexagon"
    assert change_of(sap, outcome).attributes["prices|10/EUR"][0]["amount"] == "15"


def test_many_are_read_together_and_written_side_by_side(system):
    for n in range(60):
        system.product(f"P-{n}")
    sap = system.sap(parallel=3)
    asked = [wanted({"names|en": f"Screw {n}", "prices|10/EUR": [PRICE]}, number=f"P-{n}") for n in range(60)]
    system.counted()
    outcomes = sap.push(asked)
    assert [change_of(sap, outcome).attributes["names|en"] for outcome in outcomes] == [f"Screw {n}" for n in range(60)]
    found = system.counted()
    assert found["PATCH A_ProductDescription"] == found[f"POST {RECORD}"] == 60
    assert found["GET A_Product"] == found["GET A_SlsPrcgCndnRecdValidity"] == 6  # before and after, in three lanes


def test_a_price_to_come_stays(system):
    system.product()
    system.price()
    system.price(ConditionValidityStartDate="2099-01-01", ConditionRateValue="20")
    sap = system.sap()
    (outcome,) = sap.push([wanted({"prices|10/EUR": [PRICE]})])
    found = change_of(sap, outcome).attributes["prices|10/EUR"]
    assert [(one["amount"], one["valid_from"], one["valid_to"]) for one in found] == [
        ("13.9", TODAY, "2098-12-31"), ("20", "2099-01-01", "9999-12-31")]  # fmt: skip


def test_a_price_whose_reply_is_lost_is_written_once(system):
    system.product()
    system.fault("lost_reply", f"POST .*/{RECORD}$")
    sap, asked = system.sap(), wanted({"prices|10/EUR": [PRICE]})
    (first,) = sap.push([asked])
    assert isinstance(first.error, Retriable)
    (second,) = sap.push([asked])
    assert second.error is None and len(system.process.dump(RECORD)) == 1


def test_a_refused_price_changes_nothing_and_does_not_keep_the_rest_from_being_written():
    with running("sap", user=SECRETS["username"], password=SECRETS["password"], refuse_overlaps=True) as process:
        system = System(process)
        system.product()
        system.price()
        sap = system.sap()
        (outcome,) = sap.push([wanted({"prices|10/EUR": [PRICE], "names|en": "Hex screw"})])
        assert isinstance(outcome.error, Permanent) and "valid in this period already" in str(outcome.error)
        (change,) = sap.map(outcome.payloads[0])
        assert change.attributes["names|en"] == "Hex screw"
        assert [one["amount"] for one in change.attributes["prices|10/EUR"]] == ["12.5"]


def test_an_edit_between_our_read_and_our_write_is_a_conflict(system, monkeypatch):
    system.product()
    plan = Products.plan

    def late(writer, task, body):
        system.edit("B-8-40", PRODUCT, ProductGroup="L9")
        return plan(writer, task, body)

    monkeypatch.setattr(Products, "plan", late)
    (outcome,) = system.sap().push([wanted({"standard": "DIN 933", "names|en": "Hex screw"})])
    assert isinstance(outcome.error, Conflict)
    assert system.process.dump(PRODUCT)[0]["to_Description"][0]["ProductDescription"] == "Hexagon screw"


def test_a_block_is_written_and_taken_back(system):
    system.product()
    sap = system.sap()
    (blocked,) = sap.push([wanted({}, operation="block")])
    assert change_of(sap, blocked).attributes["blocked"] is True
    (free,) = sap.push([wanted({"blocked": False})])
    assert change_of(sap, free).attributes["blocked"] is False
    assert system.process.dump(PRODUCT)[0]["CrossPlantStatus"] == ""


def test_a_product_is_never_created(system):
    (outcome,) = system.sap().push([wanted({"names|en": "New"}, number="")])
    assert isinstance(outcome.error, Permanent) and "made in SAP itself" in str(outcome.error)
    (gone,) = system.sap().push([wanted({"names|en": "New"}, number="NONE")])
    assert isinstance(gone.error, Gone)
    assert system.process.dump(PRODUCT) == []


def test_what_sap_refuses_comes_back_in_its_own_words(system):
    system.product()
    (outcome,) = system.sap().push([wanted({"gross_weight": "1 kg", "net_weight": "2 kg"})])
    assert isinstance(outcome.error, Permanent) and "Net weight 2.000 is greater" in str(outcome.error)
    assert outcome.error.field == "NetWeight"

"""Products and sales prices of the simulated SAP: what it keeps, fills, refuses and locks, and what users do there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.sap_caller import BOLT, PRICE, PRICES, PRODUCTS, Caller, refusal
from tests.connectors.sandbox.server import Running, running

PRODUCT, RECORD, VALIDITY, SCALE = (
    "A_Product",
    "A_SlsPrcgConditionRecord",
    "A_SlsPrcgCndnRecdValidity",
    "A_SlsPrcgCndnRecordScale",
)
DAY = {
    "2026-01-01": 1767225600000,
    "2026-06-30": 1782777600000,
    "2026-07-01": 1782864000000,
    "9999-12-31": 253402214400000,
}


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    with running("sap", page_size=3) as found:
        yield found


@pytest.fixture
def sap(system: Running) -> Caller:
    system.control("reset")
    caller = Caller(system, PRODUCTS)
    caller.fetch_token()
    return caller


@pytest.fixture
def prices(system: Running, sap: Caller) -> Caller:
    """The pricing service, with one product to price."""
    sap.post(PRODUCT, BOLT)
    caller = Caller(system, PRICES)
    caller.fetch_token()
    return caller


def date(day: str) -> str:
    return f"/Date({DAY[day]})/"


def price(start: str, end: str = "9999-12-31", **fields: Any) -> dict[str, Any]:
    [period] = PRICE["to_SlsPrcgCndnRecdValidity"]
    dates = {"ConditionValidityStartDate": date(start), "ConditionValidityEndDate": date(end)}
    key = {name: fields.pop(name) for name in list(fields) if name in period or name == "CustomerGroup"}
    return {**PRICE, "to_SlsPrcgCndnRecdValidity": [{**period, **dates, **key}], **fields}


# ---- products ------------------------------------------------------------------------------------------------------


def test_a_product_is_kept_with_all_below_it(sap: Caller) -> None:
    made = sap.post(PRODUCT, BOLT)
    assert made["Product"] == "B-8-40" and made["GrossWeight"] == "0.021" and made["SizeOrDimensionText"] == "M8X40"
    ways = "to_Description,to_ProductBasicText,to_ProductUnitsOfMeasure,to_SalesDelivery,to_Plant"
    found = sap.get(f"{PRODUCT}('B-8-40')", expand=ways)
    base, carton = sorted(found["to_ProductUnitsOfMeasure"]["results"], key=lambda unit: unit["QuantityNumerator"])
    assert (base["AlternativeUnit"], base["GrossWeight"]) == ("PC", "0.021")
    assert base["GlobalTradeItemNumber"] == "4006381333931"
    assert (carton["QuantityNumerator"], carton["GlobalTradeItemNumber"]) == ("100", "04006381333948")
    assert found["to_ProductBasicText"]["results"][0]["LongText"] == "Full thread.\nZinc plated."
    assert found["to_SalesDelivery"]["results"][0]["SalesMeasureUnit"] == "CAR"
    assert found["to_Plant"]["results"][0]["Commodity"] == "73181588"


def test_a_product_without_a_number_gets_one_without_leading_zeros(sap: Caller) -> None:
    unnamed = {name: value for name, value in BOLT.items() if name not in ("Product", "ProductStandardID")}
    unnamed["to_ProductUnitsOfMeasure"] = unnamed["to_SalesDelivery"] = []
    assert sap.post(PRODUCT, unnamed)["Product"] == "10000"
    assert sap.get(f"{PRODUCT}('000010000')")["Product"] == "10000"


REFUSED = [
    ({"Product": "X" * 41}, "Product"),
    ({"Colour": "red"}, "Colour"),
    ({"ProductType": "NONE"}, "ProductType"),
    ({"BaseUnit": "QQ"}, "BaseUnit"),
    ({"BaseUnit": ""}, "BaseUnit"),
    ({"NetWeight": "5.000"}, "NetWeight"),
    ({"GrossWeight": "0.0211"}, "GrossWeight"),
    ({"GrossWeight": "-1"}, "GrossWeight"),
    ({"WeightUnit": "MM"}, "WeightUnit"),
    ({"CrossPlantStatus": "ZZ"}, "CrossPlantStatus"),
    ({"ProductStandardID": "4006381333932"}, "ProductStandardID"),
    ({"to_Description": []}, "to_Description"),
    ({"to_Description": [{"Language": "XX", "ProductDescription": "x"}]}, "Language"),
    ({"to_Description": [{"Language": "EN", "ProductDescription": "x" * 41}]}, "ProductDescription"),
    ({"to_Description": [{"Language": "EN", "ProductDescription": " "}]}, "ProductDescription"),
    ({"to_ProductUnitsOfMeasure": [{"AlternativeUnit": "PC", "QuantityNumerator": "2"}]}, "QuantityNumerator"),
    ({"to_ProductUnitsOfMeasure": [{"AlternativeUnit": "BOX", "UnitSpecificProductLength": "2"}]},
     "ProductMeasurementUnit"),
    ({"to_SalesDelivery": [{"ProductSalesOrg": "1010", "ProductDistributionChnl": "10", "SalesMeasureUnit": "BOX"}]},
     "SalesMeasureUnit"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "target"), REFUSED)
def test_a_product_is_refused(sap: Caller, fields: dict[str, Any], target: str) -> None:
    status, _, named = refusal(sap.call("POST", PRODUCT, {**BOLT, **fields}))
    assert (status, named) == (400, target)
    assert sap.rows(PRODUCT) == sap.rows("A_ProductDescription") == []


def test_a_gtin_belongs_to_one_product(sap: Caller) -> None:
    sap.post(PRODUCT, BOLT)
    other = {**BOLT, "Product": "OTHER", "to_ProductUnitsOfMeasure": [], "to_SalesDelivery": []}
    assert refusal(sap.call("POST", PRODUCT, other))[1] == "GTIN 4006381333931 belongs to product B-8-40 already."


def test_a_product_changes_only_under_the_tag_it_was_read_with(sap: Caller) -> None:
    tag = sap.post(PRODUCT, BOLT)["__metadata"]["etag"]
    assert tag.startswith("W/\"datetimeoffset'")
    path = f"{PRODUCT}('B-8-40')"
    assert sap.call("PATCH", path, {"ProductGroup": "L002"}).status_code == 428
    assert sap.call("PATCH", path, {"ProductGroup": "L002"}, If_Match=tag).status_code == 204
    assert sap.call("PATCH", path, {"ProductGroup": "L003"}, If_Match=tag).status_code == 412
    assert sap.get(path)["ProductGroup"] == "L002"


def test_a_change_below_moves_stamp_and_tag_one_that_changes_nothing_does_not(sap: Caller) -> None:
    before = sap.post(PRODUCT, BOLT)
    text = "A_ProductDescription(Product='B-8-40',Language='EN')"
    assert sap.call("PATCH", text, {"ProductDescription": "Hex screw"}).status_code == 204
    after = sap.get(f"{PRODUCT}('B-8-40')")
    assert after["LastChangeDateTime"] > before["LastChangeDateTime"]
    assert after["__metadata"]["etag"] != before["__metadata"]["etag"]
    assert sap.call("PATCH", text, {"ProductDescription": "Hex screw"}).status_code == 204
    assert sap.get(f"{PRODUCT}('B-8-40')")["__metadata"]["etag"] == after["__metadata"]["etag"]


def test_weight_and_gtin_are_those_of_the_base_unit_either_way(sap: Caller) -> None:
    sap.post(PRODUCT, BOLT)
    product, unit = f"{PRODUCT}('B-8-40')", "A_ProductUnitsOfMeasure(Product='B-8-40',AlternativeUnit='PC')"
    sap.patch(product, {"GrossWeight": "0.025", "ProductStandardID": ""})
    assert (sap.get(unit)["GrossWeight"], sap.get(unit)["GlobalTradeItemNumber"]) == ("0.025", "")
    sap.patch(unit, {"GrossWeight": "0.030", "GlobalTradeItemNumber": "4006381333931"})
    assert (sap.get(product)["GrossWeight"], sap.get(product)["ProductStandardID"]) == ("0.030", "4006381333931")
    sap.post(f"{unit}/to_InternationalArticleNumber",
             {"ProductStandardID": "96385074", "IsMainGlobalTradeItemNumber": True})
    assert sap.get(product)["ProductStandardID"] == "96385074"
    flags = {row["ProductStandardID"]: row["IsMainGlobalTradeItemNumber"]
             for row in sap.rows(f"{unit}/to_InternationalArticleNumber")}
    assert flags == {"4006381333931": False, "96385074": True}


def test_what_a_product_must_keep_cannot_be_deleted(sap: Caller) -> None:
    sap.post(PRODUCT, {**BOLT, "to_Description": BOLT["to_Description"][:1]})
    for path in ("A_ProductUnitsOfMeasure(Product='B-8-40',AlternativeUnit='PC')",
                 "A_ProductDescription(Product='B-8-40',Language='DE')"):
        assert sap.call("DELETE", path).status_code == 400
    assert sap.call("DELETE", f"{PRODUCT}('B-8-40')", If_Match="*").status_code == 405
    assert sap.call("DELETE", "A_ProductUnitsOfMeasure(Product='B-8-40',AlternativeUnit='CAR')").status_code == 204


def test_products_are_filtered_by_stamp_and_paged(sap: Caller, system: Running) -> None:
    records = [{"object": PRODUCT, "fields": {**BOLT, "Product": f"P-{n}", "ProductStandardID": "",
                                              "to_ProductUnitsOfMeasure": [], "to_SalesDelivery": [],
                                              "_changed": f"2026-03-0{n}T10:00:00+00:00"}} for n in range(1, 6)]
    assert system.control("load", {"records": records}) == {"loaded": 5}
    since = "LastChangeDateTime ge datetimeoffset'2026-03-03T10:00:00Z'"
    assert [row["Product"] for row in sap.rows(PRODUCT, filter=since)] == ["P-3", "P-4", "P-5"]
    page = sap.get(PRODUCT, orderby="Product")
    assert [row["Product"] for row in page["results"]] == ["P-1", "P-2", "P-3"] and "__next" in page
    assert system.dump(PRODUCT)[0]["_changed"] == "2026-03-01T10:00:00+00:00"


def test_services_do_not_know_each_others_sets(sap: Caller, prices: Caller) -> None:
    assert sap.call("GET", "A_BusinessPartner").status_code == 404
    assert prices.call("GET", PRODUCT).status_code == 404
    answer = prices.call("GET", "A_Nothing")
    assert answer.json()["error"]["innererror"]["application"]["service_id"] == "API_SLSPRICINGCONDITIONRECORD_SRV"
    assert sap.call("GET", f"{PRODUCT}('B-8-40')/to_Valuation").status_code == 404


def test_users_act_on_products(sap: Caller, system: Running) -> None:
    assert system.control("create", {"object": PRODUCT, "fields": BOLT}) == {"id": "B-8-40"}
    tag = sap.get(f"{PRODUCT}('B-8-40')")["__metadata"]["etag"]
    change = {"to_Description": [{"Language": "EN", "ProductDescription": "Bolt"}], "IndustryStandardName": "ISO 4017"}
    system.control("edit", {"object": PRODUCT, "id": "B-8-40", "fields": change, "silent": True})
    found = sap.get(f"{PRODUCT}('B-8-40')", expand="to_Description")
    assert found["IndustryStandardName"] == "ISO 4017" and found["__metadata"]["etag"] == tag
    assert {row["ProductDescription"] for row in found["to_Description"]["results"]} >= {"Bolt"}
    system.control("remove", {"object": PRODUCT, "id": "B-8-40"})
    assert system.dump(PRODUCT)[0]["_deleted"] is True
    assert sap.get(f"{PRODUCT}('B-8-40')")["__metadata"]["etag"] != tag


# ---- prices --------------------------------------------------------------------------------------------------------


def periods(prices: Caller) -> list[tuple[str, int, int]]:
    """Record, start and end of each period, the earliest first."""
    rows = prices.rows(VALIDITY, orderby="ConditionValidityStartDate")
    return [(row["ConditionRecord"], *(int(row[f"ConditionValidity{end}Date"][6:-2]) for end in ("Start", "End")))
            for row in rows]  # fmt: skip


def test_a_price_is_kept_with_its_period_and_key(prices: Caller) -> None:
    made = prices.post(RECORD, PRICE)
    assert (made["ConditionRecord"], made["ConditionRateAmount"]) == ("0000000001", "12.500000000")
    found, = prices.rows(VALIDITY, filter="Material eq 'B-8-40' and ConditionType eq 'PPR0'",
                         expand="to_SlsPrcgConditionRecord/to_SlsPrcgCndnRecordScale")
    assert (found["PriceListType"], found["TransactionCurrency"], found["SalesOrganization"]) == ("10", "EUR", "1010")
    record = found["to_SlsPrcgConditionRecord"]
    assert (record["ConditionRateValue"], record["ConditionQuantity"], record["ConditionQuantityUnit"]) == (
        "12.500", "100", "PC")  # fmt: skip
    assert record["to_SlsPrcgCndnRecordScale"]["results"] == []
    assert record["LastChangeDateTime"] and record["__metadata"]["etag"] and found["__metadata"]["etag"]


PRICES_REFUSED = [
    (price("2026-01-01", ConditionType="ZZZZ"), "ConditionType"),
    (price("2026-01-01", ConditionTable="999"), "ConditionTable"),
    (price("2026-01-01", ConditionRateValue="0"), "ConditionRateValue"),
    (price("2026-01-01", ConditionRateValue="1.234"), "ConditionRateValue"),
    (price("2026-01-01", ConditionRateValueUnit="XYZ"), "ConditionRateValueUnit"),
    (price("2026-01-01", ConditionQuantityUnit="BOX"), "ConditionQuantityUnit"),
    (price("2026-01-01", ConditionQuantity="100000"), "ConditionQuantity"),
    (price("2026-07-01", "2026-01-01"), "ConditionValidityEndDate"),
    (price("2026-01-01", Material="NONE"), "Material"),
    (price("2026-01-01", PriceListType=""), "PriceListType"),
    (price("2026-01-01", CustomerGroup="01"), "CustomerGroup"),
    ({**PRICE, "to_SlsPrcgCndnRecdValidity": []}, "to_SlsPrcgCndnRecdValidity"),
    ({**PRICE, "to_SlsPrcgCndnRecordScale": [{"ConditionScaleQuantity": "5", "ConditionRateValue": "1"}] * 2},
     "ConditionScaleQuantity"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "target"), PRICES_REFUSED)
def test_a_price_is_refused(prices: Caller, body: dict[str, Any], target: str) -> None:
    status, _, named = refusal(prices.call("POST", RECORD, body))
    assert (status, named) == (400, target)
    assert prices.rows(RECORD) == prices.rows(VALIDITY) == []


def test_a_price_with_a_scale_is_that_of_its_first_line(prices: Caller) -> None:
    lines = [{"ConditionScaleQuantity": "1", "ConditionRateValue": "12.00"},
             {"ConditionScaleQuantity": "500", "ConditionRateValue": "11.90"}]  # fmt: skip
    made = prices.post(RECORD, {**PRICE, "to_SlsPrcgCndnRecordScale": lines})
    assert made["ConditionRateValue"] == "12.000" and made["PricingScaleBasis"] == "C"
    first = prices.rows(SCALE, orderby="ConditionScaleQuantity")[0]
    path = f"{SCALE}(ConditionRecord='0000000001',ConditionSequentialNumber='1',ConditionScaleLine='1')"
    tag = first["__metadata"]["etag"]
    assert prices.call("PATCH", path, {"ConditionRateValue": "12.10"}, If_Match=tag).status_code == 204
    assert prices.call("PATCH", path, {"ConditionRateValue": "12.20"}, If_Match=tag).status_code == 412
    assert prices.get(f"{RECORD}('0000000001')")["ConditionRateValue"] == "12.100"


def test_only_what_the_service_lets_change_changes(prices: Caller) -> None:
    before = prices.post(RECORD, PRICE)
    path = f"{RECORD}('0000000001')"
    assert prices.call("PATCH", path, {"ConditionRateValue": "13.00"}).status_code == 428
    prices.patch(path, {"ConditionRateValue": "13.00"})
    after = prices.get(path)
    assert after["ConditionRateValue"] == "13.000" and after["LastChangeDateTime"] > before["LastChangeDateTime"]
    answer = prices.call("PATCH", path, {"ConditionQuantity": "10"}, If_Match="*")
    assert refusal(answer)[::2] == (400, "ConditionQuantity")


def test_a_period_ends_earlier_and_its_key_moves_with_it(prices: Caller) -> None:
    prices.post(RECORD, PRICE)
    path = f"{VALIDITY}(ConditionRecord='0000000001',ConditionValidityEndDate=datetime'{{}}T00:00:00')"
    prices.patch(path.format("9999-12-31"), {"ConditionValidityEndDate": date("2026-06-30")})
    assert periods(prices) == [("0000000001", DAY["2026-01-01"], DAY["2026-06-30"])]
    assert prices.get(path.format("2026-06-30"))["Material"] == "B-8-40"
    assert prices.call("GET", path.format("9999-12-31")).status_code == 404
    answer = prices.call("PATCH", path.format("2026-06-30"), {"PriceListType": "20"}, If_Match="*")
    assert refusal(answer)[::2] == (400, "PriceListType")


def test_a_new_price_ends_the_one_before_it(prices: Caller) -> None:
    prices.post(RECORD, price("2026-01-01"))
    prices.post(RECORD, price("2026-07-01", ConditionRateValue="13"))
    assert periods(prices) == [("0000000001", DAY["2026-01-01"], DAY["2026-06-30"]),
                               ("0000000002", DAY["2026-07-01"], DAY["9999-12-31"])]  # fmt: skip


def test_a_price_in_the_middle_splits_the_one_around_it(prices: Caller) -> None:
    prices.post(RECORD, price("2026-01-01"))
    prices.post(RECORD, price("2026-06-30", "2026-07-01", ConditionRateValue="13"))
    day = 86_400_000
    assert periods(prices) == [("0000000001", DAY["2026-01-01"], DAY["2026-06-30"] - day),
                               ("0000000002", DAY["2026-06-30"], DAY["2026-07-01"]),
                               ("0000000001", DAY["2026-07-01"] + day, DAY["9999-12-31"])]  # fmt: skip


def test_a_price_takes_the_place_of_one_it_covers_but_not_of_another_key(prices: Caller) -> None:
    prices.post(RECORD, price("2026-06-30", "2026-07-01"))
    prices.post(RECORD, price("2026-06-30", "2026-07-01", PriceListType="20"))
    prices.post(RECORD, price("2026-01-01", ConditionRateValue="13"))
    assert [one[0] for one in periods(prices)] == ["0000000003", "0000000002"]
    assert len(prices.rows(RECORD)) == 2


def test_overlaps_can_be_refused() -> None:
    with running("sap", refuse_overlaps=True) as system:
        products, prices = Caller(system, PRODUCTS), Caller(system, PRICES)
        products.fetch_token()
        prices.fetch_token()
        products.post(PRODUCT, BOLT)
        prices.post(RECORD, PRICE)
        answer = prices.call("POST", RECORD, price("2026-07-01"))
        assert refusal(answer)[1] == "Condition record 0000000001 is valid in this period already."


def test_prices_are_found_by_change_stamp_and_users_delete_them(prices: Caller, system: Running) -> None:
    record = {"object": RECORD, "fields": {**PRICE, "_changed": "2026-03-01T10:00:00+00:00"}}
    assert system.control("load", {"records": [record]}) == {"loaded": 1}
    since = "ConditionType eq 'PPR0' and LastChangeDateTime ge datetimeoffset'{}T00:00:00Z'"
    assert len(prices.rows(RECORD, filter=since.format("2026-03-01"))) == 1
    assert prices.rows(RECORD, filter=since.format("2026-03-02")) == []
    edit = {"object": RECORD, "id": "0000000001", "fields": {"ConditionIsDeleted": True}}
    system.control("edit", edit)
    assert len(prices.rows(RECORD, filter=since.format("2026-03-02"))) == 1
    assert system.dump(RECORD)[0]["_deleted"] is True
    system.control("remove", {"object": RECORD, "id": "0000000001"})
    assert prices.rows(VALIDITY) == []

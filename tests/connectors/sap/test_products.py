"""A recorded product and what it says, what SAP can hold of a product, and which writes bring it there."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.base import FieldRow, Payload
from connectors.errors import Misconfigured, Permanent
from connectors.sap import options, plan_products, prices, products, units
from connectors.sap.connector import Sap
from mdm.contracts import Desired
from mdm.engine.standardize import standardize
from mdm.engine.values import Key
from mdm.entities.product import PRODUCT
from tests.connectors.sap.test_mapping import READ, sap

BODY: dict[str, Any] = json.loads((Path(__file__).parent / "payloads" / "product.json").read_text())
SAYS = {
    "product_type": "item", "sku": "B-8-40", "mpn": "WF-933-8-40", "gtin": "4006381333931", "material_group": "L001",
    "category": "001200330", "standard": "DIN 933", "thread": "M8x1", "nominal_length": "40 mm", "base_unit": "H87",
    "names|de": "Sechskantschraube DIN 933 M8x40 8.8", "names|en": "Hexagon screw DIN 933 M8x40 8.8",
    "descriptions|en": "Full thread.\nZinc plated.", "length": "48.5 mm", "width": "13 mm",
    "gross_weight": "0.021 kg", "net_weight": "0.02 kg", "hs_code": "73181588", "pack_size": 100, "blocked": False,
    "alternative_units|CT": {"numerator": "100", "denominator": "1"},
    "prices|10/EUR": [
        {"amount": "12.5", "per": "100", "unit": "H87", "valid_from": "2026-01-01", "valid_to": "2026-12-31",
         "scale": [{"from": "500", "amount": "11.9"}]},
        {"amount": "13.1", "per": "100", "unit": "H87", "valid_from": "2027-01-01", "valid_to": "9999-12-31"},
    ],
    "prices|20/USD": [
        {"amount": "14", "per": "1", "unit": "CT", "valid_from": "2026-01-01", "valid_to": "9999-12-31"},
    ],
}  # fmt: skip


def payload(**changes: Any) -> Payload:
    return Payload(object_type="A_Product", external_id="B-8-40", body={**deepcopy(BODY), **changes}, observed_at=READ)


def says(*fields: FieldRow, given: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    (change,) = sap(*fields, **(given or {})).map(payload(**changes))
    return dict(change.attributes)


def results(name: str, **changes: Any) -> dict[str, Any]:
    """The rows of one navigation of the recorded product, the first of them changed."""
    first, *rest = deepcopy(BODY[name]["results"])
    return {"results": [{**first, **changes}, *rest]}


# ---- from SAP ------------------------------------------------------------------------------------------------------


def test_a_product() -> None:
    (change,) = sap().map(payload())
    assert change.attributes == SAYS
    assert (change.kind, change.entity, change.external_id, change.crosswalk_key) == (
        "snapshot", "product", "B-8-40", "")  # fmt: skip
    assert change.source_time == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # when its prices last changed


def test_every_attribute_is_one_of_a_product() -> None:
    assert {Key.parse(key).name for key in SAYS} <= {one.name for one in PRODUCT.attributes}
    assert {one.name for one in PRODUCT.attributes} >= products.HOLDS


def test_what_it_says_is_in_standard_form_so_that_it_can_be_compared() -> None:
    for name, value in SAYS.items():
        key = Key.parse(name)
        found = standardize(PRODUCT.attribute(key.name).kind, value, key.context)
        assert not found.problem
        assert found.value == (f"0{value}" if name == "gtin" else value)  # the hub fills GTINs up to 14 digits


SIZES = [
    ("M8X40", "M8", "40 mm"), ("m 8 x 40 mm", "M8", "40 mm"), ("M8X1X40", "M8x1", "40 mm"), ("M8", "M8", None),
    ("M8X1", "M8x1", None), ("M3X4", "M3", "4 mm"), ("M2,5X8", "M2.5", "8 mm"), ("M64X6", "M64x6", None),
    ("M8X40X20", None, None), ("40X60X20", None, None), ("4,0X40", None, None), ("DIN 933", None, None),
    ("", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "thread", "length"), SIZES)
def test_a_size_is_read_where_it_can_mean_one_thing(text: str, thread: str | None, length: str | None) -> None:
    found = says(SizeOrDimensionText=text)
    assert (found.get("thread"), found.get("nominal_length")) == (thread, length)


BLOCKED = [
    ({}, False), ({"IsMarkedForDeletion": True}, True), ({"CrossPlantStatus": "01"}, True),
    ({"CrossPlantStatus": "02"}, False),
    ({"CrossPlantStatus": "01", "CrossPlantStatusValidityDate": "/Date(1795219200000)/"}, True),  # 2026-11-21, today
    ({"CrossPlantStatus": "01", "CrossPlantStatusValidityDate": "/Date(1795305600000)/"}, False),  # tomorrow
    ({"to_SalesDelivery": results("to_SalesDelivery", ProductSalesStatus="01")}, True),
    ({"to_SalesDelivery": results("to_SalesDelivery", ProductSalesStatus="01", ProductSalesOrg="1710")}, False),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "blocked"), BLOCKED)
def test_what_forbids_its_sale_blocks_it(changes: dict[str, Any], blocked: bool) -> None:
    assert says(**changes)["blocked"] is blocked


def test_options_give_codes_their_texts_and_name_the_blocking_statuses() -> None:
    given = {"brands": {"0007": "Würfel"}, "categories": {"001200330": "Hexagon screws"}, "blocked_statuses": ["02"]}
    found = says(given=given, CrossPlantStatus="02")
    assert (found["brand"], found["category"], found["blocked"]) == ("Würfel", "Hexagon screws", True)


def test_an_admins_fields_are_read_and_written() -> None:
    row = FieldRow(object_type="A_Product", native="YY1_Grade_PRD", key="grade", write=True)
    assert says(row, YY1_Grade_PRD="8.8")["grade"] == "8.8"
    assert sap(row).represent("A_Product", {"grade": "10.9"}) == {"grade": "10.9"}


def test_the_gtin_of_the_base_unit_serves_where_the_product_shows_none() -> None:
    assert says(ProductStandardID="")["gtin"] == "4006381333931"


def test_a_unit_that_is_not_known_stays_as_it_is() -> None:
    assert says(BaseUnit="QXZ")["base_unit"] == "QXZ"
    assert "pack_size" not in says(to_SalesDelivery=results("to_SalesDelivery", SalesMeasureUnit="PC"))


def unit(name: str, above: str, below: str = "1") -> dict[str, str]:
    return {"Product": "B-8-40", "AlternativeUnit": name, "QuantityNumerator": above, "QuantityDenominator": below}


PACKS = [
    ("PC", "CAR", [unit("PC", "1"), unit("CAR", "100")], 100),
    ("PC", "", [unit("PC", "1"), unit("CAR", "100")], None),
    ("PAK", "", [unit("PAK", "1"), unit("ST", "1", "200"), unit("CAR", "4")], 200),
    ("PAK", "CAR", [unit("PAK", "1"), unit("PC", "1", "200"), unit("CAR", "4")], 800),
    ("PAK", "PC", [unit("PAK", "1"), unit("PC", "1", "200"), unit("CAR", "4")], None),
    ("PAK", "PAL", [unit("PAK", "1"), unit("PC", "1", "200"), unit("CAR", "4")], None),
    ("PAK", "", [unit("PAK", "1")], None),
    ("KG", "", [unit("KG", "1"), unit("PC", "1", "7")], 7),
    ("PC", "CAR", [unit("PC", "1"), unit("CAR", "5", "2")], None),
    ("PC", "CAR", [unit("PC", "1"), unit("CAR", "0")], None),
]  # fmt: skip


@pytest.mark.parametrize(("base", "sold", "rows", "pieces"), PACKS)
def test_a_pack_is_as_many_pieces_as_the_unit_it_is_sold_in(
    base: str, sold: str, rows: list[dict[str, str]], pieces: int | None
) -> None:
    found = says(BaseUnit=base, to_ProductUnitsOfMeasure={"results": rows},
                 to_SalesDelivery=results("to_SalesDelivery", SalesMeasureUnit=sold))  # fmt: skip
    assert found.get("pack_size") == pieces


LEFT_OUT = [
    {"ConditionReleaseStatus": "A"}, {"PriceListType": ""}, {"TransactionCurrency": "EUR"},
    {"to_SlsPrcgConditionRecord": None},
]  # fmt: skip


@pytest.mark.parametrize("changes", LEFT_OUT)
def test_periods_that_are_no_price_of_a_list_are_left_out(changes: dict[str, Any]) -> None:
    first = next(row for row in BODY["prices"] if row["PriceListType"] == "20")
    record = first["to_SlsPrcgConditionRecord"]
    assert says(prices=[first])["prices|20/USD"]
    assert not [key for key in says(prices=[{**first, **changes}]) if key.startswith("prices")]
    for of_record in ({"ConditionIsDeleted": True}, {"ConditionTable": "304"}, {"ConditionRateValueUnit": "EUR"}):
        other = {**first, "to_SlsPrcgConditionRecord": {**record, **of_record}}
        assert not [key for key in says(prices=[other]) if key.startswith("prices")]


def test_a_scale_in_another_unit_is_refused() -> None:
    rows = deepcopy(BODY["prices"])
    lines = next(row for row in rows if row["to_SlsPrcgConditionRecord"]["to_SlsPrcgCndnRecordScale"]["results"])
    lines["to_SlsPrcgConditionRecord"]["to_SlsPrcgCndnRecordScale"]["results"][1]["ConditionScaleQuantityUnit"] = "CAR"
    with pytest.raises(Permanent, match="scale in CAR"):
        says(prices=rows)


WRONG = [
    ({"Product": "OTHER"}, "Product"), ({"GrossWeight": "heavy"}, "GrossWeight"), ({"to_Description": None},
     "to_Description"), ({"prices": None}, "prices"), ({"to_ProductUnitsOfMeasure": {"__deferred": {}}},
     "to_ProductUnitsOfMeasure"), ({"LastChangeDateTime": "yesterday"}, "LastChangeDateTime"),
    ({"LastChangeDateTime": None, "CreationDate": None}, "LastChangeDateTime"), ({"IsMarkedForDeletion": "X"},
     "IsMarkedForDeletion"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_what_cannot_be_read_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Permanent) as refusal:
        says(**changes)
    assert refusal.value.field == field and "A_Product B-8-40" in str(refusal.value)


def test_a_product_that_is_not_there_is_gone() -> None:
    (change,) = sap().map(replace(payload(), body={}))
    assert (change.kind, change.entity) == ("delete", "product")


# ---- what SAP can hold ---------------------------------------------------------------------------------------------

PRICE = {"amount": "12.5", "per": "100", "unit": "H87"}
HELD = [
    ({"names|en": "word " * 20}, {"names|en": "word word word word word word word word"}),
    ({"names|deu": "x", "names|en": " ", "descriptions|de": "y " * 100}, {"descriptions|de": ("y " * 100).strip()}),
    ({"standard": "iso 4017", "mpn": "x" * 41}, {"standard": "ISO 4017"}),
    ({"standard": "DIN EN ISO 4017 special"}, {}),
    ({"sku": "X", "gtin": "4006381333931", "base_unit": "H87", "category": "x", "grade": "8.8", "thread": "M8"}, {}),
    ({"gross_weight": "25 g", "net_weight": "0.024 kg"}, {"gross_weight": "25 g", "net_weight": "24 g"}),
    ({"gross_weight": "0.0211 kg"}, {}),
    ({"gross_weight": "25 mm", "length": "1 in", "width": "2 cm"}, {"length": "1 in"}),
    ({"length": "20 mm", "width": "1 in"}, {"length": "20 mm", "width": "25.4 mm"}),
    ({"blocked": True}, {"blocked": True}),
    ({"prices|10/EUR": [PRICE]}, {"prices|10/EUR": [PRICE]}),
    ({"prices|10/EUR": [{**PRICE, "scale": [{"from": "500", "amount": "11.9"}]}]},
     {"prices|10/EUR": [{**PRICE, "scale": [{"from": "500", "amount": "11.9"}]}]}),
    ({"prices|10/EUR": [{**PRICE, "amount": "12.345"}]}, {}),
    ({"prices|10/JPY": [{**PRICE, "amount": "12.5"}]}, {}),
    ({"prices|10/EUR": [{**PRICE, "amount": "0"}]}, {}),
    ({"prices|10/EUR": [{**PRICE, "per": "0.5"}]}, {}),
    ({"prices|10/EUR": [{**PRICE, "per": "100000"}]}, {}),
    ({"prices|10/EUR": [{**PRICE, "unit": "ZZZ"}]}, {}),
    ({"prices|10/EUR": [{**PRICE, "scale": [{"from": "1", "amount": "11.9"}]}]}, {}),
    ({"prices|10/EUR": [{**PRICE, "scale": "cheaper"}]}, {}),
    ({"prices|100/EUR": [PRICE], "prices|10": [PRICE], "prices|10/EUR": []}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "held"), HELD)
def test_what_sap_can_hold(wanted: dict[str, Any], held: dict[str, Any]) -> None:
    found = sap().represent("A_Product", wanted)
    assert found == held
    assert sap().represent("A_Product", found) == found


def test_what_it_holds_it_can_hold() -> None:
    held = sap().represent("A_Product", SAYS)
    assert held == {key: value for key, value in SAYS.items() if Key.parse(key).name in products.HOLDS}


# ---- writes --------------------------------------------------------------------------------------------------------


def desired(attributes: dict[str, Any], **changes: Any) -> Desired:
    base = Desired(connection="erp", object_type="A_Product", entity="product", golden_id="golden-1",
                   crosswalk_key="hub-1", external_id="B-8-40", attributes=attributes, changed=frozenset(attributes))
    return replace(base, **changes)


def writes(wanted: Desired, given: dict[str, Any] | None = None, **changes: Any) -> list[tuple[str, str, Any]]:
    body = payload(**changes).body
    planned = plan_products.update(wanted, body, (), options.read(given or {}), READ)
    return [(one.method, one.path, one.body) for one in planned]


HERE = "A_Product('B-8-40')"
BASE = "A_ProductUnitsOfMeasure(Product='B-8-40',AlternativeUnit='PC')"
UPDATES = [
    ("nothing", {}, []),
    ("what it holds", {
        "names|en": SAYS["names|en"], "gross_weight": "0.021 kg", "length": "48.5 mm", "blocked": False,
        "standard": "DIN 933", "mpn": "WF-933-8-40", "descriptions|en": SAYS["descriptions|en"],
        "prices|10/EUR": [{**PRICE, "scale": [{"from": "500", "amount": "11.9"}]}],
    }, []),
    ("texts", {"names|en": "Hex screw", "names|fr": "Vis", "descriptions|en": None, "descriptions|de": "Voll"}, [
        ("DELETE", "A_ProductBasicText(Product='B-8-40',Language='EN')", None),
        ("POST", f"{HERE}/to_ProductBasicText", {"Product": "B-8-40", "Language": "DE", "LongText": "Voll"}),
        ("PATCH", "A_ProductDescription(Product='B-8-40',Language='EN')", {"ProductDescription": "Hex screw"}),
        ("POST", f"{HERE}/to_Description", {"Product": "B-8-40", "Language": "FR", "ProductDescription": "Vis"}),
    ]),
    ("plain fields", {"standard": "ISO 4017", "mpn": None}, [
        ("PATCH", HERE, {"IndustryStandardName": "ISO 4017", "ProductManufacturerNumber": ""})]),
    ("one weight", {"gross_weight": "0.025 kg"}, [("PATCH", HERE, {"GrossWeight": "0.025"})]),
    ("weights of another unit", {"gross_weight": "25 g", "net_weight": "20 g"}, [
        ("PATCH", HERE, {"GrossWeight": "25", "NetWeight": "20", "WeightUnit": "G"})]),
    ("dimensions", {"length": None, "width": "14 mm", "height": "5 mm"}, [
        ("PATCH", BASE, {"UnitSpecificProductLength": "0", "UnitSpecificProductWidth": "14",
                         "UnitSpecificProductHeight": "5"})]),
    ("a block", {"blocked": True}, [("PATCH", HERE, {"CrossPlantStatus": "01"})]),
]  # fmt: skip


@pytest.mark.parametrize(("attributes", "expected"), [pytest.param(*rest, id=name) for name, *rest in UPDATES])
def test_only_what_differs_is_written(attributes: dict[str, Any], expected: list[Any]) -> None:
    assert sorted(writes(desired(attributes)), key=str) == sorted(expected, key=str)


def test_the_product_itself_is_written_first_under_its_tag() -> None:
    wanted = desired({"standard": "ISO 4017", "names|en": "Hex screw", "prices|20/USD": [{**PRICE, "unit": "CT"}]})
    first, *rest = plan_products.update(wanted, payload().body, (), options.read({}), READ)
    assert (first.path, first.etag) == (HERE, BODY["__metadata"]["etag"])
    assert [one.etag for one in rest] == ["", ""] and rest[-1].path == "A_SlsPrcgConditionRecord"


def test_a_block_is_written_and_taken_back() -> None:
    blocked = {"CrossPlantStatus": "01", "CrossPlantStatusValidityDate": "/Date(1795219200000)/"}
    future = {**blocked, "CrossPlantStatusValidityDate": "/Date(1795305600000)/"}
    assert writes(desired({}, operation="block"), **blocked) == []
    assert writes(desired({}, operation="block"), **future) == [("PATCH", HERE, {"CrossPlantStatusValidityDate": None})]
    sales = {"to_SalesDelivery": results("to_SalesDelivery", ProductSalesStatus="01")}
    assert writes(desired({"blocked": False}), **blocked, **sales, IsMarkedForDeletion=True) == [
        ("PATCH", HERE, {"CrossPlantStatus": "", "IsMarkedForDeletion": False}),
        ("PATCH", "A_ProductSalesDelivery(Product='B-8-40',ProductSalesOrg='1010',ProductDistributionChnl='10')",
         {"ProductSalesStatus": ""}),
    ]  # fmt: skip
    with pytest.raises(Permanent, match="blocked_statuses"):
        writes(desired({}, operation="block"), given={"blocked_statuses": []})


def ms(day: str) -> str:
    return f"/Date({int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)})/"


def dates(write: tuple[str, str, Any]) -> tuple[str, str]:
    (period,) = write[2]["to_SlsPrcgCndnRecdValidity"]
    return period["ConditionValidityStartDate"], period["ConditionValidityEndDate"]


def test_a_new_price_holds_from_today_until_the_old_one_would_have_ended() -> None:
    wanted = {"prices|10/EUR": [{**PRICE, "amount": "12.9", "scale": [{"from": "500", "amount": "12"}]}]}
    (write,) = writes(desired(wanted))
    assert write[:2] == ("POST", "A_SlsPrcgConditionRecord")
    assert write[2] == {
        "ConditionType": "PPR0", "ConditionTable": "306", "ConditionRateValue": "12.9", "ConditionRateValueUnit": "EUR",
        "ConditionQuantity": "100", "ConditionQuantityUnit": "PC",
        "to_SlsPrcgCndnRecdValidity": [{
            "SalesOrganization": "1010", "DistributionChannel": "10", "PriceListType": "10",
            "TransactionCurrency": "EUR", "Material": "B-8-40",
            "ConditionValidityStartDate": ms("2026-11-21"), "ConditionValidityEndDate": ms("2026-12-31")}],
        "to_SlsPrcgCndnRecordScale": [
            {"ConditionScaleQuantity": "1", "ConditionScaleQuantityUnit": "PC", "ConditionRateValue": "12.9",
             "ConditionRateValueUnit": "EUR"},
            {"ConditionScaleQuantity": "500", "ConditionScaleQuantityUnit": "PC", "ConditionRateValue": "12",
             "ConditionRateValueUnit": "EUR"}],
    }  # fmt: skip


def test_where_no_price_holds_a_new_one_ends_before_the_next_begins() -> None:
    later = [row for row in BODY["prices"] if row["ConditionValidityStartDate"] == ms("2027-01-01")]
    assert dates(*writes(desired({"prices|10/EUR": [PRICE]}), prices=later)) == (ms("2026-11-21"), ms("2026-12-31"))
    assert dates(*writes(desired({"prices|30/EUR": [PRICE]}))) == (ms("2026-11-21"), ms("9999-12-31"))


def test_prices_sap_cannot_take_are_refused() -> None:
    with pytest.raises(Permanent, match="no unit BX"):
        writes(desired({"prices|10/EUR": [{**PRICE, "unit": "BX"}]}))
    with pytest.raises(Permanent, match="takes no price away"):
        writes(desired({"prices|10/EUR": None}))
    with pytest.raises(Permanent, match="price_path"):
        writes(desired({"prices|10/EUR": [PRICE]}), given={"price_path": ""})


# ---- units and options ---------------------------------------------------------------------------------------------


def test_units_are_read_either_way_and_written_as_english_ones() -> None:
    assert [units.code(unit) for unit in ("ST", "pc", "EA", "KAR", '"', "QXZ")] == [
        "H87", "H87", "H87", "CT", "INH", "QXZ"]  # fmt: skip
    assert set(units.SIZES) == set(units.SYMBOLS) == {*units.LENGTHS, *units.WEIGHTS}


@pytest.mark.parametrize(("name", "value"), [
    ("price_area", "1010"), ("price_type", "ppr0"), ("price_table", 306), ("blocked_statuses", "01"),
    ("brands", {"0007": 7}), ("product_path", None),
])  # fmt: skip
def test_a_wrong_option_is_named(name: str, value: Any) -> None:
    with pytest.raises(Misconfigured, match=name):
        options.read({name: value})


def test_a_price_is_the_same_whatever_its_dates() -> None:
    dated = {**PRICE, "valid_from": "2026-01-01", "valid_to": "9999-12-31"}
    assert prices.is_same(dated, PRICE) and not prices.is_same({**dated, "per": "1"}, PRICE)
    assert not prices.is_same(None, PRICE)


def test_the_old_number_is_read_and_never_written() -> None:
    assert says(ProductOldID="405367")["former_sku"] == "405367"
    assert all("former_sku" not in kind.holds for kind in Sap.object_types)

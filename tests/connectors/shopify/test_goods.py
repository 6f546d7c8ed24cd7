"""Variants and families: what is read of them, how values change form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.base import FieldRow
from connectors.errors import Permanent
from connectors.shopify import fields, goods, mapping
from mdm.contracts import Ref
from tests.connectors.shopify.bodies import ACCESS, GOODS, VARIANT, body, payload

PRICE = "prices|10/EUR"
ENDS = {"product": Ref("ProductVariant", VARIANT["id"]), "family": Ref("Product", GOODS["id"])}
GERMAN = replace(ACCESS, options={**ACCESS.options, "language": "de", "currency": "INR", "price_list": "20"})


def read(name, given=None, access=ACCESS):
    return mapping.read(payload(name, given), access)


def piece(amount, unit="H87"):
    return [{"amount": amount, "per": "1", "unit": unit}]


# ---- reading --------------------------------------------------------------------------------------------------------


def test_a_variant_of_a_family():
    item, part = read("ProductVariant")
    assert dict(item.attributes) == {
        "product_type": "item", "sku": "BM-1040", "gtin": "4006381333931", "hs_code": "73181569", "base_unit": "H87",
        "pack_size": 100, "ids|erp": "1040", "names|en": "Hex bolt DIN 933 M8 40 mm 100",
        "web_title": "Hex bolt DIN 933 M8", "web_description": "<p>Full thread</p>", "category": "Bolts",
        "brand": "Reyher", "images||gid://shopify/MediaImage/91": "https://cdn.example/bolt.png",
        "gross_weight": "1.25 kg", PRICE: piece("12.5"),
    }  # fmt: skip
    assert (item.entity, item.kind, item.crosswalk_key) == ("product", "snapshot", "src-3")
    assert item.source_time == datetime(2026, 2, 3, 4, 5, 8, tzinfo=UTC), "its product's stamp counts too"
    assert (part.object_type, part.entity, part.external_id) == ("ProductVariant.Family", "variant", VARIANT["id"])
    assert (part.kind, dict(part.refs), dict(part.attributes)) == ("snapshot", ENDS, {})


def test_the_only_variant_of_a_product_has_no_family():
    alone = body("ProductVariant", "product.variantsCount.count", 1)
    alone["selectedOptions"] = [{"name": "Title", "value": "Default Title"}]
    item, part = read("ProductVariant", alone)
    assert item.attributes["names|en"] == item.attributes["web_title"] == "Hex bolt DIN 933 M8"
    assert (part.kind, dict(part.refs)) == ("delete", {})


def test_a_family():
    (family,) = read("Product")
    assert dict(family.attributes) == {
        "product_type": "family", "names|en": "Hex bolt DIN 933 M8", "web_title": "Hex bolt DIN 933 M8",
        "web_description": "<p>Full thread</p>", "category": "Bolts", "brand": "Reyher",
        "images||gid://shopify/MediaImage/91": "https://cdn.example/bolt.png",
    }  # fmt: skip
    assert (family.entity, family.crosswalk_key, dict(family.refs)) == ("product", "", {})


def test_what_is_gone_goes_with_its_place_in_the_family():
    gone = read("ProductVariant", {"_deleted_at": "2026-03-01T00:00:00Z"})
    assert [(one.object_type, one.entity, one.kind) for one in gone] == [
        ("ProductVariant", "product", "delete"), ("ProductVariant.Family", "variant", "delete"),
    ]  # fmt: skip
    assert [one.kind for one in read("Product", {})] == ["delete"]


def test_language_money_and_price_list_are_the_connections():
    item, _ = read("ProductVariant", access=GERMAN)
    assert item.attributes["names|de"] == "Hex bolt DIN 933 M8 40 mm 100"
    assert item.attributes["prices|20/INR"] == piece("12.5") and PRICE not in item.attributes


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("price", "0.00", PRICE), ("price", None, PRICE), ("inventoryItem.measurement.weight", None, "gross_weight"),
        ("inventoryItem.measurement.weight.value", 0, "gross_weight"), ("barcode", " ", "gtin"), ("sku", None, "sku"),
        ("product.vendor", "Goldenrod Fasteners", "brand"), ("product.productType", "", "category"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_left_out(path, value, key):
    assert key not in read("ProductVariant", body("ProductVariant", path, value))[0].attributes


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("price", "free", "price"), ("price", "-1", "price"), ("price", [], "price"),
        ("inventoryItem.measurement.weight", {"value": "1"}, "weight"), ("product", None, "product"),
        ("inventoryItem.measurement.weight", {"value": 1, "unit": "STONES"}, "weight"),
        ("product.variantsCount", {}, "variantsCount"), ("product.media", {"nodes": [7]}, "media"),
        ("selectedOptions", "40 mm", "selectedOptions"), ("updatedAt", "soon", "updatedAt"),
        ("m2.value", "many", "metafields.mdm.pack_size"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(path, value, field):
    with pytest.raises(Permanent) as refusal:
        read("ProductVariant", body("ProductVariant", path, value))
    assert refusal.value.field == field


def test_rows_of_an_admin_are_metafields_of_the_variant():
    row = FieldRow(object_type="ProductVariant", native="custom.coating", key="coating", write=True)
    access = replace(ACCESS, fields=(row,))
    given = {**body("ProductVariant"), "m20": {"namespace": "custom", "key": "coating", "value": "blue"}}
    assert read("ProductVariant", given, access)[0].attributes["coating"] == "blue"
    assert mapping.represent("ProductVariant", {"coating": "blue"}, access) == {"coating": "blue"}
    assert fields.keys("ProductVariant", [row])[-1] == "custom.coating" and fields.keys("Product", [row]) == []


# ---- representing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"gtin": "04006381333931"}, {"gtin": "04006381333931"}),
        ({"hs_code": "7318.15 69"}, {"hs_code": "73181569"}),
        ({"hs_code": "7318"}, {}),
        ({"gross_weight": "0.125 kg", "net_weight": "0.1 kg"}, {"gross_weight": "0.125 kg"}),
        ({"gross_weight": "12 t"}, {}),
        ({"gross_weight": "0 kg"}, {}),
        ({"pack_size": 100, "thread": "M8"}, {"pack_size": 100, "thread": "M8"}),
        ({"product_type": "item", "web_title": "Bolt", "images": "https://x.example", "category": "Bolts"},
         {"product_type": "item"}),
        ({"product_type": "family"}, {}),
        ({"names|en": "Bolt", "names|de": "Schraube"}, {"names|en": "Bolt"}),
        ({"names|fr": "Vis", "names|de": "Schraube"}, {"names|en": "Schraube"}),
        ({"names|en": "long " * 100}, {"names|en": ("long " * 51).strip()}),
        ({"blocked": True, "ids|golden": "G"}, {"ids|golden": "G"}),
        ({PRICE: [{"amount": "12.5", "per": "100", "unit": "H87"}], "base_unit": "H87"},
         {PRICE: piece("0.13"), "base_unit": "H87"}),
        ({PRICE: [{"amount": "99", "per": "10", "scale": [{"from": "5", "amount": "9"}]}]},
         {PRICE: [{"amount": "9.9", "per": "1"}]}),
        ({PRICE: piece("1.5", "CT"), "base_unit": "H87"}, {"base_unit": "H87"}),
        ({PRICE: [{"amount": "0.4", "per": "100"}]}, {}),
        ({PRICE: [{"amount": "0", "per": "1"}]}, {}),
        ({PRICE: [{"amount": "x"}]}, {}),
        ({PRICE: [{"amount": "1", "per": "0"}]}, {}),
        ({PRICE: "12"}, {}),
        ({"prices|10/USD": piece("1"), "prices|20/EUR": piece("1")}, {}),
    ],
)
def test_represent(given, held):
    assert mapping.represent("ProductVariant", given, ACCESS) == held
    assert mapping.represent("ProductVariant", held, ACCESS) == held
    assert mapping.represent("Product", given, ACCESS) == {}


def test_money_without_fractions_is_rounded_whole():
    assert str(goods.each([{"amount": "12.5", "per": "1"}], None, "JPY")) == "13"


def test_a_gtin_is_written_as_scanners_read_it():
    assert [goods.barcode(one) for one in ("04006381333931", "14006381333938", "ABC")] == [
        "4006381333931", "14006381333938", "ABC",
    ]  # fmt: skip

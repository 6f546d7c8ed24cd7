"""The entity sets of API_PRODUCT_SRV this sandbox simulates (OData v2, "Product Master (A2X)")."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.sap import product_fields as fields
from connectors.sandbox.sap.schema import PRODUCTS, Entity, entity

PRODUCT, DESCRIPTION, TEXT = "A_Product", "A_ProductDescription", "A_ProductBasicText"
UNIT, EAN = "A_ProductUnitsOfMeasure", "A_ProductUnitsOfMeasureEAN"
SALES, PLANT = "A_ProductSalesDelivery", "A_ProductPlant"
NAVIGATION = f"""
    to_Description -> {DESCRIPTION}
    to_Plant -> {PLANT}
    to_ProductBasicText -> {TEXT}
    to_ProductUnitsOfMeasure -> {UNIT}
    to_SalesDelivery -> {SALES}
"""


def _below_product(name: str, lines: str, navigation: str = "", **rest: Any) -> Entity:
    inherits = {"Product": "Product"}
    indexed = ("Product", *rest.pop("indexed", ()))
    return entity(
        name, lines, navigation, parent=PRODUCT, inherits=inherits, indexed=indexed, service=PRODUCTS, **rest
    )


ENTITIES: tuple[Entity, ...] = (
    entity(PRODUCT, fields.PRODUCT, NAVIGATION, deletable=False, service=PRODUCTS),
    _below_product(TEXT, fields.PRODUCT_BASIC_TEXT),
    _below_product(DESCRIPTION, fields.PRODUCT_DESCRIPTION),
    _below_product(PLANT, fields.PRODUCT_PLANT, deletable=False),
    _below_product(SALES, fields.PRODUCT_SALES_DELIVERY, deletable=False),
    _below_product(
        UNIT,
        fields.PRODUCT_UNITS_OF_MEASURE,
        f"to_InternationalArticleNumber -> {EAN}",
        indexed=("GlobalTradeItemNumber",),
    ),
    entity(
        EAN,
        fields.PRODUCT_UNITS_OF_MEASURE_EAN,
        parent=UNIT,
        inherits={"Product": "Product", "AlternativeUnit": "AlternativeUnit"},
        indexed=("Product", "ProductStandardID"),
        service=PRODUCTS,
    ),
)

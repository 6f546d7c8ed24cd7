"""Rules of the product: its number, texts, units, weights, GTINs and sales data."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.sandbox.sap import units
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import bad
from connectors.sandbox.sap.literals import day, milliseconds
from connectors.sandbox.sap.product_entities import DESCRIPTION, EAN, PRODUCT, SALES, UNIT
from connectors.sandbox.sap.rules.proposal import Proposal
from connectors.sandbox.sap.store import Records, Row

TEXTS = "SizeOrDimensionText IndustryStandardName ProductManufacturerNumber ProductOldID".split()
DIMENSIONS = ("UnitSpecificProductLength", "UnitSpecificProductWidth", "UnitSpecificProductHeight")
# What product and base unit share: the product's property -> that of its base unit.
SHARED = {
    "ProductStandardID": "GlobalTradeItemNumber",
    "InternationalArticleNumberCat": "GlobalTradeItemNumberCategory",
    "GrossWeight": "GrossWeight",
    "WeightUnit": "WeightUnit",
    "MaterialVolume": "MaterialVolume",
    "VolumeUnit": "VolumeUnit",
}


def check(proposal: Proposal) -> None:
    """A product: type, number, base unit and statuses the system knows; weights with their unit."""
    values = proposal.values
    if values["ProductType"] not in proposal.settings.product_types:
        raise bad("M3/100", f"Product type {values['ProductType'] or '(none)'} is not defined.", "ProductType")
    if proposal.new:
        _birth(proposal)
    proposal.unchanged("ProductType", "BaseUnit")
    check_unit_known(values, "BaseUnit", units.UNITS, needed=True)
    _status(proposal, "CrossPlantStatus")
    proposal.trim(*TEXTS)
    _weights(values)
    check_gtin(proposal, "ProductStandardID", own=str(values["Product"]))


def _birth(proposal: Proposal) -> None:
    """What a new product gets: a number where it brings none, and who made it when."""
    values, now = proposal.values, proposal.records.clock.now()
    span = "product"
    if values["Product"]:
        proposal.records.reserve(span, values["Product"])
    else:
        values["Product"] = proposal.records.number(span, proposal.settings.first_product)
    values["IndustrySector"] = values["IndustrySector"] or "M"
    values["CreationDate"] = day(milliseconds(now))
    values["CreatedByUser"] = proposal.settings.user[:12]


def check_unit_known(values: Mapping[str, Any], name: str, known: frozenset[str], *, needed: bool = False) -> None:
    """A unit of measure the system knows, of the right dimension."""
    if (values[name] or needed) and values[name] not in known:
        raise bad("BM/302", f"Unit of measurement {values[name] or '(none)'} is not defined or not allowed here.", name)


def _status(proposal: Proposal, name: str) -> None:
    status = proposal.values[name]
    if status and status not in proposal.settings.product_statuses:
        raise bad("M3/150", f"Status {status} is not defined.", name)


def _weights(values: dict[str, Any]) -> None:
    for name in ("GrossWeight", "NetWeight"):
        _not_negative(values, name)
    if values["NetWeight"] > values["GrossWeight"] > 0:
        text = f"Net weight {values['NetWeight']} is greater than gross weight {values['GrossWeight']}."
        raise bad("M3/182", text, "NetWeight")
    check_unit_known(values, "WeightUnit", units.MASS, needed=bool(values["GrossWeight"] or values["NetWeight"]))


def _not_negative(values: Mapping[str, Any], name: str) -> None:
    if values[name] < 0:
        raise bad("M3/181", f"{name} cannot be negative.", name)


def check_gtin(proposal: Proposal, name: str, *, own: str) -> None:
    """A GTIN with the right check digit, which no other product has."""
    number = proposal.values[name]
    if not number:
        return
    if not units.check_digit_is_right(number):
        raise bad("M3/350", f"{number} is no GTIN: its length or its check digit is wrong.", name)
    holders = {str(row.values["Product"]) for row in proposal.records.by(EAN, "ProductStandardID", number)}
    if others := holders - {own}:
        raise bad("M3/351", f"GTIN {number} belongs to product {min(others)} already.", name)


def check_text(proposal: Proposal) -> None:
    """A description or text: in a language the system knows."""
    values = proposal.values
    values["Language"] = values["Language"].upper()
    if values["Language"] not in units.LANGUAGES:
        raise bad("00/058", f"Language {values['Language'] or '(none)'} is not installed.", "Language")
    if proposal.row.entity.name == DESCRIPTION:
        proposal.trim("ProductDescription")
        proposal.require("ProductDescription", "M3/110", "Enter a description.")


def check_unit(proposal: Proposal) -> None:
    """A unit of a product: how many base units it is, what it measures and weighs, its GTIN."""
    values, product = proposal.values, proposal.parent.values
    check_unit_known(values, "AlternativeUnit", units.UNITS, needed=True)
    is_base = values["AlternativeUnit"] == product["BaseUnit"]
    values["BaseUnit"] = product["BaseUnit"]
    for name in ("QuantityNumerator", "QuantityDenominator"):
        values[name] = values[name] or Decimal(1)
        if values[name] < 0 or (is_base and values[name] != 1):
            raise bad("M3/190", f"{name} {values[name]} is not possible for {values['AlternativeUnit']}.", name)
    for name in (*DIMENSIONS, "GrossWeight"):
        _not_negative(values, name)
    measured = any(values[name] for name in DIMENSIONS)
    check_unit_known(values, "ProductMeasurementUnit", units.LENGTH, needed=measured)
    check_unit_known(values, "WeightUnit", units.MASS, needed=bool(values["GrossWeight"]))
    check_gtin(proposal, "GlobalTradeItemNumber", own=str(product["Product"]))


def check_ean(proposal: Proposal) -> None:
    """A GTIN of a unit; the first one is the main one."""
    values = proposal.values
    proposal.require("ProductStandardID", "M3/352", "Enter a GTIN.")
    check_gtin(proposal, "ProductStandardID", own=str(proposal.parent.values["Product"]))
    if proposal.new:
        values["ConsecutiveNumber"] = values["ConsecutiveNumber"] or _next_number(proposal.parent)
        others = proposal.parent.children(EAN)
        values["IsMainGlobalTradeItemNumber"] |= not any(one.values["IsMainGlobalTradeItemNumber"] for one in others)


def _next_number(unit: Row) -> str:
    return f"{max((int(one.values['ConsecutiveNumber']) for one in unit.children(EAN)), default=0) + 1:05d}"


def check_sales(proposal: Proposal) -> None:
    """Sales data of one organisation and channel: status and sales unit."""
    _status(proposal, "ProductSalesStatus")
    proposal.values["BaseUnit"] = proposal.parent.values["BaseUnit"]
    if proposal.records.find(PRODUCT, proposal.parent.key) is proposal.parent:  # else its units may come yet
        _sales_unit(proposal.row, proposal.parent)


def _sales_unit(sales: Row, product: Row) -> None:
    unit = sales.values["SalesMeasureUnit"]
    if unit and unit not in {one.values["AlternativeUnit"] for one in product.children(UNIT)}:
        raise bad("M3/191", f"The product has no unit {unit}: enter it there first.", "SalesMeasureUnit")


def check_plant(proposal: Proposal) -> None:
    """Data of one plant."""
    proposal.values["BaseUnit"] = proposal.parent.values["BaseUnit"]


# ---- a new record with all below it --------------------------------------------------------------------------------


def complete(product: Row) -> None:
    """A new product has a description, and a base unit that shares its weight and GTIN."""
    if not product.children(DESCRIPTION):
        raise bad("M3/110", "Enter a description.", "to_Description")
    base = _base(product)
    if base is None:
        entity, key = ENTITIES[UNIT], product.values["BaseUnit"]
        values = {**entity.initial, "Product": product.values["Product"], "AlternativeUnit": key, "BaseUnit": key}
        base = Row(entity, values | {"QuantityNumerator": Decimal(1), "QuantityDenominator": Decimal(1)}, product)
        product.below.setdefault(UNIT, {})[base.key] = base
    for ours, theirs in SHARED.items():
        held = product.values[ours] or base.values[theirs]
        product.values[ours] = base.values[theirs] = held
    for sales in product.children(SALES):
        _sales_unit(sales, product)


def complete_unit(unit: Row) -> None:
    """A unit that came with GTINs but names none has the main one of them."""
    eans = unit.children(EAN)
    if eans and not unit.values["GlobalTradeItemNumber"]:
        main = next((one for one in eans if one.values["IsMainGlobalTradeItemNumber"]), eans[0])
        unit.values["GlobalTradeItemNumber"] = main.values["ProductStandardID"]


def _base(product: Row) -> Row | None:
    name = product.values["BaseUnit"]
    return next((one for one in product.children(UNIT) if one.values["AlternativeUnit"] == name), None)


# ---- once it is kept -----------------------------------------------------------------------------------------------


def settle(records: Records, product: Row) -> None:
    """Weight, volume and GTIN of the product are those of its base unit."""
    if base := _base(product):
        records.put(base, {**base.values, **{theirs: product.values[ours] for ours, theirs in SHARED.items()}})
        settle_unit(records, base)


def settle_unit(records: Records, unit: Row) -> None:
    """The GTIN of a unit is the main one of its GTINs; that of the base unit is the product's."""
    gtin = unit.values["GlobalTradeItemNumber"]
    main = next((one for one in unit.children(EAN) if one.values["IsMainGlobalTradeItemNumber"]), None)
    if main is None and gtin:
        key = {"Product": unit.values["Product"], "AlternativeUnit": unit.values["AlternativeUnit"]}
        values = {**key, "ConsecutiveNumber": _next_number(unit), "ProductStandardID": gtin}
        main_values = {**ENTITIES[EAN].initial, **values, "IsMainGlobalTradeItemNumber": True}
        records.attach(Row(ENTITIES[EAN], main_values, unit))
    elif main and gtin:
        records.put(main, {**main.values, "ProductStandardID": gtin})
    elif main:
        records.detach(main)
    _to_product(unit)


def settle_ean(records: Records, ean: Row) -> None:
    """One GTIN of a unit is the main one, and the unit's."""
    unit = ean.parent
    assert unit is not None
    eans = unit.children(EAN)
    if ean in eans and ean.values["IsMainGlobalTradeItemNumber"]:
        for other in eans:
            other.values["IsMainGlobalTradeItemNumber"] = other is ean
    main = next((one for one in eans if one.values["IsMainGlobalTradeItemNumber"]), None)
    records.put(unit, {**unit.values, "GlobalTradeItemNumber": main.values["ProductStandardID"] if main else ""})
    _to_product(unit)


def _to_product(unit: Row) -> None:
    product = unit.root
    if product.entity.name == PRODUCT and unit.values["AlternativeUnit"] == product.values["BaseUnit"]:
        product.values |= {ours: unit.values[theirs] for ours, theirs in SHARED.items()}


def guard_unit(unit: Row) -> None:
    """The base unit of a product cannot be deleted."""
    if unit.values["AlternativeUnit"] == unit.root.values["BaseUnit"]:
        raise bad("M3/192", "The base unit of measure cannot be deleted.", "AlternativeUnit")


def guard_description(description: Row) -> None:
    """The last description of a product cannot be deleted."""
    if len(description.root.children(DESCRIPTION)) == 1:
        raise bad("M3/111", "A product needs a description in one language at least.", "Language")

"""Products <-> canonical attributes. Pure. Lengths are those of API_PRODUCT_SRV's metadata.

What SAP's standard fields do not say (grade, finish, material) is left to the names, or to an admin's mapping rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from connectors.base import FieldRow, Payload
from connectors.errors import Permanent
from connectors.mapping import Field, fit, flag, plain, read, represent, required, run_time, text
from connectors.sap import odata, prices, units
from connectors.sap.mapping import gone, is_gone
from connectors.sap.odata import Record, many
from connectors.sap.options import Options
from mdm.contracts import SourceChange
from mdm.engine.values import Json, Key

PRODUCT = "A_Product"
DESCRIPTION, TEXT, UNITS = "to_Description", "to_ProductBasicText", "to_ProductUnitsOfMeasure"
SALES, PLANT = "to_SalesDelivery", "to_Plant"
DELETED, STATUS, STATUS_DATE = "IsMarkedForDeletion", "CrossPlantStatus", "CrossPlantStatusValidityDate"
SALES_STATUS, SALES_STATUS_DATE = "ProductSalesStatus", "ProductSalesStatusValidityDate"
DESCRIPTION_LENGTH = 40
PIECE = "H87"
# Attribute -> field; those of one line share their unit.
WEIGHTS = {"gross_weight": "GrossWeight", "net_weight": "NetWeight"}
DIMENSIONS = {
    "length": "UnitSpecificProductLength", "width": "UnitSpecificProductWidth", "height": "UnitSpecificProductHeight",
}  # fmt: skip
WEIGHT_UNIT, DIMENSION_UNIT = "WeightUnit", "ProductMeasurementUnit"
SIZE = re.compile(r"M(\d{1,3}(?:[.,]\d+)?)(?:X(\d+(?:[.,]\d+)?))?(?:X(\d+(?:[.,]\d+)?))?", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)


def _capitals(length: int) -> Any:
    """SAP keeps these fields in capitals, and half of a number would be another one."""

    def to_native(value: Json) -> Json:
        if len(str(value)) > length:
            raise ValueError(f"'{value}' is longer than {length} characters.")
        return str(value).upper()

    return to_native


WRITTEN: tuple[Field, ...] = (
    Field("IndustryStandardName", "standard", to_native=_capitals(18), max_length=18),
    Field("ProductManufacturerNumber", "mpn", to_native=_capitals(40), max_length=40),
)
READ_ONLY: tuple[Field, ...] = (
    Field("Product", "sku", write=False),
    Field("ProductOldID", "former_sku", write=False),
    Field("ProductGroup", "material_group", write=False),
    Field("BaseUnit", "base_unit", to_canonical=lambda unit: units.code(str(unit)), write=False),
)


def rows(added: tuple[FieldRow, ...]) -> tuple[Field, ...]:
    """The plain fields of a product, an admin's among them."""
    return (*WRITTEN, *READ_ONLY, *run_time(added, PRODUCT))


# ---- from SAP ------------------------------------------------------------------------------------------------------


def changes(connection: str, payload: Payload, added: tuple[FieldRow, ...], options: Options) -> list[SourceChange]:
    """What the payload of a product says, nothing for one of a type that is not read; raises Permanent.

    SAP deletes none: one marked for deletion is blocked.
    """
    if is_gone(payload):
        return [gone(connection, payload, "product")]
    body, what = payload.body, f"{PRODUCT} {payload.external_id}"
    if (number := required(body, "Product", what)) != payload.external_id:
        raise Permanent(f"{what}: field 'Product' holds '{number[:20]}'.", field="Product")
    if options.product_types and required(body, "ProductType", what) not in options.product_types:
        return []
    pairs = _attributes(body, payload.observed_at.astimezone(options.time_zone).date(), added, options, what)
    return [SourceChange(
        connection=connection, object_type=PRODUCT, external_id=number, entity="product", kind="snapshot",
        source_time=max([changed_at(body, what), *prices.changed_at(body, what)]), observed_at=payload.observed_at,
        attributes={key: value for key, value in pairs if value is not None}, raw=body,
    )]


def changed_at(body: Record, what: str) -> datetime:
    """When a product itself last changed, or was created."""
    for name in ("LastChangeDateTime", "CreationDate"):
        if body.get(name) not in (None, ""):
            return odata.moment(body[name], name, what)
    raise Permanent(f"{what}: field 'LastChangeDateTime' is missing, and so is 'CreationDate'.",
                    field="LastChangeDateTime")


def _attributes(
    body: Record, day: date, added: tuple[FieldRow, ...], options: Options, what: str
) -> Iterator[tuple[str, Json]]:
    """Canonical pairs of a product; empty values among them."""
    yield "product_type", "item"
    yield from read(rows(added), body, what).items()
    yield "category", _coded(body, "ProductHierarchy", options.categories, what)
    yield "brand", options.brands.get(text(body.get("Brand"), "Brand", what) or "")
    yield from _texts("names", body, DESCRIPTION, "ProductDescription", what)
    yield from _texts("descriptions", body, TEXT, "LongText", what)
    yield from _size(body, what)
    yield from _units(body, what)
    yield from ((key, units.quantity(body, name, WEIGHT_UNIT, what)) for key, name in WEIGHTS.items())
    yield "hs_code", _hs_code(body, what)
    yield "pack_size", _pack_size(body, options, what)
    yield "blocked", is_blocked(body, day, options, what)
    yield from prices.read(body, options, what).items()


def _coded(body: Record, name: str, texts: Mapping[str, str], what: str) -> str | None:
    code = text(body.get(name), name, what)
    return texts.get(code, code) if code else None


def _texts(attribute: str, body: Record, navigation: str, name: str, what: str) -> Iterator[tuple[str, Json]]:
    for row in many(body, navigation, what):
        language = required(row, "Language", what).lower()
        yield str(Key(attribute, language)), text(row.get(name), name, what)


def _size(body: Record, what: str) -> Iterator[tuple[str, Json]]:
    """Thread and length of `M8X40` and `M8X1X40`; a number up to a quarter of the diameter can only be a pitch."""
    given = text(body.get("SizeOrDimensionText"), "SizeOrDimensionText", what) or ""
    found = SIZE.fullmatch(given.upper().replace(" ", "").removesuffix("MM"))
    if not found or len(given) > 32:
        return
    diameter, *rest = (part.replace(",", ".") for part in found.groups() if part)
    pitch = rest.pop(0) if rest and Fraction(rest[0]) * 4 <= Fraction(diameter) else ""
    if len(rest) > 1:
        return
    yield "thread", f"M{diameter}x{pitch}" if pitch else f"M{diameter}"
    if rest:
        yield "nominal_length", f"{rest[0]} mm"


def base_unit(body: Record, what: str) -> Record | None:
    """The row of the unit all others are counted in."""
    base = text(body.get("BaseUnit"), "BaseUnit", what)
    return next((row for row in many(body, UNITS, what) if row.get("AlternativeUnit") == base), None)


def _units(body: Record, what: str) -> Iterator[tuple[str, Json]]:
    base = base_unit(body, what)
    gtin = text(body.get("ProductStandardID"), "ProductStandardID", what)
    if base is not None:
        gtin = gtin or text(base.get("GlobalTradeItemNumber"), "GlobalTradeItemNumber", what)
        yield from ((key, units.quantity(base, name, DIMENSION_UNIT, what)) for key, name in DIMENSIONS.items())
    yield "gtin", gtin
    for row in many(body, UNITS, what):
        if row is not base:
            key = Key("alternative_units", units.code(required(row, "AlternativeUnit", what)))
            yield str(key), _factor(row, what)


def _factor(row: Record, what: str) -> dict[str, str] | None:
    parts = [units.number(row, name, what) for name in ("QuantityNumerator", "QuantityDenominator")]
    above, below = (plain(part) if part else "" for part in parts)
    return {"numerator": above, "denominator": below} if above and below else None


def _hs_code(body: Record, what: str) -> str | None:
    """The commodity code of the first plant that has one."""
    plants = sorted(many(body, PLANT, what), key=lambda row: str(row.get("Plant")))
    return next((code for row in plants if (code := text(row.get("Commodity"), "Commodity", what))), None)


def _pack_size(body: Record, options: Options, what: str) -> int | None:
    """How many pieces the sales unit is (the base unit where none is named), if a whole number of several."""
    unit = text((sales(body, options, what) or {}).get("SalesMeasureUnit"), "SalesMeasureUnit", what)
    sold = _in_base_units(body, unit or text(body.get("BaseUnit"), "BaseUnit", what), what)
    rows = many(body, UNITS, what)
    piece = next((str(row.get("AlternativeUnit")) for row in rows if _is_piece(row)), None)
    one = _in_base_units(body, piece, what)
    pieces = sold / one if sold and one else Fraction(1)
    return int(pieces) if pieces.denominator == 1 and pieces > 1 else None


def _is_piece(row: Record) -> bool:
    return units.code(str(row.get("AlternativeUnit"))) == PIECE


def _in_base_units(body: Record, unit: str | None, what: str) -> Fraction | None:
    row = next((row for row in many(body, UNITS, what) if unit and row.get("AlternativeUnit") == unit), None)
    factor = _factor(row, what) if row is not None else None
    return Fraction(factor["numerator"]) / Fraction(factor["denominator"]) if factor else None


def sales(body: Record, options: Options, what: str) -> Record | None:
    """The sales data of the area whose prices are read."""
    area = options.price_area.split("/")
    rows = many(body, SALES, what)
    return next((row for row in rows if [row.get("ProductSalesOrg"), row.get("ProductDistributionChnl")] == area), None)


def is_blocked(body: Record, day: date, options: Options, what: str) -> bool:
    """Marked for deletion, or in a status that forbids its sale since a day that has come."""
    statuses = [(body, STATUS, STATUS_DATE), (sales(body, options, what) or {}, SALES_STATUS, SALES_STATUS_DATE)]
    return bool(flag(body.get(DELETED), DELETED, what)) or any(
        text(row.get(name), name, what) in options.blocked_statuses and _has_come(row, since, day, what)
        for row, name, since in statuses
    )


def _has_come(row: Record, name: str, day: date, what: str) -> bool:
    return row.get(name) in (None, "") or odata.moment(row[name], name, what).date() <= day


# ---- towards SAP ---------------------------------------------------------------------------------------------------


def form(attributes: Mapping[str, Json], added: tuple[FieldRow, ...], options: Options) -> dict[str, Json]:
    """Canonical values as a product can hold them; keys it cannot hold drop out."""
    held = dict(represent(rows(added), attributes))
    held |= {key: f"{value} {unit}" for key, (value, unit) in weights(attributes).items()}
    held |= {key: f"{value} {unit}" for key, (value, unit) in dimensions(attributes).items()}
    if isinstance(attributes.get("blocked"), bool) and options.blocked_statuses:
        held["blocked"] = attributes["blocked"]
    for name, value in attributes.items():
        key = Key.parse(name)
        if (found := _contextual(key, value)) is not None and not key.value_id:
            held[name] = found
    return held


def weights(attributes: Mapping[str, Json]) -> dict[str, tuple[str, str]]:
    """The weights SAP can hold, in one unit."""
    return units.fitting(attributes, tuple(WEIGHTS), units.WEIGHTS)


def dimensions(attributes: Mapping[str, Json]) -> dict[str, tuple[str, str]]:
    """The dimensions SAP can hold, in one unit."""
    return units.fitting(attributes, tuple(DIMENSIONS), units.LENGTHS)


def _contextual(key: Key, value: Json) -> Json:
    if key.name == "prices":
        return prices.form(key, value)
    if key.name not in ("names", "descriptions") or not LANGUAGE.fullmatch(key.context) or not isinstance(value, str):
        return None
    return fit(value.strip(), DESCRIPTION_LENGTH if key.name == "names" else None) or None


HOLDS = frozenset({
    "names", "descriptions", "prices", "blocked", *WEIGHTS, *DIMENSIONS, *(row.key for row in WRITTEN),
})

"""What must be written so that a product holds what the hub wants: its difference to what was just read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from connectors.base import FieldRow
from connectors.errors import Permanent
from connectors.mapping import write
from connectors.sap import odata, prices, products, units
from connectors.sap.odata import Record, many
from connectors.sap.options import Options
from connectors.sap.writes import Write, difference
from mdm.contracts import Desired
from mdm.engine.values import Json, Key

# Attribute -> navigation, entity set and field of the texts kept by language.
TEXTS = {
    "names": (products.DESCRIPTION, "A_ProductDescription", "ProductDescription"),
    "descriptions": (products.TEXT, "A_ProductBasicText", "LongText"),
}
Asked = Mapping[str, Json]


def update(
    desired: Desired, body: Record, added: tuple[FieldRow, ...], options: Options, at: datetime
) -> list[Write]:
    """The writes that turn a product as read into what is wanted: the product itself first, since that one is locked by
    its entity tag, prices last; raises Permanent for what can never be."""
    what = f"{products.PRODUCT} {desired.external_id}"
    asked: Asked = {"blocked": True} if desired.operation == "block" else {
        key: desired.attributes.get(key) for key in sorted(desired.changed) if not key.startswith("ids|")}
    day = at.astimezone(options.time_zone).date()
    blocked = products.is_blocked(body, day, options, what)
    block = asked["blocked"] if "blocked" in asked and asked["blocked"] is not blocked else None
    return [
        *_product(asked, desired, body, added, options, block, what),
        *(write for key, value in asked.items() for write in _text(Key.parse(key), value, body, what)),
        *_dimensions(asked, desired, body, what),
        *(_sales(body, options, what) if block is False else ()),
        *(write for key, value in asked.items() for write in _price(Key.parse(key), value, body, options, at, what)),
    ]


def _product(
    asked: Asked, desired: Desired, body: Record, added: tuple[FieldRow, ...], options: Options, block: Json, what: str
) -> Iterator[Write]:
    native = write(products.rows(added), asked, what)
    weights = products.weights(desired.attributes)
    native |= _quantities(asked, products.WEIGHTS, weights, products.WEIGHT_UNIT, body)
    native |= _block(block, body, options, what)
    if changed := difference(native, body):
        if products.STATUS_DATE in changed:
            changed[products.STATUS_DATE] = None  # a date is emptied by null, a text by ""
        yield Write("PATCH", odata.path("A_Product", body), changed, etag=odata.etag(body))


def _quantities(
    asked: Asked, fields: Mapping[str, str], fitting: Mapping[str, tuple[str, str]], unit_field: str, held: Record
) -> dict[str, Json]:
    """Native values of quantities of one unit; where one changes that unit, the others are written in it too."""
    if not any(key in asked for key in fields):
        return {}
    native: dict[str, Json] = {name: "0" for key, name in fields.items() if key in asked and not asked[key]}
    for key, (value, symbol) in fitting.items():
        native[fields[key]] = value
        if held.get(unit_field) not in units.SYMBOLS[symbol]:
            native[unit_field] = units.SYMBOLS[symbol][0]
    return {name: value for name, value in native.items() if name == unit_field or not _is_equal(held.get(name), value)}


def _is_equal(held: Json, wanted: Json) -> bool:
    return isinstance(held, str) and bool(units.NUMBER.fullmatch(held)) and Decimal(held) == Decimal(str(wanted))


def _block(block: Json, body: Record, options: Options, what: str) -> dict[str, Json]:
    """The status that forbids the sale; taking it back also takes the mark for deletion."""
    if block is None:
        return {}
    if not options.blocked_statuses:
        raise Permanent(f"{what}: the option blocked_statuses names no status to block it with.", field="blocked")
    if block:
        return {products.STATUS: options.blocked_statuses[0], products.STATUS_DATE: None}
    status = {products.STATUS: ""} if body.get(products.STATUS) in options.blocked_statuses else {}
    return {**status, **({products.DELETED: False} if body.get(products.DELETED) else {})}


def _sales(body: Record, options: Options, what: str) -> Iterator[Write]:
    row = products.sales(body, options, what)
    if row is not None and row.get(products.SALES_STATUS) in options.blocked_statuses:
        yield Write("PATCH", odata.path("A_ProductSalesDelivery", row), {products.SALES_STATUS: ""})


def _text(key: Key, value: Json, body: Record, what: str) -> Iterator[Write]:
    """A text of one language: made, changed or taken away."""
    if key.name not in TEXTS:
        return
    navigation, entity_set, name = TEXTS[key.name]
    language = key.context.upper()
    row = next((one for one in many(body, navigation, what) if one.get("Language") == language), None)
    if row is None and value:
        entry = {"Product": body["Product"], "Language": language, name: value}
        yield Write("POST", f"A_Product({_quoted(body)})/{navigation}", entry)
    elif row is not None and not value:
        yield Write("DELETE", odata.path(entity_set, row))
    elif row is not None and row.get(name) != value:
        yield Write("PATCH", odata.path(entity_set, row), {name: value})


def _quoted(body: Record) -> str:
    return odata.path("A_Product", body).removeprefix("A_Product(").removesuffix(")")


def _dimensions(asked: Asked, desired: Desired, body: Record, what: str) -> Iterator[Write]:
    """Length, width and height stand at the base unit."""
    row = products.base_unit(body, what)
    fitting = products.dimensions(desired.attributes)
    native = _quantities(asked, products.DIMENSIONS, fitting, products.DIMENSION_UNIT, row or {})
    if native and row is None:
        raise Permanent(f"{what}: SAP keeps no row of its base unit; enter it there.", field="length")
    if native and row is not None:
        yield Write("PATCH", odata.path("A_ProductUnitsOfMeasure", row), native)


def _price(key: Key, value: Json, body: Record, options: Options, at: datetime, what: str) -> Iterator[Write]:
    """A new condition record from today on; SAP ends the one before it. The hub never takes a price away."""
    if key.name != "prices":
        return
    if not value:
        sentence = f"{what}: the hub takes no price away; end it in SAP if it no longer holds."
        raise Permanent(sentence, field=str(key))
    if not options.price_path:
        raise Permanent(f"{what}: prices are switched off by the option price_path.", field=str(key))
    day = at.astimezone(options.time_zone).date()
    held = prices.read(body, options, what).get(str(key), [])
    wanted = prices.at_day([{"valid_from": "", "valid_to": "9999-12-31", **one} for one in value], day)
    if wanted and not prices.is_same(prices.at_day(held, day), wanted):
        yield Write("POST", "A_SlsPrcgConditionRecord", prices.creation(key, wanted, held, body, day, options))

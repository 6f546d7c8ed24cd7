"""Products of Salesforce <-> canonical attributes. Pure.

Lengths are those of the Object Reference (standard fields) and of README.md (custom fields, which an admin creates).
`IsActive` says whether Salesforce sells a product, which is not whether the product is blocked: it is written when the
hub creates, blocks or frees a product, and never read as `blocked`, which another system owns.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from connectors.base import FieldRow
from connectors.mapping import Field, Row, fit, holds, natives, read, represent, required, run_time, text, write
from connectors.salesforce import prices
from connectors.salesforce.prices import Catalogue
from connectors.salesforce.record import ALWAYS, IDS, KEY, Seen, checked
from mdm.contracts import Desired, SourceChange
from mdm.engine.values import Json

NAME_LENGTH = 255
MOST_PIECES = 10**9
# Codes of UN/ECE Recommendation 20 <-> the words people choose from.
UNITS = {
    "H87": "Piece", "C62": "One", "CEN": "Hundred", "MIL": "Thousand", "DZN": "Dozen", "GRO": "Gross", "PR": "Pair",
    "SET": "Set", "MMT": "Millimeter", "CMT": "Centimeter", "DMT": "Decimeter", "MTR": "Meter", "KMT": "Kilometer",
    "INH": "Inch", "FOT": "Foot", "YRD": "Yard", "MGM": "Milligram", "GRM": "Gram", "KGM": "Kilogram", "TNE": "Tonne",
    "LBR": "Pound", "ONZ": "Ounce", "MLT": "Milliliter", "LTR": "Liter", "MTK": "Square meter", "MTQ": "Cubic meter",
    "BG": "Bag", "BX": "Box", "CS": "Case", "CT": "Carton", "PF": "Pallet", "PK": "Pack", "RO": "Roll",
}
_CODES = {word.casefold(): code for code, word in UNITS.items()} | {code.casefold(): code for code in UNITS}
_CODES["each"] = "H87"


def _code(value: Json) -> Json:
    """The code of a word we know; any other is left to the hub."""
    return _CODES.get(str(value).strip().casefold(), value)


def _word(value: Json) -> Json:
    return UNITS.get(str(value), value)


def _pieces(value: Json) -> Json:
    """A whole number, as the field holds no other; raises ValueError."""
    try:
        found = int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))
    except (ArithmeticError, ValueError):
        raise ValueError(f"'{value}' is no number of pieces.") from None
    if abs(found) >= MOST_PIECES:
        raise ValueError(f"'{value}' has more than nine digits.")
    return found


@cache
def declared(language: str) -> tuple[Row, ...]:
    """The rows of a product, whose name and description are in one language."""
    return (
        *IDS,
        Field("Name", f"names|{language}", max_length=NAME_LENGTH),
        Field("Description", f"descriptions|{language}", max_length=4000),
        Field("ProductCode", "sku", max_length=255),
        Field("Family", "sales_family", max_length=255),
        Field("QuantityUnitOfMeasure", "base_unit", to_canonical=_code, to_native=_word, max_length=255),
        Field("GTIN__c", "gtin", max_length=14),
        Field("MPN__c", "mpn", max_length=40),
        Field("Brand__c", "brand", max_length=80),
        Field("Category__c", "category", max_length=80),
        Field("Material_Group__c", "material_group", max_length=40),
        Field("Standard__c", "standard", max_length=40),
        Field("Material__c", "material", max_length=80),
        Field("Grade__c", "grade", max_length=40),
        Field("Finish__c", "finish", max_length=80),
        Field("Thread__c", "thread", max_length=40),
        Field("Length__c", "nominal_length", max_length=40),
        Field("Pack_Size__c", "pack_size", to_canonical=_pieces, to_native=_pieces),
        Field("Sales_Notes__c", "sales_notes", max_length=32000),
    )


HELD = frozenset(key.partition("|")[0] for key in holds(declared("en"))) | {"product_type", "prices"}
SELECTED = (*ALWAYS, *natives(declared("en")), "StockKeepingUnit", "IsActive")
WRITTEN = ("IsActive", "StockKeepingUnit")  # beside the declared rows


def change(seen: Seen, rows: tuple[FieldRow, ...], catalogue: Catalogue) -> SourceChange:
    """What a product and its prices say; raises Permanent."""
    body, what = seen.body, seen.what
    at = prices.changed_at(body, checked(seen), what)
    required(body, "Name", what)
    found: dict[str, Json] = {"product_type": "item", **read(_rows(rows, catalogue), body, what)}
    unit = text(body.get("StockKeepingUnit"), "StockKeepingUnit", what)
    if "sku" not in found and unit is not None:
        found["sku"] = unit
    found |= prices.read(body, _unit(found), catalogue, what)
    key = text(body.get(KEY), KEY, what) or ""
    return seen.change("Product2", "product", at, attributes=found, crosswalk_key=key)


def represented(attributes: Mapping[str, Json], rows: tuple[FieldRow, ...], catalogue: Catalogue) -> dict[str, Json]:
    """Canonical values as Salesforce would give them back; what it cannot hold drops out.

    A product without a name in the connection's language gets the one it has, for Salesforce takes none without.
    """
    held = represent(_rows(rows, catalogue), attributes)
    name = f"names|{catalogue.language}"
    if name not in held and (other := _other_name(attributes)):
        held[name] = other
    if attributes.get("product_type") == "item":
        held["product_type"] = "item"
    return held | prices.represented(attributes, _unit(held), catalogue)


def native(
    desired: Desired, values: Mapping[str, Json], rows: tuple[FieldRow, ...], catalogue: Catalogue, what: str
) -> dict[str, Json]:
    """What to send of these values beside prices; raises Permanent."""
    found = write(_rows(rows, catalogue), values, what)
    if "Name" in found and found["Name"] is None:
        del found["Name"]  # a product cannot be without one
    if "ProductCode" in found and found["ProductCode"] is None:
        found["StockKeepingUnit"] = None  # else it would be read as the SKU now
    if desired.operation == "block":
        found["IsActive"] = False
    elif not desired.external_id:
        found["IsActive"] = True
    elif "blocked" in desired.changed:
        found["IsActive"] = desired.attributes.get("blocked") is not True
    return found


def _rows(rows: tuple[FieldRow, ...], catalogue: Catalogue) -> tuple[Row, ...]:
    return (*declared(catalogue.language), *run_time(rows, "Product2"))


def _unit(held: Mapping[str, Json]) -> str | None:
    unit = held.get("base_unit")
    return unit if unit in UNITS else None


def _other_name(attributes: Mapping[str, Json]) -> str:
    names = {key: value for key, value in attributes.items() if key.startswith("names|") and isinstance(value, str)}
    first = names.get("names|en") or next((names[key] for key in sorted(names)), "")
    return fit(first.strip(), NAME_LENGTH)

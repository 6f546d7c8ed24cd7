"""Products: how a variant's values change form between Shopify and the hub, declared and pure.

An item is a variant; a product with several variants is their family. What Shopify has no field for stands in
metafields of the variant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connectors.base import Access
from connectors.errors import Misconfigured, Permanent
from connectors.mapping import Field, fit, plain, text
from connectors.prices import of_one, period
from mdm.engine.values import Json, Key

LENGTH = 255
LARGEST = Decimal(10) ** 15
HS_CODE = re.compile(r"\d{6,13}")  # "must be a number between 6 and 13 digits": InventoryItemInput
WEIGHT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?) (g|kg|oz|lb)")
UNITS = {"GRAMS": "g", "KILOGRAMS": "kg", "OUNCES": "oz", "POUNDS": "lb"}
NAMED = {symbol: unit for unit, symbol in UNITS.items()}
WHOLE = ("JPY", "KRW", "VND", "CLP")  # Shopify keeps no fractions of these
CURRENCY = re.compile(r"[A-Z]{3}")
LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """How one shop's products are read and written: language of its texts, its money, the price list it charges."""

    language: str = "en"
    currency: str = "EUR"
    price_list: str = "10"

    @property
    def name(self) -> str:
        return f"names|{self.language}"

    @property
    def price(self) -> str:
        return str(Key("prices", f"{self.price_list}/{self.currency}"))


def shelf(access: Access) -> Shelf:
    """The options of a connection; raises Misconfigured."""
    given = {name: access.options.get(name, default) for name, default in (
        ("language", "en"), ("currency", "EUR"), ("price_list", "10"),
    )}  # fmt: skip
    for name, form, like in (("language", LANGUAGE, "de"), ("currency", CURRENCY, "EUR")):
        if not form.fullmatch(str(given[name])):
            raise Misconfigured(f"The option {name} is none; write it like {like}.")
    if not isinstance(given["price_list"], str) or not given["price_list"].strip():
        raise Misconfigured("The option price_list names no price list; write it like 10.")
    return Shelf(str(given["language"]), str(given["currency"]), given["price_list"])


def hs_code(value: Json) -> str:
    """The digits of a customs code; raises ValueError for one Shopify refuses."""
    digits = re.sub(r"[\s.]", "", str(value))
    if not HS_CODE.fullmatch(digits):
        raise ValueError("is no harmonized code of 6 to 13 digits.")
    return digits


def barcode(value: Json) -> str:
    """A GTIN as scanners read it: without the zero that fills 13 digits up to 14."""
    given = str(value).strip()
    return given[1:] if re.fullmatch(r"0\d{13}", given) else given


def gtin(value: Json) -> str:
    """A barcode of 13 digits as the GTIN of 14 it is; any other stays as it is."""
    return f"0{value}" if re.fullmatch(r"\d{13}", str(value)) else str(value)


def weight_input(value: Json) -> dict[str, Json]:
    """A weight such as `0.125 kg` as Shopify takes it; raises ValueError."""
    found = WEIGHT.fullmatch(str(value))
    if not found or not float(found[1]):
        raise ValueError("is no weight in g, kg, oz or lb.")
    return {"value": float(found[1]), "unit": NAMED[found[2]]}


def weight_text(value: Json) -> str:
    """A weight of Shopify's as number and unit; empty for none. Raises ValueError."""
    given = value if isinstance(value, Mapping) else {}
    number, unit = given.get("value"), UNITS.get(str(given.get("unit")))
    if isinstance(number, bool) or not isinstance(number, (int, float)) or unit is None:
        raise ValueError("is no weight.")
    amount = Decimal(str(number))
    if not amount.is_finite() or amount < 0:
        raise ValueError("is no weight.")
    return f"{plain(amount)} {unit}" if amount else ""


def pieces(value: Json) -> Json:
    """A whole number of pieces; raises ValueError."""
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}(\.0*)?", str(value).strip()):
        raise ValueError("is no number of pieces.")
    return int(float(str(value)))


def true(value: Json) -> bool:
    """A boolean metafield, which comes as text."""
    return value is True or value == "true"


# ---- prices ---------------------------------------------------------------------------------------------------------


def price(body: Mapping[str, Json], unit: Json, what: str) -> list[Json] | None:
    """The price of one unit; None for nothing, which is what a variant nobody has priced costs. Raises Permanent."""
    given = text(body.get("price"), "price", what)
    if given is None:
        return None
    if not re.fullmatch(r"\d{1,15}(\.\d{1,9})?", given):
        raise Permanent(f"{what}: field 'price' holds '{given[:40]}', which is no price.", field="price")
    return [period(Decimal(given), unit)] if Decimal(given) else None


def each(value: Json, unit: Json, currency: str) -> Decimal | None:
    """The price of one unit to the currency's places; None for what cannot be told, and for nothing or less."""
    one = of_one(value, unit, 0 if currency in WHOLE else 2)
    return one if one is not None and 0 < one < LARGEST else None


# ---- names ----------------------------------------------------------------------------------------------------------


def item_name(title: str, options: list[str]) -> str:
    """What a variant is called: its product's title and its values of the options, but for the default one's."""
    return " ".join([title, *(value for value in options if value and value != "Default Title")])


def any_name(attributes: Mapping[str, Json]) -> str:
    """A name to sell a product under that has none in the shop's language: English, else the first there is."""
    names = {key: value for key, value in attributes.items() if key.startswith("names|") and isinstance(value, str)}
    return fit((names.get("names|en") or next((names[key] for key in sorted(names)), "")).strip(), LENGTH)


READ_ITEM = (
    Field("sku", "sku"),
    Field("barcode", "gtin"),
    Field("inventoryItem.harmonizedSystemCode", "hs_code"),
)
READ_PRODUCT = (
    Field("title", "web_title"),
    Field("descriptionHtml", "web_description"),
    Field("productType", "category"),
)
WRITE_ITEM = (
    Field("inventoryItem.sku", "sku", max_length=LENGTH),
    Field("barcode", "gtin", to_native=barcode, to_canonical=gtin, max_length=LENGTH),
    Field("inventoryItem.harmonizedSystemCode", "hs_code", to_native=hs_code),
    Field("inventoryItem.measurement.weight", "gross_weight", to_native=weight_input, to_canonical=weight_text),
)
FACTS = (
    Field("mdm.mpn", "mpn"), Field("mdm.standard", "standard"), Field("mdm.material", "material"),
    Field("mdm.grade", "grade"), Field("mdm.finish", "finish"), Field("mdm.thread", "thread"),
    Field("mdm.nominal_length", "nominal_length"), Field("mdm.pack_size", "pack_size", to_canonical=pieces),
    Field("mdm.base_unit", "base_unit"), Field("mdm.blocked", "blocked", to_canonical=true, write=False),
)  # fmt: skip

"""Product variants: what the shop checks of one, and how it keeps price, codes and shipping data."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.sandbox.shopify import metafields
from connectors.sandbox.shopify.store import Record, Shop, gid
from connectors.sandbox.shopify.values import Problems

HS_CODE = re.compile(r"\d{6,13}")
MONEY = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
WHOLE = ("JPY", "KRW", "VND", "CLP")  # currencies without a minor unit


def money(shop: Shop, raw: str) -> str:
    """An amount as the shop keeps it: rounded half up to its currency's places."""
    places = Decimal("1") if shop.options.get("currency", "EUR") in WHOLE else Decimal("0.01")
    return str(Decimal(raw).quantize(places, ROUND_HALF_UP))


def checked(shop: Shop, given: Record, problems: Problems) -> Record:
    """What an input would change of a variant, in stored form; `_item` holds what belongs to its inventory item."""
    fresh: Record = {}
    for name, label in (("sku", "SKU"), ("barcode", "Barcode")):
        if name in given:
            fresh[name] = problems.text(given, name, label)
    for name in ("price", "compareAtPrice"):
        if name in given:
            fresh[name] = _price(shop, given[name], name, problems)
    for name in ("taxable", "inventoryPolicy"):
        if given.get(name) is not None:
            fresh[name] = given[name]
    item = given.get("inventoryItem") or {}
    if "sku" in item:
        fresh["sku"] = problems.text(item, "sku", "SKU")
    return {**fresh, "_item": _item(item, problems)}


def _price(shop: Shop, raw: Any, name: str, problems: Problems) -> str | None:
    if raw is None:
        if name == "price":
            problems.add(name, "Price can't be blank", "BLANK")
        return None
    if not MONEY.fullmatch(str(raw)):  # the API's own type refuses it earlier; users and seeds come here
        problems.add(name, "Price is not a number", "INVALID_INPUT")
        return None
    if Decimal(raw) < 0:
        problems.add(name, "Price must be greater than or equal to 0", "NEGATIVE_PRICE_VALUE")
        return None
    return money(shop, str(raw))


def _item(given: Record, problems: Problems) -> Record:
    fresh = {name: given[name] for name in ("tracked", "requiresShipping") if given.get(name) is not None}
    if "countryCodeOfOrigin" in given:
        fresh["countryCodeOfOrigin"] = given["countryCodeOfOrigin"]
    if "harmonizedSystemCode" in given:
        code = (given["harmonizedSystemCode"] or "").strip() or None
        if code and not HS_CODE.fullmatch(code):
            at = ["inventoryItem", "harmonizedSystemCode"]
            problems.add(at, "Harmonized system code must be a number between 6 and 13 digits", "INVALID_INPUT")
        fresh["harmonizedSystemCode"] = code
    if "measurement" in given:
        weight = (given["measurement"] or {}).get("weight")
        if weight and weight["value"] < 0:
            at = ["inventoryItem", "measurement", "weight", "value"]
            problems.add(at, "Weight must be greater than or equal to 0", "INVALID_INPUT")
        fresh["_weight"] = weight
    return fresh


def add(shop: Shop, product: Record, values: list[str], fresh: Record, given: Record) -> Record:
    """Keep a new variant of a product, at the end; `values` names one value for each option."""
    item = {"tracked": False, "requiresShipping": True, "harmonizedSystemCode": None, "countryCodeOfOrigin": None}
    number = shop.number("InventoryItem")
    blank = {"sku": None, "barcode": None, "price": money(shop, "0"), "compareAtPrice": None, "taxable": True}
    hidden = set(shop.rows("Publication")) if given.get("published") is False else set()
    fields = {
        **blank,
        "inventoryPolicy": "DENY",
        "inventoryQuantity": 0,
        **{name: value for name, value in fresh.items() if name != "_item"},
        "position": len(product["_variants"]) + 1,
        "_product": product["_number"],
        "_values": values,
        "_metafields": {},
        "_hidden": hidden,
        "_item": {
            "__typename": "InventoryItem",
            "_number": number,
            "id": gid("InventoryItem", number),
            "_weight": None,
            **item,
            **fresh["_item"],
        },
    }
    record = shop.add("ProductVariant", fields, [], {**given, "id": given.get("_id")})
    product["_variants"].append(record["_number"])
    return record


def change(shop: Shop, record: Record, fresh: Record, given: Record) -> None:
    """Apply checked fields to a variant; the caller tells of its product."""
    record |= {name: value for name, value in fresh.items() if name != "_item"}
    record["_item"] |= fresh["_item"]
    shop.save(record, metafields.claims(record), given)


def title(record: Record) -> str:
    """A variant's title: its option values."""
    return " / ".join(record["_values"])

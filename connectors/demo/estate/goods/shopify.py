"""Sheets of articles as products of the web shop: families with variants, and products that are one article."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from connectors.demo.estate.goods import prices, wording
from connectors.demo.estate.goods.clerks import Shelves
from connectors.demo.estate.goods.salesforce import OWN_BRAND, shown
from connectors.demo.estate.goods.sheets import Sheet
from connectors.demo.estate.goods.wording import Style
from connectors.demo.estate.goods.world import Article
from connectors.demo.estate.register import Native, full, stamped
from connectors.demo.estate.truth import Record

PRODUCTS, VARIANTS = 8_100_000_000_001, 44_500_000_000_001


def records(shelves: Shelves, rng: Random) -> tuple[list[Native], dict[Sheet, Record], list[Record]]:
    """Products to load, the variant every sheet became, and the families."""
    made: list[Native] = []
    record_of: dict[Sheet, Record] = {}
    families: list[Record] = []
    for at, (style, sheets) in enumerate(_products(shelves, rng)):
        number = PRODUCTS + 37 * at
        for sheet in sheets:
            variant = VARIANTS + 29 * len(record_of)
            record_of[sheet] = ("shopify", "ProductVariant", f"gid://shopify/ProductVariant/{variant}")
        if len(sheets) > 1:
            families.append(("shopify", "Product", f"gid://shopify/Product/{number}"))
        made.append({"object": "Product", "fields": _product(rng, number, style, sheets, record_of)})
    return made, record_of, families


def _products(shelves: Shelves, rng: Random) -> Iterator[tuple[Style, list[Sheet]]]:
    """Families in the shop's order, then products of one variant; all in one mixed order."""
    in_family = {sheet for _, members in shelves.families.values() for sheet in members}
    found = [(style, members) for style, members in shelves.families.values() if members]
    alone = [sheet for sheet in shelves.sheets if sheet.system == "shopify" and sheet not in in_family]
    found += [(sheet.style, [sheet]) for sheet in alone]
    rng.shuffle(found)
    yield from found


def _product(rng: Random, number: int, style: Style, sheets: list[Sheet], record_of: dict[Sheet, Record]) -> Native:
    first, stamp = sheets[0], stamped(rng)
    single = len(sheets) == 1
    name = next(iter(first.names.values())) or wording.name(rng, first.article, style)[0]
    options = [[] if single else list(wording.options(sheet.article, style).values()) for sheet in sheets]
    variants = [_variant(sheet, record_of[sheet], chosen, stamp) for sheet, chosen in zip(sheets, options, strict=True)]
    return full({
        "id": number,
        "title": name if single else wording.title(rng, first.article, style),
        "vendor": first.article.maker or OWN_BRAND,
        "status": "ACTIVE",
        "options": [] if single else _options(style, sheets),
        "variants": variants,
        "updatedAt": stamp,
    })  # fmt: skip


def _options(style: Style, sheets: list[Sheet]) -> list[Native]:
    """What variants are chosen by, with every value there is in the order of the variants."""
    chosen = [wording.options(sheet.article, style) for sheet in sheets]
    return [{"name": name, "values": list(dict.fromkeys(one[name] for one in chosen))} for name in chosen[0]]


def _variant(sheet: Sheet, record: Record, options: list[str], stamp: str) -> Native:
    one = sheet.article
    return full({
        "id": int(record[2].rpartition("/")[2]),
        "sku": sheet.sku,
        "barcode": sheet.gtin,
        "price": str(shown(sheet, prices.current(one).amount)),
        "options": options,
        "inventoryItem": {
            "requiresShipping": True, "countryCodeOfOrigin": "DE",
            "measurement": {"weight": {"value": _grams(one), "unit": "GRAMS"}},
        },
        "updatedAt": stamp,
    })  # fmt: skip


def _grams(one: Article) -> float:
    return float((one.weight * one.pack).quantize(Decimal("0.1")))

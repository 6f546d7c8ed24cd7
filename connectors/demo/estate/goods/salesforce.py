"""Sheets of articles as Salesforce products with entries of the standard price book."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from connectors.demo.estate.goods import prices, wording, words
from connectors.demo.estate.goods.clerks import Shelves
from connectors.demo.estate.goods.sheets import Sheet
from connectors.demo.estate.numbers import salesforce_id
from connectors.demo.estate.register import Native, full, stamped
from connectors.demo.estate.truth import Record

STANDARD_BOOK = "01sgR0000000001QAA"
UNITS = ("Pack", "Pack", "Box", "PAK", "Packung")
OWN_BRAND = "Tannhof"
LAST_YEAR = Decimal("0.96")


def records(shelves: Shelves, rng: Random) -> tuple[list[Native], dict[Sheet, Record]]:
    """Everything to load: products, then their prices."""
    sheets = [sheet for sheet in shelves.sheets if sheet.system == "salesforce"]
    rng.shuffle(sheets)
    ids = {sheet: salesforce_id("01t", 5_000 + 17 * at) for at, sheet in enumerate(sheets)}
    products = [{"object": "Product2", "fields": _product(rng, sheet, ids[sheet])} for sheet in sheets]
    rows = [row for sheet in sheets for row in _entries(rng, sheet, ids[sheet])]
    entries = [{"object": "PricebookEntry", "fields": row} for row in rows]
    return [*products, *entries], {sheet: ("salesforce", "Product2", id) for sheet, id in ids.items()}


def _product(rng: Random, sheet: Sheet, id: str) -> Native:
    one = sheet.article
    kind = words.kind(one.line.word)
    return full({
        "Id": id,
        "Name": next(iter(sheet.names.values())),
        "ProductCode": sheet.sku,
        "StockKeepingUnit": sheet.sku if rng.random() < 0.5 else "",
        "Family": words.FAMILIES[kind] if rng.random() < 0.8 else "",
        "QuantityUnitOfMeasure": rng.choice(UNITS) if rng.random() < 0.7 else "",
        "IsActive": not one.blocked or rng.random() < 0.5,
        "GTIN__c": sheet.gtin,
        "MPN__c": sheet.mpn,
        "Brand__c": (one.maker or OWN_BRAND) if sheet.mpn or rng.random() < 0.4 else "",
        "Sales_Notes__c": rng.choice(NOTES) if rng.random() < 0.08 else "",
        "SystemModstamp": stamped(rng),
        **_fields(rng, sheet),
    })  # fmt: skip


NOTES = ("Sells best in spring.", "Ask for the test certificate 3.1.", "Customers mix it up with the other pack.")


def _fields(rng: Random, sheet: Sheet) -> Native:
    """What sales people filled in beside the name."""
    one, said = sheet.article, {}
    if "norm" in sheet.fields:
        said["Standard__c"] = wording.norm(rng, sheet.style.norms[:1])
    if "size" in sheet.fields:
        said |= {"Thread__c": one.size, "Length__c": f"{one.length} mm" if one.length else ""}
    if "grade" in sheet.fields:
        said["Grade__c"] = one.grade
        said["Material__c"] = "Stainless steel" if one.stainless else "Steel"
    if "finish" in sheet.fields and not (one.stainless and one.finish == "plain"):
        said["Finish__c"] = words.FINISHES[one.finish][2].capitalize()
    return said | ({"Pack_Size__c": one.pack} if "pack" in sheet.fields else {})


def _entries(rng: Random, sheet: Sheet, id: str) -> list[Native]:
    """List prices of a pack; who keeps them by hand is a year behind for some."""
    one = sheet.article
    return [
        {
            "Pricebook2Id": STANDARD_BOOK,
            "Product2Id": id,
            "CurrencyIsoCode": currency,
            "UnitPrice": float(shown(sheet, prices.current(one, price_list, currency).amount)),
            "IsActive": True,
            "SystemModstamp": stamped(rng),
        }
        for price_list, currency in one.prices
        if price_list == "10" and (currency == "EUR" or rng.random() < 0.5)
    ]


def shown(sheet: Sheet, amount: Decimal) -> Decimal:
    """What stands in another system than SAP for a price there: for one pack, and an earlier one where it is stale."""
    return (amount / sheet.article.per * (LAST_YEAR if sheet.stale else 1)).quantize(Decimal("0.01"))

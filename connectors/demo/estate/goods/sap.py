"""Sheets of articles as SAP products and sales price condition records."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from connectors.demo.estate.goods import wording, words
from connectors.demo.estate.goods.clerks import Shelves
from connectors.demo.estate.goods.sheets import Sheet
from connectors.demo.estate.goods.world import Period
from connectors.demo.estate.register import Native, full, stamped
from connectors.demo.estate.truth import Record

SALES_AREA = {"SalesOrganization": "1010", "DistributionChannel": "10"}
PACK, PIECE, CARTON = "PAK", "PC", "CAR"
BLOCKED = "01"


def records(shelves: Shelves, rng: Random) -> tuple[list[Native], dict[Sheet, Record]]:
    """Everything to load: products, then their prices."""
    sheets = [sheet for sheet in shelves.sheets if sheet.system == "sap"]
    rng.shuffle(sheets)
    products = [{"object": "A_Product", "fields": _product(rng, sheet)} for sheet in sheets]
    prices = [
        _price(rng, sheet, price_list, currency, period)
        for sheet in sheets
        for (price_list, currency), periods in sheet.article.prices.items()
        for period in periods
    ]
    numbered = [
        {"object": "A_SlsPrcgConditionRecord", "fields": {"ConditionRecord": f"{number:010d}", **price}}
        for number, price in enumerate(prices, 1)
    ]
    return [*products, *numbered], {sheet: ("sap", "A_Product", sheet.sku) for sheet in sheets}


def _product(rng: Random, sheet: Sheet) -> Native:
    one = sheet.article
    net = one.weight * one.pack / 1000
    norms = wording.norm(rng, sheet.style.norms[:1], tight=True)
    return full({
        "Product": sheet.sku,
        "ProductType": "HAWA" if one.maker else "FERT",
        "BaseUnit": PACK,
        "ProductOldID": sheet.old,
        "ProductGroup": words.GROUPS[words.kind(one.line.word)],
        "ProductManufacturerNumber": sheet.mpn,
        "IndustryStandardName": norms if "norm" in sheet.fields else "",
        "SizeOrDimensionText": one.size + (f"X{one.length}" if one.length else "") if "size" in sheet.fields else "",
        "ProductStandardID": sheet.gtin,
        "InternationalArticleNumberCat": "HE" if len(sheet.gtin) == 13 else "",
        "NetWeight": _decimal(net),
        "GrossWeight": _decimal(net * Decimal("1.03")),
        "WeightUnit": "KG",
        "CrossPlantStatus": BLOCKED if one.blocked else "",
        "to_Description": [
            {"Language": language.upper(), "ProductDescription": text} for language, text in sheet.names.items()
        ],
        "to_ProductUnitsOfMeasure": _units(sheet),
        "to_SalesDelivery": [
            {"ProductSalesOrg": "1010", "ProductDistributionChnl": "10", "ItemCategoryGroup": "NORM"}
        ],
        "to_Plant": [{"Plant": "1010", "Commodity": one.line.hs, "CountryOfOrigin": "DE"}],
        "_changed": stamped(rng),
    })  # fmt: skip


def _units(sheet: Sheet) -> list[Native]:
    """A pack is so many pieces, a carton so many packs."""
    one = sheet.article
    carton = one.carton_gtin if sheet.with_carton and sheet.gtin != one.carton_gtin else ""
    return [
        {"AlternativeUnit": PIECE, "QuantityNumerator": "1", "QuantityDenominator": str(one.pack)},
        full({
            "AlternativeUnit": CARTON, "QuantityNumerator": str(one.per_carton), "QuantityDenominator": "1",
            "GlobalTradeItemNumber": carton,
        }),
    ]  # fmt: skip


def _price(rng: Random, sheet: Sheet, price_list: str, currency: str, period: Period) -> Native:
    lines = [(1, period.amount), *period.scale] if period.scale else []
    return full({
        "ConditionType": "PPR0",
        "ConditionTable": "306",
        "ConditionRateValue": f"{period.amount:.2f}",
        "ConditionRateValueUnit": currency,
        "ConditionQuantity": str(sheet.article.per),
        "ConditionQuantityUnit": PACK,
        "to_SlsPrcgCndnRecdValidity": [{
            **SALES_AREA, "PriceListType": price_list, "TransactionCurrency": currency, "Material": sheet.sku,
            "ConditionValidityStartDate": f"{period.start}T00:00:00",
            "ConditionValidityEndDate": f"{period.end}T00:00:00",
        }],
        "to_SlsPrcgCndnRecordScale": [
            {"ConditionScaleQuantity": str(at), "ConditionRateValue": f"{amount:.2f}"} for at, amount in lines
        ],
        "_changed": stamped(rng),
    })  # fmt: skip


def _decimal(number: Decimal) -> str:
    return str(max(number, Decimal("0.001")).quantize(Decimal("0.001")))

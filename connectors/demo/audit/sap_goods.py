"""Reads products and sales prices over SAP's OData services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from connectors.demo.audit.seen import Json, Seen

PRODUCTS, PRICES = "/sap/opu/odata/sap/API_PRODUCT_SRV", "/sap/opu/odata/sap/API_SLSPRICINGCONDITIONRECORD_SRV"
EXPAND = "to_Description,to_ProductUnitsOfMeasure,to_SalesDelivery"
VALIDITY = {"$expand": "to_SlsPrcgConditionRecord"}
Costs = dict[str, dict[str, Decimal]]  # product -> list/currency -> price of one unit today


def costs(rows: Iterable[dict[str, Json]]) -> Costs:
    """What products cost today by their condition records."""
    found: Costs = defaultdict(dict)
    now = datetime.now(UTC).timestamp()
    for row in rows:
        record = row["to_SlsPrcgConditionRecord"]
        starts, ends = (_seconds(row[f"ConditionValidity{end}Date"]) for end in ("Start", "End"))
        if not record["ConditionIsDeleted"] and starts <= now < ends + 86_400:
            price = Decimal(record["ConditionRateValue"]) / (Decimal(record["ConditionQuantity"]) or 1)
            found[row["Material"]][f"{row['PriceListType']}/{row['TransactionCurrency']}"] = price
    return found


def product(row: dict[str, Json], costs: Costs) -> Seen:
    """A product. SAP has no room for the ids of others."""
    texts = row["to_Description"]["results"]
    units = row["to_ProductUnitsOfMeasure"]["results"]
    return Seen(
        connection="sap",
        object_type="A_Product",
        id=row["Product"],
        person=False,
        has_ids=False,
        values={
            "other_sku": row["Product"],  # its key: of two records of one product only one can have the golden SKU
            **({"gtin": row["ProductStandardID"]} if row["ProductStandardID"] else {}),  # SAP alone gives one
            "other_gtins": [one["GlobalTradeItemNumber"] for one in units],
            "mpn": row["ProductManufacturerNumber"],
            "material_group": row["ProductGroup"],
            "standard": row["IndustryStandardName"],
            "names": {one["Language"].lower(): one["ProductDescription"] for one in texts},
            "name_length": 40,
            "prices": costs.get(row["Product"], {}),
            "price_room": "",
            "active": not row["IsMarkedForDeletion"] and not row["CrossPlantStatus"],
        },
    )


def _seconds(odata: str) -> float:
    """Seconds since 1970 of `/Date(...)/`."""
    return int(odata.strip("/Date()").partition("+")[0]) / 1000

"""Reads products and their list prices over Salesforce's REST API."""

from __future__ import annotations

from decimal import Decimal

from connectors.demo.audit.seen import Json, Seen

IDS = {"golden": "MDM_Id__c", "erp": "SAP_Id__c", "store": "Store_Id__c"}
FIELDS = {
    "sku": "ProductCode", "gtin": "GTIN__c", "mpn": "MPN__c", "brand": "Brand__c", "category": "Category__c",
    "material_group": "Material_Group__c", "standard": "Standard__c", "material": "Material__c", "grade": "Grade__c",
    "finish": "Finish__c", "thread": "Thread__c", "nominal_length": "Length__c", "pack_size": "Pack_Size__c",
}  # fmt: skip
PRICES = "(SELECT UnitPrice, CurrencyIsoCode, IsActive, Pricebook2.IsStandard FROM PricebookEntries)"
NAMES = ", ".join(("Id", "Name", "IsActive", "StockKeepingUnit", "MDM_Key__c", *IDS.values(), *FIELDS.values()))
QUERY = f"SELECT {NAMES}, {PRICES} FROM Product2"
LIST = "10"  # is the standard price book


def product(row: dict[str, Json]) -> Seen:
    """A product; its name is in English by agreement."""
    return Seen(
        connection="salesforce",
        object_type="Product2",
        id=row["Id"],
        person=False,
        key=row["MDM_Key__c"] or "",
        ids={role: row[name] for role, name in IDS.items() if row[name]},
        values={
            **{key: row[name] for key, name in FIELDS.items()},
            "other_sku": row["StockKeepingUnit"],
            "names": {"en": row["Name"]},
            "prices": {
                f"{LIST}/{one['CurrencyIsoCode']}": Decimal(str(one["UnitPrice"]))
                for one in (row["PricebookEntries"] or {}).get("records", [])
                if one["IsActive"] and one["Pricebook2"]["IsStandard"]
            },
            "price_room": f"{LIST}/",
            "active": row["IsActive"],
        },
    )

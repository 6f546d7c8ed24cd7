"""What happens to a product while the demo plays."""

from __future__ import annotations

from typing import Any

from connectors.demo.story.outside import Outside, Story, Told

NUMBER = "GF0933-08037-77"
BOLT = {
    "Product": NUMBER,
    "ProductType": "FERT",
    "BaseUnit": "PAK",
    "ProductGroup": "FST-SCRW",
    "IndustryStandardName": "DIN 933",
    "to_Description": [
        {"Language": "DE", "ProductDescription": "SKT-SCHRAUBE DIN 933 M8X37 8.8 VZ VE 100"},
        {"Language": "EN", "ProductDescription": "HEX SCREW DIN 933 M8X37 8.8 ZP 100 PCS"},
    ],
    "to_ProductUnitsOfMeasure": [{"AlternativeUnit": "PC", "QuantityNumerator": "1", "QuantityDenominator": "100"}],
    "to_SalesDelivery": [{"ProductSalesOrg": "1010", "ProductDistributionChnl": "10"}],
}


def new_product(outside: Outside) -> Story:
    """A product and its price appear in SAP; the price changes there; the CRM changes it; SAP blocks the product."""
    outside.act("sap", "create", object="A_Product", fields=BOLT)
    outside.act("sap", "create", object="A_SlsPrcgConditionRecord", fields=price(NUMBER, "14.80"))
    told = yield lambda: {
        "new product of SAP is in the CRM with its price": costs_in_crm(outside, NUMBER) == 14.8,
        "new product of SAP is in the store with its price": costs_in_store(outside, NUMBER) == 14.8,
    }
    if not all(told.values()):
        return
    outside.act("sap", "create", object="A_SlsPrcgConditionRecord", fields=price(NUMBER, "15.20"))
    yield lambda: {
        "changed price of SAP is in the CRM": costs_in_crm(outside, NUMBER) == 15.2,
        "changed price of SAP is in the store": costs_in_store(outside, NUMBER) == 15.2,
    }

    entry = entry_in_crm(outside, NUMBER)["Id"]
    outside.act("salesforce", "edit", object="PricebookEntry", id=entry, fields={"UnitPrice": 9.9})
    golden = outside.product_of("sap", NUMBER)["id"]

    def corrected() -> Told:
        rows = outside.hub("proposals?state=open&limit=1000")["items"]
        said = [row["attribute"] for row in rows if row["customer"] == golden]
        return {
            "price of the CRM became a proposal": said == ["prices|10/EUR"],
            "price of the CRM was corrected": costs_in_crm(outside, NUMBER) == 15.2,
        }

    yield corrected
    outside.act("sap", "edit", object="A_Product", id=NUMBER, fields={"CrossPlantStatus": "01"})
    yield lambda: {
        "product blocked in SAP is not sold in the CRM": not product_in_crm(outside, NUMBER)["IsActive"],
        "product blocked in SAP is not shown in the store": status_in_store(outside, NUMBER) == "DRAFT",
    }


def price(product: str, amount: str, currency: str = "EUR") -> dict[str, Any]:
    """A list price of a pack in SAP from today on, which ends the one before."""
    area = {"SalesOrganization": "1010", "DistributionChannel": "10", "PriceListType": "10"}
    return {
        "ConditionType": "PPR0",
        "ConditionTable": "306",
        "ConditionRateValue": amount,
        "ConditionRateValueUnit": currency,
        "ConditionQuantity": "1",
        "ConditionQuantityUnit": "PAK",
        "to_SlsPrcgCndnRecdValidity": [{**area, "TransactionCurrency": currency, "Material": product}],
    }


def product_in_crm(outside: Outside, number: str) -> dict[str, Any]:
    """The product of the CRM with this number of SAP; empty if there is none."""
    return outside.record("salesforce", "Product2", "SAP_Id__c", number)


def entry_in_crm(outside: Outside, number: str) -> dict[str, Any]:
    """Its price in euros in the CRM; empty if there is none."""
    id = product_in_crm(outside, number).get("Id")
    return outside.record("salesforce", "PricebookEntry", "Product2Id", id) if id else {}


def costs_in_crm(outside: Outside, number: str) -> float | None:
    """What it costs in euros in the CRM."""
    found: float | None = entry_in_crm(outside, number).get("UnitPrice")
    return found


def variant_in_store(outside: Outside, number: str) -> dict[str, Any]:
    """The variant of the store with this SKU; empty if there is none."""
    return outside.record("shopify", "ProductVariant", "sku", number)


def costs_in_store(outside: Outside, number: str) -> float | None:
    """What it costs in the store."""
    found = variant_in_store(outside, number).get("price")
    return float(found) if found else None


def status_in_store(outside: Outside, number: str) -> str:
    """Whether the store shows the product of this variant: `ACTIVE` or `DRAFT`."""
    product = variant_in_store(outside, number).get("productId")
    return str(outside.record("shopify", "Product", "id", product).get("status")) if product else ""

"""Products, price books and the entries that give a product a price in one of them and in one currency.

Types and lengths: the vendor's object reference and field reference (Product2, Pricebook2, PricebookEntry). This
organisation has several currencies; the fields with `__c` are the ones its administrator added for the hub.
"""

from __future__ import annotations

from connectors.sandbox.salesforce.fields import LONG, Field, SObject, checkbox, declared, keys, system, texts

CURRENCIES = ("EUR", "USD", "INR", "GBP", "CHF")


def _viewed() -> list[Field]:
    return [Field("LastViewedDate", "datetime", write=False), Field("LastReferencedDate", "datetime", write=False)]


def _currency(fixed: bool = False) -> Field:
    """The first currency is the organisation's own; that of an entry cannot be changed."""
    return Field("CurrencyIsoCode", "picklist", 3, "Currency ISO Code", nillable=False, default=CURRENCIES[0],
                 values=CURRENCIES, restricted=True, fixed=fixed)


def _parent(name: str, title: str, object: str, relationship: str) -> Field:
    return Field(name, "reference", 18, title, nillable=False, refers=object, relationship=relationship,
                 children="PricebookEntries", fixed=True)


PRODUCT = SObject(
    "Product2",
    "01t",
    declared(
        system(),
        _viewed(),
        keys(),
        Field("Name", length=255, label="Product Name", nillable=False),
        Field("ProductCode", length=255),
        Field("StockKeepingUnit", length=180, label="Product SKU"),
        Field("Description", "textarea", 4000, label="Product Description"),
        Field("Family", "picklist", 255, label="Product Family"),
        Field("QuantityUnitOfMeasure", "picklist", 255, label="Quantity Unit Of Measure"),
        Field("DisplayUrl", "url", 1000, label="Display URL"),
        Field("ExternalId", length=255, label="External ID"),
        Field("ExternalDataSourceId", "reference", 18, write=False, refers="ExternalDataSource"),
        checkbox("IsActive"),
        checkbox("IsArchived", write=False),
        _currency(),
        # The organisation's own
        texts("string", 80, "Brand__c", "Category__c", "Material__c", "Finish__c"),
        texts("string", 40, "MPN__c", "Material_Group__c", "Standard__c", "Grade__c", "Thread__c", "Length__c"),
        Field("GTIN__c", length=14),
        Field("Pack_Size__c", "double", precision=9),
        Field("Sales_Notes__c", "textarea", LONG, filterable=False),
    ),
)

PRICE_BOOK = SObject(
    "Pricebook2",
    "01s",
    declared(
        system(),
        _viewed(),
        Field("Name", length=255, label="Price Book Name", nillable=False),
        Field("Description", length=255),
        checkbox("IsActive"),
        checkbox("IsStandard", "IsArchived", write=False),
        _currency(),
    ),
)

ENTRY = SObject(
    "PricebookEntry",
    "01u",
    declared(
        system(),
        Field("Name", length=255, label="Product Name", write=False),
        Field("ProductCode", length=255, write=False),
        _parent("Pricebook2Id", "Price Book ID", "Pricebook2", "Pricebook2"),
        _parent("Product2Id", "Product ID", "Product2", "Product2"),
        Field("UnitPrice", "currency", label="List Price", nillable=False, precision=18, scale=2),
        checkbox("IsActive", "UseStandardPrice"),
        checkbox("IsArchived", write=False),
        _currency(fixed=True),
    ),
)

"""What the naive rules look at in product records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.demo.estate.truth import Record

if TYPE_CHECKING:
    from connectors.demo.estate import Estate
    from connectors.demo.estate.goods import Goods

Native = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One record as it stands there; `numbers` are its SKU and its GTIN."""

    record: Record
    names: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def identifiers(self) -> list[str]:
        return list(self.numbers)

    @property
    def called(self) -> list[str]:
        return [name.lower() for name in self.names]


def of_estate(estate: Estate | Goods) -> Iterator[Item]:
    """The products of an estate before it is loaded."""
    readers = {"Product2": _salesforce, "A_Product": _sap, "Product": _shopify}
    for records in (estate.salesforce, estate.sap, estate.shopify):
        for one in records:
            if read := readers.get(one["object"]):
                yield from read(one["fields"])


def known(values: Iterable[Any]) -> tuple[str, ...]:
    """The values that are there, each once."""
    return tuple(dict.fromkeys(value for value in values if value))


def _salesforce(fields: Native) -> Iterator[Item]:
    numbers = known(fields.get(name) for name in ("ProductCode", "StockKeepingUnit", "GTIN__c"))
    yield Item(("salesforce", "Product2", fields["Id"]), (fields["Name"],), numbers)


def _sap(fields: Native) -> Iterator[Item]:
    texts = known(one["ProductDescription"] for one in fields["to_Description"])
    gtins = known(one.get("GlobalTradeItemNumber") for one in fields["to_ProductUnitsOfMeasure"])
    numbers = known((fields["Product"], fields.get("ProductStandardID"), *gtins))
    yield Item(("sap", "A_Product", fields["Product"]), texts, numbers)


def _shopify(fields: Native) -> Iterator[Item]:
    """Every variant; a product of several is one more record, that of the family."""
    variants = fields["variants"]
    for one in variants:
        chosen = " / ".join(one.get("options", []))
        record = ("shopify", "ProductVariant", f"gid://shopify/ProductVariant/{one['id']}")
        name = f"{fields['title']} {chosen}".strip()
        yield Item(record, (name,), known((one.get("sku"), one.get("barcode"))))
    if len(variants) > 1:
        yield Item(("shopify", "Product", f"gid://shopify/Product/{fields['id']}"), (fields["title"],), ())

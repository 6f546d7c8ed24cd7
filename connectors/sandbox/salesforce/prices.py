"""The vendor's rules for products, price books and price book entries.

Source: object reference, "PricebookEntry" (usage): a product needs a standard price before it may have a custom one in
the same currency; price book, product and currency of an entry never change; an entry that uses the standard price has
no price of its own. The wording of STANDARD_PRICE_NOT_DEFINED and of a price defined twice is as integrators report
it. What becomes of custom prices whose standard price is deleted is told nowhere; here they go with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from connectors.sandbox.salesforce import errors
from connectors.sandbox.salesforce.catalogue import ENTRY, PRICE_BOOK, PRODUCT
from connectors.sandbox.salesforce.fields import SObject
from connectors.sandbox.salesforce.store import Row

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.records import Records

_SHOWN = ("Name", "ProductCode")  # an entry shows these of its product


def settle(records: Records, sobject: SObject, row: Row, given: Row) -> None:
    """Refuse a row that breaks a rule; fill in what follows from other records."""
    if sobject is ENTRY:
        _settle_entry(records, row, given)
        return
    if row["Name"] is None:
        raise errors.required(["Name"])
    if sobject is PRICE_BOOK and row["IsStandard"] and "Name" in given:
        raise errors.not_writable(["Name"])


def follow(records: Records, sobject: SObject, row: Row, actor: str) -> None:
    """Change what shows a product's name, or takes a standard price."""
    if sobject is PRODUCT:
        for entry in records.children(ENTRY, "Product2Id", row["Id"]):
            records.put(ENTRY, entry | {name: row[name] for name in _SHOWN})
    if sobject is ENTRY and _is_standard(records, row):
        for entry in _customs(records, row):
            if entry["UseStandardPrice"] and entry["UnitPrice"] != row["UnitPrice"]:
                records.put(ENTRY, entry | {"UnitPrice": row["UnitPrice"]} | records.touched(actor))


def fall(records: Records, sobject: SObject, row: Row) -> Iterator[Row]:
    """The entries deleted with a record; the standard price book stays."""
    if sobject is PRICE_BOOK and row["IsStandard"]:
        raise errors.Refused("DELETE_FAILED", "Your attempt to delete the standard price book failed.", [])
    if sobject in (PRODUCT, PRICE_BOOK):
        yield from records.children(ENTRY, "Product2Id" if sobject is PRODUCT else "Pricebook2Id", row["Id"])
    elif sobject is ENTRY and _is_standard(records, row):
        yield from _customs(records, row)


def _settle_entry(records: Records, row: Row, given: Row) -> None:
    missing = [name for name in ("Pricebook2Id", "Product2Id") if row[name] is None]
    if missing:
        raise errors.required(missing)
    product = records.store.table(PRODUCT.name).rows[row["Product2Id"]]
    row |= {name: product[name] for name in _SHOWN}
    others = _alike(records, row)
    if any(other["Pricebook2Id"] == row["Pricebook2Id"] for other in others):
        raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", "This price definition already exists in this price book", [])
    if _is_standard(records, row):
        if row["UseStandardPrice"]:
            raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", "A standard price cannot use the standard price.",
                                 ["UseStandardPrice"])
    else:
        _settle_custom(row, given, next((other for other in others if _is_standard(records, other)), None))
    if row["UnitPrice"] is None:
        raise errors.required(["UnitPrice"])


def _settle_custom(row: Row, given: Row, standard: Row | None) -> None:
    if standard is None:
        text = "Before creating a custom price, create a standard price."
        raise errors.Refused("STANDARD_PRICE_NOT_DEFINED", text, [])
    if not row["UseStandardPrice"]:
        return
    if given.get("UnitPrice") not in (None, standard["UnitPrice"]):
        text = "List Price: an entry that uses the standard price has no price of its own."
        raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", text, ["UnitPrice"])
    row["UnitPrice"] = standard["UnitPrice"]


def _alike(records: Records, row: Row) -> list[Row]:
    """The other entries of the same product and currency."""
    entries = records.children(ENTRY, "Product2Id", row["Product2Id"])
    same = [entry for entry in entries if entry["CurrencyIsoCode"] == row["CurrencyIsoCode"]]
    return [entry for entry in same if entry["Id"] != row["Id"]]


def _customs(records: Records, row: Row) -> list[Row]:
    """The custom prices that stand on a standard one."""
    return [entry for entry in _alike(records, row) if not _is_standard(records, entry)]


def _is_standard(records: Records, entry: Row) -> bool:
    return bool(records.store.table(PRICE_BOOK.name).rows[entry["Pricebook2Id"]]["IsStandard"])

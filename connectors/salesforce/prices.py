"""Price book entries <-> prices of a product by list and currency. Pure.

Salesforce keeps one price per price book, product and currency, of one unit of the product, with two decimals and
without dates or scales: `UnitPrice` is currency(18, 2) in the field reference of PricebookEntry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from connectors.errors import Permanent
from connectors.mapping import dig, flag, required, stamp
from connectors.prices import of_one, period
from mdm.engine.values import Json, Key

STANDARD = "standard"  # stands for the organisation's standard price book, whatever its name
SUBQUERY = "PricebookEntries"
ENTRY = (
    "Id", "IsDeleted", "IsActive", "UnitPrice", "UseStandardPrice", "CurrencyIsoCode", "SystemModstamp",
    "Pricebook2Id", "Pricebook2.Name", "Pricebook2.IsStandard",
)
LARGEST = Decimal(10) ** 16
Price = tuple[str, str]  # list and currency


@dataclass(frozen=True, slots=True)
class Catalogue:
    """How products of a connection are read and written.

    `language`: of name and description. `books`: price list -> name or id of a price book, or `standard`. `decimals`:
    how many of a price are kept.
    """

    language: str = "en"
    books: Mapping[str, str] = field(default_factory=lambda: {"10": STANDARD})
    decimals: int = 2


DEFAULT = Catalogue()


# ---- from Salesforce -----------------------------------------------------------------------------------------------


def read(body: Mapping[str, Json], unit: str | None, catalogue: Catalogue, what: str) -> dict[str, Json]:
    """`prices|<list>/<currency>` -> one period, of the active entries in price books of a list. Raises Permanent."""
    found: dict[str, Json] = {}
    for entry in entries(body, what):
        name = _list(entry, catalogue)
        if name is not None and _holds(entry, what):
            key = str(Key("prices", f"{name}/{required(entry, 'CurrencyIsoCode', what)}"))
            found[key] = [period(_amount(entry, what), unit)]
    return found


def changed_at(body: Mapping[str, Json], at: datetime, what: str) -> datetime:
    """The latest stamp of a product and its prices: a price does not move its product's. Raises Permanent."""
    return max([at, *(stamp(entry, "SystemModstamp", what) for entry in entries(body, what))])


def entries(body: Mapping[str, Json], what: str) -> Iterator[Mapping[str, Json]]:
    """The rows of the subquery, none where it is null; raises Permanent."""
    answer = body.get(SUBQUERY)
    if answer is None:
        return
    rows = answer.get("records") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Permanent(f"{what}: field '{SUBQUERY}' is no list of prices.", field=SUBQUERY)
    yield from rows


def _list(entry: Mapping[str, Json], catalogue: Catalogue) -> str | None:
    book = {"Id": entry.get("Pricebook2Id")}
    book |= {name: dig(entry, f"Pricebook2.{name}") for name in ("Name", "IsStandard")}
    return next((name for name, wanted in catalogue.books.items() if is_book(book, wanted)), None)


def is_book(book: Mapping[str, Json], wanted: str) -> bool:
    """Whether a price book (Id, Name, IsStandard) is the one an option names."""
    if wanted == STANDARD:
        return book.get("IsStandard") is True
    id, name = book.get("Id"), book.get("Name")
    return name == wanted or (isinstance(id, str) and len(wanted) in (15, 18) and id[:15] == wanted[:15])


def _holds(entry: Mapping[str, Json], what: str) -> bool:
    active, gone = (flag(entry.get(name), name, what) for name in ("IsActive", "IsDeleted"))
    return active is True and gone is not True


def _amount(entry: Mapping[str, Json], what: str) -> Decimal:
    value = entry.get("UnitPrice")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Permanent(f"{what}: field 'UnitPrice' holds no number.", field="UnitPrice")
    amount = Decimal(str(value))
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise Permanent(f"{what}: field 'UnitPrice' holds {value}, which is no price.", field="UnitPrice")
    return amount


# ---- to Salesforce -------------------------------------------------------------------------------------------------


def represented(attributes: Mapping[str, Json], unit: str | None, catalogue: Catalogue) -> dict[str, Json]:
    """The prices of lists that have a price book, each as of one unit and rounded; what cannot be written drops out.

    `unit` is the product's own, where it is known: a price of another one cannot be told.
    """
    found: dict[str, Json] = {}
    for key, value in attributes.items():
        amount = each(value, attributes.get("base_unit"), catalogue) if _of(key, catalogue) else None
        if amount is not None:
            found[key] = [period(amount, unit)]
    return found


def wishes(values: Mapping[str, Json], catalogue: Catalogue) -> dict[Price, Decimal | None]:
    """What to write of these keys: the price of one unit per list and currency, None where there is to be none."""
    named = {key: _of(key, catalogue) for key in values}
    return {price: each(values[key], None, catalogue) for key, price in named.items() if price}


def each(value: Json, unit: Json, catalogue: Catalogue) -> Decimal | None:
    """The price of one unit as the organisation can hold it; None for what cannot be told."""
    one = of_one(value, unit, catalogue.decimals)
    return one if one is not None and abs(one) < LARGEST else None


def _of(key: str, catalogue: Catalogue) -> Price | None:
    """List and currency of a key of prices; None where it is none, or has no price book."""
    if not key.startswith("prices|"):
        return None
    price_list, _, currency = Key.parse(key).context.rpartition("/")
    return (price_list, currency) if price_list in catalogue.books and currency else None

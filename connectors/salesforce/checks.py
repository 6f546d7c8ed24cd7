"""What must be right before a connection works: its options, the fields in the organisation, the rights on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.base import Access, FieldRow
from connectors.errors import Misconfigured
from connectors.mapping import Address, Row
from connectors.salesforce import mapping, products
from connectors.salesforce.client import Client
from connectors.salesforce.price_push import Books
from connectors.salesforce.prices import DEFAULT, STANDARD, Catalogue, is_book
from mdm.engine.values import Json

NATIVE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
WRITTEN = {
    "Account": (*mapping.PERSON, *mapping.BUSINESS),
    "Contact": (*mapping.CONTACT, *mapping.CONTACT_PERSON),
    "Product2": products.declared("en"),
}
ALSO_WRITTEN = {"Product2": products.WRITTEN}
ENTRY = ("Pricebook2Id", "Product2Id", "CurrencyIsoCode", "UnitPrice", "IsActive", "UseStandardPrice")
BOOKS = "SELECT Id, Name, IsStandard FROM Pricebook2 WHERE IsActive = true ORDER BY Id"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a connection; README.md says what they do."""

    version: str
    page_size: int
    share: float
    overlap: float
    catalogue: Catalogue


def options(access: Access) -> Options:
    """Read and check the options; raises Misconfigured naming the one that is wrong."""
    version = access.options.get("api_version", "v67.0")
    if not isinstance(version, str) or not re.fullmatch(r"v\d+\.\d", version):
        raise Misconfigured(f"Option api_version of {access.connection} must look like v67.0.")
    return Options(
        version,
        int(_number(access, "page_size", 2000, 200, 2000)),
        _number(access, "api_share", 0.9, 0.01, 1),
        _number(access, "overlap_seconds", 10, 0, 86400),
        _catalogue(access),
    )


def _catalogue(access: Access) -> Catalogue:
    language = access.options.get("language", DEFAULT.language)
    if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2}", language):
        raise Misconfigured(f"Option language of {access.connection} must be a code of two small letters, such as en.")
    books = access.options.get("price_books", dict(DEFAULT.books))
    if not isinstance(books, Mapping) or not all(_names_a_book(*pair) for pair in books.items()):
        raise Misconfigured(f"Option price_books of {access.connection} must give price lists the names or ids of "
                            'price books, such as {"10": "standard", "20": "Dealers"}.')
    if len({*books.values()}) < len(books):
        raise Misconfigured(f"Option price_books of {access.connection} gives one price book to two lists.")
    return Catalogue(language, dict(books), int(_number(access, "price_decimals", DEFAULT.decimals, 0, 8)))


def _names_a_book(price_list: Json, book: Json) -> bool:
    return isinstance(price_list, str) and isinstance(book, str) and bool(price_list and book.strip())


def check_rows(rows: tuple[FieldRow, ...]) -> None:
    """Refuse mapping rows whose native name is none: it would become part of a query. Raises Misconfigured."""
    for row in rows:
        if not NATIVE_NAME.fullmatch(row.native):
            raise Misconfigured(f"Mapping row '{row.native}' of {row.object_type} is no Salesforce field; correct it.")


def check_fields(client: Client, object_type: str, rows: tuple[FieldRow, ...]) -> None:
    """Compare an object's describe with what we read and write; raises Misconfigured naming all that is wrong."""
    listed = client.describe(object_type).get("fields")
    described = [field for field in listed if isinstance(field, Mapping)] if isinstance(listed, list) else []
    fields = {str(field.get("name")): field for field in described}
    missing = [name for name in mapping.selected(object_type, rows) if name not in fields]
    if missing:
        raise Misconfigured(f"{object_type} in Salesforce lacks {', '.join(missing)}, or hides it from the user: "
                            "create it as README.md says and give the user's permission set access to it.")
    wrong = [*_key(fields[mapping.KEY]), *_locked(object_type, fields, rows), *_short(object_type, fields)]
    if wrong:
        raise Misconfigured(f"{object_type} in Salesforce: " + "; ".join(wrong) + ".")


def check_prices(client: Client, catalogue: Catalogue) -> None:
    """Look at price book entries and price books; raises Misconfigured naming what is missing."""
    listed = client.describe("PricebookEntry").get("fields")
    described = [field for field in listed if isinstance(field, Mapping)] if isinstance(listed, list) else []
    fields = {str(field.get("name")): field for field in described}
    missing = [name for name in ENTRY if name not in fields]
    if missing:
        raise Misconfigured(f"PricebookEntry in Salesforce lacks {', '.join(missing)}, or hides it from the user; the "
                            "organisation must have several currencies enabled.")
    locked = [name for name in ENTRY if fields[name].get("createable") is False]
    if locked:
        raise Misconfigured(f"PricebookEntry in Salesforce: the user may not write {', '.join(locked)}.")
    scale = fields["UnitPrice"].get("scale")
    if isinstance(scale, int) and scale < catalogue.decimals:
        raise Misconfigured(f"Prices in Salesforce have {scale} decimals; set the option price_decimals to {scale}.")
    books(client, catalogue)


def books(client: Client, catalogue: Catalogue) -> Books:
    """The ids of the price books; raises Misconfigured for one that is not there, not active, or named twice."""
    found = [book for page in client.query(BOOKS) for book in page.records]
    named: dict[str, str] = {}
    for price_list, wanted in {**catalogue.books, "": STANDARD}.items():
        ids = [str(book.get("Id")) for book in found if is_book(book, wanted)]
        if len(ids) != 1:
            told = f"{len(ids)} active price books '{wanted}'" if ids else f"no active price book '{wanted}'"
            raise Misconfigured(f"Salesforce has {told}; correct the option price_books, or name it by its id.")
        named[price_list] = ids[0]
    standard = named.pop("")
    if len({*named.values()}) < len(named):
        raise Misconfigured("The option price_books gives one price book to two lists; give each list its own.")
    return Books(standard, named)


def _key(field: Mapping[str, Json]) -> Iterator[str]:
    if not (field.get("externalId") and field.get("unique")):
        yield f"{mapping.KEY} must be marked External ID and Unique"


def _locked(object_type: str, fields: Mapping[str, Mapping[str, Json]], rows: tuple[FieldRow, ...]) -> Iterator[str]:
    declared = (name for row in WRITTEN[object_type] if row.write for name in row.natives)
    added = (row.native for row in rows if row.object_type.partition(".")[0] == object_type and row.write)
    also = ALSO_WRITTEN.get(object_type, ())
    locked = [name for name in dict.fromkeys((mapping.KEY, *declared, *also, *added))
              if name in fields and fields[name].get("updateable") is False]
    if locked:
        yield f"the user may not edit {', '.join(locked)}"


def _short(object_type: str, fields: Mapping[str, Mapping[str, Json]]) -> Iterator[str]:
    for name, needed in dict(length for row in WRITTEN[object_type] for length in _lengths(row)).items():
        has = fields[name].get("length")
        if isinstance(has, int) and 0 < has < needed:
            yield f"{name} holds {has} characters, {needed} are needed"


def _lengths(row: Row) -> Iterator[tuple[str, int]]:
    if isinstance(row, Address):
        yield from ((row.native[part], length) for part, length in row.lengths.items())
    elif row.max_length:
        yield row.native, row.max_length


def _number(access: Access, name: str, default: float, least: float, most: float) -> float:
    value = access.options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise Misconfigured(f"Option {name} of {access.connection} must be a number from {least:g} to {most:g}.")
    return float(value)

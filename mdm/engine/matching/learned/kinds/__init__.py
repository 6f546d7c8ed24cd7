"""How each kind is prepared, compared and blocked on: one module per family of kinds, one declaration per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.aspects import Aspect
from mdm.engine.matching.learned.fields import Distinct, Field, built
from mdm.engine.matching.learned.kinds import (
    addresses,
    codes,
    contacts,
    dates,
    names,
    quantities,
    sizes,
    streets,
    texts,
)
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.terms import Terms
from mdm.engine.matching.learned.threads import each
from mdm.engine.matching.learned.values import FEW, Coded, Texts

Declare = Callable[[Sequence[Column]], list[Field]]

PERSON = (Kind.GIVEN_NAME, Kind.FAMILY_NAME, Kind.PERSON_NAME)
PLACE = (Kind.ADDRESS, Kind.STREET, Kind.HOUSE_NUMBER, Kind.CITY, Kind.REGION, Kind.POSTCODE, Kind.COUNTRY)

# Which function declares the fields of which kinds. Kinds that stand together are handed over together.
DECLARED: tuple[tuple[tuple[Kind, ...], Declare], ...] = (
    (PERSON, names.people),
    ((Kind.COMPANY_NAME,), texts.companies),
    ((Kind.TEXT, Kind.PRODUCT_NAME), texts.texts),
    ((Kind.NAME_LIST,), texts.name_lists),
    ((Kind.ADDRESS,), addresses.addresses),
    ((Kind.STREET,), streets.streets),
    ((Kind.HOUSE_NUMBER,), codes.house_numbers),
    ((Kind.CITY, Kind.REGION, Kind.COUNTRY), names.places),
    ((Kind.POSTCODE,), codes.postcodes),
    ((Kind.DATE,), dates.dates),
    ((Kind.EMAIL,), contacts.emails),
    ((Kind.PHONE,), contacts.phones),
    ((Kind.URL,), contacts.urls),
    ((Kind.IDENTIFIER, Kind.TAX_ID, Kind.PART_NUMBER, Kind.GTIN), codes.identifiers),
    ((Kind.NUMBER, Kind.PRICE), quantities.numbers),
    (
        (Kind.CATEGORY, Kind.LANGUAGE, Kind.CURRENCY, Kind.FLAG, Kind.UNIT, Kind.THREAD, Kind.STANDARD),
        quantities.categories,
    ),
)
# Which function declares more fields of columns that have some already.
MORE: tuple[tuple[tuple[Kind, ...], Declare], ...] = (
    (PLACE, addresses.whole_addresses),
    ((Kind.TEXT, Kind.PRODUCT_NAME), sizes.fields),
)

# Parts that speak of one thing: an address that moves, moves whole.
TOGETHER: Mapping[Kind, str] = dict.fromkeys(PLACE, "place")
_ERR_TOGETHER: Mapping[Kind, str] = {
    **TOGETHER,
    **dict.fromkeys(PERSON, "name"),
    Kind.EMAIL: "contact",
    Kind.PHONE: "contact",
}


def fields(columns: Sequence[Column]) -> list[Field]:
    """What is read of records with these columns, in an order that depends on kinds and the order of columns alone."""
    out: list[Field] = []
    for members, declare in (*DECLARED, *MORE):
        chosen = [column for column in columns if column.kind in members]
        out += declare(chosen) if chosen else []
    names = {column.name for column in columns}
    return [_apart(field, names) for field in out]


def _apart(field: Field, names: set[str]) -> Field:
    """A field that is no column's own must not be called like one."""
    sources = [name for name, _ in field.sources]
    return replace(field, name=f"{field.name} of {sources[0]}") if field.name in names - {*sources} else field


def aspects(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """The aspects of a table."""
    distinct = Distinct(table, (column.name for column in columns))
    found = [field for field in fields(columns) if field.needed(distinct)]
    return compiled(found, coded(found, table))


def coded(found: Sequence[Field], table: pl.DataFrame) -> list[Coded]:
    """What the records of a table say in each field."""
    distinct = Distinct(table, (name for field in found for name, _ in field.sources + field.more))
    return each(lambda field: field.coded(distinct), found, len(table) > FEW)


def compiled(
    found: Sequence[Field],
    columns: Sequence[pl.Series | Coded | Texts],
    terms: Mapping[str, Mapping[str, Terms]] | None = None,
) -> list[Aspect]:
    """The aspects of what some records say in these fields; with `terms` nothing is counted."""
    out = built(found, columns, terms)
    for aspect in out:
        aspect.group = _ERR_TOGETHER.get(aspect.kind, aspect.name)
    return out


def groups(found: Sequence[Aspect]) -> list[list[int]]:
    """Aspects that speak of one thing, as lists of their numbers."""
    out: dict[str, list[int]] = {}
    for number, aspect in enumerate(found):
        out.setdefault(TOGETHER.get(aspect.kind, f"{number}"), []).append(number)
    return list(out.values())

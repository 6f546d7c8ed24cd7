"""Standard forms: one function per kind. The raw value always stays; what has no standard form is kept and flagged."""

from __future__ import annotations

from collections.abc import Callable

from mdm.engine.kinds import Kind
from mdm.engine.standardize.address import address, house_number, street
from mdm.engine.standardize.base import Hints, Standard, Standardiser, Unclear, as_text, kept
from mdm.engine.standardize.codes import currency, flag, language
from mdm.engine.standardize.country import country
from mdm.engine.standardize.email import email
from mdm.engine.standardize.fasteners import standard, thread
from mdm.engine.standardize.names import company_name, name_list, person_name, product_name
from mdm.engine.standardize.number import date, number
from mdm.engine.standardize.parts import gtin, part_number
from mdm.engine.standardize.phone import phone
from mdm.engine.standardize.postcode import postcode
from mdm.engine.standardize.price import price
from mdm.engine.standardize.quantity import quantity
from mdm.engine.standardize.region import region
from mdm.engine.standardize.tax_id import tax_id
from mdm.engine.standardize.text import category, identifier, text
from mdm.engine.standardize.units import unit, unit_factor
from mdm.engine.standardize.url import url
from mdm.engine.values import Json

__all__ = ["Hints", "Standard", "standardize"]

# Kinds whose raw value is text (or a whole number, which is written out first).
_TEXTS: dict[str, Standardiser] = {
    Kind.PERSON_NAME: person_name,
    Kind.GIVEN_NAME: person_name,
    Kind.FAMILY_NAME: person_name,
    Kind.COMPANY_NAME: company_name,
    Kind.TEXT: text,
    Kind.EMAIL: email,
    Kind.PHONE: phone,
    Kind.STREET: street,
    Kind.HOUSE_NUMBER: house_number,
    Kind.CITY: category,
    Kind.REGION: region,
    Kind.POSTCODE: postcode,
    Kind.COUNTRY: country,
    Kind.DATE: date,
    Kind.IDENTIFIER: identifier,
    Kind.TAX_ID: tax_id,
    Kind.CATEGORY: category,
    Kind.URL: url,
    Kind.LANGUAGE: language,
    Kind.CURRENCY: currency,
    Kind.PART_NUMBER: part_number,
    Kind.GTIN: gtin,
    Kind.PRODUCT_NAME: product_name,
    Kind.STANDARD: standard,
    Kind.THREAD: thread,
    Kind.UNIT: unit,
}
_NO_HINTS = Hints()


def standardize(kind: str, raw: Json, context: str = "", hints: Hints = _NO_HINTS) -> Standard:
    """The standard form of one raw value of a kind; `context` is that of its key (the scheme of a tax id).

    Nothing and blank text give None. Never raises for any JSON value; an unknown kind is a ValueError.
    Applied to its own result it changes nothing.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return Standard(None)
    shaped = _SHAPED.get(kind)
    if shaped is None:
        raise ValueError(f"'{kind}' is no kind; the kinds are {', '.join(Kind)}.")
    try:
        return shaped(raw, context, hints)
    except Unclear as problem:
        return Standard(kept(raw), str(problem))


def _of_text(reader: Standardiser) -> Callable[[Json, str, Hints], Standard]:
    limit = 1_000_000 if reader is text else 2000

    def shaped(raw: Json, context: str, hints: Hints) -> Standard:
        value = reader(as_text(raw, limit), context, hints)
        return Standard(None if value == "" else value)

    return shaped


def _names(raw: Json, context: str, hints: Hints) -> Standard:
    listed = raw if isinstance(raw, list) else [raw]
    return Standard(name_list("\n".join(as_text(item) for item in listed if item is not None), context, hints) or None)


def _flag(raw: Json, context: str, hints: Hints) -> Standard:
    return Standard(flag(raw, context, hints))


def _of_fields(reader: Callable[[Json, str, Hints], Standard]) -> Callable[[Json, str, Hints], Standard]:
    return lambda raw, context, hints: reader(kept(raw), context, hints)


def _number(raw: Json, context: str, hints: Hints) -> Standard:
    return Standard(number(raw, context, hints))


_SHAPED: dict[str, Callable[[Json, str, Hints], Standard]] = {
    Kind.ADDRESS: address,
    Kind.NAME_LIST: _names,
    Kind.FLAG: _flag,
    Kind.NUMBER: _number,
    Kind.QUANTITY: _of_fields(quantity),
    Kind.UNIT_FACTOR: _of_fields(unit_factor),
    Kind.PRICE: _of_fields(price),
    **{kind: _of_text(reader) for kind, reader in _TEXTS.items()},
}

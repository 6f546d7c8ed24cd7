"""What source records state, as text columns: the way from a hub's attributes to a learned model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, DecimalException
from typing import Protocol

from mdm.engine.kinds import TERMS, Kind
from mdm.engine.matching.learned.records import Column
from mdm.engine.values import Json, Key

_PLAIN = (str, int, float)  # a union of types takes several times as long to ask about
_LONGEST = 2000  # characters of one value that are compared
_DIGITS = 30  # of a quantity; more is a mistake, and would fill the memory
_KEPT = 2  # values of one attribute that have columns of their own
# Contexts that speak for the whole, and those that say least: they come first and last, the others in key order.
_FIRST = ("", "main", "registered")
_LAST = ("other", "fax")
_PARTS = {
    "street": Kind.STREET,
    "city": Kind.CITY,
    "region": Kind.REGION,
    "postcode": Kind.POSTCODE,
    "country": Kind.COUNTRY,
}
# How many millimetres or grams a unit is.
_UNITS = {
    "mm": "1", "cm": "10", "dm": "100", "m": "1000", "in": "25.4", "ft": "304.8",
    "mg": "0.001", "g": "1", "kg": "1000", "t": "1000000", "lb": "453.59237", "oz": "28.349523125",
}  # fmt: skip


class Told(Protocol):
    """What is asked of the declaration of an attribute."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def shape(self) -> str: ...
    @property
    def identifies(self) -> bool: ...


def columns(attributes: Iterable[Told]) -> tuple[Column, ...]:
    """The columns of an entity in the order of its attributes: those that say who or what a record is about."""
    return tuple(
        column
        for one in attributes
        if one.identifies and one.kind not in TERMS
        for number in range(1 if one.shape == "one" else _KEPT)
        for column in _of(_numbered(one.name, number), one.kind)
    )


def _of(name: str, kind: Kind) -> Iterator[Column]:
    if kind is Kind.ADDRESS:
        yield from (Column(f"{name} {part}", own) for part, own in _PARTS.items())
    else:
        yield Column(name, Kind.NUMBER if kind is Kind.QUANTITY else kind)


def texts(values: Iterable[tuple[Key, str, Json]]) -> dict[str, str]:
    """One record's statements (key, kind, value) by the name of their column; nothing depends on their order.

    An attribute of several values fills two columns, "emails" and "emails 2": those of the main context first, then by
    key, equal ones once. What is lost: the third value and those after it, what context a value stood in, that the
    first value of one record may be the second of another, and what stands after 2,000 characters. A tax id carries
    its scheme, a quantity is in millimetres or grams.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for key, kind, value in sorted(values, key=_rank):
        parts = {} if kind in TERMS or value is None else _READERS.get(kind, _plain)(key, value)
        listed = found.setdefault(key.name, [])
        if parts and parts not in listed and len(listed) < _KEPT:
            listed.append(parts)
    return {
        f"{_numbered(name, number)} {part}".rstrip(): text
        for name, listed in found.items()
        for number, parts in enumerate(listed)
        for part, text in parts.items()
    }


def _numbered(name: str, number: int) -> str:
    return f"{name} {number + 1}" if number else name


def _rank(statement: tuple[Key, str, Json]) -> tuple[int, Key]:
    context = statement[0].context
    last = len(_FIRST) + 1 + _LAST.index(context) if context in _LAST else len(_FIRST)
    return _FIRST.index(context) if context in _FIRST else last, statement[0]


def _plain(key: Key, value: Json) -> dict[str, str]:
    """A value as one text; structures of other kinds say nothing."""
    plain = [one for one in value if isinstance(one, _PLAIN)] if isinstance(value, list) else None
    return _said("", value if plain is None else "; ".join(map(str, plain)))


def _said(part: str, value: Json) -> dict[str, str]:
    """A text or number as text; structures say nothing."""
    if isinstance(value, bool) or not isinstance(value, _PLAIN):
        return {}
    # A null character ends a text in many formats and libraries.
    text = str(value).replace("\0", "").strip()[:_LONGEST]
    return {part: text} if text else {}


def _address(key: Key, value: Json) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {name: text for part in _PARTS for name, text in _said(part, value.get(part)).items()}


def _tax_id(key: Key, value: Json) -> dict[str, str]:
    return {part: f"{key.context} {text}".strip() for part, text in _plain(key, value).items()}


def _quantity(key: Key, value: Json) -> dict[str, str]:
    """A number of millimetres or grams; nothing where it has no such unit."""
    number, _, unit = str(value).partition(" ")
    try:
        found = Decimal(number) * Decimal(_UNITS[unit])
    except (DecimalException, KeyError):
        return {}
    return _said("", f"{found:f}") if found.is_finite() and abs(found.adjusted()) <= _DIGITS else {}


_Reader = Callable[[Key, Json], dict[str, str]]
_READERS: Mapping[str, _Reader] = {Kind.ADDRESS: _address, Kind.TAX_ID: _tax_id, Kind.QUANTITY: _quantity}

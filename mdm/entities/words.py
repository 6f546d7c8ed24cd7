"""Attribute keys and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mdm.engine.values import Json, Key


class Labelled(Protocol):
    @property
    def label(self) -> str: ...


ADDRESS = ("street", "postcode", "city", "region", "country")


def label(key: str, attributes: Mapping[str, Labelled]) -> str:
    """The label of a text key with its context: `phones|main` is "Phones, main"."""
    parsed = Key.parse(key)
    known = attributes.get(parsed.name)
    name = known.label if known else parsed.name.lstrip("@").replace("_", " ").capitalize()
    return f"{name}, {context(parsed.context)}" if parsed.context else name


def context(text: str) -> str:
    """A context in words: `bill_to` is "bill to", `company:1010` is "company 1010"."""
    return text.replace("_", " ").replace(":", " ")


def short_id(external_id: str) -> str:
    """The part of an id that people read out: of `gid://shopify/Customer/17` the 17."""
    return external_id.rpartition("/")[2] or external_id


def value(found: Json) -> str:
    """A value on one line; empty for none."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, list):
        return "; ".join(value(item) for item in found)
    if isinstance(found, dict):
        return _address(found) if {"city", "country"} <= found.keys() else _fields(found)
    return str(found)


def _address(parts: Mapping[str, Json]) -> str:
    street, postcode, city, *rest = (str(parts.get(name) or "").strip() for name in ADDRESS)
    town = f"{postcode} {city}".strip()
    lines = [*street.splitlines(), town, *rest]
    return ", ".join(line for line in lines if line)


def _fields(parts: Mapping[str, Json]) -> str:
    return ", ".join(f"{name} {value(item)}" for name, item in parts.items() if item not in (None, ""))

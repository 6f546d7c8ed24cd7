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
        return _structure(found)
    return str(found)


def _structure(found: Mapping[str, Json]) -> str:
    told = next((told for parts, told in STRUCTURES if parts <= found.keys()), _fields)
    return told(found)


def _address(parts: Mapping[str, Json]) -> str:
    street, postcode, city, *rest = (str(parts.get(name) or "").strip() for name in ADDRESS)
    town = f"{postcode} {city}".strip()
    lines = [*street.splitlines(), town, *rest]
    return ", ".join(line for line in lines if line)


def _fields(parts: Mapping[str, Json]) -> str:
    return ", ".join(f"{name} {value(item)}" for name, item in parts.items() if item not in (None, ""))


def _price(parts: Mapping[str, Json]) -> str:
    """One period of a price list: `12.5 per 100 pieces, from 500 11.9, 2026-01-01 to 2026-12-31`."""
    scale = parts.get("scale")
    steps = [step for step in scale if isinstance(step, Mapping)] if isinstance(scale, list) else []
    unit = str(parts.get("unit") or "")
    each = " ".join(part for part in (str(parts.get("per") or ""), UNITS.get(unit, unit)) if part)
    amounts = [f"{parts['amount']} per {each}" if each else str(parts["amount"])]
    amounts += [f"from {step.get('from')} {step.get('amount')}" for step in steps]
    return ", ".join([*amounts, *_dates(parts)])


def _dates(parts: Mapping[str, Json]) -> list[str]:
    first, last = str(parts.get("valid_from") or ""), str(parts.get("valid_to") or "")
    if last.startswith("9999"):
        last = ""
    if first and last:
        return [f"{first} to {last}"]
    return [f"from {first}"] if first else [f"until {last}"] if last else []


def _factor(parts: Mapping[str, Json]) -> str:
    """How many base units one is: `100`, or `1 / 3`."""
    above, below = str(parts["numerator"]), str(parts["denominator"])
    return above if below == "1" else f"{above} / {below}"


UNITS: Mapping[str, str] = {"H87": "pieces", "C62": "units", "MTR": "m", "KGM": "kg", "LTR": "l"}  # UN/ECE Rec 20
STRUCTURES = (
    (frozenset({"city", "country"}), _address),
    (frozenset({"amount"}), _price),
    (frozenset({"numerator", "denominator"}), _factor),
)

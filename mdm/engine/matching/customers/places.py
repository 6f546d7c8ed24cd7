"""Addresses as they are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mdm.engine.matching.normal import fold
from mdm.engine.matching.vocabulary import streets

_HOUSE = re.compile(r"\d+[a-z]?")


@dataclass(frozen=True, slots=True)
class Place:
    """`street` without numbers, its words in a fixed order; `houses` all numbers; city, region and country folded."""

    text: str
    street: str
    houses: tuple[str, ...]
    house: str
    postcode: str
    city: str
    region: str
    country: str

    @property
    def area(self) -> str:
        """The outer part of the postcode: the first half, or three characters."""
        first, _, rest = self.postcode.partition(" ")
        return first if rest else self.postcode[:3]


def place(address: Mapping[str, str]) -> Place | None:
    """Read a standard address; None if it names neither city nor postcode."""
    return _place(*(str(address.get(part) or "") for part in ("street", "city", "region", "postcode", "country")))


@lru_cache(maxsize=65536)
def _place(street: str, city: str, region: str, postcode: str, country: str) -> Place | None:
    town = fold(city)
    if not town and not postcode:
        return None
    words, houses = _street(street)
    text = ", ".join(filter(None, (street.replace("\n", ", "), f"{postcode} {city}".strip(), country)))
    return Place(
        text=text,
        street=" ".join(sorted(words)),
        houses=tuple(sorted(set(houses))),
        house=_house(words, houses, street),
        postcode=postcode.upper().strip(),
        city=streets.CITIES.get(town, town),
        region=fold(region),
        country=country.upper(),
    )


def _street(text: str) -> tuple[list[str], list[str]]:
    """Words in their short forms, and the numbers of houses and plots; units inside a building are left out."""
    words: list[str] = []
    houses: list[str] = []
    for word in _joined(_without_units(fold(text).split())):
        if _HOUSE.fullmatch(word):
            houses.append(word.lstrip("0") or "0")
        elif word not in streets.MARKS:
            words.extend(_short(word))
    return words, houses


def _without_units(words: list[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in streets.UNITS_BEFORE:
            skip = True
        elif word in streets.UNITS_AFTER:
            if kept and kept[-1][0].isdigit():
                kept.pop()
        else:
            kept.append(word)
    return kept


def _joined(words: list[str]) -> list[str]:
    """`12 a` is one house number."""
    out: list[str] = []
    for word in words:
        if out and out[-1].isdigit() and len(word) == 1 and word.isalpha() and word not in "nsew":
            out[-1] += word
        else:
            out.append(word)
    return out


def _short(word: str) -> tuple[str, ...]:
    if found := streets.SHORT.get(word):
        return (found,)
    for tail, short in streets.TAILS:
        if word.endswith(tail) and len(word) > len(tail) + 2:
            stem = word.removesuffix(tail)
            return streets.SHORT.get(stem, stem), short
    return (word,)


def _house(words: list[str], houses: list[str], text: str) -> str:
    """The number of the house: the first if the street starts with a digit, else the last (after the street)."""
    if not houses:
        return ""
    return houses[0] if text[:1].isdigit() else houses[-1]

"""Addresses: the nearest two of both records count, whatever their use; people and firms move."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from rapidfuzz import fuzz

from mdm.engine.matching.comparisons import Comparison, Finding, Level, best
from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.customers.places import Place
from mdm.engine.matching.similar import slip


class Where(IntEnum):
    """Levels of addresses, best first."""

    SAME = 0
    STREET = 1
    POSTCODE = 2
    CITY = 3
    REGION = 4
    ELSEWHERE = 5
    ABROAD = 6


_LABELS = (
    "Same address",
    "Same street, house number differs or is missing",
    "Same postcode",
    "Same city",
    "Same region",
    "Other part of the country",
    "Other country",
)
# u: by counts of addresses, postcodes and cities in a country, for dealers and buyers that gather in cities.
_PERSON = (
    *((0.50, 0.0001), (0.06, 0.0008), (0.08, 0.004), (0.14, 0.03)),
    *((0.07, 0.08), (0.13, 0.535), (0.02, 0.35)),
)
_COMPANY = (
    *((0.42, 0.0001), (0.08, 0.0008), (0.10, 0.004), (0.16, 0.03)),
    *((0.08, 0.08), (0.14, 0.535), (0.02, 0.35)),
)


def judge(a: Features, b: Features) -> Finding | None:
    return best([Finding(level(x, y), x.text, y.text) for x in a.places for y in b.places])


@lru_cache(maxsize=65536)
def level(a: Place, b: Place) -> Where:
    """The level of two addresses; a missing country is no other country."""
    if a.country and b.country and a.country != b.country:
        return Where.ABROAD
    same_code, same_city = a.postcode != "" and a.postcode == b.postcode, _same_city(a, b)
    if (same_code or same_city) and _same_street(a, b):
        return Where.SAME if _same_house(a, b) else Where.STREET
    if same_code:
        return Where.POSTCODE
    if same_city:
        return Where.CITY
    return Where.REGION if a.region and a.region == b.region else Where.ELSEWHERE


def _same_city(a: Place, b: Place) -> bool:
    return a.city != "" and (a.city == b.city or slip(a.city, b.city))


def _same_street(a: Place, b: Place) -> bool:
    """Streets alike word by word; without any words the numbers stand for the street (`Plot 45`, `C-12`)."""
    if not a.street or not b.street:
        return not a.street and not b.street and bool(a.houses) and a.houses == b.houses
    return a.street == b.street or fuzz.ratio(a.street, b.street) >= 88 or _within(a.street, b.street)


def _within(a: str, b: str) -> bool:
    """One street names a district or landmark more; two words, one of them a name, must agree."""
    shared = set(a.split()) & set(b.split())
    telling = sum(len(word) > 3 for word in shared)
    return telling >= 1 and len(shared) >= 2 and len(shared) >= min(len(set(a.split())), len(set(b.split())))


def _same_house(a: Place, b: Place) -> bool:
    first, second = set(a.houses), set(b.houses)
    return bool(first and second) and (first <= second or second <= first)


def _levels(weights: tuple[tuple[float, float], ...]) -> tuple[Level, ...]:
    return tuple(Level(label, m, u) for label, (m, u) in zip(_LABELS, weights, strict=True))


PERSON_ADDRESS = Comparison("address", "Address", _levels(_PERSON), judge)
COMPANY_ADDRESS = Comparison("address", "Address", _levels(_COMPANY), judge)

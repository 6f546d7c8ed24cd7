"""Countries and their provinces as Shopify names them, which is ISO 3166 but for a few codes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pycountry

# Countries whose addresses have a province in Shopify and whose codes we know to be those of ISO 3166-2. In all other
# countries a province is left out: Shopify refuses one it does not know.
ZONED = frozenset({"AU", "BR", "CA", "IN", "IT", "US"})
# (country, ISO code) -> the code Shopify has kept from earlier editions
KEPT = {("IN", "OD"): "OR", ("IN", "DH"): "DN"}
EARLIER = {("IN", "CT"): "CG", ("IN", "UT"): "UK", ("IN", "TG"): "TS"}


def country(value: object) -> str | None:
    """The two-letter code of a country given by code or by English name; None for one Shopify would not know."""
    given = str(value or "").strip()
    if len(given) == 2:
        return given.upper() if pycountry.countries.get(alpha_2=given.upper()) else None
    return _countries().get(_plain(given))


def zone(country_code: str, value: object) -> str | None:
    """Shopify's code of a province given by code (also `IN-MH`) or name; None where the country has no such one."""
    if country_code not in ZONED:
        return None
    given = str(value or "").strip()
    code = given.upper().removeprefix(f"{country_code}-")
    code = EARLIER.get((country_code, code), code)
    names, codes = _zones(country_code)
    if code in codes:
        return code
    return names.get(_plain(given)) or KEPT.get((country_code, code))


@cache
def _countries() -> dict[str, str]:
    return {
        _plain(name): found.alpha_2
        for found in pycountry.countries
        for name in (found.name, found.alpha_3, getattr(found, "common_name", found.name))
    }


@cache
def _zones(country_code: str) -> tuple[dict[str, str], frozenset[str]]:
    found = {
        _plain(part.name): KEPT.get((country_code, code), code)
        for part in pycountry.subdivisions.get(country_code=country_code) or ()  # type: ignore[no-untyped-call]
        for code in (part.code.partition("-")[2],)
    }
    return found, frozenset(found.values())


def _plain(name: str) -> str:
    """Letters only, without accents, lower case: `Mahārāshtra` and `Maharashtra` are one."""
    split = unicodedata.normalize("NFKD", name.replace("&", " and "))
    return re.sub(r"[^a-z]", "", split.casefold())

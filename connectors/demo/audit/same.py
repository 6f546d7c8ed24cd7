"""Whether a system's raw value says what a golden value says, as far as that system can hold it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import phonenumbers
import pycountry
from anyascii import anyascii

CUT = 30  # from this length on a shorter text may be a cut one
NOT_LETTERS = re.compile(r"[^a-z0-9]+")
NAMES = {"usa": "US", "deutschland": "DE", "bharat": "IN", "united states of america": "US"}


def squeezed(text: Any) -> str:
    """Letters and digits only, in lower case: what is left when systems space and capitalise as they like."""
    return NOT_LETTERS.sub("", anyascii(str(text or "")).lower())


def text(golden: Any, held: Any) -> bool:
    """Equal but for spacing, case and a cut at the end."""
    wanted, found = squeezed(golden), squeezed(held)
    return wanted == found or (len(found) >= CUT and wanted.startswith(found))


def code(golden: Any, held: Any) -> bool:
    """Equal codes."""
    return str(golden).strip() == str(held or "").strip()


def phone(golden: Any, held: Any, country: str) -> bool:
    """One number, however it is written; one without a country is read in the country given."""
    return e164(str(golden), country) == e164(str(held or ""), country)


@lru_cache(maxsize=65536)
def e164(number: str, country: str) -> str:
    """The number in international form; its digits where it is none."""
    for attempt in (number, re.sub(r"^00", "+", number)):
        try:
            found = phonenumbers.parse(attempt, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(found):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"\D", "", number)


def member(golden: Any, held: list[str]) -> bool:
    """One of the held values is one of the golden ones."""
    wanted = {squeezed(one) for one in (golden if isinstance(golden, list) else [golden])}
    return any(squeezed(one) in wanted for one in held)


def address(golden: Mapping[str, str], held: Mapping[str, str]) -> bool:
    """One place: street, city and postcode as texts, country by code or name; a region only where both name one."""
    country = country_code(golden.get("country", ""))
    if country and held.get("country") and country_code(held["country"]) != country:
        return False
    for part in ("street", "city", "postcode"):
        if not text(golden.get(part), held.get(part)):
            return False
    mine, theirs = (region_code(one.get("region", ""), country) for one in (golden, held))
    return not mine or not theirs or mine == theirs


@lru_cache(maxsize=1024)
def country_code(name: str) -> str:
    """The code of a country given by code or name."""
    plain = name.strip()
    if plain.lower() in NAMES:
        return NAMES[plain.lower()]
    try:
        return str(pycountry.countries.lookup(plain).alpha_2) if plain else ""
    except LookupError:
        return plain.upper()


KEPT = {("IN", "OR"): "OD", ("IN", "TG"): "TS", ("IN", "CT"): "CG", ("IN", "UT"): "UK"}


@lru_cache(maxsize=4096)
def region_code(name: str, country: str) -> str:
    """The code of a region given by code or name; earlier codes become those of today."""
    plain = name.strip()
    parts = pycountry.subdivisions.get(country_code=country) or [] if country else []  # type: ignore[no-untyped-call]
    by_name = {squeezed(part.name): part.code.partition("-")[2] for part in parts}
    found = str(by_name.get(squeezed(plain), plain.upper()))
    return KEPT.get((country, found), found)

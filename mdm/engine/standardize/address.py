"""Postal addresses: `{"street", "city", "region", "postcode", "country"}`, always all five, lines by line feeds."""

from __future__ import annotations

from functools import lru_cache

from mdm.engine.standardize import country as countries
from mdm.engine.standardize import region as regions
from mdm.engine.standardize.base import Hints, Standard, Unclear, as_text, kept, shown
from mdm.engine.standardize.postcode import form
from mdm.engine.standardize.text import line, lines
from mdm.engine.values import Json

PARTS = ("street", "city", "region", "postcode", "country")


def address(raw: Json, context: str, hints: Hints) -> Standard:
    """Country and region as ISO codes, postcode in the country's form; nothing is guessed or added.

    With a problem the part at fault is kept as it came and the others are standard. A missing country stays missing;
    the hint only helps to read region and postcode.
    """
    if not isinstance(raw, dict):
        raise Unclear("Expected an address with street, city, region, postcode and country; correct the mapping.")
    foreign = sorted(str(kept(key)) for key in raw if key not in PARTS)
    if foreign:
        raise Unclear(f"An address has no part named '{shown(foreign[0])}'; correct the mapping.")
    values, problem = _standard(*(_text(raw.get(part)) for part in PARTS), hints.country)
    return Standard(dict(zip(PARTS, values, strict=True)) if any(values) else None, problem)


def _text(raw: Json) -> str:
    return "" if raw is None else as_text(raw)


@lru_cache(maxsize=65536)
def _standard(
    street: str, city: str, region: str, postcode: str, country: str, hint: str
) -> tuple[tuple[str, ...], str]:
    problems = []
    code = countries.find(line(country))
    if line(country) and not code:
        problems.append(f"'{shown(country)}' is no country known to ISO 3166.")
    inside = code or ("" if line(country) else hint)
    shaped = line(postcode)
    try:
        shaped = form(shaped, inside)
    except Unclear as problem:
        problems.append(str(problem))
    parts = (lines(street), line(city), regions.find(line(region), inside), shaped, code or line(country))
    return parts, " ".join(problems)


def street(raw: str, context: str, hints: Hints) -> Json:
    """Street lines, each tidy."""
    return lines(raw)


def house_number(raw: str, context: str, hints: Hints) -> Json:
    """`12 a` becomes `12A`."""
    return "".join(line(raw).upper().split())

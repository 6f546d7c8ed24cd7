"""Languages to ISO 639-1, currencies to ISO 4217, and yes or no."""

from __future__ import annotations

import gettext
from functools import lru_cache

import pycountry

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.country import NAMED_IN
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "rs.": "INR", "us$": "USD", "zł": "PLN", "fr.": "CHF"}
_AMBIGUOUS = {"$", "¥", "kr", "kr."}
_YES = frozenset({"true", "t", "yes", "y", "1", "x", "on", "ja", "j", "oui", "si", "sí", "sim", "tak", "haan"})
_NO = frozenset({"false", "f", "no", "n", "0", "off", "nein", "non", "não", "nao", "nie", "nahin"})


def language(raw: str, context: str, hints: Hints) -> Json:
    """`de-DE`, `DEU`, `German` and `Deutsch` all become `de`."""
    return _language(line(raw))


@lru_cache(maxsize=4096)
def _language(text: str) -> str:
    known, folded = _languages(), text.casefold()
    code = known.get(folded) or known.get(folded.replace("_", "-").partition("-")[0])
    if not code:
        raise Unclear(f"'{shown(text)}' is no language with a two-letter code (ISO 639-1).")
    return code


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    listed = [item for item in pycountry.languages if hasattr(item, "alpha_2")]
    found: dict[str, str] = {}
    for locale in reversed(NAMED_IN):
        names = gettext.translation("iso639-3", pycountry.LOCALES_DIR, languages=[locale], fallback=True)
        found |= {names.gettext(item.name).casefold(): item.alpha_2 for item in listed}
    for item in listed:
        found |= {text.casefold(): item.alpha_2 for text in _codes_of(item)}
    return found


def _codes_of(item: object) -> list[str]:
    codes = [getattr(item, part, None) for part in ("name", "alpha_3", "bibliographic", "alpha_2")]
    return [code for code in codes if code]


def currency(raw: str, context: str, hints: Hints) -> Json:
    """`eur`, `€`, `Euro` become `EUR`; `$` alone stays unclear."""
    return _currency(line(raw))


@lru_cache(maxsize=4096)
def _currency(text: str) -> str:
    folded = text.casefold()
    if folded in _AMBIGUOUS:
        raise Unclear(f"'{text}' stands for several currencies; use the three letters of ISO 4217.")
    found = _currencies().get(folded)
    if not found:
        raise Unclear(f"'{shown(text)}' is no currency of ISO 4217.")
    return found


@lru_cache(maxsize=1)
def _currencies() -> dict[str, str]:
    found = {item.name.casefold(): item.alpha_3 for item in pycountry.currencies}
    return found | _SYMBOLS | {item.alpha_3.casefold(): item.alpha_3 for item in pycountry.currencies}


def flag(raw: Json, context: str, hints: Hints) -> Json:
    """True for true, 1, `X`, `yes`, `ja` and the like; False for their opposites."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, (int, float)) and raw in (0, 1):
        return bool(raw)
    word = line(raw).casefold() if isinstance(raw, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise Unclear(f"'{shown(str(raw)[:80])}' is neither yes nor no.")

"""Telephone numbers to E.164 (ITU-T) by Google's numbering metadata."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json


def phone(raw: str, context: str, hints: Hints) -> Json:
    """`089 / 123456-0` with country DE becomes `+49891234560`; an extension after the number is left out."""
    return _e164(line(raw), hints.country.upper())


@lru_cache(maxsize=65536)
def _e164(text: str, country: str) -> str:
    for attempt in _readings(text):
        try:
            number = phonenumbers.parse(attempt, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not country and not text.startswith("+"):
        raise Unclear(f"'{shown(text)}' has no country code and the record has no country; add either.")
    raise Unclear(f"'{shown(text)}' is no valid phone number{f' in {country}' if country else ''}.")


def _readings(text: str) -> list[str]:
    text = text.removeprefix("tel:")
    return [text, "+" + text[2:]] if text.startswith("00") else [text]

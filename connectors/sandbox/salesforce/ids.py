"""Record ids: 15 case-sensitive characters, or 18 with a suffix that makes them safe where case is lost."""

from __future__ import annotations

import re

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?")
_POD = "gR0"


def suffix(short: str) -> str:
    """The three check characters of a 15-character id: one per five characters, its bits telling which are capitals."""
    chunks = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(_SUFFIX[sum(1 << place for place, char in enumerate(chunk) if char.isupper())] for chunk in chunks)


def canonical(given: object) -> str | None:
    """The 18-character form of a well-formed id, else None."""
    if not isinstance(given, str) or not _FORM.fullmatch(given):
        return None
    full = given[:15] + suffix(given[:15])
    return full if given in (full, full[:15]) else None


def make(prefix: str, serial: int) -> str:
    """The id of the serial-th record under a key prefix; neighbours may differ in case alone, as the vendor's do."""
    digits = ""
    while serial:
        serial, digit = divmod(serial, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    short = prefix + _POD + digits.rjust(15 - len(prefix) - len(_POD), "0")
    return short + suffix(short)

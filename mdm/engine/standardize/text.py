"""Plain text: Unicode NFC (UAX #15), no control or invisible characters, tidy white space."""

from __future__ import annotations

import re
import unicodedata

from mdm.engine.standardize.base import Hints, Unclear
from mdm.engine.values import Json

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, soft hyphen, zero-width space, marks of writing direction, BOM and lone surrogates.
# Zero-width joiners stay: Indic scripts need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """NFC without control characters; line breaks become line feeds, tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text.replace("\t", " ")))
    return unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    """One line with single spaces."""
    return " ".join(clean(text).split())


def lines(text: str) -> str:
    """Several lines, each tidy, none empty."""
    return "\n".join(filter(None, (" ".join(part.split()) for part in clean(text).split("\n"))))


def text(raw: str, context: str, hints: Hints) -> Json:
    """Free text keeps its lines and inner spacing."""
    return "\n".join(part.rstrip() for part in clean(raw).split("\n")).strip()


def category(raw: str, context: str, hints: Hints) -> Json:
    """A code or label on one line; case is kept because codes may depend on it."""
    return line(raw)


def identifier(raw: str, context: str, hints: Hints) -> Json:
    """An identifier keeps case and leading zeros; at most 200 characters."""
    tidy = line(raw)
    if len(tidy) > 200:
        raise Unclear(f"{len(tidy)} characters are too many for an identifier; correct it in the source system.")
    return tidy

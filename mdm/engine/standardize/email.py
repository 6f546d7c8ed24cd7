"""E-mail addresses in the normal form of email-validator (RFC 5321, 5322, 6531), lower-cased as a whole."""

from __future__ import annotations

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json


def email(raw: str, context: str, hints: Hints) -> Json:
    """`Mailto:Anna.Weber@ACME.de` becomes `anna.weber@acme.de`; nothing is asked of the network.

    The local part is lower-cased too: RFC 5321 lets servers tell case apart, none in use does.
    """
    return _normal(line(raw))


@lru_cache(maxsize=65536)
def _normal(text: str) -> str:
    address = text[7:].strip() if text[:7].lower() == "mailto:" else text
    normal = _validated(_validated(address).lower())
    if "." not in normal.rpartition("@")[2]:
        raise Unclear(f"'{shown(text)}' is no e-mail address: its domain has no dot.")
    return normal


def _validated(address: str) -> str:
    try:
        return validate_email(
            address, check_deliverability=False, globally_deliverable=False, allow_display_name=True
        ).normalized
    except (EmailNotValidError, UnicodeError) as error:
        raise Unclear(f"'{shown(address)}' is no e-mail address: {error}") from None

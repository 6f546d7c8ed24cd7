"""Telephone and fax numbers as the system keeps them: country, the number dialled at home, the international form."""

from __future__ import annotations

import re

from connectors.sandbox.sap.countries import DIALLING
from connectors.sandbox.sap.errors import bad

ALLOWED = re.compile(r"[0-9 ()/.&*#+-]*")
# Where several countries share a dialling code, the one a number without a country falls to.
SHARED = {"1": "US"}


def split(number: str, country: str, default: str) -> tuple[str, str]:
    """The country and the home form of a number; `default` is the country of its address.

    A number that starts with + or 00 brings its dialling code, which wins over a country that does not have it.
    """
    number = " ".join(number.split())
    if not ALLOWED.fullmatch(number):
        raise bad("AM/863", f"Telephone number {number} has characters other than digits and / ( ) - &.", "PhoneNumber")
    country = country or default
    if not number.startswith(("+", "00")):
        return country, number
    bare = number[1:] if number.startswith("+") else number[2:]
    found = _country(bare, country, default)
    if not found:
        raise bad("AM/864", f"No country has the dialling code of {number}.", "PhoneNumber")
    return found, _without_code(bare, DIALLING[found][0])


def international(number: str, extension: str, country: str) -> str:
    """The number as dialled from abroad, empty where the country's dialling code is not known."""
    digits = re.sub(r"\D", "", number)
    if not digits or country not in DIALLING:
        return ""
    code, trunk = DIALLING[country]
    home = digits[len(trunk) :] if trunk and digits.startswith(trunk) else digits
    return f"+{code}{home}{re.sub(r'[^0-9]', '', extension)}"[:30]


def _country(bare: str, *first: str) -> str:
    digits = re.sub(r"\D", "", bare)
    fitting = [country for country, (code, _) in DIALLING.items() if digits.startswith(code)]
    for country in first:
        if country in fitting:
            return country
    longest = max(fitting, key=lambda country: len(DIALLING[country][0]), default="")
    return SHARED.get(DIALLING[longest][0], longest) if longest else ""


def _without_code(bare: str, code: str) -> str:
    """The number after its dialling code, with its own blanks kept."""
    at, left = 0, len(code)
    while left:
        left -= bare[at].isdigit()
        at += 1
    return re.sub(r"^\s*(\(0\))?[\s()./-]*", "", bare[at:])

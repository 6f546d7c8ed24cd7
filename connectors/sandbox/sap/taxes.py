"""The forms of tax numbers the system checks, by tax number category. Forms only: no register, no check digit.

EU VAT forms: European Commission, VIES FAQ, "structure of VAT identification numbers".
"""

from __future__ import annotations

import re

from connectors.sandbox.sap.countries import CODES
from connectors.sandbox.sap.errors import bad

VAT = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}", "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}",
    "GR": r"\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}", "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"[A-Z0-9+*]{10}\d{2}",
    "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}",
}  # fmt: skip
PREFIX = {"GR": "EL"}
FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "IN3": (re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z][A-Z][0-9A-Z]"), "a GSTIN of 15 characters"),
    "US01": (re.compile(r"\d{2}-?\d{7}"), "an EIN of nine digits"),
    **{
        f"{country}0": (re.compile(PREFIX.get(country, country) + form), f"a VAT number of {country}")
        for country, form in VAT.items()
    },
}


def check(category: str, number: str) -> str:
    """The number as the system keeps it, upper case without blanks; refuses a category or form it does not know."""
    if not re.fullmatch(r"[A-Z]{2}\d{1,2}", category) or category[:2] not in CODES:
        raise bad("FTAX/001", f"Tax number category {category or '(none)'} is not defined.", "BPTaxType")
    kept = re.sub(r"\s", "", number).upper()
    pattern, form = FORMS.get(category, (None, ""))
    if not kept or (pattern and not pattern.fullmatch(kept)):
        text = f"Tax number {number or '(none)'} of category {category} is not {form or 'filled'}."
        raise bad("FTAX/004", text, "BPTaxNumber")
    return kept

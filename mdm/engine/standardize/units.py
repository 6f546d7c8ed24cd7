"""Units of measure to the codes of UN/ECE Recommendation 20, and how many base units another unit is.

Systems write units in four ways: the code of Recommendation 20 (`KGM`), the ISO code SAP keeps beside its own units
(table T006, field ISOCODE: `PCE`), SAP's internal unit (`ST`) or its external one (`PC`), and the symbol (`kg`).
Packages keep the two letters they had in Recommendation 20 up to revision 9, which SAP and EDI still exchange
(`CT` carton); Recommendation 21, which took them over, only sets an X before them.
"""

from __future__ import annotations

from fractions import Fraction

from mdm.engine.standardize import decimals
from mdm.engine.standardize.base import Hints, Standard, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

# Code, then what else stands for it. `ST` is SAP's piece (Stück), not the sheet of Recommendation 20.
_WRITTEN = {
    "H87": "st stk stück stueck pc pcs pce pce. ea each piece pieces st. stk. pc. pcs. unit units",
    "C62": "one",
    "CEN": "hundred",
    "MIL": "thousand ts",
    "DZN": "dz dozen dtzd",
    "GRO": "gross gr",
    "PR": "paa pair paar",
    "SET": "set sets satz",
    "MMT": "mm",
    "CMT": "cm",
    "DMT": "dm",
    "MTR": "m meter metre",
    "KMT": "km",
    "INH": 'in inch " ″',
    "FOT": "ft foot feet",
    "YRD": "yd yard",
    "MGM": "mg",
    "GRM": "g gram gramm",
    "KGM": "kg kilogram kilogramm kgs",
    "TNE": "to tonne",
    "LBR": "lb lbs pound",
    "ONZ": "oz ounce",
    "MLT": "ml",
    "LTR": "l liter litre",
    "MTK": "m2 m²",
    "MTQ": "m3 m³",
    "BG": "bag beutel xbg",
    "BX": "box xbx",
    "CS": "case xcs",
    "CT": "kar karton carton xct",
    "PF": "pal pallet palette xpx xpf",
    "PK": "pak pack packet package packung paket xpk",
    "RO": "rol roll rolle xro",
}
_CODES = {word: code for code, words in _WRITTEN.items() for word in (code.casefold(), *words.split())}
# Symbols in which quantities are written.
SYMBOLS = {
    "MMT": "mm", "CMT": "cm", "DMT": "dm", "MTR": "m", "INH": "in", "FOT": "ft",
    "MGM": "mg", "GRM": "g", "KGM": "kg", "TNE": "t", "LBR": "lb", "ONZ": "oz",
}  # fmt: skip


def unit(raw: str, context: str, hints: Hints) -> Json:
    """`ST`, `PC`, `EA` and `Stück` become `H87`, `KG` becomes `KGM`."""
    return code(raw)


def code(raw: str) -> str:
    """The code of a unit however it is written; a unit that is not in the list is Unclear."""
    text = line(raw)
    found = _CODES.get(text.casefold())
    if not found:
        raise Unclear(f"'{shown(text)}' is no unit known here; use a code of UN/ECE Recommendation 20.")
    return found


def unit_factor(raw: Json, context: str, hints: Hints) -> Standard:
    """One unit is numerator/denominator base units: `{"numerator": "100", "denominator": "1"}` in lowest terms.

    A number alone is read as the numerator.
    """
    if isinstance(raw, dict):
        foreign = sorted(str(key) for key in raw if key not in ("numerator", "denominator"))
        if foreign or raw.get("numerator") is None:
            raise Unclear("Expected a numerator and a denominator; correct the mapping.")
    parts = raw if isinstance(raw, dict) else {"numerator": raw}
    below = 1 if parts.get("denominator") is None else parts["denominator"]
    factor = Fraction(decimals.positive(parts["numerator"])) / Fraction(decimals.positive(below))
    if max(factor.numerator, factor.denominator) >= 10**15:
        raise Unclear("The factor has more digits than make sense; correct it in the source system.")
    return Standard({"numerator": str(factor.numerator), "denominator": str(factor.denominator)})

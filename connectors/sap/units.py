"""SAP's units of measure <-> codes of UN/ECE Recommendation 20, and quantities of length and weight. Pure.

SAP's services show commercial unit codes in the language of the logon: `PC` or `ST` is one unit. Packages have the two
letters they had in Recommendation 20 (`CT` carton).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from connectors.errors import Permanent
from connectors.mapping import plain, text
from connectors.sap.odata import Record
from mdm.engine.values import Json

# Code -> SAP's codes for it, the one we write first.
_SAP = {
    "H87": "PC ST EA", "DZN": "DZ", "GRO": "GRO", "MIL": "TS", "PR": "PAA", "SET": "SET",
    "MMT": "MM", "CMT": "CM", "MTR": "M", "KMT": "KM", "INH": '" IN', "FOT": "FT", "MTK": "M2", "MTQ": "M3",
    "MGM": "MG", "GRM": "G", "KGM": "KG", "TNE": "TO", "LBR": "LB", "LTR": "L", "MLT": "ML",
    "CT": "CAR KAR", "BX": "BOX", "PK": "PAC PAK", "BG": "BAG BT", "CS": "CRT KI", "RO": "ROL", "PF": "PAL",
}  # fmt: skip
CODES = {unit: code for code, units in _SAP.items() for unit in units.split()}
# Unit of a quantity -> SAP's units for it, the one we write first; its size in millimetres or grams.
SYMBOLS = {"mm": ("MM",), "cm": ("CM",), "m": ("M",), "in": ('"', "IN"), "ft": ("FT",),
           "mg": ("MG",), "g": ("G",), "kg": ("KG",), "t": ("TO",), "lb": ("LB",)}
SIZES = {"mm": "1", "cm": "10", "m": "1000", "in": "25.4", "ft": "304.8",
         "mg": "0.001", "g": "1", "kg": "1000", "t": "1000000", "lb": "453.59237"}
LENGTHS, WEIGHTS = ("mm", "cm", "m", "in", "ft"), ("mg", "g", "kg", "t", "lb")
WHOLE, DECIMALS = 10, 3  # digits of a weight or dimension before and after the point
NUMBER = re.compile(r"-?\d{1,24}(\.\d{1,12})?", re.ASCII)
QUANTITY = re.compile(r"(?P<number>\d{1,15}(\.\d{1,12})?) (?P<unit>[a-z]{1,2})", re.ASCII)


def code(unit: str) -> str:
    """The code of a unit of SAP's, the unit itself where we know none."""
    return CODES.get(unit.strip().upper(), unit.strip())


def number(record: Record, name: str, what: str) -> Decimal | None:
    """A decimal of SAP's, None where empty; raises Permanent."""
    found = text(record.get(name), name, what)
    if found is None:
        return None
    if not NUMBER.fullmatch(found.strip()):
        raise Permanent(f"{what}: field '{name}' holds '{found[:40]}', which is no number.", field=name)
    return Decimal(found.strip())


def quantity(record: Record, name: str, unit_name: str, what: str) -> str | None:
    """A weight or dimension as the hub writes it, `0.125 kg`; None where nothing was entered."""
    value, unit = number(record, name, what), text(record.get(unit_name), unit_name, what)
    if not value:
        return None
    symbols = {one: symbol for symbol, units in SYMBOLS.items() for one in units}
    return f"{plain(value)} {symbols.get((unit or '').upper(), unit or '')}".strip()


def fitting(
    attributes: Mapping[str, Json], keys: tuple[str, ...], known: tuple[str, ...]
) -> dict[str, tuple[str, str]]:
    """Those of some quantities that SAP can hold together, key -> (number, symbol): all in the unit of the first.

    What has more digits than SAP keeps, or an unknown unit, is left out.
    """
    parsed = {key: found for key in keys if (found := _parsed(attributes.get(key), known))}
    symbol = next((found[1] for found in parsed.values()), "")
    converted = {key: _converted(value, unit, symbol) for key, (value, unit) in parsed.items()}
    return {key: (value, symbol) for key, value in converted.items() if value}


def _parsed(value: Json, known: tuple[str, ...]) -> tuple[Fraction, str] | None:
    found = QUANTITY.fullmatch(value) if isinstance(value, str) else None
    return (Fraction(found["number"]), found["unit"]) if found and found["unit"] in known else None


def _converted(value: Fraction, unit: str, wanted: str) -> str:
    scaled = value * Fraction(SIZES[unit]) / Fraction(SIZES[wanted]) * 10**DECIMALS
    if scaled.denominator != 1 or not 0 < scaled.numerator < 10 ** (WHOLE + DECIMALS):
        return ""
    return plain(Decimal(scaled.numerator).scaleb(-DECIMALS))

"""Numbers that identify a product: part numbers and GTINs."""

from __future__ import annotations

import re

from stdnum import ean
from stdnum.exceptions import InvalidChecksum, ValidationError

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import identifier, line
from mdm.engine.values import Json

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SEPARATORS = re.compile(r"[\s.\-]+")


def part_number(raw: str, context: str, hints: Hints) -> Json:
    """A SKU or a maker's number keeps case, zeros and separators; typographic dashes become hyphens."""
    return identifier(_DASHES.sub("-", line(raw)), context, hints)


def gtin(raw: str, context: str, hints: Hints) -> Json:
    """GTIN-8, -12, -13 and -14 as 14 digits with zeros before them (GS1 General Specifications, 3.3.2).

    A wrong check digit is Unclear: a mistyped GTIN may be another product's.
    """
    text = line(raw)
    digits = _SEPARATORS.sub("", text)
    try:
        if not digits.strip("0"):
            raise Unclear(f"'{shown(text)}' is no GTIN: it is nothing but zeros.")
        return str(ean.validate(digits)).zfill(14)
    except InvalidChecksum:
        raise Unclear(f"'{shown(text)}' is no valid GTIN: its check digit does not fit.") from None
    except ValidationError:
        raise Unclear(f"'{shown(text)}' is no valid GTIN: it has 8, 12, 13 or 14 digits.") from None

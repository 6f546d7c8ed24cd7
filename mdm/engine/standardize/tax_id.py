"""Tax ids by scheme, checked by python-stdnum: GSTIN and VAT with their check digits, EIN by its form and prefix."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from stdnum import luhn
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.in_ import gstin, pan
from stdnum.us import ein
from stdnum.util import get_cc_module

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

_SEPARATORS = re.compile(r"[^0-9A-Z]+")
# GST state codes assigned after the library's list: Ladakh, Other Territory, Centre Jurisdiction.
_LATER_STATES = {"38", "97", "99"}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# VAT prefixes that differ from the ISO code (Council Directive 2006/112/EC, Art. 215; Northern Ireland protocol).
_PREFIX = {"GR": "EL"}
_MODULE = {"EL": "gr", "XI": "gb", "UK": "gb"}


def tax_id(raw: str, context: str, hints: Hints) -> Json:
    """Compact, upper case; an id that fails its scheme's check is Unclear. Other schemes are only tidied."""
    return _checked(line(raw).upper(), context.upper(), hints.country.upper())


@lru_cache(maxsize=65536)
def _checked(text: str, scheme: str, country: str) -> str:
    if scheme not in _SCHEMES:
        return text
    number = _SEPARATORS.sub("", text)
    try:
        return _SCHEMES[scheme](number, country)
    except InvalidChecksum:
        raise Unclear(f"'{shown(text)}' is no valid {scheme}: its check digit does not fit.") from None
    except ValidationError:
        raise Unclear(f"'{shown(text)}' is no valid {scheme}: its form is wrong.") from None


def _gstin(number: str, country: str) -> str:
    if number[:2] in _LATER_STATES and len(number) == 15:
        pan.validate(number[2:12])
        return luhn.validate(number, _DIGITS)
    return gstin.validate(number)


def _ein(number: str, country: str) -> str:
    return ein.validate(number)


def _vat(number: str, country: str) -> str:
    """With its country prefix; where the prefix is missing the record's country is tried."""
    try:
        return _vat_of(number[:2], number)
    except ValidationError:
        if not country:
            raise
    prefix = _PREFIX.get(country, country)
    if number.startswith(prefix):
        return _vat_of(prefix, number)
    return _vat_of(prefix, prefix + number)


def _vat_of(prefix: str, number: str) -> str:
    module = get_cc_module(_MODULE.get(prefix, prefix.lower()), "vat") if prefix.isalpha() else None
    if module is None:
        raise InvalidComponent()
    bare = module.validate(number if prefix not in ("XI", "UK") else "GB" + number[2:])
    prefix = "GB" if prefix == "UK" else prefix
    return bare if bare.startswith(prefix) else prefix + bare


_SCHEMES: dict[str, Callable[[str, str], str]] = {"GSTIN": _gstin, "VAT": _vat, "EIN": _ein}

"""Values as they travel and as we hold them.

Held: text, bool, int, Decimal; DateTime and DateTimeOffset as milliseconds since 1970 UTC, Time as seconds, Guid as
text.
Travelling: `/Date(ms)/` and `PT01H02M03S` in JSON, `datetime'..'`, `time'..'`, `guid'..'` in URLs (OData 2.0, 6 and URI
conventions 2.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from connectors.sandbox.sap.schema import KEEPS_CASE, Property

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = 253402300799000  # 9999-12-31T23:59:59Z
LAST_DAY = 253402214400000  # 9999-12-31, as a date
JSON_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
TIME = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TYPED = re.compile(r"(datetimeoffset|datetime|time|guid)'([^']*)'", re.IGNORECASE)


def milliseconds(moment: datetime) -> int:
    """A moment as we hold it; a naive one is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(milliseconds=1)


def moment(held: int) -> datetime:
    """The moment of held milliseconds."""
    return EPOCH + timedelta(milliseconds=held)


def day(held: int) -> int:
    """The date of held milliseconds, its time of day gone."""
    return held - held % 86_400_000


def from_json(prop: Property, value: Any) -> Any:
    """The held form of a value of a JSON body; raises ValueError. Null is the initial value."""
    if value is None:
        return prop.initial
    held = FROM_JSON[prop.type](value)
    if prop.type == "DateTime" and prop.date:
        held = day(held)
    if prop.type == "Decimal":
        return _fitted(prop, held)
    return tidy(prop, held) if prop.type == "String" else held


def tidy(prop: Property, value: str) -> str:
    """Text in the form the system keeps it: no trailing blanks, codes in upper case, numbers without leading zeros."""
    value = value.rstrip()
    if prop.upper and prop.name not in KEEPS_CASE:
        value = value.upper()
    if prop.alpha and value.isdigit():
        value = value.lstrip("0") or ("0" if prop.digits else "")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("text in quotes is expected")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is expected")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number is expected")
    return value


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("a decimal number is expected") from error


def _fitted(prop: Property, held: Decimal) -> Decimal:
    """A number with the decimals its property has; raises ValueError where it has more, or too many digits."""
    whole, places = (prop.precision or 0) - (prop.scale or 0), Decimal(1).scaleb(-(prop.scale or 0))
    if not held.is_finite() or abs(held) >= 10**whole:
        raise ValueError(f"at most {whole} digits before the point are expected")
    if held != held.quantize(places):
        raise ValueError(f"at most {prop.scale} decimals are expected")
    return held.quantize(places)


def _date(value: Any) -> int:
    found = JSON_DATE.fullmatch(_text(value))
    if found:
        return int(found[1])
    return milliseconds(datetime.fromisoformat(value))


def _time(value: Any) -> int:
    found = TIME.fullmatch(_text(value))
    if not found:
        raise ValueError("a time such as PT08H30M00S is expected")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _guid(value: Any) -> str:
    if not GUID.fullmatch(_text(value).lower()):
        raise ValueError("a GUID is expected")
    return str(value).lower()


FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "String": _text,
    "Boolean": _boolean,
    "Int16": _integer,
    "Byte": _integer,
    "Decimal": _decimal,
    "DateTime": _date,
    "DateTimeOffset": _date,
    "Time": _time,
    "Guid": _guid,
}


def time_text(held: int) -> str:
    """Seconds of the day as a duration with fixed places."""
    return f"PT{held // 3600:02d}H{held % 3600 // 60:02d}M{held % 60:02d}S"


def _date_out(held: int | None) -> str | None:
    return None if held is None else f"/Date({held})/"


def _offset_out(held: int | None) -> str | None:
    return None if held is None else f"/Date({held}+0000)/"


# How a held value is written in JSON; types left out are written as they are.
TO_JSON: dict[str, Callable[[Any], Any]] = {
    "DateTime": _date_out,
    "DateTimeOffset": _offset_out,
    "Time": time_text,
    "Decimal": lambda held: format(held, "f"),
}


def from_url(token: str) -> Any:
    """The held form of one URL literal; raises ValueError."""
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    if typed := TYPED.fullmatch(token):
        return _typed(typed[1].lower(), typed[2])
    if token in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[token]
    number = re.fullmatch(r"(-?\d+(?:\.\d+)?)[MmLlDdFf]?", token)
    if not number:
        raise ValueError(f"{token!r} is not a literal")
    return Decimal(number[1]) if "." in token or token[-1] in "Mm" else int(number[1])


def _typed(kind: str, text: str) -> Any:
    if kind == "guid":
        return _guid(text)
    return _time(text) if kind == "time" else milliseconds(datetime.fromisoformat(text))


def to_url(prop: Property, held: Any) -> str:
    """The literal of a key value, percent-encoded where a URL needs it."""
    if prop.type == "String":
        return "'" + quote(str(held).replace("'", "''"), safe="") + "'"
    if prop.type == "Boolean":
        return "true" if held else "false"
    text = moment(held).replace(tzinfo=None).isoformat(timespec="seconds")
    if prop.type == "DateTimeOffset":
        return f"datetimeoffset'{quote(text)}Z'"
    return f"datetime'{quote(text)}'"

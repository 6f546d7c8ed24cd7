"""What the vendor does to values before it stores them: names, types, trimming, lengths, formats."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.sandbox.salesforce import errors, ids
from connectors.sandbox.salesforce import fields as declared
from connectors.sandbox.salesforce.fields import Field, SObject
from connectors.sandbox.salesforce.store import Row, stamp

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_LOCAL_PHONE = re.compile(r"1?(\d{3})(\d{3})(\d{4})")
_TEXTS = frozenset({"string", "textarea", "phone", "url", "email", "picklist"})
_NUMBERS = frozenset({"double", "currency", "int"})


def title(sobject: SObject, field: Field) -> str:
    """The label of a field in messages."""
    return f"{sobject.name} ID" if field.name == "Id" else field.label or declared.label(field.name)


def named(sobject: SObject, values: Row, new: bool) -> dict[Field, Any]:
    """The given values by their fields; refuses names the object does not have and fields nobody may write (now)."""
    found: dict[Field, Any] = {}
    for name, value in values.items():
        field = sobject.field(name)
        if field is None:
            raise errors.no_column(name, sobject.name)
        found[field] = value
    locked = [field.name for field in found if not field.write or (field.fixed and not new)]
    if locked:
        raise errors.not_writable(locked)
    return found


def checked(sobject: SObject, field: Field, value: Any) -> Any:
    """The value as it will be stored: trimmed, empty text as null, ids in 18 characters, stamps in the API's form."""
    if isinstance(value, str):
        value = value.strip() or None
    if value is None:
        if field.type == "boolean":
            raise errors.wrong_type(field.name, title(sobject, field), value)
        return None
    if field.type in _TEXTS:
        return _text(sobject, field, value)
    if field.type in _NUMBERS:
        return _number(sobject, field, value)
    return _OTHERS[field.type](sobject, field, value)


def _text(sobject: SObject, field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise errors.wrong_json_type("string", value)
    if len(value) > field.length:
        raise errors.too_long(field.name, title(sobject, field), value, field.length)
    if field.type == "email" and not _EMAIL.fullmatch(value):
        raise errors.invalid_email(field.name, title(sobject, field), value)
    if field.restricted and value not in field.values:
        raise errors.restricted_picklist(field.name, title(sobject, field), value)
    return value


def _number(sobject: SObject, field: Field, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise errors.wrong_json_type("int" if field.type == "int" else "double", value)
    if field.type == "int" and int(value) != value:
        raise errors.wrong_json_type("int", value)
    if field.precision:
        return _rounded(sobject, field, value)
    return int(value) if field.type == "int" else float(value)


def _rounded(sobject: SObject, field: Field, value: int | float) -> float:
    if abs(value) >= 10 ** (field.precision - field.scale):
        text = f"{title(sobject, field)}: value outside of valid range on numeric field: {value}"
        raise errors.Refused("NUMBER_OUTSIDE_VALID_RANGE", text, [field.name])
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP))


def _boolean(sobject: SObject, field: Field, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise errors.wrong_json_type("boolean", value)
    return value


def _date(sobject: SObject, field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise errors.wrong_json_type("date", value) from None


def moment(value: Any) -> str:
    """An ISO date and time with a zone, in the API's form."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise errors.wrong_json_type("datetime", value) from None
    if parsed.tzinfo is None:
        raise errors.wrong_json_type("datetime", value)
    return stamp(parsed)


def _reference(sobject: SObject, field: Field, value: Any) -> str:
    full = ids.canonical(value)
    if full is None:
        raise errors.malformed_id(field.name, title(sobject, field), value)
    return full


_OTHERS: dict[str, Callable[[SObject, Field, Any], Any]] = {
    "boolean": _boolean,
    "date": _date,
    "datetime": lambda sobject, field, value: moment(value),
    "reference": _reference,
    "id": _reference,
}


def typed_by_hand(field: Field, value: Any) -> Any:
    """What the pages of a US user make of typed text: ten digits become a local phone number, lines end in CR LF."""
    if not isinstance(value, str):
        return value
    local = _LOCAL_PHONE.fullmatch(value.strip())
    if field.type == "phone" and local:
        return "({}) {}-{}".format(*local.groups())
    return re.sub(r"\r?\n", "\r\n", value) if field.type == "textarea" else value

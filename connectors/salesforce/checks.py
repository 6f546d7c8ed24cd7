"""What must be right before a connection works: its options, the fields in the organisation, the rights on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.base import Access, FieldRow
from connectors.errors import Misconfigured
from connectors.mapping import Address, Row
from connectors.salesforce import mapping
from connectors.salesforce.client import Client
from mdm.engine.values import Json

NATIVE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
WRITTEN = {
    "Account": (*mapping.PERSON, *mapping.BUSINESS),
    "Contact": (*mapping.CONTACT, *mapping.CONTACT_PERSON),
}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a connection; README.md says what they do."""

    version: str
    page_size: int
    share: float
    overlap: float


def options(access: Access) -> Options:
    """Read and check the options; raises Misconfigured naming the one that is wrong."""
    version = access.options.get("api_version", "v67.0")
    if not isinstance(version, str) or not re.fullmatch(r"v\d+\.\d", version):
        raise Misconfigured(f"Option api_version of {access.connection} must look like v67.0.")
    return Options(
        version,
        int(_number(access, "page_size", 2000, 200, 2000)),
        _number(access, "api_share", 0.9, 0.01, 1),
        _number(access, "overlap_seconds", 10, 0, 86400),
    )


def check_rows(rows: tuple[FieldRow, ...]) -> None:
    """Refuse mapping rows whose native name is none: it would become part of a query. Raises Misconfigured."""
    for row in rows:
        if not NATIVE_NAME.fullmatch(row.native):
            raise Misconfigured(f"Mapping row '{row.native}' of {row.object_type} is no Salesforce field; correct it.")


def check_fields(client: Client, object_type: str, rows: tuple[FieldRow, ...]) -> None:
    """Compare an object's describe with what we read and write; raises Misconfigured naming all that is wrong."""
    listed = client.describe(object_type).get("fields")
    described = [field for field in listed if isinstance(field, Mapping)] if isinstance(listed, list) else []
    fields = {str(field.get("name")): field for field in described}
    missing = [name for name in mapping.selected(object_type, rows) if name not in fields]
    if missing:
        raise Misconfigured(f"{object_type} in Salesforce lacks {', '.join(missing)}, or hides it from the user: "
                            "create it as README.md says and give the user's permission set access to it.")
    wrong = [*_key(fields[mapping.KEY]), *_locked(object_type, fields, rows), *_short(object_type, fields)]
    if wrong:
        raise Misconfigured(f"{object_type} in Salesforce: " + "; ".join(wrong) + ".")


def _key(field: Mapping[str, Json]) -> Iterator[str]:
    if not (field.get("externalId") and field.get("unique")):
        yield f"{mapping.KEY} must be marked External ID and Unique"


def _locked(object_type: str, fields: Mapping[str, Mapping[str, Json]], rows: tuple[FieldRow, ...]) -> Iterator[str]:
    declared = (name for row in WRITTEN[object_type] if row.write for name in row.natives)
    added = (row.native for row in rows if row.object_type.partition(".")[0] == object_type and row.write)
    locked = [name for name in dict.fromkeys((mapping.KEY, *declared, *added))
              if name in fields and fields[name].get("updateable") is False]
    if locked:
        yield f"the user may not edit {', '.join(locked)}"


def _short(object_type: str, fields: Mapping[str, Mapping[str, Json]]) -> Iterator[str]:
    for name, needed in dict(length for row in WRITTEN[object_type] for length in _lengths(row)).items():
        has = fields[name].get("length")
        if isinstance(has, int) and 0 < has < needed:
            yield f"{name} holds {has} characters, {needed} are needed"


def _lengths(row: Row) -> Iterator[tuple[str, int]]:
    if isinstance(row, Address):
        yield from ((row.native[part], length) for part, length in row.lengths.items())
    elif row.max_length:
        yield row.native, row.max_length


def _number(access: Access, name: str, default: float, least: float, most: float) -> float:
    value = access.options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise Misconfigured(f"Option {name} of {access.connection} must be a number from {least:g} to {most:g}.")
    return float(value)

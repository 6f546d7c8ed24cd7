"""Declared rows between a system's fields and canonical attributes, read both ways. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from connectors.base import FieldRow
from connectors.errors import Permanent
from mdm.engine.values import Json, Key

PARTS = ("street", "city", "region", "postcode", "country")
Convert = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Field:
    """One native field <-> one canonical key without value id; `native` may be a dotted path into nested objects.

    `to_canonical` and `to_native` convert a value that is not empty; they raise ValueError with a sentence for one they
    do not know. `max_length` counts characters. `flag`: the field holds true or false and is never empty; all others
    hold text or a number, `free` ones (an admin's) any of these. `reads` and `write` say which ways the row works.
    """

    native: str
    key: str
    to_canonical: Convert | None = None
    to_native: Convert | None = None
    max_length: int | None = None
    write: bool = True
    flag: bool = False
    free: bool = False
    reads: bool = True

    @property
    def natives(self) -> tuple[str, ...]:
        return (self.native,)

    def read(self, record: Mapping[str, Json], what: str) -> Json:
        """The canonical value in a native record, None if empty; raises Permanent."""
        found = dig(record, self.native)
        is_flag = self.flag or (self.free and isinstance(found, bool))
        value = (flag if is_flag else text)(found, self.native, what)
        return value if value is None else _converted(self.to_canonical, value, self.native, what)

    def write_to(self, native: dict[str, Json], value: Json, what: str) -> None:
        """Put the native form of a canonical value (None empties) into a native record; raises Permanent."""
        empty = False if self.flag else None
        put(native, self.native, empty if value is None else _converted(self.to_native, value, self.native, what))

    def represent(self, value: Json) -> Json:
        """The value as the system would give it back; None for one it cannot hold."""
        if value is None or isinstance(value, (list, dict)) or (self.flag and not isinstance(value, bool)):
            return None
        try:
            native = self.to_native(value) if self.to_native else value
            native = fit(native.strip(), self.max_length) if isinstance(native, str) else native
            native = None if native == "" else native
            return self.to_canonical(native) if self.to_canonical and native is not None else native
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Address:
    """Five native fields <-> one address `{"street", "city", "region", "postcode", "country"}`.

    `native` and `lengths` name them by part. An address is written whole: parts it lacks are emptied.
    """

    key: str
    native: Mapping[str, str]
    lengths: Mapping[str, int] = field(default_factory=dict)
    write: bool = True
    reads: bool = True

    @property
    def natives(self) -> tuple[str, ...]:
        return tuple(self.native.values())

    def read(self, record: Mapping[str, Json], what: str) -> Json:
        """The parts that are not empty, None where all are; raises Permanent."""
        found = {part: text(dig(record, name), name, what) for part, name in self.native.items()}
        return {part: value.replace("\r\n", "\n") for part, value in found.items() if value is not None} or None

    def write_to(self, native: dict[str, Json], value: Json, what: str) -> None:
        """Put all parts into a native record."""
        if value is not None and not isinstance(value, Mapping):
            raise Permanent(f"{what}: {self.key} is no address.", field=self.key)
        for part, name in self.native.items():
            put(native, name, (value or {}).get(part))

    def represent(self, value: Json) -> Json:
        """The parts the system has a field for, cut to its lengths."""
        if not isinstance(value, Mapping):
            return None
        kept = {part: fit(str(value.get(part) or "").strip(), self.lengths.get(part)) for part in self.native}
        return {part: given for part, given in kept.items() if given} or None


Row = Field | Address


def read(rows: Iterable[Row], record: Mapping[str, Json], what: str = "record") -> dict[str, Json]:
    """Canonical key -> value of all that is not empty; `what` names the record in errors (Permanent)."""
    found = {row.key: row.read(record, what) for row in rows if row.reads}
    return {key: value for key, value in found.items() if value is not None}


def write(rows: Iterable[Row], attributes: Mapping[str, Json], what: str = "record") -> dict[str, Json]:
    """The native form of the keys given that have a writable row; None empties. Raises Permanent."""
    native: dict[str, Json] = {}
    for row in rows:
        if row.write and row.key in attributes:
            row.write_to(native, attributes[row.key], what)
    return native


def represent(rows: Iterable[Row], attributes: Mapping[str, Json]) -> dict[str, Json]:
    """Canonical values as the system can hold them; keys without a writable row and values it cannot hold drop out."""
    held = {row.key: row.represent(attributes[row.key]) for row in rows if row.write and row.key in attributes}
    return {key: value for key, value in held.items() if value is not None}


def holds(rows: Iterable[Row]) -> frozenset[str]:
    """The canonical keys the hub may write there; ids the hub keeps there are no attributes."""
    return frozenset(row.key for row in rows if row.write and not row.key.startswith("ids|"))


def natives(rows: Iterable[Row]) -> tuple[str, ...]:
    """The native names the rows read, each once."""
    return tuple(dict.fromkeys(name for row in rows if row.reads for name in row.natives))


def run_time(rows: Sequence[FieldRow], object_type: str) -> tuple[Field, ...]:
    """An admin's mapping rows of one object type as fields; raises ValueError for a key that is none."""
    return tuple(
        Field(row.native, str(Key.parse(row.key).slot), write=row.write, reads=row.read, free=True)
        for row in rows
        if row.object_type == object_type and (row.read or row.write)
    )


def fit(value: str, limit: int | None) -> str:
    """The text within `limit` characters: cut at the last word that fits if that keeps half of it, else in the word."""
    if limit is None or len(value) <= limit:
        return value
    head = value[:limit]
    whole = head if value[limit].isspace() else head[: max(head.rfind(" "), head.rfind("\n"), 0)]
    return (whole if len(whole) * 2 >= limit else head).rstrip()


def text(value: Json, native: str, what: str) -> str | None:
    """A text, or a number as text; empty and blank become None. Raises Permanent for anything else."""
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Permanent(f"{what}: field '{native}' holds {_named(value)} where a text was expected.", field=native)
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Permanent(f"{what}: field '{native}' holds characters that are no text.", field=native)
    return value if value.strip() else None


def flag(value: Json, native: str, what: str) -> bool | None:
    """True or false; None where empty. Raises Permanent for anything else."""
    if value is None or isinstance(value, bool):
        return value
    raise Permanent(f"{what}: field '{native}' holds {_named(value)} where true or false was expected.", field=native)


def required(record: Mapping[str, Json], native: str, what: str) -> str:
    """A text that must be there; raises Permanent."""
    value = text(dig(record, native), native, what)
    if value is None:
        raise Permanent(f"{what}: field '{native}' is missing.", field=native)
    return value


def stamp(record: Mapping[str, Json], native: str, what: str) -> datetime:
    """An ISO 8601 time as an aware UTC datetime, taken as UTC where it names no offset; raises Permanent."""
    given = required(record, native, what)
    try:
        at = datetime.fromisoformat(given)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Permanent(f"{what}: field '{native}' holds '{given[:40]}', which is no time.", field=native) from None


def dig(record: Json, path: str) -> Json:
    """The value at a dotted path, None where any step is missing."""
    for step in path.split("."):
        record = record.get(step) if isinstance(record, Mapping) else None
    return record


def put(record: dict[str, Json], path: str, value: Json) -> None:
    """Set the value at a dotted path, making the objects on the way."""
    *way, last = path.split(".")
    for step in way:
        record = record.setdefault(step, {})
    record[last] = value


def _converted(convert: Convert | None, value: Json, native: str, what: str) -> Json:
    try:
        return convert(value) if convert else value
    except ValueError as error:
        raise Permanent(f"{what}: field '{native}': {error}", field=native) from None


def _named(value: Json) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {list: "a list", dict: "an object", str: "a text", int: "a number", float: "a number"}
    return names.get(type(value), "something")


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text

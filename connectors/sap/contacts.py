"""Contact relationships <-> the relation person -> organisation. Pure.

SAP tells no change stamp of a relationship, so its source time is its start of validity: that stays the same however
often it is read, and of two contents of one time the one observed later counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connectors.base import FieldRow, Payload
from connectors.errors import Permanent
from connectors.mapping import Field, read, represent, required, run_time, text, write
from connectors.sap.mapping import CONTACT, PARTNER, gone, is_gone
from connectors.sap.odata import EPOCH, Record, moment, one
from connectors.sap.options import Options
from connectors.sap.writes import difference as differing
from mdm.contracts import Desired, Ref, SourceChange
from mdm.engine.values import Json

FUNCTION = "to_ContactRelationship"
CATEGORY = "BUR001"  # "has contact person"
FOREVER = date(9999, 12, 31)
DAY = timedelta(days=1)
HOLDS = frozenset({"role", "department", "work_phone", "work_email"})


def rows(added: tuple[FieldRow, ...], options: Options) -> tuple[Field, ...]:
    """The fields of the function-and-department record, an admin's among them."""
    return (
        _coded("ContactPersonFunction", "role", options.functions),
        _coded("ContactPersonDepartment", "department", options.departments),
        Field("PhoneNumber", "work_phone", to_native=_whole(30), max_length=30),
        Field("EmailAddress", "work_email", to_native=_whole(241), max_length=241),
        *run_time(added, CONTACT),
    )


def _coded(native: str, key: str, texts: Mapping[str, str]) -> Field:
    """A code of four characters that stewards see as a text where the options name one."""
    codes = {text: code for code, text in texts.items()}

    def to_native(value: Json) -> Json:
        code = codes.get(value, value)
        if not isinstance(code, str) or len(code) > 4:
            raise ValueError(f"'{value}' is no code of SAP's and has none in the options.")
        return code

    return Field(native, key, to_canonical=lambda code: texts.get(code, code), to_native=to_native, max_length=4)


def _whole(length: int) -> Any:
    def to_native(value: Json) -> Json:
        if len(str(value)) > length:
            raise ValueError(f"'{value}' is longer than {length} characters.")
        return value

    return to_native


def change(connection: str, payload: Payload, added: tuple[FieldRow, ...], options: Options) -> SourceChange:
    """What the payload of a contact relationship says; raises Permanent. One that has ended is gone."""
    if is_gone(payload):
        return gone(connection, payload, "contact")
    body, what = payload.body, f"{CONTACT} {payload.external_id}"
    if required(body, "RelationshipNumber", what) != payload.external_id:
        raise Permanent(f"{what}: field 'RelationshipNumber' is another one.", field="RelationshipNumber")
    person, company = (required(body, name, what) for name in ("BusinessPartnerPerson", "BusinessPartnerCompany"))
    if has_ended(body, payload.observed_at, what):
        return gone(connection, payload, "contact", _moment(body, "ValidityEndDate", what))
    return SourceChange(
        connection=connection, object_type=CONTACT, external_id=payload.external_id, entity="contact", kind="snapshot",
        source_time=_begins(body, payload.observed_at, what),
        observed_at=payload.observed_at, attributes=_attributes(body, rows(added, options), what),
        refs={"person": Ref(PARTNER, person), "organisation": Ref(PARTNER, company)}, raw=body,
    )


def _begins(body: Record, read_at: datetime, what: str) -> datetime:
    """The start of validity, between the beginning of time and now."""
    return min(max(_moment(body, "ValidityStartDate", what) or EPOCH, EPOCH), read_at)


def _attributes(body: Record, fields: tuple[Field, ...], what: str) -> dict[str, Json]:
    held = one(body, FUNCTION, what) or {}
    found = read(fields, held, what)
    extension = text(held.get("PhoneNumberExtension"), "PhoneNumberExtension", what)
    if extension and "work_phone" in found:
        found["work_phone"] = f"{found['work_phone']}-{extension}"
    return found


def is_current(body: Record, at: datetime, what: str) -> bool:
    """Whether a relationship, or a time slice of one, holds at a moment."""
    begins = _moment(body, "ValidityStartDate", what)
    return not has_ended(body, at, what) and (begins is None or begins.date() <= (at + DAY).date())


def has_ended(body: Record, at: datetime, what: str) -> bool:
    """Whether a relationship is over at a moment; its last day, wherever on earth, still counts."""
    ends = _moment(body, "ValidityEndDate", what)
    return ends is not None and ends.year < FOREVER.year and ends + 2 * DAY <= at


def _moment(body: Record, name: str, what: str) -> datetime | None:
    return None if body.get(name) in (None, "") else moment(body[name], name, what)


# ---- towards SAP ---------------------------------------------------------------------------------------------------


def form(attributes: Mapping[str, Json], added: tuple[FieldRow, ...], options: Options) -> dict[str, Json]:
    """Canonical values as a contact relationship can hold them; keys it cannot hold drop out."""
    return represent(rows(added, options), attributes)


def creation(desired: Desired, added: tuple[FieldRow, ...], options: Options, today: date) -> dict[str, Json]:
    """The body that creates a relationship with its function and department; raises Permanent."""
    person, company = (_end(desired, end) for end in ("person", "organisation"))
    wanted = _present(write(rows(added, options), desired.attributes, f"{CONTACT} of {company}"))
    return {
        "BusinessPartnerCompany": company,
        "BusinessPartnerPerson": person,
        "RelationshipCategory": CATEGORY,
        "ValidityStartDate": _date(today),
        "ValidityEndDate": _date(FOREVER),
        **({FUNCTION: wanted} if wanted else {}),
    }


def difference(desired: Desired, body: Record, added: tuple[FieldRow, ...], options: Options) -> dict[str, Json]:
    """The fields of the function-and-department record that must change; empty if none."""
    what = f"{CONTACT} {desired.external_id}"
    everything = not desired.external_id
    fields = rows(added, options)
    said = _attributes(body, fields, what)
    asked = {key: value for key, value in desired.attributes.items()
             if (everything or key in desired.changed) and said.get(key) != value}
    wanted = write(fields, asked, what)
    if "PhoneNumber" in wanted:
        wanted["PhoneNumberExtension"] = ""
    held = one(body, FUNCTION, what) or {}
    return differing(wanted, held)


def _present(native: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in native.items() if value is not None}


def _end(desired: Desired, end: str) -> str:
    found = desired.refs.get(end)
    if not found:
        raise Permanent(f"The contact cannot be created in SAP before its {end} has a number there.", field=end)
    return found


def _date(at: date) -> str:
    return f"/Date({(datetime(at.year, at.month, at.day, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)})/"



"""The vendor's refusals: a status, a code of the API's enumerations, and the message in the vendor's wording.

Codes are checked against the partner WSDL's names in tests/connectors/salesforce/spec.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.base import Refusal

NO_SUCH = "Please reference your WSDL or the describe call for the appropriate names."


class Refused(Refusal):
    """One refusal; `fields` None leaves the key out, as the vendor does where no record was being written."""

    def __init__(self, code: str, message: str, fields: list[str] | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields
        self.status = status

    def body(self) -> list[dict[str, Any]]:
        """As a whole answer: always a list."""
        error: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        return [error if self.fields is None else error | {"fields": self.fields}]

    def row(self) -> dict[str, Any]:
        """As the error of one row of a collection."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields or []}


def no_resource() -> Refused:
    """Nothing at this address."""
    return Refused("NOT_FOUND", "The requested resource does not exist", status=404)


def no_external_id(name: str) -> Refused:
    """An address by a field that is not an external id, or by an id that is not one."""
    return Refused("NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}", status=404)


def no_object(name: str) -> Refused:
    """A query or write of an object this organisation does not have."""
    hint = "If you are attempting to use a custom object, be sure to append the '__c' after the entity name."
    return Refused("INVALID_TYPE", f"sObject type '{name}' is not supported. {hint} {NO_SUCH}")


def no_column(name: str, object: str) -> Refused:
    """A write to a field the object does not have."""
    return Refused("INVALID_FIELD", f"No such column '{name}' on sobject of type {object}")


def session_expired() -> Refused:
    """No token, or one that no longer counts."""
    return Refused("INVALID_SESSION_ID", "Session expired or invalid", status=401)


def limit_exceeded() -> Refused:
    """The organisation's daily calls are used up."""
    return Refused("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)


def malformed_json(detail: str) -> Refused:
    """The body cannot be read into a record."""
    return Refused("JSON_PARSER_ERROR", detail)


def wrong_json_type(kind: str, value: object) -> Refused:
    """A JSON value of another type than the field's."""
    names = {bool: "VALUE_BOOLEAN", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT", str: "VALUE_STRING"}
    token = names.get(type(value), "START_OBJECT" if isinstance(value, dict) else "START_ARRAY")
    where = "or request may be missing a required field at [line:1, column:1]"
    return malformed_json(f"Cannot deserialize instance of {kind} from {token} value {value} {where}")


def required(names: list[str]) -> Refused:
    """Fields without which the record cannot be stored."""
    return Refused("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", names)


def too_long(name: str, label: str, value: str, length: int) -> Refused:
    """A text longer than its field."""
    return Refused("STRING_TOO_LONG", f"{label}: data value too large: {value} (max length={length})", [name])


def not_writable(names: list[str]) -> Refused:
    """Fields nobody may write."""
    hint = "Please check the security settings of this field and verify that it is read/write for your profile or "
    text = f"Unable to create/update fields: {', '.join(names)}. {hint}permission set."
    return Refused("INVALID_FIELD_FOR_INSERT_UPDATE", text, names)


def wrong_kind_of_account(names: list[str]) -> Refused:
    """Person fields on a business account, or business fields on a person account."""
    text = f"Account: bad field names on insert/update call: {', '.join(names)}"
    return Refused("INVALID_FIELD_FOR_INSERT_UPDATE", text, names)


def invalid_email(name: str, label: str, value: str) -> Refused:
    """Not an e-mail address."""
    return Refused("INVALID_EMAIL_ADDRESS", f"{label}: invalid email address: {value}", [name])


def restricted_picklist(name: str, label: str, value: object) -> Refused:
    """A value outside a restricted picklist."""
    text = f"{label}: bad value for restricted picklist field: {value}"
    return Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, [name])


def wrong_type(name: str, label: str, value: object) -> Refused:
    """A value that cannot be of the field's type, such as null in a checkbox."""
    shown = "null" if value is None else value
    return Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{label}: value not of required type: {shown}", [name])


def duplicate(name: str, other: str) -> Refused:
    """A unique field's value that another record holds; the vendor names it by its 15 characters."""
    text = f"duplicate value found: {name} duplicates value on record with id: {other[:15]}"
    return Refused("DUPLICATE_VALUE", text, [])


def duplicate_in_request(value: str) -> Refused:
    """Two rows of one upsert with the same external id; every one of them fails."""
    return Refused("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", [])


def malformed_id(name: str, label: str, value: object) -> Refused:
    """Not an id at all."""
    return Refused("MALFORMED_ID", f"{label}: id value of incorrect type: {value}", [name])


def wrong_reference(name: str, label: str, value: str) -> Refused:
    """A well-formed id of another object than the field refers to."""
    return Refused("FIELD_INTEGRITY_EXCEPTION", f"{label}: id value of incorrect type: {value}", [name])


def no_such_record(fields: list[str] | None = None) -> Refused:
    """A reference to a record that never was."""
    return Refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields or [])


def deleted(status: int = 404) -> Refused:
    """A record in the recycle bin."""
    return Refused("ENTITY_IS_DELETED", "entity is deleted", [], status)


def locked(id: str) -> Refused:
    """Another transaction holds the record; a retry may succeed."""
    return Refused("UNABLE_TO_LOCK_ROW", f"unable to obtain exclusive access to this record or 1 records: {id}", [])

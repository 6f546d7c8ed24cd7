"""Salesforce's error codes sorted by what to do next.

Source: API guide, "Core Data Types Used in API Calls" (StatusCode and ExceptionCode); Object Collections give one list
of `{statusCode, message, fields}` per row, all other calls one of `{errorCode, message, fields}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.errors import Conflict, ConnectorError, Gone, Misconfigured, Permanent, Retriable
from connectors.http import Response
from mdm.engine.values import Json

LIMIT_PAUSE = 30.0  # seconds; the limits count over long times, so asking again at once only uses them up further

RETRY = frozenset({
    "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "INVALID_QUERY_LOCATOR", "UNKNOWN_EXCEPTION",
})
# A price that is there already has one of two codes, and this in its message.
PRICED = "price definition already exists"
SET_UP = frozenset({"INVALID_SESSION_ID", "INVALID_FIELD", "INVALID_TYPE", "MALFORMED_QUERY", "NOT_FOUND"})


def of_row(what: str, errors: Json) -> ConnectorError:
    """The error of one row of a collection; `what` names the record."""
    listed = [error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else []
    if not listed:
        return Retriable(f"{what}: Salesforce gave neither a result nor a reason; it is tried again.")
    first = listed[0]
    code, message = str(first.get("statusCode", "")), str(first.get("message", ""))
    fields = [str(name) for name in first.get("fields") or () if isinstance(name, str)]
    if PRICED in message:
        return Conflict(f"{what}: somebody has just made this price; it is read and decided again.")
    named = f" (field {', '.join(fields)})" if fields else ""
    sentence = _sentences(code, message, listed) or f"Salesforce refuses it: {message}{named}, {code}."
    return _sorted(code, f"{what}: {sentence}", ",".join(fields))


def of_answer(answer: Response, redacted: str) -> ConnectorError:
    """The error of a whole call; `redacted` is its text without secrets."""
    first = next(_listed(answer), {})
    code, message = str(first.get("errorCode", "")), str(first.get("message", ""))
    if code == "REQUEST_LIMIT_EXCEEDED":
        return Retriable(f"The Salesforce organisation allows no more calls now ({message}); it is tried again later.",
                         detail=redacted, after=LIMIT_PAUSE)
    said = message or f"status {answer.status}"
    if code in RETRY or answer.status >= 500:
        return Retriable(f"Salesforce could not do it now: {said} {code}".strip(), detail=redacted)
    if code in SET_UP or answer.status in (401, 403, 404):
        return Misconfigured(f"Salesforce does not let us: {said} {code}. Check the user's rights, the address, "
                             "the API version and the mapped fields.", detail=redacted)
    return Permanent(f"Salesforce refuses the request: {said} {code}".strip(), detail=redacted)


def _sorted(code: str, sentence: str, field: str) -> ConnectorError:
    if code == "REQUEST_LIMIT_EXCEEDED":
        return Retriable(sentence, after=LIMIT_PAUSE)
    if code in RETRY:
        return Retriable(sentence)
    gone = code == "ENTITY_IS_DELETED" or (code == "INVALID_CROSS_REFERENCE_KEY" and field == "Id")
    return (Gone if gone else Permanent)(sentence, field=field)


def _sentences(code: str, message: str, listed: list[Mapping[str, Json]]) -> str:
    match code:
        case "DUPLICATES_DETECTED":
            others = ", ".join(sorted(set(_matches(listed)))) or "another record"
            return f"a duplicate rule in Salesforce holds it back as one of {others}; a steward decides ({message})."
        case "DUPLICATE_VALUE":
            return f"Another Salesforce record already has a value that must be unique: {message}."
        case "ENTITY_IS_DELETED":
            return "it has been deleted in Salesforce; it is not created again without a steward."
        case "UNABLE_TO_LOCK_ROW":
            return "Salesforce is changing it at this moment; it is tried again."
    return ""


def _matches(found: Json) -> Iterator[str]:
    """Ids of the records named anywhere in a `duplicateResult`: matchResults -> matchRecords -> record."""
    if isinstance(found, Mapping):
        record = found.get("record")
        if isinstance(record, Mapping) and isinstance(record.get("Id"), str):
            yield record["Id"]
    inner = found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else ()
    for value in inner:
        yield from _matches(value)


def _listed(answer: Response) -> Iterator[Mapping[str, Json]]:
    try:
        body = answer.json()
    except Retriable:
        return
    yield from (error for error in (body if isinstance(body, list) else [body]) if isinstance(error, Mapping))

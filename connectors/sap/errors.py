"""SAP Gateway's errors sorted by what to do next.

Form: `{"error": {code, message: {lang, value}, innererror: {transactionid, errordetails: [{code, message, severity,
target, propertyref}]}}}` (help.sap.com, SAP Gateway, "OData error response"). Only details of severity error count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from connectors.errors import Conflict, ConnectorError, Misconfigured, Permanent, Retriable
from connectors.http import Response, redact
from mdm.engine.values import Json


class Said(NamedTuple):
    """What an error answer says: its sentences, the field it is about, and what SAP's own people ask for."""

    text: str
    field: str
    detail: str


def of_answer(answer: Response, what: str, *, write: bool, secrets: Sequence[str] = ()) -> ConnectorError:
    """The error of an answer that is not a success; `what` names the record or action."""
    said = read(answer)
    detail = redact(said.detail or answer.text[:500], secrets)
    told = redact(said.text, secrets) or f"status {answer.status}"
    match answer.status:
        case 401:
            return Misconfigured("SAP refuses the login; check the secrets username and password.", detail=detail)
        case 412:
            sentence = f"{what}: it was changed in SAP since it was read; it is read and decided again."
            return Conflict(sentence, detail=detail)
        case 404 if write:
            sentence = f"{what}: a part of it that was just read is gone in SAP; it is read and decided again."
            return Conflict(sentence, detail=detail)
        case 403 if write:
            return Permanent(f"{what}: the SAP user may not change it ({told}).", detail=detail, field=said.field)
        case 403 | 404:
            return Misconfigured(f"SAP does not let us read {what} ({told}); check the path of the service in the "
                                 "options, that it is active, and the user's rights.", detail=detail)
        case status if status >= 500 and status != 501:
            return Retriable(f"{what}: SAP could not do it now ({told}); it is tried again.", detail=detail)
    return Permanent(f"{what}: SAP refuses it: {told}", detail=detail, field=said.field)


def read(answer: Response) -> Said:
    """What an error answer says, empty where it is not in SAP's form."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return Said("", "", "")
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return Said("", "", "")
    inner = error.get("innererror")
    inner = inner if isinstance(inner, Mapping) else {}
    details = _details(inner)
    texts = [_text(error.get("message")), *(str(one.get("message") or "") for one in details)]
    unique = dict.fromkeys(text.strip() for text in texts if text.strip())
    field = next((str(one[name]) for one in details for name in ("target", "propertyref") if one.get(name)), "")
    return Said(" ".join(unique), field, f"code {error.get('code')}, transaction {inner.get('transactionid')}")


def _details(inner: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    listed = inner.get("errordetails")
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return [one for one in found if str(one.get("severity") or "error").lower() == "error"]


def _text(message: Json) -> str:
    value = message.get("value") if isinstance(message, Mapping) else message
    return value if isinstance(value, str) else ""



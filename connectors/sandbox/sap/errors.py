"""Refusals in the vendor's form: `{"error": {code, message, innererror}}`, or the same as XML where no JSON was asked.

Shape: help.sap.com, SAP Gateway, "OData error response"; message codes are class/number of SAP's message classes.
"""

from __future__ import annotations

import json
import secrets
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import Refusal
from connectors.sandbox.sap.schema import PARTNERS, PRICES, PRODUCTS

JSON = "application/json;charset=utf-8"
XML = "application/xml;charset=utf-8"
NOT_SIMULATED = "GOLDENROD/501"
COMPONENTS = {PARTNERS: "LO-MD-BP", PRODUCTS: "LO-MD-MM", PRICES: "SD-MD-CM"}


class Refused(Refusal):
    """The service says no: HTTP status, message code, sentence, and the property it is about."""

    def __init__(self, status: int, code: str, text: str, target: str = "", headers: dict[str, str] | None = None):
        super().__init__(text)
        self.status, self.code, self.target = status, code, target
        self.headers = headers or {}


class Turned(Refused):
    """Refused before the service is reached, so the answer is plain text or a page, as the web server gives it."""

    content_type = "text/plain;charset=utf-8"


def bad(code: str, text: str, target: str = "") -> Refused:
    """A request whose data the rules refuse: 400."""
    return Refused(400, code, text, target)


def missing(segment: str) -> Refused:
    """Nothing of that name or key: 404."""
    return Refused(404, "/IWBEP/CM_MGW_RT/020", f"Resource not found for segment '{segment}'.")


def not_simulated(what: str) -> Refused:
    """Something the real service has and this one does not: 501, never an empty success."""
    return Refused(501, NOT_SIMULATED, f"{what} is not part of this simulated system.")


def wants_json(request: Request) -> bool:
    """Whether the caller asked for JSON; the service's own default is Atom XML."""
    if "$format" in request.args:
        return request.args["$format"] == "json"
    return "application/json" in request.headers.get("Accept", "")


def answer(request: Request, refused: Refused) -> Response:
    """The whole answer of a refusal."""
    if isinstance(refused, Turned):
        return Response(str(refused), refused.status, refused.headers, content_type=refused.content_type)
    body, content_type = (_json(refused, _application(request)), JSON) if wants_json(request) else (_xml(refused), XML)
    headers = {"DataServiceVersion": "1.0", **refused.headers}
    return Response(body, refused.status, headers, content_type=content_type)


def _application(request: Request) -> dict[str, str]:
    service = next((name for name in COMPONENTS if f"/{name}/" in request.path), PARTNERS)
    about = {"component_id": COMPONENTS[service], "service_namespace": "/SAP/", "service_id": service}
    return {**about, "service_version": "0001"}


def _json(refused: Refused, application: dict[str, str]) -> str:
    detail = {
        "ContentID": "",
        "code": refused.code,
        "message": str(refused),
        "propertyref": "",
        "severity": "error",
        "target": refused.target,
    }
    inner = {"application": application, "transactionid": _transaction(), "errordetails": [detail]}
    message = {"lang": "en", "value": str(refused)}
    return json.dumps({"error": {"code": refused.code, "message": message, "innererror": inner}}, ensure_ascii=False)


def _xml(refused: Refused) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
        f'<code>{escape(refused.code)}</code><message xml:lang="en">{escape(str(refused))}</message>'
        f"<innererror><transactionid>{_transaction()}</transactionid></innererror></error>"
    )


def _transaction() -> str:
    return secrets.token_hex(16).upper()

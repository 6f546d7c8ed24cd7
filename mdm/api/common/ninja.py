"""The API object: strict parsing, every error a problem, and a description that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic_core import from_json

from mdm.api.common import problems
from mdm.api.common.problems import Problem

log = structlog.get_logger(__name__)
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 tells it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence that says what to do."},
        "errors": {
            "type": "array",
            "description": "Where the request is wrong, part by part.",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}
REFUSALS = {
    400: "The body cannot be read",
    401: "Not signed in",
    403: "The token lacks the scope",
    404: "Not there, or not yours to see",
    413: "The body is too large",
    422: "The request is not as described",
    429: "Too many requests",
    "default": "Any other refusal",
}


class Strict(Parser):
    """JSON that is what it says it is: no NaN, no unbounded nesting, no half characters, no zero bytes."""

    def parse_body(self, request: HttpRequest) -> Any:
        kind = request.content_type
        if kind != "application/json":
            raise Problem(415, "Not JSON", "Send the body as JSON: Content-Type: application/json.")
        if request.encoding and request.encoding.lower().replace("-", "") != "utf8":
            raise Problem(415, "Not UTF-8", "JSON travels as UTF-8; leave the charset out.")
        found = from_json(request.body, allow_inf_nan=False)  # ValueError where it is no JSON
        if b"\\u0000" in request.body and _holds_zero(found):
            raise Problem(422, "Not as described", "Texts may not hold the character U+0000.")
        return found

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        found = super().parse_querydict(data, list_fields, request)
        if any("\x00" in str(value) for value in found.values()):
            raise Problem(422, "Not as described", "Parameters may not hold the character U+0000.")
        return found


def _holds_zero(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_zero(one) for pair in value.items() for one in pair)
    return isinstance(value, list) and any(map(_holds_zero, value))


class Api(NinjaAPI):
    """NinjaAPI whose refusals are problems, in what it answers and in what its description promises."""

    def __init__(self, **more: Any) -> None:
        super().__init__(parser=Strict(), **more)
        self.add_exception_handler(Problem, _told)
        self.add_exception_handler(ValidationError, _invalid)
        self.add_exception_handler(HttpError, _refused)
        self.add_exception_handler(Http404, lambda request, error: problems.told(problems.missing("resource")))
        self.add_exception_handler(DataError, _unfit)
        self.add_exception_handler(Exception, _failed)

    def get_openapi_schema(self, **more: Any) -> Any:
        schema = super().get_openapi_schema(**more)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for path in schema["paths"].values():
            for method, operation in path.items():
                _promise(operation)
                if method == "post":
                    operation["parameters"].append(KEY)
        return schema


KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same key with the same request within 24 hours: done once, answered as at first.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def _promise(operation: dict[str, Any]) -> None:
    content = {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, words in REFUSALS.items():
        operation["responses"].setdefault(status, {"description": words, "content": content})


def _told(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.told(error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [{"where": ".".join(map(str, one["loc"])), "what": str(one["msg"])} for one in error.errors]
    answer: HttpResponse = problems.response(
        422, "Not as described", "Parts of the request are not as described; `errors` names them.", errors=errors
    )
    return answer


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    """What ninja itself refuses; a body that is no JSON comes here, and so does a problem met while it was parsed."""
    if isinstance(error.__cause__, Problem):
        return problems.told(error.__cause__)
    answer: HttpResponse = problems.response(
        error.status_code, "Refused", problems.SENTENCES.get(error.status_code, str(error))
    )
    return answer


def _unfit(request: HttpRequest, error: Any) -> HttpResponse:
    log.warning("request holds what cannot be stored", error=str(error))
    answer: HttpResponse = problems.response(422, "Not as described", "The request holds what cannot be stored.")
    return answer


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    log.exception("request failed", path=request.path)
    answer: HttpResponse = problems.response(500, "Failed", problems.SENTENCES[500])
    return answer


def documented(more: Mapping[str, str], *, header: str = "") -> dict[str, Any]:
    """Further refusals of one operation (status -> words), and a header it demands, for its description."""
    content = {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told: dict[str, Any] = {
        "responses": {int(status): {"description": words, "content": content} for status, words in more.items()}
    }
    # not `required`: without it comes 428, which says what to send
    return told | ({"parameters": [_header(header, "The ETag of what was read.")]} if header else {})


def _header(name: str, words: str, **schema: Any) -> dict[str, Any]:
    return {"in": "header", "name": name, "description": words, "schema": {"type": "string", **schema}}

"""Every error of the API as a problem (RFC 9457), those of the framework among them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mdm.api.common import latency

CONTENT_TYPE = "application/problem+json"
ROOT = "/api/"
# What the framework refuses by itself, in sentences that say what to do.
SENTENCES = {
    400: "The request cannot be read; check its path, headers and body.",
    403: "This is not allowed.",
    404: "There is nothing at this address; the description at /api/v1/openapi.json names all there are.",
    405: "This address does not take this method; the header Allow names those it takes.",
    500: "The hub failed to answer. It is written in its log under the correlation id of this answer.",
}


class Problem(Exception):
    """An answer that is a refusal: HTTP status, a short title, a sentence that says what to do, and more members."""

    def __init__(
        self, status: int, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.more = status, title, detail, more
        self.headers = dict(headers or {})


def response(status: int, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
    """The answer that tells a problem."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail, **more})
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def told(problem: Problem) -> HttpResponse:
    """The answer to a problem that was raised."""
    answer: HttpResponse = response(
        problem.status, problem.title, problem.detail, headers=problem.headers, **problem.more
    )
    return answer


def missing(what: str) -> Problem:
    """404; the same for what is not there and for what this caller may not see."""
    return Problem(404, "Not found", f"There is no such {what}, or it is not yours to see.")


class ProblemMiddleware:
    """Refuses bodies that are too large, words what Django refuses under /api/ as problems, and counts the time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        return latency.timed(request, lambda asked: _too_large(asked) or _worded(self.get_response(asked)))


def _too_large(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length) <= settings.API_MAX_BYTES:
        return None
    found: HttpResponse = response(
        413, "Too large", f"A body may have {settings.API_MAX_BYTES} bytes; send less at once."
    )
    return found


def _worded(answer: HttpResponse) -> HttpResponse:
    status = answer.status_code
    if status < 400 or answer.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
        return answer
    sentence = SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400])
    kept = {name: value for name, value in answer.headers.items() if name in ("Allow", "Retry-After")}
    worded: HttpResponse = response(status, HTTPStatus(status).phrase, sentence, headers=kept)
    return worded

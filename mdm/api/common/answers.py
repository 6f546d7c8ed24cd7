"""Answers as JSON, with the tag by which a caller can tell that nothing changed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic_core import to_json

from mdm.api.common.problems import Problem

STALE = "It changed since you read it. Read it again, look at what is new, and send the new ETag."


def json(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A body that is told as it stands."""
    return HttpResponse(
        to_json(body, inf_nan_mode="null"), status=status, content_type="application/json", headers=headers
    )


def tag(body: bytes) -> str:
    """The entity tag of a body."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def tagged(request: HttpRequest, body: Any, **headers: str) -> HttpResponse:
    """A body with its tag; 304 where the caller has this one already."""
    content = to_json(body, inf_nan_mode="null")
    etag = tag(content)
    if etag in _listed(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": etag, **headers})
    return HttpResponse(content, content_type="application/json", headers={"ETag": etag, **headers})


def demand(request: HttpRequest, body: Any) -> None:
    """Let a write go on only if the caller read what stands now; raises Problem 428 without If-Match, 412 if stale."""
    given = request.headers.get("If-Match", "")
    if not given:
        sentence = "Send If-Match with the ETag of what you read, so that nothing decided meanwhile is overwritten."
        raise Problem(428, "Condition required", sentence)
    current = tag(to_json(body, inf_nan_mode="null"))
    if given.strip() != "*" and current not in _listed(given):
        raise Problem(412, "Changed meanwhile", STALE, headers={"ETag": current})


def _listed(header: str) -> set[str]:
    return {one.strip().removeprefix("W/") for one in header.split(",")} if header else set()

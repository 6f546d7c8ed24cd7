"""Requests that are sent again: the answer to an Idempotency-Key is kept with what the request did.

Key and answer are written in the transaction of the change, so there is never one without the other. The same key at
once waits for the first; what failed had no effect and is not kept, so it may be sent again.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, get_type_hints

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mdm.api.common import auth
from mdm.api.common.problems import Problem
from mdm.models import Answered

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
PATIENCE = "10s"
_ACCEPTED = re.compile(r"[\x21-\x7e]{1,255}")
_REPLAYED = ("ETag", "Location")

View = Callable[..., HttpResponse]


def once(view: View) -> View:
    """Do what a request with an Idempotency-Key asks for once, and give its answer again to whoever repeats it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return view(request, *args, **kwargs)
        if not _ACCEPTED.fullmatch(key):
            raise Problem(422, "Bad key", f"{HEADER} is 1 to 255 visible ASCII characters, for example a UUID.")
        return _kept(request, key, lambda: view(request, *args, **kwargs))

    wrapped.__signature__ = _told(view)  # type: ignore[attr-defined]
    return wrapped


def _told(view: View) -> inspect.Signature:
    """The view's signature with its types, which ninja could not look up from here by their names."""
    hints, told = get_type_hints(view, include_extras=True), inspect.signature(view)
    return told.replace(parameters=[one.replace(annotation=hints[name]) for name, one in told.parameters.items()])


def prune() -> int:
    """Forget answers that are older than a day."""
    return Answered.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _kept(request: HttpRequest, key: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    actor, digest = auth.of(request).actor_id, _digest(request)
    with transaction.atomic():
        row = _claimed(actor, key, digest)
        if row.status:
            return _replayed(row, digest)
        answer = act()
        row.status, row.body = answer.status_code, answer.content.decode()
        row.headers = {name: answer.headers[name] for name in _REPLAYED if name in answer.headers}
        row.save(update_fields=["status", "body", "headers"])
    return answer


def _claimed(actor: int, key: str, digest: str) -> Answered:
    """The row of this key, made now if there is none; waits for another request that makes it just now."""
    Answered.objects.filter(actor_id=actor, key=key, at__lt=timezone.now() - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        try:
            Answered.objects.bulk_create([Answered(actor_id=actor, key=key, request=digest)], ignore_conflicts=True)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":
                raise
            sentence = "The first request with this key is still being answered. Send it again in a moment."
            raise Problem(409, "Still at work", sentence, headers={"Retry-After": "5"}) from None
        cursor.execute("SET LOCAL lock_timeout = 0")
    return Answered.objects.get(actor_id=actor, key=key)


def _replayed(row: Answered, digest: str) -> HttpResponse:
    if row.request != digest:
        raise Problem(422, "Another request", f"This {HEADER} was sent with another request before; make a new one.")
    answer = HttpResponse(row.body, status=row.status, content_type="application/json", headers=row.headers)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _digest(request: HttpRequest) -> str:
    told = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    return hashlib.blake2b("\0".join(told).encode() + b"\0" + request.body, digest_size=16).hexdigest()

"""Where systems call us: verify, store, answer fast. Nothing unverified is stored."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from connectors import inbound, reach
from connectors.errors import Misconfigured, Rejected
from mdm.models.systems import Connection

log = structlog.get_logger(__name__)


@csrf_exempt  # called by systems, which sign the body instead
@require_POST
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """Take one webhook of a connection: 200 stored, 400 malformed, 401 forged, 404 unknown, 413 too large."""
    length = request.headers.get("Content-Length") or "0"
    if not (length.isascii() and length.isdigit()):
        return _refuse("The Content-Length header holds no number.", 400)
    if int(length) > settings.WEBHOOK_MAX_BYTES:
        return _refuse(f"The body is larger than {settings.WEBHOOK_MAX_BYTES} bytes.", 413)
    connection = Connection.objects.select_related("access").filter(code=code, enabled=True).first()
    if connection is None:
        return _refuse("There is no such connection.", 404)
    body = request.read(settings.WEBHOOK_MAX_BYTES + 1)
    if len(body) > settings.WEBHOOK_MAX_BYTES:
        return _refuse(f"The body is larger than {settings.WEBHOOK_MAX_BYTES} bytes.", 413)
    try:
        event = reach.listener(connection).event({k.lower(): v for k, v in request.headers.items()}, body)
    except Rejected as error:
        log.warning("webhook refused", connection=code, status=error.status, error=str(error))
        return _refuse(str(error), error.status)
    except (Misconfigured, NotImplementedError):
        return _refuse("This connection takes no webhooks.", 404)
    try:
        new = inbound.take_event(connection, event)
    except (DataError, ValueError) as error:
        log.warning("webhook refused", connection=code, status=400, error=str(error))
        return _refuse("The body names something that cannot be stored.", 400)
    return JsonResponse({"stored": new})


def _refuse(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)

"""The sync monitor: how the traffic with each system goes, what failed, and trying it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_POST, require_safe

from connectors import inbound, masking, outbound, reach, tasks
from connectors import selectors as traffic
from connectors.models import Delivery, InboundMessage
from connectors.selectors import monitor
from mdm import access
from stewardship import failing

MAY_LOOK = permission_required("mdm.view_connection", raise_exception=True)
MAY_STEER = permission_required("connectors.change_access", raise_exception=True)
MAY_MEND = permission_required("connectors.change_inboundmessage", raise_exception=True)
AGAIN = {"in": inbound.replay, "out": outbound.replay}


@require_safe
@login_required
@MAY_LOOK
def connections(request: HttpRequest) -> HttpResponse:
    """All connections, the table of which keeps itself up to date."""
    viewer = access.of_request(request)
    context = {"lines": failing.lines(monitor.lines(viewer)), "region": viewer.region}
    return render(request, "stewardship/monitor/connections.html", context)


@require_safe
@login_required
@MAY_LOOK
@conditional_page
def table(request: HttpRequest) -> HttpResponse:
    """The table alone; 304 as long as it would say the same."""
    answer = render(request, "stewardship/monitor/_table.html", _lines(request))
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _lines(request: HttpRequest) -> dict[str, Any]:
    return {"lines": failing.lines(monitor.lines(access.of_request(request)))}


@require_safe
@login_required
@MAY_LOOK
def connection(request: HttpRequest, code: str) -> HttpResponse:
    """One connection: how far it was read, what failed there by cause, and what may be done."""
    line = _line(request, code)
    context = {
        "line": failing.line(line),
        "cursors": monitor.cursors(line.connection),
        "groups": monitor.groups(line.connection),
        "can_write": monitor.can_write(line.connection),
    }
    return render(request, "stewardship/monitor/connection.html", context)


@require_POST
@login_required
@MAY_STEER
def steer(request: HttpRequest, code: str) -> HttpResponse:
    """Pause a connection, let it go on, or read it now."""
    found, verb = _line(request, code).connection, request.POST.get("verb", "")
    actor, reason = request.user.get_username(), request.POST.get("reason", "").strip()[:2000]
    if verb == "pause":
        words = f"{found.name} is paused: nothing is read from it or written to it."
        _say(request, reach.stop(found, actor=actor, reason=reason), words, "It was paused already.")
    elif verb == "resume":
        _say(request, reach.resume(found, actor=actor), f"{found.name} goes on.", "It was not paused.")
    elif verb == "pull":
        tasks.pull.delay(connection=found.pk)
        messages.success(request, f"{found.name} is being read now; what changed there shows up within seconds.")
    return redirect("stewardship:monitor-connection", code=code)


@require_safe
@login_required
@MAY_LOOK
def failures(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The dead letters of one cause, one by one."""
    line = _line(request, code)
    found = monitor.group(line.connection, key)
    if found is None:
        messages.info(request, "No dead letter has this cause any more.")
        return redirect("stewardship:monitor-connection", code=code)
    rows = monitor.members(line.connection, found).filter(pk__gt=_number(request.GET.get("after", "")))
    page = list(rows[: monitor.PAGE + 1])
    context = {
        "line": failing.line(line),
        "group": found,
        "rows": failing.letters(found.way, page[: monitor.PAGE]),
        "after": page[monitor.PAGE - 1].pk if len(page) > monitor.PAGE else None,
    }
    return render(request, "stewardship/monitor/failures.html", context)


@require_POST
@login_required
@MAY_MEND
def retry(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Take up again all dead letters of a cause that were there when the page was read."""
    line = _line(request, code)
    found, upto = monitor.group(line.connection, key), _number(request.POST.get("newest", ""))
    if found is None:
        messages.warning(request, "No dead letter has this cause any more.")
        return redirect("stewardship:monitor-connection", code=code)
    pks = list(monitor.members(line.connection, found, upto).values_list("pk", flat=True))
    count = AGAIN[found.way](pks)
    messages.success(request, f"{count} taken up again. What fails once more comes back here.")
    return redirect("stewardship:monitor-connection", code=code)


@never_cache
@require_safe
@login_required
@MAY_LOOK
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """An inbound message with its payload; a dead letter can be edited and sent again."""
    return _message(request, _inbound(request, pk))


@require_POST
@login_required
@MAY_MEND
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a dead letter again, as it is or as a person edited it."""
    row = _inbound(request, pk)
    if request.POST.get("verb") == "edit":
        return _edit(request, row)
    if not inbound.replay([row.pk]):
        return _message(request, _inbound(request, pk), stale=True, status=409)
    return _mended(request, row.pk)


def _edit(request: HttpRequest, row: InboundMessage) -> HttpResponse:
    """Send the edited payload as a new message; what was typed stays on the page where it cannot be sent."""
    reason, typed = request.POST.get("reason", "").strip()[:2000], request.POST.get("body", "")
    body, trouble = failing.typed(typed)
    if not trouble and not reason:
        trouble = "Say why you edited it: the original is kept beside it."
    if trouble:
        return _message(request, row, typed=typed, trouble=trouble, status=400)
    whole = masking.restored(body, row.body)
    try:
        edited = inbound.resubmit(row, whole, actor=request.user.get_username(), reason=reason)
    except inbound.Moved:
        return _message(request, _inbound(request, row.pk), typed=typed, stale=True, status=409)
    return _mended(request, edited.pk)


def _mended(request: HttpRequest, pk: int) -> HttpResponse:
    messages.success(request, "Sent again. If it fails once more it says so here.")
    return redirect("stewardship:monitor-message", pk=pk)


@never_cache
@require_safe
@login_required
@permission_required("connectors.view_delivery", raise_exception=True)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """A delivery with what it would write now."""
    return _delivery(request, _outbound(request, pk))


@require_POST
@login_required
@permission_required("connectors.change_delivery", raise_exception=True)
def owe(request: HttpRequest, pk: int) -> HttpResponse:
    """Owe a dead delivery again."""
    row = _outbound(request, pk)
    if not outbound.replay([row.pk]):
        return _delivery(request, _outbound(request, pk), stale=True, status=409)
    messages.success(request, "Owed again: it goes out within seconds, with the values of now.")
    return redirect("stewardship:monitor-delivery", pk=pk)


def _number(text: str) -> int:
    """An id as it came in an address or a form; 0, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _say(request: HttpRequest, done: bool, good: str, otherwise: str) -> None:
    messages.success(request, good) if done else messages.info(request, otherwise)


def _line(request: HttpRequest, code: str) -> monitor.Line:
    found = monitor.lines(access.of_request(request), code)
    if not found:
        raise Http404("There is no such connection.")
    return found[0]


def _inbound(request: HttpRequest, pk: int) -> InboundMessage:
    row = monitor.message(access.of_request(request), pk)
    if row is None:
        raise Http404("There is no such message.")
    return row


def _outbound(request: HttpRequest, pk: int) -> Delivery:
    row = traffic.seen_deliveries(access.of_request(request)).filter(pk=pk).first()
    if row is None:
        raise Http404("There is no such delivery.")
    return row


def _message(request: HttpRequest, row: InboundMessage, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "message": row,
        "connection": traffic.connection(row.connection_id),
        "payload": failing.pretty(masking.covered(row.body)) if row.body else "",
        "kin": monitor.replaced(row),
        "reason": request.POST.get("reason", ""),
        **more,
    }
    return render(request, "stewardship/monitor/message.html", context, status=status)


def _delivery(request: HttpRequest, row: Delivery, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"delivery": row, **failing.delivery(access.of_request(request), row), **more}
    return render(request, "stewardship/monitor/delivery.html", context, status=status)

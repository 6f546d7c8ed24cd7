"""The queue of uncertain matches, and the page on which one is decided."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from connectors import foretell
from mdm import access
from mdm.pipeline import decide
from mdm.selectors import record, review
from stewardship import comparing

MAY_LOOK = permission_required("mdm.view_case", raise_exception=True)
MAY_DECIDE = permission_required("mdm.change_case", raise_exception=True)


@require_safe
@login_required
@MAY_LOOK
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases, the strongest first."""
    viewer, text = access.of_request(request), request.GET.get("q", "")[:200]
    try:
        page = review.page(viewer, text, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    except ValueError:
        return redirect(request.path)
    context = {"text": text, "page": page, "rows": [comparing.row(item) for item in page.items], **_today(viewer)}
    return render(request, "stewardship/queue.html", context)


@require_safe
@login_required
@MAY_LOOK
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: both sides, what one golden record of them would be, and the evidence."""
    viewer = access.of_request(request)
    return _page(request, viewer, _wanted(viewer, pk))


@require_POST
@login_required
@MAY_DECIDE
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a case on the version that was seen, and go on to the next one."""
    viewer = access.of_request(request)
    item = _wanted(viewer, pk)
    verb, reason = request.POST.get("verb", ""), request.POST.get("reason", "").strip()[:2000]
    version = request.POST.get("version", "")
    if verb not in ("merge", "keep_apart") or not _number(version):
        return _page(request, viewer, item, trouble="The form was not complete: decide here once more.", status=400)
    if verb == "keep_apart" and not reason:
        words = "Say why they are not the same: it is kept for good and told whenever the two meet again."
        return _page(request, viewer, item, trouble=words, status=400)
    following = review.following(viewer, item.case)
    actor = access.of_user(request.user)
    try:
        if verb == "merge":
            decide.merge(item.case, actor=actor, version=_number(version), reason=reason, hold=settings.UNDO_SECONDS)
        else:
            decide.keep_apart(item.case, actor=actor, version=_number(version), reason=reason)
    except decide.Stale:
        return _page(request, viewer, _wanted(viewer, pk), stale=True, status=409)
    return redirect("stewardship:case", pk=following) if following else redirect("stewardship:queue")


@require_POST
@login_required
@MAY_DECIDE
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the decision on a case, on the version that was seen."""
    viewer = access.of_request(request)
    item, version = _wanted(viewer, pk), request.POST.get("version", "")
    try:
        again = decide.withdraw(item.case, actor=access.of_user(request.user), version=_number(version))
    except decide.Stale:
        return _page(request, viewer, _wanted(viewer, pk), stale=True, status=409)
    messages.success(request, f"Taken back: {comparing.names(item)} wait for a decision again.")
    return redirect("stewardship:case", pk=again.pk) if again else redirect("stewardship:queue")


@require_safe
@login_required
@MAY_LOOK
def decided(request: HttpRequest) -> HttpResponse:
    """What this steward decided, newest first, each to look at and to take back."""
    viewer = access.of_request(request)
    rows = [{"case": case, "names": comparing.decided(case)} for case in review.decided(viewer)]
    return render(request, "stewardship/decided.html", {"rows": rows, **_today(viewer)})


@require_safe
@login_required
@MAY_LOOK
def writes(request: HttpRequest, pk: int) -> HttpResponse:
    """What a merge would have each system be written, by the very steps that would write it."""
    item = _wanted(access.of_request(request), pk)
    context: dict[str, Any] = {
        "what": "What a merge would write",
        "back": reverse("stewardship:case", args=[pk]),
        "names": comparing.names(item),
    }
    merge = partial(decide.merge, item.case, actor=access.machine(), version=item.case.version)
    try:
        found = foretell.writes(merge, (item.case.first_id, item.case.second_id))
        context["systems"] = comparing.written(found, record.attributes(item.case.first.entity))
    except (foretell.Busy, decide.Stale) as error:
        context["trouble"] = str(error)
    return render(request, "stewardship/writes.html", context)


def _wanted(viewer: access.Viewer, pk: int) -> review.Item:
    item = review.one(viewer, pk)
    if item is None:
        raise Http404("There is no such case.")
    return item


def _number(text: str) -> int:
    """A version as it came in a form; 0, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _page(
    request: HttpRequest, viewer: access.Viewer, item: review.Item, *, status: int = 200, **more: Any
) -> HttpResponse:
    first, second = review.members(item.case)
    is_open = item.case.state == "open"
    planned = decide.preview([*first, *second]) if is_open else None
    compared = comparing.Compared(item, (first, second), planned, record.attributes(item.case.first.entity))
    context = {
        "item": item,
        "names": comparing.names(item),
        "sides": compared.sides(),
        "rows": compared.rows(),
        "waterfall": compared.waterfall(),
        "not_higher": review.not_higher(item.case),
        "following": review.following(viewer, item.case),
        "reason": request.POST.get("reason", ""),
        **_today(viewer),
        **more,
    }
    return render(request, "stewardship/case.html", context, status=status)


def _today(viewer: access.Viewer) -> dict[str, Any]:
    morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    last, today = review.day(viewer, morning)
    return {
        "decided_today": today,
        "last": last,
        "last_names": comparing.decided(last) if last else "",
    }

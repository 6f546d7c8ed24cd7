"""Conflicts: edits of attributes that another system owns, decided by cause or one by one."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from connectors import foretell
from mdm import access
from mdm.models import Proposal
from mdm.pipeline import decide
from mdm.selectors import conflicts, record
from stewardship import comparing, disputed

MAY_LOOK = permission_required("mdm.view_proposal", raise_exception=True)
MAY_DECIDE = permission_required("mdm.change_proposal", raise_exception=True)
VERBS = {"accept": Proposal.State.ACCEPTED, "reject": Proposal.State.REJECTED}


@require_safe
@login_required
@MAY_LOOK
def causes(request: HttpRequest) -> HttpResponse:
    """Open proposals by cause."""
    viewer, wanted = access.of_request(request), disputed.wanted(request.GET)
    context = {"wanted": wanted, "causes": disputed.causes(conflicts.causes(viewer, wanted)), **_last(viewer)}
    return render(request, "stewardship/conflicts/causes.html", context)


@require_safe
@login_required
@MAY_LOOK
def cause(request: HttpRequest) -> HttpResponse:
    """The open proposals of one cause, or about one golden record."""
    viewer, wanted = access.of_request(request), disputed.wanted(request.GET)
    found = conflicts.page(viewer, wanted, after=disputed.number(request.GET.get("after", "")))
    rows, more = found[: conflicts.PAGE], len(found) > conflicts.PAGE
    context = {
        "wanted": wanted,
        "label": disputed.label(wanted),
        "rows": disputed.rows(rows),
        "count": conflicts.count(viewer, wanted),
        "most": conflicts.MOST,
        "after": rows[-1].pk if more else None,
    }
    return render(request, "stewardship/conflicts/cause.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@MAY_DECIDE
def settle_cause(request: HttpRequest) -> HttpResponse:
    """Accept or reject all proposals of a cause: how many and which by GET, the decision by POST on those seen."""
    viewer, given = access.of_request(request), request.POST if request.method == "POST" else request.GET
    wanted, verb = disputed.wanted(request.GET), given.get("verb", "")
    if verb not in VERBS or not wanted.is_cause:
        return redirect("stewardship:conflicts")
    if request.method != "POST":
        found = conflicts.page(viewer, wanted, size=conflicts.MOST - 1)
        told = {"label": disputed.label(wanted), "rows": disputed.rows(found), "count": conflicts.count(viewer, wanted)}
        return render(request, "stewardship/conflicts/settle.html", {"wanted": wanted, "verb": verb, **told})
    seen = disputed.versions(given.getlist("seen"))
    allowed = conflicts.seen(viewer, list(seen))
    count = decide.settle(
        {pk: version for pk, version in seen.items() if pk in allowed}, VERBS[verb], actor=access.of_user(request.user)
    )
    messages.success(request, f"{count} {verb}ed.") if count else messages.info(request, "Nothing was open any more.")
    if count < len(seen):
        messages.warning(request, f"{len(seen) - count} had moved on since you looked, and were left as they are.")
    return redirect("stewardship:conflicts")


@require_safe
@login_required
@MAY_LOOK
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: who says what, who owns it, and what the systems would be written."""
    return _page(request, _wanted(request, pk))


@require_POST
@login_required
@MAY_DECIDE
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or reject on the version that was seen, and go on to the next."""
    row, verb = _wanted(request, pk), request.POST.get("verb", "")
    version, actor = disputed.number(request.POST.get("version", "")), access.of_user(request.user)
    if verb not in VERBS or not version:
        return _page(request, row, trouble="The form was not complete: decide here once more.", status=400)
    following = conflicts.following(access.of_request(request), row)
    try:
        if verb == "accept":
            decide.accept(row, actor=actor, version=version, hold=settings.UNDO_SECONDS)
        else:
            decide.reject(row, actor=actor, version=version)
    except decide.Stale:
        return _page(request, _wanted(request, pk), stale=True, status=409)
    return redirect("stewardship:conflict", pk=following) if following else redirect("stewardship:conflicts")


@require_POST
@login_required
@MAY_DECIDE
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a decision that its owner has not confirmed yet."""
    row = _wanted(request, pk)
    try:
        decide.reopen(row, version=disputed.number(request.POST.get("version", "")))
    except decide.Stale:
        return _page(request, _wanted(request, pk), stale=True, status=409)
    messages.success(request, "Taken back: it waits for a decision again.")
    return redirect("stewardship:conflict", pk=pk)


@require_safe
@login_required
@MAY_LOOK
def writes(request: HttpRequest, pk: int) -> HttpResponse:
    """What accepting would have each system be written, by the very steps that would write it."""
    row = _wanted(request, pk)
    context: dict[str, Any] = {
        "what": "What accepting would write",
        "back": reverse("stewardship:conflict", args=[pk]),
        "names": row.golden.typed,
    }
    accept = partial(decide.accept, row, actor=access.machine(), version=row.version)
    try:
        found = foretell.writes(accept, (row.golden_id,))
        context["systems"] = comparing.written(found, record.attributes(row.golden.entity))
    except (foretell.Busy, decide.Stale) as error:
        context["trouble"] = str(error)
    return render(request, "stewardship/writes.html", context)


def _wanted(request: HttpRequest, pk: int) -> Proposal:
    row = conflicts.one(access.of_request(request), pk)
    if row is None:
        raise Http404("There is no such proposal.")
    return row


def _last(viewer: access.Viewer) -> dict[str, Any]:
    found = conflicts.last(viewer)
    return {"last": found, "last_row": disputed.row(found) if found else None}


def _page(request: HttpRequest, row: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    viewer = access.of_request(request)
    context = {
        "proposal": row,
        **disputed.one(row, record.records(row.golden_id), record.book(row.golden.entity)),
        "following": conflicts.following(viewer, row),
        **_last(viewer),
        **more,
    }
    return render(request, "stewardship/conflicts/conflict.html", context, status=status)

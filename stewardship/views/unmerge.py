"""Taking a source record out of its golden record: a preview of both sides, then the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from connectors import foretell
from mdm import access
from mdm.models import SourceRecord
from mdm.pipeline import decide
from mdm.selectors import record
from stewardship import comparing, links, presenters

MAY_DECIDE = permission_required("mdm.change_case", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@MAY_DECIDE
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview by GET; by POST the record is taken out, if it still belongs where the page said."""
    row = _wanted(request, pk)
    if request.method != "POST":
        return _page(request, row)
    reason = request.POST.get("reason", "").strip()[:2000]
    if request.POST.get("golden") != str(row.golden.uid):  # type: ignore[union-attr]
        return _page(request, row, stale=True, status=409)
    if not reason:
        return _page(request, row, trouble="Say why it is not the same: it is kept for good.", status=400)
    try:
        decide.part(row, actor=access.of_user(request.user), reason=reason)
    except decide.Stale:
        return _page(request, _wanted(request, pk), stale=True, status=409)
    except decide.Inseparable as error:
        return _page(request, row, trouble=str(error), status=400)
    there = record.source(access.of_request(request), pk)
    messages.success(request, f"{presenters.record_words(row)} is a golden record of its own now.")
    return redirect(links.to_golden(there.golden.typed)) if there else redirect("stewardship:customers")  # type: ignore[union-attr, arg-type]


@require_safe
@login_required
@MAY_DECIDE
def unmerge_writes(request: HttpRequest, pk: int) -> HttpResponse:
    """What each system would be written if the record were taken out, by the very steps that would write it."""
    row = _wanted(request, pk)
    about = {row.golden_id or 0}

    def part() -> None:
        about.update(decide.part(row, actor=access.machine(), reason="to see what it would write"))

    context: dict[str, Any] = {"what": "What taking it out would write", "back": _address(row), "names": row.golden}
    try:
        context["systems"] = comparing.written(foretell.writes(part, about), record.attributes(row.entity))
    except (foretell.Busy, decide.Stale, decide.Inseparable) as error:
        context["trouble"] = str(error)
    return render(request, "stewardship/writes.html", context)


def _wanted(request: HttpRequest, pk: int) -> SourceRecord:
    row = record.source(access.of_request(request), pk)
    if row is None:
        raise Http404("There is no such source record.")
    return row


def _address(row: SourceRecord) -> str:
    return links.to_golden(row.golden.typed, "sources")  # type: ignore[union-attr, arg-type]


def _page(request: HttpRequest, row: SourceRecord, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "record": row,
        "golden": row.golden.typed,  # type: ignore[union-attr]
        "name": presenters.record_words(row),
        "reason": request.POST.get("reason", ""),
        **more,
    }
    try:
        own, rest = decide.parting(row)
        attributes = record.attributes(row.entity)
        context["parted"] = comparing.parted((decide.preview(own), decide.preview(rest)), attributes)
        context["sides"] = [[presenters.record_words(one) for one in some] for some in (own, rest)]
    except (decide.Stale, decide.Inseparable) as error:
        context["never"] = str(error)
    return render(request, "stewardship/unmerge.html", context, status=status)

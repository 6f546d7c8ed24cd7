"""Why a golden record is not one with another: which one is meant, and the answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mdm import access
from mdm.models import GoldenValues
from mdm.selectors import sides, whynot
from stewardship import comparing, presenters

NOBODY = (
    "Type words of a name, a golden id, or the whole id of a record in one of the systems. "
    "Both records must be of one kind, and you must be allowed to see both."
)


@require_safe
@login_required
def why_not(request: HttpRequest, entity: str, uid: UUID) -> HttpResponse:
    """Without `other` a form; with it the answer, a choice where it means several, or that it means nobody."""
    viewer = access.of_request(request)
    own = sides.side(viewer, str(uid))
    if own is None or own.row.entity.name != entity:
        raise Http404("No golden record has this id.")
    text = " ".join(request.GET.get("other", "").replace("\x00", "").split())[:200]
    context = {"golden": own.row, "text": text, **_answer(viewer, own, text)}
    return render(request, "stewardship/record/why_not.html", context)


def _answer(viewer: access.Viewer, own: sides.Side, text: str) -> dict[str, Any]:
    if not text:
        return {}
    other = sides.side(viewer, text)
    if other is None:
        found = sides.meant(viewer, own.row.entity.name, text)
        others = [row for row in found if row.pk != own.row.pk]
        if len(others) > 1:
            return {"choices": others}
        if not found:
            return {"trouble": NOBODY}
        other = sides.of((others or found)[0])
    return _told(own, other)


def _told(own: sides.Side, other: sides.Side) -> dict[str, Any]:
    answer = whynot.told(own, other, presenters.record_words)
    row: GoldenValues = other.row
    return {"other": row, **comparing.answered(answer)}

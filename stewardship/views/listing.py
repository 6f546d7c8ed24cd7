"""Lists of golden records, and the search over all of them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from connectors import selectors as traffic
from mdm import access
from mdm.selectors import listing, record
from stewardship import presenters
from stewardship.forms import GoldenFilter


@require_safe
@login_required
def goldens(request: HttpRequest, entity: str) -> HttpResponse:
    """Golden customers or products, newest change first."""
    viewer = access.of_request(request)
    form = GoldenFilter(request.GET, entity=entity)
    wanted = form.wanted()
    try:
        page = listing.page(viewer, wanted, older=request.GET.get("older", ""), newer=request.GET.get("newer", ""))
    except ValueError:
        return redirect(request.path)
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "rows": [presenters.row(item) for item in page.items],
        "by_status": listing.by_status(viewer, entity),
        "troubles": traffic.troubles(viewer),
        "systems": record.systems() if not page.total and not wanted.narrowed else [],
    }
    return render(request, f"stewardship/{entity}s.html", context)


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Golden records of every kind that may be meant by what was typed."""
    text = request.GET.get("q", "")[:200].strip()
    found = listing.found(access.of_request(request), text) if text else {}
    context = {
        "text": text,
        "groups": [(entity, [presenters.row(item) for item in items]) for entity, items in found.items() if items],
    }
    return render(request, "stewardship/search.html", context)

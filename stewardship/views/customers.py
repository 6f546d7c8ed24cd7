"""Pages of the desk. Each makes one question of the selectors and gives the answer to a presenter."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from connectors import selectors as traffic
from mdm import access
from mdm.selectors import customers as listing
from mdm.selectors import record
from stewardship import presenters
from stewardship.forms import CustomerFilter


@require_safe
@login_required
def customers(request: HttpRequest) -> HttpResponse:
    """Golden customers, newest change first; counts of what waits for a person."""
    viewer = access.viewer(request.user)
    form = CustomerFilter(request.GET)
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
        "by_status": listing.by_status(viewer),
        "waiting": listing.waiting(viewer),
        "dead": traffic.dead_letters(viewer),
        "troubles": traffic.troubles(viewer),
        "systems": record.systems() if not page.total and not wanted.narrowed else [],
    }
    return render(request, "stewardship/customers.html", context)


@require_safe
@login_required
def customer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One golden customer; the id of a merged one leads to its survivor."""
    viewer = access.viewer(request.user)
    row = record.customer(viewer, uid)
    if row is None:
        raise Http404("No golden customer has this id.")
    if row.golden.uid != uid:
        messages.info(request, f"{uid} was merged into this golden record.")
        return redirect("stewardship:customer", uid=row.golden.uid)
    ties = record.relations(viewer, row.pk)
    shown = presenters.Shown(row, record.records(row.pk), record.attributes())
    context = {
        "customer": row,
        "identifiers": shown.identifiers(record.systems()),
        "values": shown.values(),
        "columns": shown.records,
        "grid": shown.grid(),
        "ties": presenters.ties(ties),
        "cases": record.cases(viewer, row.pk),
        "proposals": shown.proposals(record.proposals(row.pk)),
        "deliveries": shown.deliveries(traffic.deliveries(viewer, row.pk, [tie.relation.pk for tie in ties]), ties),
        "history": shown.history(record.history(row.pk)),
    }
    return render(request, "stewardship/customer.html", context)

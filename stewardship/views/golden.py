"""One golden record on tabs. Each view asks the selectors and hands the answer to a presenter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from connectors import foretell
from connectors import selectors as traffic
from mdm import access
from mdm.models import GoldenValues
from mdm.selectors import explain, record
from stewardship import comparing, happened, links, presenters
from stewardship.shown import Shown


class Elsewhere(Exception):
    """The id of a merged golden record; carries its survivor."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A golden record a person asked for, with its source records."""

    viewer: access.Viewer
    row: GoldenValues
    shown: Shown

    def context(self, tab: str, **more: Any) -> dict[str, Any]:
        """What every tab shows: the head, and which tab it is."""
        return {
            "golden": self.row,
            "tab": tab,
            "tabs": links.TABS,
            "identifiers": self.shown.identifiers(record.systems()),
            "open_cases": len(self.row.open_cases),  # type: ignore[attr-defined]
            "open_proposals": len(self.row.open_proposals),  # type: ignore[attr-defined]
            **more,
        }


def asked(request: HttpRequest, entity: str, uid: UUID) -> Asked:
    """The golden record of an address; raises Http404 where the viewer sees none, Elsewhere where it was merged."""
    viewer = access.of_request(request)
    row = record.golden(viewer, entity, uid)
    if row is None:
        raise Http404("No golden record has this id.")
    if row.golden.uid != uid:
        raise Elsewhere(row)
    return Asked(viewer, row, Shown(row, record.records(row.pk), record.book(entity)))


def tab(view: Any) -> Any:
    """A tab of a golden record: signed in, read only; the id of a merged one leads to its survivor."""

    @require_safe
    @login_required
    def shown(request: HttpRequest, entity: str, uid: UUID) -> HttpResponse:
        try:
            found = asked(request, entity, uid)
        except Elsewhere as other:
            messages.info(request, f"{uid} was merged into this golden record.")
            return redirect(links.to_golden(other.args[0]))
        answer: HttpResponse = view(request, found)
        return answer

    return shown


@tab
def overview(request: HttpRequest, found: Asked) -> HttpResponse:
    """Its values with where they come from; with `why` one of them explained, with `asof` as they were at a time."""
    at = happened.moment(request.GET.get("asof", ""))
    if at is not None:
        return _as_of(request, found, at)
    why = request.GET.get("why", "")
    rows = found.shown.values(why=why)
    proposed: dict[str, int] = {one["key"]: one["proposal"] for one in found.row.open_proposals}  # type: ignore[attr-defined]
    for row in rows:
        row["proposal"] = proposed.get(row["key"])
    context = found.context("", values=rows, suspects=record.suspects(found.viewer, found.row), why=_why(rows))
    return render(request, "stewardship/record/overview.html", context)


def _why(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The value that is explained, with the accepted version its winner speaks from."""
    row = next((row for row in rows if row["why"]), None)
    if row is not None:
        won = next((voice for voice in row["why"]["voices"] if voice["won"] and voice["at"]), None)
        row["why"]["version"] = record.version_of(won["record"].pk, won["at"]) if won else None
    return row


def _as_of(request: HttpRequest, found: Asked, at: Any) -> HttpResponse:
    moment = record.at(found.row, at)
    values = Shown(moment.values, found.shown.records, found.shown.book).values(now=found.row) if moment else []
    context = found.context(
        "",
        values=values,
        at=at,
        moment=moment,
        changed=sum(bool(row["today"]) for row in values) if moment else 0,
        asof_field=timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S"),
    )
    return render(request, "stewardship/record/as_of.html", context)


@tab
def sources(request: HttpRequest, found: Asked) -> HttpResponse:
    """Attribute by source record, how each record came here, and why they are one."""
    came = record.newest_links([one.pk for one in found.shown.records])
    columns = [(one, came.get(one.pk)) for one in found.shown.records]
    steps = comparing.steps(explain.grown(found.shown.records, presenters.record_words))
    context = found.context("sources", columns=columns, grid=found.shown.grid(), steps=steps)
    return render(request, "stewardship/record/sources.html", context)


@tab
def history(request: HttpRequest, found: Asked) -> HttpResponse:
    """What happened, newest first; each entry leads to how the record stood then."""
    changes = record.history(found.row.pk, entity=found.row.entity.name)
    context = found.context(
        "history",
        history=happened.told(found.shown, changes),
        most=record.HISTORY,
        asof_field=date_format(timezone.localtime(), "Y-m-d\\TH:i:s"),
    )
    return render(request, "stewardship/record/history.html", context)


@tab
def relations(request: HttpRequest, found: Asked) -> HttpResponse:
    """Contacts, parents, variants: what it is tied to."""
    ties = presenters.ties(record.relations(found.viewer, found.row))
    return render(request, "stewardship/record/relations.html", found.context("relations", ties=ties))


@tab
def sync(request: HttpRequest, found: Asked) -> HttpResponse:
    """Where it stands in each system, and what was or is owed to them."""
    pk = found.row.pk
    others = {tie.relation.pk: tie.other for tie in record.relations(found.viewer, found.row)}
    rows = traffic.deliveries(pk, record.relation_pks(pk))
    context = found.context("sync", deliveries=happened.deliveries(found.shown, rows, others))
    return render(request, "stewardship/record/sync.html", context)


@tab
def differences(request: HttpRequest, found: Asked) -> HttpResponse:
    """What each system should hold beside what it was last seen to hold, by the very code that writes."""
    try:
        slots = comparing.slots(foretell.slots([found.row.pk]), found.shown.book.attributes)  # type: ignore[arg-type]
        context = found.context("sync", slots=slots)
    except foretell.Busy as error:
        context = found.context("sync", trouble=str(error))
    return render(request, "stewardship/record/differences.html", context)

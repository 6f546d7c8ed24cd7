"""Where people decide for now: open cases of two golden records, and proposals by non-owners."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from mdm import access
from mdm.admin.readonly import ReadOnly, link
from mdm.admin.records import golden_link, labels, typed
from mdm.entities import MASTERED, words
from mdm.models import Case, Customer, GoldenValues, Proposal, SourceRecord
from mdm.pipeline import decide
from mdm.selectors import search

Rows = QuerySet[Any]
Verb = Callable[[Any, HttpRequest, int], None]


class Undecided(Exception):
    """A decision that lacks something; the message says what."""


class Decided(ReadOnly):
    """Rows on which people decide, in the list or on the row's page; each decision names the version it was made on."""

    verbs: dict[str, tuple[str, Verb]] = {}  # name -> past tense and act

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_decide"
        view = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", view, name=name), *super().get_urls()]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One decision from the row's own page."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        verb = request.POST.get("verb", "")
        if verb not in self.verbs:
            raise PermissionDenied
        self._act(request, [get_object_or_404(self.model, pk=pk)], verb)
        return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk]))

    def _act(self, request: HttpRequest, rows: Iterable[Any], verb: str) -> None:
        """Decide row by row: one that moved on does not stop the others, and is told."""
        told, act = self.verbs[verb]
        done = 0
        for row in rows:
            try:
                act(row, request, _version(request, row.pk))
                self.log_change(request, row, f"{told}. {_reason(request)}".strip())
                done += 1
            except (decide.Stale, Undecided) as error:
                self.message_user(request, f"{row}: {error}", messages.ERROR)
        if done:
            self.message_user(request, f"{told}: {done}.", messages.SUCCESS)

    @admin.display(description="Version")
    def decided_on(self, obj: Any) -> str:
        """The version, which an action from the list sends back."""
        return format_html('{0}<input type="hidden" name="version-{1}" value="{0}">', obj.version, obj.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        given = {**(extra_context or {}), "may_decide": self.has_decide_permission(request)}
        return super().change_view(request, object_id, form_url, given)


def _version(request: HttpRequest, pk: int) -> int:
    try:
        return int(request.POST[f"version-{pk}"])
    except (KeyError, ValueError):
        raise Undecided("the page did not show its version; open it and decide there.") from None


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:2000]


class ReasonForm(ActionForm):
    """The action bar with a reason."""

    reason = forms.CharField(required=False, max_length=2000, widget=forms.TextInput(attrs={"size": 40}))


def _merge(case: Case, request: HttpRequest, version: int) -> None:
    decide.merge(case, actor=access.of_user(request.user), version=version, reason=_reason(request))


def _keep_apart(case: Case, request: HttpRequest, version: int) -> None:
    if not _reason(request):
        raise Undecided("write a reason; it is kept for good and told whenever the two meet again.")
    decide.keep_apart(case, actor=access.of_user(request.user), version=version, reason=_reason(request))


def _accept(proposal: Proposal, request: HttpRequest, version: int) -> None:
    decide.accept(proposal, actor=access.of_user(request.user), version=version)


def _reject(proposal: Proposal, request: HttpRequest, version: int) -> None:
    decide.reject(proposal, actor=access.of_user(request.user), version=version)


@admin.register(Case)
class CaseAdmin(Decided):
    """Two golden records that may be one."""

    verbs = {"merge": ("Merged", _merge), "keep_apart": ("Kept apart", _keep_apart)}
    action_form = ReasonForm
    actions = ("merge", "keep_apart")
    list_display = ("__str__", "one", "other", "weight", "strongest", "how", "opened_at", "decided_on")
    list_filter = ("state", "resolution")
    search_fields = ("pk",)
    search_help_text = "As for golden records, of either side."
    date_hierarchy = "opened_at"
    ordering = ("-weight", "pk")
    fields = ("one", "other", "weight", "state", "resolution", "opened_at", "closed_at", "actor")
    readonly_fields = fields
    change_form_template = "admin/mdm/case/change_form.html"

    def get_queryset(self, request: HttpRequest) -> Rows:
        return super().get_queryset(request).select_related(*typed("first"), *typed("second"), "actor")

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(search.at(search_term, "first", "second")), False

    @admin.display(description="One")
    def one(self, obj: Case) -> str:
        return golden_link(obj.first)

    @admin.display(description="Other")
    def other(self, obj: Case) -> str:
        return golden_link(obj.second)

    @admin.display(description="State", ordering="state")
    def how(self, obj: Case) -> str:
        return f"closed: {obj.resolution}" if obj.state == Case.State.CLOSED else "open"

    @admin.display(description="Strongest evidence")
    def strongest(self, obj: Case) -> str:
        lines = [line for line in obj.evidence.get("lines", []) if line[0] != "prior"]
        return str(max(lines, key=lambda line: line[2])[3]) if lines else ""

    @admin.action(description="Merge: they are one", permissions=["decide"])
    def merge(self, request: HttpRequest, queryset: Rows) -> None:
        self._act(request, queryset, "merge")

    @admin.action(description="Keep apart for good (needs a reason)", permissions=["decide"])
    def keep_apart(self, request: HttpRequest, queryset: Rows) -> None:
        self._act(request, queryset, "keep_apart")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        case = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, compared(case) if case else extra_context)


def compared(case: Case) -> dict[str, Any]:
    """Both sides of a case attribute by attribute, the evidence in words, and their source records."""
    first, second = case.first.typed, case.second.typed
    left, right = (side.values if side else {} for side in (first, second))
    label = labels(case.first.entity)
    rows = [
        {
            "label": label(key),
            "first": words.value(left.get(key)),
            "second": words.value(right.get(key)),
            "mark": _mark(left.get(key), right.get(key)),
        }
        for key in sorted({*left, *right})
    ]
    members = SourceRecord.objects.filter(golden__in=[case.first_id, case.second_id])
    records = list(members.select_related("connection").defer("cells"))
    return {
        "sides": [
            {"golden": side, "url": _page(side), "records": [row for row in records if row.golden_id == pk]}
            for side, pk in ((first, case.first_id), (second, case.second_id))
        ],
        "compared": sorted(rows, key=lambda row: ("different", "equal", "one side").index(row["mark"])),
        "evidence": [{"words": line[3], "weight": line[2]} for line in case.evidence.get("lines", []) if line[2] != 0],
        "held": case.evidence.get("held", ""),
        "veto": case.evidence.get("veto", ""),
    }


def _page(side: GoldenValues | None) -> str:
    if side is None:
        return ""
    if isinstance(side, Customer):
        return reverse("stewardship:customer", args=[side.golden.uid])
    return reverse(f"admin:mdm_{side.entity.name}_change", args=[side.pk])


def _mark(left: Any, right: Any) -> str:
    if left is None or right is None:
        return "one side"
    return "equal" if left == right else "different"


@admin.register(Proposal)
class ProposalAdmin(Decided):
    """Edits of attributes by systems that do not own them."""

    verbs = {"accept": ("Accepted, to be written to the owner", _accept), "reject": ("Rejected", _reject)}
    actions = ("accept", "reject")
    list_display = (
        "__str__",
        "about",
        "attribute",
        "proposed",
        "owner_has",
        "by",
        "state",
        "source_time",
        "decided_on",
    )
    list_filter = ("state", "owner", "record__connection")
    search_fields = ("key",)
    search_help_text = "As for golden records."
    date_hierarchy = "opened_at"
    ordering = ("-pk",)
    fields = ("about", "attribute", "proposed", "owner_has", "by", "source_time", "state", "actor", "closed_at")
    readonly_fields = fields
    change_form_template = "admin/mdm/proposal/change_form.html"

    def get_queryset(self, request: HttpRequest) -> Rows:
        self._labels = {entity: labels(entity) for entity in MASTERED}  # once a page, whatever the number of rows
        rows = super().get_queryset(request).select_related(*typed("golden"), "record__connection", "actor")
        return rows.defer("record__cells")

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(search.at(search_term, "golden")), False

    @admin.display(description="Golden record")
    def about(self, obj: Proposal) -> str:
        return golden_link(obj.golden)

    @admin.display(description="Attribute")
    def attribute(self, obj: Proposal) -> str:
        return self._labels[obj.golden.entity](obj.key)

    @admin.display(description="Proposed")
    def proposed(self, obj: Proposal) -> str:
        return words.value(obj.value) or "nothing"

    @admin.display(description="The owner has")
    def owner_has(self, obj: Proposal) -> str:
        return f"{words.value(obj.owner_value) or 'nothing'} ({obj.owner})"

    @admin.display(description="By")
    def by(self, obj: Proposal) -> str:
        return link("mdm_sourcerecord", obj.record_id, obj.record)

    @admin.action(description="Accept: write it to the owner", permissions=["decide"])
    def accept(self, request: HttpRequest, queryset: Rows) -> None:
        self._act(request, queryset, "accept")

    @admin.action(description="Reject", permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: Rows) -> None:
        self._act(request, queryset, "reject")

"""Rule sets with all their rows on one page; drafts, publishing, and what was changed by whom."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mdm import contradictions, outbox, rules, ruletext
from mdm.admin import matrix, rulewords
from mdm.admin.readonly import Historic, ReadOnly
from mdm.admin.ruleforms import INLINES
from mdm.entities import ENTITIES
from mdm.models import Connection, GoldenRecord, OneToOneRule, RuleSet

Rows = QuerySet[RuleSet]
APPLY = "mdm.tasks.apply_rules"


def golden_records() -> int:
    """How many golden records a change of rules has consolidated again."""
    return GoldenRecord.objects.filter(merged_into=None).count()


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnly, Historic):
    """All rules of one version. New sets begin as a draft of another; a published one is edited in force."""

    list_display = ("version", "in_words", "note", "thresholds", "applied", "published_at", "published_by")
    list_filter = ("state",)
    list_select_related = ("published_by",)
    ordering = ("-version",)
    actions = ("draft", "publish")
    inlines = INLINES
    fields = (
        ("version", "in_words", "revision", "applied"),
        "note",
        ("match_at", "review_at"),
        ("published_at", "published_by"),
    )
    readonly_fields = ("version", "in_words", "revision", "applied", "published_at", "published_by")
    change_form_template = "admin/mdm/ruleset/change_form.html"
    object_history_template = "admin/mdm/ruleset/history.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change") and (obj is None or obj.state != RuleSet.State.RETIRED)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete") and obj is not None and obj.state == RuleSet.State.DRAFT

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/draft/", wrap(require_POST(self.draft_view)), name="mdm_ruleset_draft"),
            path(
                "<int:pk>/publish/",
                wrap(require_http_methods(["GET", "POST"])(self.publish_view)),
                name="mdm_ruleset_publish",
            ),
            path("<int:pk>/matrix/", wrap(require_GET(self.matrix_view)), name="mdm_ruleset_matrix"),
            path("<int:pk>/text/", wrap(require_GET(self.text_view)), name="mdm_ruleset_text"),
            path("import/", wrap(require_http_methods(["GET", "POST"])(self.import_view)), name="mdm_ruleset_import"),
            *super().get_urls(),
        ]

    @admin.display(description="State")
    def in_words(self, obj: RuleSet) -> str:
        return {"draft": "Draft, without effect", "published": "In force", "retired": "Retired"}[obj.state]

    @admin.display(description="Match from / review from")
    def thresholds(self, obj: RuleSet) -> str:
        match_at, review_at = (
            "model's own" if value is None else f"{value:g}" for value in rulewords.thresholds(obj).values()
        )
        return f"{match_at} / {review_at}"

    @admin.display(description="Golden records")
    def applied(self, obj: RuleSet) -> str:
        if obj.state != RuleSet.State.PUBLISHED:
            return "-"
        return "follow it" if obj.applied_revision == obj.revision else "are being consolidated"

    # What saving does ---------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: RuleSet, form: Any, change: bool) -> None:
        """Write only what the form edits: the revision may have moved since the page was read."""
        obj._history_user = request.user  # type: ignore[attr-defined]
        edited = [name for name in form.changed_data if name in ("note", "match_at", "review_at")]
        if edited:
            obj.save(update_fields=edited)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        edited = form.has_changed() or any(formset.has_changed() for formset in formsets)
        if not edited or form.instance.state != RuleSet.State.PUBLISHED:
            return
        rules.moved(form.instance)
        outbox.wake(APPLY)
        matched = {"match_at", "review_at"} & {*form.changed_data} or any(
            formset.has_changed() for formset in formsets if formset.model is OneToOneRule
        )
        anew = " After that all source records are linked anew; the page on matching tells how far." if matched else ""
        self.message_user(
            request,
            f"In force at once, in all running processes. {golden_records()} golden records are being consolidated "
            f"again; what changes goes out to the systems.{anew}",
            messages.WARNING,
        )

    # Drafts and publishing ----------------------------------------------------------------------------------------

    @admin.action(description="New draft from this", permissions=["publish"])
    def draft(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        source = self._one(request, queryset)
        return self._draft(request, source) if source else None

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: Rows) -> HttpResponse | None:
        found = self._one(request, queryset)
        return redirect("admin:mdm_ruleset_publish", pk=found.pk) if found else None

    def _one(self, request: HttpRequest, queryset: Rows) -> RuleSet | None:
        if queryset.count() == 1:
            return queryset.get()
        self.message_user(request, "Choose one rule set.", messages.ERROR)
        return None

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_publish_permission(request):
            raise PermissionDenied
        return self._draft(request, get_object_or_404(RuleSet, pk=pk))

    def _draft(self, request: HttpRequest, source: RuleSet) -> HttpResponse:
        made = rules.draft(source)
        self.log_addition(request, made, f"Draft of rule set {source.version}.")
        self.message_user(request, f"Rule set {made.version} is a draft of {source.version}. Nothing acts on it yet.")
        return redirect("admin:mdm_ruleset_change", made.pk)

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first, showing what changes and how many golden records it concerns; then publish."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        found = get_object_or_404(RuleSet, pk=pk)
        if found.state != RuleSet.State.DRAFT:
            self.message_user(request, "Only a draft can be published; make a new draft from this one.", messages.ERROR)
            return redirect("admin:mdm_ruleset_change", pk)
        sentences = contradictions.of_set(found)
        if request.method == "POST" and not sentences:
            return self._publish(request, found)
        in_force = RuleSet.objects.filter(state=RuleSet.State.PUBLISHED).first()
        added, removed = rulewords.difference(in_force, found) if in_force else ([], [])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Publish rule set {found.version}",
            "opts": self.opts,
            "found": found,
            "in_force": in_force,
            "added": added,
            "removed": removed,
            "sentences": sentences,
            "golden_records": golden_records(),
        }
        return TemplateResponse(request, "admin/mdm/ruleset/publish.html", context)

    def _publish(self, request: HttpRequest, found: RuleSet) -> HttpResponse:
        count = golden_records()
        found._history_user = request.user  # type: ignore[attr-defined]
        rules.publish(found, user_id=request.user.pk)
        self.log_change(request, found, "Published.")
        self.message_user(
            request,
            f"Rule set {found.version} is in force in all running processes; {count} golden records are being "
            "consolidated by it.",
            messages.SUCCESS,
        )
        return redirect(reverse("admin:mdm_ruleset_change", args=[found.pk]))

    # As a table, and as a text file -------------------------------------------------------------------------------

    def matrix_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Each attribute beside each system."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found, systems = get_object_or_404(RuleSet, pk=pk), matrix.systems()
        tables = matrix.tables(found, systems)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Who owns what by rule set {found.version}",
            "opts": self.opts,
            "found": found,
            "systems": systems,
            "tables": tables,
            "gaps": sum(bool(row.gap) for table in tables for row in table.rows),
            "sentences": contradictions.of_set(found),
        }
        return TemplateResponse(request, "admin/mdm/ruleset/matrix.html", context)

    def text_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rule set as a file to keep."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(RuleSet, pk=pk)
        name = f'attachment; filename="goldenrod-rules-{found.version}.json"'
        return HttpResponse(ruletext.write(found), "application/json", headers={"Content-Disposition": name})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A draft from a file; what is wrong with it is told row by row."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        sentences: tuple[str, ...] = ()
        if request.method == "POST":
            try:
                made = ruletext.read(_text(request.FILES.get("file")), user=request.user)
                self.log_addition(request, made, "Imported from a text.")
                self.message_user(request, f"Rule set {made.version} is a draft. Nothing acts on it yet.")
                return redirect("admin:mdm_ruleset_change", made.pk)
            except ruletext.Unreadable as error:
                sentences = error.sentences
        context = {**self.admin_site.each_context(request), "title": "Import a rule set", "opts": self.opts}
        status = 400 if sentences else 200
        return TemplateResponse(
            request, "admin/mdm/ruleset/import.html", {**context, "sentences": sentences}, status=status
        )

    # Pages --------------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        known = {**known_names(found), "golden_records": golden_records()} if found else {}
        given = {**(extra_context or {}), **known, "may_publish": self.has_publish_permission(request)}
        return super().change_view(request, object_id, form_url, given)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        given = {**(extra_context or {}), "may_publish": self.has_publish_permission(request)}
        return super().changelist_view(request, given)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = get_object_or_404(RuleSet, pk=object_id)
        response: HttpResponse = super().history_view(
            request, object_id, {**(extra_context or {}), "row_changes": rulewords.changes(found)}
        )
        return response


def _text(file: UploadedFile[bytes] | None) -> str:
    if file is None:
        raise ruletext.Unreadable("Choose a file.")
    if file.size is None or file.size > ruletext.MOST:
        raise ruletext.Unreadable(f"The file is larger than {ruletext.MOST:,} bytes.")
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ruletext.Unreadable("The file is no text in UTF-8.") from None


def known_names(rule_set: RuleSet) -> dict[str, list[str]]:
    """What the inputs of the rows suggest: attributes, roles and connections, object types."""
    declared = {one.name for entity in ENTITIES.values() for one in entity.attributes}
    added = set(rule_set.attributedefinitions.values_list("name", flat=True))
    connections = list(Connection.objects.all())
    return {
        "known_attributes": sorted(declared | added),
        "known_sources": [*Connection.Role.values, *sorted(row.code for row in connections)],
        "known_object_types": sorted({name for row in connections for name in row.object_type_names()}),
    }

"""Connections with their access on one page, and the check that says whether they work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from connectors import reach, registry
from connectors.admin.secretforms import AccessForm, form_for
from connectors.errors import ConnectorError
from connectors.models import Access, Cursor
from mdm.admin.readonly import Historic, Named
from mdm.models.systems import Connection

Rows = QuerySet[Connection]


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A connection; its kind is one a connector was found for, or the hub itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted({*registry.CONNECTORS, "hub", "api", self.instance.kind or "hub"})
        if "kind" in self.fields:
            self.fields["kind"] = forms.ChoiceField(
                choices=[("", "---------"), *((kind, kind) for kind in kinds)],
                help_text="Which connector speaks to it; hub is for what people enter here, api for a client.",
            )


class AccessInline(admin.StackedInline):  # type: ignore[type-arg]
    """How the connection is reached. Secrets are written only: no page, log or history shows one."""

    model = Access
    form = AccessForm
    can_delete = False
    verbose_name_plural = "Access"
    readonly_fields = ("state",)

    def get_formset(self, request: HttpRequest, obj: Connection | None = None, **kwargs: Any) -> Any:
        self.form, _ = form_for(obj)
        return super().get_formset(request, obj, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Connection | None = None) -> Any:
        asked = form_for(obj)[1] if self.has_change_permission(request, obj) else []
        return [
            (None, {"fields": ["base_url", "state"]}),
            *([("Secrets", {"fields": asked, "description": "Kept encrypted, never shown again."})] if asked else []),
            ("Options and schedule", {"fields": ["options", "pull_every", "reconcile_every"]}),
        ]

    @admin.display(description="State")
    def state(self, obj: Access) -> str:
        return state_of(obj)


class CursorInline(admin.TabularInline):  # type: ignore[type-arg]
    """Where the pulls stand."""

    model = Cursor
    fields = readonly_fields = ("object_type", "pulled_at", "full_at", "value")
    extra = 0
    can_delete = False
    verbose_name_plural = "Pulls"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Connection)
class ConnectionAdmin(Historic):
    """Systems the hub stands between."""

    form = ConnectionForm
    list_display = ("name", "code", "kind", "role", "mode", "enabled", "works", "last_pull")
    list_filter = ("kind", "role", "mode", "enabled", ("region", Named), ("legal_entity", Named))
    search_fields = ("code", "name")
    list_select_related = ("access",)
    ordering = ("name",)
    actions = ("check_connection", "subscribe")
    change_form_template = "admin/connectors/connection_form.html"
    object_history_template = "admin/connectors/connection_history.html"
    fields = (("name", "code"), ("kind", "role"), ("mode", "enabled"), ("region", "legal_entity", "country"))

    def get_queryset(self, request: HttpRequest) -> Rows:
        # without the secrets: a list needs none, and decrypting them costs
        rows: Rows = super().get_queryset(request).defer("access__secrets", "access__options")
        newest = Cursor.objects.filter(connection=OuterRef("pk"), pulled_at__isnull=False).order_by("-pulled_at")
        return rows.annotate(pulled=Subquery(newest.values("pulled_at")[:1]))

    def get_readonly_fields(self, request: HttpRequest, obj: Connection | None = None) -> tuple[str, ...]:
        # the code is part of every source key, and the kind says how payloads are read
        return ("code", "kind") if obj is not None and obj.records.exists() else ()

    def get_inlines(self, request: HttpRequest, obj: Connection | None = None) -> list[Any]:
        return [AccessInline, CursorInline] if obj is not None and obj.kind != "hub" else []

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.check_view))
        return [path("<int:pk>/check/", view, name="mdm_connection_check"), *super().get_urls()]

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Check one connection from its own page."""
        connection = get_object_or_404(Connection, pk=pk)
        if not self.has_change_permission(request, connection):
            raise PermissionDenied
        self._check(request, connection, "")
        return redirect("admin:mdm_connection_change", pk)

    @method_decorator(sensitive_post_parameters())
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        return response

    def response_add(self, request: HttpRequest, obj: Connection, post_url_continue: str | None = None) -> HttpResponse:
        """Go on to the page where the address and the secrets are asked for."""
        if obj.kind == "hub":
            response: HttpResponse = super().response_add(request, obj, post_url_continue)
            return response
        self.message_user(request, f"{obj.name} is added. Now give its address and secrets, then check it.")
        return redirect("admin:mdm_connection_change", obj.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        past = Access.history.filter(connection=object_id).select_related("history_user")[:100]
        told = [(newer, list(_edits(older, newer))) for newer, older in pairwise([*past, None])]
        response: HttpResponse = super().history_view(request, object_id, {**(extra_context or {}), "access": told})
        return response

    @admin.display(description="Works")
    def works(self, obj: Connection) -> str:
        if obj.kind == "hub":
            return "the hub itself"
        return state_of(obj.access) if hasattr(obj, "access") else "No access yet: open it and give its address."

    @admin.display(description="Last pull", ordering="pulled")
    def last_pull(self, obj: Connection) -> Any:
        return obj.pulled  # type: ignore[attr-defined]

    @admin.action(description="Check connection", permissions=["change"])
    def check_connection(self, request: HttpRequest, queryset: Rows) -> None:
        for connection in queryset:
            self._check(request, connection, "")

    @admin.action(description="Check connection and ask for change notices", permissions=["change"])
    def subscribe(self, request: HttpRequest, queryset: Rows) -> None:
        for connection in queryset:
            address = reverse("connectors:webhook", args=[connection.code])
            self._check(request, connection, request.build_absolute_uri(address))

    def _check(self, request: HttpRequest, connection: Connection, callback: str) -> None:
        try:
            reach.prepare(connection, callback)
        except ConnectorError as error:
            self.message_user(request, f"{connection.name}: {error}", messages.ERROR)
        else:
            self.log_change(request, connection, "Checked.")
            self.message_user(request, f"{connection.name} works.", messages.SUCCESS)


def _edits(older: Any, newer: Any) -> Iterator[str]:
    """What changed between two versions of an access; secrets are in none."""
    for name in ("base_url", "options", "pull_every", "reconcile_every"):
        before, after = (getattr(version, name, None) for version in (older, newer))
        if older is not None and before != after:
            yield f"{name.replace('_', ' ')}: {before} → {after}"


def state_of(access: Access) -> str:
    """Whether a connection works, in a sentence."""
    if access.trouble:
        paused = access.paused_until and access.paused_until > timezone.now()
        return f"{access.trouble}{' It is tried again soon.' if paused else ''}"
    return "Works" if access.prepared_at else "Not checked yet"

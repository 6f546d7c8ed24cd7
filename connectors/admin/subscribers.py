"""Subscribers of signed webhooks, and the notices they are owed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from connectors import callout, notices
from connectors.errors import ConnectorError
from connectors.models import NOTICE_TYPES, Subscriber
from mdm import outbox
from mdm.selectors import feed


class SubscriberForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who is told of what, and where; the address is one the hub may call."""

    url = forms.URLField(
        label="Address", max_length=500, assume_scheme="https", widget=forms.URLInput(attrs={"size": 60})
    )
    types = forms.MultipleChoiceField(
        choices=[(name, name) for name in NOTICE_TYPES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None chosen: all.",
    )

    class Meta:
        model = Subscriber
        fields = ("client", "name", "url", "types", "enabled")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            callout.check(url, private=settings.NOTICES_TO_PRIVATE)
        except ConnectorError as error:
            raise forms.ValidationError(str(error)) from None
        return url


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who is told of changes; a secret is shown once, when it is issued, and kept encrypted."""

    form = SubscriberForm
    list_display = ("name", "client", "url", "enabled", "waiting", "dead", "trouble")
    list_filter = ("enabled",)
    list_select_related = ("client",)
    search_fields = ("name__startswith", "url__startswith")
    ordering = ("name", "pk")
    actions = ("issue_secret",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        counts = {state: Count("notices", filter=Q(notices__state=state)) for state in ("waiting", "dead")}
        rows: QuerySet[Subscriber] = super().get_queryset(request).defer("secret")
        return rows.annotate(**{f"{state}_notices": count for state, count in counts.items()})

    def get_fields(self, request: HttpRequest, obj: Subscriber | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("client", "name", "url", "types")
        return ("client", "name", "url", "types", "enabled", "trouble", "failing_since", "position", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Subscriber | None = None) -> tuple[str, ...]:
        fixed = ("trouble", "failing_since", "position", "created_at")
        # what it may see is what its client sees: another client would be another subscriber
        return fixed if obj is None else ("client", *fixed)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "client":
            kwargs["queryset"] = db_field.related_model._default_manager.filter(kind="client").order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:
        if not change:
            outbox.number()  # what happened until now has its place
            obj.position = feed.last()
            obj.secret = {"secret": notices.new_secret()}
        super().save_model(request, obj, form, change)
        if change and "enabled" in form.changed_data and obj.enabled:
            notices.turn_on(obj)

    def response_add(self, request: HttpRequest, obj: Subscriber, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret this once."""
        return self._shown(request, obj, "A new subscriber")

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    @admin.action(description="Issue a new secret (the old one stops working)", permissions=["issue"])
    def issue_secret(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse | None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one subscriber.", messages.ERROR)
            return None
        row = queryset.get()
        row.secret = {"secret": notices.new_secret()}
        row.save(update_fields=["secret"])
        self.log_change(request, row, "Issued a new secret.")
        return self._shown(request, row, "A new secret")

    def _shown(self, request: HttpRequest, row: Subscriber, title: str) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "row": row, "title": title}
        context["secret"] = row.secret["secret"]
        response = TemplateResponse(request, "admin/connectors/subscriber_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description="Waiting")
    def waiting(self, obj: Subscriber) -> int:
        return int(obj.waiting_notices)  # type: ignore[attr-defined]

    @admin.display(description="Given up")
    def dead(self, obj: Subscriber) -> int:
        return int(obj.dead_notices)  # type: ignore[attr-defined]

"""Tokens of people for the API: each issues their own, and who manages actors may end anybody's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from mdm import access
from mdm.admin.readonly import ReadOnly
from mdm.api.common import auth
from mdm.models import PersonalToken
from mdm.models.actors import SCOPES

LONGEST = 366  # days


class IssueForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new token is for, what it may do, and for how long."""

    may: frozenset[str] = frozenset()  # what the person's own rights reach to
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=list(SCOPES.items()))
    days = forms.IntegerField(min_value=1, max_value=LONGEST, initial=90, help_text="It ends by itself after so many.")

    class Meta:
        model = PersonalToken
        fields = ("name",)

    def clean_scopes(self) -> str:
        asked = self.cleaned_data["scopes"]
        beyond = [scope for scope in asked if scope not in self.may]
        if beyond:
            raise forms.ValidationError(f"You may not {', '.join(beyond)} yourself. Ask an admin for the right.")
        return " ".join(asked)


@admin.register(PersonalToken)
class PersonalTokenAdmin(ReadOnly):
    """Tokens that let a person's own programs in; a token is shown once, and only its digest is kept."""

    list_display = ("name", "actor", "scopes", "state", "created_at", "expires_at", "revoked_at")
    list_select_related = ("actor",)
    search_fields = ("name__startswith", "actor__name__startswith")
    ordering = ("-pk",)
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonalToken]:
        rows: QuerySet[PersonalToken] = super().get_queryset(request)
        everybody = request.user.has_perm("mdm.change_actor")
        return rows if everybody else rows.filter(actor__user=request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    def get_fields(self, request: HttpRequest, obj: PersonalToken | None = None) -> tuple[str, ...]:
        return ("name", "scopes", "days") if obj is None else self.list_display

    def get_readonly_fields(self, request: HttpRequest, obj: PersonalToken | None = None) -> tuple[str, ...]:
        return () if obj is None else self.list_display

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        return type("IssueForm", (IssueForm,), {"may": auth.allowed(request.user)})

    def save_model(self, request: HttpRequest, obj: PersonalToken, form: Any, change: bool) -> None:
        given = form.cleaned_data
        row, token = PersonalToken.issue(
            access.of_user(request.user),
            name=given["name"],
            scopes=given["scopes"],
            expires_at=timezone.now() + timedelta(days=given["days"]),
        )
        obj.pk, obj.actor, obj.scopes, obj.expires_at = row.pk, row.actor, row.scopes, row.expires_at
        request._token = token  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: PersonalToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the token this once."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "row": obj, "title": "A new token"}
        context["token"] = request._token  # type: ignore[attr-defined]
        response = TemplateResponse(request, "admin/mdm/personaltoken/token.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description="State")
    def state(self, obj: PersonalToken) -> str:
        if obj.revoked_at:
            return "revoked"
        return "works" if obj.expires_at > timezone.now() else "ended"

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[PersonalToken]) -> None:
        ended = [row for row in queryset if row.revoke()]
        for row in ended:
            self.log_change(request, row, "Revoked.")
        auth.forget()
        count = len(ended)
        self.message_user(request, f"{count} token{'' if count == 1 else 's'} revoked.", messages.SUCCESS)

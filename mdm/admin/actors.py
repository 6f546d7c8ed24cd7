"""Who acts: people, connections and the machine come by themselves; API clients are made here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from mdm.admin.readonly import ReadOnly
from mdm.models import Actor


@admin.register(Actor)
class ActorAdmin(ReadOnly):
    """Actors; a client's token is shown once, when it is issued, and only its digest is kept."""

    list_display = ("name", "kind", "user", "region", "has_token")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("name__startswith",)
    ordering = ("kind", "name")
    actions = ("issue_token", "revoke_token")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change")

    def get_fields(self, request: HttpRequest, obj: Actor | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "region")
        return ("name", "kind", "user", "region", "has_token")

    def get_readonly_fields(self, request: HttpRequest, obj: Actor | None = None) -> tuple[str, ...]:
        fixed = ("kind", "user", "has_token")
        # people are named by their account, connections and the machine by what they are
        return fixed if obj is None or obj.kind == Actor.Kind.CLIENT else ("name", *fixed)

    def save_model(self, request: HttpRequest, obj: Actor, form: Any, change: bool) -> None:
        if not change:
            obj.kind = Actor.Kind.CLIENT
        super().save_model(request, obj, form, change)

    @admin.display(description="API token", boolean=True)
    def has_token(self, obj: Actor) -> bool:
        return bool(obj.token_digest)

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    @admin.action(description="Issue a new token (the old one stops working)", permissions=["issue"])
    def issue_token(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse | None:
        clients = queryset.filter(kind=Actor.Kind.CLIENT)
        if clients.count() != 1 or queryset.count() != 1:
            self.message_user(request, "Choose one API client: only clients have tokens.", messages.ERROR)
            return None
        client = clients.get()
        token = client.issue_token()
        self.log_change(request, client, "Issued a new token.")
        context = {**self.admin_site.each_context(request), "opts": self.opts, "client": client, "token": token}
        response = TemplateResponse(request, "admin/mdm/actor/token.html", {**context, "title": "A new token"})
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke the token", permissions=["issue"])
    def revoke_token(self, request: HttpRequest, queryset: QuerySet[Actor]) -> None:
        holders = queryset.exclude(token_digest="")
        for client in holders:
            self.log_change(request, client, "Revoked the token.")
        count = holders.update(token_digest="")
        self.message_user(request, f"{count} token{'' if count == 1 else 's'} revoked.", messages.SUCCESS)

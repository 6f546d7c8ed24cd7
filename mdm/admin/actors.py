"""Who acts: people, connections and the machine come by themselves; API clients are made here."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from mdm.admin.readonly import ReadOnly
from mdm.api.common import auth
from mdm.models import Actor

for model in apps.get_app_config("oauth2_provider").get_models():
    # credentials are issued here, to a client; loose applications and tokens would belong to nobody
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Actor)
class ActorAdmin(ReadOnly):
    """Actors; a client's token or secret is shown once, when it is issued, and only its digest is kept."""

    list_display = ("name", "kind", "user", "region", "scopes", "connection", "has_token", "has_credentials")
    list_filter = ("kind",)
    list_select_related = ("user", "connection", "application")
    search_fields = ("name__startswith",)
    ordering = ("kind", "name")
    actions = ("issue_credentials", "issue_token", "revoke")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change")

    def get_fields(self, request: HttpRequest, obj: Actor | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "region", "scopes", "connection")
        if obj.kind == Actor.Kind.CLIENT:
            return ("name", "kind", "region", "scopes", "connection", "has_token", "has_credentials")
        return ("name", "kind", "user", "region")

    def get_readonly_fields(self, request: HttpRequest, obj: Actor | None = None) -> tuple[str, ...]:
        fixed = ("kind", "user", "has_token", "has_credentials")
        # people are named by their account, connections and the machine by what they are
        return fixed if obj is None or obj.kind == Actor.Kind.CLIENT else ("name", *fixed)

    def save_model(self, request: HttpRequest, obj: Actor, form: Any, change: bool) -> None:
        if not change:
            obj.kind = Actor.Kind.CLIENT
        super().save_model(request, obj, form, change)
        auth.forget()

    @admin.display(description="OAuth2", boolean=True)
    def has_credentials(self, obj: Actor) -> bool:
        return obj.application_id is not None

    @admin.display(description="Standing token", boolean=True)
    def has_token(self, obj: Actor) -> bool:
        return bool(obj.token_digest)

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    @admin.action(description="Issue OAuth2 credentials (the old ones stop working)", permissions=["issue"])
    def issue_credentials(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse | None:
        client = self._one_client(request, queryset)
        if client is None:
            return None
        client_id, secret = client.issue_credentials()
        self.log_change(request, client, "Issued new OAuth2 credentials.")
        return self._shown(request, client, {"client_id": client_id, "client_secret": secret}, "New credentials")

    @admin.action(description="Issue a standing token (the old one stops working)", permissions=["issue"])
    def issue_token(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse | None:
        client = self._one_client(request, queryset)
        if client is None:
            return None
        token = client.issue_token()
        self.log_change(request, client, "Issued a new token.")
        return self._shown(request, client, {"token": token}, "A new token")

    def _one_client(self, request: HttpRequest, queryset: QuerySet[Actor]) -> Actor | None:
        clients = queryset.filter(kind=Actor.Kind.CLIENT)
        if clients.count() != 1 or queryset.count() != 1:
            self.message_user(request, "Choose one API client: only clients have tokens.", messages.ERROR)
            return None
        return clients.get()

    def _shown(self, request: HttpRequest, client: Actor, told: dict[str, str], title: str) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "client": client, **told}
        response = TemplateResponse(request, "admin/mdm/actor/token.html", {**context, "title": title})
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke token and credentials", permissions=["issue"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Actor]) -> None:
        holders = [row for row in queryset.filter(kind=Actor.Kind.CLIENT) if row.revoke()]
        for client in holders:
            self.log_change(request, client, "Revoked token and credentials.")
        auth.forget()
        count = len(holders)
        self.message_user(request, f"{count} client{'' if count == 1 else 's'} shut out.", messages.SUCCESS)

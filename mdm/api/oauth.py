"""OAuth2: client credentials only. A client may ask for the scopes its actor has, and for no more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import RevokeTokenView, TokenView

from mdm.api.common import auth, problems, throttle
from mdm.models import Actor
from mdm.models.actors import SCOPES

TRIES = 60  # a minute and address: a secret is not to be guessed, and checking one costs time


class ClientScopes(BaseScopes):  # type: ignore[misc]
    """The scopes of the actor an application belongs to; none for an application without one."""

    def get_all_scopes(self) -> dict[str, str]:
        return SCOPES

    def get_available_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        actor = Actor.objects.filter(application=application).first() if application else None
        return actor.scopes.split() if actor else []

    def get_default_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return self.get_available_scopes(application)


@csrf_exempt  # clients sign in with their secret
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """An access token for client credentials (RFC 6749, section 4.4)."""
    return _limited(request, TokenView.as_view())


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke an access token (RFC 7009)."""
    answer = _limited(request, RevokeTokenView.as_view())
    auth.forget()
    return answer


def _limited(request: HttpRequest, view: Any) -> HttpResponse:
    try:
        throttle.take(f"oauth:{request.META.get('REMOTE_ADDR', '')}", TRIES)
    except problems.Problem as problem:
        return problems.told(problem)
    answer: HttpResponse = view(request)
    return answer


app_name = "oauth"
urlpatterns: list[URLPattern | URLResolver] = [
    path("token", token, name="token"),
    path("revoke", revoke, name="revoke"),
]

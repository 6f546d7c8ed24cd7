"""Who calls, and what they may: bearer tokens of OAuth2 clients, of people, and standing ones of clients.

Callers are kept in memory for API_TOKEN_CACHE_SECONDS by the digest of their token, so that a read costs no query for
them; a token that was revoked, or a scope that was taken away, works at most that long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from ninja.security.base import AuthBase
from oauth2_provider.models import get_access_token_model

from mdm.access import Viewer
from mdm.api.common import problems, throttle
from mdm.api.common.problems import Problem
from mdm.models import Actor, PersonalToken
from mdm.models.actors import SCOPES, digest

MOST = 10_000  # callers kept
# What a person must be allowed in the hub for a scope of a personal token to count.
PERMISSIONS = {
    "read": "mdm.view_customer",
    "write": "mdm.change_sourcerecord",
    "steward": "mdm.change_case",
    "admin": "mdm.change_ruleset",
}
SIGN_IN = "Send a token: Authorization: Bearer <token>. Clients get one from /oauth/token, people under their name."


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A client or a person behind a token."""

    actor_id: int
    name: str
    region: str
    scopes: frozenset[str]
    connection: str

    @property
    def viewer(self) -> Viewer:
        return Viewer(user=None, region=self.region)

    @property
    def actor(self) -> Actor:
        return Actor.objects.get(pk=self.actor_id)


_known: dict[str, tuple[float, Caller]] = {}


def forget() -> None:
    """Read every caller from the database again."""
    _known.clear()


def caller(request: HttpRequest) -> Caller | None:
    """Who sent this request; None without a token that works."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    key = digest(token.strip())
    kept = _known.get(key)
    if kept is not None and kept[0] > monotonic():
        return kept[1]
    _known.pop(key, None)
    found, ends = _read(key)
    if found is not None:
        if len(_known) >= MOST:
            _known.clear()
        left = (ends - timezone.now()).total_seconds() if ends else settings.API_TOKEN_CACHE_SECONDS
        _known[key] = (monotonic() + min(left, settings.API_TOKEN_CACHE_SECONDS), found)
    return found


def _read(key: str) -> tuple[Caller | None, datetime | None]:
    """The caller of a token by its digest, and when the token ends."""
    now = timezone.now()
    issued = get_access_token_model().objects.filter(token_checksum=key, expires__gt=now)
    token = issued.exclude(application__actor=None).select_related("application__actor__connection").first()
    if token is not None:
        actor = token.application.actor
        return _client(actor, token.scope), token.expires
    theirs = PersonalToken.objects.filter(digest=key, expires_at__gt=now, revoked_at=None)
    personal = theirs.select_related("actor__user").first()
    if personal is not None:
        return _person(personal), personal.expires_at
    standing = Actor.objects.filter(kind=Actor.Kind.CLIENT, token_digest=key).select_related("connection").first()
    return (_client(standing, standing.scopes) if standing else None), None


def _client(actor: Actor, asked: str) -> Caller:
    return Caller(
        actor_id=actor.pk,
        name=actor.name,
        region=actor.region,
        scopes=frozenset(asked.split()) & frozenset(actor.scopes.split()),
        connection=actor.connection.code if actor.connection and actor.connection.enabled else "",
    )


def _person(token: PersonalToken) -> Caller | None:
    user = token.actor.user
    if user is None or not user.is_active:
        return None
    return Caller(
        actor_id=token.actor_id,
        name=token.actor.name,
        region=token.actor.region,
        scopes=frozenset(token.scopes.split()) & allowed(user),
        connection="",
    )


def allowed(user: AbstractBaseUser | AnonymousUser) -> frozenset[str]:
    """The scopes a person's own rights reach to."""
    return frozenset(name for name in SCOPES if user.has_perm(PERMISSIONS[name]))  # type: ignore[union-attr]


class Token(AuthBase):
    """Lets callers in whose token has a scope; `whole_hub` only those who see all regions."""

    openapi_type = "oauth2"
    openapi_flows = {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": SCOPES}}

    def __init__(self, scope: str, *, whole_hub: bool = False) -> None:
        self.scope, self.whole_hub = scope, whole_hub
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        return self.check(request)

    def check(self, request: HttpRequest) -> Caller:
        """The caller; raises Problem 401, 403, 404 or 429."""
        found = caller(request)
        if found is None:
            raise Problem(401, "Not signed in", SIGN_IN, headers={"WWW-Authenticate": 'Bearer realm="goldenrod"'})
        throttle.take(found.actor_id)
        if self.scope not in found.scopes:
            challenge = f'Bearer error="insufficient_scope", scope="{self.scope}"'
            sentence = f"This needs the scope {self.scope}; ask an admin for it, then get a new token."
            raise Problem(403, "Not allowed", sentence, headers={"WWW-Authenticate": challenge})
        if self.whole_hub and found.region:
            raise problems.missing("resource")
        return found


def of(request: HttpRequest) -> Caller:
    """The caller of a request that was let in."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found


def token_only(
    scope: str, *, whole_hub: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only callers with this scope into a plain view, which finds them as `request.auth`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        door = Token(scope, whole_hub=whole_hub)

        @csrf_exempt  # a token is nothing browsers send by themselves
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                request.auth = door.check(request)  # type: ignore[attr-defined]
            except Problem as problem:
                return problems.told(problem)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate

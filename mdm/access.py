"""Who may do what: actors, and the scope of a viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from mdm.models import Actor, Customer
from mdm.models.actors import digest

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks. Where a region is set, only golden records of that region exist for this viewer."""

    user: Any
    region: str = ""

    def customers(self) -> QuerySet[Customer]:
        """The golden customers this viewer may see."""
        return Customer.objects.filter(self.seen())

    def seen(self, *paths: str) -> Q:
        """The condition that a golden customer is seen; `paths` lead there (`golden__customer`), any one suffices."""
        if not self.region:
            return Q()
        names = [f"{path}__region" for path in paths] or ["region"]
        return Q(*((name, self.region) for name in names), _connector=Q.OR)


def viewer(user: Any) -> Viewer:
    """The viewer a signed-in user is: scoped by the region of their actor, if that has one."""
    region = Actor.objects.filter(user=user).values_list("region", flat=True).first()
    return Viewer(user=user, region=region or "")


def machine() -> Actor:
    """The hub itself."""
    return Actor.objects.get_or_create(kind=Actor.Kind.MACHINE, name="goldenrod")[0]


def of_user(user: Any) -> Actor:
    """The actor of a signed-in user."""
    return Actor.objects.get_or_create(kind=Actor.Kind.USER, name=user.get_username(), defaults={"user": user})[0]


def of_token(token: str) -> Actor | None:
    """The API client with this token; None if there is none."""
    return Actor.objects.filter(kind=Actor.Kind.CLIENT, token_digest=digest(token)).first() if token else None


def problem(status: int, title: str, detail: str) -> JsonResponse:
    """An error in the form of RFC 9457."""
    body = {"status": status, "title": title, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def client_only(view: View) -> View:
    """Let only known API clients in; the view finds the actor as `request.actor`."""

    @csrf_exempt  # authenticated by a token that browsers do not send by themselves
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        actor = of_token(token.strip()) if scheme.lower() == "bearer" else None
        if actor is None:
            response = problem(401, "Not signed in", "Send a client's token: Authorization: Bearer <token>.")
            response["WWW-Authenticate"] = "Bearer"
            return response
        request.actor = actor  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return wrapped

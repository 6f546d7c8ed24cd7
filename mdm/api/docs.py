"""The docs page: Swagger UI from ninja's own package, without a script or style in the page itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja.openapi.docs import DocsBase

from mdm.api.common import auth, problems


class Page(DocsBase):
    """Swagger UI under a strict Content-Security-Policy."""

    def render_page(self, request: HttpRequest, api: Any, **kwargs: Any) -> HttpResponse:
        """The page; it reads the description by itself."""
        told = {
            "url": self.get_openapi_url(api, kwargs),
            "layout": "BaseLayout",
            "deepLinking": False,  # else each operation is a link inside a button
            "syntaxHighlight": False,  # its colours are too pale to read
            "validatorUrl": None,  # else it would ask a service of its maker
            "persistAuthorization": False,
        }
        return render(request, "api/docs.html", {"told": told, "title": api.title})


def known_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let people who are signed in and callers with a token see the description."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated or auth.caller(request) is not None:
            return view(request, *args, **kwargs)
        if request.path.endswith("/docs"):
            return redirect_to_login(request.get_full_path())
        refusal = problems.Problem(401, "Not signed in", auth.SIGN_IN, headers={"WWW-Authenticate": "Bearer"})
        return problems.told(refusal)

    return wrapped

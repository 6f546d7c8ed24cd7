"""What every page of the desk shows around its own: counts of what waits, beside each link of the navigation."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from connectors import selectors as traffic
from mdm import access
from mdm.selectors.listing import MANY

FRESH = 5  # seconds for which the counts stand


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of all templates; nothing is read before a template asks for it."""
    return {"nav": SimpleLazyObject(lambda: counts(request))}


def counts(request: HttpRequest) -> dict[str, str]:
    """Open cases, open proposals and what is wrong with the traffic, as told beside a link: "7", "99+", "" for none."""
    viewer = access.of_request(request)
    found = cache.get_or_set(f"shell.{viewer.region}", lambda: traffic.waiting(viewer), FRESH) or {}
    return {name: _told(found.get(name, 0)) for name in ("cases", "proposals", "dead")}


def _told(count: int) -> str:
    return f"{MANY - 1}+" if count >= MANY else str(count or "")

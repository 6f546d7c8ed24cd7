"""Golden records over time: the change feed, versions, as-of, and why they are what they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from mdm import outbox
from mdm.api import schemas
from mdm.api.common import answers, auth, pages
from mdm.api.common.auth import Token
from mdm.api.common.problems import Problem, missing
from mdm.api.records import found
from mdm.models import Customer
from mdm.selectors import explain, feed, past

router = Router(auth=Token("read"))


@router.get("changes", response=schemas.ChangesPage, tags=["changes"])
def changes(request: HttpRequest, page: Query[pages.Page]) -> HttpResponse:
    """What happened to golden records and relations, in an order that never changes; ask again with `next`.

    `next` is always there: keep it, and the following call tells what came since. Each change is told at least once.
    """
    outbox.number()
    items, last, more = feed.changes(auth.of(request).viewer, pages.place("changes", page.cursor), page.limit)
    return answers.json({"items": items, "next": pages.mark("changes", last), "more": more})


@router.get("customers/{id}/versions", response=schemas.listing(schemas.VersionOut), tags=["golden records"])
def versions(request: HttpRequest, id: UUID, page: Query[pages.Page]) -> HttpResponse:
    """Every version of a golden customer, oldest first; of a merged one those up to its merge."""
    items, following = past.versions(_exactly(request, id), pages.place("versions", page.cursor), page.limit)
    return answers.json({"items": items, "next": pages.mark("versions", following) if following else None})


@router.get("customers/{id}/as-of", response=schemas.AsOfOut, tags=["golden records"])
def as_of(request: HttpRequest, id: UUID, at: datetime) -> HttpResponse:
    """A golden customer as it was at a time, by what the hub knew then; of a merged one what it was itself."""
    if at.tzinfo is None:
        raise Problem(422, "Not as described", "`at` needs its time zone, for example 2026-01-31T12:00:00Z.")
    told = past.as_of(_exactly(request, id), at)
    if told is None:
        raise Problem(404, "Not there yet", "At that time the hub did not know this golden customer.")
    return answers.tagged(request, told)


@router.get("customers/{id}/explain", response=schemas.ExplainedOut, tags=["golden records"])
def explained(request: HttpRequest, id: UUID) -> HttpResponse:
    """Why each value is what it is and what the other records say; why these records are one."""
    return answers.json(explain.customer(found(request, id)))


def _exactly(request: HttpRequest, id: UUID) -> Customer:
    row = past.of(auth.of(request).viewer, id)
    if row is None:
        raise missing("golden customer")
    return row

"""Golden records over time: the change feed, versions, as-of, and why they are what they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from mdm import outbox
from mdm.api import schemas
from mdm.api.common import answers, auth, pages
from mdm.api.common.auth import Token
from mdm.api.common.problems import Problem, missing
from mdm.api.records import found
from mdm.models import GoldenValues
from mdm.selectors import explain, feed, past, sides, whynot

router = Router(auth=Token("read"))
MEANT = "A golden id, or a source record as `connection:object_type:external_id`."


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
    return _versions(request, "customer", id, page)


@router.get("products/{id}/versions", response=schemas.listing(schemas.VersionOut), tags=["golden records"])
def product_versions(request: HttpRequest, id: UUID, page: Query[pages.Page]) -> HttpResponse:
    """Every version of a golden product, oldest first; of a merged one those up to its merge."""
    return _versions(request, "product", id, page)


@router.get("customers/{id}/as-of", response=schemas.AsOfOut, tags=["golden records"])
def as_of(request: HttpRequest, id: UUID, at: datetime) -> HttpResponse:
    """A golden customer as it was at a time, by what the hub knew then; of a merged one what it was itself."""
    return _as_of(request, "customer", id, at)


@router.get("products/{id}/as-of", response=schemas.AsOfOut, tags=["golden records"])
def product_as_of(request: HttpRequest, id: UUID, at: datetime) -> HttpResponse:
    """A golden product as it was at a time, by what the hub knew then; of a merged one what it was itself."""
    return _as_of(request, "product", id, at)


@router.get("customers/{id}/explain", response=schemas.ExplainedOut, tags=["golden records"])
def explained(request: HttpRequest, id: UUID) -> HttpResponse:
    """Why each value is what it is and what the other records say; why these records are one."""
    return answers.json(explain.golden(found(request, "customer", id)))


@router.get("products/{id}/explain", response=schemas.ExplainedOut, tags=["golden records"])
def product_explained(request: HttpRequest, id: UUID) -> HttpResponse:
    """Why each value is what it is and what the other records say; why these records are one."""
    return answers.json(explain.golden(found(request, "product", id)))


class Two(Schema):
    """The two that are asked about."""

    first: str = Field(min_length=1, max_length=400, description=MEANT)
    second: str = Field(min_length=1, max_length=400, description=MEANT)


@router.get("why", response=schemas.WhyNotOut, tags=["golden records"])
def why(request: HttpRequest, two: Query[Two]) -> HttpResponse:
    """Whether two records are one; if so how they came together, if not why not, and how they compare."""
    viewer = auth.of(request).viewer
    first, second = sides.side(viewer, two.first), sides.side(viewer, two.second)
    if first is None or second is None:
        raise missing("record")
    return answers.json(whynot.told(first, second))


def _versions(request: HttpRequest, entity: str, id: UUID, page: pages.Page) -> HttpResponse:
    row = _exactly(request, entity, id)
    items, following = past.versions(row, pages.place("versions", page.cursor), page.limit)
    return answers.json({"items": items, "next": pages.mark("versions", following) if following else None})


def _as_of(request: HttpRequest, entity: str, id: UUID, at: datetime) -> HttpResponse:
    if at.tzinfo is None:
        raise Problem(422, "Not as described", "`at` needs its time zone, for example 2026-01-31T12:00:00Z.")
    told = past.as_of(_exactly(request, entity, id), at)
    if told is None:
        raise Problem(404, "Not there yet", f"At that time the hub did not know this golden {entity}.")
    return answers.tagged(request, told)


def _exactly(request: HttpRequest, entity: str, id: UUID) -> GoldenValues:
    row = past.of(auth.of(request).viewer, entity, id)
    if row is None:
        raise missing(f"golden {entity}")
    return row

"""Subscribers and the notices they are owed. A client manages its own; an admin of the whole hub all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from connectors import callout, notices
from connectors.errors import Misconfigured, Retriable
from connectors.models import NOTICE_TYPES, Notice, Subscriber
from mdm import outbox
from mdm.api.common import answers, auth, pages
from mdm.api.common.auth import Token
from mdm.api.common.ninja import documented
from mdm.api.common.once import once
from mdm.api.common.problems import Problem, missing
from mdm.api.schemas import listing
from mdm.selectors import feed

router = Router(auth=Token("admin"), tags=["subscribers"])
Type = Literal[NOTICE_TYPES]  # type: ignore[valid-type]


class SubscriberIn(Schema):
    """Who is to be told of what, and where."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    url: Annotated[str, StringConstraints(min_length=1, max_length=500)] = Field(
        description="An https address on the public internet.", examples=["https://example.com/notices"]
    )
    types: list[Type] = Field([], description="Empty: all.", max_length=len(NOTICE_TYPES))


class SubscriberOut(Schema):
    """A subscriber; `trouble` says why it does not get its notices."""

    id: int
    name: str
    url: str
    types: list[str]
    enabled: bool
    position: int
    failing_since: datetime | None
    trouble: str
    created_at: datetime


class SubscriberMade(SubscriberOut):
    """A new subscriber with the secret its notices are signed with, told this once."""

    secret: str


class NoticeOut(Schema):
    """A change owed to a subscriber."""

    id: int
    webhook_id: UUID
    seq: int
    state: Literal["waiting", "done", "dead"]
    attempts: int
    status: int | None
    error: str
    not_before: datetime
    created_at: datetime
    finished_at: datetime | None
    body: dict[str, Any]


class NoticesWanted(pages.Page):
    """Filters of the list of notices."""

    state: Literal["", "waiting", "done", "dead"] = ""


@router.get("subscribers", response=listing(SubscriberOut))
def subscribers(request: HttpRequest, page: Query[pages.Page]) -> HttpResponse:
    """Subscribers, oldest first."""
    return answers.json(pages.listing(_own(request), page, "subscribers", lambda rows: map(_described, rows)))


@router.post(
    "subscribers",
    url_name="subscribers",
    response={201: SubscriberMade},
    openapi_extra=documented({"409": "The address cannot be resolved now"}),
)
@once
def subscribe(request: HttpRequest, given: SubscriberIn) -> HttpResponse:
    """Be told of what changes from now on, by webhooks signed as Standard Webhooks has it."""
    _check(given.url)
    outbox.number()  # what happened until now has its place
    secret = notices.new_secret()
    row = Subscriber.objects.create(
        client_id=auth.of(request).actor_id,
        name=given.name,
        url=given.url,
        types=list(given.types),
        secret={"secret": secret},  # type: ignore[misc]
        position=feed.last(),
    )
    return answers.json({**_described(row), "secret": secret}, 201)


@router.get("subscribers/{int:id}", response=SubscriberOut)
def subscriber(request: HttpRequest, id: pages.Id) -> HttpResponse:
    """One subscriber."""
    return answers.tagged(request, _described(_one(request, id)))


@router.delete("subscribers/{int:id}", url_name="subscriber", response={204: None})
def unsubscribe(request: HttpRequest, id: pages.Id) -> HttpResponse:
    """End a subscription; what it is owed is forgotten."""
    _one(request, id).delete()
    return HttpResponse(status=204)


@router.post("subscribers/{int:id}/enable", response=SubscriberOut)
@once
def enable(request: HttpRequest, id: pages.Id) -> HttpResponse:
    """Turn a subscriber on again; it gets what it missed."""
    notices.turn_on(_one(request, id))
    return answers.json(_described(_one(request, id)))


@router.get("subscribers/{int:id}/notices", response=listing(NoticeOut))
def notices_(request: HttpRequest, id: pages.Id, wanted: Query[NoticesWanted]) -> HttpResponse:
    """What a subscriber was and is to be told, oldest first."""
    rows = _one(request, id).notices.all()
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    return answers.json(pages.listing(rows, wanted, f"notices of {id}", _notices))


@router.post("subscribers/{int:id}/notices/{int:notice}/redeliver", response=NoticeOut)
@once
def redeliver(request: HttpRequest, id: pages.Id, notice: pages.Id) -> HttpResponse:
    """Send a notice again, whatever became of it."""
    rows = _one(request, id).notices.filter(pk=notice)
    row = rows.first()
    if row is None:
        raise missing("notice")
    notices.redeliver(row)
    return answers.json(_notices([rows.get()])[0])


def _own(request: HttpRequest) -> QuerySet[Subscriber]:
    caller = auth.of(request)
    rows = Subscriber.objects.all()
    return rows.filter(client=caller.actor_id) if caller.region else rows


def _one(request: HttpRequest, id: int) -> Subscriber:
    row = _own(request).filter(pk=id).first()
    if row is None:
        raise missing("subscriber")
    return row


def _check(url: str) -> None:
    try:
        callout.check(url, private=settings.NOTICES_TO_PRIVATE)
    except Misconfigured as error:
        raise Problem(422, "Bad address", str(error), errors=[{"where": "body.url", "what": str(error)}]) from None
    except Retriable as error:
        raise Problem(409, "Unknown address", f"{error} Send this again when it can.") from None


def _described(row: Subscriber) -> dict[str, Any]:
    return {name: getattr(row, "pk" if name == "id" else name) for name in SubscriberOut.model_fields}


def _notices(rows: Sequence[Notice]) -> list[dict[str, Any]]:
    names = {name: name for name in NoticeOut.model_fields} | {"id": "pk", "webhook_id": "uid"}
    return [{name: getattr(row, path) for name, path in names.items()} for row in rows]

"""The rooms of the REST API that tell of the traffic between the hub and its systems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from connectors import inbound, outbound, selectors
from connectors.models import Access, Cursor, Delivery, InboundMessage
from mdm import outbox
from mdm.api.common import answers, auth, pages, problems
from mdm.api.common.auth import Token
from mdm.api.common.once import once
from mdm.api.schemas import listing
from mdm.entities import MASTERED
from mdm.selectors import golden

router = Router(auth=Token("read"), tags=["traffic"])


class TrafficOut(Schema):
    """What waits, what died, how many writes were made; quiet when nothing is under way anywhere."""

    inbox: dict[str, int]
    outbox: int
    deliveries: dict[str, int]
    pushes: dict[str, int]
    pulled_at: dict[str, dict[str, datetime | None]]
    troubles: dict[str, str]
    quiet: bool
    at: datetime


class DeliveryOut(Schema):
    """One operation owed to one slot."""

    id: int
    connection: str
    object_type: str
    subject_type: str
    subject: UUID | None = Field(description="The golden record or relation it is about.")
    operation: str
    state: str
    attempts: int
    pushes: int
    reason: str
    error: str
    not_before: datetime
    created_at: datetime
    finished_at: datetime | None
    correlation_ids: list[str]


class DeadLetterOut(Schema):
    """A message that cannot be processed, or a delivery that cannot be made."""

    kind: Literal["inbound", "outbound"]
    id: int
    connection: str
    object_type: str
    subject: str = Field(description="Inbound: the id in the system. Outbound: type and id of what was to be written.")
    stage: str
    reason: str
    error: str
    body: dict[str, Any]


class DeliveriesWanted(pages.Page):
    """Filters of the list of deliveries."""

    state: Literal["", "waiting", "sending", "done", "dead"] = ""
    connection: str = Field("", max_length=40)
    subject: UUID | None = Field(None, description="A golden record.")


def is_quiet() -> bool:
    """Whether nothing is under way anywhere; looks no further than the first thing found."""
    open_ = (Delivery.State.WAITING, Delivery.State.SENDING)
    return not (
        Delivery.objects.filter(state__in=open_).exists()
        or InboundMessage.objects.filter(state=InboundMessage.State.WAITING).exists()
        or outbox.waiting()
    )


def state_of_traffic() -> dict[str, object]:
    """What waits, what died, how many writes were made; quiet when nothing is under way anywhere."""
    inbox = dict(InboundMessage.objects.values_list("state").annotate(n=Count("pk")))
    deliveries = dict(Delivery.objects.values_list("state").annotate(n=Count("pk")))
    waiting = outbox.waiting()
    pushes = Delivery.objects.values_list("connection__code").annotate(n=Sum("pushes"))
    busy = inbox.get("waiting", 0) + waiting + deliveries.get("waiting", 0) + deliveries.get("sending", 0)
    return {
        "inbox": inbox,
        "outbox": waiting,
        "deliveries": deliveries,
        "pushes": {code: number for code, number in pushes if number},
        "pulled_at": _pulled_at(),
        "troubles": {row.connection.code: row.trouble for row in Access.objects.exclude(trouble="")},
        "quiet": busy == 0,
        "at": timezone.now(),
    }


def _pulled_at() -> dict[str, dict[str, datetime | None]]:
    """When each object type of each connection was last read, in the order they are read."""
    pulls: dict[str, dict[str, datetime | None]] = defaultdict(dict)
    for row in Cursor.objects.select_related("connection").order_by("pk"):
        pulls[row.connection.code][row.object_type] = row.pulled_at
    return pulls


@router.get("traffic", response=TrafficOut, auth=Token("read", whole_hub=True))
def traffic(request: HttpRequest) -> HttpResponse:
    """The state of the traffic now; for callers who see the whole hub."""
    return answers.json(state_of_traffic())


@router.get("deliveries", response=listing(DeliveryOut))
def deliveries(request: HttpRequest, wanted: Query[DeliveriesWanted]) -> HttpResponse:
    """Deliveries of what the caller sees, oldest first."""
    viewer = auth.of(request).viewer
    rows = selectors.seen_deliveries(viewer)
    given = {"state": wanted.state, "connection__code": wanted.connection}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if wanted.subject:
        pk = golden.survivor(wanted.subject)
        rows = rows.filter(subject_type__in=MASTERED, subject_id=pk or 0)
    return answers.json(pages.listing(rows, wanted, "deliveries", _deliveries))


@router.get("deliveries/{int:id}", response=DeliveryOut)
def delivery(request: HttpRequest, id: pages.Id) -> HttpResponse:
    """One delivery."""
    row = selectors.seen_deliveries(auth.of(request).viewer).filter(pk=id).first()
    if row is None:
        raise problems.missing("delivery")
    return answers.tagged(request, _deliveries([row])[0])


@router.get("dead-letters", response=listing(DeadLetterOut))
def dead_letters(request: HttpRequest, page: Query[pages.Page]) -> HttpResponse:
    """What cannot be processed or delivered now, with the sentence that says why: inbound ones, then outbound ones."""
    place = pages.place("dead-letters", page.cursor)
    viewer = auth.of(request).viewer
    read = selectors.dead(viewer, after=place >> 1, outbound=bool(place & 1), limit=page.limit + 1)
    more, read = len(read) > page.limit, read[: page.limit]
    following = None
    if more:
        last = read[-1]
        following = pages.mark("dead-letters", last.pk << 1 | isinstance(last, Delivery))
    return answers.json({"items": _letters(read), "next": following})


class ReplayedOut(Schema):
    """A dead letter that is taken up again."""

    kind: Literal["inbound", "outbound"]
    id: int
    state: Literal["waiting"]


@router.post("dead-letters/{kind}/{int:id}/replay", response=ReplayedOut, auth=Token("steward"))
@once
def replay(request: HttpRequest, kind: Annotated[Literal["inbound", "outbound"], Path()], id: pages.Id) -> HttpResponse:
    """Take a dead letter up again, once its cause was mended; it is processed in the background."""
    model = Delivery if kind == "outbound" else InboundMessage
    first = selectors.dead(auth.of(request).viewer, after=id - 1, outbound=kind == "outbound", limit=1)
    if not any(isinstance(row, model) and row.pk == id for row in first):
        raise problems.missing("dead letter")
    (outbound.replay if kind == "outbound" else inbound.replay)([id])
    return answers.json({"kind": kind, "id": id, "state": "waiting"})


def _deliveries(rows: Sequence[Delivery]) -> list[dict[str, Any]]:
    uids = golden.uids((row.subject_type, row.subject_id) for row in rows)
    plain = [name for name in DeliveryOut.model_fields if name not in ("id", "connection", "subject")]
    return [
        {
            "id": row.pk,
            "connection": row.connection.code,
            "subject": uids.get((row.subject_type, row.subject_id)),
            **{name: getattr(row, name) for name in plain},
        }
        for row in rows
    ]


def _letters(rows: Sequence[InboundMessage | Delivery]) -> list[dict[str, Any]]:
    codes = selectors.codes()
    return [_outbound(row) if isinstance(row, Delivery) else _inbound(row, codes) for row in rows]


def _inbound(row: InboundMessage, codes: dict[int, str]) -> dict[str, Any]:
    return {
        "kind": "inbound",
        "id": row.pk,
        "connection": codes.get(row.connection_id, ""),
        "object_type": row.object_type,
        "subject": row.external_id,
        "stage": row.stage,
        "reason": "",
        "error": row.error,
        "body": row.body,
    }


def _outbound(row: Delivery) -> dict[str, Any]:
    return {
        "kind": "outbound",
        "id": row.pk,
        "connection": row.connection.code,
        "object_type": row.object_type,
        "subject": f"{row.subject_type} {row.subject_id}",
        "stage": "",
        "reason": row.reason,
        "error": row.error,
        "body": {},
    }

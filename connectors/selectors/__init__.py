"""Reads of the traffic for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet, Value

from connectors.models import Access, Delivery, InboundMessage
from mdm.access import Viewer
from mdm.entities import MASTERED
from mdm.models.systems import Connection
from mdm.selectors import golden, listing


def deliveries(golden: int, relations: Collection[int] | QuerySet[Any], limit: int = 30) -> list[Delivery]:
    """The newest deliveries of a golden record the viewer sees, and of its relations; those not done come first.

    Looks that found nothing to write are left out.
    """
    mine = Q(subject_type__in=MASTERED, subject_id=golden)
    ties = Q(subject_type="relation", subject_id__in=relations)
    rows = Delivery.objects.filter(mine | ties).exclude(state=Delivery.State.DONE, pushes=0)
    newest = list(rows.select_related("connection").order_by("-pk")[:limit])
    return sorted(newest, key=lambda row: row.state == Delivery.State.DONE)


def waiting(viewer: Viewer) -> dict[str, int]:
    """What waits for a person, each counted up to listing.MANY: cases, proposals and, for the whole hub, dead letters.

    One query for all of them.
    """
    first, *others = listing.waiting_marks(viewer)
    if not viewer.region:
        dead = (rows.filter(state="dead").order_by() for rows in (InboundMessage.objects, Delivery.objects))
        others += [rows.values_list(Value("dead"))[: listing.MANY] for rows in dead]
    return dict(Counter(name for (name,) in first.union(*others, all=True)))


def dead_letters(viewer: Viewer) -> dict[str, int]:
    """How many messages and deliveries wait for a person; none are told to a viewer of a single region."""
    if viewer.region:
        return {"inbound": 0, "outbound": 0}
    return {
        "inbound": InboundMessage.objects.filter(state=InboundMessage.State.DEAD).count(),
        "outbound": Delivery.objects.filter(state=Delivery.State.DEAD).count(),
    }


def troubles(viewer: Viewer) -> list[tuple[str, str]]:
    """Connections that do not work now, by name, each with the sentence that says why."""
    if viewer.region:
        return []
    rows = Access.objects.exclude(trouble="").filter(connection__enabled=True).select_related("connection")
    return [(row.connection.name, row.trouble) for row in rows.order_by("connection__name")]


def seen_deliveries(viewer: Viewer) -> QuerySet[Delivery]:
    """Deliveries about golden records and relations the viewer sees."""
    rows = Delivery.objects.select_related("connection")
    if not viewer.region:
        return rows
    seen = Q(subject_type="relation", subject_id__in=golden.relations(viewer).order_by().values("pk"))
    for entity in MASTERED:
        seen |= Q(subject_type=entity, subject_id__in=viewer.goldens(entity).values("pk"))
    return rows.filter(seen)


def dead(viewer: Viewer, *, after: int, outbound: bool, limit: int) -> list[InboundMessage | Delivery]:
    """Dead letters by id, inbound ones before outbound ones, from after an id of one of both on.

    Inbound ones are of no golden record yet, so a viewer of a single region sees none of them.
    """
    found: list[InboundMessage | Delivery] = []
    if not outbound and not viewer.region:
        inbound = InboundMessage.objects.filter(state=InboundMessage.State.DEAD, pk__gt=after)
        found += inbound.order_by("pk")[:limit]
    rows = seen_deliveries(viewer).filter(state=Delivery.State.DEAD, pk__gt=after if outbound else 0)
    return [*found, *rows.order_by("pk")[: limit - len(found)]]


def codes() -> dict[int, str]:
    """The codes of all connections by id."""
    return dict(Connection.objects.values_list("pk", "code"))


def connection(pk: int) -> Connection | None:
    """A connection by id; None where it is gone."""
    return Connection.objects.filter(pk=pk).first()

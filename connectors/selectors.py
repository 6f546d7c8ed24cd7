"""Reads of the traffic for people."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from connectors.models import Access, Delivery, InboundMessage
from mdm.access import Viewer


def deliveries(viewer: Viewer, customer: int, relations: Collection[int], limit: int = 30) -> list[Delivery]:
    """The newest deliveries of a golden customer the viewer sees, and of its relations; those not done come first.

    Looks that found nothing to write are left out.
    """
    mine = Q(subject_type="customer", subject_id=customer)
    ties = Q(subject_type="relation", subject_id__in=list(relations))
    rows = Delivery.objects.filter(mine | ties).exclude(state=Delivery.State.DONE, pushes=0)
    newest = list(rows.select_related("connection").order_by("-pk")[:limit])
    return sorted(newest, key=lambda row: row.state == Delivery.State.DONE)


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

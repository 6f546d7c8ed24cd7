"""JSON faces of the traffic between the hub and its systems."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from connectors.models import Access, Cursor, Delivery, InboundMessage
from mdm import outbox
from mdm.access import client_only

app_name = "connectors-api"


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
        "at": timezone.now().isoformat(),
    }


def _pulled_at() -> dict[str, dict[str, str | None]]:
    """When each object type of each connection was last read, in the order they are read."""
    pulls: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in Cursor.objects.select_related("connection").order_by("pk"):
        pulls[row.connection.code][row.object_type] = row.pulled_at.isoformat() if row.pulled_at else None
    return pulls


@client_only
@require_GET
def traffic(request: HttpRequest) -> HttpResponse:
    """The state of the traffic now."""
    return JsonResponse(state_of_traffic())


@client_only
@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    """What cannot be processed or delivered now, with the sentence that says why; the newest 500 of each."""
    inbound = InboundMessage.objects.filter(state=InboundMessage.State.DEAD).order_by("-pk")[:500]
    outbound = Delivery.objects.filter(state=Delivery.State.DEAD).select_related("connection").order_by("-pk")[:500]
    return JsonResponse(
        {
            "inbound": [
                {
                    "id": row.pk,
                    "object_type": row.object_type,
                    "external_id": row.external_id,
                    "stage": row.stage,
                    "error": row.error,
                    "body": row.body,
                }
                for row in inbound
            ],
            "outbound": [
                {
                    "id": row.pk,
                    "connection": row.connection.code,
                    "object_type": row.object_type,
                    "subject_type": row.subject_type,
                    "subject_id": row.subject_id,
                    "reason": row.reason,
                    "error": row.error,
                }
                for row in outbound
            ],
        }
    )


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/traffic", traffic, name="traffic"),
    path("v1/dead-letters", dead_letters, name="dead-letters"),
]

"""What operators watch, in Prometheus' form: read from the database at each scrape, so all processes tell the same.

What waits or died stands in partial indexes, so a scrape costs the same on a full hub; what must count whole tables is
counted once in five minutes. How long API requests took is counted by each web process
(mdm/api/common/latency.py), so each machine tells its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from connectors.models import Access, Cursor, Delivery, InboundMessage
from mdm import outbox
from mdm.access import Viewer
from mdm.api.common import latency
from mdm.api.common.auth import token_only
from mdm.models.systems import Connection
from mdm.selectors import listing, systems

SELDOM = 300  # seconds
OPEN = ("waiting", "sending", "dead")
Sample = tuple[Sequence[str], float]


@never_cache
@token_only("read", whole_hub=True)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics, for a client of the whole hub; for a client of one region they are not there."""
    registry = CollectorRegistry()
    registry.register(Hub())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


class Hub(Collector):
    """The whole hub at the moment of the scrape; times in seconds."""

    def collect(self) -> Iterator[Metric]:
        now, codes = timezone.now(), dict(Connection.objects.values_list("pk", "code"))
        yield from _inbox(codes, now)
        yield from _deliveries(codes, now)
        yield from _connections(now)
        yield _gauge("outbox_events_waiting", "Events not yet turned into deliveries.", (), [((), outbox.waiting())])
        waiting = listing.waiting(Viewer(user=None))
        yield _gauge("review_waiting", "Waiting for a steward.", ["kind"], [([kind], n) for kind, n in waiting.items()])
        yield from _sizes()
        yield from latency.collected()


def _inbox(codes: dict[int, str], now: datetime) -> Iterator[Metric]:
    waiting = InboundMessage.objects.filter(state="waiting").values_list("connection_id", "fetch")
    rows = list(waiting.annotate(n=Count("pk"), oldest=Min("received_at")).order_by())
    dead = _count(InboundMessage.objects.filter(state="dead"), "connection_id")
    yield _gauge(
        "inbox_messages",
        "Messages that wait to be processed or to be read from their system, and dead letters.",
        ["connection", "state"],
        [
            *(([codes.get(pk, ""), "to_read" if fetch else "waiting"], n) for pk, fetch, n, _ in rows),
            *(([codes.get(pk, ""), "dead"], n) for pk, n in dead.items()),
        ],
    )
    oldest = {pk: min(row[3] for row in rows if row[0] == pk) for pk in {row[0] for row in rows}}
    yield _gauge(
        "inbox_oldest_seconds",
        "Age of the oldest message that waits.",
        ["connection"],
        [([codes.get(pk, "")], (now - at).total_seconds()) for pk, at in oldest.items()],
    )


def _deliveries(codes: dict[int, str], now: datetime) -> Iterator[Metric]:
    states = {state: _count(Delivery.objects.filter(state=state), "connection") for state in OPEN}
    yield _gauge(
        "deliveries",
        "Deliveries that wait, are being sent, or are dead letters.",
        ["connection", "state"],
        [([codes[pk], state], n) for state, found in states.items() for pk, n in found.items()],
    )
    due = Delivery.objects.filter(state="waiting", not_before__lte=now).values_list("connection")
    yield _gauge(
        "deliveries_overdue_seconds",
        "How long the oldest delivery that could go out has been waiting.",
        ["connection"],
        [([codes[pk]], (now - at).total_seconds()) for pk, at in due.annotate(at=Min("not_before")).order_by()],
    )


def _connections(now: datetime) -> Iterator[Metric]:
    read = Cursor.objects.filter(connection__enabled=True)
    pulled = read.values_list("connection__code", "object_type", "pulled_at")
    yield _gauge(
        "pull_age_seconds",
        "Time since an object type was last read to its end.",
        ["connection", "object_type"],
        [([code, kind], (now - at).total_seconds()) for code, kind, at in pulled if at],
    )
    troubled = Access.objects.filter(connection__enabled=True).values_list("connection__code", "trouble")
    yield _gauge(
        "connection_up",
        "1 where the system was last found to work, 0 where something keeps it from working.",
        ["connection"],
        [([code], float(not trouble)) for code, trouble in troubled],
    )


def _sizes() -> Iterator[Metric]:
    sizes = cache.get_or_set("metrics.sizes", systems.sizes, SELDOM) or []
    labels = ["connection", "object_type"]
    yield _gauge("source_records", "Active source records.", labels, [([code, kind], n) for code, kind, n, _ in sizes])
    yield _gauge(
        "source_duplicate_ratio",
        "Share of a system's records that stand beside an older one of the same golden record.",
        labels,
        [([code, kind], 1 - goldens / n) for code, kind, n, goldens in sizes],
    )


def _count(rows: QuerySet[Delivery] | QuerySet[InboundMessage], by: str) -> dict[int, int]:
    return dict(rows.values_list(by).annotate(n=Count("pk")).order_by())


def _gauge(name: str, words: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    family = GaugeMetricFamily(f"goldenrod_{name}", words, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family

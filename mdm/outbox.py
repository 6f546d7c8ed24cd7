"""Events in the transaction of the change; consumers claim them in order. Wake-ups travel by task name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.utils import timezone

from mdm import logs, wakeups
from mdm.models import FeedHead, GoldenRecord, OutboxEvent, bulk

WAKE = "connectors.tasks.fan_out"
# Events that a consumer holds just now get their number next time, instead of being waited for.
_NUMBER = """
WITH waiting AS (
    SELECT id FROM mdm_outboxevent WHERE seq IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
), placed AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM waiting
), numbered AS (
    UPDATE mdm_outboxevent event SET seq = head.last + placed.place
      FROM placed, mdm_feedhead head WHERE event.id = placed.id RETURNING event.id
)
UPDATE mdm_feedhead SET last = last + (SELECT count(*) FROM numbered)
"""


def emit(subjects: Iterable[tuple[str, str, int, str]]) -> None:
    """Record (topic, subject type, subject id, correlation id) events, inside the transaction of the change."""
    events = [
        OutboxEvent(topic=topic, subject_type=kind, subject_id=pk, correlation_id=correlation_id or logs.current())
        for topic, kind, pk, correlation_id in subjects
    ]
    if events:
        bulk.insert(events, ids=False)
        wake(WAKE)


def goldens(
    topics: Mapping[int, str],
    causes: Mapping[int, Iterable[str]] | None = None,
    entities: Mapping[int, str] | None = None,
) -> None:
    """Record a topic for each of these golden records, each as a subject of its own entity.

    `causes`: golden id -> the correlation ids to tell; one event each, so that nothing written later loses its cause.
    `entities`: golden id -> entity, of those the caller has at hand.
    """
    told, known = causes or {}, dict(entities or {})
    unknown = topics.keys() - known.keys()
    if unknown:
        known |= GoldenRecord.objects.filter(pk__in=unknown).values_list("pk", "entity")
    subjects = sorted(topics.keys() & known.keys())
    emit((topics[pk], known[pk], pk, cause) for pk in subjects for cause in sorted(told.get(pk) or {""}))


def claim(limit: int = 1000) -> list[OutboxEvent]:
    """Take waiting events, oldest first, and mark them handled; must run inside the consumer's transaction."""
    events = list(
        OutboxEvent.objects.select_for_update(skip_locked=True).filter(handled_at=None).order_by("id")[:limit]
    )
    OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(handled_at=timezone.now())
    return events


def wake(task: str, **kwargs: object) -> None:
    """Wake a worker by task name once this transaction is committed; a lost wake-up is swept up by beat."""
    from mdm.celery import app

    transaction.on_commit(lambda: wakeups.send(app, task, kwargs), robust=True)


def waiting() -> int:
    """How many events nobody has taken up yet."""
    return OutboxEvent.objects.filter(handled_at=None).count()


def number(limit: int = 10_000) -> None:
    """Give committed events their places in the change feed, behind all that have one.

    One process at a time. An event that is committed late gets a late place, so who has read up to a place never misses
    one: ids are given when a row is written, and rows with smaller ids may become visible later.
    """
    if not OutboxEvent.objects.filter(seq=None).exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        # a statement of its own: the next one sees all that the holder before us committed
        FeedHead.objects.bulk_create([FeedHead(pk=1)], ignore_conflicts=True)
        FeedHead.objects.select_for_update().get(pk=1)
        cursor.execute(_NUMBER, [limit])

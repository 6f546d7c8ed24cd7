"""Events in the transaction of the change; consumers claim them in order. Wake-ups travel by task name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from mdm import logs, wakeups
from mdm.models import OutboxEvent, bulk

WAKE = "connectors.tasks.fan_out"


def emit(subjects: Iterable[tuple[str, str, int, str]]) -> None:
    """Record (topic, subject type, subject id, correlation id) events, inside the transaction of the change."""
    events = [
        OutboxEvent(topic=topic, subject_type=kind, subject_id=pk, correlation_id=correlation_id or logs.current())
        for topic, kind, pk, correlation_id in subjects
    ]
    if events:
        bulk.insert(events)
        wake(WAKE)


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

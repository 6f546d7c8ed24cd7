"""Celery tasks: each one domain call, safe to run twice and at once. Wake-ups are hints; beat sweeps what they miss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from celery import shared_task
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from connectors import drift, inbound, notices, outbound, owing, reach
from connectors.errors import ConnectorError
from connectors.models import Access, Cursor, Delivery, InboundMessage
from mdm import outbox
from mdm.models.systems import Connection

log = structlog.get_logger(__name__)
PULL, DELIVER = "pull {code}", "deliver {code}"  # one reading and one writing of a system at a time
BUDGET = 20.0  # seconds a task works before it makes room for others


def _until_idle(step: Callable[[], int], budget: float = BUDGET) -> int:
    """Repeat a batch step until it finds nothing, or the time is up; gives the total."""
    end, total = timezone.now() + timedelta(seconds=budget), 0
    while True:
        count = step()
        total += count
        if not count or timezone.now() > end:
            return total


def _alone_until_idle(name: str, step: Callable[[], int]) -> int:
    """One worker at a time: others go on with other work, and a wake-up that is turned away here is swept up.

    Gives how much was done.
    """
    with reach.alone(name) as mine:
        return _until_idle(step) if mine else 0


@shared_task
def process_inbox() -> None:
    """Take the inbox through the pipeline; another worker may be in another lane of it."""
    for lane in inbound.LANES:
        _alone_until_idle(f"process {lane}", partial(inbound.process_inbox, lane=lane))


@shared_task
def fetch_events() -> None:
    """Read what webhooks named."""
    _alone_until_idle("fetch", inbound.fetch_events)


@shared_task
def fan_out() -> None:
    """Turn waiting events into deliveries."""
    _alone_until_idle("fan out", owing.fan_out)
    outbox.wake("connectors.tasks.notify")


@shared_task
def deliver(*, connection: int) -> None:
    """Deliver what is due to a connection."""
    row = Connection.objects.get(pk=connection)
    if _alone_until_idle(DELIVER.format(code=row.code), lambda: outbound.deliver(row)):
        outbox.wake(inbound.WAKE_FETCH)  # nobody else does for the notices held back meanwhile


@shared_task
def pull(*, connection: int, full: bool = False) -> None:
    """Pull what changed in a connection since last time."""
    row = Connection.objects.get(pk=connection)
    if reach.is_stopped(row):
        return
    with reach.alone(PULL.format(code=row.code)) as mine:
        if mine:
            try:
                inbound.pull(row, full=full)
            except ConnectorError as error:
                reach.trouble(row, error, getattr(error, "after", None) or 10.0)


@shared_task
def reconcile(*, connection: int) -> None:
    """Compare a connection in full with what it should hold and heal the drift."""
    row = Connection.objects.get(pk=connection)
    if reach.is_stopped(row):
        return
    with reach.alone(PULL.format(code=row.code)) as mine:
        if mine:
            try:
                drift.reconcile(row)
            except ConnectorError as error:
                reach.trouble(row, error, getattr(error, "after", None) or 10.0)


@shared_task
def sweep() -> None:
    """Wake whatever has work waiting, and pull what is due: nothing depends on a wake-up having arrived."""
    now = timezone.now()
    inbox = InboundMessage.objects.filter(Q(not_before=None) | Q(not_before__lte=now), state="waiting")
    for fetch, task in ((True, fetch_events), (False, process_inbox)):
        if inbox.filter(fetch=fetch).exists():
            task.delay()
    if outbox.waiting():
        fan_out.delay()
    due = Q(state=Delivery.State.WAITING, not_before__lte=now) | Q(state=Delivery.State.SENDING, lease_until__lt=now)
    owed = Delivery.objects.filter(due).values_list("connection", "connection__code").distinct()
    with transaction.atomic():  # who is at it goes on until nothing is left
        idle = [pk for pk, code in owed if reach.nobody_holds(DELIVER.format(code=code))]
    for connection in idle:
        deliver.delay(connection=connection)


@shared_task
def schedule() -> None:
    """Start the pulls and full compares that are due by each connection's own schedule."""
    now = timezone.now()
    enabled = Access.objects.filter(connection__enabled=True, stopped_at=None).exclude(paused_until__gt=now)
    for access in enabled.filter(pull_every__gt=0):
        since = now - timedelta(seconds=access.pull_every)
        cursors = Cursor.objects.filter(connection=access.connection_id)
        if not cursors.exists() or cursors.filter(Q(pulled_at=None) | Q(pulled_at__lt=since)).exists():
            pull.delay(connection=access.connection_id)
    for access in enabled.filter(reconcile_every__gt=0):
        since = now - timedelta(seconds=access.reconcile_every)
        if Cursor.objects.filter(connection=access.connection_id, full_at__lt=since).exists():
            reconcile.delay(connection=access.connection_id)


@shared_task
def prune() -> None:
    """Forget finished messages and notices that are older than two weeks."""
    inbound.prune()
    notices.prune()


@shared_task
def notify() -> None:
    """Owe subscribers what happened, and wake a worker for each to whom something is due."""
    _alone_until_idle("notify", notices.fan_out)
    for pk in notices.due():
        call.delay(subscriber=pk)


@shared_task
def call(*, subscriber: int) -> None:
    """Send a subscriber what is due."""
    _alone_until_idle(f"call {subscriber}", lambda: notices.send(subscriber))

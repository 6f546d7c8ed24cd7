"""Signed webhooks to subscribers, in the form of Standard Webhooks: owed as rows, sent at least once, with back-off.

A notice names what changed; its reader fetches it. Order is not promised, `seq` tells it; the id is the same each time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connectors import callout
from connectors.errors import ConnectorError, Misconfigured
from connectors.models import Notice, Subscriber
from mdm import outbox
from mdm.access import Viewer
from mdm.models import bulk
from mdm.selectors import feed

log = structlog.get_logger(__name__)
BATCH = 500
AT_ONCE = 20
LEASE = timedelta(seconds=AT_ONCE * sum(callout.TIMEOUT) + 30)
# Seconds until it is tried again; after the last it is dead until somebody asks for it.
WAITS = (5, 30, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
PREFIX = "whsec_"


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: whsec_ and 24 random bytes or more in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, uid: str, at: int, body: bytes) -> str:
    """The header webhook-signature: version 1, HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{uid}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def fan_out() -> int:
    """Owe each subscriber what happened since it was last looked at; gives how many changes were looked at."""
    outbox.number()
    behind = Subscriber.objects.filter(enabled=True, position__lt=feed.last())
    return sum(_owe(pk) for pk in behind.values_list("pk", flat=True))


@transaction.atomic
def _owe(pk: int) -> int:
    row = Subscriber.objects.select_for_update(of=["self"]).select_related("client").get(pk=pk)
    viewer = Viewer(user=None, region=row.client.region)
    changes, last, _ = feed.changes(viewer, row.position, BATCH)
    wanted = [change for change in changes if not row.types or change["type"] in row.types]
    now = timezone.now()
    bulk.insert(
        [
            Notice(subscriber=row, seq=change["seq"], body=_body(change), not_before=now, created_at=now)
            for change in wanted
        ],
        conflict="ON CONFLICT (subscriber_id, seq) DO NOTHING",
    )
    looked = last - row.position
    Subscriber.objects.filter(pk=pk).update(position=last)
    return looked


def _body(change: dict[str, object]) -> dict[str, object]:
    at = change["at"]
    told = {name: value for name, value in change.items() if name not in ("type", "at")}
    return {"type": change["type"], "timestamp": at.isoformat() if isinstance(at, datetime) else at, "data": told}


def due() -> list[int]:
    """The subscribers to whom something is due."""
    waiting = Notice.objects.filter(state="waiting", not_before__lte=timezone.now(), subscriber__enabled=True)
    return list(waiting.order_by().values_list("subscriber", flat=True).distinct())


def send(pk: int) -> int:
    """Send a subscriber some of what is due, oldest change first; gives how many. It stops where one is not taken."""
    subscriber = Subscriber.objects.filter(pk=pk, enabled=True).first()
    rows = _claimed(pk) if subscriber else []
    for place, notice in enumerate(rows):
        if subscriber is None or not _sent(subscriber, notice):
            _release(rows[place + 1 :])
            return place + 1
    return len(rows)


@transaction.atomic
def _claimed(pk: int) -> list[Notice]:
    """Take what is due for as long as sending may take; who dies with it leaves it due again."""
    now = timezone.now()
    waiting = Notice.objects.filter(subscriber=pk, state="waiting", not_before__lte=now)
    rows = list(waiting.select_for_update(skip_locked=True).order_by("seq")[:AT_ONCE])
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(not_before=now + LEASE)
    return rows


def _release(rows: Sequence[Notice]) -> None:
    """Put back what was not tried, to wait for the one that failed."""
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(
        not_before=timezone.now() + timedelta(seconds=WAITS[0])
    )


def _sent(subscriber: Subscriber, notice: Notice) -> bool:
    body = json.dumps(notice.body, ensure_ascii=False, separators=(",", ":")).encode()
    now = timezone.now()
    at = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Goldenrod",
        "webhook-id": str(notice.uid),
        "webhook-timestamp": str(at),
        "webhook-signature": signature(subscriber.secret["secret"], str(notice.uid), at, body),
    }
    try:
        status, answer = callout.post(subscriber.url, body, headers, private=settings.NOTICES_TO_PRIVATE)
    except ConnectorError as error:
        return _failed(subscriber, notice, None, str(error), last=isinstance(error, Misconfigured))
    if 200 <= status < 300:
        return _taken(subscriber, notice, status)
    return _failed(subscriber, notice, status, f"Answered {status}: {answer}", gone=status == 410)


def _taken(subscriber: Subscriber, notice: Notice, status: int) -> bool:
    done = {"state": Notice.State.DONE, "status": status, "error": "", "finished_at": timezone.now()}
    Notice.objects.filter(pk=notice.pk).update(attempts=F("attempts") + 1, **done)
    Subscriber.objects.filter(pk=subscriber.pk).exclude(failing_since=None).update(failing_since=None, trouble="")
    return True


def _failed(
    subscriber: Subscriber, notice: Notice, status: int | None, sentence: str, *, gone: bool = False, last: bool = False
) -> bool:
    """Try again later, or give up; a subscriber that says it is gone, or takes nothing for days, is turned off."""
    now, attempts = timezone.now(), notice.attempts + 1
    over = last or attempts > len(WAITS)
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.DEAD if over else Notice.State.WAITING,
        attempts=attempts,
        status=status,
        error=sentence[:1000],
        not_before=now + timedelta(seconds=WAITS[min(attempts, len(WAITS)) - 1]),
        finished_at=now if over else None,
    )
    since = subscriber.failing_since or now
    days = settings.NOTICES_GIVE_UP_DAYS
    off = gone or now - since > timedelta(days=days)
    reason = "It said that it is gone (410)." if gone else f"It took no notice for {days} days."
    trouble = f"Turned off: {reason} Last: {sentence}" if off else sentence
    Subscriber.objects.filter(pk=subscriber.pk).update(failing_since=since, trouble=trouble[:1000], enabled=not off)
    log.warning("notice not taken", subscriber=subscriber.name, notice=str(notice.uid), error=sentence[:200], off=off)
    return False


def redeliver(notice: Notice) -> None:
    """Owe a notice again, whatever became of it."""
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.WAITING, attempts=0, not_before=timezone.now(), finished_at=None, error=""
    )
    outbox.wake("connectors.tasks.call", subscriber=notice.subscriber_id)


def turn_on(subscriber: Subscriber) -> None:
    """Let a subscriber that was turned off have its notices again, those it missed first."""
    Subscriber.objects.filter(pk=subscriber.pk).update(enabled=True, failing_since=None, trouble="")
    outbox.wake("connectors.tasks.notify")


def prune(days: int = 14) -> None:
    """Forget notices that were taken, or given up, long ago."""
    before = timezone.now() - timedelta(days=days)
    Notice.objects.filter(finished_at__lt=before).delete()

"""From the systems into the inbox, and from the inbox into the pipeline. Nothing that arrived is ever dropped."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from connectors import base, reach
from connectors.errors import ConnectorError, Misconfigured, Permanent, Retriable
from connectors.models import Access, Cursor, Delivery, InboundKey, InboundMessage, OwnStamp
from mdm import logs, outbox
from mdm.contracts import SourceChange
from mdm.engine.values import Json
from mdm.entities import ENTITIES, MASTERED
from mdm.models import bulk
from mdm.models.systems import Connection
from mdm.pipeline import process
from mdm.selectors import systems

log = structlog.get_logger(__name__)
WAKE = "connectors.tasks.process_inbox"
WAKE_FETCH = "connectors.tasks.fetch_events"
MAX_ATTEMPTS = 8
ECHO = timedelta(seconds=15)
_TAKE_KEY = "INSERT INTO connectors_inboundkey (connection_id, key, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_UNSTORABLE = re.compile("[\ud800-\udfff]")
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # the escape itself, not a text that spells it
Mapped = tuple[InboundMessage, list[SourceChange]]


def pull(connection: Connection, *, full: bool = False) -> int:
    """Store what changed in the system since the last pull; a full pull also finds what is gone. Gives the count."""
    connector = reach.connector(connection)
    stored = sum(_pull_type(connection, connector, object_type, full) for object_type in connector.object_types)
    reach.well(connection)
    return stored


def _pull_type(connection: Connection, connector: base.Connector, object_type: base.ObjectType, full: bool) -> int:
    cursor, _ = Cursor.objects.get_or_create(connection=connection, object_type=object_type.name)
    full = full or not cursor.value
    before = systems.known_ids(connection, object_type.name) if full else set()
    known: dict[str, str] = {} if full else cursor.seen
    seen: dict[str, str] = {}
    count = 0
    for page in connector.pull(object_type.name, {} if full else cursor.value, full=full):
        digests = {payload.external_id: _digest(payload) for payload in page.payloads}
        news = [payload for payload in page.payloads if known.get(payload.external_id) != digests[payload.external_id]]
        news = news if full else _unknown(connection, object_type.name, news)
        seen |= digests
        with transaction.atomic():
            store(connection, news)
            cursor.value, cursor.pulled_at = dict(page.cursor), timezone.now()
            cursor.save()
        count += len(news)
    cursor.seen, cursor.pulled_at = {} if full else seen, timezone.now()
    if full:
        count += _ask_for_missing(connection, connector, object_type.name, before - seen.keys())
        cursor.full_at = timezone.now()
    cursor.save()
    return count


def _unknown(connection: Connection, object_type: str, payloads: Sequence[base.Payload]) -> list[base.Payload]:
    """Those that are not word for word what the hub heard last of their record, as the answer to a write is.

    Where something else of a record is still in the inbox, the record is taken in: what comes last must stand last.
    """
    if not payloads:
        return []
    bodies = {payload.external_id: storable(payload.body) for payload in payloads}
    same = systems.says_the_same(connection, object_type, bodies)
    coming = InboundMessage.objects.filter(
        connection_id=connection.pk, object_type=object_type, external_id__in=same,
        state=InboundMessage.State.WAITING, fetch=False,
    )  # fmt: skip
    same -= set(coming.values_list("external_id", flat=True)) if same else set()
    return [payload for payload in payloads if payload.external_id not in same]


def _digest(payload: base.Payload) -> str:
    content = json.dumps(payload.body, sort_keys=True, default=str)
    return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


def _ask_for_missing(connection: Connection, connector: base.Connector, object_type: str, missing: set[str]) -> int:
    """What a full pull did not show is asked for by id; the system's answer decides, not the silence."""
    if not missing:
        return 0
    payloads = connector.fetch(object_type, sorted(missing))
    store(connection, payloads)
    return len(payloads)


def store(connection: Connection, payloads: Sequence[base.Payload], correlation_id: str = "") -> None:
    """Put payloads into the inbox and wake a worker."""
    rows = [message(connection, payload, correlation_id or logs.new_id()) for payload in payloads]
    bulk.insert(rows)
    if payloads:
        outbox.wake(WAKE)


def message(connection: Connection, payload: base.Payload, correlation_id: str) -> InboundMessage:
    """A payload as a message that is not stored yet."""
    return InboundMessage(
        connection_id=connection.pk,
        object_type=payload.object_type,
        external_id=payload.external_id,
        body=storable(payload.body),
        observed_at=payload.observed_at,
        correlation_id=correlation_id,
    )


def storable(body: Mapping[str, Json]) -> dict[str, Json]:
    """The body as PostgreSQL can keep it: NUL and lone surrogates, which no JSONB holds, become U+FFFD."""
    text = json.dumps(body, ensure_ascii=False, default=str)
    if "\\u0000" not in text and not _UNSTORABLE.search(text):  # the looks behind it cost more than all else here
        return dict(body)
    clean = _UNSTORABLE.sub("\ufffd", _NUL.sub("\\1\ufffd", text))
    return dict(json.loads(clean)) if clean != text else dict(body)


@transaction.atomic
def take_event(connection: Connection, event: base.Event) -> bool:
    """Store a verified webhook once; False if it was here before."""
    if not _first_time(connection, event.key):
        return False
    told = [payload for payload in event.payloads if payload.body]
    if told:
        store(connection, told, logs.current())
    ask_for(connection, [payload for payload in event.payloads if not payload.body])
    return True


def _first_time(connection: Connection, key: str) -> bool:
    with database.cursor() as cursor:
        cursor.execute(_TAKE_KEY, [connection.pk, key, timezone.now()])
        return bool(cursor.rowcount)


def ask_for(connection: Connection, payloads: Sequence[base.Payload]) -> None:
    """Note that these objects are to be read from their system."""
    if not payloads:
        return
    rows = [
        InboundMessage(
            connection_id=connection.pk,
            object_type=payload.object_type,
            external_id=payload.external_id,
            fetch=True,
            observed_at=payload.observed_at,
            changed_at=payload.changed_at,
            whole=_noted(payload.whole) if payload.whole else None,
            correlation_id=logs.current() or logs.new_id(),
        )
        for payload in payloads
    ]
    bulk.insert(rows, ids=False)
    told = all(payload.changed_at for payload in payloads)
    if not (told and Delivery.objects.filter(state=Delivery.State.SENDING, connection=connection).exists()):
        outbox.wake(WAKE_FETCH)  # else they wait; whoever is sending does it in the end


LANES = tuple(MASTERED)  # what concerns one mastered entity never waits for what concerns another


def process_inbox(limit: int = 500, *, lane: str = "") -> int:
    """Process one batch of the inbox, or of one lane of it; gives how many messages were taken up."""
    return _process(of_lane(lane) if lane else Q(), limit)


def of_lane(name: str) -> Q:
    """The messages of a lane; whatever belongs to no other is in the first. Raises ValueError where there is none."""
    if name not in LANES:
        raise ValueError(f"'{name}' is no lane; the lanes are {', '.join(LANES)}.")
    if name == LANES[0]:
        return ~reduce(or_, map(of_lane, LANES[1:]), Q(pk__in=[]))
    found = Q(pk__in=[])
    for connection in Connection.objects.exclude(role="hub"):
        own = [kind.name for kind in reach.object_types(connection) if ENTITIES[kind.entity].mastered == name]
        found |= Q(connection_id=connection.pk, object_type__in=own)
    return found


def _due(*also: Q, fetch: bool, limit: int) -> list[InboundMessage]:
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    rows = InboundMessage.objects.select_for_update(skip_locked=True).filter(
        due, *also, state=InboundMessage.State.WAITING, fetch=fetch
    )
    return list(rows.order_by("id")[:limit])


@transaction.atomic
def fetch_events(limit: int = 100) -> int:
    """Read the objects that webhooks named, one call per object type; several notices of one object are one read."""
    due = _due(_read_now(), fetch=True, limit=limit)
    grouped: dict[tuple[int, str], list[InboundMessage]] = defaultdict(list)
    for message in due:
        grouped[message.connection_id, message.object_type].append(message)
    for (connection_id, object_type), named in grouped.items():
        if messages := _unseen(connection_id, object_type, named):
            _read(connection_id, object_type, messages)
            outbox.wake(WAKE)
    return len(due)


def _read_now() -> Q:
    """The notices that are read now: while we write to a system, what it tells is mostly the echo of that, and waits.

    Once our write is answered an echo is known as one by its stamp, and several notices of one object are one read.
    None waits longer than ECHO; what a paused connection told waits until it goes on.
    """
    stopped = Access.objects.filter(stopped_at__isnull=False).values("connection")
    sending = Delivery.objects.filter(state=Delivery.State.SENDING).values("connection")
    quiet = Q(changed_at=None) | ~Q(connection_id__in=sending) | Q(received_at__lte=timezone.now() - ECHO)
    return quiet & ~Q(connection_id__in=stopped)


def _unseen(connection_id: int, object_type: str, messages: Sequence[InboundMessage]) -> list[InboundMessage]:
    """Those that tell of something newer than what is known; the echo of our own write ends here, unread.

    Stamps are whole seconds: a change in the very second of our write is left to the next, overlapping pull.
    """
    heads = systems.heads(connection_id, object_type, [message.external_id for message in messages])
    ours = _own_stamps(connection_id, messages)
    echoes = [message.pk for message in messages if _is_echo(message, heads.get(message.external_id), ours)]
    InboundMessage.objects.filter(pk__in=echoes).update(state=InboundMessage.State.DONE)
    return [message for message in messages if message.pk not in set(echoes)]


def _is_echo(message: InboundMessage, head: datetime | None, ours: Collection[base.Stamp]) -> bool:
    """Whether a notice tells nothing we have not seen: `head` is the stamp under which its object was read.

    A later stamp that our own write gave the object, or the larger one it is a part of, is no news; any other is.
    """
    if head is None or message.changed_at is None:
        return False
    itself = base.Stamp(message.object_type, message.external_id, message.changed_at)
    whole = _stamp(message)
    return (itself.at <= head or itself in ours) and (whole is None or whole.at <= head or whole in ours)


def note_moved(connection: Connection, stamps: Iterable[base.Stamp]) -> None:
    """Keep the stamps that our own write gave to objects beside the one written."""
    rows = [
        OwnStamp(connection_id=connection.pk, object_type=one.object_type, external_id=one.external_id, stamp=one.at)
        for one in sorted(set(stamps), key=lambda one: (one.external_id, one.object_type, one.at))
    ]
    OwnStamp.objects.bulk_create(rows, ignore_conflicts=True)


def _own_stamps(connection_id: int, messages: Sequence[InboundMessage]) -> set[base.Stamp]:
    """The stamps we gave to the objects these messages name, and to those they are a part of."""
    named = {message.external_id for message in messages} | {message.whole[1] for message in messages if message.whole}
    rows = OwnStamp.objects.filter(connection_id=connection_id, external_id__in=named)
    return {base.Stamp(*row) for row in rows.values_list("object_type", "external_id", "stamp")}


def _noted(stamp: base.Stamp) -> list[str]:
    return [stamp.object_type, stamp.external_id, stamp.at.isoformat()]


def _stamp(message: InboundMessage) -> base.Stamp | None:
    if not message.whole:
        return None
    object_type, external_id, at = message.whole
    return base.Stamp(object_type, external_id, datetime.fromisoformat(at))


def _read(connection_id: int, object_type: str, messages: Sequence[InboundMessage]) -> None:
    """Read the objects these messages name; where one of them spoils the call, it is sought by halving."""
    ids = sorted({message.external_id for message in messages})
    connection = Connection.objects.filter(pk=connection_id).first()
    try:
        if connection is None:
            raise Permanent("The connection this message came from no longer exists.")
        payloads = {found.external_id: found for found in reach.connector(connection).fetch(object_type, ids)}
    except (Retriable, Misconfigured) as error:
        _again(messages, error)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(ids) > 1:
            half = set(ids[: len(ids) // 2])
            _read(connection_id, object_type, [one for one in messages if one.external_id in half])
            _read(connection_id, object_type, [one for one in messages if one.external_id not in half])
        else:
            _unreadable(messages, error)
    else:
        _lay(messages, payloads)


def _lay(messages: Sequence[InboundMessage], payloads: Mapping[str, base.Payload]) -> None:
    """Put what was read into the messages; an object the answer passes over is asked for again, never taken as gone."""
    answered = [message for message in messages if message.external_id in payloads]
    for message in answered:
        payload = payloads[message.external_id]
        message.body, message.observed_at, message.fetch = storable(payload.body), payload.observed_at, False
    bulk.update(answered, ["body", "observed_at", "fetch"])
    silent = [message for message in messages if message.external_id not in payloads]
    _again(silent, Retriable("The system did not answer for this object."))


def _unreadable(messages: Sequence[InboundMessage], error: Exception) -> None:
    """This one object cannot be read: for good where the system says so, else after a few tries."""
    known = isinstance(error, ConnectorError)
    sentence = str(error) if known else f"The connector could not read this object: {type(error).__name__}: {error}"
    if not known:
        log.exception("fetch failed", messages=[message.pk for message in messages])
    for message in messages:
        if isinstance(error, Permanent) or message.attempts + 1 >= MAX_ATTEMPTS:
            bury(message, "fetch", sentence)
        else:
            _again([message], Retriable(sentence))


def _again(messages: Sequence[InboundMessage], error: ConnectorError) -> None:
    """Ask again later, however long the system stays away."""
    for message in messages:
        message.attempts = min(message.attempts + 1, 30_000)
        message.error = str(error)
        message.not_before = timezone.now() + timedelta(seconds=_pause(message.attempts, error))
    bulk.update(messages, ["attempts", "error", "not_before"])


def _pause(attempts: int, error: Exception) -> float:
    after = getattr(error, "after", None)
    if after is not None:
        return float(after)
    return 30.0 if isinstance(error, Misconfigured) else min(300.0, 0.5 * 2 ** min(attempts, 10))


@transaction.atomic
def _process(wanted: Q, limit: int) -> int:
    messages = _due(wanted, fetch=False, limit=limit)
    if not messages:
        return 0
    rows = Connection.objects.filter(pk__in={message.connection_id for message in messages})
    reached = {row.pk: _reached(row) for row in rows}
    found = []
    for message in messages:
        changes = mapped(message, reached.get(message.connection_id))
        if changes is not None:
            found.append((message, changes))
    through_pipeline(found)
    _finish([message for message in messages if message.state == InboundMessage.State.WAITING])
    return len(messages)


def _reached(connection: Connection) -> base.Connector | ConnectorError:
    try:
        return reach.connector(connection)
    except ConnectorError as error:
        return error


def mapped(message: InboundMessage, connector: base.Connector | ConnectorError | None) -> list[SourceChange] | None:
    """The canonical changes in a message; None where it became a dead letter.

    `connector`: that of the message's connection, or why there is none; None where the connection is gone.
    """
    try:
        if connector is None:
            raise Permanent("The connection this message came from no longer exists.")
        if isinstance(connector, ConnectorError):
            raise connector
        payload = base.Payload(
            object_type=message.object_type,
            external_id=message.external_id,
            body=message.body,
            observed_at=message.observed_at,
        )
        changes = connector.map(payload)
        return [replace(change, correlation_id=message.correlation_id) for change in changes]
    except (Permanent, Misconfigured) as error:
        bury(message, "map", str(error))
        return None
    except Exception as error:  # a connector's bug must not stop the page: the message is kept whole
        log.exception("mapping failed", message=message.pk, connection=message.connection_id)
        bury(
            message, "map", f"The connector could not read this {message.object_type}: {type(error).__name__}: {error}"
        )
        return None


def through_pipeline(found: Sequence[Mapped], cause: str = "") -> None:
    """Process a batch; where it fails, halve it until the one message that cannot be processed stands alone."""
    if not found:
        return
    try:
        process.changes([change for _, changes in found for change in changes], cause=cause)
    except Exception as error:
        if _not_its_fault(error):
            raise
        if len(found) == 1:
            log.exception("processing failed", message=found[0][0].pk)
            bury(found[0][0], "process", f"The pipeline could not take this in: {type(error).__name__}: {error}")
            return
        half = len(found) // 2
        through_pipeline(found[:half], cause)
        through_pipeline(found[half:], cause)


def _not_its_fault(error: Exception) -> bool:
    """Whether the database is at a loss (busy, full, away), so that the messages are best left waiting.

    A value beyond its limits (class 54) is one message's own fault although the driver calls it operational.
    """
    broken = isinstance(error, OperationalError | InterfaceError)
    return broken and not (getattr(error.__cause__, "sqlstate", "") or "").startswith("54")


def bury(message: InboundMessage, stage: str, sentence: str) -> None:
    """Make a message a dead letter: kept whole, with a sentence, to be replayed from its stage."""
    message.state, message.stage, message.error = InboundMessage.State.DEAD, stage, sentence
    message.save(update_fields=["state", "stage", "error"] if message.pk else None)
    log.warning("dead letter", message=message.pk, stage=stage, error=sentence, correlation_id=message.correlation_id)


def _finish(messages: Iterable[InboundMessage]) -> None:
    pks = [message.pk for message in messages]
    # The payload lives on in the source version; the inbox keeps only that it came.
    InboundMessage.objects.filter(pk__in=pks).update(state=InboundMessage.State.DONE, body={}, error="")


def replay(pks: Sequence[int]) -> int:
    """Put dead letters back into the inbox; gives how many."""
    count = InboundMessage.objects.filter(pk__in=pks, state=InboundMessage.State.DEAD).update(
        state=InboundMessage.State.WAITING, not_before=None, attempts=0, error=""
    )
    outbox.wake(WAKE)
    return count


class Moved(Exception):
    """A message that is no dead letter any more."""


@transaction.atomic
def resubmit(message: InboundMessage, body: Mapping[str, Json], *, actor: str, reason: str) -> InboundMessage:
    """Send a dead letter again as a person edited it: a new message; the original is kept as it came.

    It tells of the same moment as the original, so that what the system said since outweighs it. Raises Moved.
    """
    dead = InboundMessage.objects.filter(pk=message.pk, state=InboundMessage.State.DEAD)
    if not dead.update(state=InboundMessage.State.REPLACED):
        raise Moved("This message was taken up meanwhile. Load it again to see what became of it.")
    edited = InboundMessage.objects.create(
        connection_id=message.connection_id,
        object_type=message.object_type,
        external_id=message.external_id,
        body=storable(body),
        observed_at=message.observed_at,
        correlation_id=message.correlation_id or logs.new_id(),
        replaces=message.pk,
        actor=actor,
        reason=reason,
    )
    log.info("dead letter edited", message=message.pk, edited=edited.pk, actor=actor, reason=reason)
    outbox.wake(WAKE)
    return edited


def prune(days: int = 14) -> int:
    """Forget finished messages, old webhook keys and stamps; what a person edited stays, with the original."""
    before = timezone.now() - timedelta(days=days)
    InboundKey.objects.filter(at__lt=before).delete()
    OwnStamp.objects.filter(at__lt=before).delete()
    finished = InboundMessage.objects.filter(state=InboundMessage.State.DONE, replaces=None, received_at__lt=before)
    gone, _ = finished.delete()
    return gone

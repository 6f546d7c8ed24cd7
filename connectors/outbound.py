"""From deliveries to the systems: desired minus observed, pushed, acknowledged."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db import connection as database
from django.db.models import Q
from django.utils import timezone

from connectors import base, inbound, reach
from connectors.errors import Conflict, ConnectorError, Duplicate, Gone, Misconfigured, Permanent, Retriable
from connectors.models import Access, Delivery
from connectors.owing import RELATION, WAKE, subject_type
from mdm import logs, outbox
from mdm.contracts import Desired, SourceChange
from mdm.engine.values import Json, Key
from mdm.entities import RELATIONS
from mdm.models import bulk
from mdm.models.systems import Connection
from mdm.pipeline import promise, suspect
from mdm.selectors import desired, systems
from mdm.selectors.desired import Want

log = structlog.get_logger(__name__)
K = TypeVar("K")
MAX_ATTEMPTS = 12
BATCH = 200  # looks at once, as many as Salesforce takes in a call; by the hundred the demo works a tenth longer

# Of those next in turn, first the ones whose subject (a person's contacts with it) no other system is still to get: the
# others' ids are not complete yet, so they would be written twice.
_CLAIM = """
WITH next AS (
    SELECT id FROM connectors_delivery d
    WHERE connection_id = %(connection)s AND object_type = %(object_type)s AND state = 'waiting'
      AND not_before <= %(now)s
      AND NOT EXISTS (SELECT 1 FROM connectors_delivery busy WHERE busy.state = 'sending'
          AND (busy.connection_id, busy.object_type, busy.subject_type, busy.subject_id)
            = (d.connection_id, d.object_type, d.subject_type, d.subject_id))
      AND NOT EXISTS (SELECT 1 FROM mdm_goldenrecord held WHERE held.held_until > %(now)s AND held.id IN (
          SELECT d.subject_id WHERE d.subject_type <> 'relation'
          UNION ALL SELECT unnest(ARRAY[source_id, target_id]) FROM mdm_relation
              WHERE d.subject_type = 'relation' AND id = d.subject_id))
    ORDER BY priority, not_before, id LIMIT 10 * %(limit)s)
UPDATE connectors_delivery SET state = 'sending', lease = %(lease)s, lease_until = %(until)s
WHERE id IN (
    SELECT id FROM connectors_delivery d JOIN next USING (id) WHERE state = 'waiting'
    ORDER BY EXISTS (SELECT 1 FROM connectors_delivery other WHERE other.connection_id <> d.connection_id
        AND (other.subject_type, other.subject_id) IN (
            SELECT d.subject_type::text, d.subject_id
            UNION ALL SELECT 'relation', id FROM mdm_relation
                WHERE d.subject_type <> 'relation' AND source_id = d.subject_id
            UNION ALL SELECT golden.entity, golden.id FROM mdm_relation tie JOIN mdm_goldenrecord golden
                ON golden.id = tie.source_id WHERE d.subject_type = 'relation' AND tie.id = d.subject_id)
        AND other.priority = 0 AND other.state IN ('waiting', 'sending')),
        priority, not_before, id LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED)
"""


def deliver(connection: Connection, limit: int = BATCH) -> int:
    """Deliver one batch of what is due to a connection; gives how many deliveries were taken up."""
    if not connection.enabled or connection.mode != Connection.Mode.WRITE:
        return 0
    resting = Q(paused_until__gt=timezone.now()) | Q(stopped_at__isnull=False)
    if Access.objects.filter(resting, connection=connection).exists():
        return 0
    _free_expired()
    taken = 0
    for object_type in reach.object_types(connection):
        deliveries = _claim(connection, object_type.name, limit) if object_type.writable else []
        if deliveries:
            with reach.alone(_worker_of(deliveries)), logs.bind(connection=connection.code):
                _deliver(connection, object_type, deliveries)
            taken += len(deliveries)
    return taken


def _free_expired() -> None:
    """A worker that died took its lease with it: what it was sending is owed again, and safe to repeat.

    A worker that is only slow keeps what it holds: a slot is never pushed by two at once.
    """
    expired = Delivery.objects.filter(state=Delivery.State.SENDING, lease_until__lt=timezone.now())
    for pk in list(expired.order_by("subject_id").values_list("pk", flat=True)):
        with transaction.atomic():
            delivery = expired.select_for_update(skip_locked=True).filter(pk=pk).first()
            if delivery is not None and reach.nobody_holds(_worker_of([delivery])):
                _later(delivery, timezone.now(), "The worker that was sending this stopped; it is sent again.")


def _worker_of(deliveries: Sequence[Delivery]) -> str:
    """The name a worker holds as long as it sends these."""
    return f"lease {deliveries[0].lease}"


def _claim(connection: Connection, object_type: str, limit: int) -> list[Delivery]:
    now, lease = timezone.now(), uuid.uuid4()
    until = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    values: dict[str, Any] = {"connection": connection.pk, "object_type": object_type, "now": now, "limit": limit}
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(_CLAIM, {**values, "lease": lease, "until": until})
        if not cursor.rowcount:
            return []
    return list(Delivery.objects.filter(lease=lease, state=Delivery.State.SENDING).order_by("id"))


def _deliver(connection: Connection, object_type: base.ObjectType, deliveries: Sequence[Delivery]) -> None:
    try:
        connector = reach.connector(connection)
        found = wants(connection, connector, object_type, [delivery.subject_id for delivery in deliveries])
        promise.keys(
            [want for want in found if not want.missing], connection, object_type.name, subject_type(object_type)
        )
        ready = [want for want in found if not want.missing and not want.nothing_left]
        answered = connector.push([want.desired for want in ready]) if ready else []
        outcomes = dict(zip(map(id, ready), answered, strict=True))
        if ready:
            reach.well(connection)
        _settle(connection, connector, deliveries, found, outcomes)
    except (Retriable, Misconfigured) as error:
        _all_later(connection, deliveries, error)
    except (OperationalError, InterfaceError):
        raise  # our own database: the lease runs out and all of it is owed again
    except Exception as error:
        log.exception("push failed", connection=connection.code, object_type=object_type.name, count=len(deliveries))
        _isolate(connection, object_type, deliveries, error)


def _isolate(
    connection: Connection, object_type: base.ObjectType, deliveries: Sequence[Delivery], error: Exception
) -> None:
    """One of these broke the whole batch: halve it until that one stands alone, so that the others go out."""
    if len(deliveries) > 1:
        half = len(deliveries) // 2
        _deliver(connection, object_type, deliveries[:half])
        _deliver(connection, object_type, deliveries[half:])
        return
    if not isinstance(error, ConnectorError):
        error = Retriable(f"The push broke off: {type(error).__name__}: {error}")
    with transaction.atomic():
        for delivery in _still_ours(deliveries):
            _fail(connection, delivery, error)


def wants(
    connection: Connection, connector: base.Connector, object_type: base.ObjectType, pks: Iterable[int]
) -> list[Want]:
    def represent(attributes: Mapping[str, Json]) -> Mapping[str, Json]:
        return connector.represent(object_type.name, attributes)

    slot = with_rows(object_type, connector.access.fields)
    read = desired.relations if object_type.entity in RELATIONS else desired.goldens
    return read(pks, connection, slot, represent)


def with_rows(object_type: base.ObjectType, rows: Sequence[base.FieldRow]) -> base.ObjectType:
    """The object type with what the run-time mapping rows let it hold as well."""
    added = {row.key for row in rows if row.object_type == object_type.name and row.write}
    return replace(object_type, holds=object_type.holds | added)


def _all_later(connection: Connection, deliveries: Sequence[Delivery], error: ConnectorError) -> None:
    """Nothing was decided about any of them: pause the connection and owe all of it again."""
    pause = _pause(1, error)
    reach.trouble(connection, error, pause)
    with transaction.atomic():
        for delivery in _still_ours(deliveries):
            _later(delivery, timezone.now() + timedelta(seconds=pause), str(error))


def _still_ours(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Those whose lease nobody took meanwhile, locked; by subject, the order in which slots are owed too."""
    held = Delivery.objects.select_for_update().filter(
        pk__in=[delivery.pk for delivery in deliveries], lease=deliveries[0].lease, state=Delivery.State.SENDING
    )
    pks = set(held.order_by("pk").values_list("pk", flat=True))
    return sorted((one for one in deliveries if one.pk in pks), key=lambda delivery: delivery.subject_id)


def _pause(attempts: int, error: ConnectorError) -> float:
    if isinstance(error, Retriable) and error.after is not None:
        return error.after
    if isinstance(error, Conflict):
        return 1.0
    return 15.0 if isinstance(error, Misconfigured) else min(300.0, 2.0**attempts)


def _settle(
    connection: Connection,
    connector: base.Connector,
    deliveries: Sequence[Delivery],
    wants: Sequence[Want],
    outcomes: Mapping[int, base.Outcome],
) -> None:
    """Store what the system answers it holds, and close, postpone or bury each delivery, in one transaction."""
    by_subject: dict[int, list[Want]] = defaultdict(list)
    for want in wants:
        by_subject[want.subject_id].append(want)
    with transaction.atomic():
        answered: dict[int, list[tuple[Want, base.Outcome]]] = {
            delivery.pk: [(one, outcomes[id(one)]) for one in by_subject[delivery.subject_id] if id(one) in outcomes]
            for delivery in deliveries
        }
        # First of all, as the pipeline begins anew after a deadlock and must not wait for what we hold meanwhile.
        inbound.through_pipeline(
            [
                answer
                for delivery in deliveries
                for want, outcome in answered[delivery.pk]
                if outcome.error is None
                for answer in _answers(connection, connector, want, outcome, delivery)
            ],
            cause="answer to a push",
        )
        inbound.note_moved(connection, (stamp for outcome in outcomes.values() for stamp in outcome.moved))
        ours = {delivery.pk for delivery in _still_ours(deliveries)}
        done: list[Delivery] = []
        for delivery in sorted(deliveries, key=lambda delivery: delivery.subject_id):
            if delivery.pk not in ours:
                continue
            told = answered[delivery.pk]
            delivery.pushes += sum(outcome.error is None for _, outcome in told)
            delivery.written += [_written(want, outcome) for want, outcome in told if outcome.error is None]
            if not _postpone(connection, delivery, by_subject[delivery.subject_id], [outcome for _, outcome in told]):
                done.append(delivery)
        _close(done)
        _owe_relations(connector, [delivery for delivery in deliveries if delivery.pk in ours])


def _owe_relations(connector: base.Connector, deliveries: Sequence[Delivery]) -> None:
    """A relation may have waited for what we have just written into the record at one of its ends: our own writing is
    no event."""
    needed = {key for kind in connector.object_types for _, key in kind.needs}
    filled = [
        delivery.subject_id
        for delivery in deliveries
        if delivery.subject_type != RELATION and any(needed & set(row["keys"]) for row in delivery.written)
    ]
    if filled:
        outbox.emit(("look", "relation", pk, "") for pk in systems.relations_of(filled, filled))


def _written(want: Want, outcome: base.Outcome) -> dict[str, Json]:
    return {
        "external_id": outcome.external_id,
        "created": want.record is None,
        "keys": sorted(want.desired.changed),
    }


def _postpone(
    connection: Connection, delivery: Delivery, wants: Sequence[Want], outcomes: Sequence[base.Outcome]
) -> bool:
    """Whether the delivery lives on: waiting for an end, retried, or dead; False when it is done."""
    # A contact whose account is not there yet is done for now: the account's arrival is an event that owes it again.
    delivery.depends_on = sorted({name for want in wants for name, _ in want.missing})
    for outcome in outcomes:
        if isinstance(outcome.error, Duplicate) and _is_a_case(connection, delivery, outcome.desired, outcome.error):
            delivery.depends_on = ["steward"]
        elif outcome.error is not None:
            _fail(connection, delivery, outcome.error, outcome.desired.external_id)
            return True
    return False


def _is_a_case(connection: Connection, delivery: Delivery, wanted: Desired, error: Duplicate) -> bool:
    """Whether a refused create is now a steward's case: the record may be there already, under another name."""
    if wanted.external_id or delivery.subject_type == RELATION:
        return False
    value = wanted.attributes.get(error.field)
    return suspect.reported(
        delivery.subject_id, connection, delivery.object_type, error.field, value, f"{connection.name}: {error}"
    )


def _fail(connection: Connection, delivery: Delivery, error: ConnectorError, external_id: str = "") -> None:
    delivery.attempts += 1
    if isinstance(error, Conflict | Gone) and external_id:
        # It moved or went while we looked: read it again, then decide again.
        seen = base.Payload(
            object_type=delivery.object_type, external_id=external_id, body={}, observed_at=timezone.now()
        )
        inbound.ask_for(connection, [seen])
    if isinstance(error, Permanent):
        _bury(delivery, Delivery.Reason.GONE if isinstance(error, Gone) else Delivery.Reason.PERMANENT, error)
    elif delivery.attempts >= MAX_ATTEMPTS:
        _bury(delivery, Delivery.Reason.EXCEEDED, error)
    else:
        pause = _pause(delivery.attempts, error)
        _later(delivery, timezone.now() + timedelta(seconds=pause), str(error))


def _bury(delivery: Delivery, reason: Delivery.Reason, error: ConnectorError) -> None:
    _supersede([delivery])
    delivery.state, delivery.reason, delivery.error = Delivery.State.DEAD, reason, str(error)
    delivery.finished_at = timezone.now()
    delivery.save()
    log.warning(
        "dead letter",
        delivery=delivery.pk,
        reason=str(reason),
        error=str(error),
        detail=error.detail,
        correlation_ids=delivery.correlation_ids,
    )


def _later(delivery: Delivery, when: datetime, sentence: str) -> None:
    """Owe it again; where a newer wake of the same slot waits already, that one takes over."""
    waiting = Delivery.objects.filter(
        connection=delivery.connection_id,
        object_type=delivery.object_type,
        subject_type=delivery.subject_type,
        subject_id=delivery.subject_id,
        operation=delivery.operation,
        state=Delivery.State.WAITING,
    )
    with transaction.atomic():
        twin = waiting.select_for_update().first()
        if twin is None:
            delivery.state, delivery.not_before, delivery.error = Delivery.State.WAITING, when, sentence
            delivery.lease = delivery.lease_until = None
            try:
                with transaction.atomic():
                    delivery.save()
                return
            except IntegrityError:  # one was owed this very moment
                twin = waiting.select_for_update().get()
        twin.correlation_ids = sorted({*twin.correlation_ids, *delivery.correlation_ids})
        twin.attempts, twin.error = max(twin.attempts, delivery.attempts), sentence
        twin.not_before = max(twin.not_before, when)
        twin.save()
        delivery.state, delivery.error = Delivery.State.DONE, "A newer delivery of the same slot took over."
        delivery.finished_at, delivery.lease, delivery.lease_until = timezone.now(), None, None
        delivery.save()


def _close(deliveries: Sequence[Delivery]) -> None:
    now = timezone.now()
    _supersede(deliveries)
    for delivery in deliveries:
        delivery.state, delivery.finished_at, delivery.lease, delivery.lease_until = (
            Delivery.State.DONE,
            now,
            None,
            None,
        )
        delivery.error, delivery.reason = "", ""
    fields = ["state", "finished_at", "lease", "lease_until", "error", "reason", "pushes", "written", "depends_on"]
    bulk.update(deliveries, fields)


def _supersede(deliveries: Sequence[Delivery]) -> None:
    """A newer look at a slot settles what was dead before: each slot is at most one dead letter."""
    for object_type, rows in _by(deliveries, lambda delivery: (delivery.connection_id, delivery.object_type)).items():
        Delivery.objects.filter(
            connection=object_type[0],
            object_type=object_type[1],
            subject_type=rows[0].subject_type,
            subject_id__in=[row.subject_id for row in rows],
            state=Delivery.State.DEAD,
        ).update(state=Delivery.State.DONE, error="A newer delivery of the same slot took over.")


def _by(deliveries: Sequence[Delivery], key: Callable[[Delivery], K]) -> dict[K, list[Delivery]]:
    grouped: dict[K, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        grouped[key(delivery)].append(delivery)
    return grouped


def _answers(
    connection: Connection, connector: base.Connector, want: Want, outcome: base.Outcome, delivery: Delivery
) -> Iterable[inbound.Mapped]:
    """What the system answers it holds, marked with what the hub asked for.

    It travels as a message, so that an answer which cannot be read becomes a dead letter and stops no other.
    """
    for payload in outcome.payloads:
        message = inbound.message(connection, payload, next(iter(delivery.correlation_ids), ""))
        changes = inbound.mapped(message, connector)
        if changes is not None:
            yield message, [_marked(change, want) for change in changes]


def _marked(change: SourceChange, want: Want) -> SourceChange:
    return replace(
        change,
        sent=sent(want, change) if change.kind == "snapshot" else None,
        crosswalk_key=change.crosswalk_key or want.desired.crosswalk_key,
    )


def sent(want: Want, change: SourceChange) -> dict[str, Json]:
    """Answered key -> what was asked for; an accepted proposal stays out, as the owner's own word from now on."""
    asked = {f"ids|{name}": value for name, value in want.desired.ids.items()} | dict(want.desired.attributes)
    out: dict[str, Json] = {}
    for key in want.desired.changed - want.proposed:
        slot = Key.parse(key).slot
        answered = [text for text in change.attributes if Key.parse(text).slot == slot]
        held = [text for text in want.desired.observed if Key.parse(text).slot == slot]
        for text in set(held) - set(answered):
            out[text] = None
        fresh = [text for text in answered if change.attributes[text] != want.desired.observed.get(text)]
        exact = [text for text in answered if change.attributes[text] == asked.get(key)]
        for text in (exact or fresh or answered or [str(slot)])[:1]:
            out[text] = asked.get(key)
    return out


def replay(pks: Sequence[int]) -> int:
    """Owe dead deliveries again; gives how many."""
    rows = list(Delivery.objects.filter(pk__in=pks, state=Delivery.State.DEAD))
    for delivery in rows:
        delivery.attempts, delivery.reason = 0, ""
        _later(delivery, timezone.now(), "")
        outbox.wake(WAKE, connection=delivery.connection_id)
    return len(rows)

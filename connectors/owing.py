"""From events to deliveries: which slots are owed a look, one waiting row each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from connectors import base, reach
from mdm import outbox
from mdm.entities import RELATIONS
from mdm.models.systems import Connection
from mdm.selectors import systems

WAKE = "connectors.tasks.deliver"
RELATION = "relation"

_OWE = """
INSERT INTO connectors_delivery AS d (connection_id, object_type, subject_type, subject_id, operation, state,
    priority, not_before, depends_on, attempts, pushes, written, reason, error,
    correlation_ids, created_at)
SELECT %(connection)s::bigint, %(object_type)s::text, %(subject_type)s::text, subject, 'upsert', 'waiting',
    EXISTS (SELECT 1 FROM mdm_sourcerecord held WHERE held.{subject}_id = subject
        AND (held.connection_id, held.object_type) = (%(connection)s::bigint, %(object_type)s::text))::int,
    %(now)s::timestamptz, '[]', 0, 0, '[]', '', '', cause::jsonb, %(now)s::timestamptz
FROM unnest(%(subjects)s::bigint[], %(causes)s::text[]) AS owed (subject, cause)
ON CONFLICT (connection_id, object_type, subject_type, subject_id, operation) WHERE state = 'waiting'
DO UPDATE SET priority = least(d.priority, excluded.priority),
    not_before = least(d.not_before, excluded.not_before), correlation_ids = coalesce((
    SELECT jsonb_agg(DISTINCT cause)
    FROM jsonb_array_elements(d.correlation_ids || excluded.correlation_ids) AS causes (cause)), '[]')
"""


def fan_out(limit: int = 1000) -> int:
    """Turn a batch of events into deliveries, one waiting row per slot; gives how many events were taken."""
    with transaction.atomic():
        events = outbox.claim(limit)
        causes: dict[tuple[str, int], set[str]] = defaultdict(set)
        for event in events:
            causes[event.subject_type, event.subject_id].add(event.correlation_id)
        owe(causes, arrived={event.subject_id for event in events if event.topic == "golden.records"})
    return len(events)


def owe(
    causes: Mapping[tuple[str, int], set[str]], arrived: Collection[int] = (), only: Connection | None = None
) -> None:
    """Owe every writable slot of these subjects a look, and the relations that hang on them.

    `arrived`: golden records of which a system has a new record, so that relations waiting for it can follow.
    `only`: the one connection to owe it to.
    """
    subjects: dict[str, dict[int, set[str]]] = defaultdict(dict)
    for (kind, pk), ids in causes.items():
        subjects[kind][pk] = ids
    goldens = [pk for kind, found in subjects.items() if kind != RELATION for pk in found]
    for pk in systems.relations_of(goldens, arrived) - subjects[RELATION].keys():
        subjects[RELATION][pk] = set()
    read: dict[str, systems.Subjects] = {}
    writable = Connection.objects.filter(enabled=True, mode=Connection.Mode.WRITE).exclude(role="hub")
    for connection in writable.filter(pk=only.pk) if only else writable.order_by("pk"):
        owed = 0
        for object_type in reach.object_types(connection):
            meant = subjects[subject_type(object_type)]
            if object_type.writable and meant:
                if object_type.entity not in read:
                    read[object_type.entity] = systems.Subjects(object_type.entity, list(meant))
                pks = read[object_type.entity].belonging(connection, object_type.name)
                owed += _owe_type(connection, object_type, {pk: meant[pk] for pk in pks})
        if owed:
            outbox.wake(WAKE, connection=connection.pk)


def _owe_type(connection: Connection, object_type: base.ObjectType, subjects: Mapping[int, set[str]]) -> int:
    if subjects:
        with database.cursor() as cursor:
            held = "relation" if subject_type(object_type) == RELATION else "golden"
            cursor.execute(
                _OWE.format(subject=held),
                {
                    "connection": connection.pk,
                    "object_type": object_type.name,
                    "subject_type": subject_type(object_type),
                    "now": timezone.now(),
                    "subjects": list(subjects),
                    "causes": [json.dumps(sorted(cause for cause in causes if cause)) for causes in subjects.values()],
                },
            )
    return len(subjects)


def subject_type(object_type: base.ObjectType) -> str:
    """What a delivery of this type is about: a golden record, under its entity's name, or a relation."""
    return RELATION if object_type.entity in RELATIONS else object_type.entity

"""What connectors need to know of the published rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import connection as database
from django.db.models import Count, Q

from mdm import rules
from mdm.engine.values import Json
from mdm.entities import CUSTOMER, ENTITIES, RELATIONS
from mdm.models import VALUES, Connection, GoldenValues, Relation, SourceRecord
from mdm.rules import FieldRule
from mdm.selectors.desired import contacts, eligible


def fields(connection: Connection) -> list[FieldRule]:
    """The run-time mapping rows of a connection."""
    return [row for row in rules.current().mappings if row.connection_id == connection.pk]


class Subjects:
    """Golden records of an entity, or relations of a relation entity, read once for any number of slots."""

    def __init__(self, entity: str, pks: Collection[int]) -> None:
        self._entity, self._contacts = entity, set[int]()
        self._ends: Mapping[int, int] = {pk: pk for pk in pks}
        if entity in RELATIONS:
            active = Relation.objects.filter(pk__in=pks, type=entity, status=Relation.Status.ACTIVE)
            self._ends = dict(active.values_list("pk", "source_id"))
            self._contacts = set(self._ends.values())
        elif entity == CUSTOMER.name:
            self._contacts = contacts(pks)
        model = VALUES[ENTITIES[entity].mastered]._default_manager
        self._goldens = model.defer("winners", "updated_at").in_bulk(set(self._ends.values()))

    def belonging(self, connection: Connection, object_type: str) -> list[int]:
        """Those the connection should hold as this object type, by id."""
        place = (connection.pk, object_type, self._entity)
        rows = [
            row for row in rules.current().distribution if (row.connection_id, row.object_type, row.entity) == place
        ]
        return sorted(
            pk
            for pk, end in (self._ends.items() if rows else ())
            if end in self._goldens and eligible(self._goldens[end], rows, end in self._contacts)
        )


def distributed(connection: Connection, object_type: str, entity: str, pks: Collection[int]) -> list[int]:
    """Those of these golden records, or relations of a relation entity, that the connection should hold."""
    return Subjects(entity, pks).belonging(connection, object_type)


def heads(connection_id: int, object_type: str, external_ids: Collection[str]) -> dict[str, datetime]:
    """The source time of the newest version of these records."""
    rows = SourceRecord.objects.filter(connection=connection_id, object_type=object_type, external_id__in=external_ids)
    return dict(rows.values_list("external_id", "head_at"))


_SAME = """
SELECT record.external_id FROM unnest(%s::text[], %s::text[]) AS asked (external_id, body)
JOIN mdm_sourcerecord record ON (record.connection_id, record.object_type, record.external_id)
    = (%s, %s, asked.external_id)
JOIN mdm_sourceversion head ON (head.record_id, head.source_time, head.digest)
    = (record.id, record.head_at, record.head_digest)
WHERE record.status = 'active' AND head.kind = 'snapshot' AND head.raw = asked.body::jsonb
"""


def says_the_same(connection: Connection, object_type: str, bodies: Mapping[str, Mapping[str, Json]]) -> set[str]:
    """Those of these records, by external id, whose newest version came with just this payload."""
    texts = [json.dumps(body, default=str) for body in bodies.values()]
    with database.cursor() as cursor:
        cursor.execute(_SAME, [list(bodies), texts, connection.pk, object_type])
        return {external_id for (external_id,) in cursor.fetchall()}


def sizes() -> list[tuple[str, str, int, int]]:
    """Per connection code and object type: active source records, and how many golden ones they are; no relations."""
    rows = SourceRecord.objects.filter(status=SourceRecord.Status.ACTIVE, golden__isnull=False)
    by = ("connection__code", "object_type")
    return list(rows.values_list(*by).annotate(n=Count("pk"), m=Count("golden", distinct=True)).order_by(*by))


def relations_of(changed: Collection[int], arrived: Collection[int]) -> set[int]:
    """Active relations that a change of these golden records may touch.

    A contact carries its person's values and ids, so any change of the person counts; of its other end only that a
    record of it has `arrived` in some system.
    """
    rows = Relation.objects.filter(Q(source__in=changed) | Q(target__in=arrived), status=Relation.Status.ACTIVE)
    return set(rows.values_list("pk", flat=True))


def subjects() -> Iterable[tuple[str, int]]:
    """Every golden record under its entity's name, and every active relation."""
    for entity, model in VALUES.items():
        goldens = model._default_manager.exclude(status=GoldenValues.Status.MERGED).order_by("pk")
        yield from ((entity, pk) for pk in goldens.values_list("pk", flat=True).iterator())
    active = Relation.objects.filter(status=Relation.Status.ACTIVE).order_by("pk")
    yield from (("relation", pk) for pk in active.values_list("pk", flat=True).iterator())


def known_ids(connection: Connection, object_type: str) -> set[str]:
    """External ids of all records that are active there as far as the hub knows."""
    rows = SourceRecord.objects.filter(
        connection=connection, object_type=object_type, status=SourceRecord.Status.ACTIVE
    )
    return set(rows.values_list("external_id", flat=True))

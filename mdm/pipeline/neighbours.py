"""All source records that the partition ties together, with their golden records locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import prefetch_related_objects

from mdm.entities import MASTERED
from mdm.models import Connection, SourceRecord, reading

# From each record one step on, until nothing new is reached.
_REACHED = """
WITH RECURSIVE reached (id) AS (
    SELECT unnest((SELECT %(pks)s::bigint[]))
    UNION SELECT near.id FROM reached CROSS JOIN LATERAL (
        SELECT b_id FROM mdm_matchedge WHERE a_id = reached.id AND zone = 'match'
        UNION ALL SELECT a_id FROM mdm_matchedge WHERE b_id = reached.id AND zone = 'match'
        UNION ALL SELECT id FROM mdm_sourcerecord WHERE created_for_id = reached.id AND entity = ANY(%(mastered)s)
        UNION ALL SELECT created_for_id FROM mdm_sourcerecord WHERE id = reached.id AND created_for_id IS NOT NULL
        UNION ALL SELECT mate.id FROM mdm_sourcerecord mine JOIN mdm_sourcerecord mate
              ON mate.golden_id = mine.golden_id
              WHERE mine.id = reached.id
        UNION ALL SELECT winner.id FROM mdm_sourcerecord loser JOIN mdm_sourcerecord winner
              ON (winner.connection_id, winner.object_type, winner.external_id)
               = (loser.connection_id, loser.object_type, loser.merged_into)
              WHERE loser.id = reached.id AND loser.status = 'merged'
        UNION ALL SELECT loser.id FROM mdm_sourcerecord winner JOIN mdm_sourcerecord loser
              ON (winner.connection_id, winner.object_type, winner.external_id)
               = (loser.connection_id, loser.object_type, loser.merged_into)
              WHERE winner.id = reached.id AND loser.status = 'merged'
        UNION ALL SELECT b_id FROM mdm_decision WHERE a_id = reached.id
        UNION ALL SELECT a_id FROM mdm_decision WHERE b_id = reached.id
    ) AS near (id)
)
"""
# The planner takes what is reached for a hundred times what it is; OFFSET 0 keeps it from reading whole tables then.
_RECORDS = "reached CROSS JOIN LATERAL (SELECT * FROM mdm_sourcerecord WHERE id = reached.id OFFSET 0) AS record"
# In id order, as mdm.pipeline.locks takes them.
_LOCK = f"""{_REACHED}
SELECT id FROM mdm_goldenrecord
 WHERE id = ANY(ARRAY(SELECT record.golden_id FROM {_RECORDS} WHERE record.golden_id IS NOT NULL))
 ORDER BY id FOR NO KEY UPDATE
"""
_READ = f"{_REACHED} SELECT record.* FROM {_RECORDS}"
_NAMED = """
SELECT id, connection_id, object_type, external_id, golden_id
FROM unnest((SELECT %s::bigint[])) AS asked (id) JOIN mdm_sourcerecord record USING (id)
"""


def locked(pks: Collection[int], connections: Mapping[int, Connection]) -> dict[int, SourceRecord]:
    """The records tied to these, by id, with the golden records of all of them locked until the transaction ends.

    They are read after locking, and again as long as somebody moved one meanwhile. `connections`: those the caller has
    read, by id.
    """
    asked: dict[str, Any] = {"pks": list(pks), "mastered": list(MASTERED)}
    held: set[int] = set()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, asked)
            held |= {row[0] for row in cursor.fetchall()}
        records = reading.rows(SourceRecord, _READ, asked)
        if {record.golden_id for record in records if record.golden_id} <= held:
            return _connected(records, connections)


def named(pks: Collection[int], connections: Mapping[int, Connection]) -> dict[int, SourceRecord]:
    """The records of these ids without what they say."""
    return _connected(reading.rows(SourceRecord, _NAMED, [list(pks)]) if pks else [], connections)


def _connected(records: Sequence[SourceRecord], connections: Mapping[int, Connection]) -> dict[int, SourceRecord]:
    for record in records:
        if record.connection_id in connections:
            record.connection = connections[record.connection_id]
    prefetch_related_objects([record for record in records if record.connection_id not in connections], "connection")
    return {record.pk: record for record in records}

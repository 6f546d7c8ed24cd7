"""All source records that the partition ties together, with their golden records locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import connection
from django.db.models import prefetch_related_objects

from mdm.entities import MASTERED
from mdm.models import Connection, SourceRecord, reading

# From each record one step on, until nothing new is reached.
_MASTERED = f"'{{{','.join(MASTERED)}}}'::text[]"
_REACHED = f"""
WITH RECURSIVE reached (id) AS (
    SELECT unnest((SELECT %(pks)s::bigint[]))
    UNION SELECT near.id FROM reached
    CROSS JOIN LATERAL (SELECT * FROM mdm_sourcerecord WHERE id = reached.id OFFSET 0) AS mine
    CROSS JOIN LATERAL (
        SELECT b_id FROM mdm_matchedge WHERE a_id = mine.id AND zone = 'match'
        UNION ALL SELECT a_id FROM mdm_matchedge WHERE b_id = mine.id AND zone = 'match'
        UNION ALL SELECT id FROM mdm_sourcerecord WHERE created_for_id = mine.id AND entity = ANY({_MASTERED})
        UNION ALL SELECT mine.created_for_id WHERE mine.created_for_id IS NOT NULL
        UNION ALL SELECT id FROM mdm_sourcerecord WHERE golden_id = mine.golden_id
        UNION ALL SELECT id FROM mdm_sourcerecord
              WHERE (connection_id, object_type, external_id) = (mine.connection_id, mine.object_type, mine.merged_into)
                AND mine.status = 'merged'
        UNION ALL SELECT id FROM mdm_sourcerecord
              WHERE (connection_id, object_type, merged_into) = (mine.connection_id, mine.object_type, mine.external_id)
                AND status = 'merged'
        UNION ALL SELECT b_id FROM mdm_decision WHERE a_id = mine.id
        UNION ALL SELECT a_id FROM mdm_decision WHERE b_id = mine.id
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


def locked(pks: Collection[int], connections: Mapping[int, Connection]) -> dict[int, SourceRecord]:
    """The records tied to these, by id, with the golden records of all of them locked until the transaction ends.

    They are read after locking, and again as long as somebody moved one meanwhile. `connections`: those the caller has
    read, by id.
    """
    asked = {"pks": reading.numbers(pks)}
    held: set[int] = set()
    while True:
        with connection.cursor() as locks, connection.cursor() as read:
            locks.execute(_LOCK, asked)
            read.execute(_READ, asked)
            held |= {row[0] for row in locks.fetchall()}
            records = reading.found(SourceRecord, read)
        if {record.golden_id for record in records if record.golden_id} <= held:
            return connected(records, connections)


def connected(records: Sequence[SourceRecord], connections: Mapping[int, Connection]) -> dict[int, SourceRecord]:
    """These records by id, each with its connection."""
    for record in records:
        if record.connection_id in connections:
            record.connection = connections[record.connection_id]
    prefetch_related_objects([record for record in records if record.connection_id not in connections], "connection")
    return {record.pk: record for record in records}

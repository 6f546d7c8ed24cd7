"""Find who a record may be: blocking keys, candidates, match weight, zone, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import structlog
from django.db import connection

from mdm.engine.matching import Evidence, Zone
from mdm.models import MatchEdge, MatchKey, SourceRecord, bulk
from mdm.pipeline import locks
from mdm.pipeline.testimony import features, fresh_features
from mdm.rules import Rules

log = structlog.get_logger(__name__)
# A key that more records share than this says nothing; it is left out of blocking and the log says so.
OVERSIZED = 200


def keys(record: SourceRecord, rules: Rules) -> set[int]:
    """Blocking keys, hashed to signed 64 bits."""
    return {MatchKey.hashed(key) for key in rules.model.keys(fresh_features(record, rules))}


def lock(records: Sequence[SourceRecord], rules: Rules) -> dict[int, set[int]]:
    """Hold the buckets of these records' keys, old and new; gives the new keys by position in `records`."""
    new = {place: keys(record, rules) for place, record in enumerate(records)}
    stored = [record.pk for record in records if record.pk]
    old = MatchKey.objects.filter(record__in=stored).values_list("key", flat=True)
    locks.take(locks.KEYS, {*old, *(key for found in new.values() for key in found)})
    return new


def apply(records: Sequence[SourceRecord], new_keys: Mapping[int, set[int]], rules: Rules) -> None:
    """Bring the match index and the edges of these stored records up to date."""
    pks = [record.pk for record in records]
    if not pks:
        return
    _index(records, new_keys)
    MatchEdge.objects.filter(a__in=pks).delete()
    MatchEdge.objects.filter(b__in=pks).delete()
    pairs = _candidates(pks, {key for found in new_keys.values() for key in found})
    bulk.insert([*_edges(pairs, {record.pk: record for record in records}, rules)])


def _index(records: Sequence[SourceRecord], new_keys: Mapping[int, set[int]]) -> None:
    MatchKey.objects.filter(record__in=[record.pk for record in records]).delete()
    bulk.insert([MatchKey(key=key, record=record) for place, record in enumerate(records) for key in new_keys[place]])


def _candidates(pks: Sequence[int], found: Iterable[int]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM mdm_matchkey WHERE key = ANY(%s) GROUP BY key HAVING count(*) > %s",
            [list(found), OVERSIZED],
        )
        oversized = [row[0] for row in cursor.fetchall()]
        if oversized:
            log.warning("oversized blocking keys skipped", keys=len(oversized), limit=OVERSIZED)
        cursor.execute(
            "SELECT DISTINCT least(mine.record_id, other.record_id), greatest(mine.record_id, other.record_id)"
            " FROM mdm_matchkey mine JOIN mdm_matchkey other ON other.key = mine.key"
            " WHERE mine.record_id = ANY(%s) AND other.record_id <> mine.record_id AND mine.key <> ALL(%s::bigint[])",
            [list(pks), oversized],
        )
        return list(cursor.fetchall())


def _edges(pairs: Sequence[tuple[int, int]], known: Mapping[int, SourceRecord], rules: Rules) -> Iterable[MatchEdge]:
    missing = {pk for pair in pairs for pk in pair} - known.keys()
    others = SourceRecord.objects.filter(pk__in=missing).only("cells", "entity").in_bulk()
    ready = {pk: features(record, rules) for pk, record in {**known, **others}.items()}
    for a, b in pairs:
        evidence = rules.model.compare(ready[a], ready[b])
        if evidence.zone is not Zone.NO_MATCH:
            yield _edge(a, b, evidence, rules)


def _edge(a: int, b: int, evidence: Evidence, rules: Rules) -> MatchEdge:
    return MatchEdge(
        a_id=a,
        b_id=b,
        weight=evidence.weight,
        zone=str(evidence.zone),
        evidence=evidence.to_json(),
        model_version=rules.model.version,
    )

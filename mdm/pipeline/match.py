"""Find who a record may be: blocking keys, candidates, match weight, zone, evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
Pair = tuple[int, int]

_COUNT = """
SELECT key, size FROM unnest(%s::bigint[]) AS asked (key) CROSS JOIN LATERAL (
    SELECT count(*) AS size FROM (
        SELECT 1 FROM mdm_matchkey held WHERE held.key = asked.key LIMIT %s) AS few) AS sized
WHERE size > %s
"""

# Edges of two records that share one of these keys and none that is rare enough to block by.
_PART = """
DELETE FROM mdm_matchedge edge USING mdm_matchkey mine JOIN mdm_matchkey other ON other.key = mine.key
WHERE mine.key = ANY(%(grown)s) AND (edge.a_id, edge.b_id) = (mine.record_id, other.record_id)
  AND NOT EXISTS (
    SELECT 1 FROM mdm_matchkey p JOIN mdm_matchkey q ON q.key = p.key
    WHERE (p.record_id, q.record_id) = (edge.a_id, edge.b_id) AND (
        SELECT count(*) FROM (SELECT 1 FROM mdm_matchkey held WHERE held.key = p.key LIMIT %(limit)s + 1) AS few
    ) <= %(limit)s)
RETURNING edge.a_id, edge.b_id
"""

_SAID = "SELECT id, entity, cells FROM mdm_sourcerecord WHERE id = ANY(%s)"

_REVIVED = """
SELECT DISTINCT mine.record_id, other.record_id
FROM mdm_matchkey mine JOIN mdm_matchkey other ON other.key = mine.key AND mine.record_id < other.record_id
WHERE mine.key = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM mdm_matchedge edge WHERE (edge.a_id, edge.b_id) = (mine.record_id, other.record_id))
"""


def keys(record: SourceRecord, rules: Rules) -> set[int]:
    """Blocking keys, hashed to signed 64 bits."""
    found = rules.models[record.entity].keys(fresh_features(record, rules))
    return {MatchKey.hashed(record.entity, key) for key in found}


@dataclass(frozen=True, slots=True)
class Keys:
    """Blocking keys of a batch of records by their place in it, and by id those the stored ones held until now."""

    new: Mapping[int, set[int]]
    old: Mapping[int, set[int]]

    @property
    def all(self) -> set[int]:
        return {key for keys in (*self.old.values(), *self.new.values()) for key in keys}


def lock(records: Sequence[SourceRecord], rules: Rules) -> Keys:
    """Hold the buckets of these records' keys, old and new, and tell them."""
    old: dict[int, set[int]] = {record.pk: set() for record in records if record.pk}
    for pk, key in MatchKey.objects.filter(record__in=old).values_list("record_id", "key") if old else ():
        old[pk].add(key)
    new = {place: keys(record, rules) for place, record in enumerate(records)}
    names: dict[str, set[str | int]] = defaultdict(set)
    for place, record in enumerate(records):
        names[record.entity] |= new[place] | old.get(record.pk, set())
    locks.take(locks.KEYS, names)
    return Keys(new=new, old=old)


def apply(records: Sequence[SourceRecord], found: Keys, rules: Rules) -> set[int]:
    """Bring the match index and the edges of these stored records up to date.

    Gives the ids of other records whose edges changed: a key they share is too common from now on, or no longer is.
    """
    pks = [record.pk for record in records]
    if not pks:
        return set()
    _index(records, found)
    if found.old:
        MatchEdge.objects.filter(a__in=found.old).delete()
        MatchEdge.objects.filter(b__in=found.old).delete()
    sizes = _sizes(found)
    pairs = _candidates(pks, sizes.oversized)
    parted = _part(sizes.grown)
    revived = _revived(sizes.shrunk) - set(pairs)
    edges = _edges([*pairs, *sorted(revived)], {record.pk: record for record in records}, rules)
    bulk.insert([*edges], ids=False)
    return {pk for pair in parted | revived for pk in pair} - set(pks)


def _index(records: Sequence[SourceRecord], found: Keys) -> None:
    """Write the keys of the records whose keys are others than before."""
    moved = [place for place, record in enumerate(records) if found.new[place] != found.old.get(record.pk)]
    stale = [records[place].pk for place in moved if found.old.get(records[place].pk)]
    if stale:
        MatchKey.objects.filter(record__in=stale).delete()
    bulk.insert([MatchKey(key=key, record=records[place]) for place in moved for key in found.new[place]], ids=False)


class _Sizes(NamedTuple):
    """Keys too common to block by, those that became so by this batch, and those that no longer are."""

    oversized: list[int]
    grown: list[int]
    shrunk: list[int]


def _sizes(found: Keys) -> _Sizes:
    new = Counter(key for own in found.new.values() for key in own)
    old = Counter(key for own in found.old.values() for key in own)
    fewest = OVERSIZED - max(old.values(), default=0)
    most = OVERSIZED + max(new.values(), default=0) + 1  # counting further tells nothing more
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(found.all), most, fewest])
        now: dict[int, int] = dict(cursor.fetchall())
    before = {key: count - new[key] + old[key] for key, count in now.items()}
    oversized = [key for key, count in now.items() if count > OVERSIZED]
    if oversized:
        log.warning("oversized blocking keys skipped", keys=len(oversized), limit=OVERSIZED)
    return _Sizes(
        oversized=oversized,
        grown=[key for key in oversized if before[key] <= OVERSIZED],
        shrunk=[key for key, count in now.items() if count <= OVERSIZED < before[key]],
    )


def _candidates(pks: Sequence[int], oversized: Sequence[int]) -> list[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT least(mine.record_id, other.record_id), greatest(mine.record_id, other.record_id)"
            " FROM mdm_matchkey mine JOIN mdm_matchkey other ON other.key = mine.key"
            " WHERE mine.record_id = ANY(%s) AND other.record_id <> mine.record_id AND mine.key <> ALL(%s::bigint[])",
            [list(pks), list(oversized)],
        )
        return list(cursor.fetchall())


def _part(grown: Sequence[int]) -> set[Pair]:
    """Drop the edges that only these keys led to; the pairs they joined."""
    if not grown:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_PART, {"grown": list(grown), "limit": OVERSIZED})
        return set(cursor.fetchall())


def _revived(shrunk: Sequence[int]) -> set[Pair]:
    """Pairs without an edge that these keys lead to again."""
    if not shrunk:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_REVIVED, [list(shrunk)])
        return set(cursor.fetchall())


def _edges(pairs: Sequence[tuple[int, int]], known: Mapping[int, SourceRecord], rules: Rules) -> Iterable[MatchEdge]:
    missing = {pk for pair in pairs for pk in pair} - known.keys()
    others = {row.pk: row for row in SourceRecord.objects.raw(_SAID, [list(missing)])} if missing else {}
    ready = {pk: features(record, rules) for pk, record in {**known, **others}.items()}
    for a, b in pairs:
        model = rules.models[(known.get(a) or others[a]).entity]
        evidence = model.compare(ready[a], ready[b])
        if evidence.zone is not Zone.NO_MATCH:
            yield _edge(a, b, evidence, model.version)


def _edge(a: int, b: int, evidence: Evidence, version: str) -> MatchEdge:
    return MatchEdge(
        a_id=a,
        b_id=b,
        weight=evidence.weight,
        zone=str(evidence.zone),
        evidence=evidence.to_json(),
        model_version=version,
    )

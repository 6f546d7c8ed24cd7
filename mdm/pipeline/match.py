"""Find who a record may be: blocking keys, candidates, match weight, zone, evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from django.db import connection

from mdm.engine.matching import Evidence, Matcher, Zone
from mdm.engine.values import Json, Key
from mdm.models import OVERSIZED, MatchEdge, MatchKey, SourceRecord, bulk, reading
from mdm.pipeline import locks
from mdm.pipeline.testimony import Features, features
from mdm.rules import Rules

log = structlog.get_logger(__name__)
CHUNK = 20_000  # pairs compared at a time
Pair = tuple[int, int]
Numbered = tuple[int, int]  # id of a model, 0 for the built-in one; key

_INDEX = """
INSERT INTO mdm_matchkey (record_id, model, key) SELECT *
FROM unnest((SELECT %s::bigint[]), (SELECT %s::integer[]), (SELECT %s::bigint[]))
"""

# How many records share each of these keys, counted up to `most`; of the `new` ones that are few enough to block by
# with so many `more`, which they are; and then what those say, but for the records that are `known`.
_SHARED = """
WITH block AS MATERIALIZED (
    SELECT asked.key, few.size, CASE WHEN asked.new = 1 AND few.size + more <= %(limit)s THEN few.members END AS members
    FROM unnest((SELECT %(keys)s::bigint[]), (SELECT %(new)s::integer[]), (SELECT %(more)s::integer[]))
         AS asked (key, new, more) CROSS JOIN LATERAL (
        SELECT count(*) AS size, array_agg(record_id) AS members FROM (
            SELECT record_id FROM mdm_matchkey held WHERE held.key = asked.key LIMIT %(most)s) AS first) AS few
    WHERE few.size > 0
)
SELECT key, size, members, NULL::bigint, NULL, NULL::jsonb FROM block
UNION ALL
SELECT NULL, NULL, NULL, id, entity, cells FROM mdm_sourcerecord WHERE id = ANY(ARRAY(
    SELECT unnest(members) FROM block EXCEPT SELECT unnest((SELECT %(known)s::bigint[]))))
"""
_READ = ("id", "entity", "cells")

# Edges of two records that share one of these keys and none that is rare enough to block by.
_PART = """
DELETE FROM mdm_matchedge edge USING mdm_matchkey mine JOIN mdm_matchkey other ON other.key = mine.key
WHERE mine.key = ANY(%(grown)s) AND (edge.a_id, edge.b_id) = (mine.record_id, other.record_id)
  AND NOT EXISTS (
    SELECT 1 FROM mdm_matchkey p JOIN mdm_matchkey q ON q.key = p.key
    WHERE (p.record_id, q.record_id) = (edge.a_id, edge.b_id) AND p.model = mine.model AND (
        SELECT count(*) FROM (SELECT 1 FROM mdm_matchkey held WHERE held.key = p.key LIMIT %(limit)s + 1) AS few
    ) <= %(limit)s)
RETURNING edge.a_id, edge.b_id
"""

_SAID = """
SELECT id, entity, cells FROM unnest((SELECT %s::bigint[])) AS asked (id) JOIN mdm_sourcerecord record USING (id)
"""

_REVIVED = """
SELECT DISTINCT mine.record_id, other.record_id
FROM mdm_matchkey mine JOIN mdm_matchkey other ON other.key = mine.key AND mine.record_id < other.record_id
WHERE mine.key = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM mdm_matchedge edge WHERE (edge.a_id, edge.b_id) = (mine.record_id, other.record_id))
"""


def keys(record: SourceRecord, rules: Rules) -> set[int]:
    """Blocking keys, hashed to signed 64 bits."""
    return _keys(record, rules.numbers[record.entity], rules.models[record.entity], rules.said(record))


def beside(record: SourceRecord, rules: Rules) -> set[Numbered]:
    """Keys by models that are not in force: the built-in one, for the search, and one that will be in force soon."""
    return _beside(record, rules, rules.said(record))


def _beside(record: SourceRecord, rules: Rules, said: list[tuple[Key, str, Json]]) -> set[Numbered]:
    models = rules.beside[record.entity]
    return {(number, key) for number, model in models for key in _keys(record, number, model, said)}


def _keys(record: SourceRecord, number: int, model: Matcher, said: Iterable[tuple[Key, str, Json]]) -> set[int]:
    return {MatchKey.hashed(record.entity, key, number) for key in model.keys(model.features(said))}


@dataclass(frozen=True, slots=True)
class Keys:
    """Blocking keys of a batch of records by their place in it, and by id those the stored ones held until now.

    `new` and `old` are those of the model in force; by those `beside` them, (model, key), nobody is found.
    """

    new: Mapping[int, set[int]]
    old: Mapping[int, set[int]]
    beside_new: Mapping[int, set[Numbered]]
    beside_old: Mapping[int, set[Numbered]]

    def moved(self, place: int, pk: int | None) -> bool:
        """Whether the record of this place and id has other keys than are stored."""
        if pk is None:
            return True
        return (self.new[place], self.beside_new[place]) != (self.old.get(pk), self.beside_old.get(pk))

    def all_of(self, place: int, in_force: int) -> set[Numbered]:
        """All keys of the record of this place, with the model each is of."""
        return {(in_force, key) for key in self.new[place]} | self.beside_new[place]


def lock(records: Sequence[SourceRecord], rules: Rules) -> Keys:
    """Hold the buckets of these records' keys, old and new, and tell them."""
    old: dict[int, set[int]] = {record.pk: set() for record in records if record.pk}
    beside_old: dict[int, set[Numbered]] = {pk: set() for pk in old}
    in_force = {record.pk: rules.numbers[record.entity] for record in records}
    held = MatchKey.objects.filter(record__in=old).values_list("record_id", "model", "key") if old else ()
    for pk, number, key in held:
        if number == in_force[pk]:
            old[pk].add(key)
        else:
            beside_old[pk].add((number, key))
    new, beside_new = {}, {}
    for place, record in enumerate(records):
        said, entity = rules.said(record), record.entity
        new[place] = _keys(record, rules.numbers[entity], rules.models[entity], said)
        beside_new[place] = _beside(record, rules, said)
    names: dict[str, set[str | int]] = defaultdict(set)
    for place, record in enumerate(records):
        names[record.entity] |= new[place] | old.get(record.pk, set())
    locks.take(locks.KEYS, names)
    return Keys(new=new, old=old, beside_new=beside_new, beside_old=beside_old)


def apply(records: Sequence[SourceRecord], found: Keys, rules: Rules) -> set[int]:
    """Bring the match index and the edges of these stored records up to date.

    Gives the ids of other records whose edges changed: a key they share is too common from now on, or no longer is.
    """
    pks = [record.pk for record in records]
    if not pks:
        return set()
    blocks = _blocks(found, pks)
    index(records, found, rules)  # what takes longest; where nobody waits for it, pairs are compared meanwhile
    if found.old:
        MatchEdge.objects.filter(a__in=found.old).delete()
        MatchEdge.objects.filter(b__in=found.old).delete()
    pairs = _candidates(records, found, blocks.members)
    parted = _part(blocks.grown)
    revived = _revived(blocks.shrunk) - pairs
    known = {record.pk: record for record in (*blocks.others, *records)}
    edges = _edges(sorted(pairs | revived), known, rules)
    bulk.insert([*edges], ids=False)
    return {pk for pair in parted | revived for pk in pair} - set(pks)


def index(records: Sequence[SourceRecord], found: Keys, rules: Rules) -> None:
    """Write the keys of the records whose keys are others than before."""
    moved = [place for place, record in enumerate(records) if found.moved(place, record.pk)]
    stale = [pk for place in moved if found.old.get(pk := records[place].pk) or found.beside_old.get(pk)]
    if stale:
        MatchKey.objects.filter(record__in=stale).delete()
    rows = [
        (records[place].pk, number, key)
        for place in moved
        for number, key in found.all_of(place, rules.numbers[records[place].entity])
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_INDEX, [*map(reading.numbers, zip(*rows, strict=True))])


class _Blocks(NamedTuple):
    """Who shares a new key that is rare enough to block by, and the records among them that are not of this batch; keys
    too common by this batch, and those that no longer are."""

    members: Mapping[int, set[int]]
    others: list[SourceRecord]
    grown: list[int]
    shrunk: list[int]


def _blocks(found: Keys, pks: list[int]) -> _Blocks:
    """Read before the index is brought up to date: what the batch changes about it is known here."""
    old = Counter(key for own in found.old.values() for key in own)
    holders: dict[int, set[int]] = defaultdict(set)
    for place, own in found.new.items():
        for key in own:
            holders[key].add(pks[place])
    keys = list(old.keys() | holders.keys())
    more = {key: len(holders.get(key, ())) - old[key] for key in keys}
    asked: dict[str, Any] = {
        "keys": reading.numbers(keys),
        "new": reading.numbers(int(key in holders) for key in keys),
        "more": reading.numbers(more.values()),
        "most": OVERSIZED + max(old.values(), default=0) + 1,  # counting further tells nothing more
        "limit": OVERSIZED,
        "known": reading.numbers(pks),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, asked)
        rows = cursor.fetchall()
    stored = {row[0]: row[1:3] for row in rows if row[0] is not None}
    before = {key: stored[key][0] if key in stored else 0 for key in keys}
    oversized = [key for key in keys if before[key] + more[key] > OVERSIZED]
    if oversized:
        log.warning("oversized blocking keys skipped", keys=len(oversized), limit=OVERSIZED)
    batch, skipped = set(pks), set(oversized)
    return _Blocks(
        members={
            key: own.union(stored[key][1]) - (batch - own) if key in stored else own
            for key, own in holders.items()
            if key not in skipped
        },
        others=reading.objects(SourceRecord, _READ, (row[3:] for row in rows if row[0] is None)),
        grown=[key for key in oversized if before[key] <= OVERSIZED],
        shrunk=[key for key in keys if before[key] + more[key] <= OVERSIZED < before[key]],
    )


def _candidates(records: Sequence[SourceRecord], found: Keys, members: Mapping[int, set[int]]) -> set[Pair]:
    pairs: set[Pair] = set()
    for place, record in enumerate(records):
        others = {pk for key in found.new[place] for pk in members.get(key, ())} - {record.pk}
        pairs.update((min(record.pk, pk), max(record.pk, pk)) for pk in others)
    return pairs


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


def _edges(pairs: Sequence[tuple[int, int]], known: Mapping[int, SourceRecord], rules: Rules) -> Iterator[MatchEdge]:
    missing = {pk for pair in pairs for pk in pair} - known.keys()
    others = {row.pk: row for row in reading.rows(SourceRecord, _SAID, [reading.numbers(missing)])} if missing else {}
    ready = {pk: features(record, rules) for pk, record in {**known, **others}.items()}
    by_entity: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_entity[(known.get(pair[0]) or others[pair[0]]).entity].append(pair)
    for entity, asked in by_entity.items():
        for i in range(0, len(asked), CHUNK):
            yield from _compared(asked[i : i + CHUNK], ready, rules.models[entity])


def _compared(pairs: Sequence[Pair], ready: Mapping[int, Features], model: Matcher) -> Iterator[MatchEdge]:
    found = model.evidence([(ready[a], ready[b]) for a, b in pairs])
    for (a, b), evidence in zip(pairs, found, strict=True):
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

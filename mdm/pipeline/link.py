"""Say which golden record each source record belongs to: attach, new, join, part, open a case.

The partition is a function of the edges, the source merges, the records the hub created itself and the human decisions,
recomputed for every connected set of records that a change touches; so order of arrival does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from mdm import history, logs
from mdm.engine.clustering import Clustering
from mdm.models import (
    VALUES,
    Actor,
    Case,
    Connection,
    Decision,
    GoldenRecord,
    GoldenValues,
    Link,
    MatchEdge,
    SourceRecord,
    bulk,
    reading,
)
from mdm.pipeline import neighbours, partition
from mdm.pipeline.testimony import features
from mdm.rules import Rules
from mdm.selectors import ties

# Those with one end or both among these records, and the records at their other ends, without what they say.
_ASKED = "(SELECT %(pks)s::bigint[])::bigint[]"
_PAIRS = f"""
WITH edge AS MATERIALIZED (
    SELECT a_id, b_id, weight, zone, evidence FROM mdm_matchedge WHERE a_id = ANY({_ASKED}) OR b_id = ANY({_ASKED})
)
SELECT a_id, b_id, weight, zone, evidence, NULL AS verdict, 0 AS word, NULL::bigint, NULL, NULL, NULL::bigint FROM edge
UNION ALL SELECT a_id, b_id, NULL, NULL, NULL, verdict, id, NULL, NULL, NULL, NULL
  FROM mdm_decision WHERE a_id = ANY({_ASKED}) OR b_id = ANY({_ASKED})
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, id, connection_id, object_type, external_id, golden_id
  FROM mdm_sourcerecord WHERE id = ANY(ARRAY(
    SELECT unnest(ARRAY[a_id, b_id]) FROM edge EXCEPT SELECT unnest((SELECT %(pks)s::bigint[]))))
ORDER BY word
"""
_EDGE, _DECISION = ("a_id", "b_id", "weight", "zone", "evidence"), ("a_id", "b_id", "verdict")
_END = ("id", "connection_id", "object_type", "external_id", "golden_id")
_MOVE = """
WITH given AS (
    SELECT * FROM unnest((SELECT %(records)s::bigint[]), (SELECT %(goldens)s::bigint[]), (SELECT %(causes)s::text[]),
        (SELECT %(versions)s::text[])) AS given (record_id, golden_id, cause, version)
), moved AS (
    UPDATE mdm_sourcerecord record SET golden_id = given.golden_id FROM given WHERE record.id = given.record_id
)
INSERT INTO mdm_link (record_id, golden_id, cause, actor_id, at, model_version, correlation_id)
SELECT record_id, golden_id, cause, %(actor)s, %(at)s, version, %(correlation)s FROM given
"""
_OPEN = f"""
SELECT * FROM mdm_case WHERE state = 'open' AND (first_id = ANY({_ASKED}) OR second_id = ANY({_ASKED})) FOR UPDATE
"""


@dataclass(slots=True)
class Linked:
    """Golden records whose membership or testimony may have moved, and the records that changed hands."""

    goldens: set[int] = field(default_factory=set)
    moved: list[SourceRecord] = field(default_factory=list)
    merged: dict[int, int] = field(default_factory=dict)
    revived: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)  # made just now
    members: Mapping[int, SourceRecord] = field(default_factory=dict)  # all records of these golden records, by id


def apply(
    pks: Collection[int],
    rules: Rules,
    actor: Actor | None = None,
    connections: Mapping[int, Connection] = MappingProxyType({}),
) -> Linked:
    """Recompute the partition around the records of these ids and write what changed.

    `connections`: those the caller has read, by id.
    """
    linked = Linked()
    if not pks:
        return linked
    members = neighbours.locked(pks, connections)
    by_key = {record.source_key: record for record in members.values()}
    edges, decisions, far = _pairs([*members])
    apart, together = ties.decisions(decisions)
    matches = ((one.a_id, one.b_id, one.weight) for one in edges if one.zone == MatchEdge.Zone.MATCH)
    clustering = partition.of(
        members, matches, apart, together, rules, rules.models, lambda record: features(record, rules)
    )
    groups = [[by_key[name] for name in group] for group in clustering.groups]
    _assign(groups, linked, rules, actor)
    linked.goldens |= {record.golden_id for record in members.values() if record.golden_id}
    linked.members = members
    _cases(linked, edges, clustering, by_key, {**neighbours.connected(far, connections), **members}, apart)
    return linked


def _pairs(pks: list[int]) -> tuple[list[MatchEdge], list[Decision], list[SourceRecord]]:
    """Evidence about pairs with one end or both among these records, what people said of them, oldest first, and the
    other ends of the evidence."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"pks": reading.numbers(pks)})
        rows = cursor.fetchall()
    edges = (row[:5] for row in rows if row[3] is not None)
    words = ((row[0], row[1], row[5]) for row in rows if row[5] is not None)
    far = (row[6:] for row in rows if row[0] is None)
    return (
        reading.objects(MatchEdge, _EDGE, edges),
        reading.objects(Decision, _DECISION, words),
        reading.objects(SourceRecord, _END, far),
    )


def _assign(groups: Sequence[Sequence[SourceRecord]], linked: Linked, rules: Rules, actor: Actor | None) -> None:
    """Give each group its golden record: the one of the oldest source key among those anchored in it, or a new one."""
    anchors = _anchors(record for group in groups for record in group)
    former = _former(groups, anchors) if actor else {}
    fresh: list[tuple[GoldenRecord, Sequence[SourceRecord]]] = []
    changed: list[tuple[SourceRecord, int]] = []
    for group in groups:
        owned = [record for record in sorted(group, key=lambda r: r.age) if anchors.get(record.golden_id) is record]
        before = {former.get(record.pk) for record in group}
        if not owned and None not in before and len(before) == 1 and not before & linked.revived:
            linked.revived |= before  # type: ignore[arg-type]
            changed += [(record, *before) for record in group]  # type: ignore[misc]
            continue
        if not owned:
            fresh.append((GoldenRecord(entity=group[0].entity), group))
            continue
        survivor = owned[0].golden_id
        assert survivor is not None
        linked.merged |= {record.golden_id: survivor for record in owned[1:] if record.golden_id}
        changed += [(record, survivor) for record in group if record.golden_id != survivor]
    bulk.insert([golden for golden, _ in fresh])
    linked.fresh = {golden.pk for golden, _ in fresh}
    changed += [(record, golden.pk) for golden, group in fresh for record in group]
    _write(changed, linked, rules, actor)


def _former(groups: Sequence[Sequence[SourceRecord]], anchors: Mapping[int | None, SourceRecord]) -> dict[int, int]:
    """Record -> the golden record it was merged out of, for groups that part.

    Who is parted by a person is again what it was, under the id that others may have kept.
    """
    held = {anchor.pk for anchor in anchors.values()}
    parting = [record.pk for group in groups if held.isdisjoint(r.pk for r in group) for record in group]
    was = Link.objects.filter(record__in=parting, golden__merged_into=F("record__golden")).order_by("pk")
    return dict(was.values_list("record", "golden")) if parting else {}


def _anchors(records: Iterable[SourceRecord]) -> dict[int | None, SourceRecord]:
    """Golden id -> its record with the oldest source key, which the identity stays with."""
    held: dict[int | None, SourceRecord] = {}
    for record in records:
        if record.golden_id and (record.golden_id not in held or record.age < held[record.golden_id].age):
            held[record.golden_id] = record
    return held


def _write(changed: Sequence[tuple[SourceRecord, int]], linked: Linked, rules: Rules, actor: Actor | None) -> None:
    sizes = Counter(golden for _, golden in changed)
    causes = []
    for record, golden in changed:
        linked.goldens |= {pk for pk in (record.golden_id, golden) if pk}
        causes.append(_cause(record, golden, linked, sizes, actor))
        record.golden_id = golden
        linked.moved.append(record)
    if changed:
        _move(changed, causes, rules, actor)
    if linked.revived:
        GoldenRecord.objects.filter(pk__in=linked.revived).update(merged_into=None)
    if linked.merged:
        _redirect(linked.merged, actor)


def _move(
    changed: Sequence[tuple[SourceRecord, int]], causes: list[str], rules: Rules, actor: Actor | None
) -> None:
    """Write where these records belong from now on, with a link for each."""
    asked: dict[str, Any] = {
        "records": reading.numbers(record.pk for record, _ in changed),
        "goldens": reading.numbers(golden for _, golden in changed),
        "causes": causes,
        "versions": [rules.models[record.entity].version for record, _ in changed],
        "actor": actor.pk if actor else None,
        "at": timezone.now(),
        "correlation": logs.current(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, asked)


def _cause(
    record: SourceRecord, golden: int, linked: Linked, sizes: Mapping[int, int], actor: Actor | None
) -> str:
    if actor is not None:
        return "decided"
    if record.created_for_id:
        return "created_there"
    if record.golden_id in linked.merged:
        return "join"
    if record.golden_id:
        return "part"
    return "attach" if golden in linked.goldens or sizes[golden] > 1 else "new"


def _redirect(merged: Mapping[int, int], actor: Actor | None) -> None:
    """Merged golden records point to their survivor for ever; their history ends with that."""
    bulk.assign(GoldenRecord, "merged_into_id", dict(merged))
    for model in VALUES.values():
        rows = list(model._default_manager.filter(pk__in=merged))
        for row in rows:
            row.status, row.updated_at = GoldenValues.Status.MERGED, timezone.now()
        history.update(rows, ["status", "updated_at"], actor=actor, cause="merged")


def _cases(
    linked: Linked,
    edges: Sequence[MatchEdge],
    clustering: Clustering,
    by_key: Mapping[str, SourceRecord],
    ends: Mapping[int, SourceRecord],
    apart: set[tuple[int, int]],
) -> None:
    """Keep one open case, with today's evidence, for each pair of golden records that may be one."""
    best = _uncertain(edges, clustering, by_key, ends, apart)
    touched = (linked.goldens | linked.merged.keys()) - linked.fresh
    rows = reading.rows(Case, _OPEN, {"pks": reading.numbers(touched)}) if touched else []
    known = {(case.first_id, case.second_id): case for case in rows}
    for pair in known.keys() & best.keys():
        if known[pair].evidence.get("reported"):
            best[pair] = (best[pair][0], {**best[pair][1], "held": known[pair].evidence["held"], "reported": True})
    gone = [case.pk for pair, case in known.items() if pair not in best and not _stands(case, linked)]
    if gone:
        Case.objects.filter(pk__in=gone).update(
            state=Case.State.CLOSED, resolution="evidence changed", closed_at=timezone.now()
        )
    moved = [case for pair, case in known.items() if pair in best and (case.weight, case.evidence) != best[pair]]
    for case in moved:
        # Whoever reads the case now would decide on other evidence: their version is stale.
        (case.weight, case.evidence), case.version = best[case.first_id, case.second_id], case.version + 1
    bulk.update(moved, ["weight", "evidence", "version"])
    fresh = {pair: found for pair, found in best.items() if pair not in known}
    news = [
        Case(first_id=a, second_id=b, weight=weight, evidence=evidence) for (a, b), (weight, evidence) in fresh.items()
    ]
    bulk.insert(news, conflict="ON CONFLICT DO NOTHING", ids=False)


def _stands(case: Case, linked: Linked) -> bool:
    """What a system reported stands until a steward has decided or both are one, whatever the weights say."""
    return bool(case.evidence.get("reported")) and not {case.first_id, case.second_id} & linked.merged.keys()


def _uncertain(
    edges: Sequence[MatchEdge],
    clustering: Clustering,
    by_key: Mapping[str, SourceRecord],
    ends: Mapping[int, SourceRecord],
    apart: set[tuple[int, int]],
) -> dict[tuple[int, int], tuple[float, dict[str, object]]]:
    """The best evidence of each pair of golden records, by their ids; none for those a steward keeps apart."""
    held = {frozenset((by_key[one.a].pk, by_key[one.b].pk)): one.reason for one in clustering.held}
    settled = {_ordered(ends[a].golden_id, ends[b].golden_id) for a, b in apart if a in ends and b in ends}
    best: dict[tuple[int, int], tuple[float, list[str], dict[str, object]]] = {}
    for edge in edges:
        a, b = ends[edge.a_id], ends[edge.b_id]
        pair = _ordered(a.golden_id, b.golden_id)
        if pair is None or pair in settled:
            continue
        rank = (edge.weight, sorted((a.source_key, b.source_key)))
        if pair not in best or rank > best[pair][:2]:
            best[pair] = (*rank, {**edge.evidence, "held": held.get(frozenset((a.pk, b.pk)), "")})
    return {pair: (weight, evidence) for pair, (weight, _, evidence) in best.items()}


def _ordered(a: int | None, b: int | None) -> tuple[int, int] | None:
    """Two different golden ids in order; None where they are one, or one has none."""
    return None if a is None or b is None or a == b else (min(a, b), max(a, b))

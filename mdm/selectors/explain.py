"""Why a golden record holds what it holds, and why its source records are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q

from mdm.models import Decision, GoldenValues, Link, MatchEdge, SourceRecord
from mdm.selectors import ties
from mdm.selectors.golden import waterfall

Item = dict[str, Any]


def golden(row: GoldenValues) -> Item:
    """Values with their winners and what the other records say; members, evidence between them, how they came
    together, human decisions."""
    records = list(SourceRecord.objects.filter(golden=row.pk, entity=row.golden.entity).select_related("connection"))
    records.sort(key=lambda record: record.age)
    keys = {record.pk: record.source_key for record in records}
    edges, words = evidence(keys), said(keys)
    return {
        "id": str(row.golden.uid),
        "values": _values(row, records),
        "members": _members(records),
        "evidence": [_evidence(edge, keys) for edge in edges],
        "grown": ties.grown(records, edges, words),
        "decisions": [_decision(row) for row in reversed(words)],
    }


def grown(records: Sequence[SourceRecord], named: Callable[[SourceRecord], str]) -> list[Item]:
    """How the source records of one golden record came together, step by step, each with its waterfall."""
    pks = {record.pk for record in records}
    if len(pks) < 2:
        return []
    edges, keys = evidence(pks), {record.pk: record.source_key for record in records}
    told = {frozenset((keys[edge.a_id], keys[edge.b_id])): waterfall(edge.evidence) for edge in edges}
    steps = ties.grown(records, edges, said(pks), named)
    pairs = [frozenset((step["first"], step["second"])) for step in steps]
    return [{**step, "explanation": told.get(pair, [])} for step, pair in zip(steps, pairs, strict=True)]


def evidence(pks: Collection[int]) -> list[MatchEdge]:
    """What speaks for two of these records being one, strongest first."""
    return list(MatchEdge.objects.filter(a__in=pks, b__in=pks).order_by("-weight", "pk"))


def said(pks: Collection[int]) -> list[Decision]:
    """What people said of these records, oldest first; the other one of a pair may be elsewhere."""
    rows = Decision.objects.filter(Q(a__in=pks) | Q(b__in=pks))
    return list(rows.select_related("actor", "a__connection", "b__connection").order_by("pk"))


def _values(row: GoldenValues, records: Sequence[SourceRecord]) -> list[Item]:
    said: dict[str, list[Item]] = defaultdict(list)
    for record in records:
        for key, stated in record.statements().items():
            if not key.name.startswith("@"):
                voice = {"source": record.source_key, "value": stated.value, "since": stated.at, "edits": stated.run}
                said[str(key.slot)].append({**voice, "status": record.status})
    return [
        {"key": key, "value": value, "winner": _winner(row, key), "said": said.get(key, [])}
        for key, value in sorted(row.values.items())
    ]


def _winner(row: GoldenValues, key: str) -> Item:
    won = row.winners.get(key, {})
    return {name: won.get(name, "") for name in ("source", "rule", "at")}


def _members(records: Sequence[SourceRecord]) -> list[Item]:
    """Each record with the link that brought it here."""
    links = Link.objects.filter(record__in=[record.pk for record in records]).order_by("record", "-pk")
    newest = {link.record_id: link for link in links.distinct("record").select_related("actor")}
    return [{"record": record.pk, "source": record.source_key, **_link(newest.get(record.pk))} for record in records]


def _link(link: Link | None) -> Item:
    return {
        "cause": link.cause if link else "",
        "at": link.at if link else None,
        "actor": link.actor.name if link and link.actor else "",
    }


def _evidence(edge: MatchEdge, keys: Mapping[int, str]) -> Item:
    return {
        "first": keys[edge.a_id],
        "second": keys[edge.b_id],
        "zone": edge.zone,
        "weight": edge.weight,
        "explanation": waterfall(edge.evidence),
    }


def _decision(row: Decision) -> Item:
    return {
        "first": row.a.source_key,
        "second": row.b.source_key,
        "verdict": row.verdict,
        "reason": row.reason,
        "actor": row.actor.name,
        "at": row.at,
    }

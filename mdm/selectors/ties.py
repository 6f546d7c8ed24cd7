"""What joins records or keeps them apart beside evidence: people's words, what systems tie together, where records
stand; and how a golden record grew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mdm.engine.clustering import Edge, Join, cluster
from mdm.engine.matching import Matcher, why
from mdm.models import Decision, MatchEdge, SourceRecord
from mdm.rules import Rules

Ids = tuple[int, int]
Keys = tuple[str, str]
CREATED, MERGED = "because the hub created one of them for the other", "because the source merged them"


def decisions(rows: Iterable[Decision]) -> tuple[set[Ids], set[Ids]]:
    """Pairs kept apart and pairs put together by humans, oldest row first; the newest word on a pair holds."""
    newest = newest_words(rows)
    apart = {pair for pair, row in newest.items() if row.verdict == Decision.Verdict.APART}
    return apart, {pair for pair, row in newest.items() if row.verdict == Decision.Verdict.TOGETHER}


def newest_words(rows: Iterable[Decision]) -> dict[Ids, Decision]:
    """The word that holds on each pair; rows come oldest first."""
    return {(row.a_id, row.b_id): row for row in rows}


def forced(by_key: Mapping[str, SourceRecord], members: Mapping[int, SourceRecord]) -> set[Keys]:
    """What ties records together whatever they say: the hub created one for the other, or the source merged them."""
    return {*_created(members), *_merged(by_key, members)}


def _created(members: Mapping[int, SourceRecord]) -> Iterable[Keys]:
    for record in members.values():
        if record.created_for_id is not None and record.created_for_id in members:
            yield record.source_key, members[record.created_for_id].source_key


def _merged(by_key: Mapping[str, SourceRecord], members: Mapping[int, SourceRecord]) -> Iterable[Keys]:
    for record in members.values():
        winner = f"{record.connection.code}:{record.object_type}:{record.merged_into}"
        if record.status == SourceRecord.Status.MERGED and winner in by_key:
            yield record.source_key, winner


def alone(records: Iterable[SourceRecord], book: Rules, models: Mapping[str, Matcher]) -> dict[str, str]:
    """Source key -> source, of those in sources without duplicates by these models, which come by entity; oldest first.

    Only of living ones: what a system deleted or merged may well stand there again.
    """
    living = (record for record in records if record.status == SourceRecord.Status.ACTIVE and record.entity in models)
    found = [record for record in living if book.one_to_one(record, models[record.entity])]
    return {record.source_key: record.source for record in sorted(found, key=lambda record: record.age)}


def grown(
    records: Sequence[SourceRecord],
    edges: Iterable[MatchEdge],
    words: Iterable[Decision],
    named: Callable[[SourceRecord], str] = str,
) -> list[dict[str, Any]]:
    """How records that are one came together, step by step: people's words and systems first, then the heaviest
    evidence among them. `words` come oldest first, with their actors; `named` tells a record.

    It is told from what holds today, so the order in which the records arrived says nothing.
    """
    members = {record.pk: record for record in records}
    by_key = {record.source_key: record for record in records}
    ties = _ties(by_key, members, words)
    found = cluster(
        sorted(by_key),
        [
            Edge(members[edge.a_id].source_key, members[edge.b_id].source_key, edge.weight)
            for edge in edges
            if edge.zone == MatchEdge.Zone.MATCH and edge.a_id in members and edge.b_id in members
        ],
        together=ties.keys(),
    )
    names = {key: named(record) for key, record in by_key.items()}
    return [_step(join, names, ties.get((join.a, join.b))) for join in found.joins]


def _ties(
    by_key: Mapping[str, SourceRecord], members: Mapping[int, SourceRecord], words: Iterable[Decision]
) -> dict[Keys, tuple[str, str]]:
    """By pair in order: what joined it beside evidence (steward, created or merged), and in words."""
    found = {_ordered(pair): ("merged", MERGED) for pair in _merged(by_key, members)}
    found |= {_ordered(pair): ("created", CREATED) for pair in _created(members)}
    for (a, b), row in newest_words(words).items():
        if row.verdict == Decision.Verdict.TOGETHER and a in members and b in members:
            because = f": {row.reason.rstrip('.')}" if row.reason else ""
            pair = _ordered((members[a].source_key, members[b].source_key))
            found[pair] = ("steward", f"by a word of {row.actor.name}{because}")
    return found


def _step(join: Join, names: Mapping[str, str], tie: tuple[str, str] | None) -> dict[str, Any]:
    cause, words = tie or ("evidence", "")
    return {
        "first": join.a,
        "second": join.b,
        "weight": join.weight,
        "sizes": list(join.sizes),
        "cause": cause,
        "words": why.step(join, names, words),
    }


def _ordered(pair: Keys) -> Keys:
    a, b = pair
    return (a, b) if a <= b else (b, a)

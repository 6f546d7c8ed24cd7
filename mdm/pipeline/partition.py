"""What records that hang together come to: groups by evidence, people's words and what systems tie together.

The one place where it is said what may forbid two records to be one beside the evidence of the pair itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from mdm.engine.clustering import Clustering, Edge, cluster
from mdm.engine.matching import Matcher
from mdm.models import SourceRecord
from mdm.pipeline.testimony import Features
from mdm.rules import Rules
from mdm.selectors import ties

Pair = tuple[int, int]


def of(
    members: Mapping[int, SourceRecord],
    edges: Iterable[tuple[int, int, float]],
    apart: set[Pair],
    together: set[Pair],
    rules: Rules,
    models: Mapping[str, Matcher],
    features: Callable[[SourceRecord], Features],
) -> Clustering:
    """Groups of records, by id, named by source key; `features` as `models`, which come by entity, read a record.

    `edges`: pairs that match, with their weights; `apart` and `together`: people's words. Of pairs one end may be none
    of the members; these are left out.
    """
    by_key = {record.source_key: record for record in members.values()}

    @cache
    def said(key: str) -> Features:
        return features(by_key[key])

    def against(pairs: Sequence[tuple[str, str]]) -> str:
        model = models[by_key[pairs[0][0]].entity]
        return model.against([(said(a), said(b)) for a, b in pairs])

    def named(pairs: Iterable[Pair]) -> set[tuple[str, str]]:
        return {(members[a].source_key, members[b].source_key) for a, b in pairs if a in members and b in members}

    return cluster(
        nodes=sorted(by_key),
        edges=[
            Edge(members[a].source_key, members[b].source_key, weight)
            for a, b, weight in edges
            if a in members and b in members
        ],
        vetoes=against,
        together=named(together) | ties.forced(by_key, members),
        apart=named(apart),
        sources=ties.alone(members.values(), rules, models),
    )

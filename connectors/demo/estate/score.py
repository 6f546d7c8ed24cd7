"""How well a partition of the records agrees with the truth, pair by pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

from connectors.demo.estate.truth import Pair, Record, Truth

Partition = Mapping[Record, str]  # record -> cluster; records left out are alone
Scores = dict[str, dict[str, float]]


def pairwise(truth: Truth, partition: Partition) -> Scores:
    """Precision and recall over pairs of records, per kind of party there is."""
    found = _joined(truth, partition)
    kind_of = {record: party.kind for record, party in truth.party_of().items()}
    out: Scores = {}
    for kind in truth.kinds():
        right, claimed = truth.matches(kind), {pair for pair in found if kind in (kind_of[pair[0]], kind_of[pair[1]])}
        good = len(right & claimed)
        out[kind] = {"precision": _share(good, len(claimed)), "recall": _share(good, len(right))}
    return out


def by_dirt(truth: Truth, partition: Partition) -> dict[str, float]:
    """Per kind of dirt the recall of the true pairs it touches: either record carries it, or the pair does."""
    matches = set().union(*(truth.matches(kind) for kind in truth.kinds()))
    found = _joined(truth, partition) & matches
    touched: dict[str, set[Pair]] = defaultdict(set)
    for pair in matches:
        for name in {*truth.labels.get(pair[0], ()), *truth.labels.get(pair[1], ())}:
            touched[name].add(pair)
    for name, a, b in truth.pairs:
        touched[name] |= {(min(a, b), max(a, b))} & matches
    return {name: _share(len(pairs & found), len(pairs)) for name, pairs in sorted(touched.items()) if pairs}


def wrong(truth: Truth, partition: Partition) -> list[Pair]:
    """Pairs that were joined and are two parties."""
    matches = set().union(*(truth.matches(kind) for kind in truth.kinds()))
    return sorted(_joined(truth, partition) - matches)


def missed(truth: Truth, partition: Partition) -> list[Pair]:
    """Pairs that are one party and were left apart."""
    matches = set().union(*(truth.matches(kind) for kind in truth.kinds()))
    return sorted(matches - _joined(truth, partition))


def _joined(truth: Truth, partition: Partition) -> set[Pair]:
    clusters: dict[str, list[Record]] = defaultdict(list)
    for record in truth.party_of():
        if record in partition:
            clusters[partition[record]].append(record)
    return {pair for records in clusters.values() for pair in combinations(sorted(records), 2)}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0

"""Keys, comparison and clusters over a list of records, and pairwise precision and recall."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from mdm.engine.clustering import Clustering, Edge, cluster
from mdm.engine.matching import DEFAULT, Evidence, Features, Model, Zone
from mdm.engine.values import Key

Pair = tuple[int, int]


@dataclass
class Run:
    """What a model makes of a list of records."""

    features: list[Features]
    evidence: dict[Pair, Evidence]
    clustering: Clustering
    largest_block: int

    def pairs(self) -> set[Pair]:
        return {pair for group in self.clustering.groups for pair in combinations(sorted(map(int, group)), 2)}


def run(values: Sequence[list[tuple[Key, str, Any]]], model: Model = DEFAULT, stop: int = 400) -> Run:
    features = [model.features(item) for item in values]
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(features):
        for key in model.keys(item):
            blocks[key].append(number)
    candidates = {pair for block in blocks.values() if len(block) <= stop for pair in combinations(block, 2)}
    evidence = {(a, b): model.compare(features[a], features[b]) for a, b in sorted(candidates)}
    edges = [Edge(f"{a:06}", f"{b:06}", found.weight) for (a, b), found in evidence.items() if found.zone is Zone.MATCH]
    nodes = [f"{number:06}" for number in range(len(features))]
    veto = lambda pairs: model.against([(features[int(a)], features[int(b)]) for a, b in pairs])  # noqa: E731
    return Run(features, evidence, cluster(nodes, edges, veto), max(map(len, blocks.values())))


def truth(parties: Sequence[object]) -> set[Pair]:
    members: dict[object, list[int]] = defaultdict(list)
    for number, party in enumerate(parties):
        members[party].append(number)
    return {pair for group in members.values() for pair in combinations(group, 2)}


def scores(found: set[Pair], true: set[Pair]) -> tuple[float, float]:
    """Pairwise precision and recall."""
    right = len(found & true)
    return right / max(len(found), 1), right / max(len(true), 1)


def printed_under_hash_seeds(program: str) -> set[str]:
    """What a program prints in processes whose sets and dicts of texts are ordered differently; one text if it never
    depends on that."""
    return {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

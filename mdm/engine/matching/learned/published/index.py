"""Records in memory that can be asked who somebody is: what a hub does with tables, for tests, tools and figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from mdm.engine.clustering import Edge, Pair, cluster
from mdm.engine.matching.explain import Evidence
from mdm.engine.matching.learned.published.version import JOIN, Published, Said
from mdm.engine.matching.limits import LARGEST
from mdm.engine.matching.zones import Zone


class Candidate(NamedTuple):
    """A record that shares a key with the one asked about, and what comparing them finds."""

    id: str
    evidence: Evidence


class Index:
    """Records by their keys; adding and removing them in any order and number leads to the same index."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self._said: dict[str, Said] = {}
        self._held: dict[str, set[str]] = defaultdict(set)
        self._alone: dict[str, str] = {}  # of those in sources without duplicates

    def put(
        self, records: Mapping[str, Mapping[str, str | None]], sources: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Add records by their ids, or replace them; `sources` says where they stand."""
        self.remove(records.keys() & self._said.keys())
        for identity, record in records.items():
            said = self._said[identity] = self.published.said(record)
            if (source := sources.get(identity, "")) in self.published.one_to_one:
                self._alone[identity] = source
            for key in self.published.keys(said):
                self._held[key].add(identity)

    def remove(self, ids: Iterable[str]) -> None:
        """Take records out; unknown ids are left alone."""
        for identity in ids:
            said = self._said.pop(identity, None)
            self._alone.pop(identity, None)
            for key in self.published.keys(said) if said is not None else ():
                self._held[key].discard(identity)

    def match(self, record: Mapping[str, str | None], own: str | None = None) -> list[Candidate]:
        """Who a record may be, the best first; `own`: its id if it is in the index; if not, its keys count it too."""
        said = self.published.said(record)
        ids = sorted(self._near(said, LARGEST if own in self._said else LARGEST - 1) - {own})
        found = self.published.evidence([(said, self._said[identity]) for identity in ids]) if ids else []
        both = (Candidate(identity, evidence) for identity, evidence in zip(ids, found, strict=True))
        return sorted(both, key=lambda one: (-one.evidence.weight, one.id))

    def _near(self, said: Said, most: int = LARGEST) -> set[str]:
        """Ids of those that share a key which `most` of the stored ones have."""
        blocks = (self._held.get(key, set()) for key in self.published.keys(said))
        return {identity for block in blocks if len(block) <= most for identity in block}

    def clusters(self) -> tuple[frozenset[str], ...]:
        """The groups of all records."""
        pairs = sorted({(x, y) for x, said in self._said.items() for y in self._near(said) if x < y})
        weights = self.published.weights([(self._said[x], self._said[y]) for x, y in pairs]).tolist() if pairs else []
        zone = self.published.zone
        matches = [Edge(x, y, w) for (x, y), w in zip(pairs, weights, strict=True) if zone(w) is Zone.MATCH]
        sources = dict(sorted(self._alone.items()))  # in the order of ids, as in bulk
        return cluster(sorted(self._said), matches, vetoes=self._against, sources=sources).groups

    def _against(self, pairs: Sequence[Pair]) -> str:
        mean = self.published.mean([(self._said[x], self._said[y]) for x, y in pairs])
        return "" if mean >= JOIN else "against"

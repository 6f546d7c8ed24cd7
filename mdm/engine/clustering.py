"""Clusters under constraints: records of one party come together, those that must not be together never do.

Constrained agglomeration in the order of evidence (Wagstaff and Cardie, Clustering with Instance-level Constraints,
ICML 2000), deterministic: what comes out depends on the sets that go in, never on their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

Pair = tuple[str, str]
Veto = Callable[[Sequence[Pair]], str]

RIVAL = "{} fits almost as well and cannot be the same: {}"
KEPT_APART = "A steward keeps {} and {} apart."
ONE_TO_ONE = "{} and {} both stand in {}, which holds nobody and nothing twice."
CONTRADICTION = "A steward put {} and {} together, but {} and {} are kept apart."


class Edge(NamedTuple):
    """A match of two nodes, with its weight in bits."""

    a: str
    b: str
    weight: float


class Held(NamedTuple):
    """A join that did not happen: the two nodes, the weight (0 for a human link), and the sentence that says why."""

    a: str
    b: str
    weight: float
    reason: str


class Join(NamedTuple):
    """Two groups became one through `a` of the first and `b` of the second, which held so many nodes before.

    `weight` in bits; 0 where no evidence joined them but a human link or a merge in a source.
    """

    a: str
    b: str
    weight: float
    sizes: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clustering:
    """`groups` in the order of their first members, single nodes included; `held` asks for a steward.

    `joins` in the order in which they happened: how the groups grew.
    """

    groups: tuple[frozenset[str], ...]
    held: tuple[Held, ...]
    joins: tuple[Join, ...] = ()


def cluster(
    nodes: Sequence[str],
    edges: Iterable[Edge],
    vetoes: Veto = lambda pairs: "",
    together: Collection[Pair] = frozenset(),
    apart: Collection[Pair] = frozenset(),
    sources: Mapping[str, str] = MappingProxyType({}),
    margin: float = 3.0,
) -> Clustering:
    """Group nodes by human links first, then by edges, the heaviest first, as long as nothing forbids it.

    `together`: human links and merges in a source; they beat vetoes. `apart`: human keep-aparts; they beat everything,
    a link they contradict is held. `vetoes(pairs)` is the sentence that forbids two groups to be one, or empty; it is
    asked with every pair across two groups that an edge would join, once as long as neither grows. Pairs with unknown
    nodes are left out.
    `sources` of the nodes in sources without duplicates, the oldest node first: two of one are never joined by
    evidence. Where both fit a third and match each other (somebody was entered twice), the older is its partner.
    `margin`, in bits: where a node fits two groups that must not join, and neither better than the other by the margin,
    it joins none and both edges are held: who A. Weber is, Anna or Adam, is not for a tie-break to say.
    """
    known = set(nodes)
    groups = _Groups(known, {_ordered(*pair) for pair in apart if _both(pair, known)})
    held = [*_link(groups, sorted({_ordered(*pair) for pair in together if _both(pair, known)}))]
    heaviest = sorted(_heaviest(edges, known).items(), key=lambda item: (-item[1], item[0]))
    twice = [one for one in heaviest if _of_one(sources, *one[0])]
    free = [one for one in heaviest if not _of_one(sources, *one[0])] if twice else heaviest
    held += _match(groups, free, _Bars(groups, one_to_one(sources, vetoes)), _Twins(sources, twice), margin)
    held += [
        Held(a, b, weight, ONE_TO_ONE.format(a, b, sources[a]))
        for (a, b), weight in twice
        if groups.of(a) is not groups.of(b)
    ]
    return Clustering(groups.all(), tuple(held), tuple(groups.joins))


def one_to_one(sources: Mapping[str, str], vetoes: Veto) -> Veto:
    """These vetoes, and one between any two nodes of one source; `sources` of the nodes in sources without duplicates.

    An instance-level constraint drawn from where records stand: each has one partner at most there.
    """

    def against(pairs: Sequence[Pair]) -> str:
        for a, b in pairs:
            if _of_one(sources, a, b):
                return ONE_TO_ONE.format(a, b, sources[a])
        return vetoes(pairs)

    return against if sources else vetoes


def _of_one(sources: Mapping[str, str], a: str, b: str) -> bool:
    return a in sources and sources[a] == sources.get(b)


def _link(groups: _Groups, pairs: list[Pair]) -> Iterator[Held]:
    for a, b in pairs:
        if forbidden := groups.kept_apart(a, b):
            yield Held(a, b, 0.0, CONTRADICTION.format(a, b, *forbidden))
        else:
            groups.join(a, b)


class _Twins:
    """Nodes of one source without duplicates that match each other all the same, and which of them is older."""

    def __init__(self, sources: Mapping[str, str], edges: Iterable[tuple[Pair, float]]) -> None:
        self._pairs = {pair for pair, _ in edges}
        self._age = {node: age for age, node in enumerate(sources)} if self._pairs else {}

    def older(self, node: str, other: str) -> bool:
        """Whether they are twins, and the node is the older one."""
        return _ordered(node, other) in self._pairs and self._age[node] < self._age[other]


def _match(
    groups: _Groups, edges: list[tuple[Pair, float]], bars: _Bars, twins: _Twins, margin: float
) -> Iterator[Held]:
    near: dict[str, list[tuple[str, float]]] = defaultdict(list)  # the heaviest first, as the edges are
    for (a, b), weight in edges:
        near[a].append((b, weight))
        near[b].append((a, weight))
    for (a, b), weight in edges:
        if groups.of(a) is groups.of(b):
            continue
        if reason := bars.between(a, b) or _rival(groups, a, b, near, weight - margin, bars, twins):
            yield Held(a, b, weight, reason)
        else:
            groups.join(a, b, weight)


class _Bars:
    """Why groups must not join, asked once of any two as they stand."""

    def __init__(self, groups: _Groups, vetoes: Veto) -> None:
        self._groups, self._vetoes = groups, vetoes
        self._told: dict[frozenset[tuple[int, int]], str] = {}

    def between(self, a: str, b: str) -> str:
        """Why the groups of two nodes must not join, or an empty text."""
        both = frozenset((self._groups.state(a), self._groups.state(b)))
        if both not in self._told:
            self._told[both] = self._asked(a, b)
        return self._told[both]

    def _asked(self, a: str, b: str) -> str:
        if pair := self._groups.kept_apart(a, b):
            return KEPT_APART.format(*pair)
        return self._vetoes(self._groups.across(a, b))


def _rival(
    groups: _Groups,
    a: str,
    b: str,
    near: dict[str, list[tuple[str, float]]],
    least: float,
    bars: _Bars,
    twins: _Twins,
) -> str:
    """A third group that one of the two fits as well and that the other forbids, in words, or an empty text."""
    for mine, theirs in ((a, b), (b, a)):
        own, asked = groups.of(mine), {groups.state(theirs)}
        rivals = {other for node in own for other in _fitting(near[node], least)} - own
        for other in sorted(rivals):
            if (state := groups.state(other)) in asked:
                continue
            asked.add(state)
            if not twins.older(theirs, other) and (reason := bars.between(other, theirs)):
                return RIVAL.format(other, reason)
    return ""


def _fitting(near: list[tuple[str, float]], least: float) -> Iterator[str]:
    """The nodes that fit better than that, of those near a node, the heaviest first."""
    return (other for other, _ in takewhile(lambda item: item[1] > least, near))


def _heaviest(edges: Iterable[Edge], known: set[str]) -> dict[Pair, float]:
    """One weight per pair of nodes, whichever way round it was given."""
    found: dict[Pair, float] = {}
    for a, b, weight in edges:
        if _both((a, b), known):
            pair = _ordered(a, b)
            found[pair] = max(weight, found.get(pair, weight))
    return found


def _both(pair: Pair, known: set[str]) -> bool:
    return pair[0] != pair[1] and pair[0] in known and pair[1] in known


def _ordered(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)


class _Groups:
    """Groups of nodes that only ever grow, how they grew, and the pairs kept apart."""

    def __init__(self, nodes: set[str], apart: set[Pair]) -> None:
        self.joins: list[Join] = []
        self._group = {node: {node} for node in nodes}
        self._first = [*self._group.values()]  # keeps them, so that no two groups ever have the same id
        self._apart: dict[str, set[str]] = {}
        for a, b in apart:
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def of(self, node: str) -> set[str]:
        return self._group[node]

    def state(self, node: str) -> tuple[int, int]:
        """Which group the node is in, and how far it has grown: the same as long as the group is."""
        group = self.of(node)
        return id(group), len(group)

    def join(self, a: str, b: str, weight: float = 0.0) -> None:
        smaller, larger = sorted((self.of(a), self.of(b)), key=len)
        if smaller is larger:
            return
        self.joins.append(Join(a, b, weight, (len(self.of(a)), len(self.of(b)))))
        larger |= smaller
        for node in smaller:
            self._group[node] = larger

    def kept_apart(self, a: str, b: str) -> Pair | None:
        """The first pair across both groups, or within one they already share, that is kept apart."""
        mine, theirs = self.of(a), self.of(b)
        pairs = (_ordered(x, y) for x in mine if x in self._apart for y in self._apart[x] & theirs)
        return min(pairs, default=None)

    def across(self, a: str, b: str) -> list[Pair]:
        """All pairs across the groups of two nodes, in order."""
        return sorted(_ordered(x, y) for x in self.of(a) for y in self.of(b))

    def all(self) -> tuple[frozenset[str], ...]:
        unique = {id(group): group for group in self._group.values()}
        return tuple(sorted(map(frozenset, unique.values()), key=min))

"""Clusters by average evidence: two groups join while the pairs across them speak for it on the whole.

Greedy agglomeration for correlation clustering (Bansal, Blum and Chawla, Machine Learning 56, 2004), the mean of
clipped weights as linkage: a chain of weak bridges does not hold, and no single slip tears a cluster apart.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mdm.engine.matching.learned.aspects import Rows, among

Weight = NDArray[np.float32]
Complete = Callable[[Rows, Rows], Weight]
CLIP = 10.0  # bits one pair may weigh in the mean of two groups
SAID = 1e6  # bits of a pair that a person spoke of: more than any mean of others
MISSING = -6.0  # bits of a pair that shares no key, where a component is too large to look at all pairs
_LOOKED_AT = 150  # records of a component whose pairs are all looked at


def components(n: int, a: Rows, b: Rows) -> NDArray[np.int32]:
    """A label per record: records that any chain of pairs connects."""
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int32)


def cluster(n: int, a: Rows, b: Rows, bits: Weight, complete: Complete, join_at: float) -> Rows:
    """The group of each record, named by its smallest row, from scored pairs with a < b.

    `complete(a, b)` scores pairs that were no candidates.
    """
    strong = bits >= join_at
    label = components(n, a[strong], b[strong])
    size = np.bincount(label, minlength=1)
    out = np.arange(n, dtype=np.int64)
    two = strong & (size[label[a]] == 2)
    out[b[two]] = a[two]
    inside = (label[a] == label[b]) & (size[label[a]] > 2)
    a, b, bits = a[inside], b[inside], bits[inside]
    p, q = _missing(n, a, b, label, size)
    a, b, bits = np.append(a, p), np.append(b, q), np.append(bits, complete(p, q) if len(p) else bits[:0])
    order = np.lexsort((b, a, label[a])) if len(a) else np.zeros(0, np.int64)
    a, b, bits = a[order], b[order], clipped(bits[order])
    three = size[label[a]] == 3
    _triples(a[three], b[three], bits[three], join_at, out)
    a, b, bits = a[~three], b[~three], bits[~three]
    bounds = np.append(np.flatnonzero(np.append(True, label[a][1:] != label[a][:-1])), len(a)) if len(a) else [0]
    for i, j in pairwise(bounds):
        for group in agglomerate(a[i:j].tolist(), b[i:j].tolist(), bits[i:j].tolist(), join_at):
            out[group] = min(group)
    return out


def clipped(bits: Weight) -> Weight:
    """Weights as they count in a mean: one pair is no proof, unless a person said so."""
    return np.where(np.abs(bits) >= SAID, bits, np.clip(bits, -CLIP, CLIP)).astype(np.float32)


def _triples(a: Rows, b: Rows, bits: Weight, join_at: float, out: Rows) -> None:
    """Components of three records, whose pairs stand in the order (1, 2), (1, 3), (2, 3): what `agglomerate` does."""
    first, second, third = a[0::3], b[0::3], b[1::3]
    weight = bits.reshape(-1, 3).astype(np.float64)
    best = weight.argmax(1)
    top = weight[np.arange(len(weight)), best]
    joined = top >= join_at
    rest = np.where(np.arange(3) == best[:, None], 0.0, weight)  # never sum - top, which rounds small weights away
    whole = joined & (rest.sum(1) / 2 >= join_at)
    out[second[whole | (joined & (best == 0))]] = first[whole | (joined & (best == 0))]
    out[third[whole | (joined & (best == 1))]] = first[whole | (joined & (best == 1))]
    out[third[~whole & joined & (best == 2)]] = second[~whole & joined & (best == 2)]


def _missing(n: int, a: Rows, b: Rows, label: NDArray[np.int32], size: NDArray[np.int64]) -> tuple[Rows, Rows]:
    """Pairs inside small components that were no candidates."""
    order = np.argsort(label, kind="stable")
    begin = np.append(0, np.cumsum(size))
    first, second = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for k in np.flatnonzero(np.bincount(size[(size > 2) & (size <= _LOOKED_AT)], minlength=1)):
        at = begin[:-1][size == k]
        i, j = np.triu_indices(int(k), 1)
        first.append(order[(at[:, None] + i).ravel()])
        second.append(order[(at[:, None] + j).ravel()])
    p, q = np.concatenate(first), np.concatenate(second)
    new = ~among(a * n + b, p * n + q)
    return p[new], q[new]


def agglomerate(a: list[int], b: list[int], bits: list[float], join_at: float) -> list[list[int]]:
    """Groups of more than one record in one component, the best linkage joined first; ties in the order of rows."""
    near: dict[int, dict[int, tuple[float, int]]] = {}
    for x, y, w in zip(a, b, bits, strict=True):
        near.setdefault(x, {})[y] = near.setdefault(y, {})[x] = (w, 1)
    members = {x: [x] for x in near}
    heap = [(-w, x, y, 1, 1) for x, y, w in zip(a, b, bits, strict=True) if w >= join_at]
    heapq.heapify(heap)
    while heap:
        _, x, y, size_x, size_y = heapq.heappop(heap)
        if len(members.get(x, ())) != size_x or len(members.get(y, ())) != size_y:
            continue  # one of the two has grown or gone since
        keep, gone = (x, y) if len(near[x]) >= len(near[y]) else (y, x)
        _joined(near, keep, gone)
        members[keep] += members.pop(gone)
        for z, (total, pairs) in near[keep].items():
            all_pairs = len(members[keep]) * len(members[z])
            mean = (total + (all_pairs - pairs) * MISSING) / all_pairs
            if mean >= join_at:
                p, q = min(keep, z), max(keep, z)
                heapq.heappush(heap, (-mean, p, q, len(members[p]), len(members[q])))
    return [group for group in members.values() if len(group) > 1]


def _joined(near: dict[int, dict[int, tuple[float, int]]], keep: int, gone: int) -> None:
    """Sums and numbers of pairs of one group added to those of another."""
    mine, theirs = near[keep], near.pop(gone)
    mine.pop(gone, None)
    theirs.pop(keep, None)
    for z, (total, pairs) in theirs.items():
        more, count = mine.get(z, (0.0, 0))
        near[z].pop(gone, None)
        mine[z] = near[z][keep] = (total + more, pairs + count)

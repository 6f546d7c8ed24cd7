"""Clusters by average evidence: two groups join while the pairs across them speak for it on the whole.

Greedy agglomeration for correlation clustering (Bansal, Blum and Chawla, Machine Learning 56, 2004), the mean of
clipped weights as linkage: a chain of weak bridges does not hold, and no single slip tears a cluster apart. A record
that does not say what two others contradict each other in must not reconcile them: what speaks against two groups is
the mean over the pairs that know of it, what speaks for them the mean over all.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.values import Floats

Weight = NDArray[np.float32]
CLIP = 10.0  # bits one pair may weigh in the mean of two groups
SAID = 1e6  # bits of a pair that a person spoke of: more than any mean of others
MISSING = -6.0  # bits of a pair that shares no key, where a component is too large to look at all pairs
_LOOKED_AT = 150  # records of a component whose pairs are all looked at
_AT_ONCE = 4_000_000  # numbers held for components that are clustered side by side


class Clusters(NamedTuple):
    """The `group` of each record, named by its smallest row; for each candidate the bits at which the groups of its two
    records `joined`, its own weight where they did not, clipped as they count in a mean."""

    group: Rows
    joined: Floats


class Looked(NamedTuple):
    """What pairs say: `bits` in all, the part of each group of aspects, (pairs, groups), and whether it is known."""

    bits: Weight
    parts: Floats
    known: NDArray[np.bool_]


Look = Callable[[Rows, Rows], Looked]
Near = dict[int, dict[int, tuple[float, list[int]]]]  # sum and numbers of the pairs between two groups


def components(n: int, a: Rows, b: Rows) -> NDArray[np.int32]:
    """A label per record: records that any chain of pairs connects."""
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int32)


def cluster(n: int, a: Rows, b: Rows, bits: Weight, look: Look, join_at: float) -> Clusters:
    """The groups of records, from scored pairs with a < b.

    `look(a, b)` says what makes up the weight of any pairs, candidates or not.
    """
    strong = bits >= join_at
    label = components(n, a[strong], b[strong])
    size = np.bincount(label, minlength=1)
    out = np.arange(n, dtype=np.int64)
    two = strong & (size[label[a]] == 2)
    out[b[two]] = a[two]
    inside = (label[a] == label[b]) & (size[label[a]] > 2)
    joined = clipped(bits).astype(np.float64)
    order = np.flatnonzero(inside)
    order = order[np.lexsort((label[a[order]], size[label[a[order]]]))]  # by component, those of one size together
    begin = np.searchsorted(size[label[a[order]]], np.arange(_LOOKED_AT + 2))
    for k in np.flatnonzero(np.bincount(size[(size > 2) & (size <= _LOOKED_AT)], minlength=1)).tolist():
        here = np.flatnonzero(size[label] == k)
        rows = here[np.argsort(label[here], kind="stable")].reshape(-1, k)
        some = order[begin[k] : begin[k + 1]]
        joined[some] = _of_size(rows, a[some], b[some], look, join_at, out)
    large = order[begin[-1] :]
    joined[large] = _larger(a[large], b[large], clipped(bits[large]), label[a[large]], join_at, out)
    return Clusters(out, np.where(out[a] == out[b], joined, clipped(bits)))


def _of_size(rows: Rows, a: Rows, b: Rows, look: Look, join_at: float, out: Rows) -> Floats:
    """The groups in components of one size, (components, records), as many side by side as there is room for; and what
    their candidates joined at, which come in the order of components."""
    k = rows.shape[1]
    i, j = np.triu_indices(k, 1)
    seat = np.zeros(len(out), np.int64)
    seat[rows.ravel()] = np.arange(rows.size)
    x, y, joined = seat[a], seat[b], np.zeros(len(a))
    parts = look(rows[:1, 0], rows[:1, 1]).parts.shape[1] + 1
    some = max(1, _AT_ONCE // (k * k * 2 * parts))
    for start in range(0, len(rows), some):
        members = rows[start : start + some]
        looked = look(members[:, i].ravel(), members[:, j].ravel())
        whole = np.zeros((len(members), k, k, 2, parts))
        whole[:, i, j] = whole[:, j, i] = _counted(looked).reshape(len(members), len(i), 2, -1)
        first, height = agglomerated(whole, join_at)
        out[members] = np.take_along_axis(members, first, 1)
        mine = slice(*np.searchsorted(x // k, [start, start + some]))
        joined[mine] = height[x[mine] // k - start, x[mine] % k, y[mine] % k]
    return joined


def _counted(looked: Looked) -> Floats:
    """What pairs say by group of aspects, and whether they say it, (pairs, 2, groups + 1): the rest comes last.

    The parts of a pair whose weight is clipped are scaled down to it.
    """
    bits = looked.bits.astype(np.float64)
    least = np.where(np.abs(bits) >= SAID, 1.0, CLIP / np.maximum(np.abs(bits), CLIP))
    parts = np.where(looked.known, looked.parts, 0.0)
    said = np.column_stack([parts, bits - parts.sum(1)]) * least[:, None]
    return np.stack([said, np.column_stack([looked.known, np.ones(len(bits))])], 1)


def linkage(whole: Floats, pairs: Floats) -> Floats:
    """What so many `pairs` across two groups say together, of the sums of what they say and how many do."""
    said, known = whole[..., 0, :], whole[..., 1, :]
    return np.minimum(said / np.maximum(known, 1.0), said / pairs[..., None]).sum(-1)  # type: ignore[no-any-return]


def agglomerated(whole: Floats, join_at: float) -> tuple[Rows, Floats]:
    """The first member of each member's group, (components, records), for components of one size side by side; and
    what any two joined at, (components, records, records).

    `whole` (components, records, records, 2, parts) is used up. The best linkage is joined first, of equal ones that
    of the first records.
    """
    count, k = whole.shape[:2]
    first = np.tile(np.arange(k), (count, 1))
    size = np.ones((count, k))
    mean = np.full((count, k, k), -np.inf)
    i, j = np.triu_indices(k, 1)
    mean[:, i, j] = linkage(whole[:, i, j], np.ones((count, len(i))))
    height = np.maximum(mean, mean.swapaxes(1, 2))
    open_ = np.arange(count)
    while len(open_):
        flat = mean[open_].reshape(len(open_), -1)
        best = flat.argmax(1)
        value = flat[np.arange(len(open_)), best]
        good = value >= join_at
        open_, keep, gone = open_[good], best[good] // k, best[good] % k
        across = (first[open_] == keep[:, None])[:, :, None] & (first[open_] == gone[:, None])[:, None, :]
        height[open_] = np.where(across | across.swapaxes(1, 2), value[good, None, None], height[open_])
        _joined_all(whole, mean, size, first, open_, keep, gone)
    return first, height


def _joined_all(
    whole: Floats, mean: Floats, size: Floats, first: Rows, at: Rows, keep: NDArray[np.int64], gone: NDArray[np.int64]
) -> None:
    """In each component `at`, the group of `gone` goes into that of `keep`, which stands before it."""
    whole[at, keep] += whole[at, gone]
    whole[at, :, keep] = whole[at, keep]
    size[at, keep] += size[at, gone]
    size[at, gone] = 0.0
    first[at] = np.where(first[at] == gone[:, None], keep[:, None], first[at])
    across = np.maximum(size[at, keep][:, None] * size[at], 1.0)
    row = np.where(size[at] > 0, linkage(whole[at, keep], across), -np.inf)
    row[np.arange(len(at)), keep] = -np.inf
    before = np.arange(row.shape[1]) < keep[:, None]
    mean[at, :, keep] = np.where(before, row, -np.inf)
    mean[at, keep] = np.where(before, -np.inf, row)
    mean[at, gone] = mean[at, :, gone] = -np.inf


def clipped(bits: Weight) -> Weight:
    """Weights as they count in a mean: one pair is no proof, unless a person said so."""
    return np.where(np.abs(bits) >= SAID, bits, np.clip(bits, -CLIP, CLIP)).astype(np.float32)


def _larger(a: Rows, b: Rows, bits: Weight, label: NDArray[np.int32], join_at: float, out: Rows) -> Floats:
    """The groups in components that are too large to look at all pairs, and what these joined at."""
    order = np.lexsort((b, a, label))
    a, b, bits, label = a[order], b[order], bits[order], label[order]
    joined = np.zeros(len(a))
    bounds = [*np.flatnonzero(np.append(True, label[1:] != label[:-1])).tolist(), len(a)] if len(a) else [0]
    for i, j in pairwise(bounds):
        groups, joined[order[i:j]] = agglomerate(a[i:j].tolist(), b[i:j].tolist(), bits[i:j].tolist(), join_at)
        for group in groups:
            out[group] = min(group)
    return joined


def agglomerate(a: list[int], b: list[int], bits: list[float], join_at: float) -> tuple[list[list[int]], list[float]]:
    """Groups of more than one record in one component, the best linkage joined first, ties in the order of rows; and
    what the groups of each pair joined at, its own weight where they did not."""
    near: Near = {}
    joined = list(bits)
    for number, (x, y, w) in enumerate(zip(a, b, bits, strict=True)):
        near.setdefault(x, {})[y] = near.setdefault(y, {})[x] = (w, [number])
    members = {x: [x] for x in near}
    heap = [(-w, x, y, 1, 1) for x, y, w in zip(a, b, bits, strict=True) if w >= join_at]
    heapq.heapify(heap)
    while heap:
        cost, x, y, size_x, size_y = heapq.heappop(heap)
        if len(members.get(x, ())) != size_x or len(members.get(y, ())) != size_y:
            continue  # one of the two has grown or gone since
        keep, gone = (x, y) if len(near[x]) >= len(near[y]) else (y, x)
        for number in near[keep][gone][1]:
            joined[number] = -cost
        _joined(near, keep, gone)
        members[keep] += members.pop(gone)
        for z, (total, pairs) in near[keep].items():
            all_pairs = len(members[keep]) * len(members[z])
            mean = (total + (all_pairs - len(pairs)) * MISSING) / all_pairs
            if mean >= join_at:
                p, q = min(keep, z), max(keep, z)
                heapq.heappush(heap, (-mean, p, q, len(members[p]), len(members[q])))
    return [group for group in members.values() if len(group) > 1], joined


def _joined(near: Near, keep: int, gone: int) -> None:
    """Sums and pairs of one group added to those of another."""
    mine, theirs = near[keep], near.pop(gone)
    mine.pop(gone, None)
    theirs.pop(keep, None)
    for z, (total, pairs) in theirs.items():
        more, others = mine.get(z, (0.0, []))
        near[z].pop(gone, None)
        few, many = sorted((pairs, others), key=len)
        many += few
        mine[z] = near[z][keep] = (total + more, many)

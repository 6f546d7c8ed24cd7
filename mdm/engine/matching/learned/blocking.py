"""Keys that find the pairs: cheap ones alone, or two together, chosen from the data for what they find and cost.

Two records are compared only if they share a key. Which keys, is decided on synthetic matches: for each group of atoms
the agreements of a random likely match that was found without that group, so that no key hides the errors of its own
kind; groups are drawn independently. The share of them the chosen keys find is the estimated recall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mdm.engine.matching.learned.aspects import Aspect, Atom, Rows

Keys = NDArray[np.uint64]
Bools = NDArray[np.bool_]
LARGEST = 300  # records of a block of two parts
CAPS = (20, 60, 200, 600)  # of a block of one part: rare values find more for less
_SAMPLE = 20_000  # records the cost of a key is estimated on
_SEEDS = 800_000  # pairs of the first look
_DEAR = 5  # pairs per record a key of the first look may cost
_MATCHES = 20_000  # synthetic matches
_WORTH = 2000  # pairs looked at for one more match
_WORTHS = np.array([1.0, 0.25, 0.05, 0.0])  # of finding a match once more, by how often it is found already
_LIKELY = 3.0  # bits from which a pair is taken for a match while keys are chosen


class Found(NamedTuple):
    """Candidate pairs (a < b), estimated recall (nan if not estimated) and notes on what was skipped."""

    a: Rows
    b: Rows
    recall: float
    notes: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A key of one or two atoms, for blocks of `largest` records at most."""

    atoms: tuple[Atom, ...]
    largest: int
    cost: float = 0.0

    @property
    def name(self) -> str:
        return " + ".join(atom.name for atom in self.atoms) + (
            "" if len(self.atoms) > 1 else f" (up to {self.largest})"
        )

    def keys(self) -> tuple[Rows, Keys]:
        """Rows and keys of the records that have all parts."""
        first, *more = sorted(self.atoms, key=lambda atom: atom.pairs is None)
        rows, keys = _own(first)
        for other in more:
            assert other.codes is not None
            known = other.codes[rows] >= 0
            rows, keys = rows[known], mixed(keys[known], other.codes[rows[known]])
        return rows, keys

    def pairs(self, apart: int | None, share: float = 1.0) -> tuple[Rows, Rows]:
        """Pairs (a < b) of records that share a key, of a share of the keys; with `apart`, one from each side of it."""
        rows, keys = self.keys()
        if share < 1:
            few = mixed(keys, np.zeros(1, np.int64)) >> np.uint64(44) < np.uint64(int(share * (1 << 20)))
            rows, keys = rows[few], keys[few]
        return paired(rows, keys, self.largest, apart)


def _own(atom: Atom) -> tuple[Rows, Keys]:
    if atom.pairs is not None:
        return atom.pairs[0], atom.pairs[1].astype(np.uint64)
    assert atom.codes is not None
    rows = np.flatnonzero(atom.codes >= 0)
    return rows, atom.codes[rows].astype(np.uint64)


def mixed(a: NDArray[np.integer], b: NDArray[np.integer]) -> Keys:
    """Two codes as one key (a multiplicative hash; 64 bits, so that keys of unlike codes hardly ever meet)."""
    with np.errstate(over="ignore"):
        x = a.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        x ^= (b.astype(np.uint64) + np.uint64(0x7F4A7C15)) * np.uint64(0xC2B2AE3D27D4EB4F)
        x ^= x >> np.uint64(29)
        return np.asarray(x * np.uint64(0xBF58476D1CE4E5B9), np.uint64)


def paired(rows: Rows, keys: Keys, largest: int, apart: int | None) -> tuple[Rows, Rows]:
    """Pairs of rows that share a key held by no more than `largest`."""
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    begin, size = blocks(keys)
    fits = (size > 1) & (size <= largest)
    first, second = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for k in np.flatnonzero(np.bincount(size[fits], minlength=1)):
        at = begin[fits & (size == k)]
        i, j = np.triu_indices(int(k), 1)
        first.append(rows[(at[:, None] + i).ravel()])
        second.append(rows[(at[:, None] + j).ravel()])
    x, y = np.concatenate(first), np.concatenate(second)
    a, b = np.minimum(x, y), np.maximum(x, y)
    wanted = (a != b) if apart is None else (a < apart) & (b >= apart)
    return a[wanted], b[wanted]


def blocks(keys: Keys) -> tuple[Rows, Rows]:
    """Where each block of sorted keys begins, and how many it holds."""
    begin = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.int64)
    return begin, np.diff(np.append(begin, len(keys)))


def everything(n: int, apart: int | None) -> tuple[Rows, Rows]:
    """All pairs there are."""
    if apart is None:
        a, b = np.triu_indices(n, 1)
        return a.astype(np.int64), b.astype(np.int64)
    return np.repeat(np.arange(apart), n - apart), np.tile(np.arange(apart, n), apart)


def templates(aspects: Sequence[Aspect]) -> list[Template]:
    """All keys of one part, and of two parts that are not of one family."""
    atoms = [atom for aspect in aspects for atom in aspect.atoms]
    alone = [Template((atom,), cap) for atom in atoms for cap in CAPS]
    both = (
        Template((x, y), LARGEST)
        for i, x in enumerate(atoms)
        for y in atoms[i + 1 :]
        if x.family != y.family and (x.pairs is None or y.pairs is None)
    )
    return [*alone, *both]


def priced(found: Sequence[Template], n: int, apart: int | None, rng: np.random.Generator) -> list[Template]:
    """Templates with the pairs they would give, the cheapest first; estimated on a sample of many records."""
    scale = max(n / _SAMPLE, 1.0)
    sample = np.arange(n) if scale == 1 else np.sort(rng.choice(n, _SAMPLE, replace=False))
    few = {atom.name: _of(atom, sample, n) for template in found for atom in template.atoms}
    out = []
    for template in found:
        _, keys = Template(tuple(few[atom.name] for atom in template.atoms), template.largest).keys()
        size = blocks(np.sort(keys))[1]
        size = size[size <= max(template.largest / scale, 2)]
        cost = float((size * (size - 1) // 2).sum()) * scale**2 * (1.0 if apart is None else 0.5)
        out.append(Template(template.atoms, template.largest, cost))
    return sorted(out, key=lambda template: template.cost)


def _of(atom: Atom, sample: Rows, n: int) -> Atom:
    """An atom over some rows, numbered anew."""
    if atom.codes is not None:
        return Atom(atom.name, atom.codes[sample])
    assert atom.pairs is not None
    number = np.full(n, -1, np.int64)
    number[sample] = np.arange(len(sample))
    rows = number[atom.pairs[0]]
    return Atom(atom.name, None, (rows[rows >= 0], atom.pairs[1][rows >= 0]))


def seeds(found: Sequence[Template], n: int) -> list[Template]:
    """For each pair of families the template nearest to one pair per record: a first look from all sides."""
    best: dict[tuple[str, ...], Template] = {}
    for template in found:
        if 0.01 * n < template.cost <= _DEAR * n:
            families = tuple(sorted(atom.family for atom in template.atoms))
            if families not in best or _distance(template, n) < _distance(best[families], n):
                best[families] = template
    return list(best.values())


def _distance(template: Template, n: int) -> float:
    return abs(float(np.log(template.cost / n)))


def union(chosen: Sequence[Template], n: int, apart: int | None, quota: float | None = None) -> tuple[Rows, Rows]:
    """Distinct pairs of several templates; `quota` is how many of each are enough."""
    keys = [np.zeros(0, np.int64)]
    for template in chosen:
        a, b = template.pairs(apart, 1.0 if quota is None else quota / max(template.cost, 1.0))
        keys.append(a * n + b)
    both = np.sort(np.concatenate(keys))
    both = both[np.append(True, both[1:] != both[:-1])] if len(both) else both
    return both // max(n, 1), both % max(n, 1)


def first_look(found: Sequence[Template], n: int, apart: int | None) -> tuple[list[Template], Rows, Rows]:
    """Some pairs of every kind, to learn from."""
    chosen = seeds(found, n)
    a, b = union(chosen, n, apart, _SEEDS / max(len(chosen), 1))
    return chosen, a, b


class Agreements:
    """Whether the records of some pairs share the key of an atom, in blocks of limited size or of any."""

    def __init__(self, a: Rows, b: Rows) -> None:
        self._a, self._b = a, b
        self._found: dict[tuple[str, int], Bools] = {}

    def of(self, atom: Atom, cap: int = 0) -> Bools:
        """`cap` 0: blocks of any size."""
        if (atom.name, cap) not in self._found:
            self._found[atom.name, cap] = self._single(atom, cap) if atom.pairs is None else self._several(atom, cap)
        return self._found[atom.name, cap]

    def _single(self, atom: Atom, cap: int) -> Bools:
        assert atom.codes is not None
        x, y = atom.codes[self._a], atom.codes[self._b]
        same = (x >= 0) & (x == y)
        if cap:
            size = np.bincount(np.maximum(atom.codes, 0))
            same &= size[np.maximum(x, 0)] <= cap
        return np.asarray(same, np.bool_)

    def _several(self, atom: Atom, cap: int) -> Bools:
        assert atom.pairs is not None
        rows, keys = atom.pairs
        held = np.bincount(keys)
        fits = held[keys] <= (cap or 20 * LARGEST)
        shape = (1 + max(int(part.max(initial=0)) for part in (self._a, self._b, rows)), len(held))
        matrix = sparse.csr_matrix((np.ones(int(fits.sum()), np.int8), (rows[fits], keys[fits])), shape=shape)
        return np.asarray(matrix[self._a].multiply(matrix[self._b]).sum(1)).ravel() > 0

    def by(self, template: Template) -> Bools:
        """Whether a template finds each pair."""
        if len(template.atoms) == 1:
            return self.of(template.atoms[0], template.largest)
        return self.of(template.atoms[0]) & self.of(template.atoms[1])


def chosen(
    found: Sequence[Template],
    seen: Agreements,
    pools: dict[str, Rows],
    likely: int,
    budget: float,
    n: int,
    rng: np.random.Generator,
) -> tuple[list[Template], float]:
    """The templates worth their cost, and the share of synthetic matches they find.

    `pools`: for each group of atoms, the numbers of the likely matches found without it.
    """
    drawn = {group: rng.choice(pool, _MATCHES) for group, pool in pools.items()}
    cover = np.empty((_MATCHES, len(found)), np.float32)
    for number, template in enumerate(found):
        alone = len(template.atoms) == 1
        parts = (seen.of(atom, template.largest if alone else 0)[drawn[atom.group]] for atom in template.atoms)
        cover[:, number] = np.logical_and.reduce(list(parts))
    cost = np.array([max(template.cost, n / 50) for template in found])
    hits = np.zeros(_MATCHES, np.int64)
    picked: list[int] = []
    left = budget
    while True:
        gain = _WORTHS[np.minimum(hits, 3)].astype(np.float32) @ cover
        gain[picked] = 0
        gain[cost > left] = 0
        best = int(np.argmax(gain / cost))
        if gain[best] < 1 or gain[best] * likely / _MATCHES < cost[best] / _WORTH:
            break
        picked.append(best)
        left -= cost[best]
        hits += cover[:, best].astype(np.int64)
    return [found[number] for number in picked], float((hits > 0).mean())


Learn = Callable[[Rows, Rows], tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]]


def candidates(aspects: Sequence[Aspect], n: int, apart: int | None, budget: float, learn: Learn, fixed: bool) -> Found:
    """All pairs where there are few; else those of the keys chosen.

    `learn(a, b)` gives the weight of each pair in bits, and for each group of atoms the weight without that group.
    """
    possible = n * (n - 1) / 2 if apart is None else apart * (n - apart)
    if possible <= budget and not fixed:
        return Found(*everything(n, apart), 1.0, (), ("every pair",))
    rng = np.random.default_rng(0)
    found = priced(templates(aspects), n, apart, rng)
    if fixed:
        keys = [template for template in found if _is_fixed(template)]
        return Found(*union(keys, n, apart), float("nan"), (), tuple(key.name for key in keys))
    first, a, b = first_look(found, n, apart)
    affordable = [template for template in found if template.cost <= budget]
    pools, seen, likely = _pools(first, a, b, *learn(a, b))
    if not pools:
        return Found(a, b, float("nan"), ("Too few likely matches to choose keys by.",), tuple(t.name for t in first))
    picked, recall = chosen(affordable, seen, pools, likely, budget, n, rng)
    return Found(*union(picked, n, apart), recall, _notes(picked), tuple(key.name for key in picked))


def _is_fixed(template: Template) -> bool:
    """The keys of anybody who does not choose: each value as it is, but those that hundreds hold."""
    return len(template.atoms) == 1 and template.largest == CAPS[2] and template.atoms[0].name.endswith(".same")


def _pools(
    first: Sequence[Template], a: Rows, b: Rows, bits: NDArray[np.float32], without: dict[str, NDArray[np.float32]]
) -> tuple[dict[str, Rows], Agreements, int]:
    """For each group the likely matches that neither its weight nor its keys were needed for."""
    seen = Agreements(a, b)
    out = {}
    for group, rest in without.items():
        reached = np.zeros(len(a), bool)
        for template in first:
            if all(atom.group != group for atom in template.atoms):
                reached |= seen.by(template)
        pool = np.flatnonzero((rest >= _LIKELY) & reached)
        out[group] = pool if len(pool) else np.flatnonzero(bits >= _LIKELY)
    likely = int((bits >= _LIKELY).sum())
    return (out if likely else {}), seen, max(likely, len(a) // 100)


def _notes(picked: Sequence[Template]) -> tuple[str, ...]:
    """Blocks that are too large are left to keys of two parts; said once for each key."""
    out = []
    for template in picked:
        size = blocks(np.sort(template.keys()[1]))[1]
        large = size[size > template.largest]
        if len(large):
            out.append(
                f"Key {template.name}: {len(large)} blocks of more than {template.largest} records "
                f"(the largest {int(large.max())}) were skipped; other keys split them."
            )
    return tuple(out)

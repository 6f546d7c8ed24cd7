"""The first look from all sides: pairs to learn from, and the likely matches among them to judge keys by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.blocking.agree import Agreements, Bools
from mdm.engine.matching.learned.blocking.template import Template
from mdm.engine.matching.learned.blocking.union import union

_SEEDS = 200_000  # pairs of the first look
_PART = 0.3  # of the budget, at most
_LOOKS = 150  # templates of the first look
_DEAR = 20  # pairs per record a key of the first look may cost
_LIKELY = 3.0  # bits from which a pair is taken for a match while keys are chosen


class Look(NamedTuple):
    """The templates looked with, the share of the keys of each, and the pairs (a < b) they found."""

    templates: list[Template]
    shares: list[float]
    a: Rows
    b: Rows


class Likely(NamedTuple):
    """Likely matches: how many there are in all, and for each group of atoms the numbers of those of a look that were
    found without it."""

    many: float
    without: dict[str, Rows]
    seen: Agreements


def first(found: Sequence[Template], n: int, apart: int | None, budget: float) -> Look:
    """Some pairs of every kind, to learn from."""
    chosen = seeds(found, n)
    quota = min(_SEEDS, _PART * budget) / max(len(chosen), 1)
    shares = [min(1.0, quota / max(template.cost, 1.0)) for template in chosen]
    return Look(chosen, shares, *union(chosen, shares, n, apart))


def seeds(found: Sequence[Template], n: int) -> list[Template]:
    """For each pair of families the template nearest to one pair per record; of very many the nearest."""
    best: dict[tuple[str, ...], Template] = {}
    for template in found:
        if 0.01 * n < template.cost <= _DEAR * n:
            families = tuple(sorted(atom.family for atom in template.atoms))
            if families not in best or _distance(template, n) < _distance(best[families], n):
                best[families] = template
    looks = list(best.values())
    nearest = sorted(range(len(looks)), key=lambda number: _distance(looks[number], n))[:_LOOKS]
    return [looks[number] for number in sorted(nearest)]


def _distance(template: Template, n: int) -> float:
    return abs(float(np.log(template.cost / n)))


def likely(look: Look, bits: NDArray[np.float32], without: Mapping[str, NDArray[np.float32]]) -> Likely:
    """For each group the likely matches that neither its weight nor its keys were needed for; none if none is likely.

    `bits` of each pair of the look, and for each group of atoms the bits `without` that group.
    """
    seen = Agreements(look.a, look.b)
    some = np.flatnonzero(bits >= _LIKELY)
    out, found = {}, [seen.by(template) for template in look.templates]
    for group, rest in without.items():
        reached = np.zeros(len(look.a), bool)
        for template, by in zip(look.templates, found, strict=True):
            if all(atom.group != group for atom in template.atoms):
                reached |= by
        pool = np.flatnonzero((rest >= _LIKELY) & reached)
        out[group] = pool if len(pool) else some
    many = max(_estimated([by[some] for by in found], look.shares), len(look.a) / 100)
    return Likely(many, out if len(some) else {}, seen)


def _estimated(found: Sequence[Bools], shares: Sequence[float]) -> float:
    """How many likely matches there are, from those seen: each stands for one over the chance that it was (Horvitz and
    Thompson 1952), as templates whose keys were looked at in these `shares` find it or not."""
    missed = np.ones(len(found[0]) if found else 0)
    for by, share in zip(found, shares, strict=True):
        missed *= 1 - share * by
    chance = 1 - missed
    # A pair that none finds now was drawn all the same: it stands for itself.
    return float(np.where(chance > 0, 1 / np.maximum(chance, min(shares, default=1.0)), 1.0).sum())

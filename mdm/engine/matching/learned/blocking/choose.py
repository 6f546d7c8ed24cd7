"""The choice of keys: those that find one more synthetic match for the fewest pairs, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.blocking.agree import Bools
from mdm.engine.matching.learned.blocking.look import Likely
from mdm.engine.matching.learned.blocking.template import Template

_MATCHES = 20_032  # synthetic matches, a multiple of 64
_HARD = 0.25  # of them with the errors of two: matches that are likely are the easy ones
_UNSEEN = 5  # matches that agree in nothing of a group, as if seen beside the likely ones: a few prove little
_WORTH = 1000  # pairs looked at for one more match
_AGAIN = (0.25, 0.05)  # what finding a match again is worth, the second time and the third


def chosen(
    found: Sequence[Template], likely: Likely, budget: float, n: int, rng: np.random.Generator
) -> tuple[list[Template], Bools]:
    """The templates worth their cost, the best first, and which synthetic matches (templates, matches) each finds.

    `budget` is what they may cost together; pairs found by several count several times.
    """
    found, cover = _cover(found, likely, n, rng)
    cost = np.array([_cost(template, n) for template in found])
    hits = np.zeros(_MATCHES, np.int64)
    picked: list[int] = []
    while len(found):
        new = _count(cover, hits == 0)
        gain = new + sum(worth * _count(cover, hits == times) for times, worth in enumerate(_AGAIN, 1))
        wider = _alike(found, picked)
        gain[wider] = new[wider]  # to find by the same values again proves nothing
        gain[picked] = 0
        gain[cost > budget] = 0
        best = int(np.argmax(gain / cost))
        if gain[best] < 1 or gain[best] < _least(cost[best], likely):
            break
        picked.append(best)
        budget -= cost[best]
        hits += _unpacked(cover[best])
    return [found[number] for number in picked], _unpacked(cover[picked])


def _cost(template: Template, n: int) -> float:
    return max(template.cost, n / 50)


def _least(cost: float, likely: Likely) -> float:
    """How many synthetic matches a template must find to be worth its cost."""
    return cost / _WORTH * _MATCHES / likely.many


def _alike(found: Sequence[Template], picked: Sequence[int]) -> list[int]:
    """Templates of the same atoms as one that is picked."""
    parts = {found[number].parts for number in picked}
    return [number for number, template in enumerate(found) if template.parts in parts]


def _cover(
    found: Sequence[Template], likely: Likely, n: int, rng: np.random.Generator
) -> tuple[list[Template], NDArray[np.uint64]]:
    """Which synthetic matches templates find, as bits: for every group of atoms the agreements of a likely match.

    Those that find too few for their cost are left out.
    """
    unseen = np.full(_UNSEEN, -1)
    drawn = {group: rng.choice(np.append(pool, unseen), (2, _MATCHES)) for group, pool in likely.without.items()}
    easy = np.arange(_MATCHES) >= _HARD * _MATCHES
    agreed: dict[tuple[str, int], Bools] = {}
    count: dict[tuple[str, int], int] = {}
    kept, rows = [], [np.zeros((0, _MATCHES // 64), np.uint64)]
    for template in found:
        cap = template.largest if len(template.atoms) == 1 else 0
        for atom in template.atoms:
            if (atom.name, cap) not in agreed:
                some = drawn[atom.group]
                first, second = likely.seen.of(atom, cap)[some] & (some >= 0)
                agreed[atom.name, cap] = first & (easy | second)
                count[atom.name, cap] = int(np.count_nonzero(agreed[atom.name, cap]))
        least = max(_least(_cost(template, n), likely), 1.0)
        if min(count[atom.name, cap] for atom in template.atoms) < least:
            continue
        cover = np.logical_and.reduce([agreed[atom.name, cap] for atom in template.atoms])
        if np.count_nonzero(cover) < least:
            continue
        if len(template.atoms) > 1:
            at = np.flatnonzero(cover)
            cover[at] = ~likely.seen.crowded(template, tuple(drawn[atom.group][0][at] for atom in template.atoms))
        kept.append(template)
        rows.append(np.packbits(cover).view(np.uint64)[None, :])
    return kept, np.concatenate(rows)


def _count(cover: NDArray[np.uint64], some: Bools) -> NDArray[np.float64]:
    """How many of some synthetic matches each template finds."""
    return np.asarray(np.bitwise_count(cover & np.packbits(some).view(np.uint64)).sum(1), np.float64)


def _unpacked(cover: NDArray[np.uint64]) -> Bools:
    return np.unpackbits(cover.view(np.uint8), axis=-1).astype(np.bool_)

"""The choice of keys: those that find one more synthetic match for the fewest pairs, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.blocking.agree import Bools
from mdm.engine.matching.learned.blocking.look import Likely
from mdm.engine.matching.learned.blocking.template import Template

_MATCHES = 20_000  # synthetic matches
_HARD = 0.25  # of them with the errors of two: matches that are likely are the easy ones
_UNSEEN = 5  # matches that agree in nothing of a group, as if seen beside the likely ones: a few prove little
_WORTH = 2000  # pairs looked at for one more match
_WORTHS = np.array([1.0, 0.25, 0.05, 0.0])  # of finding a match once more, by how often it is found already


def chosen(
    found: Sequence[Template], likely: Likely, budget: float, n: int, rng: np.random.Generator
) -> tuple[list[Template], Bools]:
    """The templates worth their cost, the best first, and which synthetic matches (templates, matches) each finds.

    `budget` is what they may cost together; pairs found by several count several times.
    """
    cover = _cover(found, likely, rng)
    cost = np.array([max(template.cost, n / 50) for template in found])
    hits = np.zeros(_MATCHES, np.int64)
    picked: list[int] = []
    while True:
        gain = cover @ _WORTHS[np.minimum(hits, len(_WORTHS) - 1)].astype(np.float32)
        wider = _alike(found, picked)
        gain[wider] = cover[wider] @ (hits == 0).astype(np.float32)  # to find by the same values again proves nothing
        gain[picked] = 0
        gain[cost > budget] = 0
        best = int(np.argmax(gain / cost))
        if gain[best] < 1 or gain[best] * likely.many / _MATCHES < cost[best] / _WORTH:
            break
        picked.append(best)
        budget -= cost[best]
        hits += cover[best].astype(np.int64)
    return [found[number] for number in picked], cover[picked] > 0


def _alike(found: Sequence[Template], picked: Sequence[int]) -> list[int]:
    """Templates of the same atoms as one that is picked."""
    parts = {found[number].parts for number in picked}
    return [number for number, template in enumerate(found) if template.parts in parts]


def _cover(found: Sequence[Template], likely: Likely, rng: np.random.Generator) -> NDArray[np.float32]:
    """Which synthetic matches each template finds: for every group of atoms the agreements of a likely match."""
    unseen = np.full(_UNSEEN, -1)
    drawn = {group: rng.choice(np.append(pool, unseen), (2, _MATCHES)) for group, pool in likely.without.items()}
    easy = np.arange(_MATCHES) >= _HARD * _MATCHES
    cover = np.ones((len(found), _MATCHES), np.float32)
    for number, template in enumerate(found):
        cap = template.largest if len(template.atoms) == 1 else 0
        for atom in template.atoms:
            some = drawn[atom.group]
            first, second = likely.seen.of(atom, cap)[some] & (some >= 0)
            cover[number] *= first & (easy | second)
        if len(template.atoms) > 1:
            taken = tuple(drawn[atom.group][0] for atom in template.atoms)
            cover[number] *= ~likely.seen.crowded(template, taken)
    return cover

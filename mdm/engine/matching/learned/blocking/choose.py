"""The choice of keys: those that find one more synthetic match for the fewest pairs, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdm.engine.matching.learned.blocking.look import Likely
from mdm.engine.matching.learned.blocking.template import Template

_MATCHES = 20_000  # synthetic matches
_WORTH = 2000  # pairs looked at for one more match
_WORTHS = np.array([1.0, 0.25, 0.05, 0.0])  # of finding a match once more, by how often it is found already


def chosen(
    found: Sequence[Template], likely: Likely, budget: float, n: int, rng: np.random.Generator
) -> tuple[list[Template], float]:
    """The templates worth their cost, and the share of synthetic matches they find."""
    drawn = {group: rng.choice(pool, _MATCHES) for group, pool in likely.without.items()}
    cover = np.empty((_MATCHES, len(found)), np.float32)
    for number, template in enumerate(found):
        alone = len(template.atoms) == 1
        parts = (likely.seen.of(atom, template.largest if alone else 0)[drawn[atom.group]] for atom in template.atoms)
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
        if gain[best] < 1 or gain[best] * likely.many / _MATCHES < cost[best] / _WORTH:
            break
        picked.append(best)
        left -= cost[best]
        hits += cover[:, best].astype(np.int64)
    return [found[number] for number in picked], float((hits > 0).mean())

"""Pairs that are no match and yet alike: two of one household, two branches of one organisation.

A pair of records is one entity, or two strangers, or two that belong together. These share a surname, an address, a
head office's phone by nature, so that strangers are no fair comparison: without them a family counts as one person.
What such pairs share is expected (`kinds.relations`), never learned: a version that learned it took true matches for
households. For each relation log2(s * 2^bits + 1 - s) says how much likelier a part is than between strangers, where a
share s of such pairs mean the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mdm.engine.matching.learned.values import Floats

_HUGE = 60.0
_FACTORS = 16  # of up to 2 to the 60 that a number can hold


@dataclass(frozen=True)
class Related:
    """Per relation: `odds`, log2 of how many pairs are so related; `shared` (relations, groups), what they share."""

    names: tuple[str, ...] = ()
    odds: Floats = field(default_factory=lambda: np.zeros(0))
    shared: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def each(self, parts: Floats) -> Floats:
        """log2 odds of each relation against strangers, (pairs, relations), from the scaled bits of each group.

        Summed one by one, so that it is the same however many pairs there are.
        """
        out = np.empty((len(parts), len(self.odds)))
        like = np.exp2(np.clip(parts, -_HUGE, _HUGE))
        for r, shared in enumerate(self.shared.tolist()):
            total = np.full(len(parts), self.odds[r])
            some = [g for g, share in enumerate(shared) if share]
            for few in (some[i : i + _FACTORS] for i in range(0, len(some), _FACTORS)):
                factor = np.ones(len(parts))
                for g in few:
                    factor *= shared[g] * like[:, g] + 1 - shared[g]
                total += np.log2(factor)
            out[:, r] = total
        return out

    def bits(self, parts: Floats) -> Floats:
        """What a match loses because the pair may be related instead: log2(1 + the odds of any relation)."""
        return either(self.each(parts))

    def slope(self, parts: Floats) -> Floats:
        """How fast `bits` grows with the bits of each group, (pairs, groups)."""
        out = np.zeros(parts.shape)
        each = self.each(parts)
        loss = either(each)
        like = np.exp2(np.clip(parts, -_HUGE, _HUGE))
        for r, shared in enumerate(self.shared):
            out += np.exp2(each[:, r] - loss)[:, None] * (shared * like / (shared * like + 1 - shared))
        return out


def either(each: Floats) -> Floats:
    """log2(1 + the odds of any relation), from those of each, (pairs, relations)."""
    out = np.zeros(len(each))
    for one in each.T:
        out = np.logaddexp2(out, one)
    return out

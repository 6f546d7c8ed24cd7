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
            for g, share in enumerate(shared):
                if share:
                    total += np.log2(share * like[:, g] + 1 - share)
            out[:, r] = total
        return out

    def bits(self, parts: Floats) -> Floats:
        """What a match loses because the pair may be related instead: log2(1 + the odds of any relation)."""
        out = np.zeros(len(parts))
        for each in self.each(parts).T:
            out = np.logaddexp2(out, each)
        return out

    def slope(self, parts: Floats) -> Floats:
        """How fast `bits` grows with the bits of each group, (pairs, groups)."""
        out = np.zeros(parts.shape)
        each, loss = self.each(parts), self.bits(parts)
        like = np.exp2(np.clip(parts, -_HUGE, _HUGE))
        for r, shared in enumerate(self.shared):
            out += np.exp2(each[:, r] - loss)[:, None] * (shared * like / (shared * like + 1 - shared))
        return out

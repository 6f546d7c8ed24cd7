"""Pairs that are no match and yet alike: two of one household, two branches of one organisation.

A pair of records is one entity, or two strangers, or two that belong together. These share a surname, an address, a
head office's phone by nature, so that strangers are no fair comparison: without them a family counts as one person.
What such pairs share is expected (`kinds.relations`), never learned: a version that learned it took true matches for
households. For each relation log2(s * 2^bits + n * 2^near + 1 - s - n) says how much likelier a part is than between
strangers, where a share s of such pairs mean the same thing, and a share n neighbouring ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mdm.engine.matching.learned.values import Floats

HUGE = 60.0  # bits beyond which nothing is told apart
_FACTORS = 16  # of up to 2 to the 60 that a number can hold


@dataclass(frozen=True)
class Related:
    """Per relation: `odds`, log2 of how many pairs are so related; `shared` (relations, groups), what they share, and
    `nearby`, how often they are neighbours there."""

    names: tuple[str, ...] = ()
    odds: Floats = field(default_factory=lambda: np.zeros(0))
    shared: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    nearby: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def each(self, parts: Floats, near: Floats) -> Floats:
        """log2 odds of each relation against strangers, (pairs, relations), from the scaled bits of each group for a
        match, and for neighbours.

        Summed one by one, so that it is the same however many pairs there are.
        """
        out = np.empty((len(parts), len(self.odds)))
        like = np.exp2(np.clip(parts, -HUGE, HUGE))
        for r, (shared, nearby) in enumerate(zip(self.shared.tolist(), self.nearby.tolist(), strict=True)):
            total = np.full(len(parts), self.odds[r])
            some = [g for g in range(len(shared)) if shared[g] or nearby[g]]
            for few in (some[i : i + _FACTORS] for i in range(0, len(some), _FACTORS)):
                factor = np.ones(len(parts))
                for g in few:
                    whole = shared[g] * like[:, g] + (1 - shared[g] - nearby[g])
                    if nearby[g]:
                        whole += nearby[g] * np.exp2(np.clip(near[:, g], -HUGE, HUGE))
                    factor *= whole
                total += np.log2(factor)
            out[:, r] = total
        return out

    def bits(self, parts: Floats, near: Floats) -> Floats:
        """What a match loses because the pair may be related instead: log2(1 + the odds of any relation)."""
        return either(self.each(parts, near))

    def slopes(self, parts: Floats, near: Floats) -> tuple[Floats, Floats]:
        """How fast `bits` grows with the bits of each group for a match, and for neighbours, (pairs, groups)."""
        same, next_door = np.zeros(parts.shape), np.zeros(parts.shape)
        each = self.each(parts, near)
        loss = either(each)
        like, beside = np.exp2(np.clip(parts, -HUGE, HUGE)), np.exp2(np.clip(near, -HUGE, HUGE))
        for r, (shared, nearby) in enumerate(zip(self.shared, self.nearby, strict=True)):
            part = np.exp2(each[:, r] - loss)[:, None] / (shared * like + nearby * beside + 1 - shared - nearby)
            same += part * shared * like
            next_door += part * nearby * beside
        return same, next_door


def either(each: Floats) -> Floats:
    """log2(1 + the odds of any relation), from those of each, (pairs, relations)."""
    out = np.zeros(len(each))
    for one in each.T:
        out = np.logaddexp2(out, one)
    return out

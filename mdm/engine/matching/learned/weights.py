"""What levels weigh: the bits of each aspect, of groups that speak of one thing, of whole pairs.

Two records mean one place, two neighbouring ones (one street, another house), or places that have nothing to do with
each other: neighbours share all that a street shares, so that what they share speaks for a match less than it seems.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Levels
from mdm.engine.matching.learned.related import HUGE, Related
from mdm.engine.matching.learned.values import Floats

_FAR_OFF = -15.0  # bits: what lies below is no match, whatever else it may be


@dataclass
class Weights:
    """`bits[k][level]` per aspect, 0 for nothing known (the last entry); `prior` log2 odds of any pair.

    Per group: `same_m` and `same_u`, how often records of one entity, and of two, mean the same thing; `near_m` and
    `near_u`, how often they are neighbours, 0 for groups that do not tell; `scale` how far its bits count, 1 before any
    tuning. `near[k]` are the bits of two neighbours where an aspect tells them apart, by level as in `bits`.
    `shift` is added to every pair; what it may be instead of a match, `related`, is taken off.
    """

    bits: list[Floats]
    m: list[Floats]
    u: list[Floats]
    groups: list[list[int]]
    same_m: Floats
    same_u: Floats
    prior: float
    scale: Floats = field(default_factory=lambda: np.ones(0))
    shift: float = 0.0
    related: Related = field(default_factory=Related)
    near: Mapping[int, Floats] = field(default_factory=dict)
    near_m: Floats = field(default_factory=lambda: np.zeros(0))
    near_u: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.scale):
            self.scale = np.ones(len(self.groups))
        if not len(self.near_u):
            self.near_m = self.near_u = np.zeros(len(self.groups))

    def parts(self, levels: Levels) -> Floats:
        """Bits of each group before scaling, (pairs, groups)."""
        return self.told(levels)[0]

    def told(self, levels: Levels) -> tuple[Floats, Floats]:
        """Bits of each group before scaling, for a match and for two neighbours, against strangers, (pairs, groups).

        Those for neighbours are 0 where a group cannot tell.
        """
        match, beside = np.zeros((2, len(levels), len(self.groups)))
        for g, members in enumerate(self.groups):
            same, near = self.meant(levels, g)
            if len(members) > 1:
                strangers = mixed(same, near, self.same_u[g], self.near_u[g])
                match[:, g] = mixed(same, near, self.same_m[g], self.near_m[g]) - strangers
                if self.near_u[g]:
                    beside[:, g] = near - strangers
            else:
                match[:, g] = same
        return match, beside

    def meant(self, levels: Levels, g: int) -> tuple[Floats, Floats]:
        """Bits of a group for meaning one thing, and for two neighbouring ones, against things apart."""
        same, other = np.zeros(len(levels)), np.zeros(len(levels))
        for k in self.groups[g]:
            same += self.bits[k][levels[:, k]]
            if k in self.near:
                other += (self.near[k] - self.bits[k])[levels[:, k]]
        return same, same + other

    def known(self, levels: Levels) -> NDArray[np.bool_]:
        """Whether pairs say anything in each group, (pairs, groups)."""
        return np.stack([(levels[:, members] >= 0).any(1) for members in self.groups], 1)

    def score(self, levels: Levels, chunk: int = 1_000_000) -> NDArray[np.float32]:
        """Match weight of pairs in bits: log2 of the odds that they are one entity."""
        out = np.empty(len(levels), np.float32)
        for i in range(0, len(levels), chunk):
            out[i : i + chunk] = self.weighed(levels[i : i + chunk])[0]
        return out

    def weighed(self, levels: Levels) -> tuple[Floats, Floats]:
        """Match weight of pairs in bits, and the scaled bits of each group it is made of, (pairs, groups)."""
        parts, beside = (told * self.scale for told in self.told(levels))
        bits = self.summed(parts)
        near = np.flatnonzero(bits > _FAR_OFF)
        bits[near] -= self.related.bits(parts[near], beside[near])
        return bits, parts

    def lost(self, levels: Levels) -> Floats:
        """Bits that pairs lose because they may be related instead."""
        return self.related.bits(*(told * self.scale for told in self.told(levels)))

    def summed(self, parts: Floats) -> Floats:
        """Bits of pairs from the scaled ones of each group, whatever else they may be."""
        bits = np.full(len(parts), self.prior + self.shift)
        for g in range(parts.shape[1]):  # one by one: the same sum however many pairs there are
            bits += parts[:, g]
        return bits


def mixed(same: Floats, near: Floats, share: float, beside: float) -> Floats:
    """Bits of parts that mean one thing, or two neighbouring ones, in such shares of pairs, against things apart."""
    found = np.logaddexp2(np.log2(share) + same, np.log2(1 - share - beside))
    return np.asarray(np.logaddexp2(found, np.log2(beside) + near) if beside else found)


def probability(bits: NDArray[np.floating]) -> Floats:
    """The probability that odds of 2 to the `bits` mean."""
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits.astype(np.float64), -HUGE, HUGE))))

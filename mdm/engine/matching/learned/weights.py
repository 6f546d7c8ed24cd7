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
from mdm.engine.matching.learned.related import Related
from mdm.engine.matching.learned.values import Floats

NEXT_DOOR = 0.01  # of matches stand in one street with two numbers of houses, neither of which is a slip
HUGE = 60.0  # bits beyond which nothing is told apart
_FAR_OFF = -15.0  # bits: what lies below is no match, whatever else it may be


@dataclass
class Weights:
    """`bits[k][level]` per aspect, 0 for nothing known (the last entry); `prior` log2 odds of any pair.

    Per group: `same_m` and `same_u`, how often records of one entity, and of two, mean the same thing; `near_u`, how
    often those of two entities are neighbours, 0 for groups that do not tell; `scale` how far its bits count, 1 before
    any tuning. `near[k]` are the bits of two neighbours where an aspect tells them apart, by level as in `bits`.
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
    near_u: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.scale):
            self.scale = np.ones(len(self.groups))
        if not len(self.near_u):
            self.near_u = np.zeros(len(self.groups))

    def parts(self, levels: Levels) -> Floats:
        """Bits of each group before scaling, (pairs, groups)."""
        out = np.zeros((len(levels), len(self.groups)))
        for g, members in enumerate(self.groups):
            same, near = self.meant(levels, g)
            if len(members) > 1:
                match = mixed(same, near, self.same_m[g], NEXT_DOOR * (self.near_u[g] > 0))
                same = match - mixed(same, near, self.same_u[g], self.near_u[g])
            out[:, g] = same
        return out

    def meant(self, levels: Levels, g: int) -> tuple[Floats, Floats]:
        """Bits of a group for meaning one thing, and for two neighbouring ones, against things apart."""
        same = np.zeros(len(levels))
        for k in self.groups[g]:
            same += self.bits[k][levels[:, k]]
        near = same
        for k in self.near.keys() & set(self.groups[g]):
            near = near + (self.near[k] - self.bits[k])[levels[:, k]]
        return same, near

    def nearby(self, levels: Levels) -> Floats:
        """Scaled bits of each group for neighbours against strangers, (pairs, groups); 0 where it cannot tell."""
        out = np.zeros((len(levels), len(self.groups)))
        for g in np.flatnonzero(self.near_u).tolist():
            same, near = self.meant(levels, g)
            out[:, g] = self.scale[g] * (near - mixed(same, near, self.same_u[g], self.near_u[g]))
        return out

    def known(self, levels: Levels) -> tuple[Floats, NDArray[np.bool_]]:
        """Scaled bits of each group, and whether the pairs say anything there, (pairs, groups)."""
        said = [(levels[:, members] >= 0).any(1) for members in self.groups]
        return self.parts(levels) * self.scale, np.stack(said, 1)

    def score(self, levels: Levels, chunk: int = 1_000_000) -> NDArray[np.float32]:
        """Match weight of pairs in bits: log2 of the odds that they are one entity."""
        out = np.empty(len(levels), np.float32)
        for i in range(0, len(levels), chunk):
            some = levels[i : i + chunk]
            parts = self.parts(some) * self.scale
            bits = self.summed(parts)
            near = np.flatnonzero(bits > _FAR_OFF)
            bits[near] -= self.related.bits(parts[near], self.nearby(some[near]))
            out[i : i + chunk] = bits
        return out

    def lost(self, levels: Levels) -> Floats:
        """Bits that pairs lose because they may be related instead."""
        return self.related.bits(self.parts(levels) * self.scale, self.nearby(levels))

    def summed(self, parts: Floats) -> Floats:
        """Bits of pairs from the scaled ones of each group, whatever else they may be."""
        bits = np.full(len(parts), self.prior + self.shift)
        for g in range(parts.shape[1]):  # one by one: the same sum however many pairs there are
            bits += parts[:, g]
        return bits


def mixed(same: Floats, near: Floats, share: float, beside: float) -> Floats:
    """Bits of parts that mean one thing, or two neighbouring ones, in such shares of pairs, against things apart."""
    like = share * np.exp2(np.clip(same, -HUGE, HUGE))
    if beside:
        like = like + beside * np.exp2(np.clip(near, -HUGE, HUGE))
    return np.asarray(np.log2(like + (1 - share - beside)))


def probability(bits: NDArray[np.floating]) -> Floats:
    """The probability that odds of 2 to the `bits` mean."""
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits.astype(np.float64), -HUGE, HUGE))))

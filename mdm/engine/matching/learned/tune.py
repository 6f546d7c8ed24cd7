"""What several aspects say together is counted once: the bits of each group are scaled to fit what clusters, links and
people say. Logistic regression, drawn towards the trained weights (a Gaussian prior around 1).

Where each record has one partner, links know more than the weights they come from: which of a record's candidates is
best. Then each level is fitted by itself, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mdm.engine.matching.learned.aspects import EQUAL, Levels
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import Weights

_LN2 = float(np.log(2))
_LEAST, _MOST, _FURTHEST = 0.1, 2.0, 20.0
_MOVED = 0.1  # how strongly a level is drawn to its trained bits, against a scale to 1
_FURTHEST_MOVED = 10.0


@dataclass(frozen=True)
class _Moved:
    """The levels of the aspect `k`, which is the group `g` alone: equal values are one level here. `at` is where their
    bits stand among all that is fitted, `level` which of them each row shows (the last: nothing known)."""

    k: int
    g: int
    at: slice
    level: NDArray[np.int64]

    def of(self, x: Floats) -> Floats:
        return np.append(x[self.at], 0.0)[self.level]

    def sums(self, slope: Floats) -> Floats:
        """The slope of each level, from that of each row."""
        return np.bincount(self.level, slope, self.at.stop - self.at.start + 1)[:-1].astype(np.float64)


def tuned(
    weights: Weights, levels: Levels, same: Floats, count: Floats, strength: float, each: bool = False
) -> Weights:
    """Weights whose scales and shift fit `same` (0 or 1) best; each row of `levels` counts `count` times.

    `each` says that levels may move one by one.
    """
    (parts, near), groups = weights.told(levels), len(weights.groups)
    moved = _levels(weights, levels) if each else []
    size = moved[-1].at.stop if moved else groups + 1

    def loss(x: Floats) -> tuple[float, Floats]:
        scaled = parts * x[:groups]
        for one in moved:
            scaled[:, one.g] += one.of(x)
        z = _LN2 * (scaled.sum(1) + weights.prior + x[groups] - weights.related.bits(scaled, near * x[:groups]))
        miss = count * (1 / (1 + np.exp(-np.clip(z, -40, 40))) - same) * _LN2
        away = np.append(x[:groups] - 1, 0.1 * x[groups])
        shifts = x[groups + 1 :]
        value = count @ (np.logaddexp(0, z) - same * z) + strength * (away @ away + _MOVED * (shifts @ shifts))
        lost, nearby = weights.related.slopes(scaled, near * x[:groups])
        slopes = (1 - lost) * miss[:, None]
        slope = np.append((parts * slopes - near * nearby * miss[:, None]).sum(0), miss.sum())
        slope += 2 * strength * np.append(away[:groups], 0.1 * away[groups])
        further = [one.sums(slopes[:, one.g]) + 2 * strength * _MOVED * x[one.at] for one in moved]
        return float(value), np.concatenate([slope, *further])

    rest = size - groups - 1
    bounds = [(_LEAST, _MOST)] * groups + [(-_FURTHEST, _FURTHEST)] + [(-_FURTHEST_MOVED, _FURTHEST_MOVED)] * rest
    start = np.concatenate([weights.scale, [weights.shift], np.zeros(rest)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    bits = list(weights.bits)
    for one in moved:
        bits[one.k] = _shifted(bits[one.k], found[one.at] / found[one.g])
    return replace(weights, bits=bits, scale=found[:groups], shift=float(found[groups]))


def _levels(weights: Weights, levels: Levels) -> list[_Moved]:
    """What may move of the groups that are one aspect; what a level says among parts of one thing depends on them."""
    out, start = [], len(weights.groups) + 1
    for g, members in enumerate(weights.groups):
        if len(members) > 1 or not weights.m[members[0]].all():  # what forbids a match is never learned
            continue
        (k,), stop = members, start + len(weights.m[members[0]]) - EQUAL + 1
        known = np.maximum(levels[:, k].astype(np.int64) - EQUAL + 1, 0)
        out.append(_Moved(k, g, slice(start, stop), np.where(levels[:, k] < 0, stop - start, known)))
        start = stop
    return out


def _shifted(bits: Floats, by: Floats) -> Floats:
    """Bits of an aspect with those of equal values, and of each worse level, moved."""
    each = np.concatenate([np.full(EQUAL, by[0]), by[1:]])
    return np.asarray(bits + np.append(each, np.zeros(len(bits) - len(each))))

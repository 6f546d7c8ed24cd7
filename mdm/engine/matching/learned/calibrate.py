"""Probabilities that hold: weights are stretched and shifted to what whole decisions say of their pairs.

A decision knows more than a pair (the other records of both groups, rivals for both records), and answers say how far
decisions of some evidence are right. So pairs nobody was asked about are held to the probability of their decision.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from mdm.engine.matching.learned.answers import Answers
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.decisions import Decisions
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import Weights, probability

_NEAR = 12.0  # bits: beyond them a probability is as good as certain
_GRID = 20  # parts of a bit that weights are gathered in
_BELIEVED = 2000  # answers by which decisions are believed as much as the probabilities before: few are of odd cases
_SCALE = 0.3  # how far evidence may be off in scale: questions lie in the middle and say little of the ends
_DRAWN = 3.0  # how strongly the trained weights are held to
_LEAST, _MOST, _FURTHEST = 0.3, 2.0, 8.0
_LN2 = float(np.log(2))


def calibrated(
    weights: Weights, bits: Weight, around: Weight, made: Decisions, answers: Answers
) -> tuple[Weights, Weight]:
    """Weights whose `bits`, with what stands `around` the pairs added, mean what decisions and answers say of the
    candidates; and what stands around, as far as it counts.

    Without answers they stay as they are; a few count in part.
    """
    if not len(answers):
        return weights, around
    wrong, believed = made.wrong(answers, _SCALE), len(answers) / (len(answers) + _BELIEVED)
    same = believed * np.where(made.taken, 1 - wrong, wrong) + (1 - believed) * probability(bits + around)
    same[answers.number] = answers.same
    near = np.abs(bits + around) < _NEAR
    slope, shift, counts = _fitted(*_gathered(bits[near], around[near], same[near]))
    total = slope * (weights.prior + weights.shift) + shift
    scaled = replace(weights, scale=weights.scale * slope, shift=total - weights.prior)
    return scaled, np.asarray(counts * around, np.float32)


def _gathered(bits: Weight, around: Weight, same: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Bits, what is added to them, mean of `same` and count of pairs of about the same weight."""
    both = np.stack([np.round(bits * _GRID), np.round(around * _GRID)], 1)
    rows, which = np.unique(both, axis=0, return_inverse=True)
    count = np.bincount(which.ravel(), minlength=len(rows)).astype(np.float64)
    mean = np.bincount(which.ravel(), same, len(rows)) / np.maximum(count, 1)
    return rows[:, 0] / _GRID, rows[:, 1] / _GRID, mean, count


def _fitted(bits: Floats, around: Floats, same: Floats, count: Floats) -> tuple[float, float, float]:
    """Slope and shift in bits (Platt 1999), drawn to 1 and 0, and how far what stands around counts, drawn to 1."""
    rows = np.stack([bits, np.ones(len(bits)), around], 1) * _LN2
    usual, held = np.array([1.0, 0.0, 1.0]), _DRAWN * np.array([1.0, 0.25, 1.0])

    def loss(x: Floats) -> tuple[float, Floats]:
        t, away = rows @ x, x - usual
        miss = count * (1 / (1 + np.exp(-t)) - same)
        value = count @ (np.logaddexp(0, t) - same * t) + held @ away**2
        return float(value), rows.T @ miss + 2 * held * away

    bounds = [(_LEAST, _MOST), (-_FURTHEST, _FURTHEST), (0.0, _MOST)]
    slope, shift, counts = minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(slope), float(shift), float(counts)

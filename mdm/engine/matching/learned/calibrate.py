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
from mdm.engine.matching.learned.train import Weights, probability
from mdm.engine.matching.learned.values import Floats

_NEAR = 12.0  # bits: beyond them a probability is as good as certain
_GRID = 20  # parts of a bit that weights are gathered in
_BELIEVED = 10  # answers by which decisions are believed as much as the weights before
_DRAWN = 3.0  # how strongly the trained weights are held to
_LEAST, _MOST, _FURTHEST = 0.3, 2.0, 8.0
_LN2 = float(np.log(2))


def calibrated(weights: Weights, bits: Weight, alone: Weight, made: Decisions, answers: Answers) -> Weights:
    """Weights whose `bits`, with `alone` added, mean what decisions and answers say of the candidates.

    Without answers they stay as they are; a few count in part.
    """
    if not len(answers):
        return weights
    wrong, believed = made.wrong(answers), len(answers) / (len(answers) + _BELIEVED)
    same = believed * np.where(made.taken, 1 - wrong, wrong) + (1 - believed) * probability(bits + alone)
    same[answers.number] = answers.same
    near = np.abs(bits + alone) < _NEAR
    slope, shift = _fitted(*_gathered(bits[near], alone[near], same[near]))
    total = slope * (weights.prior + weights.shift) + shift
    return replace(weights, scale=weights.scale * slope, shift=total - weights.prior)


def _gathered(bits: Weight, alone: Weight, same: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Bits, what is added to them, mean of `same` and count of pairs of about the same weight."""
    both = np.stack([np.round(bits * _GRID), np.round(alone * _GRID)], 1)
    rows, which = np.unique(both, axis=0, return_inverse=True)
    count = np.bincount(which.ravel(), minlength=len(rows)).astype(np.float64)
    mean = np.bincount(which.ravel(), same, len(rows)) / np.maximum(count, 1)
    return rows[:, 0] / _GRID, rows[:, 1] / _GRID, mean, count


def _fitted(bits: Floats, alone: Floats, same: Floats, count: Floats) -> tuple[float, float]:
    """Slope and shift in bits (Platt 1999), drawn to 1 and 0."""

    def loss(x: Floats) -> tuple[float, Floats]:
        t = _LN2 * (x[0] * bits + x[1] + alone)
        miss = count * (1 / (1 + np.exp(-t)) - same) * _LN2
        value = count @ (np.logaddexp(0, t) - same * t) + _DRAWN * ((x[0] - 1) ** 2 + x[1] ** 2 / 4)
        return float(value), np.array([miss @ bits + 2 * _DRAWN * (x[0] - 1), miss.sum() + _DRAWN * x[1] / 2])

    bounds = [(_LEAST, _MOST), (-_FURTHEST, _FURTHEST)]
    slope, shift = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(slope), float(shift)

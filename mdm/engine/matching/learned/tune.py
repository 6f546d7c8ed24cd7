"""What several aspects say together is counted once: the bits of each group are scaled to fit what clusters, links and
people say. Logistic regression, drawn towards the trained weights (a Gaussian prior around 1)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from mdm.engine.matching.learned.train import Weights
from mdm.engine.matching.learned.values import Floats

_LN2 = float(np.log(2))
_LEAST, _MOST, _FURTHEST = 0.1, 2.0, 20.0


def tuned(weights: Weights, parts: Floats, same: Floats, count: Floats, strength: float) -> Weights:
    """Weights whose scales and shift fit `same` (0 or 1) best; each pair of `parts` counts `count` times."""
    groups = parts.shape[1]

    def loss(x: Floats) -> tuple[float, Floats]:
        scaled = parts * x[:groups]
        z = _LN2 * (scaled.sum(1) + weights.prior + x[groups] - weights.related.bits(scaled))
        miss = count * (1 / (1 + np.exp(-np.clip(z, -40, 40))) - same) * _LN2
        away = np.append(x[:groups] - 1, 0.1 * x[groups])
        value = count @ (np.logaddexp(0, z) - same * z) + strength * (away @ away)
        moved = parts * (1 - weights.related.slope(scaled))
        slope = np.append(moved.T @ miss, miss.sum()) + 2 * strength * np.append(away[:groups], 0.1 * away[groups])
        return float(value), slope

    bounds = [(_LEAST, _MOST)] * groups + [(-_FURTHEST, _FURTHEST)]
    start = np.append(weights.scale, weights.shift)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return replace(weights, scale=found[:groups], shift=float(found[groups]))

"""The waterfall of one pair in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mdm.engine.matching.explain import Line, prior, unknown
from mdm.engine.matching.learned.aspects import Levels, Step
from mdm.engine.matching.learned.related import either
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import Weights


class Sides(NamedTuple):
    """What two records say in a field, and how it is compared."""

    name: str
    steps: Sequence[Step]
    first: str
    second: str


def waterfall(aspects: Sequence[Sides], weights: Weights, levels: Levels) -> list[Line]:
    """A line for what holds before comparing, one for each aspect, and one for each group that is counted together."""
    lines = [prior(round(weights.prior + weights.shift, 2))]
    told = weights.told(levels[None, :])
    parts = told[0][0]
    for g, members in enumerate(weights.groups):
        scale = float(weights.scale[g])
        own = [(k, scale * float(weights.bits[k][levels[k]])) for k in members]
        lines += [_line(aspects[k], int(levels[k]), bits) for k, bits in own]
        rest = scale * float(parts[g]) - sum(bits for _, bits in own)
        if abs(rest) >= 0.01:
            names = ", ".join(aspects[k].name for k in members)
            words = f"{names} speak of one thing; together they count {scale * parts[g]:+.1f} bits."
            lines.append(Line("together", "Counted together", round(rest, 2), words))
    return lines + _instead(weights, *(one * weights.scale for one in told))


def _instead(weights: Weights, parts: Floats, near: Floats) -> list[Line]:
    """What the pair may be instead of a match."""
    each = weights.related.each(parts, near)
    bits = float(either(each)[0])
    if bits < 0.01:
        return []
    name = weights.related.names[int(each[0].argmax())]
    words = f"{name} have as much in common: these agreements count less for one and the same."
    return [Line("related", name, round(-bits, 2), words)]


def _line(aspect: Sides, level: int, bits: float) -> Line:
    if level < 0:
        return unknown(aspect.name, aspect.name)
    first, second = sorted((aspect.first, aspect.second))
    label = aspect.steps[level].label
    values = first if first == second else f"{first} | {second}"
    words = f"{aspect.name}: {label[0].lower()}{label[1:]} ({values})."
    return Line(aspect.name, label, round(float(np.round(bits, 2)), 2), words)

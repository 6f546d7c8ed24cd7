"""Weights that train themselves: Fellegi-Sunter by expectation-maximisation (Winkler 1988) on the levels of pairs.

u is counted where the other aspects clearly differ; for equal values it is how often the value stands, so only the sum
of m over them is learnt. Aspects of one group (the parts of an address) speak of one thing: a hidden state says
whether two records mean the same thing, and being one entity only makes that likelier. So a shared address counts
once, not once for each of its parts, and one that moved counts against a match once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import EQUAL, MIDDLE, MOST_LEVELS, Levels, Step
from mdm.engine.matching.learned.patterns import distinct
from mdm.engine.matching.learned.related import Related, either
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import Weights, mixed, probability

_PRIOR = 300.0  # pairs that the expected m of an aspect counts for
_SHARE = 0.02  # and at least this share of what is seen
_CHANCE = 200.0  # pairs that the expected u counts for
_MOST = 12.0  # bits a weight may be against a match at most
_FORBIDS = 100.0  # bits of a level that no entity may show
_NEARLY = 9.0  # bits a value that is not equal may be for a match at most
_ROUNDS = 200
_NEAR_M = 0.01  # of matches stand at two houses of one street
_NEAR_U = 1e-3  # of strangers do, to begin with
_SAME_M = 0.98  # of matches mean one thing at most, where some are neighbours: the rest is left for what moved
_MATCHES = 20.0  # pairs that the usual number of matches counts for
_RELATED = 30.0  # pairs that the expected number of related ones counts for


def train(
    steps: Sequence[tuple[Step, ...]],
    groups: list[list[int]],
    near: Levels,
    weight: Floats,
    far: Levels,
    total: float,
    usual: float,
    related: Related,
    counted: NDArray[np.bool_],
) -> Weights:
    """Weights from levels (pairs, aspects): `near` of candidates, each standing for `weight` pairs, `far` of others.

    `total` is the number of all pairs there are. Pairs that share no key are taken for no matches. How many pairs are
    `related` is learned for those relations that may be `counted`.

    `usual` matches are expected before any is found.
    """
    rows, count, outside = _evidence(near, weight, far, total)
    expected = [np.array([step.m for step in aspect]) / sum(step.m for step in aspect) for aspect in steps]
    weights = _begun(_chances(rows, count, steps), steps, groups, total, related, expected)
    post = np.zeros(len(rows))
    for _ in range(_ROUNDS):
        new, kin = _posteriors(weights, rows, outside)
        settled = np.abs(new - post) @ count < 1e-4 * (new @ count) + 1e-9
        post = new
        strange = np.maximum(1 - post - kin.sum(1), 0.0)
        weights = _maximised(weights, rows, count * post, count * strange, outside, expected)
        found = np.where(counted, _counted(related.odds, count @ kin, total), related.odds)
        prior = _log_odds(_expected(float(post @ count), usual) / total)
        weights = replace(weights, prior=prior, related=replace(related, odds=found))
        if settled:
            break
    return weights


def _begun(
    u: list[Floats],
    steps: Sequence[tuple[Step, ...]],
    groups: list[list[int]],
    total: float,
    related: Related,
    expected: list[Floats],
) -> Weights:
    """What is expected before any round."""
    near = _beside(steps, u)
    tells = np.array([len(members) > 1 and any(k in near for k in members) for members in groups], np.float64)
    return Weights(
        bits=[_bits(*pair) for pair in zip(expected, u, strict=True)],
        m=list(expected),
        u=u,
        groups=groups,
        same_m=np.full(len(groups), 0.9),
        same_u=np.full(len(groups), 1e-4),
        prior=_log_odds(0.5 / float(np.sqrt(total))),
        related=related,
        near=near,
        near_m=_NEAR_M * tells,
        near_u=_NEAR_U * tells,
    )


def _posteriors(weights: Weights, rows: Levels, outside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """How probably pairs are one entity, and related in each way, (pairs, relations); those `outside` are strangers."""
    parts, near = (told * weights.scale for told in weights.told(rows))
    each = weights.related.each(parts, near)
    instead = either(each)
    match = np.where(outside, 0.0, probability(weights.summed(parts) - instead))
    kin = np.exp2(each - instead[:, None])
    return match, (1 - match)[:, None] * kin * ~outside[:, None]


def _expected(found: float, usual: float) -> float:
    """How many matches there are, from those found and those that are usual, for few (a gamma prior)."""
    return (found + _MATCHES) / (1 + _MATCHES / usual)


def _counted(expected: Floats, found: Floats, total: float) -> Floats:
    """log2 odds of relations from how many pairs were found, with what is expected for few (a gamma prior)."""
    return np.asarray(np.log2((found + _RELATED) / (1 + _RELATED / (np.exp2(expected) * total)) / total))


def retrained(
    weights: Weights,
    steps: Sequence[tuple[Step, ...]],
    near: Levels,
    weight: Floats,
    same: Floats,
    far: Levels,
    total: float,
    usual: float,
) -> Weights:
    """Weights from what clusters or links say of candidates: one more M step. Each row of levels stands for `weight`
    of them, of which so many are the `same`."""
    second, others = _outside(far, max(total - weight.sum(), 0.0))
    rows, count = np.concatenate([near, second]), np.concatenate([weight, others])
    outside = np.arange(len(rows)) >= len(near)
    here = np.concatenate([same, np.zeros(len(second))])
    match, kin = _posteriors(weights, rows, outside)
    strange = 1 - kin.sum(1) / np.maximum(1 - match, 1e-9)
    there = np.maximum(count - here, 0.0) * np.clip(strange, 0.0, 1.0)
    expected = [np.array([step.m for step in aspect]) / sum(step.m for step in aspect) for aspect in steps]
    found = _maximised(weights, rows, here, there, outside, expected)
    u = [_shares(rows, there, k, steps[k]) for k in range(len(steps))]
    bits = [_bits(*pair) for pair in zip(found.m, u, strict=True)]
    prior = _log_odds(_expected(float(here.sum()), usual) / total)
    return replace(found, bits=bits, u=u, prior=prior, near=_beside(steps, u))


def _shares(rows: Levels, count: Floats, k: int, steps: tuple[Step, ...]) -> Floats:
    """How often each level of an aspect stands, with what is usual for few pairs."""
    known = rows[:, k] >= 0
    found = np.bincount(rows[known, k], weights=count[known], minlength=len(steps))
    usual = np.array([step.u for step in steps])
    return np.asarray((found + _CHANCE * usual / usual.sum()) / (found.sum() + _CHANCE))


def _log_odds(share: float) -> float:
    share = min(max(share, 1e-13), 0.5)
    return float(np.log2(share / (1 - share)))


def _evidence(near: Levels, weight: Floats, far: Levels, total: float) -> tuple[Levels, Floats, NDArray[np.bool_]]:
    """Distinct rows of levels, the pairs they stand for, and whether they come from pairs that share no key."""
    first, counts = collapsed(near, weight)
    second, others = _outside(far, max(total - weight.sum(), 0.0))
    outside = np.arange(len(first) + len(second)) >= len(first)
    return np.concatenate([first, second]), np.concatenate([counts, others]), outside


def _outside(far: Levels, rest: float) -> tuple[Levels, Floats]:
    """Distinct rows of levels of random pairs, which stand for all the `rest`."""
    return collapsed(far, np.full(len(far), rest / max(len(far), 1)))


def collapsed(levels: Levels, weight: Floats) -> tuple[Levels, Floats]:
    """Distinct rows of levels with their summed weight."""
    if not len(levels):
        return levels, weight
    first, which = distinct(levels)
    return levels[first], np.bincount(which, weights=weight).astype(np.float64)


def _chances(rows: Levels, count: Floats, steps: Sequence[tuple[Step, ...]]) -> list[Floats]:
    """u of each aspect: its levels where most of the other aspects that are known show their worst."""
    known = rows >= 0
    worst = known & (rows == rows.max(0, initial=0))
    seen, worse = known.sum(1), worst.sum(1)
    out = []
    for k, of in enumerate(steps):
        others, apart = seen - known[:, k], worse - worst[:, k]
        out.append(_shares(rows, count * ((apart >= 0.6 * others) & (apart >= 1)), k, of))
    return out


def _maximised(
    weights: Weights, rows: Levels, here: Floats, there: Floats, outside: NDArray[np.bool_], expected: list[Floats]
) -> Weights:
    """Weights with m of every level, and how often groups mean the same thing or neighbours, from pairs that are
    matches (`here`) and are not.

    Pairs `outside` share no key: what they seem to mean alike is chance. Who lives in one street is no chance.
    """
    m = list(weights.m)
    same_m, same_u, near_u = weights.same_m.copy(), weights.same_u.copy(), weights.near_u.copy()
    for g, members in enumerate(weights.groups):
        same = here
        if len(members) > 1:
            one, near = weights.meant(rows, g)
            matches, strangers = mixed(one, near, same_m[g], weights.near_m[g]), mixed(one, near, same_u[g], near_u[g])
            inside, other = here * _share(one, same_m[g], matches), there * _share(one, same_u[g], strangers) * ~outside
            known = (rows[:, members] >= 0).any(1)
            if near_u[g]:
                near_u[g] = ((there * _share(near, near_u[g], strangers))[known].sum() + 1) / (there[known].sum() + 10)
            most = _SAME_M if near_u[g] else 1.0
            same_m[g] = min((inside[known].sum() + 9) / (here[known].sum() + 10), most)
            same_u[g] = (other[known].sum() + 1) / (there[known].sum() + 10)
            same = inside + other
        for k in members:
            known = rows[:, k] >= 0
            found = np.bincount(rows[known, k], weights=same[known], minlength=len(expected[k]))
            strength = _PRIOR + _SHARE * found.sum()
            found *= expected[k] > 0
            m[k] = _bounded((found + strength * expected[k]) / (found.sum() + strength), 0.1 + 3 * expected[k][-1])
    bits = [_bits(*pair) for pair in zip(m, weights.u, strict=True)]
    return replace(weights, bits=bits, m=m, same_m=same_m, same_u=same_u, near_u=near_u)


def _share(bits: Floats, share: float, whole: Floats) -> Floats:
    """The probability of what `bits` speak for, in a `share` of pairs, among the `whole` of what parts may mean."""
    return np.asarray(share * np.exp2(np.minimum(bits - whole, -np.log2(share))))


def _beside(steps: Sequence[tuple[Step, ...]], u: Sequence[Floats]) -> dict[int, Floats]:
    """Bits by level of two neighbours, for the aspects that tell them apart: they never show equal values."""
    out = {}
    for k, aspect in enumerate(steps):
        if any(step.beside for step in aspect):
            share = np.array([step.beside for step in aspect])
            bits = np.where(share > 0, np.clip(np.log2(np.maximum(share, 1e-9) / u[k]), -_MOST, _MOST), -_MOST)
            out[k] = np.append(bits, np.zeros(MOST_LEVELS + 1 - len(bits)))
    return out


def _bounded(m: Floats, most: float) -> Floats:
    """m with no more than `most` on the worst level: a solution in which entities differ more is degenerate."""
    if m[-1] > most:
        m = m * ((1 - most) / (1 - m[-1]))
        m[-1] = most
    return m


def _bits(m: Floats, u: Floats) -> Floats:
    """log2(m/u) by level; equal values by how rare they are; a worse level never weighs more than a better one.

    A level that no entity is expected to show (m of 0) forbids a match.
    """
    bits = np.log2(np.maximum(m, 1e-9) / u)
    bits[:EQUAL] = np.log2(m[:EQUAL].sum()) + MIDDLE
    bits[EQUAL:] = np.minimum(_falling(bits[EQUAL:], m[EQUAL:] + 1e-3), _NEARLY)
    bits = np.where(m > 0, np.clip(bits, -_MOST, 30), -_FORBIDS)
    return np.append(bits, np.zeros(MOST_LEVELS + 1 - len(bits)))


def _falling(bits: Floats, strength: Floats) -> Floats:
    """The nearest falling sequence (pool adjacent violators, Barlow et al. 1972)."""
    blocks: list[tuple[float, float, int]] = []
    for value, force in zip(bits, strength, strict=True):
        block = (float(value), float(force), 1)
        while blocks and blocks[-1][0] < block[0]:
            other = blocks.pop()
            force_both = other[1] + block[1]
            block = ((other[0] * other[1] + block[0] * block[1]) / force_both, force_both, other[2] + block[2])
        blocks.append(block)
    return np.concatenate([np.full(size, value) for value, _, size in blocks]) if blocks else bits

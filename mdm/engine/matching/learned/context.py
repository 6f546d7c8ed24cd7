"""What stands around a pair says of it, beyond the two records: the others of their groups, rivals for either record.

A pair that looks poor is right where the rest of a group holds together, and one that looks good is wrong where a
better partner is there. So probabilities are told with what is around; weights, which judge two records alone, are not.
"""

from __future__ import annotations

import numpy as np

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import CLIP, Weight
from mdm.engine.matching.learned.decisions import Decisions
from mdm.engine.matching.learned.values import Floats

# Bits of a pair in one group, and of one across two: what the decision says by itself, how far the weight of the pair
# counts, and how far the mean of the other pairs. Pairs share what is odd about their records, so none counts in full.
_TOGETHER = (2.0, 0.5, 1.0)
_APART = (1.0, 0.45, 0.6)
_FOUGHT_FOR = 2.5  # bits that weights are short of where rivals are told apart from them
_ALONE = 0.01  # of the records of the smaller table: so many have no partner at least
_RIVAL = 0.6  # what a rival counts: now and then both are right, and rivals owe their weight to the same words
_NOTHING = -15.0  # bits of a pair that is no rival to any
_ROUNDS = 20
_HUGE = 40.0


def of_groups(bits: Weight, made: Decisions, related: Floats) -> Weight:
    """Bits that groups add to what pairs weigh; nothing where no third record is there to speak.

    `related` is what each weight has lost because the two may only belong together: others of a group tell a match from
    strangers, but what is related to one of them is related to all, so that doubt stays.
    """
    weight = np.clip(bits.astype(np.float64), -CLIP, CLIP)
    pairs = made.stake  # that speak of it: to the others of the group, or across both
    whole = np.where(made.taken, 2 * made.evidence - weight, made.evidence) * pairs
    others = (whole - weight) / np.maximum(pairs - 1, 1)
    by, own, rest = (np.where(made.taken, *both) for both in zip(_TOGETHER, _APART, strict=True))
    plus = np.where(pairs > 1, by + own * weight + rest * others - weight, 0.0)
    return np.asarray(np.where(plus > 0, _held(bits, plus, related), plus), np.float32)


def _held(bits: Weight, plus: Floats, related: Floats) -> Floats:
    """What of `plus` is left if it speaks against strangers only, not against relatives."""
    strangers = -(bits + related) - plus
    with np.errstate(divide="ignore"):
        relatives = np.log2(np.expm1(np.minimum(related, _HUGE) * np.log(2))) - (bits + related)
    return np.asarray(np.maximum(-np.logaddexp2(strangers, relatives) - bits, 0.0))


def of_links(apart: int, n: int, a: Rows, b: Rows, bits: Weight) -> Weight:
    """Bits that rivals add to what pairs weigh where each record has one partner at most.

    A rival counts less the better its own other partners are, and anything counts less the fewer records have no
    partner at all, which is learnt: the marginals of a matching by belief propagation (Huang and Jebara, Approximating
    the permanent with belief propagation, 2009).
    """
    near = np.flatnonzero(bits > _NOTHING)
    x, y = a[near], b[near]
    odds = np.exp2(np.clip(bits[near].astype(np.float64), -_HUGE, _HUGE))
    by_a, by_b = odds, odds  # how strongly either record offers itself to the other
    alone = 0.5  # share of records without a partner
    for _ in range(_ROUNDS):
        none = float(np.sqrt(alone * 2.0**-_FOUGHT_FOR))
        to_a, to_b = _RIVAL * np.bincount(x, by_b, n), _RIVAL * np.bincount(y, by_a, n)
        free = none / (none + (to_a[:apart] if 2 * apart <= n else to_b[apart:]))
        alone = max(float(free.mean()), _ALONE) if len(free) else _ALONE
        fresh_a = odds / (none + np.maximum(to_a[x] - _RIVAL * by_b, 0.0))
        fresh_b = odds / (none + np.maximum(to_b[y] - _RIVAL * by_a, 0.0))
        by_a, by_b = np.sqrt(by_a * fresh_a), np.sqrt(by_b * fresh_b)  # half the way, or they swing for ever
    to_a, to_b = _RIVAL * np.bincount(x, by_b, n), _RIVAL * np.bincount(y, by_a, n)
    rivals = np.log2(none + to_a)[a] + np.log2(none + to_b)[b]
    own = np.maximum(to_a[x] - _RIVAL * by_b, 0.0), np.maximum(to_b[y] - _RIVAL * by_a, 0.0)
    rivals[near] = np.log2(none + own[0]) + np.log2(none + own[1])
    return np.asarray(-rivals, np.float32)

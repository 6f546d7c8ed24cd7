"""What stands around a pair says of it, beyond the two records: the others of their groups, rivals for either record.

A pair that looks poor is right where the rest of a group holds together, and one that looks good is wrong where a
better partner is there. So probabilities are told with what is around; weights, which judge two records alone, are not.
"""

from __future__ import annotations

import numpy as np

from mdm.engine.matching.learned.aspects import Rows
from mdm.engine.matching.learned.clusters import CLIP, Weight
from mdm.engine.matching.learned.decisions import Decisions
from mdm.engine.matching.learned.links import NEITHER, Once
from mdm.engine.matching.learned.values import Floats

_TOGETHER = 2.5  # bits that pairs of one group are surer than the join that brought them together
_DRAWN = 0.5  # how far a pair that is no doubt of relatives is drawn to a join that is one
# Bits of a pair across two groups: what their standing apart says by itself, how far its own weight counts, and how far
# the mean of the other pairs. Pairs share what is odd about their records, so none counts in full.
_APART = (1.0, 0.45, 0.6)
_FOUGHT_FOR = 2.5  # bits that weights are short of where rivals are told apart from them
_ALONE = 0.01  # of the records of the smaller table: so many have no partner at least
_RIVAL = 0.6  # what a rival counts: now and then both are right, and rivals owe their weight to the same words
_NOTHING = -15.0  # bits of a pair that is no rival to any
_ROUNDS = 20
_HUGE = 40.0


def of_groups(bits: Weight, made: Decisions, joined: Floats, related: Floats) -> Weight:
    """Bits that groups add to what pairs weigh; nothing where no third record is there to speak.

    A pair in one group is about as sure as the join that brought its two records together. Against strangers the others
    of the group count in full; what is related to one of them is related to all, so that doubt moves only as far as the
    pairs of that join doubt it on the whole. `joined` are the bits of that join; `related` is what each weight has lost
    because the two may only belong together.
    """
    bits = bits.astype(np.float64)
    weight = np.clip(bits, -CLIP, CLIP)
    others = (made.evidence * made.stake - weight) / np.maximum(made.stake - 1, 1)
    join = joined - weight
    by, own, rest = _APART
    strangers = np.where(made.taken, np.maximum(_TOGETHER + join, 0.0), by + own * weight + rest * others - weight)
    relatives = np.where(made.taken, np.maximum(join, _DRAWN * join), rest * (others - weight))
    told = -np.logaddexp2(-(bits + related + strangers), -(bits + _against(related) + relatives))
    return np.asarray(np.where(made.stake > 1, told - bits, 0.0), np.float32)


def _against(related: Floats) -> Floats:
    """Bits of a match against relatives alone, above those against anything else, by what these take off."""
    with np.errstate(divide="ignore"):
        return np.asarray(related - np.log2(np.expm1(np.minimum(related, _HUGE) * np.log(2))))


def of_links(apart: int, n: int, a: Rows, b: Rows, bits: Weight, once: Once) -> Weight:
    """Bits that rivals add to what pairs weigh, where records have one partner at most (`once`).

    A rival counts less the better its own other partners are, and anything counts less the fewer records have no
    partner at all, which is learnt: the marginals of a matching by belief propagation (Huang and Jebara, Approximating
    the permanent with belief propagation, 2009). A record that may have several partners hears of no rivals.
    """
    if once == NEITHER:
        return np.zeros(len(bits), np.float32)
    near = np.flatnonzero(bits > _NOTHING)
    x, y = a[near], b[near]
    odds = np.exp2(np.clip(bits[near].astype(np.float64), -_HUGE, _HUGE))
    by_a, by_b = odds, odds  # how strongly either record offers itself to the other
    fewer = once.first and (2 * apart <= n or not once.second)
    alone = 0.5  # share of records without a partner
    for _ in range(_ROUNDS):
        none = float(np.sqrt(alone * 2.0**-_FOUGHT_FOR))
        none_a, none_b = none if once.first else 1.0, none if once.second else 1.0
        to_a, to_b = _offers(n, x, by_b, once.first), _offers(n, y, by_a, once.second)
        free = none_a / (none_a + to_a[:apart]) if fewer else none_b / (none_b + to_b[apart:])
        alone = max(float(free.mean()), _ALONE) if len(free) else _ALONE
        fresh_a = odds / (none_a + np.maximum(to_a[x] - _RIVAL * by_b, 0.0))
        fresh_b = odds / (none_b + np.maximum(to_b[y] - _RIVAL * by_a, 0.0))
        by_a, by_b = np.sqrt(by_a * fresh_a), np.sqrt(by_b * fresh_b)  # half the way, or they swing for ever
    to_a, to_b = _offers(n, x, by_b, once.first), _offers(n, y, by_a, once.second)
    rivals = np.log2(none_a + to_a)[a] + np.log2(none_b + to_b)[b]
    own = np.maximum(to_a[x] - _RIVAL * by_b, 0.0), np.maximum(to_b[y] - _RIVAL * by_a, 0.0)
    rivals[near] = np.log2(none_a + own[0]) + np.log2(none_b + own[1])
    return np.asarray(-rivals, np.float32)


def _offers(n: int, rows: Rows, by: Floats, once: bool) -> Floats:
    """What all partners offer each record, none where several may be right."""
    return np.asarray(_RIVAL * np.bincount(rows, by, n) if once else np.zeros(n), np.float64)

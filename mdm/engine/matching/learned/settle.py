"""Which records come together: clusters or links by tuned weights, and the decisions these amount to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned import clusters, context, links
from mdm.engine.matching.learned.answers import NOBODY
from mdm.engine.matching.learned.aspects import Rows, among, compared
from mdm.engine.matching.learned.clusters import Clusters, Weight
from mdm.engine.matching.learned.decisions import Decisions, of_groups, of_links
from mdm.engine.matching.learned.patterns import Patterns
from mdm.engine.matching.learned.records import OneToOne
from mdm.engine.matching.learned.run import Run
from mdm.engine.matching.learned.tune import tuned
from mdm.engine.matching.learned.values import Floats
from mdm.engine.matching.learned.weights import Weights, probability

_TUNED_ON = 400_000  # candidate pairs
_LABEL = 4.0  # pairs of the machine's own opinion an answer counts for: questions are picked, not drawn
_DRAW = 0.02  # share of matches that the trained weights count for while they are tuned
_DOUBT = 0.5  # of the probability of a pair that stays, though its two records came to stand in two clusters
_FIRST = 0.0  # bits the first clusters join at
_JOIN = -1.25  # bits final clusters join at: tuning on clusters leaves the weights a little too careful
_TOLD = 300.0  # matches the tuning needs for half of that: few clusters tell it nothing
_FIRST_LINK = -4.0  # bits of the links to learn from, where each record has one: competition has decided before


class Settled(NamedTuple):
    """Tuned weights, and what came of them: the `group` of each record, or which pairs are links, answers kept to;
    whether each record has one link at most (`single`); the decisions the weights come to by themselves, and the bits
    that what stands `around` adds to each pair."""

    weights: Weights
    group: NDArray[Any]
    single: bool
    made: Decisions
    around: Weight


def clustered(run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights) -> Settled:
    """Clusters by weights tuned on the first ones and on labels."""
    first = _groups_at(run, a, b, seen, weights, _FIRST).group
    weights = run.retrain(a, b, seen, weights, first[a] == first[b])
    weights = _tuned(run, a, b, seen, weights, first[a] == first[b])
    found = alone = _groups_at(run, a, b, seen, weights, _join_at(run, weights))
    if len(run.answers):
        alone = _groups_at(replace(run, answers=NOBODY), a, b, seen, weights, _join_at(run, weights))
    bits = seen.score(weights)
    made = of_groups(a, b, bits, alone.group)
    around = context.of_groups(bits, made, alone.joined, weights.lost(seen.rows)[seen.which])
    return Settled(weights, found.group, False, made, around)


def _groups_at(run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, join_at: float) -> Clusters:
    bits = run.answers.told(seen.score(weights))
    if run.options.cluster == "components":
        good = bits >= max(join_at, 0.0)
        label = clusters.components(run.n, a[good], b[good])
        group = np.unique(label, return_index=True)[1][label]
        return Clusters(group, clusters.clipped(bits).astype(np.float64))  # chains tell no pair by its others

    def look(x: Rows, y: Rows) -> clusters.Looked:
        shown = compared(run.aspects, x, y)
        found, parts = weights.weighed(shown)
        told = run.answers.told_of(a * run.n + b, x * run.n + y, found.astype(np.float32))
        return clusters.Looked(told, parts, weights.known(shown))

    return clusters.cluster(run.n, a, b, bits, look, join_at)


def _tuned(
    run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, same: NDArray[np.bool_], each: bool = False
) -> Weights:
    """Weights tuned on what clusters or links say of the candidates, and on labels; `each` level where links are
    one to one."""
    near, share = run.some(len(a), _TUNED_ON)
    answer, count = same[near].astype(np.float64), np.full(len(near), share)
    if run.apart is None:
        answer = np.maximum(answer, _DOUBT * probability(seen.score(weights)[near]))
    number, said = run.answers.number, run.answers.same.astype(np.float64)
    count[among(number, near)] = 0.0
    which = np.append(seen.which[near], seen.which[number])
    answer, count = np.append(answer, said), np.append(count, np.full(len(number), _LABEL))
    pairs: Floats = np.bincount(which, count, len(seen.rows)).astype(np.float64)
    # Pairs of equal levels are one, with the mean of their answers.
    known = np.flatnonzero(pairs)
    if not len(known):
        return weights
    strength = max(20.0, _DRAW * float(same.sum()))
    mean = np.bincount(which, count * answer, len(seen.rows))[known] / pairs[known]
    return tuned(weights, seen.rows[known], mean, pairs[known], strength, each)


def _join_at(run: Run, weights: Weights) -> float:
    """Bits final clusters join at: lower where there were many matches to tune on."""
    found = _matches(run, weights)
    return _JOIN * found / (found + _TOLD)


def _link_at(run: Run, weights: Weights, single: bool) -> float:
    """Bits final links begin at: where each record has one, log2 of the share of records that are thought to have none.

    Which of its rivals a record belongs to is then the question, not whether to any.
    """
    if not single or run.apart is None:
        return 0.0
    fewer = min(run.apart, run.n - run.apart)
    return float(np.log2((max(fewer - _matches(run, weights), 0.0) + 1) / (fewer + 2)))


def _matches(run: Run, weights: Weights) -> float:
    """How many matches the weights expect."""
    return run.total * float(probability(np.array(weights.prior)))


def linked(
    run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, one_to_one: OneToOne
) -> Settled:
    """Links by weights tuned on the first ones and on labels.

    Links to learn from are one to one unless the tables hold duplicates, which "no" does not say: it only lets more
    than one link out.
    """
    bits = run.answers.told(seen.score(weights))
    single = one_to_one == "yes" or not links.has_duplicates(run.n, a, b, bits, _FIRST)
    first = _links_at(run, a, b, bits, single, _FIRST_LINK)
    weights = run.retrain(a, b, seen, weights, first)
    first = _links_at(run, a, b, run.answers.told(seen.score(weights)), single, _FIRST_LINK)
    weights = _tuned(run, a, b, seen, weights, first, single)
    bits = seen.score(weights)
    single = single and one_to_one != "no"
    link_at = _link_at(run, weights, single)
    found = _links_at(run, a, b, run.answers.told(bits), single, link_at)
    around = context.of_links(run.apart or 0, run.n, a, b, bits) if single else np.zeros(len(bits), np.float32)
    made = of_links(a, b, bits + around, _links_at(run, a, b, bits, single, link_at), single)
    return Settled(weights, found, single, made, around)


def _links_at(run: Run, a: Rows, b: Rows, bits: Weight, single: bool, link_at: float) -> NDArray[np.bool_]:
    if not single:
        return np.asarray(bits >= max(link_at, 0.0), np.bool_)
    chosen = np.zeros(len(a), np.bool_)
    chosen[links.one_to_one(run.n, a, b, bits, link_at)] = True
    return chosen

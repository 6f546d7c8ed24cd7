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
_SEVERAL = {
    links.Once(False, True): "The second table holds duplicates: a record of the first may have several partners.",
    links.Once(True, False): "The first table holds duplicates: a record of the second may have several partners.",
    links.NEITHER: "Both tables hold duplicates: a record of either may have several partners.",
}


class Settled(NamedTuple):
    """Tuned weights, and what came of them: the `group` of each record, or which pairs are links, answers kept to;
    which tables' records have one link at most (`once`); the decisions the weights come to by themselves, and the bits
    that what stands `around` adds to each pair."""

    weights: Weights
    group: NDArray[Any]
    once: links.Once
    made: Decisions
    around: Weight


def clustered(run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights) -> Settled:
    """Clusters by weights tuned on the first ones and on labels."""
    first = _groups_at(run, a, b, seen, weights, _FIRST).group
    same, taught = first[a] == first[b], np.ones(len(a), np.bool_)
    weights = run.retrain(a, b, seen, weights, same, taught)
    weights = _tuned(run, a, b, seen, weights, same, taught)
    found = alone = _groups_at(run, a, b, seen, weights, _join_at(run, weights))
    if len(run.answers):
        alone = _groups_at(replace(run, answers=NOBODY), a, b, seen, weights, _join_at(run, weights))
    bits = seen.score(weights)
    made = of_groups(a, b, bits, alone.group)
    around = context.of_groups(bits, made, alone.joined, weights.lost(seen.rows)[seen.which])
    return Settled(weights, found.group, links.NEITHER, made, around)


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
    run: Run,
    a: Rows,
    b: Rows,
    seen: Patterns,
    weights: Weights,
    same: NDArray[np.bool_],
    taught: NDArray[np.bool_],
    each: bool = False,
) -> Weights:
    """Weights tuned on what clusters or links say of the candidates that may be `taught` from, and on labels; `each`
    level where records have one link."""
    near, share = run.some(len(a), _TUNED_ON)
    answer, count = same[near].astype(np.float64), np.full(len(near), share)
    if run.apart is None:
        answer = np.maximum(answer, _DOUBT * probability(seen.score(weights)[near]))
    number, said = run.answers.number, run.answers.same.astype(np.float64)
    count[among(number, near) | ~taught[near]] = 0.0
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


def _link_at(run: Run, weights: Weights, once: links.Once) -> float:
    """Bits final links begin at: where records have one, log2 of the share of them that are thought to have none.

    Which of its rivals a record belongs to is then the question, not whether to any.
    """
    if run.apart is None or not any(once):
        return 0.0
    sizes = (run.apart, run.n - run.apart)
    fewer = min(size for size, one in zip(sizes, once, strict=True) if one)
    return float(np.log2((max(fewer - _matches(run, weights), 0.0) + 1) / (fewer + 2)))


def _matches(run: Run, weights: Weights) -> float:
    """How many matches the weights expect."""
    return run.total * float(probability(np.array(weights.prior)))


def linked(run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, one_to_one: OneToOne) -> Settled:
    """Links by weights tuned on the first ones and on labels.

    Records have one link to learn from where the other table holds no duplicates, also with "no": that only lets more
    of them out.
    """
    trained, once = weights, links.BOTH
    weights = _learned(run, a, b, seen, trained, once)
    if one_to_one != "yes":
        bits = seen.score(weights)  # answers are of few records, and must not hide what the others show
        once = links.found_once(run.n, a, b, bits, _links_at(run, a, b, bits, once, 0.0))
        if once != links.BOTH:
            weights = _learned(run, a, b, seen, trained, once)
        run.notes += [_SEVERAL[once]] if once in _SEVERAL and one_to_one == "auto" else []
    bits = seen.score(weights)
    once = links.NEITHER if one_to_one == "no" else once
    link_at = _link_at(run, weights, once)
    found = _links_at(run, a, b, run.answers.told(bits), once, link_at)
    around = context.of_links(run.apart or 0, run.n, a, b, bits, once)
    made = of_links(a, b, bits + around, _links_at(run, a, b, bits, once, link_at), once)
    return Settled(weights, found, once, made, around)


def _learned(run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, once: links.Once) -> Weights:
    """Weights by links of records that have one partner (`once`); what fits as well as a link teaches nothing."""
    first, taught = _first(run, a, b, run.answers.told(seen.score(weights)), once)
    weights = run.retrain(a, b, seen, weights, first, taught)
    first, taught = _first(run, a, b, run.answers.told(seen.score(weights)), once)
    return _tuned(run, a, b, seen, weights, first, taught, any(once))


def _first(
    run: Run, a: Rows, b: Rows, bits: Weight, once: links.Once
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Links to learn from, and the pairs that teach."""
    first = _links_at(run, a, b, bits, once, _FIRST_LINK)
    return first, ~links.equals(run.n, a, b, bits, first)


def _links_at(run: Run, a: Rows, b: Rows, bits: Weight, once: links.Once, link_at: float) -> NDArray[np.bool_]:
    chosen = np.zeros(len(a), np.bool_)
    chosen[links.best(run.n, a, b, bits, link_at if any(once) else max(link_at, 0.0), once)] = True
    return chosen

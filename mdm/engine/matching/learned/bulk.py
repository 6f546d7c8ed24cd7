"""A whole table at once: prepare, block, compare, train, decide. From here each step is called in its order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned import blocking, clusters, context, effort, kinds, links, zones
from mdm.engine.matching.learned.answers import NOBODY, Answers, answered
from mdm.engine.matching.learned.aspects import Aspect, Levels, Rows, among, compared
from mdm.engine.matching.learned.calibrate import calibrated
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.decisions import Decisions, of_groups, of_links
from mdm.engine.matching.learned.kinds import relations
from mdm.engine.matching.learned.model import Model, described
from mdm.engine.matching.learned.patterns import Patterns
from mdm.engine.matching.learned.records import (
    DEFAULTS,
    Labels,
    OneToOne,
    Options,
    Progress,
    Records,
    ordered,
    quiet,
    stacked,
)
from mdm.engine.matching.learned.related import Related
from mdm.engine.matching.learned.result import Result
from mdm.engine.matching.learned.threads import kept
from mdm.engine.matching.learned.train import Weights, probability, retrained, train
from mdm.engine.matching.learned.tune import tuned
from mdm.engine.matching.learned.values import Floats

_FAR = 200_000  # random pairs that show what chance does
_LEAST_FAR = 20_000
_TRAINED_ON = 500_000  # candidate pairs
_TUNED_ON = 400_000
_LABEL = 4.0  # pairs of the machine's own opinion an answer counts for: questions are picked, not drawn
_DRAW = 0.02  # share of matches that the trained weights count for while they are tuned
_DOUBT = 0.5  # of the probability of a pair that stays, though its two records came to stand in two clusters
_USUAL = 0.15  # matches that a record has in a table before any is found
_FIRST = 0.0  # bits the first clusters join at
_JOIN = -1.25  # bits final clusters join at: tuning on clusters leaves the weights a little too careful
_TOLD = 300.0  # matches the tuning needs for half of that: few clusters tell it nothing
_FIRST_LINK = -4.0  # bits of the links to learn from, where each record has one: competition has decided before


@dataclass
class Run:
    """One run over one table; `apart` is where the second of two tables begins."""

    records: Records
    apart: int | None
    options: Options
    progress: Progress
    labels: Labels = ()
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    aspects: list[Aspect] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)
    answers: Answers = NOBODY
    ease: float = 1.0  # share of the usual number of pairs there is time for

    @property
    def n(self) -> int:
        return len(self.records)

    @property
    def total(self) -> float:
        """How many pairs there are."""
        return self.n * (self.n - 1) / 2 if self.apart is None else float(self.apart * (self.n - self.apart))

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        self.progress(name, 0.0)
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + round(time.perf_counter() - started, 3)
        self.progress(name, 1.0)

    def prepare(self) -> None:
        with self.phase("prepare"):
            self.aspects = kinds.aspects(self.records.columns, self.records.values)
            self.groups = kinds.groups(self.aspects)
            self.ease = effort.ease(self.aspects)
            self.notes += filter(None, [effort.told(self.n, self.ease, self.total)])

    def block(self) -> blocking.Found:
        with self.phase("block"):
            how, keys = self.options.blocking, self.options.keys
            budget = effort.budget(self.n, self.ease)
            return blocking.candidates(self.aspects, self.n, self.apart, budget, self.learn, how, keys)

    def learn(self, a: Rows, b: Rows) -> tuple[Weight, dict[str, Weight]]:
        """Weights of pairs by a model trained on them, whole and without each group of atoms."""
        seen = Patterns.of(compared(self.aspects, a, b))
        weights = self.train(a, b, seen)
        parts = weights.parts(seen.rows)
        whole = parts.sum(1) + weights.prior
        without = {}
        # In the order of the columns, never of their names: drawing matches depends on it.
        for group in dict.fromkeys(atom.group for aspect in self.aspects for atom in aspect.atoms):
            of = [
                any(atom.group == group for k in members for atom in self.aspects[k].atoms) for members in self.groups
            ]
            without[group] = (whole - parts[:, of].sum(1)).astype(np.float32)[seen.which]
        return whole.astype(np.float32)[seen.which], without

    def train(self, a: Rows, b: Rows, seen: Patterns) -> Weights:
        some, share = self._some(len(a), _TRAINED_ON)
        count = share * np.bincount(seen.which[some], minlength=len(seen.rows)).astype(np.float64)
        known = np.flatnonzero(count)
        steps = [aspect.steps for aspect in self.aspects]
        far, total, usual = self.far(a, b), max(self.total, 1.0), _USUAL * max(self.n, 1)
        return train(steps, self.groups, seen.rows[known], count[known], far, total, usual, *self.related(total))

    def _some(self, pairs: int, most: int) -> tuple[Rows, float]:
        """Numbers of some of so many pairs, all if they are no more than `most`; and how many each stands for."""
        enough = int(most * self.ease)
        if pairs <= enough:
            return np.arange(pairs), 1.0
        return np.sort(np.random.default_rng(0).choice(pairs, enough, replace=False)), pairs / enough

    def related(self, total: float) -> tuple[Related, NDArray[np.bool_]]:
        """The relations records may stand in, as many as expected, and which of them are to be counted."""
        found = relations.relations(self.aspects)
        odds = np.log2([one.others * max(self.n, 1) / total for one in found])
        shared = relations.shared(self.aspects, self.groups, found)
        names = tuple(one.name for one in found)
        return Related(names, odds, shared), np.array([one.counted for one in found], np.bool_)

    def retrain(self, a: Rows, b: Rows, seen: Patterns, weights: Weights, same: NDArray[np.bool_]) -> Weights:
        """Weights from what clusters or links say of the candidates."""
        if not same.any():
            return weights
        steps = [aspect.steps for aspect in self.aspects]
        total, usual = max(self.total, 1.0), _USUAL * max(self.n, 1)
        return retrained(weights, steps, seen.rows, seen.count(), seen.count(same), self.far(a, b), total, usual)

    def far(self, a: Rows, b: Rows) -> Levels:
        """Levels of random pairs that are no candidates: what chance does."""
        if self.total - len(a) < 1:
            return np.zeros((0, len(self.aspects)), np.int8)
        pairs, levels = self.chance
        return levels[~among(a * self.n + b, pairs)]

    @kept
    def chance(self) -> tuple[Rows, Levels]:
        """Random pairs, as `first * n + second`, and their levels."""
        rng, count = np.random.default_rng(0), max(int(_FAR * self.ease), _LEAST_FAR)
        first = rng.integers(0, self.n if self.apart is None else self.apart, count)
        second = rng.integers(self.apart or 0, self.n, count)
        x, y = np.minimum(first, second), np.maximum(first, second)
        x, y = x[x != y], y[x != y]
        return x * self.n + y, compared(self.aspects, x, y)


def deduplicate(
    records: Records, *, labels: Labels = (), options: Options = DEFAULTS, progress: Progress = quiet
) -> Result:
    """Clusters of records that are one entity.

    The same records give the same clusters whatever their order. Raises ValueError where ids are not unique.
    """
    run = Run(ordered(records), None, options, progress, labels)
    return _finished(run, "no")


def link(
    a: Records,
    b: Records,
    *,
    one_to_one: OneToOne = "auto",
    labels: Labels = (),
    options: Options = DEFAULTS,
    progress: Progress = quiet,
) -> Result:
    """Links between the records of two tables; with `one_to_one` each record has one link at most.

    "auto" finds out whether either table holds duplicates. Raises ValueError where the tables have no kind in common.
    """
    both, notes = stacked(ordered(a), ordered(b))
    run = Run(both, len(a), options, progress, labels, list(notes))
    return _finished(run, one_to_one)


def _finished(run: Run, one_to_one: OneToOne) -> Result:
    run.prepare()
    found = run.block()
    run.notes += found.notes
    run.answers, a, b, notes = answered(run.records.ids, run.apart, run.labels, found.a, found.b)
    run.notes += notes
    with run.phase("compare"):
        levels = compared(run.aspects, a, b)
        seen = Patterns.of(levels)
    with run.phase("train"):
        weights = run.train(a, b, seen)
    with run.phase("decide"):
        group: NDArray[Any]
        if run.apart is None:
            weights, group = _clustered(run, a, b, seen, weights)
            single = False
        else:
            weights, group, single = _linked(run, a, b, seen, weights, one_to_one)
        before = seen.score(weights)
        made = _decisions(run, a, b, seen, weights, before, group, single)
        around = _context(run, a, b, seen, weights, before, made, single)
        weights, plus = calibrated(weights, before, around, made, run.answers)
        alone = seen.score(weights) if len(run.answers) else before
        by_weight = _zones(run, levels, made, before, alone)
        bounds = _zones(run, levels, made, before + around, alone + plus)
    model = Model(described(run.aspects), weights, by_weight.match, by_weight.review, single, found.keys)
    return Result(
        run.records,
        run.apart,
        run.aspects,
        model,
        a,
        b,
        alone,
        plus,
        levels,
        group,
        made,
        found.recall,
        run.answers,
        bounds,
        by_weight,
        run.options,
        tuple(dict.fromkeys(run.notes)),
        run.seconds,
        found.sizes,
    )


def _context(
    run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, bits: Weight, made: Decisions, single: bool
) -> Weight:
    """Bits that the groups of a pair, or rivals for its records, add to its weight."""
    if run.apart is not None:
        return context.of_links(run.apart, run.n, a, b, bits) if single else np.zeros(len(bits), np.float32)
    related = weights.related.bits(weights.parts(seen.rows) * weights.scale)
    return context.of_groups(bits, made, related[seen.which])


def _zones(run: Run, levels: Levels, made: Decisions, before: Weight, after: Weight) -> zones.Zones:
    """Zones of pairs by their bits `before` probabilities were made to hold, told in those `after`."""
    found = zones.zones(run.aspects, before, levels, made.taken, run.answers)
    return found.moved(before, after, made.taken)


def _clustered(run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights) -> tuple[Weights, Rows]:
    """Weights tuned on the first clusters and on labels, and the clusters they give; labels are kept to."""
    first = _groups_at(run, a, b, seen, weights, _FIRST)
    weights = run.retrain(a, b, seen, weights, first[a] == first[b])
    weights = _tuned(run, a, b, seen, weights, first[a] == first[b])
    return weights, _groups_at(run, a, b, seen, weights, _join_at(run, weights))


def _groups_at(run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, join_at: float) -> Rows:
    bits = run.answers.told(seen.score(weights))
    if run.options.cluster == "components":
        good = bits >= max(join_at, 0.0)
        label = clusters.components(run.n, a[good], b[good])
        return np.unique(label, return_index=True)[1][label]
    def look(x: Rows, y: Rows) -> clusters.Looked:
        shown = compared(run.aspects, x, y)
        found = run.answers.told_of(a * run.n + b, x * run.n + y, weights.score(shown))
        return clusters.Looked(found, *weights.known(shown))

    return clusters.cluster(run.n, a, b, bits, look, join_at)


def _tuned(
    run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, same: NDArray[np.bool_], each: bool = False
) -> Weights:
    """Weights tuned on what clusters or links say of the candidates, and on labels; `each` level where links are
    one to one."""
    near, share = run._some(len(a), _TUNED_ON)
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


def _decisions(
    run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, bits: Weight, group: NDArray[Any], single: bool
) -> Decisions:
    """The clusters or links that the weights give by themselves, where no answer is kept to."""
    alone = replace(run, answers=NOBODY)
    if run.apart is None:
        group = _groups_at(alone, a, b, seen, weights, _join_at(run, weights)) if len(run.answers) else group
        return of_groups(a, b, bits, group)
    return of_links(a, b, bits, _links_at(alone, a, b, bits, single, _link_at(run, weights, single)), single)


def _linked(
    run: Run, a: Rows, b: Rows, seen: Patterns, weights: Weights, one_to_one: OneToOne
) -> tuple[Weights, NDArray[np.bool_], bool]:
    """Weights tuned on the first links, the links they give, and whether each record has one at most.

    Links to learn from are one to one unless the tables hold duplicates, which "no" does not say: it only lets more
    than one link out.
    """
    bits = run.answers.told(seen.score(weights))
    single = one_to_one == "yes" or not links.has_duplicates(run.n, a, b, bits, _FIRST)
    first = _links_at(run, a, b, bits, single, _FIRST_LINK)
    weights = run.retrain(a, b, seen, weights, first)
    first = _links_at(run, a, b, run.answers.told(seen.score(weights)), single, _FIRST_LINK)
    weights = _tuned(run, a, b, seen, weights, first, single)
    bits = run.answers.told(seen.score(weights))
    single = single and one_to_one != "no"
    return weights, _links_at(run, a, b, bits, single, _link_at(run, weights, single)), single


def _links_at(run: Run, a: Rows, b: Rows, bits: Weight, single: bool, link_at: float) -> NDArray[np.bool_]:
    if not single:
        return np.asarray(bits >= max(link_at, 0.0), np.bool_)
    chosen = np.zeros(len(a), np.bool_)
    chosen[links.one_to_one(run.n, a, b, bits, link_at)] = True
    return chosen

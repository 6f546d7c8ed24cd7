"""One run over one table: what is read of it, its candidates, and the weights trained on them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned import blocking, effort, kinds
from mdm.engine.matching.learned.answers import NOBODY, Answers
from mdm.engine.matching.learned.aspects import Aspect, Levels, Rows, among, compared
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.kinds import relations
from mdm.engine.matching.learned.patterns import Patterns
from mdm.engine.matching.learned.records import (
    Labels,
    Options,
    Progress,
    Records,
)
from mdm.engine.matching.learned.related import Related
from mdm.engine.matching.learned.threads import kept
from mdm.engine.matching.learned.train import retrained, train
from mdm.engine.matching.learned.weights import Weights

_FAR = 200_000  # random pairs that show what chance does
_LEAST_FAR = 20_000
_TRAINED_ON = 500_000  # candidate pairs
_USUAL = 0.15  # matches that a record has in a table before any is found


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
        some, share = self.some(len(a), _TRAINED_ON)
        count = share * np.bincount(seen.which[some], minlength=len(seen.rows)).astype(np.float64)
        known = np.flatnonzero(count)
        steps = [aspect.steps for aspect in self.aspects]
        far, total, usual = self.far(a, b), max(self.total, 1.0), _USUAL * max(self.n, 1)
        return train(steps, self.groups, seen.rows[known], count[known], far, total, usual, *self.related(total))

    def some(self, pairs: int, most: int) -> tuple[Rows, float]:
        """Numbers of some of so many pairs, all if they are no more than `most`; and how many each stands for."""
        enough = int(most * self.ease)
        if pairs <= enough:
            return np.arange(pairs), 1.0
        return np.sort(np.random.default_rng(0).choice(pairs, enough, replace=False)), pairs / enough

    def related(self, total: float) -> tuple[Related, NDArray[np.bool_]]:
        """The relations records may stand in, as many as expected, and which of them are to be counted."""
        found = relations.relations(self.aspects)
        odds = np.log2([one.others * max(self.n, 1) / total for one in found])
        shared, nearby = relations.shared(self.aspects, self.groups, found)
        names = tuple(one.name for one in found)
        return Related(names, odds, shared, nearby), np.array([one.counted for one in found], np.bool_)

    def retrain(
        self, a: Rows, b: Rows, seen: Patterns, weights: Weights, same: NDArray[np.bool_], taught: NDArray[np.bool_]
    ) -> Weights:
        """Weights from what clusters or links say of the candidates that may be `taught` from."""
        if not same.any():
            return weights
        steps = [aspect.steps for aspect in self.aspects]
        total, usual = max(self.total, 1.0), _USUAL * max(self.n, 1)
        return retrained(weights, steps, seen.rows, seen.count(taught), seen.count(same), self.far(a, b), total, usual)

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

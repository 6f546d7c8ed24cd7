"""What comes out: clusters or links, scored pairs, the model, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mdm.engine.matching.explain import Line
from mdm.engine.matching.learned.answers import Answers
from mdm.engine.matching.learned.ask import asked
from mdm.engine.matching.learned.aspects import Aspect, Levels, Rows, compared
from mdm.engine.matching.learned.blocking import Size, Template
from mdm.engine.matching.learned.clusters import Weight
from mdm.engine.matching.learned.decisions import Decisions
from mdm.engine.matching.learned.explain import Sides, waterfall
from mdm.engine.matching.learned.model import Model
from mdm.engine.matching.learned.records import Options, Records
from mdm.engine.matching.learned.weights import probability
from mdm.engine.matching.learned.zones import DIGITS, Zones

_SHOWN = 5_000_000  # scored pairs at most
_SHOWN_FROM = -7.0  # bits: a pair in a hundred is a match
_BIN, _WIDEST = 2.0, 30.0  # bits of a bin of the curve; of its ends at most

_WORDS = {
    ("one_to_one", True): ("Little rivalry", "One partner at most, and no rival is strong enough for doubt."),
    ("one_to_one", False): ("Rivals", "One partner at most, and others fit well, too."),
    ("group", True): ("Others agree", "The other records of the groups speak for it more than these two alone."),
    ("group", False): ("Others disagree", "The other records of the groups speak for it less than these two alone."),
}


@dataclass
class Result:
    """Rows `a` < `b` of candidates, their weight `alone` in bits, what stands around them adds as `plus`, and their
    `levels`; `group`: the cluster of each row, or links chosen. `zones` are of both together, `by_weight` of weights
    alone, as a published version acts by them."""

    records: Records
    apart: int | None
    aspects: list[Aspect]
    model: Model
    a: Rows
    b: Rows
    alone: Weight
    plus: Weight
    levels: Levels
    group: NDArray[Any]
    decisions: Decisions
    recall: float
    answers: Answers
    zones: Zones
    by_weight: Zones
    options: Options
    notes: tuple[str, ...]
    seconds: dict[str, float]
    sizes: tuple[Size, ...] = ()  # of the keys chosen

    @cached_property
    def bits(self) -> Weight:
        """log2 of the odds that a pair is one, with what stands around it."""
        return self.alone + self.plus

    @property
    def templates(self) -> tuple[Template, ...]:
        """The keys chosen."""
        return tuple(size.template for size in self.sizes)

    @cached_property
    def ids(self) -> NDArray[np.object_]:
        return self.records.ids.to_numpy().astype(object)

    @cached_property
    def clusters(self) -> pl.DataFrame:
        """id, cluster_id (that of its smallest id), confidence: how sure a record is where it stands."""
        if self.apart is not None:
            return pl.DataFrame(schema={"id": pl.String, "cluster_id": pl.String, "confidence": pl.Float64})
        ids = self.records.ids
        return pl.DataFrame({"id": ids, "cluster_id": ids.gather(self.group), "confidence": self._confidence()})

    def _confidence(self) -> NDArray[np.float64]:
        """The mean probability of the pairs a record has in its cluster; of one alone, that of no match at all."""
        n, p = len(self.records), probability(self.bits)
        inside = self.group[self.a] == self.group[self.b]
        a, b = self.a[inside], self.b[inside]
        total = np.bincount(a, p[inside], n) + np.bincount(b, p[inside], n)
        count = np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
        best = np.zeros(n)
        np.maximum.at(best, self.a, p)
        np.maximum.at(best, self.b, p)
        alone = np.bincount(self.group, minlength=n)[self.group] == 1
        return np.asarray(np.round(np.where(alone, 1 - best, total / np.maximum(count, 1)), 4))

    @cached_property
    def links(self) -> pl.DataFrame:
        """id_a, id_b, probability."""
        if self.apart is None:
            return self._frame(np.zeros(0, np.int64)).drop("weight")
        return self._frame(np.flatnonzero(self.group)).drop("weight")

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """id_a, id_b, weight in bits, probability: the scored pairs worth showing, the best first."""
        shown = np.flatnonzero(self.bits >= _SHOWN_FROM)
        order = shown[np.lexsort((self.b[shown], self.a[shown], -self.bits[shown]))]
        return self._frame(order[:_SHOWN])

    def _frame(self, number: NDArray[np.int64]) -> pl.DataFrame:
        bits = self.bits[number].astype(np.float64)
        return pl.DataFrame(
            {
                "id_a": self.records.ids.gather(self.a[number]),
                "id_b": self.records.ids.gather(self.b[number]),
                "weight": np.round(bits, 3),
                "probability": np.round(probability(bits), DIGITS),
            }
        )

    @property
    def summary(self) -> dict[str, Any]:
        """The figures of the run."""
        matched = (
            {"clusters": int((self.group == np.arange(len(self.group))).sum())}
            if self.apart is None
            else {"links": int(self.group.sum())}
        )
        inside = int((self.group[self.a] == self.group[self.b]).sum()) if self.apart is None else int(self.group.sum())
        return {
            "records": len(self.records),
            "candidates": len(self.a),
            "blocking_recall": None if np.isnan(self.recall) else round(self.recall, 4),
            "pairs": inside,
            **matched,
            "thresholds": self.zones.told,
            "one_to_one": self.model.one_to_one,
            "keys": [
                {
                    "name": size.template.name,
                    "parts": list(size.template.parts),
                    "pairs": size.pairs,
                    "largest": size.largest,
                    "skipped": size.skipped,
                    "beyond": size.beyond,
                }
                for size in self.sizes
            ],
            "seconds": self.seconds,
            "notes": list(self.notes),
        }

    def curve(self) -> list[tuple[float, float, int]]:
        """How many pairs weigh between two weights in bits; the outermost bins hold what lies beyond, too."""
        low, high = (float(end(self.bits, initial=0.0)) for end in (np.min, np.max))
        first = _BIN * np.floor(max(low, -_WIDEST) / _BIN)
        last = max(_BIN * np.ceil(min(high, _WIDEST) / _BIN), first + _BIN)
        edge = np.arange(first, last + _BIN, _BIN)
        count, _ = np.histogram(np.clip(self.bits, first, last), bins=edge)
        return [(float(edge[k]), float(edge[k + 1]), int(count[k])) for k in range(len(count))]

    def explain(self, id_a: str, id_b: str) -> list[Line]:
        """The waterfall of any two records; raises KeyError for an id that is not known."""
        a, b = sorted((self._row(id_a, 0, self.apart), self._row(id_b, self.apart or 0, None)))
        levels = compared(self.aspects, np.array([a]), np.array([b]))[0]
        sides = [Sides(one.name, one.steps, one.shown(a), one.shown(b)) for one in self.aspects]
        lines = waterfall(sides, self.model.weights, levels)
        return [*lines, *self._around(a, b)]

    def _around(self, a: int, b: int) -> list[Line]:
        """What the others of their groups, or rivals for either record, say of a pair."""
        found = np.flatnonzero((self.a == a) & (self.b == b))
        plus = float(self.plus[found[0]]) if len(found) else 0.0
        if abs(plus) < 0.01:
            return []
        name = "group" if self.apart is None else "one_to_one"
        label, words = _WORDS[name, plus > 0]
        return [Line(name, label, round(plus, 2), words)]

    def _row(self, identity: str, start: int, stop: int | None) -> int:
        """The row of an id among those of one table, which stand in the order of their ids."""
        ids = self.records.ids[start:stop]
        row = int(ids.search_sorted(identity))
        if row == len(ids) or ids[row] != identity:
            raise KeyError(f"No record has the id {identity}.")
        return start + row

    def ask(self, n: int) -> list[tuple[str, str, float]]:
        """The pairs a person should label next, with their probabilities; those labelled are not asked again."""
        options, bits = self.options, self.alone if self.apart is None else self.bits
        number = asked(options.ask, self.a, self.b, bits, self.decisions, self.answers, n, options.seed)
        p = probability(self.bits[number])
        return [
            (str(self.ids[self.a[k]]), str(self.ids[self.b[k]]), round(float(q), 4))
            for k, q in zip(number, p, strict=True)
        ]

"""What the page is made of: the run's result, and the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.explain import Line
from mdm.engine.matching.learned import Labels, Records, Result


@dataclass(frozen=True)
class Source:
    """`names` are those of the files, one or two; `records` stand in the same order."""

    names: Sequence[str]
    records: Sequence[Records]
    result: Result
    answers: Labels
    kinds: dict[str, Kind]
    guessed: Sequence[str]
    notes: Sequence[str]
    seconds: dict[str, float]

    @property
    def links(self) -> bool:
        return len(self.records) > 1

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The figures of the run, which take a moment to add up."""
        return self.result.summary

    @property
    def match(self) -> float:
        return float(self.summary["thresholds"]["match"])

    @property
    def review(self) -> float:
        return float(self.summary["thresholds"]["review"])

    def values(self, ids: Iterable[str], side: int = 0) -> dict[str, dict[str, str | None]]:
        """The values of some records of one file, by id."""
        records = self.records[side]
        wanted = records.ids.is_in(list(ids))
        rows = records.values.filter(wanted)
        return dict(zip(records.ids.filter(wanted), rows.iter_rows(named=True), strict=True))

    def pairs(self, low: float, high: float) -> pl.DataFrame:
        """Scored pairs with low <= p < high, the best first."""
        probability = pl.col("probability")
        return self.result.pairs.filter((probability >= low) & (probability < high))

    def explain(self, a: str, b: str) -> list[Line]:
        return self.result.explain(a, b)


def spread(table: pl.DataFrame, count: int) -> pl.DataFrame:
    """So many rows of a table, evenly spread from its first on."""
    if len(table) <= count:
        return table
    return table[[at * len(table) // count for at in range(count)]]

"""The values of a column that are looked at, and shares of its records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from mdm.engine.matching.normal import fold

SAMPLE = 3000  # distinct values that are looked at, picked by a hash
LONGEST = 200  # signs of a value that are looked at


@dataclass(frozen=True)
class Sample:
    """Distinct values with how many records have each; `distinct` and `records` are those of the whole column."""

    values: tuple[str, ...]
    folded: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...]
    distinct: int
    records: int

    def share(self, holds: Iterable[object]) -> float:
        """The share of records for which something holds, given value by value."""
        return sum(n for n, true in zip(self.counts, holds, strict=True) if true) / sum(self.counts)

    def like(self, pattern: re.Pattern[str]) -> float:
        return self.share(pattern.fullmatch(value) for value in self.values)

    def words(self, known: Callable[[str], bool]) -> float:
        """The share of records with a word that is known."""
        return self.share(any(map(known, words)) for words in self.folded)

    def known(self, known: Callable[[str], bool], least: int = 3) -> float:
        """The share of records whose whole value is known; none where fewer than `least` values are."""
        found = [known(" ".join(words)) for words in self.folded]
        return self.share(found) if sum(found) >= least else 0.0

    def most(self, many: int) -> float:
        """The share of records that have one of so many most frequent values."""
        return sum(sorted(self.counts, reverse=True)[:many]) / sum(self.counts)

    def mean(self, measure: Callable[[str], float]) -> float:
        return sum(n * measure(value) for n, value in zip(self.counts, self.values, strict=True)) / sum(self.counts)


def of(values: pl.Series) -> Sample:
    """A sample of a column without missing values; the order of the records plays no part."""
    table = pl.DataFrame({"value": values.cast(pl.String)}).group_by("value").agg(n=pl.len())
    picked = table.sort(pl.col("value").hash(7), "value").head(SAMPLE)
    texts = tuple(value[:LONGEST].strip() for value in picked["value"])
    folded = tuple(tuple(fold(text).split()) for text in texts)
    return Sample(texts, folded, tuple(picked["n"]), len(table), len(values))

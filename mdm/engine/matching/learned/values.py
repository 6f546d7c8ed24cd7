"""Columns as codes into their distinct values: distinct values are prepared and compared, not records.

Of a few texts, as in a request, plain Python is quicker than the tools for columns; both ways give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from mdm.engine.matching.learned.terms import Terms, Weights
from mdm.engine.matching.learned.threads import kept
from mdm.engine.matching.learned.written import Masks, outline, outlines

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
Texts = Sequence[str | None]
T = TypeVar("T")
STRENGTH = 30.0  # records that what is usual for a kind counts for
FAMOUS = 400.0  # and what is known of how common a value is among people: a small table does not tell better
LONGEST = 4000  # letters of a value that are looked at
FEW = 1000  # distinct texts


class Coded(NamedTuple):
    """A column as codes into some texts, -1 where there is none; a text may stand there twice, or say nothing."""

    codes: Codes
    texts: pl.Series


@dataclass
class Words:
    """Distinct texts, in order, and what is worked out once for each."""

    source: pl.Series | list[str]
    _done: dict[tuple[str, object], Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.source)

    @kept
    def texts(self) -> NDArray[np.object_]:
        if isinstance(self.source, pl.Series):
            return np.asarray(self.source.to_numpy(), object)
        return np.array(self.source, object)

    @kept
    def column(self) -> pl.Series:
        return self.source if isinstance(self.source, pl.Series) else pl.Series(self.source, dtype=pl.String)

    @property
    def few(self) -> bool:
        return len(self) <= FEW

    @kept
    def outline(self) -> Masks:
        """A mask of the pairs of letters of each text: two that share few of them are not alike."""
        if self.few:
            return np.array([outline(text) for text in self.texts], np.uint64)
        return outlines(self.column)

    @kept
    def lengths(self) -> Codes:
        if self.few:
            return np.array([len(text) for text in self.texts], np.int32)
        return self.column.str.len_chars().to_numpy().astype(np.int32)

    @kept
    def initials(self) -> Codes:
        """The first letter of each text, as codes."""
        return self.written(lambda text: text[:1], lambda column: column.str.head(1))

    def parts(self, each: Callable[[str], Sequence[str]]) -> list[list[str]]:
        """The distinct parts of each text, in order."""
        return self._kept(("parts", each), lambda: [sorted(set(each(text))) for text in self.texts])

    def matrix(self, each: Callable[[str], Sequence[str]]) -> tuple[list[str], Any]:
        """All parts there are, and a matrix of texts and parts (scipy.sparse.csr_matrix)."""
        return self._kept(("matrix", each), lambda: bagged(self.parts(each)))

    def _kept(self, name: tuple[str, object], work: Callable[[], T]) -> T:
        if name not in self._done:
            self._done[name] = work()
        return self._done[name]  # type: ignore[no-any-return]

    def written(self, one: Callable[[str], str | None], many: Callable[[pl.Series], pl.Series] | None = None) -> Codes:
        """Codes of another form of each text, -1 where there is none; `many` does the same for a column."""
        return self._kept(("written", one), lambda: self._written(one, many))

    def _written(self, one: Callable[[str], str | None], many: Callable[[pl.Series], pl.Series] | None) -> Codes:
        if many is not None and not self.few:
            return coded(many(self.column))[0]
        forms = [one(text) for text in self.texts]
        return listed(forms)[0] if self.few else coded(pl.Series(forms, dtype=pl.String))[0]


@dataclass
class Values:
    """One column: `codes` per record into `words`, -1 where nothing is known; `usual` bits of a value of this kind.

    With `frozen` terms nothing is counted; without, what was counted is kept in `counted`, to be frozen.
    """

    codes: Codes
    words: Words
    usual: float = 10.0
    frozen: Mapping[str, Terms] | None = None
    counted: dict[str, tuple[Sequence[str], Weights, int]] = field(default_factory=dict)
    familiar: Callable[[str], bool] | None = None  # whether a value is known to be common
    beside: Sequence[Values] = ()  # columns of the same words where these values stand too, by mistake or custom
    common: float = np.inf  # bits any of these has at most
    most: float = np.inf  # bits any value may have: of a kind that has no more values

    @kept
    def counts(self) -> NDArray[np.int64]:
        """How many records hold each distinct text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.words)).astype(np.int64)

    @kept
    def bits(self) -> NDArray[np.float32]:
        """-log2 of how often another record holds the same text; the two records that share it do not count."""
        counts = self.counts + sum((other.counts for other in self.beside), np.zeros(len(self.words), np.int64))
        if self.familiar is None:
            return self.bits_of(counts)
        known = np.array([self.familiar(text) for text in self.words.texts], np.bool_)
        return np.where(known, self.familiar_bits_of(counts), self.bits_of(counts))

    def bits_of(self, counts: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same for texts that so many records hold.

        With few records the share is drawn to what is usual for the kind, as if `STRENGTH` others had been seen.
        """
        return self._drawn(counts, self.usual, STRENGTH)

    def familiar_bits_of(self, counts: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same for texts that are known to be common: no rarer for that, in whatever table they stand."""
        if self.familiar is None:
            return self.bits_of(counts)
        return np.minimum(self.bits_of(counts), self._drawn(counts, self.common, FAMOUS))

    def _drawn(self, counts: NDArray[np.int64], usual: float, strength: float) -> NDArray[np.float32]:
        others = np.maximum(counts - 2, 0) + strength * 2.0**-usual
        known = max(int(self.counts.sum()) - 2, 0) + strength
        return np.asarray(np.minimum(-np.log2(np.minimum(others / known, 1.0)), self.most), np.float32)

    def weighed(self, name: str, terms: Sequence[str], count: Callable[[], tuple[Weights, int]]) -> Weights:
        """Weights of terms: frozen ones, or counted now; `count` gives them and the weight of a term not seen."""
        if self.frozen is not None:
            return self.frozen[name].of(terms)
        weights, other = count()
        self.counted[name] = (terms, weights, other)
        return weights

    def exploded(self, each: Callable[[str], Sequence[str]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and parts of all records, the parts as codes."""
        rows = np.flatnonzero(self.codes >= 0)
        matrix = self.words.matrix(each)[1]
        held = matrix[self.codes[rows]]
        return np.repeat(rows, np.diff(held.indptr)), held.indices.astype(np.int64)

    def by(self, of_word: Codes) -> Codes:
        """A code for each distinct text as a code for each record."""
        if not len(self.words):
            return self.codes
        return np.where(self.codes >= 0, of_word[self.codes], -1).astype(np.int32)


def coded(column: pl.Series) -> tuple[Codes, Words]:
    """Codes into the distinct texts of a column; null and empty are -1.

    Texts are told apart by hashes of 64 bits: among a million, two share one in a run of thirty million.
    """
    known = np.flatnonzero((column.str.len_bytes() > 0).fill_null(False).to_numpy())
    texts = column.gather(known)
    _, first, inverse = np.unique(texts.hash().to_numpy(), return_index=True, return_inverse=True)
    codes = np.full(len(column), -1, np.int32)
    codes[known] = inverse
    return codes, Words(texts.gather(first))


def listed(texts: Texts) -> tuple[Codes, Words]:
    """The same for a few texts."""
    found: dict[str, int] = {}
    codes = [found.setdefault(text, len(found)) if text else -1 for text in texts]
    return np.array(codes, np.int32), Words(list(found))


def values(columns: Sequence[pl.Series | Coded | Texts], usual: float) -> list[Values]:
    """Several columns of one length over one list of distinct texts, so that they may be compared across."""
    large = [_as_coded(column) for column in columns if isinstance(column, pl.Series | Coded)]
    if not large:
        codes, words = listed([text for column in columns for text in column])  # type: ignore[misc]
        size = len(codes) // max(len(columns), 1)
        return [Values(codes[k * size : (k + 1) * size], words, usual) for k in range(len(columns))]
    codes, words = coded(pl.concat([one.texts.cast(pl.String).alias("v") for one in large]))
    ends = np.cumsum([len(one.texts) for one in large])
    parts = zip(large, np.split(codes, ends[:-1]), strict=True)
    return [Values(np.append(part, np.int32(-1))[one.codes], words, usual) for one, part in parts]


def _as_coded(column: pl.Series | Coded) -> Coded:
    return column if isinstance(column, Coded) else Coded(np.arange(len(column), dtype=np.int32), column)


def bagged(lists: Sequence[Sequence[str]]) -> tuple[list[str], Any]:
    """The distinct parts of some lists, and a matrix of lists and parts."""
    number: dict[str, int] = {}
    columns = [number.setdefault(part, len(number)) for parts in lists for part in parts]
    begin = np.append(0, np.cumsum([len(parts) for parts in lists], dtype=np.int64))
    cells = (np.ones(len(columns), np.float32), np.array(columns, np.int64), begin)
    return list(number), sparse.csr_matrix(cells, shape=(len(lists), max(len(number), 1)))

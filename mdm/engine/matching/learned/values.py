"""Columns as codes into their distinct values: distinct values are prepared and compared, not records.

Of a few texts, as in a request, plain Python is quicker than the tools for columns; both ways give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from mdm.engine.matching.learned.terms import Terms, Weights
from mdm.engine.matching.normal import plain, sound

Codes = NDArray[np.int32]
Masks = NDArray[np.uint64]
Floats = NDArray[np.float64]
Texts = Sequence[str | None]
T = TypeVar("T")
STRENGTH = 30.0  # records that what is usual for a kind counts for
LONGEST = 4000  # letters of a value that are looked at
FEW = 1000  # distinct texts
_OUTLINED = 40  # letters of a value its outline is made of
_HARD = r"[^\x00-\x7f]|\+|&|'|[A-Za-z]\.[A-Za-z]"


@dataclass
class Words:
    """Distinct texts, in order, and what is worked out once for each."""

    source: pl.Series | list[str]
    _done: dict[tuple[str, object], Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def texts(self) -> NDArray[np.object_]:
        if isinstance(self.source, pl.Series):
            return np.asarray(self.source.to_numpy(), object)
        return np.array(self.source, object)

    @cached_property
    def column(self) -> pl.Series:
        return self.source if isinstance(self.source, pl.Series) else pl.Series(self.source, dtype=pl.String)

    @property
    def few(self) -> bool:
        return len(self) <= FEW

    @cached_property
    def outline(self) -> Masks:
        """A mask of the pairs of letters of each text: two that share few of them are not alike."""
        if self.few:
            return np.array([outline(text) for text in self.texts], np.uint64)
        return outlines(self.column)

    @cached_property
    def lengths(self) -> Codes:
        if self.few:
            return np.array([len(text) for text in self.texts], np.int32)
        return self.column.str.len_chars().to_numpy().astype(np.int32)

    @cached_property
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
    familiar: Callable[[str], float | None] | None = None  # bits of values that are known to be common
    beside: Sequence[Values] = ()  # columns of the same words where these values stand too, by mistake or custom
    common: float | None = None  # bits of any of these

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many records hold each distinct text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.words)).astype(np.int64)

    @cached_property
    def bits(self) -> NDArray[np.float32]:
        """-log2 of how often another record holds the same text; the two records that share it do not count."""
        usual: float | Floats = self.usual
        if self.familiar is not None:
            known = [self.familiar(text) for text in self.words.texts]
            usual = np.array([self.usual if bits is None else bits for bits in known])
        counts = self.counts + sum((other.counts for other in self.beside), np.zeros(len(self.words), np.int64))
        return self.bits_of(counts, usual)

    def bits_of(self, counts: NDArray[np.int64], usual: float | Floats | None = None) -> NDArray[np.float32]:
        """The same for texts that so many records hold.

        With few records the share is drawn to what is usual for the kind, as if `STRENGTH` others had been seen.
        """
        others = np.maximum(counts - 2, 0) + STRENGTH * np.exp2(-np.asarray(self.usual if usual is None else usual))
        known = max(int(self.counts.sum()) - 2, 0) + STRENGTH
        return np.asarray(-np.log2(np.minimum(others / known, 1.0)), np.float32)

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


def values(columns: Sequence[pl.Series | Texts], usual: float) -> list[Values]:
    """Several columns of one length over one list of distinct texts, so that they may be compared across."""
    if not columns:
        return []
    series = [column for column in columns if isinstance(column, pl.Series)]
    if series:
        codes, words = coded(pl.concat([column.cast(pl.String).alias("v") for column in series]))
    else:
        codes, words = listed([text for column in columns for text in column])
    size = len(codes) // len(columns)
    return [Values(codes[k * size : (k + 1) * size], words, usual) for k in range(len(columns))]


def mapped(column: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Another form of each value, worked out once for each distinct one."""
    codes, words = coded(column)
    return _spread(codes, pl.Series([form(text) for text in words.texts], dtype=pl.String), column.name)


def folded(column: pl.Series) -> pl.Series:
    """Words in lower-case ASCII; what is ASCII already is done in bulk, the rest by `normal.plain`."""
    codes, words = coded(column)
    distinct = words.column
    is_hard = distinct.str.contains(_HARD)
    easy = distinct.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
    hard = pl.Series([plain(text) for text in distinct.filter(is_hard)], dtype=pl.String)
    return _spread(codes, easy.scatter(is_hard.arg_true(), hard), column.name)


def _spread(codes: Codes, forms: pl.Series, name: str) -> pl.Series:
    """Forms of distinct texts as a column; null where there is no text."""
    return forms.gather(pl.Series(codes).set(pl.Series(codes < 0), None)).alias(name)


@lru_cache(maxsize=131072)
def outline(text: str) -> int:
    """A mask of 64 bits, one for each pair of neighbouring letters (hashed), the begin and end of the text included."""
    raw = [0, *(ord(letter) if letter < "\x80" else 63 for letter in text[:_OUTLINED]), 0]
    mask = 0
    for first, second in pairwise(raw):
        if first or second:
            mask |= 1 << (first * 37 + second) % 64
    return mask


def outlines(texts: pl.Series) -> Masks:
    """The outline of each text of a column."""
    if not len(texts):
        return np.zeros(0, np.uint64)
    raw = np.zeros((len(texts), _OUTLINED + 2), np.uint8)
    ascii_only = texts.str.replace_all(r"[^\x00-\x7f]", "?").str.head(_OUTLINED)
    fixed = ascii_only.to_numpy().astype(f"S{_OUTLINED}")
    raw[:, 1:-1] = fixed.view(np.uint8).reshape(len(texts), _OUTLINED)
    pairs = (raw[:, :-1].astype(np.uint16) * 37 + raw[:, 1:]) % 64
    live = (raw[:, :-1] != 0) | (raw[:, 1:] != 0)
    masks = np.zeros(len(texts), np.uint64)
    for column in range(pairs.shape[1]):
        bit = np.left_shift(np.uint64(1), pairs[:, column].astype(np.uint64))
        masks |= np.where(live[:, column], bit, np.uint64(0))
    return masks


def bagged(lists: Sequence[Sequence[str]]) -> tuple[list[str], Any]:
    """The distinct parts of some lists, and a matrix of lists and parts."""
    number: dict[str, int] = {}
    columns = [number.setdefault(part, len(number)) for parts in lists for part in parts]
    begin = np.append(0, np.cumsum([len(parts) for parts in lists], dtype=np.int64))
    cells = (np.ones(len(columns), np.float32), np.array(columns, np.int64), begin)
    return list(number), sparse.csr_matrix(cells, shape=(len(lists), max(len(number), 1)))


def heard(text: str) -> str:
    """How a text sounds, its blanks left out."""
    return sound(text.replace(" ", ""))

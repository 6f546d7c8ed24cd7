"""Columns as codes into their distinct values: distinct values are prepared and compared, not records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mdm.engine.matching.normal import plain, sound

Codes = NDArray[np.int32]
Masks = NDArray[np.uint64]
Floats = NDArray[np.float64]
STRENGTH = 30.0  # records that what is usual for a kind counts for
LONGEST = 4000  # letters of a value that are looked at
_OUTLINED = 40  # letters of a value its outline is made of
_HARD = r"[^\x00-\x7f]|\+|&|'|[A-Za-z]\.[A-Za-z]"


@dataclass
class Words:
    """Distinct texts, in order, and what is worked out once for each."""

    column: pl.Series

    def __len__(self) -> int:
        return len(self.column)

    @cached_property
    def texts(self) -> NDArray[np.object_]:
        return np.asarray(self.column.to_numpy(), object)

    @cached_property
    def outline(self) -> Masks:
        """A mask of the pairs of letters of each text: two that share few of them are not alike."""
        return outlines(self.column)

    @cached_property
    def lengths(self) -> Codes:
        return self.column.str.len_chars().to_numpy().astype(np.int32)

    @cached_property
    def initials(self) -> Codes:
        """The first letter of each text, as codes."""
        return self.cut(0, 1)

    @cached_property
    def sounds(self) -> Codes:
        """How each text sounds, as codes."""
        return self.forms(lambda text: sound(text.replace(" ", "")))

    def forms(self, form: Callable[[str], str | None]) -> Codes:
        """Codes of another form of each text; -1 where there is none."""
        return self.coded(pl.Series([form(text) for text in self.texts], dtype=pl.String))

    def cut(self, start: int, length: int | None = None, least: int = 1) -> Codes:
        """Codes of a part of each text; -1 for texts of fewer than `least` letters. Counts from the end below 0."""
        part = self.column.str.slice(start, length)
        return self.coded(part.set(self.column.str.len_chars() < least, None))

    def coded(self, forms: pl.Series) -> Codes:
        """Codes of other forms given for all texts in their order."""
        return coded(forms)[0]


@dataclass
class Values:
    """One column: `codes` per record into `words`, -1 where nothing is known; `usual` bits of a value of this kind."""

    codes: Codes
    words: Words
    usual: float = 10.0

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many records hold each distinct text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.words)).astype(np.int64)

    @cached_property
    def bits(self) -> NDArray[np.float32]:
        """-log2 of how often another record holds the same text; the two records that share it do not count.

        With few records the share is drawn to what is usual for the kind, as if `STRENGTH` others had been seen.
        """
        others = np.maximum(self.counts - 2, 0) + STRENGTH * 2.0**-self.usual
        known = max(int(self.counts.sum()) - 2, 0) + STRENGTH
        return np.asarray(-np.log2(np.minimum(others / known, 1.0)), np.float32)

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


def values(columns: Sequence[pl.Series], usual: float) -> list[Values]:
    """Several columns over one list of distinct texts, so that they may be compared across."""
    if not columns:
        return []
    codes, words = coded(pl.concat([column.cast(pl.String).alias("v") for column in columns]))
    return [Values(part, words, usual) for part in np.split(codes, len(columns))]


def mapped(column: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Another form of each value, worked out once for each distinct one."""
    codes, words = coded(column)
    return _spread(codes, pl.Series([form(text[:LONGEST]) for text in words.texts], dtype=pl.String), column.name)


def folded(column: pl.Series) -> pl.Series:
    """Words in lower-case ASCII; what is ASCII already is done in bulk, the rest by `normal.plain`."""
    codes, words = coded(column)
    distinct = words.column
    is_hard = distinct.str.contains(_HARD)
    easy = distinct.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
    hard = pl.Series([plain(text[:LONGEST]) for text in distinct.filter(is_hard)], dtype=pl.String)
    return _spread(codes, easy.scatter(is_hard.arg_true(), hard), column.name)


def _spread(codes: Codes, forms: pl.Series, name: str) -> pl.Series:
    """Forms of distinct texts as a column; null where there is no text."""
    return forms.gather(pl.Series(codes).set(pl.Series(codes < 0), None)).alias(name)


def outlines(texts: pl.Series) -> Masks:
    """Masks of 64 bits, one for each pair of neighbouring letters (hashed), the begin and end of the text included."""
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

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

    texts: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def outline(self) -> Masks:
        """A mask of the pairs of letters of each text: two that share few of them are not alike."""
        return outlines(self.texts)

    @cached_property
    def lengths(self) -> Codes:
        return np.fromiter((len(text) for text in self.texts), dtype=np.int32, count=len(self.texts))

    @cached_property
    def sounds(self) -> Codes:
        """How each text sounds, as codes."""
        return self.forms(lambda text: sound(text.replace(" ", "")))

    def forms(self, form: Callable[[str], str | None]) -> Codes:
        """Codes of another form of each text; -1 where there is none."""
        return coded(pl.Series([form(text) for text in self.texts], dtype=pl.String))[0]


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
    """Codes into the distinct texts of a column; null and empty are -1."""
    found = column.drop_nulls().unique().sort()
    found = found.filter(found != "")
    table = pl.DataFrame(
        {"v": found, "c": np.arange(len(found), dtype=np.int32)}, schema={"v": pl.String, "c": pl.Int32}
    )
    codes = pl.DataFrame({"v": column}).join(table, on="v", how="left", maintain_order="left")["c"].fill_null(-1)
    return np.ascontiguousarray(codes.to_numpy(), dtype=np.int32), Words(found.to_numpy().astype(object))


def values(columns: Sequence[pl.Series], usual: float) -> list[Values]:
    """Several columns over one list of distinct texts, so that they may be compared across."""
    if not columns:
        return []
    codes, words = coded(pl.concat([column.cast(pl.String).alias("v") for column in columns]))
    return [Values(part, words, usual) for part in np.split(codes, len(columns))]


def mapped(column: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Another form of each value, worked out once for each distinct one."""
    distinct = column.drop_nulls().unique()
    return _replaced(column, distinct, pl.Series([form(text[:LONGEST]) for text in distinct], dtype=pl.String))


def folded(column: pl.Series) -> pl.Series:
    """Words in lower-case ASCII; what is ASCII already is done in bulk, the rest by `normal.plain`."""
    distinct = column.drop_nulls().unique()
    is_hard = distinct.str.contains(_HARD)
    easy, hard = distinct.filter(~is_hard), distinct.filter(is_hard)
    forms = pl.concat(
        [
            easy.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars(),
            pl.Series([plain(text[:LONGEST]) for text in hard], dtype=pl.String),
        ]
    )
    return _replaced(column, pl.concat([easy, hard]), forms)


def _replaced(column: pl.Series, old: pl.Series, new: pl.Series) -> pl.Series:
    table = pl.DataFrame({"v": old, "f": new}, schema={"v": pl.String, "f": pl.String})
    return pl.DataFrame({"v": column}).join(table, on="v", how="left", maintain_order="left")["f"].alias(column.name)


def outlines(texts: NDArray[np.object_]) -> Masks:
    """Masks of 64 bits, one for each pair of neighbouring letters (hashed), the begin and end of the text included."""
    if not len(texts):
        return np.zeros(0, np.uint64)
    raw = np.zeros((len(texts), _OUTLINED + 2), np.uint8)
    fixed = np.array([text[:_OUTLINED].encode("ascii", "replace") for text in texts], dtype=f"S{_OUTLINED}")
    raw[:, 1:-1] = fixed.view(np.uint8).reshape(len(texts), _OUTLINED)
    pairs = (raw[:, :-1].astype(np.uint16) * 37 + raw[:, 1:]) % 64
    live = (raw[:, :-1] != 0) | (raw[:, 1:] != 0)
    masks = np.zeros(len(texts), np.uint64)
    for column in range(pairs.shape[1]):
        bit = np.left_shift(np.uint64(1), pairs[:, column].astype(np.uint64))
        masks |= np.where(live[:, column], bit, np.uint64(0))
    return masks

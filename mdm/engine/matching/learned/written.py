"""How a whole column of texts is written and heard: the same that is done of one text, by tools for columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np
import polars as pl
from anyascii import anyascii
from numpy.typing import NDArray

from mdm.engine.matching.normal import plain, sound

Masks = NDArray[np.uint64]
_OUTLINED = 40  # letters of a value its outline is made of
_AT_ONCE = 8192  # texts: what is worked on stays near the processor
_BITS = np.left_shift(np.uint64(1), np.arange(64, dtype=np.uint64))
_DOTTED = r"[A-Za-z]\.[A-Za-z]"
_TWICE = "|".join(f"({sign}){sign}+" for sign in "bfklmnrst0123456789")
# `normal.sound` for columns, whose patterns know no looking ahead.
_SOUNDS = (
    ("ph|pf|v|w", "f"),
    ("tsch|sch|sh|sz|cz|tz|ts|ch([ei])|c([eiy])|z", "s${1}${2}"),
    ("ck|ch|kh|gh|c|q|g", "k"),
    ("x", "ks"),
    ("th|dh|dt|d", "t"),
    ("bh|p", "b"),
    ("dj|y", "j"),
)


def mapped(column: pl.Series, form: Callable[[str], str | None]) -> pl.Series:
    """Another form of each value."""
    return pl.Series(column.name, [form(text) if text else None for text in column.to_list()], dtype=pl.String)


def not_ascii(column: pl.Series) -> pl.Series:
    """Whether each text holds signs beyond ASCII."""
    return (column.str.len_bytes() != column.str.len_chars()).fill_null(False)


def folded(column: pl.Series) -> pl.Series:
    """Words in lower-case ASCII, as `normal.plain` makes them."""
    letters = set("".join(column.filter(not_ascii(column))))
    signs = {sign: anyascii(sign) for sign in ("'", "&", "+", *sorted(letters)) if sign in "'&+" or sign > "\x7f"}
    signs = {sign: text.replace("'", "").replace("&", " and ").replace("+", " and ") for sign, text in signs.items()}
    ascii_only = column.str.replace_many(list(signs), list(signs.values()))
    found = ascii_only.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
    dotted = ascii_only.str.contains(_DOTTED).fill_null(False)
    return replaced(found, dotted, mapped(column.filter(dotted), plain))


def replaced(column: pl.Series, some: pl.Series, texts: pl.Series) -> pl.Series:
    """A column with other texts where `some` says so."""
    return column.scatter(some.arg_true(), texts) if len(texts) else column


def all_heard(column: pl.Series) -> pl.Series:
    """How words in lower-case ASCII sound, as `heard`."""
    word = column.str.replace_all(" ", "", literal=True)
    for pattern, letters in _SOUNDS:
        word = word.str.replace_all(pattern, letters)
    head = word.str.head(1).str.replace("[eiou]", "a")
    rest = word.str.slice(1).str.replace_all("[aeiouhj]", "")
    return (head + rest).str.replace_all(_TWICE, "".join(f"${{{number}}}" for number in range(1, 20)))


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
    parts = [texts.slice(begin, _AT_ONCE) for begin in range(0, len(texts), _AT_ONCE)]
    return np.concatenate([np.zeros(0, np.uint64), *map(_outlines, parts)])


def _outlines(texts: pl.Series) -> Masks:
    ascii_only = texts.str.replace_all(r"[^\x00-\x7f]", "?").str.head(_OUTLINED)
    longest = int(ascii_only.str.len_bytes().max() or 0)  # type: ignore[arg-type]
    raw = np.zeros((longest + 2, len(texts)), np.uint8)
    letters = np.frombuffer(ascii_only.str.pad_end(longest, "\0").str.join("")[0].encode(), np.uint8)
    raw[1:-1] = letters.reshape(len(texts), longest).T
    masks = np.zeros(len(texts), np.uint64)
    for first, second in pairwise(raw):
        bit = _BITS[(first * np.uint8(37) + second) & np.uint8(63)]  # of a sum in 8 bits the last 6 are the same
        masks |= np.where(first | second, bit, np.uint64(0))
    return masks


def heard(text: str) -> str:
    """How a text sounds, its blanks left out."""
    return sound(text.replace(" ", ""))

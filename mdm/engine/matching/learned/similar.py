"""How alike texts are, for many pairs of distinct texts at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from mdm.engine.matching.learned.values import Codes, Words

Likeness = NDArray[np.float32]
Measure = Callable[[Sequence[str], Sequence[str]], Likeness]


def pairwise(words: Words, a: Codes, b: Codes, measure: Measure) -> Likeness:
    """A figure for each pair of codes; each distinct pair is worked out once, whichever comes first."""
    if not len(a):
        return np.zeros(0, np.float32)
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    unique, inverse = np.unique(low * len(words) + high, return_inverse=True)
    found = measure(words.texts[unique // len(words)], words.texts[unique % len(words)])
    return np.asarray(found[inverse], np.float32)


def near(words: Words, a: Codes, b: Codes, least: float) -> NDArray[np.bool_]:
    """Whether the outlines of two texts share at least this part of the smaller one: others are not alike."""
    first, second = words.outline[a], words.outline[b]
    smaller = np.minimum(np.bitwise_count(first), np.bitwise_count(second))
    return np.asarray(np.bitwise_count(first & second) >= least * smaller, np.bool_)


def edits(a: Sequence[str], b: Sequence[str]) -> Likeness:
    """Letters wrong, missing, added or swapped (optimal string alignment, Damerau 1964)."""
    return np.asarray(cpdist(a, b, scorer=OSA.distance, workers=-1, dtype=np.float32))


def closeness(a: Sequence[str], b: Sequence[str]) -> Likeness:
    """Jaro-Winkler (Winkler 1990); a slip in four letters, or two in nine, counts as .95 at least, all else as less."""
    winkler = cpdist(a, b, scorer=JaroWinkler.similarity, workers=-1, dtype=np.float32)
    slips = edits(a, b)
    lengths = (np.fromiter(map(len, side), np.int32, len(side)) for side in (a, b))
    shorter = np.minimum(*lengths)
    slip = ((slips <= 1) & (shorter >= 4)) | ((slips <= 2) & (shorter >= 9))
    return np.asarray(np.where(slip, np.maximum(winkler, 0.95), np.minimum(winkler, 0.949)), np.float32)


def begins(words: Words, a: Codes, b: Codes) -> NDArray[np.bool_]:
    """Whether one text begins with the other."""
    out = words.initials[a] == words.initials[b]
    some = np.flatnonzero(out)
    pairs = zip(words.texts[a[some]], words.texts[b[some]], strict=True)
    out[some] = np.fromiter((x.startswith(y) or y.startswith(x) for x, y in pairs), np.bool_, len(some))
    return np.asarray(out, np.bool_)

"""How alike texts are, for many pairs of distinct texts at once, and for two.

Of two texts the functions named `two_` give what the others give of many; a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from mdm.engine.matching.learned.aspects import Levels
from mdm.engine.matching.learned.values import Codes, Words
from mdm.engine.matching.learned.written import outline

Likeness = NDArray[np.float64]
_FEW = 1000  # pairs
Side = Sequence[str] | NDArray[np.object_]
Measure = Callable[[Side, Side], Likeness]


def pairwise(words: Words, a: Codes, b: Codes, measure: Measure) -> Likeness:
    """A figure for each pair of codes; each distinct pair is worked out once, whichever comes first."""
    if len(a) <= _FEW:
        return measure(*_sorted(words.texts[a], words.texts[b])) if len(a) else np.zeros(0)
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    unique, inverse = np.unique(low * len(words) + high, return_inverse=True)
    found = measure(*_sorted(words.texts[unique // len(words)], words.texts[unique % len(words)]))
    return np.asarray(found[inverse])


def _sorted(a: NDArray[np.object_], b: NDArray[np.object_]) -> tuple[Side, Side]:
    """Each pair in the order of its texts: a measure may depend on which comes first."""
    turned = np.asarray(a > b, np.bool_)
    return np.where(turned, b, a), np.where(turned, a, b)


def near(words: Words, a: Codes, b: Codes, least: float) -> NDArray[np.bool_]:
    """Whether the outlines of two texts share at least this part of the smaller one: others are not alike."""
    first, second = words.outline[a], words.outline[b]
    smaller = np.minimum(np.bitwise_count(first), np.bitwise_count(second))
    return np.asarray(np.bitwise_count(first & second) >= least * smaller, np.bool_)


def graded(conditions: Sequence[NDArray[np.bool_]], levels: Sequence[int], otherwise: int | Levels) -> Levels:
    """The level of the first condition that holds, as numpy's `select` gives it, but quick for few pairs as well."""
    out = np.full(len(conditions[0]), otherwise, np.int8)
    for condition, level in zip(conditions[::-1], levels[::-1], strict=True):
        out[condition] = level
    return out


def _workers(a: Side) -> int:
    """All processors for many pairs; starting threads for a few costs more than it gains."""
    return 1 if len(a) <= _FEW else -1


def edits(a: Side, b: Side) -> Likeness:
    """Letters wrong, missing, added or swapped (optimal string alignment, Damerau 1964)."""
    return np.asarray(cpdist(a, b, scorer=OSA.distance, workers=_workers(a), dtype=np.float64))


def closeness(a: Side, b: Side) -> Likeness:
    """Jaro-Winkler (Winkler 1990); a slip in four letters, or two in nine, counts as .95 at least, all else as less."""
    winkler = cpdist(a, b, scorer=JaroWinkler.similarity, workers=_workers(a), dtype=np.float64)
    slips = edits(a, b)
    lengths = [np.fromiter(map(len, side), np.int32, len(side)) for side in (a, b)]
    shorter = np.minimum(*lengths)
    slip = ((slips <= 1) & (shorter >= 4)) | ((slips <= 2) & (shorter >= 9))
    # A common beginning is not enough: Darla is not Darletta.
    winkler = np.where(3 * slips > np.maximum(*lengths), np.minimum(winkler, 0.879), winkler)
    return np.asarray(np.where(slip, np.maximum(winkler, 0.95), np.minimum(winkler, 0.949)))


def begins(words: Words, a: Codes, b: Codes) -> NDArray[np.bool_]:
    """Whether one text begins with the other."""
    out = words.initials[a] == words.initials[b]
    some = np.flatnonzero(out)
    pairs = zip(words.texts[a[some]], words.texts[b[some]], strict=True)
    out[some] = np.fromiter((x.startswith(y) or y.startswith(x) for x, y in pairs), np.bool_, len(some))
    return np.asarray(out, np.bool_)


def two_near(x: str, y: str, least: float) -> bool:
    """As `near`."""
    first, second = outline(x), outline(y)
    return (first & second).bit_count() >= least * min(first.bit_count(), second.bit_count())


def two_edits(x: str, y: str) -> int:
    """As `edits`."""
    return OSA.distance(x, y)


def two_close(x: str, y: str) -> float:
    """As `closeness` of two texts in their order."""
    winkler, slips = JaroWinkler.similarity(x, y), OSA.distance(x, y)
    shorter, longer = sorted((len(x), len(y)))
    slip = (slips <= 1 and shorter >= 4) or (slips <= 2 and shorter >= 9)
    winkler = min(winkler, 0.879) if 3 * slips > longer else winkler
    return max(winkler, 0.95) if slip else min(winkler, 0.949)

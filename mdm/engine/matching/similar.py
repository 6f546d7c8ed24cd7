"""How alike two words, and two lists of words, are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from mdm.engine.matching.normal import by_ear


@lru_cache(maxsize=131072)
def slip(a: str, b: str) -> bool:
    """Whether one is the other mistyped: one slip (letter wrong, missing, added or swapped), two from nine letters on.

    Words with digits are never a slip of one another: M8x40 is not M8x45.
    """
    shorter = min(len(a), len(b))
    if max(len(a), len(b)) < 4 or shorter < 3 or not (a.isalpha() and b.isalpha()):
        return False
    allowed = 2 if shorter >= 9 else 1
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed


def heard(a: str, b: str) -> bool:
    """Whether two words are one written down by ear: `kapoor`, `kapur`; short ones are left alone."""
    return min(len(a), len(b)) >= 4 and by_ear(a) == by_ear(b)


def shortened(short: str, long: str) -> bool:
    """Whether a word is written short: `mfg`, `manuf` for manufacturing; letters in order, the first one the same."""
    if not 2 <= len(short) <= len(long) - 2 or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)


def apart(a: str, b: str) -> bool:
    """Whether two words are clearly different, not just spelt another way (Jaro-Winkler below .8, Winkler 1990)."""
    return JaroWinkler.similarity(a, b) < 0.8


@dataclass(frozen=True, slots=True)
class Alignment:
    """Words two lists share (`same`), share but for a slip, and have for themselves."""

    same: tuple[str, ...]
    slips: tuple[tuple[str, str], ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


def align(a: tuple[str, ...], b: tuple[str, ...], like: Callable[[str, str], bool] = slip) -> Alignment:
    """Pair the words of two lists, equal ones first; neither the order of words nor of lists matters."""
    shared = Counter(a) & Counter(b)
    left, right = sorted((Counter(a) - shared).elements()), sorted((Counter(b) - shared).elements())
    slips = []
    for first, second in sorted(((x, y) for x in left for y in right if like(x, y)), key=sorted):
        if first in left and second in right:
            left.remove(first)
            right.remove(second)
            slips.append((first, second))
    if (
        left
        and right
        and "".join(sorted("".join(left))) == "".join(sorted("".join(right)))
        and _joins(a, b, left, right)
    ):
        return Alignment(tuple(sorted(shared.elements())) + tuple(left), tuple(slips), (), ())
    return Alignment(tuple(sorted(shared.elements())), tuple(slips), tuple(left), tuple(right))


def _joins(a: tuple[str, ...], b: tuple[str, ...], left: list[str], right: list[str]) -> bool:
    """Whether what is left is the same text cut into words differently: `weber schrauben`, `weberschrauben`."""
    return "".join(word for word in a if word in left) == "".join(word for word in b if word in right)

"""Brands, and the words of names that are no size, surface or type of part."""

from __future__ import annotations

from enum import IntEnum

from mdm.engine.matching.comparisons import Comparison, Finding, Level
from mdm.engine.matching.products.features import ProductFeatures


class Brand(IntEnum):
    """Levels of brands, best first."""

    SAME = 0
    DIFFERENT = 1


# Many articles share a brand, and one article may be sold under two.
BRAND_LEVELS = (Level("Same brand", 0.90, 0.75), Level("Different brands", 0.08, 0.25))


def judge_brand(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
    if not a.brands or not b.brands:
        return None
    shared = sorted(set(a.brands) & set(b.brands))
    if shared:
        return Finding(Brand.SAME, shared[0], shared[0])
    return Finding(Brand.DIFFERENT, ", ".join(a.brands), ", ".join(b.brands))


class Words(IntEnum):
    """Levels of the other words, best first."""

    SAME_UNSIZED = 0
    SAME = 1
    SHARED = 2
    DIFFERENT = 3


WORD_LEVELS = (
    # u: where no size tells articles apart the words of their names do, and three words are seldom shared by chance;
    # beside sizes the words are those of a whole range of articles. Names in two languages share few words.
    Level("Same words, and no sizes to tell further", 0.35, 0.00005),
    Level("Same other words", 0.20, 0.10),
    Level("Some of the other words are shared", 0.15, 0.15),
    Level("Other words differ", 0.30, 0.50),
)


def judge_words(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
    first, second = set(a.words), set(b.words)
    if not first or not second:
        return None
    return Finding(_words(first, second, _sized(a) or _sized(b)), " ".join(a.words), " ".join(b.words))


def _words(a: set[str], b: set[str], sized: bool) -> Words:
    if a == b:
        return Words.SAME_UNSIZED if not sized and sum(map(len, a)) >= 12 and len(a) > 2 else Words.SAME
    return Words.SHARED if len(a & b) * 2 >= min(len(a), len(b)) else Words.DIFFERENT


def _sized(f: ProductFeatures) -> bool:
    return bool(f.may_be("thread"))


BRAND = Comparison("brand", "Brand", BRAND_LEVELS, judge_brand)
WORDS = Comparison("words", "Other words", WORD_LEVELS, judge_words)

"""GTINs, SKUs and makers' part numbers."""

from __future__ import annotations

import re
from enum import IntEnum
from itertools import product

from mdm.engine.matching.comparisons import Comparison, Finding, Level, best
from mdm.engine.matching.customers.judges.identifiers import one_slip
from mdm.engine.matching.products.features import Number, ProductFeatures


class Gtin(IntEnum):
    """Levels of GTINs, best first."""

    SAME = 0
    SLIP = 1
    OTHER_PACK = 2
    DIFFERENT = 3


GTIN_LEVELS = (
    # u: a GTIN is given once; copies come from clerks who make a new article out of an old one.
    Level("Same GTIN", 0.80, 0.000001),
    Level("Same GTIN but for a slip", 0.10, 0.0001),
    # The GTIN of a carton is made from that of its content; whether a record means the one or the other the pack says.
    Level("GTINs of two packs of one article", 0.05, 0.00005),
    Level("Different GTINs", 0.01, 0.99),
)


def judge_gtin(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
    found = [Finding(_gtin(x, y), x, y) for x, y in product(a.gtins, b.gtins)]
    damaged = [*product(a.damaged, b.gtins + b.damaged), *product(a.gtins, b.damaged)]
    found += [Finding(Gtin.SLIP, x, y) for x, y in damaged if one_slip(x, y)]
    return best(found)


def _gtin(a: str, b: str) -> Gtin:
    """The first digit is that of the pack, the last the check digit (GS1 General Specifications, 3.3.2)."""
    if a == b:
        return Gtin.SAME
    return Gtin.OTHER_PACK if a[1:-1] == b[1:-1] else Gtin.DIFFERENT


class Sku(IntEnum):
    """Levels of SKUs, best first."""

    SAME = 0
    WRITTEN = 1
    CROSS = 2
    MARKED = 3
    SWAPPED = 4
    SHORT = 5
    OTHER_KIND = 6
    DIFFERENT = 7


SKU_LEVELS = (
    Level("Same SKU", 0.42, 0.00002),
    Level("Same SKU written another way", 0.12, 0.00002),
    Level("SKU of one is the maker's number of the other", 0.02, 0.00005),
    Level("Same SKU but for letters or zeros", 0.10, 0.00005),
    Level("Same SKU but for two swapped digits", 0.03, 0.0008),
    Level("Same short SKU", 0.02, 0.0005),
    # Each system may number for itself, or keep a number that was replaced.
    Level("SKUs of two kinds", 0.12, 0.15),
    # One article may have two numbers in one system, so another number says little.
    Level("Different SKUs", 0.29, 0.85),
)
# Numbers of fewer characters are given again and again by different people.
_SHORT = 4


def judge_sku(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
    found = [Finding(_sku(x, y), x.text, y.text) for x, y in product(a.skus, b.skus)]
    crossed = [*product(a.skus, b.mpns), *product(a.mpns, b.skus)]
    found += [
        Finding(Sku.CROSS, x.text, y.text) for x, y in crossed if x.compact == y.compact and len(x.compact) >= _SHORT
    ]
    return best(found)


def _sku(a: Number, b: Number) -> Sku:
    if a.compact == b.compact:
        if len(a.compact) < _SHORT:
            return Sku.SHORT
        return Sku.SAME if a.text == b.text else Sku.WRITTEN
    if (a.groups and a.groups == b.groups) or _marked(*sorted((a.compact, b.compact), key=len)):
        return Sku.MARKED
    if len(a.compact) == len(b.compact) and one_slip(a.compact, b.compact) and sorted(a.compact) == sorted(b.compact):
        return Sku.SWAPPED
    return Sku.DIFFERENT if _shape(a) == _shape(b) else Sku.OTHER_KIND


def _shape(number: Number) -> str:
    """How a number is made: `A9` of `GF09331`."""
    return re.sub("[A-Z]+", "A", re.sub(r"\d+", "9", number.compact))


def _marked(short: str, long: str) -> bool:
    """`104711` is in `DE104711`, but `933840100` is not in `9338401000`: digits added make another number."""
    if len(short) < 5 or not any(char.isdigit() for char in short):
        return False
    more = long.removeprefix(short) if long.startswith(short) else long.removesuffix(short)
    return len(more) < len(long) and more.rstrip("0").isalpha()


class Mpn(IntEnum):
    """Levels of makers' part numbers, best first."""

    SAME_BRAND = 0
    SAME = 1
    OTHER_BRAND = 2
    DIFFERENT = 3


MPN_LEVELS = (
    Level("Same maker's number and brand", 0.50, 0.00002),
    Level("Same maker's number", 0.20, 0.0002),
    Level("Same maker's number, another brand", 0.02, 0.002),
    Level("Different maker's numbers", 0.28, 0.998),
)


def judge_mpn(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
    """A maker's number that only repeats the SKU of its record says nothing again."""
    pairs = product(_own(a), _own(b))
    return best([Finding(_mpn(x, y, a, b), x.text, y.text) for x, y in pairs])


def _own(f: ProductFeatures) -> list[Number]:
    return [number for number in f.mpns if number.compact not in {sku.compact for sku in f.skus}]


def _mpn(x: Number, y: Number, a: ProductFeatures, b: ProductFeatures) -> Mpn:
    if x.compact != y.compact:
        return Mpn.DIFFERENT
    if not a.brands or not b.brands:
        return Mpn.SAME
    return Mpn.SAME_BRAND if set(a.brands) & set(b.brands) else Mpn.OTHER_BRAND


GTIN = Comparison("gtin", "GTIN", GTIN_LEVELS, judge_gtin)
SKU = Comparison("sku", "SKU", SKU_LEVELS, judge_sku)
MPN = Comparison("mpn", "Maker's part number", MPN_LEVELS, judge_mpn)

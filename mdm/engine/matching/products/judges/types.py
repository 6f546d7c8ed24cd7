"""What kind of part two records are: by their standards, else by the words for it."""

from __future__ import annotations

from enum import IntEnum

from mdm.engine.matching.comparisons import Comparison, Finding, Level
from mdm.engine.matching.products.features import ProductFeatures
from mdm.engine.matching.products.judges.dimensions import Agree, level, shown
from mdm.engine.matching.vocabulary.fasteners import WITHOUT_LENGTH


class Type(IntEnum):
    """Levels of kinds of part, best first; the fewer measures a part has, the more each article of it stands out."""

    STANDARD = 0
    STANDARD_NO_LENGTH = 1
    USUAL = 2
    TYPE = 3
    TYPE_NO_LENGTH = 4
    POSSIBLE = 5
    DIFFERENT = 6


# Types for which hardly anything but one standard and its equivalents is sold; a hex bolt must say how far its thread
# runs. Set screws have four points, lock nuts three heights: there the type says less.
_ONE_STANDARD = {
    *("socket cap screw", "socket countersunk screw", "button head screw", "carriage bolt", "hex flange bolt"),
}

LEVELS = (
    # u: the share of pairs in a catalogue of which both are of one standard: screws come in hundreds of sizes, nuts and
    # washers in dozens.
    Level("Same or equivalent standard", 0.62, 0.03),
    Level("Same or equivalent standard of parts without a length", 0.62, 0.0015),
    Level("Same type of part, and one standard is usual for it", 0.30, 0.025),
    Level("Same type of part", 0.25, 0.07),
    Level("Same type of part without a length", 0.25, 0.003),
    Level("May be the same type of part", 0.10, 0.10),
    Level("Different types of part", 0.01, 0.80),
)


def judge(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
    """Standards count where both name one; equivalent standards are one class."""
    types = a.may_be("type"), b.may_be("type")
    short = _without_length(types[0] | types[1])
    by_standard = level(a.may_be("standard"), b.may_be("standard"))
    if by_standard in (Agree.SAME, Agree.POSSIBLE) and types[0] & types[1]:
        return Finding(Type(Type.STANDARD + short), _standards(a), _standards(b))
    if by_standard is Agree.DIFFERENT:
        return Finding(Type.DIFFERENT, _standards(a), _standards(b))
    if not types[0] or not types[1]:
        return None
    if not types[0] & types[1]:
        return Finding(Type.DIFFERENT, shown(types[0]), shown(types[1]))
    same = types[0] == types[1] and len(types[0]) == 1
    if same and (types[0] <= _ONE_STANDARD or _one_bolt(a, b)):
        return Finding(Type.USUAL, _named(a), _named(b))
    found = Type(Type.TYPE + short) if same else Type.POSSIBLE
    return Finding(found, _named(a), _named(b))


def _one_bolt(a: ProductFeatures, b: ProductFeatures) -> bool:
    runs = a.may_be("run")
    return a.may_be("type") == {"hex bolt"} and len(runs) == 1 and runs == b.may_be("run")


def _without_length(types: frozenset[str]) -> bool:
    return bool(types) and types <= WITHOUT_LENGTH


def _standards(f: ProductFeatures) -> str:
    return " / ".join(f.standards) or shown(f.may_be("standard"))


def _named(f: ProductFeatures) -> str:
    types = f.may_be("type")
    return shown(types) if len(types) < 4 else f"one of {len(types)} types"


TYPE = Comparison("type", "Type of part", LEVELS, judge)

"""Tax ids and other numbers that identify."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from rapidfuzz.distance import OSA

from mdm.engine.matching.comparisons import Comparison, Finding, Level, best
from mdm.engine.matching.customers.features import Features


class Tax(IntEnum):
    """Levels of tax ids, best first."""

    SAME = 0
    PAN = 1
    SLIP = 2
    DIFFERENT = 3


TAX_LEVELS = (
    # u: ids are unique but for VAT groups and copies of the parent's id.
    Level("Same valid tax id", 0.75, 0.000001),
    Level("Same company behind two GSTINs (PAN)", 0.10, 0.000001),
    Level("Tax ids differ by a slip", 0.07, 0.0001),
    Level("Different tax ids", 0.08, 0.9998),
)


def judge_tax(a: Features, b: Features) -> Finding | None:
    """Ids are compared within one scheme, VAT numbers within one country."""
    for shared in a.tax_ids:
        if shared in b.tax_ids:
            return Finding(Tax.SAME, shared[1], shared[1])
    for pan in a.pans:
        if pan in b.pans:
            return Finding(Tax.PAN, pan, pan)
    return best([*_damaged(a, b), *_damaged(b, a, turn=True), *_different(a, b)])


def _damaged(a: Features, b: Features, turn: bool = False) -> Iterator[Finding]:
    for scheme, value in a.damaged:
        for other_scheme, other in b.tax_ids + b.damaged:
            if scheme == other_scheme and one_slip(value, other):
                yield Finding(Tax.SLIP, *((other, value) if turn else (value, other)))


def _different(a: Features, b: Features) -> Iterator[Finding]:
    for first in a.tax_ids:
        for second in b.tax_ids:
            if space(first) == space(second):
                near = first[0] == "EIN" and one_slip(first[1], second[1])
                yield Finding(Tax.SLIP if near else Tax.DIFFERENT, first[1], second[1])


def space(tax_id: tuple[str, str]) -> tuple[str, str]:
    """Within what two ids can be compared: the scheme, for VAT also the country."""
    return tax_id[0], tax_id[1][:2] if tax_id[0] == "VAT" else ""


def one_slip(a: str, b: str) -> bool:
    """One character wrong, or two neighbours swapped."""
    return len(a) > 5 and OSA.distance(a, b, score_cutoff=1) <= 1


class Number(IntEnum):
    """Levels of other identifiers, best first."""

    SAME = 0
    SLIP = 1
    DIFFERENT = 2


NUMBER_LEVELS = (
    # A party may hold several numbers, so another one says little.
    Level("Same number", 0.60, 0.00005),
    Level("Same number but for two swapped digits", 0.03, 0.0002),
    Level("Different numbers", 0.37, 0.9998),
)


def judge_number(a: Features, b: Features) -> Finding | None:
    return best(
        [Finding(_number(x, y), x, y) for name, x in a.identifiers for other, y in b.identifiers if name == other]
    )


def _number(a: str, b: str) -> Number:
    if a == b:
        return Number.SAME
    swapped = len(a) == len(b) >= 6 and sorted(a) == sorted(b) and one_slip(a, b)
    return Number.SLIP if swapped else Number.DIFFERENT


TAX_ID = Comparison("tax_id", "Tax id", TAX_LEVELS, judge_tax)
IDENTIFIER = Comparison("identifier", "Number", NUMBER_LEVELS, judge_number)

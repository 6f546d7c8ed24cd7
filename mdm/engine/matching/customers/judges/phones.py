"""Telephone numbers."""

from __future__ import annotations

from enum import IntEnum

from rapidfuzz.distance import OSA, Hamming

from mdm.engine.matching.comparisons import Comparison, Finding, Level, best
from mdm.engine.matching.customers.features import Features


class Phone(IntEnum):
    """Levels of phone numbers, best first."""

    SAME = 0
    SLIP = 1
    BLOCK = 2
    DIFFERENT = 3


_LABELS = (
    "Same phone number",
    "Same phone number but for two swapped digits",
    "Numbers of one exchange",
    "Different phone numbers",
)
# u: a number is shared by a household or a switchboard, hence not one in millions; a company has many numbers.
_PERSON = ((0.50, 0.0002), (0.03, 0.0001), (0.02, 0.002), (0.45, 0.9977))
_COMPANY = ((0.45, 0.0002), (0.03, 0.0001), (0.07, 0.001), (0.45, 0.9987))


def judge(a: Features, b: Features) -> Finding | None:
    return best([Finding(level(x, y), x, y) for x in a.phones for y in b.phones])


def level(a: str, b: str) -> Phone:
    """The level of two numbers in E.164."""
    if a == b:
        return Phone.SAME
    if len(a) == len(b) and OSA.distance(a, b, score_cutoff=1) == 1 and Hamming.distance(a, b) == 2:
        return Phone.SLIP
    return Phone.BLOCK if len(a) > 9 and a[:-3] == b[: len(a) - 3] and abs(len(a) - len(b)) < 3 else Phone.DIFFERENT


def _levels(weights: tuple[tuple[float, float], ...]) -> tuple[Level, ...]:
    return tuple(Level(label, m, u) for label, (m, u) in zip(_LABELS, weights, strict=True))


PERSON_PHONE = Comparison("phone", "Phone", _levels(_PERSON), judge)
COMPANY_PHONE = Comparison("phone", "Phone", _levels(_COMPANY), judge)

"""What is made of digits: house numbers, amounts, identifiers."""

from __future__ import annotations

import re

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.guess.sample import Sample

HOUSE = re.compile(r"\d{1,4} ?[a-z]?([-/ ]\d{1,4} ?[a-z]?)?", re.I)
NUMBER = re.compile(r"[-+]?[$€£¥₹]? ?\d[\d.,' ]*( ?[$€£¥₹%]| ?[a-z]{1,3})?", re.I)
IDENTIFIER = re.compile(r"(?=.*\d)[\w./#-]{4,40}")


def kind(sample: Sample) -> Kind | None:
    """The kind, or None where letters prevail."""
    if sample.like(HOUSE) > 0.9 and _is_house(sample):
        return Kind.HOUSE_NUMBER
    longest = max(map(len, sample.values))
    plain = sample.like(re.compile(r"\d{5,}")) > 0.8
    if plain and sample.distinct > 0.3 * sample.records:
        return Kind.IDENTIFIER
    if sample.like(NUMBER) > 0.85 and longest < 25:
        return Kind.NUMBER
    coded = sample.like(IDENTIFIER) > 0.7 and sample.distinct > 0.2 * sample.records
    return Kind.IDENTIFIER if coded else None


def _is_house(sample: Sample) -> bool:
    """Small numbers and large ones without a lean to round ones: ages have no small ones, amounts are round."""
    numbers = [int(found[0]) if (found := re.match(r"\d+", value)) else 0 for value in sample.values]
    small, round_ = sample.share(0 < n < 10 for n in numbers), sample.share(n % 10 == 0 for n in numbers)
    ordered = sorted(numbers)
    far = sample.share(n > 100 for n in numbers) > 0.05
    if small < (0.02 if far else 0.1) or round_ > 0.25:
        return False
    return ordered[len(ordered) // 2] < 500 and sample.distinct > 20

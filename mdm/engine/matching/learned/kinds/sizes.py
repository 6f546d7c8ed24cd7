"""Sizes that stand in texts: measures with a unit, what stands on either side of an x, packs. M8x40 is not M8x45."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mdm.engine.matching.learned.aspects import EQUAL, NOTHING, Key, Levels, Unequal, rarity, steps
from mdm.engine.matching.learned.bags import QUANTUM, Bags, distinct
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import graded
from mdm.engine.matching.learned.values import STRENGTH, Codes, Floats, Values

STEPS = steps(0.75, ("Some sizes differ", 0.15, 0.2), ("Sizes differ", 0.1, 0.7))
SOME, NONE = EQUAL, EQUAL + 1
# How a unit is written, and how many of the first of its dimension it is.
_UNITS = {
    "length": "mm=1 cm=10 dm=100 m=1000 km=1e6 in=25.4 inch=25.4 inches=25.4 zoll=25.4 ft=304.8 feet=304.8",
    "volume": "ml=1 cl=10 dl=100 l=1000 liter=1000 liters=1000 litre=1000 litres=1000 gal=3785 gallon=3785",
    "mass": "mg=0.001 g=1 gr=1 kg=1000 lb=453.6 lbs=453.6 oz=28.35",
    "memory": "kb=1 mb=1024 gb=1048576 tb=1073741824",
    "power": "w=1 watt=1 watts=1 kw=1000",
    "voltage": "v=1 volt=1 volts=1",
    "frequency": "hz=1 khz=1e3 mhz=1e6 ghz=1e9",
    "pixels": "mp=1 megapixel=1 megapixels=1",
    "pack": "pack=1 packs=1 pk=1 pcs=1 pieces=1 ct=1 count=1 stück=1 stk=1 er=1",
}
_OF = {
    unit: (dimension, float(factor))
    for dimension, units in _UNITS.items()
    for unit, factor in (pair.split("=") for pair in units.split())
}
_NUMBER = r"(?:\d+[ -]\d+/\d+|\d+/\d+|\d+(?:[.,]\d+)*)"
_WORDS = "|".join(sorted(_OF, key=len, reverse=True))
_MEASURE = re.compile(rf"(?<![\w.,/])({_NUMBER})(?: ?-? ?({_WORDS})(?!\w)(?!(?<=in) \d)|(\")|('')|”)")
_BY = re.compile(
    rf"(?<![\w.,/])(m ?)?({_NUMBER}) ?(?:{_WORDS}|\")? ?[x×*] ?({_NUMBER})(?: ?(?:{_WORDS}|\")? ?[x×*] ?({_NUMBER}))?",
)
_THREAD = re.compile(r"(?<![\w.,/])m ?(\d{1,2}(?:[.,]\d)?)(?![\w])")
_PACK = re.compile(r"\bpack of (\d+)\b")
_LONGEST = 9  # digits of a number; more is a code


def sizes(text: str) -> str | None:
    """All sizes of a text in one form, each as `dimension=value`, by three digits; what an x joins as written."""
    return " ".join(sorted(set(_found(text)))) or None


def _found(text: str) -> Iterator[str]:
    text = text.lower()  # the patterns know small letters only
    for found in _BY.finditer(text):
        yield f"by={'m' if found[1] else ''}" + "x".join(f"{_value(part):.4g}" for part in found.groups()[1:] if part)
    rest = _BY.sub(" ", text)
    measures = [("thread", _value(found[1])) for found in _THREAD.finditer(rest)]
    measures += [("pack", _value(found[1])) for found in _PACK.finditer(rest)]
    for found in _MEASURE.finditer(rest):
        dimension, factor = _OF[found[2] or "in"]
        measures.append((dimension, _value(found[1]) * factor))
    yield from (f"{dimension}={value:.3g}" for dimension, value in measures if value > 0)


def _value(text: str) -> float:
    """A number: `1,000` is a thousand (`12,500` never twelve and a half), `0,500` a half, `1-1/2` one and a half.

    0 where there are too many digits.
    """
    if len(text) > _LONGEST:
        return 0.0
    if "/" in text:
        parts = re.split(r"[ -]", text)
        below = parts[-1].partition("/")[2]
        return float(sum(Fraction(part) for part in parts)) if int(below) else 0.0
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
        return float(text.replace(",", ""))
    whole, _, rest = text.replace(",", ".").partition(".")
    return float(f"{whole}.{rest.replace('.', '') or 0}")


def fields(columns: Sequence[Column]) -> list[Field]:
    """The sizes in each text, left out where no text has any."""
    keys = (Key("size", each=str.split),)
    return [
        Field(f"{c.name} (sizes)", c.kind, ((c.name, Form(sizes)),), 8, STEPS, _unequal, keys, rare=True)
        for c in columns
    ]


def _dimensions(text: str) -> list[str]:
    return [part.partition("=")[0] for part in text.split()]


def _unequal(own: Values) -> Unequal:
    """By the sizes shared, and by how many dimensions both speak of; nothing where there is none such."""

    def bits(matrix: Any) -> Floats:
        held = np.append(matrix.T @ own.counts, 1)
        share = (np.maximum(held - 2, 0) + STRENGTH * 2.0**-8) / (own.counts.sum() + STRENGTH)
        return np.asarray(np.maximum(-np.log2(share), 0.1))

    def one(matrix: Any) -> Floats:
        return np.ones(matrix.shape[1] + 1)

    weight, number = Bags(own, str.split, "sizes", bits), Bags(own, str.split, "number of sizes", one)
    dimensions = Bags(own, _dimensions, "dimensions", one)

    def judge(x: Codes, y: Codes) -> Levels:
        i, j, inverse = distinct(x, y, max(len(own.words), 1))
        equal, spoken = number.shared(i, j) / QUANTUM, dimensions.shared(i, j) / QUANTUM
        bounds = [spoken == 0, equal == 0, equal < spoken]
        level = graded(bounds, [NOTHING, NONE, SOME], rarity(weight.shared(i, j) / QUANTUM))
        return np.asarray(level[inverse])

    return judge

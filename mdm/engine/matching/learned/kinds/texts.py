"""Texts as sets of words: names of companies, descriptions. Rare words weigh more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from mdm.engine.matching.learned.aspects import EQUAL, SAME, Key, Levels, Unequal, rarity, steps
from mdm.engine.matching.learned.bags import QUANTUM, Bags, distinct
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.kinds.forms import FOLDED
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import graded
from mdm.engine.matching.learned.values import STRENGTH, Codes, Floats, Values
from mdm.engine.matching.names import company

STEPS = steps(
    0.35,
    ("One holds the other", 0.15, 5e-4),
    ("Nearly all shared", 0.12, 1e-4),
    ("Most shared", 0.12, 3e-4),
    ("Much shared", 0.1, 1.5e-3),
    ("Some shared", 0.07, 4e-3),
    ("Little shared", 0.05, 2e-2),
    ("Nothing shared", 0.04, 0.97),
)
HOLDS, NEARLY, MOST, MUCH, SOME, LITTLE, NONE = range(EQUAL, EQUAL + 7)
CODES = steps(0.6, ("One code begins or ends with the other", 0.15, 3e-3), ("Codes differ", 0.25, 0.99))
_UNITS = re.compile(
    r"\d+(?:inch|in|ft|mm|cm|km|mp|gb|mb|tb|kb|ghz|mhz|hz|watt|w|kw|x|v|lb|lbs|kg|g|mg|ml|l|oz|p|i|pk|pack|k|channel"
    r"|year|disc|discs|piece|pcs|speed|hour|min|button|cu|nd|th|st|rd|port|bit|btu|dpi|ppm|rpm)"
)
_ENOUGH = 6.0  # bits that words shared must have for one text to be said to hold the other


def companies(columns: Sequence[Column]) -> list[Field]:
    """Names of organisations without their legal forms."""
    return [worded(column.name, column, Form(firm)) for column in columns]


def firm(text: str) -> str | None:
    """The words of a company's name, its legal form cut out."""
    read = company(text)
    return " ".join(read.plain or read.words) if read else None


def texts(columns: Sequence[Column]) -> list[Field]:
    """Free texts: their words, and the codes (model numbers) among them."""
    out = []
    for column in columns:
        out += [worded(column.name, column, FOLDED), _models(f"{column.name} (codes)", column)]
    return out


def name_lists(columns: Sequence[Column]) -> list[Field]:
    """Lists of names, as authors: their words."""
    return [worded(column.name, column, FOLDED) for column in columns]


def grams(text: str) -> list[str]:
    """Three letters at a time, the begin and end included."""
    padded = f" {text} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


def worded(name: str, column: Column, form: Form) -> Field:
    """A text compared by its words."""
    keys = (SAME, Key("word", each=str.split))
    return Field(name, column.kind, ((column.name, form),), 16, STEPS, _unequal_words, keys)


def _unequal_words(own: Values) -> Unequal:
    """By the weight of the words shared, or of the letters, which a typo or a missing blank changes little."""

    def rare_words(matrix: Any) -> Floats:
        held = np.append(matrix.T @ own.counts, 1)
        return np.asarray(np.maximum(np.log2((own.counts.sum() + 1) / (held + 0.5)), 0.1))

    def rare_grams(matrix: Any) -> Floats:
        held = np.append(matrix.T @ np.ones(len(own.words)), 1)
        return np.asarray(np.maximum(np.log2((len(own.words) + 1) / (held + 0.5)), 0.1) ** 2)

    words, letters = Bags(own, str.split, "words", rare_words), Bags(own, grams, "letters", rare_grams)
    size, extent = words.sizes, letters.sizes

    def judge(x: Codes, y: Codes) -> Levels:
        i, j, inverse = distinct(x, y, len(size))
        common = words.shared(i, j)
        union = size[i] + size[j] - common
        letter = letters.shared(i, j) / np.sqrt(np.maximum(extent[i] * extent[j], 1e-9))
        best = np.maximum(common / np.maximum(union, 1e-9), letter)
        bounds = [best >= 0.85, best >= 0.65, best >= 0.45, best >= 0.3, best >= 0.15]
        level = graded(bounds, [NEARLY, MOST, MUCH, SOME, LITTLE], NONE)
        holds = (common >= 0.85 * np.minimum(size[i], size[j])) & (common >= _ENOUGH * QUANTUM)
        return np.where(holds & (level > NEARLY), HOLDS, level).astype(np.int8)[inverse]

    return judge


def model_codes(text: str) -> list[str]:
    """Words with digits that look like a model or part number, without marks; numbers with a unit are none."""
    out = []
    for word in text.lower().replace("/", " ").split():
        bare = re.sub(r"[^a-z0-9]", "", word)
        long = len(bare) >= (4 if any(map(str.isalpha, bare)) else 5)
        if long and any(map(str.isdigit, bare)) and not _UNITS.fullmatch(bare):
            out.append(bare)
    return out


def _models(name: str, column: Column) -> Field:
    keys = (Key("code", each=str.split),)
    form = Form(lambda text: " ".join(sorted(set(model_codes(text)))))
    return Field(name, column.kind, ((column.name, form),), 16, CODES, _unequal_models, keys)


def _unequal_models(own: Values) -> Unequal:
    def bits(matrix: Any) -> Floats:
        held = np.append(matrix.T @ own.counts, 1)
        share = (np.maximum(held - 2, 0) + STRENGTH * 2.0**-14) / (own.counts.sum() + STRENGTH)
        return np.asarray(np.maximum(-np.log2(share), 0.1))

    whole = Bags(own, str.split, "codes", bits)
    ends = Bags(own, _ends, "ends", lambda matrix: np.ones(matrix.shape[1] + 1))

    def judge(x: Codes, y: Codes) -> Levels:
        i, j, inverse = distinct(x, y, max(len(own.words), 1))
        shared, part = whole.shared(i, j) / QUANTUM, ends.shared(i, j)
        level = np.where(shared > 0, rarity(shared), np.where(part > 0, EQUAL, EQUAL + 1))
        return np.asarray(level.astype(np.int8)[inverse])

    return judge


def _ends(text: str) -> list[str]:
    """Beginnings and ends of codes that are long enough to tell."""
    out = []
    for code in text.split():
        out += [code[:size] for size in range(4, len(code) + 1)] + [code[-size:] for size in range(5, len(code) + 1)]
    return out

"""Texts as sets of words: names of companies, descriptions, addresses. Rare words weigh more."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from mdm.engine.kinds import Kind
from mdm.engine.matching.customers.names import company
from mdm.engine.matching.learned.aspects import EQUAL, Aspect, Atom, Levels, Unequal, atom, rarity, steps
from mdm.engine.matching.learned.kinds.codes import house
from mdm.engine.matching.learned.kinds.names import street
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.values import STRENGTH, Codes, Floats, Values, folded, mapped, values

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
_CHUNK = 200_000  # pairs worked on at a time
_ENOUGH = 6.0  # bits that words shared must have for one text to be said to hold the other


def companies(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Names of organisations without their legal forms."""
    return [_worded(column.name, column.kind, mapped(table[column.name], firm)) for column in columns]


def firm(text: str) -> str | None:
    """The words of a company's name, its legal form cut out."""
    read = company(text)
    return " ".join(read.plain or read.words) if read else None


def texts(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Free texts: their words, and the codes (model numbers) among them."""
    out = []
    for column in columns:
        out.append(_worded(column.name, column.kind, folded(table[column.name])))
        out.append(_models(f"{column.name} (codes)", column.kind, table[column.name]))
    return out


def name_lists(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Lists of names, as authors: their words."""
    return [_worded(column.name, column.kind, folded(table[column.name])) for column in columns]


def addresses(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Addresses in one line: the words, and the number of the house."""
    out = []
    for column in columns:
        lines = mapped(table[column.name], street)
        out.append(_worded(column.name, column.kind, mapped(lines, _without_numbers)))
        out.append(house(f"{column.name} (number)", column, mapped(lines, _first_number)))
    return out


def _without_numbers(text: str) -> str | None:
    return " ".join(word for word in text.split() if not word[0].isdigit()) or None


def _first_number(text: str) -> str | None:
    return next((word.lstrip("0") for word in text.split() if word[0].isdigit()), None)


@dataclass
class Bags:
    """Texts as bags of tokens: a matrix of texts and tokens, and the weight of each token in bits."""

    matrix: Any  # scipy.sparse.csr_matrix
    weight: NDArray[np.float32]

    @property
    def size(self) -> NDArray[np.float32]:
        return np.asarray(self.matrix @ self.weight).ravel()

    def shared(self, a: Codes, b: Codes) -> NDArray[np.float32]:
        """Weight of the tokens two texts share."""
        weighted = self.matrix.multiply(self.weight[None, :]).tocsr()
        out = np.zeros(len(a), np.float32)
        for i in range(0, len(a), _CHUNK):
            part = slice(i, i + _CHUNK)
            out[part] = np.asarray(weighted[a[part]].multiply(self.matrix[b[part]]).sum(1)).ravel()
        return out


def bags(lists: Sequence[Sequence[str]], weigh: Callable[[Any], Floats]) -> Bags:
    """Bags of tokens, each token once; `weigh` gives the weights from the matrix."""
    vocabulary: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, tokens in enumerate(lists):
        for token in sorted(set(tokens)):
            rows.append(row)
            columns.append(vocabulary.setdefault(token, len(vocabulary)))
    shape = (len(lists), max(len(vocabulary), 1))
    matrix = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    return Bags(matrix, weigh(matrix).astype(np.float32))


def grams(text: str) -> list[str]:
    """Three letters at a time, the begin and end included."""
    padded = f" {text} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


def _worded(name: str, kind: Kind, series: pl.Series) -> Aspect:
    own = values([series], usual=16)[0]
    texts = own.words.texts
    counts = own.counts

    def rare_words(matrix: Any) -> Floats:
        held = np.asarray(matrix.multiply(counts[:, None]).sum(0)).ravel() if len(texts) else np.zeros(matrix.shape[1])
        return np.asarray(np.maximum(np.log2((counts.sum() + 1) / (held + 0.5)), 0.1))

    def rare_grams(matrix: Any) -> Floats:
        held = np.asarray(matrix.sum(0)).ravel()
        return np.asarray(np.maximum(np.log2((len(texts) + 1) / (held + 0.5)), 0.1) ** 2)

    words = bags([text.split() for text in texts], rare_words)
    letters = bags([grams(text) for text in texts], rare_grams)
    atoms = [atom(f"{name}.same", own.codes), Atom(f"{name}.word", None, tokens_of(own, words), name)]
    return Aspect(name, kind, own, STEPS, _unequal_words(words, letters), atoms)


def _unequal_words(words: Bags, letters: Bags) -> Unequal:
    """By the weight of the words shared, or of the letters, which a typo or a missing blank changes little."""
    size, extent = words.size, letters.size

    def judge(x: Codes, y: Codes) -> Levels:
        i, j, inverse = distinct(x, y, len(size))
        common = words.shared(i, j)
        union = size[i] + size[j] - common
        letter = letters.shared(i, j) / np.sqrt(np.maximum(extent[i] * extent[j], 1e-9))
        best = np.maximum(common / np.maximum(union, 1e-9), letter)
        bounds = [best >= 0.85, best >= 0.65, best >= 0.45, best >= 0.3, best >= 0.15]
        level = np.select(bounds, [NEARLY, MOST, MUCH, SOME, LITTLE], NONE)
        holds = (common >= 0.85 * np.minimum(size[i], size[j])) & (common >= _ENOUGH)
        return np.where(holds & (level > NEARLY), HOLDS, level).astype(np.int8)[inverse]

    return judge


def distinct(x: Codes, y: Codes, size: int) -> tuple[Codes, Codes, NDArray[np.int64]]:
    """Distinct pairs of codes, the smaller first, and where each pair stands among them."""
    low, high = np.minimum(x, y).astype(np.int64), np.maximum(x, y).astype(np.int64)
    unique, inverse = np.unique(low * size + high, return_inverse=True)
    return (unique // size).astype(np.int32), (unique % size).astype(np.int32), inverse


def tokens_of(own: Values, found: Bags) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and tokens of all records."""
    rows = np.flatnonzero(own.codes >= 0)
    held = found.matrix[own.codes[rows]]
    return np.repeat(rows, np.diff(held.indptr)), held.indices.astype(np.int64)


def model_codes(text: str) -> list[str]:
    """Words with digits that look like a model or part number, without marks; numbers with a unit are none."""
    out = []
    for word in text.lower().replace("/", " ").split():
        bare = re.sub(r"[^a-z0-9]", "", word)
        long = len(bare) >= (4 if any(map(str.isalpha, bare)) else 5)
        if long and any(map(str.isdigit, bare)) and not _UNITS.fullmatch(bare):
            out.append(bare)
    return out


def _models(name: str, kind: Kind, series: pl.Series) -> Aspect:
    own = values([mapped(series, lambda text: " ".join(sorted(set(model_codes(text)))))], usual=16)[0]
    lists = [text.split() for text in own.words.texts]
    counts = own.counts

    def bits(matrix: Any) -> Floats:
        held = np.asarray(matrix.multiply(counts[:, None]).sum(0)).ravel() if len(lists) else np.zeros(matrix.shape[1])
        share = (np.maximum(held - 2, 0) + STRENGTH * 2.0**-14) / (counts.sum() + STRENGTH)
        return np.asarray(np.maximum(-np.log2(share), 0.1))

    whole = bags(lists, bits)
    ends = bags([_ends(found) for found in lists], lambda matrix: np.ones(matrix.shape[1]))

    def judge(x: Codes, y: Codes) -> Levels:
        i, j, inverse = distinct(x, y, max(len(lists), 1))
        shared, part = whole.shared(i, j), ends.shared(i, j)
        return np.where(shared > 0, rarity(shared), np.where(part > 0, EQUAL, EQUAL + 1)).astype(np.int8)[inverse]

    return Aspect(name, kind, own, CODES, judge, [Atom(f"{name}.code", None, tokens_of(own, whole), name)])


def _ends(found: Sequence[str]) -> list[str]:
    """Beginnings and ends of codes that are long enough to tell."""
    out = []
    for code in found:
        out += [code[:size] for size in range(4, len(code) + 1)] + [code[-size:] for size in range(5, len(code) + 1)]
    return out

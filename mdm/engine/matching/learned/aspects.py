"""Aspects: what is compared of two records. Each has ordered levels, a judge, and keys to find candidates by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.terms import Terms, frozen
from mdm.engine.matching.learned.threads import each, kept
from mdm.engine.matching.learned.values import Codes, Floats, Values

Rows = NDArray[np.int64]
Levels = NDArray[np.int8]
Unequal = Callable[[Codes, Codes], Levels]  # codes of distinct texts that differ -> levels from EQUAL on
NOTHING = -1  # one side says nothing
_MANY = 20_000  # pairs that are worth a thread
OWN = "values"  # the terms that are an aspect's values themselves
FAMILIAR = "familiar"  # what a value weighs that is known to be common
# Levels of equal values by how rare the value is, in bits of its frequency: a shared Smith is weak, a rare name strong.
RARITY = np.array([16.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 0.0], np.float32)
MIDDLE: Floats = np.array([18.0, 14.5, 12.0, 10.0, 8.0, 6.0, 4.0, 1.5])  # bits each of them counts
EQUAL = len(RARITY)
MOST_LEVELS = 17
_RARE = ("unique", "extremely rare", "very rare", "rare", "uncommon", "frequent", "common", "very common")


@dataclass(frozen=True, slots=True)
class Step:
    """One level: its label; how often records of one entity show it (m), and others (u), before any training; and
    neighbours, two houses of one street, where an aspect tells these apart."""

    label: str
    m: float
    u: float
    beside: float = 0.0


@dataclass(frozen=True)
class Key:
    """A cheap key: of one value a text or none, or several (`each`); `many` does the same for a column."""

    name: str
    one: Callable[[str], str | None] = str
    many: Callable[[pl.Series], pl.Series] | None = None
    each: Callable[[str], Sequence[str]] | None = None

    def of(self, text: str) -> Sequence[str]:
        """The keys of one value."""
        if self.each is not None:
            return self.each(text)
        found = self.one(text)
        return (found,) if found else ()


SAME = Key("same")


@dataclass
class Atom:
    """A key over all records: a code per record (-1: none), or several per record as `pairs` of rows and codes.

    Atoms of one `family` are not put together; those of one `group` err together (an old address, a new phone).
    """

    name: str
    codes: Codes | None = None
    pairs: tuple[Rows, NDArray[np.int64]] | None = None
    family: str = ""
    group: str = ""

    @kept
    def sizes(self) -> NDArray[np.int64]:
        """How many records hold each code."""
        codes = self.pairs[1] if self.codes is None and self.pairs else self.codes
        assert codes is not None
        return np.bincount(codes[codes >= 0]).astype(np.int64)

    @kept
    def shared(self) -> Codes:
        """`codes` without those that one record holds alone: they find nobody."""
        assert self.codes is not None
        return np.where(np.append(self.sizes > 1, False)[self.codes], self.codes, np.int32(-1))


@dataclass
class Aspect:
    """`levels(a, b)` gives the level of each pair of rows: 0 the best, NOTHING where one side says nothing."""

    name: str
    kind: Kind
    own: Values
    steps: tuple[Step, ...]
    unequal: Unequal
    keys: tuple[Key, ...] = ()
    elsewhere: list[Values] = field(default_factory=list)  # columns the value may stand in by mistake
    turned: int = NOTHING  # the level that says so
    group: str = ""  # what errs together with it
    unless: Sequence[Values] = ()  # nothing is said of pairs of which any of these says something

    @kept
    def atoms(self) -> list[Atom]:
        return [self._atom(key) for key in self.keys]

    def _atom(self, key: Key) -> Atom:
        name = f"{self.name}.{key.name}"
        if key.each is not None:
            return Atom(name, None, self.own.exploded(key.each), self.name, self.group)
        codes = self.own.codes if key is SAME else self.own.by(self.own.words.written(key.one, key.many))
        return Atom(name, codes, None, self.name, self.group)

    @kept
    def rarity(self) -> Levels:
        """The level of two equal values, for each distinct one."""
        return rarity(self.own.bits) if self.own.frozen is None else self._held(self.own.words.texts)

    def equal(self, codes: Codes) -> Levels:
        """The same for those of these codes; where they are few, nothing else is looked up."""
        if self.own.frozen is None or len(codes) >= len(self.own.words):
            return self.rarity[codes]
        return self._held(self.own.words.texts[codes])

    def _held(self, texts: NDArray[np.object_]) -> Levels:
        assert self.own.frozen is not None
        return shared(texts, self.own.frozen, self.own.familiar)

    def terms(self) -> dict[str, Terms]:
        """How much each value and each part of one says, to be frozen."""
        one = np.ones(1, np.int64)
        other = int(rarity(self.own.bits_of(one))[0])
        familiar = int(rarity(self.own.familiar_bits_of(one))[0])
        texts, nothing = self.own.words.texts, np.zeros(0, np.int64)
        own = {
            OWN: frozen(texts, self.rarity.astype(np.int32), other, _unseen(texts, self.own.familiar, other, familiar)),
            FAMILIAR: Terms(nothing.astype(np.uint64), nothing.astype(np.int32), familiar),
        }
        return own | {name: frozen(*counted) for name, counted in self.own.counted.items()}

    def levels(self, a: Rows, b: Rows) -> Levels:
        x, y = self.own.codes[a], self.own.codes[b]
        out = np.full(len(a), NOTHING, np.int8)
        if not len(self.own.words):
            return out
        both = (x >= 0) & (y >= 0)
        same = both & (x == y)
        out[same] = self.equal(x[same])
        rest = np.flatnonzero(both & ~same)
        if len(rest):
            out[rest] = self.unequal(x[rest], y[rest])
        for other in self.elsewhere:
            p, q = other.codes[a], other.codes[b]
            # Both stand in each other's place, or one does and the other is not known.
            crossed, back = (x >= 0) & (x == q), (y >= 0) & (y == p)
            swapped = (crossed & (back | (y < 0) | (p < 0))) | (back & ((x < 0) | (q < 0)))
            out[swapped & ((out > self.turned) | (out == NOTHING))] = self.turned
        for other in self.unless:
            out[(other.codes[a] >= 0) & (other.codes[b] >= 0)] = NOTHING
        return out

    def shown(self, row: int) -> str:
        """The value of a record as it was compared."""
        code = self.own.codes[row]
        return str(self.own.words.texts[code]) if code >= 0 else ""


def shared(
    texts: Sequence[str] | NDArray[np.object_], held: Mapping[str, Terms], familiar: Callable[[str], bool] | None
) -> Levels:
    """The level of texts that two records share, by frozen terms."""
    own = held[OWN]
    return own.of(texts, _unseen(texts, familiar, own.other, held[FAMILIAR].other)).astype(np.int8)


def _unseen(
    texts: Sequence[str] | NDArray[np.object_], known: Callable[[str], bool] | None, other: int, familiar: int
) -> NDArray[np.int32]:
    """The level of each value if no other record had it: those known to be common are, all the same."""
    if known is None:
        return np.full(len(texts), other, np.int32)
    return np.fromiter((familiar if known(text) else other for text in texts), np.int32, len(texts))


def steps(equal: float, *worse: tuple[str, float, float] | tuple[str, float, float, float]) -> tuple[Step, ...]:
    """Levels of equal values, which share `equal`, and the worse ones (label, m, u, those of neighbours)."""
    rare = (Step(f"Equal, {word}", equal / EQUAL, 2.0**-bits) for word, bits in zip(_RARE, MIDDLE, strict=True))
    return (*rare, *(Step(*step) for step in worse))


def rarity(bits: NDArray[np.floating]) -> Levels:
    """0 for the rarest to EQUAL - 1 for the commonest."""
    level = EQUAL - np.searchsorted(RARITY[::-1], bits, side="right")
    return np.clip(level, 0, EQUAL - 1).astype(np.int8)


def among(keys: Rows, some: Rows) -> NDArray[np.bool_]:
    """Whether each of some keys stands among others; sorting beats hashing for millions."""
    keys = np.sort(keys)
    if not len(keys):
        return np.zeros(len(some), np.bool_)
    at = np.searchsorted(keys, some).clip(max=len(keys) - 1)
    return np.asarray(keys[at] == some, np.bool_)


def compared(aspects: Sequence[Aspect], a: Rows, b: Rows) -> Levels:
    """Levels of all aspects, (pairs, aspects)."""
    out = np.empty((len(a), len(aspects)), np.int8)

    def fill(k: int) -> None:
        out[:, k] = aspects[k].levels(a, b)

    each(fill, range(len(aspects)), len(a) > _MANY)
    return out

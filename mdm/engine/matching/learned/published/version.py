"""The frozen model, and what it says of records it has never seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import polars as pl

from mdm.engine.matching.explain import Evidence
from mdm.engine.matching.learned import kinds
from mdm.engine.matching.learned.aspects import Aspect, Key, Levels, Rows, compared
from mdm.engine.matching.learned.clusters import CLIP
from mdm.engine.matching.learned.explain import Sides, waterfall
from mdm.engine.matching.learned.fields import Field
from mdm.engine.matching.learned.model import Model
from mdm.engine.matching.learned.published import digest
from mdm.engine.matching.learned.published.remembered import Remembered, Said
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.terms import Hashes, Terms, hashed
from mdm.engine.matching.learned.values import Coded, Floats, Texts
from mdm.engine.matching.zones import Zone

JOIN = 0.0  # bits the pairs across two groups must say on average
_KEPT = 20_000  # pairs whose weights are remembered: those of the largest block
_FEW = 300  # pairs compared one by one
_DIGITS = 3  # of a weight: what lies below is noise of the arithmetic

Pairs = Sequence[tuple[Said, Said]]


@dataclass(frozen=True)
class Published:
    """`terms`: how much values say, by field; `templates`: names of the atoms of each key; `stops`: hashes of keys that
    too many records shared when it was frozen, in their order; `digests`: what its kinds did then; `one_to_one`:
    sources that held no duplicates."""

    version: str
    columns: tuple[Column, ...]
    model: Model
    terms: Mapping[str, Mapping[str, Terms]]
    templates: tuple[tuple[str, ...], ...]
    stops: Hashes
    digests: Mapping[str, str]
    one_to_one: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> list[Field]:
        """What is read of a record, in the order of the weights."""
        known = {name for name, *_ in self.model.aspects}
        return [field for field in kinds.fields(self.columns) if field.name in known]

    def check(self) -> None:
        """Raises ValueError where a kind is not read or compared any more as it was when this version learned."""
        now = {field.name: tuple(step.label for step in field.steps) for field in self.fields}
        for name, _, labels in self.model.aspects:
            if now.get(name) != labels:
                raise ValueError(f"{name} was compared in another way when this version was trained.")
        if changed := digest.changed(self.digests, self.columns):
            kinds = "; ".join(changed)
            raise ValueError(f"This release reads or compares these kinds in another way than it learned: {kinds}.")

    def said(self, record: Mapping[str, str | None]) -> Said:
        """One record in the form in which it is compared; `record` maps names of columns to texts."""
        return tuple(field.text(record) for field in self.fields)

    def keys(self, said: Said) -> frozenset[str]:
        """The keys a record is found by, those that too many share left out."""
        found, stopped = self._told(said)
        return frozenset(key for key, stop in zip(found, stopped, strict=True) if not stop)

    def stopped(self, said: Said) -> frozenset[str]:
        """The keys a record would be found by if not too many shared them."""
        found, stopped = self._told(said)
        return frozenset(key for key, stop in zip(found, stopped, strict=True) if stop)

    def _told(self, said: Said) -> tuple[list[str], list[bool]]:
        """Every key of a record, and whether it is one of the stops."""
        found = list(dict.fromkeys(self._keys(said)))
        if not found or not len(self.stops):
            return found, [False] * len(found)
        at = np.searchsorted(self.stops, hashes := hashed(found)).clip(max=len(self.stops) - 1)
        return found, (self.stops[at] == hashes).tolist()

    def _keys(self, said: Said) -> Iterator[str]:
        parts: dict[str, Sequence[str]] = {}
        for names in self.templates:
            for name in names:
                if name not in parts:
                    number, key = self._atoms[name]
                    text = said[number]
                    parts[name] = key.of(text) if text else ()
            for values in product(*(parts[name] for name in names)):
                yield named(names, values)

    @cached_property
    def _atoms(self) -> dict[str, tuple[int, Key]]:
        return {f"{field.name}.{key.name}": (k, key) for k, field in enumerate(self.fields) for key in field.keys}

    def weights(self, pairs: Pairs) -> Floats:
        """Match weights of pairs in bits, the same however many are asked for at once."""
        # Asked for at once, for other threads may forget some meanwhile.
        known = {pair: bits for pair in pairs if (bits := self._remembered(pair)) is not None}
        new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        if new:
            known.update(zip(new, self._weighed(new)[1].tolist(), strict=True))
        return np.array([known[pair] for pair in pairs], np.float64)

    def _remembered(self, pair: tuple[Said, Said]) -> float | None:
        """A pair weighs the same whichever comes first."""
        bits = self._kept.get(pair)
        return self._kept.get(pair[::-1]) if bits is None else bits

    @cached_property
    def _kept(self) -> dict[tuple[Said, Said], float]:
        """Weights of the last pairs: who has just been matched is asked about again when groups are formed."""
        return {}

    def evidence(self, pairs: Pairs, every: bool = False) -> list[Evidence]:
        """What comparing each pair finds; the lines only of those worth a look, or of `every` one."""
        levels, bits = self._weighed(pairs)
        out = []
        for number, weight in enumerate(bits.tolist()):
            zone = self.zone(weight)
            told = every or zone is not Zone.NO_MATCH
            lines = waterfall(self._sides(*pairs[number]), self.model.weights, levels[number]) if told else ()
            out.append(Evidence(weight, zone, "", tuple(lines)))
        return out

    def _sides(self, a: Said, b: Said) -> list[Sides]:
        return [
            Sides(field.name, field.steps, x or "", y or "") for field, x, y in zip(self.fields, a, b, strict=True)
        ]

    def zone(self, weight: float) -> Zone:
        """What follows from a match weight."""
        if weight >= self.model.match:
            return Zone.MATCH
        return Zone.REVIEW if weight >= self.model.review else Zone.NO_MATCH

    def mean(self, pairs: Pairs) -> float:
        """What pairs say on average, each of them `CLIP` bits at most: whether two groups are one."""
        return float(np.clip(self.weights(pairs), -CLIP, CLIP).mean())

    def aspects(self, columns: Sequence[pl.Series | Coded | Texts]) -> list[Aspect]:
        """The aspects of some records by what they say in each field, everything weighed as it was frozen."""
        return kinds.compiled(self.fields, columns, self.terms)

    def scored(self, aspects: Sequence[Aspect], a: Rows, b: Rows) -> tuple[Levels, Floats]:
        """Levels and weights of pairs of rows."""
        levels = compared(aspects, a, b)
        return levels, self._scored(levels)

    def _scored(self, levels: Levels) -> Floats:
        return self.model.weights.score(levels).astype(np.float64).round(_DIGITS)

    @cached_property
    def _compared(self) -> Remembered:
        return Remembered(self.fields, self.terms)

    def _weighed(self, pairs: Pairs) -> tuple[Levels, Floats]:
        """Levels and weights of pairs, remembered."""
        levels = self._compared.levels(pairs) if len(pairs) <= _FEW else self._compared_at_once(pairs)
        bits = self._scored(levels)
        if len(pairs) <= _KEPT:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            self._kept.update(zip(pairs, bits.tolist(), strict=True))
        return levels, bits

    def _compared_at_once(self, pairs: Pairs) -> Levels:
        row = {said: number for number, said in enumerate(dict.fromkeys(one for pair in pairs for one in pair))}
        a = np.array([row[first] for first, _ in pairs], np.int64)
        b = np.array([row[second] for _, second in pairs], np.int64)
        aspects = self.aspects([[said[k] for said in row] for k in range(len(self.fields))])
        return compared(aspects, a, b)


def named(names: Sequence[str], values: Sequence[str]) -> str:
    """The text of a key: the names of its atoms and their values."""
    return "\x1f".join(("+".join(names), *values))


def told(key: str) -> str:
    """What a key is made of, in words: the fields of its atoms."""
    names = key.partition("\x1f")[0].split("+")
    return " with ".join(dict.fromkeys(name.rpartition(".")[0] for name in names))

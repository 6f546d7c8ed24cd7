"""Levels of a few pairs of records, field by field: what was found of two texts is remembered.

Much that a request compares was compared before (a city, a common name), and of a few pairs calls for arrays cost more
than what they work out. Levels are those of `aspects.compared`: the same judges find them, once for each two texts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from mdm.engine.matching.learned.aspects import NOTHING, Levels, shared
from mdm.engine.matching.learned.fields import Field, built
from mdm.engine.matching.learned.terms import Terms

_MOST = 20_000  # of a field
_LONGEST = 400  # letters of two texts that are remembered

Said = tuple[str | None, ...]  # what one record says in each field, in the form in which it is compared
Two = tuple[str, str]


class Remembered:
    """What frozen fields say of texts: the level of a text that two records share, and of two texts in order."""

    def __init__(self, fields: Sequence[Field], terms: Mapping[str, Mapping[str, Terms]]) -> None:
        number = {field.name: k for k, field in enumerate(fields)}
        self._alone = [replace(field, together="", elsewhere=(), unless=()) for field in fields]
        self._turned = [field.turned for field in fields]
        self._elsewhere = [[number[name] for name in field.elsewhere] for field in fields]
        self._unless = [[number[name] for name in field.unless if name in number] for field in fields]
        self._terms = terms
        self._known: list[dict[Two, int]] = [{} for _ in fields]

    def levels(self, pairs: Sequence[tuple[Said, Said]]) -> Levels:
        """Levels of pairs of what records say in each field, (pairs, fields)."""
        columns = [self._column(k, pairs) for k in range(len(self._alone))]
        return np.array(columns, np.int8).reshape(len(columns), len(pairs)).T

    def _column(self, k: int, pairs: Sequence[tuple[Said, Said]]) -> list[int]:
        texts = [(a[k], b[k]) for a, b in pairs]
        both = [(x, y) if x <= y else (y, x) for x, y in texts if x and y]
        known = self._known[k]
        found = {two: known[two] for two in both if two in known}  # before any is forgotten
        if new := {two for two in both if two not in found}:
            found |= (learnt := self._found(k, new))
            if len(known) > _MOST:
                known = self._known[k] = {}  # not emptied: another thread may be reading the old one
            known.update((two, level) for two, level in learnt.items() if len(two[0]) + len(two[1]) <= _LONGEST)
        levels = iter(both)
        out = [found[next(levels)] if x and y else NOTHING for x, y in texts]
        for other in self._elsewhere[k]:
            self._turn(k, other, pairs, out)
        for other in self._unless[k]:
            out = [NOTHING if a[other] and b[other] else level for level, (a, b) in zip(out, pairs, strict=True)]
        return out

    def _turn(self, k: int, other: int, pairs: Sequence[tuple[Said, Said]], out: list[int]) -> None:
        """Both stand in each other's place, or one does and the other is not known (`Aspect.levels`)."""
        turned = self._turned[k]
        for place, (a, b) in enumerate(pairs):
            if NOTHING < out[place] <= turned:
                continue
            x, y, p, q = a[k], b[k], a[other], b[other]
            crossed, back = bool(x) and x == q, bool(y) and y == p
            if (crossed and (back or not y or not p)) or (back and (not x or not q)):
                out[place] = turned

    def _found(self, k: int, new: Collection[Two]) -> dict[Two, int]:
        """The levels of texts in order: shared ones by how rare they are, others by the field's judge."""
        field = self._alone[k]
        equal, other = [two for two in new if two[0] == two[1]], [two for two in new if two[0] != two[1]]
        levels = shared([x for x, _ in equal], self._terms[field.name], field.familiar).tolist() if equal else []
        levels += [field.two(x, y) for x, y in other] if field.two else self._judged(field, other)
        return dict(zip(equal + other, levels, strict=True))

    def _judged(self, field: Field, pairs: Sequence[Two]) -> list[int]:
        if not pairs:
            return []
        number: dict[str, int] = {}
        codes = [(number.setdefault(x, len(number)), number.setdefault(y, len(number))) for x, y in pairs]
        (aspect,) = built([field], [list(number)], self._terms)
        x, y = np.array(codes, np.int32).T
        found: list[int] = aspect.unequal(x, y).tolist()
        return found

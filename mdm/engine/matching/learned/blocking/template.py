"""A template says how keys are made: of one atom or two, for blocks of limited size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Aspect, Atom, Rows
from mdm.engine.matching.learned.blocking.pairs import Keys, mixed, paired

LARGEST = 300  # records of a block of two parts
CAPS = (20, 60, 200, 600)  # of a block of one part: rare values find more for less
_DRAWN = 500  # values of a part at least, where a share of the keys is looked at
RARE = (4, 10)  # also where a record has several keys: of a long text the rarest words are enough


@dataclass(frozen=True)
class Template:
    """A key of one or two atoms, for blocks of `largest` records at most.

    Estimated: `cost`, the pairs it gives, and `crowded`, the keys in order whose blocks are larger.
    """

    atoms: tuple[Atom, ...]
    largest: int
    cost: float = 0.0
    crowded: Keys = field(default_factory=lambda: np.zeros(0, np.uint64))

    @property
    def name(self) -> str:
        return " + ".join(self.parts) + ("" if len(self.atoms) > 1 else f" (up to {self.largest})")

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of its atoms; with `largest` all that `rebuilt` needs."""
        return tuple(atom.name for atom in self.atoms)

    def keys(self, share: float = 1.0) -> tuple[Rows, Keys]:
        """Rows and keys of the records that have all parts, or of a share of the keys; rows that share no part with any
        other may be left out."""
        parts = sorted(self.atoms, key=lambda atom: atom.pairs is None)
        first = min(parts, key=lambda atom: (atom.pairs is None, -len(atom.sizes)))
        some = min(1.0, max(share, _DRAWN / max(len(first.sizes), 1)))  # of the values of one part, then of the keys
        rows, keys = _own(first, some)
        for other in (atom for atom in parts if atom is not first):
            codes = other.shared[rows]
            known = codes >= 0
            rows, keys, codes = rows[known], keys[known], codes[known]
            keys = mixed(keys, codes) if first is parts[0] else mixed(codes, keys)
        if share < some:
            few = _drawn(mixed(keys, np.ones(1, np.int64)), share / some)  # not by the hash that drew the values
            rows, keys = rows[few], keys[few]
        return rows, keys

    def entries(self) -> tuple[Rows, Keys, list[Keys]]:
        """Rows and keys, and the code of each part of the keys, in the order of the atoms."""
        first, *more = sorted(self.atoms, key=lambda atom: atom.pairs is None)
        rows, keys = _own(first)
        parts = {first.name: keys}
        for other in more:
            known = other.shared[rows] >= 0
            rows, keys = rows[known], mixed(keys[known], other.shared[rows[known]])
            parts = {name: codes[known] for name, codes in parts.items()}
            parts[other.name] = other.shared[rows].astype(np.uint64)
        return rows, keys, [parts[atom.name] for atom in self.atoms]

    def pairs(self, apart: int | None, share: float = 1.0) -> tuple[Rows, Rows]:
        """Pairs (a < b) of records that share a key, of a share of the keys; with `apart`, one from each side of it."""
        return paired(*self.keys(share), self.largest, apart)


def _own(atom: Atom, share: float = 1.0) -> tuple[Rows, Keys]:
    """Rows and keys of one atom, or of a share of its keys."""
    if atom.pairs is not None:
        rows, codes = atom.pairs
        some = _drawn(codes, share) if share < 1 else slice(None)
        return rows[some], codes[some].astype(np.uint64)
    wanted = np.append(_drawn(np.arange(len(atom.sizes)), share) if share < 1 else atom.sizes > 0, False)
    rows = np.flatnonzero(wanted[atom.shared])
    return rows, atom.shared[rows].astype(np.uint64)


def _drawn(keys: NDArray[np.integer], share: float) -> NDArray[np.bool_]:
    """Which keys are of a share of them: the same whenever it is asked, as if by chance."""
    return np.asarray(mixed(keys, np.zeros(1, np.int64)) >> np.uint64(44) < np.uint64(int(share * (1 << 20))), np.bool_)


def rebuilt(parts: Sequence[str], largest: int, aspects: Sequence[Aspect]) -> Template:
    """The same template over other records. Raises KeyError where their aspects have no such atom."""
    atoms = {atom.name: atom for aspect in aspects for atom in aspect.atoms}
    return Template(tuple(atoms[part] for part in parts), largest)


def possible(atoms: Sequence[Atom]) -> list[Template]:
    """All keys of one part, and of two parts that are not of one family."""
    alone = [Template((atom,), cap) for atom in atoms for cap in (CAPS if atom.pairs is None else RARE + CAPS)]
    both = (
        Template((x, y), LARGEST)
        for i, x in enumerate(atoms)
        for y in atoms[i + 1 :]
        if x.family != y.family and (x.pairs is None or y.pairs is None)
    )
    return [*alone, *both]

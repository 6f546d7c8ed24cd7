"""A template says how keys are made: of one atom or two, for blocks of limited size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mdm.engine.matching.learned.aspects import Aspect, Atom, Rows
from mdm.engine.matching.learned.blocking.pairs import Keys, mixed, paired

LARGEST = 300  # records of a block of two parts
CAPS = (20, 60, 200, 600)  # of a block of one part: rare values find more for less
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

    def keys(self) -> tuple[Rows, Keys]:
        """Rows and keys of the records that have all parts."""
        rows, keys, _ = self.entries()
        return rows, keys

    def entries(self) -> tuple[Rows, Keys, list[Keys]]:
        """The same, and the code of each part of the keys, in the order of the atoms."""
        first, *more = sorted(self.atoms, key=lambda atom: atom.pairs is None)
        rows, keys = _own(first)
        parts = {first.name: keys}
        for other in more:
            assert other.codes is not None
            known = other.codes[rows] >= 0
            rows, keys = rows[known], mixed(keys[known], other.codes[rows[known]])
            parts = {name: codes[known] for name, codes in parts.items()}
            parts[other.name] = other.codes[rows].astype(np.uint64)
        return rows, keys, [parts[atom.name] for atom in self.atoms]

    def pairs(self, apart: int | None, share: float = 1.0) -> tuple[Rows, Rows]:
        """Pairs (a < b) of records that share a key, of a share of the keys; with `apart`, one from each side of it."""
        rows, keys = self.keys()
        if share < 1:
            few = mixed(keys, np.zeros(1, np.int64)) >> np.uint64(44) < np.uint64(int(share * (1 << 20)))
            rows, keys = rows[few], keys[few]
        return paired(rows, keys, self.largest, apart)


def _own(atom: Atom) -> tuple[Rows, Keys]:
    if atom.pairs is not None:
        return atom.pairs[0], atom.pairs[1].astype(np.uint64)
    assert atom.codes is not None
    rows = np.flatnonzero(atom.codes >= 0)
    return rows, atom.codes[rows].astype(np.uint64)


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

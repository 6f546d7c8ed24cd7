"""Whether the records of some pairs share the key of a template."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mdm.engine.matching.learned.aspects import Atom, Rows
from mdm.engine.matching.learned.blocking.pairs import mixed
from mdm.engine.matching.learned.blocking.template import LARGEST, Template

Bools = NDArray[np.bool_]


class Agreements:
    """Whether the records of some pairs share the key of an atom, in blocks of limited size or of any."""

    def __init__(self, a: Rows, b: Rows) -> None:
        self._a, self._b = a, b
        self._found: dict[tuple[str, int], Bools] = {}

    def of(self, atom: Atom, cap: int = 0) -> Bools:
        """`cap` 0: blocks of any size."""
        if (atom.name, cap) not in self._found:
            self._found[atom.name, cap] = self._single(atom, cap) if atom.pairs is None else self._several(atom, cap)
        return self._found[atom.name, cap]

    def _single(self, atom: Atom, cap: int) -> Bools:
        assert atom.codes is not None
        x, y = atom.codes[self._a], atom.codes[self._b]
        same = (x >= 0) & (x == y)
        if cap:
            same &= np.append(atom.sizes <= cap, False)[x]
        return np.asarray(same, np.bool_)

    def _several(self, atom: Atom, cap: int) -> Bools:
        assert atom.pairs is not None
        rows, keys = atom.pairs
        held = atom.sizes
        fits = held[keys] <= (cap or 20 * LARGEST)
        shape = (1 + max(int(part.max(initial=0)) for part in (self._a, self._b, rows)), len(held))
        matrix = sparse.csr_matrix((np.ones(int(fits.sum()), np.int8), (rows[fits], keys[fits])), shape=shape)
        return np.asarray(matrix[self._a].multiply(matrix[self._b]).sum(1)).ravel() > 0

    def crowded(self, template: Template, some: tuple[Rows, ...]) -> Bools:
        """Whether a key of two atoms, the value of each taken from a pair of its own, stands in too large a block.

        `some`: for each atom the numbers of pairs. Atoms of several keys are not looked at.
        """
        codes = [
            atom.codes[self._a[at]] for atom, at in zip(template.atoms, some, strict=True) if atom.codes is not None
        ]
        if len(codes) < 2 or not len(template.crowded):
            return np.zeros(len(some[0]), np.bool_)
        keys = mixed(codes[0], codes[1])
        at = np.searchsorted(template.crowded, keys).clip(max=len(template.crowded) - 1)
        return np.asarray(template.crowded[at] == keys, np.bool_)

    def by(self, template: Template) -> Bools:
        """Whether a template finds each pair."""
        if len(template.atoms) == 1:
            return self.of(template.atoms[0], template.largest)
        both = self.of(template.atoms[0]) & self.of(template.atoms[1])
        at = np.flatnonzero(both)
        both[at] = ~self.crowded(template, (at, at))
        return both

"""Which atoms keys are made of: all of them, and in very wide tables those that part the records best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from mdm.engine.matching.learned.aspects import Aspect, Atom

MOST = 64  # atoms; two by two they make two thousand keys


def telling(aspects: Sequence[Aspect], n: int) -> list[Atom]:
    """At most `MOST` atoms in their order, the best of each family before a second one of any.

    The best gives one pair per record: what never agrees finds nothing, what always agrees parts nothing.
    """
    atoms = [atom for aspect in aspects for atom in aspect.atoms]
    if len(atoms) <= MOST:
        return atoms
    families: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, atom in enumerate(atoms):
        families[atom.family].append((abs(float(np.log((_pairs(atom) + 1e-6 * n) / n))), number))
    ranked = [(place, *one) for family in families.values() for place, one in enumerate(sorted(family))]
    return [atoms[number] for number in sorted(number for *_, number in sorted(ranked)[:MOST])]


def _pairs(atom: Atom) -> float:
    """How many pairs of records agree."""
    keys = atom.pairs[1] if atom.codes is None and atom.pairs else atom.codes
    assert keys is not None
    size = np.bincount(keys[keys >= 0]).astype(np.float64)
    return float((size * (size - 1)).sum()) / 2

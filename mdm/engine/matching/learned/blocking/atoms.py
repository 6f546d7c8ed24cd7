"""Which atoms keys are made of: all of them, and in very wide tables those that part the records best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from mdm.engine.matching.learned.aspects import Aspect, Atom
from mdm.engine.matching.learned.threads import each
from mdm.engine.matching.learned.values import FEW

MOST = 64  # atoms; two by two they make two thousand keys


def telling(aspects: Sequence[Aspect], n: int) -> list[Atom]:
    """At most `MOST` atoms in their order, the best of each family before a second one of any.

    The best gives one pair per record: what never agrees finds nothing, what always agrees parts nothing.
    """
    atoms = [atom for own in each(lambda aspect: aspect.atoms, aspects, n > FEW) for atom in own]
    if len(atoms) <= MOST:
        return atoms
    families: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, atom in enumerate(atoms):
        families[atom.family].append((abs(float(np.log((_pairs(atom) + 1e-6 * n) / n))), number))
    ranked = [(place, *one) for family in families.values() for place, one in enumerate(sorted(family))]
    return [atoms[number] for number in sorted(number for *_, number in sorted(ranked)[:MOST])]


def _pairs(atom: Atom) -> float:
    """How many pairs of records agree."""
    size = atom.sizes.astype(np.float64)
    return float((size * (size - 1)).sum()) / 2

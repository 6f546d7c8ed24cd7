"""What templates cost: the pairs they would give, and the keys that are too crowded to give any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdm.engine.matching.learned.aspects import Atom, Rows
from mdm.engine.matching.learned.blocking.pairs import blocks
from mdm.engine.matching.learned.blocking.template import Template
from mdm.engine.matching.learned.threads import each
from mdm.engine.matching.learned.values import FEW

_SAMPLE = 20_000  # records the cost of a key is estimated on


def priced(found: Sequence[Template], n: int, apart: int | None, rng: np.random.Generator) -> list[Template]:
    """Templates with the pairs they would give, the cheapest first; estimated on a sample of many records."""
    scale = max(n / _SAMPLE, 1.0)
    sample = np.arange(n) if scale == 1 else np.sort(rng.choice(n, _SAMPLE, replace=False))
    atoms = {atom.name: atom for template in found for atom in template.atoms}
    few = dict(zip(atoms, each(lambda atom: _of(atom, sample, n), atoms.values(), n > FEW), strict=True))

    def price(template: Template) -> Template:
        keys = np.sort(Template(tuple(few[atom.name] for atom in template.atoms), template.largest).keys()[1])
        begin, size = blocks(keys)
        fits = size <= max(template.largest / scale, 2)
        cost = float((size[fits] * (size[fits] - 1) // 2).sum()) * scale**2 * (1.0 if apart is None else 0.5)
        return Template(template.atoms, template.largest, cost, keys[begin[~fits]])

    return sorted(each(price, found, n > FEW), key=lambda template: template.cost)


def _of(atom: Atom, sample: Rows, n: int) -> Atom:
    """An atom over some rows, numbered anew."""
    if atom.codes is not None:
        return Atom(atom.name, atom.shared[sample])
    assert atom.pairs is not None
    number = np.full(n, -1, np.int64)
    number[sample] = np.arange(len(sample))
    rows = number[atom.pairs[0]]
    return Atom(atom.name, None, (rows[rows >= 0], atom.pairs[1][rows >= 0]))

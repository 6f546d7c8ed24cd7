"""The blocks of a key over a whole table, and the text each of them is known by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mdm.engine.matching.learned.aspects import Aspect, Key, Rows
from mdm.engine.matching.learned.blocking.pairs import Keys, blocks
from mdm.engine.matching.learned.blocking.template import Template
from mdm.engine.matching.learned.published.version import named
from mdm.engine.matching.learned.terms import Hashes, hashed


@dataclass
class Blocks:
    """`rows` in the order of their keys; block k holds `size[k]` of them from `begin[k]` on."""

    template: Template
    rows: Rows
    begin: Rows
    size: Rows
    atoms: list[tuple[Aspect, Key]]
    parts: list[Keys]  # for each atom the code of each row's part

    def hashes(self, chosen: Rows) -> Hashes:
        """The hashes of the keys of these blocks."""
        return hashed([self._text(int(at)) for at in self.begin[chosen]])

    def _text(self, at: int) -> str:
        values = []
        for (aspect, key), codes in zip(self.atoms, self.parts, strict=True):
            if key.each is not None:
                values.append(aspect.own.words.matrix(key.each)[0][codes[at]])
            else:
                values += key.of(aspect.shown(int(self.rows[at])))
        return named(self.template.parts, values)


def blocked(template: Template, aspects: Sequence[Aspect]) -> Blocks:
    """The blocks of one template."""
    known = {f"{aspect.name}.{key.name}": (aspect, key) for aspect in aspects for key in aspect.keys}
    rows, keys, parts = template.entries()
    order = np.argsort(keys, kind="stable")
    begin, size = blocks(keys[order])
    atoms = [known[name] for name in template.parts]
    return Blocks(template, rows[order], begin, size, atoms, [part[order] for part in parts])

"""How much work one pair is; tables of very many columns, or of very long values, are compared in fewer pairs."""

from __future__ import annotations

from collections.abc import Sequence

from mdm.engine.matching.learned.aspects import Aspect

_USUAL = 600.0  # effort of a pair of some twenty columns of short values
_CALL = 20.0  # letters that looking at an aspect at all is worth


def ease(aspects: Sequence[Aspect]) -> float:
    """The share of the usual number of pairs that takes no longer than usual: 1 for all but very wide tables."""
    return min(1.0, _USUAL / max(sum(map(_effort, aspects)), 1.0))


def _effort(aspect: Aspect) -> float:
    """Letters of a record that are compared, with those that the comparison itself is worth."""
    own = aspect.own
    return _CALL + float(own.counts @ own.words.lengths) / max(len(own.codes), 1)

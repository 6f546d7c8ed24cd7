"""How much work one pair is, and how many there is time for: tables of very many columns, or of very long values, are
compared in fewer pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mdm.engine.matching.learned.aspects import Aspect

_USUAL = 600.0  # effort of a pair of some twenty columns of short values
_CALL = 20.0  # letters that looking at an aspect at all is worth
_EVERY = 3_000_000.0  # pairs: so many are compared in seconds
_EACH = 15.0  # pairs per record, of larger tables
_LEAST_EACH = 5.0  # of them, however much work a pair is
_LEAST = 300_000.0  # pairs of any table


class Budget(NamedTuple):
    """No more pairs than `every` are all compared; of more those `keys` find, so many at most."""

    every: float
    keys: float


def ease(aspects: Sequence[Aspect]) -> float:
    """The share of the usual number of pairs that takes no longer than usual: 1 for all but very wide tables."""
    return min(1.0, _USUAL / max(sum(map(_effort, aspects)), 1.0))


def _effort(aspect: Aspect) -> float:
    """Letters of a record that are compared, with those that the comparison itself is worth."""
    own = aspect.own
    return _CALL + float(own.counts @ own.words.lengths) / max(len(own.codes), 1)


def budget(n: int, ease: float) -> Budget:
    """What there is time for among `n` records."""
    usual = max(_LEAST, _EACH * n)
    return Budget(_EVERY * ease, max(usual * ease, min(usual, _LEAST_EACH * n)))


def told(n: int, ease: float, total: float) -> str:
    """A sentence where fewer of `total` pairs are compared than usual; empty else."""
    given, usual = budget(n, ease), budget(n, 1.0)
    if total <= given.every or (total > usual.every and given.keys >= usual.keys):
        return ""
    return (
        f"A pair is much to compare here (many columns or long values): of {total:,.0f} possible pairs "
        f"{given.keys:,.0f} at most were compared, those that share the most telling keys."
    )

"""The steps in their order: all pairs where there are few, else price keys, look, choose, and find the pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdm.engine.matching.learned.aspects import Aspect, Rows
from mdm.engine.matching.learned.blocking import look
from mdm.engine.matching.learned.blocking.atoms import telling
from mdm.engine.matching.learned.blocking.choose import chosen
from mdm.engine.matching.learned.blocking.pairs import everything
from mdm.engine.matching.learned.blocking.price import priced
from mdm.engine.matching.learned.blocking.template import CAPS, Template, possible
from mdm.engine.matching.learned.blocking.union import Size, within
from mdm.engine.matching.learned.effort import Budget

Learn = Callable[[Rows, Rows], tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]]
_OVERLAP = 5.0  # templates often find the same pairs: together they cost this much less at best
EVERY_PAIR = "every pair"
_NO_KEY = (
    "No key parts the records: no two hold the same value, or each value stands in hundreds of them, and all pairs are "
    "too many to compare. Nothing was compared; compare further columns."
)


class Found(NamedTuple):
    """Candidate pairs (a < b), estimated recall (nan if not estimated), notes on what was skipped, the keys they share.

    `every`: all pairs there are, whatever the keys.
    """

    a: Rows
    b: Rows
    recall: float
    notes: tuple[str, ...]
    sizes: tuple[Size, ...]
    every: bool = False

    @property
    def templates(self) -> tuple[Template, ...]:
        return tuple(size.template for size in self.sizes)

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the templates."""
        return (EVERY_PAIR,) if self.every else tuple(template.name for template in self.templates)


def candidates(
    aspects: Sequence[Aspect], n: int, apart: int | None, budget: Budget, learn: Learn, how: str, keys: bool = False
) -> Found:
    """All pairs where there are few; else those of the keys chosen. With `keys`, keys are chosen even then.

    `learn(a, b)` gives the weight of each pair in bits, and for each group of atoms the weight without that group.
    `how`: learned | fixed.
    """
    pairs = n * (n - 1) / 2 if apart is None else apart * (n - apart)
    if pairs > budget.every or how == "fixed":
        return _by_keys(aspects, n, apart, budget.keys, learn, how == "fixed")
    found = _by_keys(aspects, n, apart, budget.keys, learn, False) if keys else None
    return Found(*everything(n, apart), 1.0, (), found.sizes if found else (), every=True)


def _by_keys(aspects: Sequence[Aspect], n: int, apart: int | None, budget: float, learn: Learn, fixed: bool) -> Found:
    rng = np.random.default_rng(0)
    found = priced(possible(telling(aspects, n)), n, apart, rng)
    if fixed:
        _, sizes, a, b = within([template for template in found if _is_fixed(template)], n, apart, np.inf)
        return Found(a, b, float("nan"), _notes(sizes), tuple(sizes))
    seen = look.first(found, n, apart, budget)
    likely = look.likely(seen, *learn(seen.a, seen.b))
    if not likely.without:
        few = "Too few likely matches to choose keys by." if seen.templates else _NO_KEY
        _, sizes, a, b = within(seen.templates, n, apart, budget)
        return Found(a, b, float("nan"), (few, *_notes(sizes)), tuple(sizes))
    affordable = [template for template in found if template.cost <= budget]
    picked, finds = chosen(affordable, likely, _OVERLAP * budget, n, rng)
    used, sizes, a, b = within(picked, n, apart, budget)
    return Found(a, b, float(finds[used].any(0).mean()), _notes(sizes), tuple(sizes))


def _is_fixed(template: Template) -> bool:
    """The keys of anybody who does not choose: each value as it is, but those that hundreds hold."""
    return len(template.atoms) == 1 and template.largest == CAPS[2] and template.atoms[0].name.endswith(".same")


def _notes(sizes: Sequence[Size]) -> tuple[str, ...]:
    """Blocks that are too large are left to other keys, which is said."""
    beyond = max(sizes, key=lambda size: size.beyond, default=None)
    if beyond is None or not beyond.skipped:
        return ()
    keys = sum(size.skipped > 0 for size in sizes)
    return (
        f"{keys} of {len(sizes)} keys had blocks too large to compare, the largest of {beyond.beyond:,} records "
        f"(key {beyond.template.name}); these were left to the other keys.",
    )

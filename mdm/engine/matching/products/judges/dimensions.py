"""Thread, length, grade, material, finish, pack: what an article measures and is made of.

A dimension is a set of values it may have; `A2` may be A2-50, A2-70 or A2-80, a text that contradicts itself may mean
either. Sets without a common value differ.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from mdm.engine.matching.comparisons import Comparison, Finding, Level
from mdm.engine.matching.products.features import UNKNOWN, ProductFeatures


class Agree(IntEnum):
    """Levels of one dimension, best first."""

    SAME = 0
    POSSIBLE = 1
    ONE_SIDED = 2
    DIFFERENT = 3


def level(x: frozenset[str], y: frozenset[str]) -> Agree | None:
    """The level of two sets of values; None where neither is said, or labels are in nobody's vocabulary."""
    if not x and not y:
        return None
    if not x or not y:
        return Agree.ONE_SIDED
    if x == y:
        return Agree.SAME
    if x & y:
        return Agree.POSSIBLE
    return None if any(value.startswith(UNKNOWN) for value in x | y) else Agree.DIFFERENT


def shown(values: frozenset[str]) -> str:
    return " or ".join(sorted(values)).replace(UNKNOWN, "") or "not said"


def judge(dimension: str) -> Callable[[ProductFeatures, ProductFeatures], Finding | None]:
    def found(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
        x, y = a.may_be(dimension), b.may_be(dimension)
        agreed = level(x, y)
        return None if agreed is None else Finding(agreed, shown(x), shown(y))

    return found


def _material(a: ProductFeatures, b: ProductFeatures) -> Finding | None:
    """The grade of a screw says its material, so the material counts where not both name a grade."""
    graded = a.may_be("grade") and b.may_be("grade")
    found = judge("material")(a, b)
    return found if found and (not graded or found.level == Agree.DIFFERENT) else None


def _levels(name: str, *weights: tuple[float, float]) -> tuple[Level, ...]:
    labels = (f"Same {name}", f"{name.capitalize()} may be the same", f"Only one says the {name}", f"Different {name}")
    return tuple(Level(label, m, u) for label, (m, u) in zip(labels, weights, strict=True))


# u: shares of the sizes, grades, finishes and packs in catalogues of some thousand fasteners, where M6 to M12 and
# zinc plated 8.8 are most; m: short texts leave out a finish or a pack more often than a size.
THREAD = Comparison(
    "thread", "Thread", _levels("thread", (0.95, 0.07), (0.02, 0.02), (0.02, 0.06), (0.01, 0.85)), judge("thread")
)
LENGTH = Comparison(
    "length", "Length", _levels("length", (0.95, 0.04), (0.01, 0.01), (0.03, 0.09), (0.01, 0.86)), judge("length")
)
GRADE = Comparison(
    "grade", "Grade", _levels("grade", (0.70, 0.24), (0.12, 0.09), (0.17, 0.27), (0.01, 0.40)), judge("grade")
)
MATERIAL = Comparison(
    "material", "Material", _levels("material", (0.70, 0.50), (0.09, 0.08), (0.20, 0.22), (0.01, 0.20)), _material
)
FINISH = Comparison(
    "finish", "Finish", _levels("finish", (0.70, 0.30), (0.04, 0.05), (0.25, 0.35), (0.01, 0.30)), judge("finish")
)
PACK = Comparison(
    "pack", "Pack", _levels("pack", (0.70, 0.22), (0.04, 0.04), (0.25, 0.40), (0.01, 0.34)), judge("pack")
)

"""A trained model as data: what every comparison weighs, and where the zones begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mdm.engine.matching.learned.aspects import MOST_LEVELS, Aspect
from mdm.engine.matching.learned.related import Related
from mdm.engine.matching.learned.weights import Weights

_BY_GROUP = ("same_m", "same_u", "near_m", "near_u", "scale")


@dataclass(frozen=True)
class Model:
    """`match` and `review` are weights in bits; `keys` the blocking keys; `weights` of the aspects in their order."""

    aspects: tuple[tuple[str, str, tuple[str, ...]], ...]  # name, kind, labels of levels
    weights: Weights
    match: float
    review: float
    one_to_one: bool
    keys: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it; `from_json` reads it back."""
        weights, related = self.weights, self.weights.related
        comparisons = [
            {
                "name": name,
                "kind": kind,
                "neighbours": [round(float(bits), 4) for bits in weights.near.get(k, ())],
                "levels": [
                    {"label": label, "m": round(float(m), 8), "u": round(float(u), 10), "weight": round(float(bits), 4)}
                    for label, m, u, bits in zip(labels, weights.m[k], weights.u[k], weights.bits[k], strict=False)
                ],
            }
            for k, (name, kind, labels) in enumerate(self.aspects)
        ]
        groups = [
            {"aspects": members} | {name: float(getattr(weights, name)[g]) for name in _BY_GROUP}
            for g, members in enumerate(weights.groups)
        ]
        return {
            "prior": weights.prior,
            "shift": weights.shift,
            "match": self.match,
            "review": self.review,
            "one_to_one": self.one_to_one,
            "keys": list(self.keys),
            "comparisons": comparisons,
            "groups": groups,
            "related": [
                {"name": name, "odds": float(odds), "shared": shared, "nearby": nearby}
                for name, odds, shared, nearby in zip(
                    related.names, related.odds, related.shared.tolist(), related.nearby.tolist(), strict=True
                )
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Model:
        comparisons, groups = data["comparisons"], data["groups"]
        levels = [comparison["levels"] for comparison in comparisons]
        weights = Weights(
            bits=[np.append([level["weight"] for level in of], np.zeros(MOST_LEVELS + 1 - len(of))) for of in levels],
            m=[np.array([level["m"] for level in of]) for of in levels],
            u=[np.array([level["u"] for level in of]) for of in levels],
            groups=[list(group["aspects"]) for group in groups],
            prior=data["prior"],
            shift=data["shift"],
            related=_related(data["related"], len(groups)),
            near={k: np.array(one["neighbours"]) for k, one in enumerate(comparisons) if one["neighbours"]},
            **{name: np.array([group[name] for group in groups]) for name in _BY_GROUP},
        )
        names = tuple(
            (comparison["name"], comparison["kind"], tuple(level["label"] for level in comparison["levels"]))
            for comparison in comparisons
        )
        return cls(names, weights, data["match"], data["review"], data["one_to_one"], tuple(data["keys"]))


def _related(data: list[dict[str, Any]], groups: int) -> Related:
    return Related(
        tuple(one["name"] for one in data),
        np.array([one["odds"] for one in data], np.float64),
        np.array([one["shared"] for one in data], np.float64).reshape(len(data), groups),
        np.array([one["nearby"] for one in data], np.float64).reshape(len(data), groups),
    )


def described(aspects: list[Aspect]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Names, kinds and labels of aspects."""
    return tuple((a.name, str(a.kind), tuple(step.label for step in a.steps)) for a in aspects)

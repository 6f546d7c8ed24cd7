"""A published version as what the pipeline asks of a model, under the vetoes of its entity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from mdm.engine.matching.explain import Evidence
from mdm.engine.matching.learned import statements
from mdm.engine.matching.learned.published.version import JOIN, Published, Said, told
from mdm.engine.matching.zones import Zone
from mdm.engine.values import Json, Key


class Entity(Protocol):
    """What is asked of the model an entity comes with."""

    def features(self, values: Iterable[tuple[Key, str, Json]]) -> Any: ...
    def veto(self, a: Any, b: Any) -> str: ...


@dataclass(frozen=True)
class Both:
    """One record as the learned model reads it, and, once it is asked for, as the entity's own does."""

    entity: Entity
    stated: list[tuple[Key, str, Json]]
    said: Said

    @cached_property
    def own(self) -> Any:
        return self.entity.features(self.stated)


@dataclass(frozen=True)
class Learned:
    """Keys and weights are those of `published`; the vetoes, which no weight overrides, are those of the `entity`."""

    entity: Entity
    published: Published

    @property
    def version(self) -> str:
        return self.published.version

    @property
    def match_at(self) -> float:
        """From this weight on, in bits, a pair is a match."""
        return self.published.model.match

    @property
    def review_at(self) -> float:
        """From this weight on, in bits, a steward is asked."""
        return self.published.model.review

    @property
    def one_to_one(self) -> frozenset[str]:
        """Sources without duplicates, as they were found when this version learned."""
        return frozenset(self.published.one_to_one)

    def features(self, values: Iterable[tuple[Key, str, Json]]) -> Both:
        """One source record's statements (key, kind, value), ready to be compared."""
        stated = list(values)
        return Both(self.entity, stated, self.published.said(statements.texts(stated)))

    def keys(self, f: Both) -> frozenset[str]:
        """Blocking keys of one record."""
        return self.published.keys(f.said)

    def too_common(self, f: Both) -> frozenset[str]:
        """Keys a record would have if not too many had shared them when the model was made."""
        return self.published.stopped(f.said)

    def rule(self, key: str) -> str:
        """What a blocking key is made of, in words."""
        return told(key)

    def compare(self, a: Both, b: Both) -> Evidence:
        """Weight, zone, veto and evidence of two records; the same whichever comes first."""
        (found,) = self._judged([(a, b)], every=True)
        return found

    def evidence(self, pairs: Sequence[tuple[Both, Both]]) -> list[Evidence]:
        """The same for many pairs at once; those whose weight is no match have no lines, and no veto is looked for."""
        return self._judged(pairs, every=False) if pairs else []

    def _judged(self, pairs: Sequence[tuple[Both, Both]], every: bool) -> list[Evidence]:
        found = self.published.evidence([(a.said, b.said) for a, b in pairs], every)
        return [
            one if one.zone is Zone.NO_MATCH and not every else self._under(one, self.veto(a, b))
            for one, (a, b) in zip(found, pairs, strict=True)
        ]

    def _under(self, evidence: Evidence, veto: str) -> Evidence:
        return Evidence(evidence.weight, Zone.NO_MATCH, veto, evidence.lines) if veto else evidence

    def veto(self, a: Both, b: Both) -> str:
        """The sentence that forbids the match of two records, or an empty text."""
        return self.entity.veto(a.own, b.own)

    def against(self, pairs: Sequence[tuple[Both, Both]]) -> str:
        """Why two groups are not one, from all pairs across them, or an empty text."""
        if reason := next((reason for a, b in pairs if (reason := self.veto(a, b))), ""):
            return reason
        mean = self.published.mean([(a.said, b.said) for a, b in pairs])
        return "" if mean >= JOIN else f"On the whole their records speak against it ({mean:+.1f} bits on average)."

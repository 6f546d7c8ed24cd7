"""What the pipeline asks of a model, whoever made it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from mdm.engine.matching.explain import Evidence
from mdm.engine.values import Json, Key

F = TypeVar("F")


class Matcher(Protocol):
    """Features are a model's own and only handed back to it; zones begin at `match_at` and `review_at` bits.

    `one_to_one`: sources, as records name them, of which no two records are one.
    """

    @property
    def version(self) -> str: ...
    @property
    def match_at(self) -> float: ...
    @property
    def review_at(self) -> float: ...
    @property
    def one_to_one(self) -> frozenset[str]: ...
    def features(self, values: Iterable[tuple[Key, str, Json]]) -> Any: ...
    def keys(self, f: Any) -> frozenset[str]: ...
    def too_common(self, f: Any) -> frozenset[str]: ...
    def rule(self, key: str) -> str: ...
    def compare(self, a: Any, b: Any) -> Evidence: ...
    def evidence(self, pairs: Sequence[tuple[Any, Any]]) -> list[Evidence]: ...
    def veto(self, a: Any, b: Any) -> str: ...
    def against(self, pairs: Sequence[tuple[Any, Any]]) -> str: ...


class ByPairs(Generic[F]):
    """A model that looks at one pair at a time and leaves it to the index which keys are too common."""

    @abstractmethod
    def compare(self, a: F, b: F) -> Evidence: ...
    @abstractmethod
    def veto(self, a: F, b: F) -> str: ...

    @property
    def one_to_one(self) -> frozenset[str]:
        """Sources found to hold no duplicates; a model that learns nothing finds none."""
        return frozenset()

    def too_common(self, f: F) -> frozenset[str]:
        """Keys a record would have if not too many had shared them when the model was made."""
        return frozenset()

    def evidence(self, pairs: Sequence[tuple[F, F]]) -> list[Evidence]:
        """What comparing each pair finds."""
        return [self.compare(a, b) for a, b in pairs]

    def against(self, pairs: Sequence[tuple[F, F]]) -> str:
        """Why two groups are not one, from all pairs across them: a veto between any two forbids it."""
        return next((reason for a, b in pairs if (reason := self.veto(a, b))), "")

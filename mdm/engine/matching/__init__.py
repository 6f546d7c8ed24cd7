"""Matching: are two source records of one entity the same? Keys to find candidates, weights to compare them, words to
say why. Each mastered entity has a model of its own."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from mdm.engine.matching.comparisons import Comparison, Level
from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.customers.model import DEFAULT, Model
from mdm.engine.matching.explain import Evidence, Line
from mdm.engine.matching.products import PRODUCTS
from mdm.engine.matching.zones import Zone
from mdm.engine.values import Json, Key


class Matcher(Protocol):
    """What the pipeline asks of a model; features are its own and only handed back to it."""

    @property
    def version(self) -> str: ...
    def features(self, values: Iterable[tuple[Key, str, Json]]) -> Any: ...
    def keys(self, f: Any) -> frozenset[str]: ...
    def compare(self, a: Any, b: Any) -> Evidence: ...
    def veto(self, a: Any, b: Any) -> str: ...


MODELS: Mapping[str, Matcher] = {"customer": DEFAULT, "product": PRODUCTS}  # by mastered entity

__all__ = [
    "DEFAULT",
    "MODELS",
    "PRODUCTS",
    "Comparison",
    "Evidence",
    "Features",
    "Level",
    "Line",
    "Matcher",
    "Model",
    "Zone",
]

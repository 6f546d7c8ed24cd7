"""Matching: are two source records of one entity the same? Keys to find candidates, weights to compare them, words to
say why. Each mastered entity has a model of its own."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mdm.engine.matching.comparisons import Comparison, Level
from mdm.engine.matching.explain import Evidence, Line
from mdm.engine.matching.matcher import Matcher
from mdm.engine.matching.zones import Zone

if TYPE_CHECKING:
    from mdm.engine.matching.customers.features import Features
    from mdm.engine.matching.customers.model import DEFAULT, Model
    from mdm.engine.matching.products import PRODUCTS

    MODELS: Mapping[str, Matcher]  # by mastered entity

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

# Read when they are asked for: who matches a file needs neither, and they take a while to load.
_LATER = {"Features": "customers.features", "DEFAULT": "customers.model", "Model": "customers.model",
          "PRODUCTS": "products"}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "MODELS":
        found: Any = {"customer": __getattr__("DEFAULT"), "product": __getattr__("PRODUCTS")}
    elif name in _LATER:
        found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found

"""Matching: are two source records of one entity the same? Keys to find candidates, weights to compare them, words to
say why. Each mastered entity has a model of its own."""

from collections.abc import Mapping

from mdm.engine.matching.comparisons import Comparison, Level
from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.customers.model import DEFAULT, Model
from mdm.engine.matching.explain import Evidence, Line
from mdm.engine.matching.matcher import Matcher
from mdm.engine.matching.products import PRODUCTS
from mdm.engine.matching.zones import Zone

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

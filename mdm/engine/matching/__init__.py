"""Matching: are two source records one party? Keys to find candidates, weights to compare them, words to say why."""

from mdm.engine.matching.comparisons import Comparison, Level
from mdm.engine.matching.decide import Zone
from mdm.engine.matching.explain import Evidence, Line
from mdm.engine.matching.features import Features
from mdm.engine.matching.model import DEFAULT, Model

__all__ = ["DEFAULT", "Comparison", "Evidence", "Features", "Level", "Line", "Model", "Zone"]

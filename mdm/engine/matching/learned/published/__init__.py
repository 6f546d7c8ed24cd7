"""A published version of a model: everything it weighs by is frozen, so that one record in a request and a whole table
in bulk are judged alike, today and in a year."""

from mdm.engine.matching.learned.published.freeze import freeze
from mdm.engine.matching.learned.published.index import Index
from mdm.engine.matching.learned.published.matcher import Learned
from mdm.engine.matching.learned.published.version import Published, Said

__all__ = ["Index", "Learned", "Published", "Said", "freeze"]

"""A model that trains itself on columns of declared kinds: no labels needed, better with every one."""

from mdm.engine.matching.learned.bulk import deduplicate, link
from mdm.engine.matching.learned.model import Model
from mdm.engine.matching.learned.records import Column, Labels, OneToOne, Options, Progress, Records, quiet
from mdm.engine.matching.learned.result import Result

__all__ = [
    "Column",
    "Labels",
    "Model",
    "OneToOne",
    "Options",
    "Progress",
    "Records",
    "Result",
    "deduplicate",
    "link",
    "quiet",
]

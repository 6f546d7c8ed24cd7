"""Keys that find the pairs: cheap ones alone, or two together, chosen from the data for what they find and cost.

Two records are compared only if they share a key. Which keys, is decided on synthetic matches: for each group of atoms
the agreements of a random likely match that was found without that group, so that no key hides the errors of its own
kind; groups are drawn independently. The share of them the chosen keys find is the estimated recall.
"""

from mdm.engine.matching.learned.blocking.find import Found, candidates
from mdm.engine.matching.learned.blocking.template import Template, rebuilt
from mdm.engine.matching.learned.blocking.union import Size

__all__ = ["Found", "Size", "Template", "candidates", "rebuilt"]

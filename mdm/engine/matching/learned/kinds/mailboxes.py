"""What stands before the @: whose mailbox it is, unless many have one of that name."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from mdm.engine.matching.learned.aspects import Key
from mdm.engine.matching.normal import fold
from mdm.engine.matching.vocabulary import common
from mdm.engine.matching.vocabulary.common_given_names import COMMON
from mdm.engine.matching.vocabulary.given_names import GROUPS
from mdm.engine.matching.vocabulary.mail import SHARED_BOXES

_SHARED = sorted(SHARED_BOXES)
_GIVEN = frozenset(fold(name) for name in {*GROUPS, *COMMON} if name.isalpha())
_BESIDE = _GIVEN | frozenset("abcdefghijklmnopqrstuvwxyz")  # a family name in a mailbox: smith, jsmith, smithanna
_G, _F = ("|".join(sorted(names)) for names in (_GIVEN, common.FAMILY))
_ANYBODY = f"^(?:(?:{_G}|[a-z])?(?:{_F})|(?:{_F})(?:{_G}|[a-z])|{_G})$"  # for columns: of one text, sets are quicker
_UMLAUT = "([aou])e"


def box(text: str) -> str:
    """The letters and digits before the @."""
    return re.sub(r"[^0-9a-z]", "", text.partition("@")[0])


def boxes(column: pl.Series) -> pl.Series:
    """The same of a column."""
    return column.str.replace_all(r"(?s)@.*|[^0-9a-z]", "")


def unshared(text: str) -> str:
    """A mailbox that is not one of a whole firm (`info`), else nothing."""
    found = box(text)
    return "" if found in SHARED_BOXES else found


def all_unshared(column: pl.Series) -> pl.Series:
    """The same of a column."""
    found = boxes(column)
    return found.set(found.is_in(_SHARED), "")


def own(text: str) -> str:
    """A mailbox that is not called like anybody of a common name (`jsmith`) either, else nothing."""
    found = unshared(text)
    return "" if _anybody(re.sub(_UMLAUT, r"\1", found)) else found


@lru_cache(maxsize=131072)
def _anybody(name: str) -> bool:
    """Whether a mailbox is called by a common name, the e of Mueller left out: anna, smith, jsmith, smithanna."""
    parts = ((name[:i], name[i:]) for i in range(len(name) + 1))
    return name in _GIVEN or any(
        (b in common.FAMILY and (not a or a in _BESIDE)) or (a in common.FAMILY and b in _BESIDE) for a, b in parts
    )


def all_own(column: pl.Series) -> pl.Series:
    """The same of a column."""
    found = all_unshared(column)
    return found.set(found.str.replace_all(_UMLAUT, "${1}").str.contains(_ANYBODY), "")


KEY = Key("box", unshared, all_unshared)

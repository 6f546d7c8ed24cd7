"""What stands before the @: whose mailbox it is, unless many have one of that name."""

from __future__ import annotations

import re

import polars as pl

from mdm.engine.matching.learned.aspects import Key
from mdm.engine.matching.normal import fold
from mdm.engine.matching.vocabulary import common
from mdm.engine.matching.vocabulary.common_given_names import COMMON
from mdm.engine.matching.vocabulary.given_names import GROUPS
from mdm.engine.matching.vocabulary.mail import SHARED_BOXES

_SHARED = sorted(SHARED_BOXES)
_GIVEN = "|".join(sorted({fold(name) for name in {*GROUPS, *COMMON} if name.isalpha()}))
_FAMILY = "|".join(sorted(common.FAMILY))
# Of common names, the e of Mueller left out: smith, jsmith, annasmith, smithj, anna.
_ANYBODY = f"(?:{_GIVEN}|[a-z])?(?:{_FAMILY})(?:{_GIVEN}|[a-z])?|{_GIVEN}"
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
    return "" if re.fullmatch(_ANYBODY, re.sub(_UMLAUT, r"\1", found)) else found


def all_own(column: pl.Series) -> pl.Series:
    """The same of a column."""
    found = all_unshared(column)
    anybody = found.str.replace_all(_UMLAUT, "${1}").str.contains(f"^(?:{_ANYBODY})$")
    return found.set(anybody, "")


KEY = Key("box", unshared, all_unshared)

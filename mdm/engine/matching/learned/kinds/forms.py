"""Ways to write a value that several kinds share."""

from __future__ import annotations

import polars as pl

from mdm.engine.matching.learned.fields import Form
from mdm.engine.matching.learned.written import folded
from mdm.engine.matching.normal import plain


def _joined(text: str) -> str:
    return plain(text).replace(" ", "")


def _all_joined(column: pl.Series) -> pl.Series:
    return folded(column).str.replace_all(" ", "", literal=True)


FOLDED = Form(plain, folded)  # words in lower-case ASCII
ALNUM = Form(_joined, _all_joined)  # letters and digits alone

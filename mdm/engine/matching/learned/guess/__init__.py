"""The kind of a column, guessed from its values alone: the name of the column is never looked at.

Every test is a share of the records, so that some wrong values do no harm. The forms come first (e-mails, dates,
phones, ...), then short lists (countries, regions, categories), numbers, and words: given names, family names and
places are told apart by published lists, streets and organisations by the words they are made of.
"""

from __future__ import annotations

import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.guess import forms, lists, numbers, sample, words


def guess(values: pl.Series) -> Kind | None:
    """What a column of texts holds; None where it says nothing: all empty, or one value throughout."""
    looked = sample.of(values.drop_nulls())
    if looked.distinct < 2:
        return None
    steps = (forms.kind, lists.kind, numbers.kind, words.kind)
    return next((kind for step in steps if (kind := step(looked))), Kind.TEXT)

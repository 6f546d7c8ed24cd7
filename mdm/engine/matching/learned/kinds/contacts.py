"""Ways to reach somebody: e-mail, phones, web pages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import EQUAL, Aspect, Levels, Unequal, atom, steps
from mdm.engine.matching.learned.kinds.codes import coded_aspect
from mdm.engine.matching.learned.kinds.quantities import category
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import edits, near, pairwise
from mdm.engine.matching.learned.values import Codes, Words, values

STEPS = steps(
    0.75,
    ("A slip apart", 0.11, 1e-4),
    ("Same mailbox name", 0.04, 1e-4),
    ("Much alike", 0.04, 3e-4),
    ("Somewhat alike", 0.02, 4e-3),
    ("Different", 0.06, 0.99),
)
SLIP, BOX, ALIKE, SOMEWHAT, OTHER = range(EQUAL, EQUAL + 5)


def emails(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """E-mail addresses, in lower case, without what stands around them."""
    return [_mail(column, table[column.name]) for column in columns]


def _mail(column: Column, series: pl.Series) -> Aspect:
    own = values([series.str.to_lowercase().str.extract(r"([^\s<>\"]+@[^\s<>\"]+)", 1)], usual=20)[0]
    words, name = own.words, column.name
    atoms = [
        atom(f"{name}.same", own.codes),
        atom(f"{name}.box", own.by(boxes(words))),
        atom(f"{name}.start", own.by(words.cut(0, 6))),
        atom(f"{name}.middle", own.by(words.cut(3, 9))),
    ]
    return Aspect(name, column.kind, own, STEPS, unequal(words), atoms)


def boxes(words: Words) -> Codes:
    """The letters and digits before the @, as codes."""
    return words.coded(words.column.str.extract(r"^([^@]*)", 1).str.replace_all(r"\W", ""))


def unequal(words: Words) -> Unequal:
    """Levels of addresses that differ."""
    box = boxes(words)

    def judge(x: Codes, y: Codes) -> Levels:
        out = np.full(len(x), OTHER, np.int8)
        hope = np.flatnonzero(near(words, x, y, 0.4))
        slips = pairwise(words, x[hope], y[hope], edits)
        likeness = 1 - slips / np.maximum(words.lengths[x[hope]], words.lengths[y[hope]])
        out[hope] = np.select([slips <= 2, likeness >= 0.75, likeness >= 0.6], [SLIP, ALIKE, SOMEWHAT], OTHER)
        out[(box[x] >= 0) & (box[x] == box[y]) & (out > BOX)] = BOX
        return out

    return judge


def phones(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Phone numbers by their last ten digits; a local one is part of a long one."""
    return [coded_aspect(column, digits(table[column.name]), tail=7) for column in columns]


def digits(column: pl.Series) -> pl.Series:
    """The last ten digits, without leading zeros; null where there are too few for a number."""
    found = column.str.replace_all(r"\D", "").str.strip_chars_start("0")
    return found.set(found.str.len_chars() < 5, None).str.tail(10)


def urls(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Web pages by their host."""
    hosts = r"^\s*(?:[a-z]+://)?(?:www\.)?([^/\s?#]+)"
    return [
        category(column, table[column.name].str.to_lowercase().str.extract(hosts, 1), usual=12) for column in columns
    ]

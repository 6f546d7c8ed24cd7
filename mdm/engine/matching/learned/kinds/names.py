"""Names of one or two words: people, cities, streets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.customers.names import full_name
from mdm.engine.matching.learned.aspects import EQUAL, Aspect, Levels, Unequal, atom, steps
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import begins, closeness, near, pairwise
from mdm.engine.matching.learned.values import Codes, Values, Words, folded, mapped, values
from mdm.engine.matching.normal import plain
from mdm.engine.matching.vocabulary import streets as words_of_streets
from mdm.engine.matching.vocabulary.given_names import GENERATIONS, GROUPS

STEPS = steps(
    0.7,
    ("A form of the same name", 0.02, 3e-4),
    ("A slip apart", 0.1, 1e-3),
    ("Short for it", 0.03, 4e-4),
    ("Much alike", 0.04, 7e-4),
    ("In the place of another name", 0.02, 5e-4),
    ("Somewhat alike", 0.03, 6e-3),
    ("Different", 0.06, 0.98),
)
GENERATION = steps(0.99, ("Different", 0.01, 0.7))
FORM, SLIP, SHORT, ALIKE, TURNED, SOMEWHAT, OTHER = range(EQUAL, EQUAL + 7)


def people(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Given and family names; whole names fill in what stands in no column of its own."""
    given = [(column.name, folded(table[column.name])) for column in columns if column.kind == Kind.GIVEN_NAME]
    family = [(column.name, folded(table[column.name])) for column in columns if column.kind == Kind.FAMILY_NAME]
    for column in columns:
        if column.kind == Kind.PERSON_NAME:
            given = _filled(given, column.name, table[column.name], 0)
            family = _filled(family, column.name, table[column.name], 1)
    found = values([mapped(series, without_generation) for _, series in given + family], usual=10)
    out = []
    for number, (name, _) in enumerate(given + family):
        is_given = number < len(given)
        others = found[len(given) :] if is_given else found[: len(given)]
        kind = Kind.GIVEN_NAME if is_given else Kind.FAMILY_NAME
        out.append(_named(name, kind, found[number], others, canonical(found[number].words) if is_given else None))
    return [*out, *_generations(columns, table)]


def without_generation(text: str) -> str | None:
    """A part of a name without Jr, Sr, II and the like, if more than that is there."""
    words = text.split()
    return " ".join([word for word in words if word not in GENERATIONS] or words) or None


def _generations(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Jr is not Sr: one aspect of its own where any name says so."""
    parts = [mapped(table[column.name], _generation) for column in columns]
    own = values([pl.select(pl.coalesce(parts)).to_series()], usual=3)[0]
    return (
        [Aspect("generation", Kind.CATEGORY, own, GENERATION, lambda x, y: np.full(len(x), EQUAL, np.int8))]
        if len(own.words)
        else []
    )


def _generation(text: str) -> str | None:
    words = plain(text).split()
    return next((GENERATIONS[word] for word in words[1:] if word in GENERATIONS), None)


def _filled(parts: list[tuple[str, pl.Series]], name: str, whole: pl.Series, part: int) -> list[tuple[str, pl.Series]]:
    """The first column of these parts, its gaps filled from whole names."""
    read = mapped(whole, lambda text: split(text)[part] or None)
    if not parts:
        return [(f"{name} ({'family' if part else 'given'})", read)]
    first, series = parts[0]
    return [(first, pl.select(pl.coalesce(series, read)).to_series()), *parts[1:]]


def split(text: str) -> tuple[str, str]:
    """Given and family names of a whole name, in plain letters."""
    read = full_name(text)
    return (" ".join(read.plain_given), " ".join(read.plain_family)) if read else ("", "")


def canonical(words: Words) -> Codes:
    """One code for all forms of a given name, -1 where none is known."""
    return words.forms(lambda text: str(min(GROUPS[text])) if text in GROUPS else None)


def places(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Cities, regions and countries."""
    return [_named(c.name, c.kind, values([folded(table[c.name])], usual=8)[0]) for c in columns]


def streets(columns: Sequence[Column], table: pl.DataFrame) -> list[Aspect]:
    """Streets, and other lines of an address, which may stand in each other's place."""
    found = values([mapped(table[column.name], street) for column in columns], usual=12)
    out = []
    for number, column in enumerate(columns):
        others = found[:number] + found[number + 1 :]
        out.append(_named(column.name, column.kind, found[number], others))
    return out


def street(text: str) -> str | None:
    """A line of an address with its common words in their short forms."""
    out: list[str] = []
    for word in plain(text).split():
        out += _short(word)
    return " ".join(out) or None


def _short(word: str) -> list[str]:
    if found := words_of_streets.SHORT.get(word):
        return [found]
    for tail, short in words_of_streets.TAILS:
        if word.endswith(tail) and len(word) > len(tail) + 2:
            return [word.removesuffix(tail), short]
    return [word]


def _named(name: str, kind: Kind, own: Values, others: Sequence[Values] = (), form: Codes | None = None) -> Aspect:
    words = own.words
    start = words.cut(0, 4, least=5)
    atoms = [
        atom(f"{name}.same", own.codes),
        atom(f"{name}.sound", own.by(words.sounds)),
        atom(f"{name}.start", own.by(start)),
    ]
    return Aspect(name, kind, own, STEPS, unequal(words, form), atoms, list(others), TURNED)


def unequal(words: Words, form: Codes | None = None) -> Unequal:
    """Levels of names that differ; `form` are codes of their canonical forms."""

    def judge(x: Codes, y: Codes) -> Levels:
        out = np.full(len(x), OTHER, np.int8)
        hope = np.flatnonzero(near(words, x, y, 0.3))
        close = pairwise(words, x[hope], y[hope], closeness)
        out[hope] = np.select([close >= 0.95, close >= 0.88, close >= 0.78], [SLIP, ALIKE, SOMEWHAT], OTHER)
        maybe = hope[close < 0.95]
        out[maybe[begins(words, x[maybe], y[maybe])]] = SHORT
        if form is not None:
            out[(form[x] >= 0) & (form[x] == form[y])] = FORM
        return out

    return judge

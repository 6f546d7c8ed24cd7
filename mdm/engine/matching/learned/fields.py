"""Fields: what is read of a record, how it is compared, and by which keys it is found. Every kind declares its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.aspects import NOTHING, Aspect, Key, Levels, Step, Unequal
from mdm.engine.matching.learned.terms import Terms
from mdm.engine.matching.learned.values import LONGEST, Codes, Texts, Values, mapped, values


@dataclass(frozen=True)
class Form:
    """One way to write a value: of one text, and of a whole column where that is quicker by other means."""

    one: Callable[[str], str | None]
    many: Callable[[pl.Series], pl.Series] | None = None

    def column(self, column: pl.Series) -> pl.Series:
        return self.many(column) if self.many else mapped(column, self.one)

    def then(self, form: Callable[[str], str | None]) -> Form:
        """This way to write it, and then another."""

        def both(text: str) -> str | None:
            first = self.one(text)
            return form(first) if first else None

        return Form(both, lambda column: mapped(self.column(column), form))


def where_ascii(
    one: Callable[[str], str | None], many: Callable[[pl.Series], pl.Series]
) -> Callable[[pl.Series], pl.Series]:
    """`many` for columns of ASCII alone; in others its letters, digits and cases may not be those of Python."""

    def column(texts: pl.Series) -> pl.Series:
        return mapped(texts, one) if texts.str.contains(r"[^\x00-\x7f]").any() else many(texts)

    return column


@dataclass(frozen=True)
class Field:
    """`sources`: columns and forms, of which the first that gives a text counts; `judge` says how values differ.

    `usual`: bits an equal value says before any is counted. Fields that stand `together` may hold each other's values
    by mistake: those of a field named in `elsewhere` are looked for there, and `turned` is the level that says so.
    A field that is `rare` is left out where no record has it. `familiar` knows of some values how much they say;
    of `one_stock` with `elsewhere`, a value that is common there is not rare here.
    """

    name: str
    kind: Kind
    sources: tuple[tuple[str, Form], ...]
    usual: float
    steps: tuple[Step, ...]
    judge: Callable[[Values], Unequal]
    keys: tuple[Key, ...] = ()
    together: str = ""
    elsewhere: tuple[str, ...] = ()
    turned: int = NOTHING
    rare: bool = False
    familiar: Callable[[str], float | None] | None = None
    one_stock: bool = False
    common: float | None = None  # bits of those it knows

    def text(self, record: Mapping[str, str | None]) -> str | None:
        """What one record says, in the form in which it is compared."""
        for name, form in self.sources:
            value = record.get(name)
            if value and (found := form.one(value[:LONGEST])):
                return found
        return None

    def column(self, table: pl.DataFrame) -> pl.Series:
        """The same of all records of a table."""
        first, *more = (form.column(table[name].str.head(LONGEST)) for name, form in self.sources)
        if not more:
            return first
        empty = first.set(first.str.len_bytes() == 0, None)
        return pl.select(pl.coalesce(empty, *more)).to_series()


def silent(x: Codes, y: Codes) -> Levels:
    """The judge of a field in which no record says anything."""
    return np.full(len(x), NOTHING, np.int8)


def built(
    fields: Sequence[Field],
    columns: Sequence[pl.Series | Texts],
    terms: Mapping[str, Mapping[str, Terms]] | None = None,
) -> list[Aspect]:
    """Aspects of these fields over the texts of some records; with `terms`, frozen ones count instead of these."""
    own: dict[str, Values] = {}
    for group in dict.fromkeys(field.together or field.name for field in fields):
        members = [k for k, field in enumerate(fields) if (field.together or field.name) == group]
        found = values([columns[k] for k in members], fields[members[0]].usual)
        own |= {fields[k].name: one for k, one in zip(members, found, strict=True)}
    out = []
    for field in fields:
        mine = own[field.name]
        mine.familiar, mine.common = field.familiar, field.common
        mine.frozen = terms[field.name] if terms is not None else None
        if field.rare and terms is None and not len(mine.words):
            continue
        others = [own[name] for name in field.elsewhere]
        mine.beside = others if field.one_stock else ()
        judge = field.judge(mine) if terms is None or len(mine.words) else silent
        out.append(Aspect(field.name, field.kind, mine, field.steps, judge, field.keys, others, field.turned))
    return out

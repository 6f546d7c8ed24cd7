"""Fields: what is read of a record, how it is compared, and by which keys it is found. Every kind declares its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.aspects import NOTHING, Aspect, Key, Levels, Step, Unequal
from mdm.engine.matching.learned.terms import Terms
from mdm.engine.matching.learned.threads import each
from mdm.engine.matching.learned.values import FEW, LONGEST, Coded, Codes, Texts, Values, coded, values
from mdm.engine.matching.learned.written import mapped, not_ascii, replaced

_PATTERNS = 256  # of known and unknown columns, the commonest
_NEEDED = 0.05  # share of pairs that a field must speak of that stands in for others


@dataclass(frozen=True)
class Form:
    """One way to write a value: of one text, and of many distinct ones where that is quicker by other means."""

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
    """`many` for texts of ASCII alone; of others its letters, digits and cases may not be those of Python."""

    def column(texts: pl.Series) -> pl.Series:
        others = not_ascii(texts)
        found = many(texts)
        return replaced(found, others, mapped(texts.filter(others), one)) if others.any() else found

    return column


class Distinct:
    """The columns of a table, each by its distinct values: what is worked out of a value, is worked out once."""

    def __init__(self, table: pl.DataFrame, names: Iterable[str]) -> None:
        names = list(dict.fromkeys(names))
        self._found = dict(zip(names, each(lambda name: _distinct(table[name]), names, len(table) > FEW), strict=True))

    def __getitem__(self, name: str) -> Coded:
        return self._found[name]


def _distinct(column: pl.Series) -> Coded:
    codes, words = coded(column)
    return Coded(codes, words.column.str.head(LONGEST))


@dataclass(frozen=True)
class Field:
    """`sources`: columns and forms, of which the first that gives a text counts; `judge` says how values differ.

    `usual`: bits an equal value says before any is counted. Fields that stand `together` may hold each other's values
    by mistake: those of a field named in `elsewhere` are looked for there, and `turned` is the level that says so.
    A field that is `rare` is left out where no record has it. What `more` sources say is put behind the text. A field
    speaks only of pairs of which none of those named in `unless` does, and is left out where there are few such pairs.
    A value that is `familiar` is known to be common, and says `common` bits at most, as any says no more than `most`.
    Of `one_stock` with `elsewhere`, a value that is common there is not rare here. `two` says of two values in order
    what `judge` does of many; without it one is asked for two as well, which takes longer.
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
    more: tuple[tuple[str, Form], ...] = ()
    unless: tuple[str, ...] = ()
    familiar: Callable[[str], bool] | None = None
    one_stock: bool = False
    common: float = np.inf
    most: float = np.inf
    two: Callable[[str, str], int] | None = None

    def text(self, record: Mapping[str, str | None]) -> str | None:
        """What one record says, in the form in which it is compared."""
        for name, form in self.sources:
            value = record.get(name)
            if value and (found := form.one(value[:LONGEST])):
                return " ".join([found, *self._more(record)])
        return None

    def _more(self, record: Mapping[str, str | None]) -> list[str]:
        found = [form.one(value[:LONGEST]) for name, form in self.more if (value := record.get(name))]
        return [text for text in found if text]

    def column(self, table: pl.DataFrame) -> pl.Series:
        """The same of all records of a table."""
        return _column(self.coded(Distinct(table, (name for name, _ in self.sources + self.more))))

    def coded(self, table: Distinct) -> Coded:
        """The same, by what is distinct."""
        found = [Coded(table[name].codes, form.column(table[name].texts)) for name, form in self.sources]
        first = found[0] if len(found) == 1 else _first(found)
        return _behind(first, [Coded(table[n].codes, form.column(table[n].texts)) for n, form in self.more])

    def needed(self, table: Distinct) -> bool:
        """Whether enough pairs of a table have this to speak of, but none of the columns named in `unless`."""
        if not self.unless:
            return True
        said = np.stack([table[name].codes >= 0 for name in self.unless], 1)
        patterns, count = np.unique(said[said.any(1)], axis=0, return_counts=True)
        often = np.argsort(-count, kind="stable")[:_PATTERNS]
        patterns, count = patterns[often], count[often]
        apart = ~(patterns[:, None, :] & patterns[None, :, :]).any(2)
        return float(count @ apart @ count) >= _NEEDED * float(count.sum()) ** 2 > 0


def _column(found: Coded) -> pl.Series:
    """The text of each record, null where there is none."""
    return found.texts.gather(pl.Series(found.codes).set(pl.Series(found.codes < 0), None))


def _behind(first: Coded, more: Sequence[Coded]) -> Coded:
    """Texts with others put behind them."""
    if not more:
        return first
    texts = _column(first)
    said = (texts.str.len_bytes() > 0).fill_null(False).to_numpy()
    whole = pl.select(pl.concat_str([texts, *map(_column, more)], separator=" ", ignore_nulls=True)).to_series()
    return Coded(np.where(said, np.arange(len(said)), -1).astype(np.int32), whole)


def _first(found: Sequence[Coded]) -> Coded:
    """Of each record the first of several texts that says anything."""
    codes, begin = np.full(len(found[0].codes), -1, np.int32), 0
    for one in found:
        says = np.append((one.texts.str.len_bytes() > 0).fill_null(False).to_numpy(), False)
        codes = np.where((codes < 0) & says[one.codes], begin + one.codes, codes)
        begin += len(one.texts)
    used = np.zeros(begin + 1, np.bool_)
    used[codes] = True
    texts = pl.concat([one.texts.alias("v") for one in found])
    return Coded(codes, texts.set(pl.Series(~used[:-1]), None))


def silent(x: Codes, y: Codes) -> Levels:
    """The judge of a field in which no record says anything."""
    return np.full(len(x), NOTHING, np.int8)


def built(
    fields: Sequence[Field],
    columns: Sequence[pl.Series | Coded | Texts],
    terms: Mapping[str, Mapping[str, Terms]] | None = None,
) -> list[Aspect]:
    """Aspects of these fields over the texts of some records; with `terms`, frozen ones count instead of these."""
    groups: dict[str, list[int]] = {}
    for k, field in enumerate(fields):
        groups.setdefault(field.together or field.name, []).append(k)
    many = terms is None and max(map(_size, columns), default=0) > FEW

    def group(members: list[int]) -> list[tuple[int, Aspect]]:
        return _together([fields[k] for k in members], [columns[k] for k in members], members, terms)

    found = dict(pair for pairs in each(group, groups.values(), many) for pair in pairs)
    out = [found[k] for k in sorted(found)]
    own = {aspect.name: aspect.own for aspect in out}
    for k, aspect in found.items():
        aspect.unless = [own[name] for name in fields[k].unless if name in own]
    return out


def _size(column: pl.Series | Coded | Texts) -> int:
    return len(column.codes if isinstance(column, Coded) else column)


def _together(
    fields: Sequence[Field],
    columns: Sequence[pl.Series | Coded | Texts],
    numbers: Sequence[int],
    terms: Mapping[str, Mapping[str, Terms]] | None,
) -> list[tuple[int, Aspect]]:
    """Aspects, with the numbers of their fields, of fields that may hold each other's values."""
    own = dict(zip((field.name for field in fields), values(columns, fields[0].usual), strict=True))
    out = []
    for number, field in zip(numbers, fields, strict=True):
        mine = own[field.name]
        mine.familiar, mine.common, mine.most = field.familiar, field.common, field.most
        mine.frozen = terms[field.name] if terms is not None else None
        if field.rare and terms is None and not len(mine.words):
            continue
        others = [own[name] for name in field.elsewhere]
        mine.beside = others if field.one_stock else ()
        judge = field.judge(mine) if terms is None or len(mine.words) else silent
        aspect = Aspect(field.name, field.kind, mine, field.steps, judge, field.keys, others, field.turned)
        out.append((number, aspect))
    return out

"""Which columns are compared, and as what: as declared with --field, else as their values look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Records
from mdm.matchfile.errors import Unusable

LONGEST = 2_000  # signs of a value that are read
MOST = 40  # columns that are compared where none is declared
COMMON = 0.15  # two records agree by chance so often: a category that nobody declared then tells nothing apart
Declared = dict[str, Kind | None]  # by column; None is to be guessed


def parse(given: Sequence[str]) -> Declared:
    """COLUMN=KIND or COLUMN alone, which asks for a guess; the last '=' parts, so a column's name may hold one."""
    declared: Declared = {}
    for text in given:
        name, equals, kind = text.rpartition("=")
        if not equals:
            name, kind = text, ""
        if kind and kind not in set(Kind):
            raise Unusable(f"--field {text}: there is no kind '{kind}'; kinds are {' '.join(Kind)}.")
        if name in declared:
            raise Unusable(f"--field {text}: the column is declared twice.")
        declared[name] = Kind(kind) if kind else None
    return declared


@dataclass(frozen=True)
class Choice:
    """Columns to compare with their kinds, those of them that were guessed, and those looked at and left out.

    Left out are, where nothing was declared, categories of a few frequent values, which would only echo each other, and
    of very many columns those that tell least.
    """

    kinds: dict[str, Kind] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    left_out: dict[str, Kind] = field(default_factory=dict)


def settle(tables: Sequence[pl.DataFrame], identifier: str, declared: Declared) -> Choice:
    """What is compared as what; without any declaration every column is looked at.

    A column of both tables has one kind in both. Raises Unusable where a column is missing or none can be compared.
    """
    present = list(dict.fromkeys(name for table in tables for name in table.columns if name != identifier))
    missing = [name for name in declared if name not in present]
    if missing:
        raise Unusable(f"There is no column '{missing[0]}' to compare; there are: {', '.join(present) or 'none'}.")
    wanted = declared or dict.fromkeys(present)
    found = {name: kind or _guessed(tables, name) for name, kind in wanted.items()}
    kinds = {name: kind for name, kind in found.items() if kind}
    if not kinds:
        raise Unusable("No column can be compared: all are empty, or hold one value only.")
    telling = set(kinds) if declared else _telling(tables, kinds)
    guessed = tuple(name for name, kind in wanted.items() if kind is None and name in kinds)
    return Choice(
        {name: kind for name, kind in kinds.items() if name in telling},
        guessed,
        {name: kind for name, kind in kinds.items() if name not in telling},
    )


def _telling(tables: Sequence[pl.DataFrame], kinds: dict[str, Kind]) -> set[str]:
    """The columns that tell records apart best, by the records two of which differ there."""
    chance = {name: _chance(tables, name) for name in kinds}
    clear = [name for name, (met, _) in chance.items() if kinds[name] != Kind.CATEGORY or met <= COMMON]
    return set(sorted(clear or chance, key=lambda name: -(1 - chance[name][0]) * chance[name][1])[:MOST])


def _chance(tables: Sequence[pl.DataFrame], name: str) -> tuple[float, float]:
    """How often two records with a value have the same one, and the share of records with a value."""
    values = pl.concat([table[name] for table in tables if name in table.columns])
    known = values.drop_nulls()
    return float(((known.value_counts()["count"] / len(known)) ** 2).sum()), len(known) / len(values)


def _guessed(tables: Sequence[pl.DataFrame], name: str) -> Kind | None:
    from mdm.engine.matching.learned.guess import guess  # its lists take a while to load, and kinds may be declared

    return guess(pl.concat([table[name] for table in tables if name in table.columns]))


def records(path: Path, table: pl.DataFrame, identifier: str, kinds: dict[str, Kind], notes: list[str]) -> Records:
    """A table as the engine takes it. Raises Unusable where ids are missing or not unique."""
    ids = table[identifier]
    if ids.null_count():
        raise Unusable(f"{path}: {ids.null_count()} records have no id in column '{identifier}'.")
    if ids.n_unique() < len(ids):
        twice = ids.filter(ids.is_duplicated())
        raise Unusable(
            f"{path}: {twice.n_unique()} ids stand for several records, for example '{twice[0]}'; "
            f"column '{identifier}' must be unique, or name another one with --id."
        )
    columns = tuple(Column(name, kind) for name, kind in kinds.items() if name in table.columns)
    if not columns:
        raise Unusable(f"{path} has none of the columns to compare.")
    return Records(ids, columns, pl.DataFrame([_cut(path, table[column.name], notes) for column in columns]))


def _cut(path: Path, values: pl.Series, notes: list[str]) -> pl.Series:
    long = int((values.str.len_chars() > LONGEST).sum())
    if not long:
        return values
    notes.append(f"{path.name}: of {long} values of '{values.name}' only the first {LONGEST:,} signs were read.")
    return values.str.slice(0, LONGEST)


def with_id(path: Path, table: pl.DataFrame, identifier: str) -> None:
    """Raises Unusable where the column of ids is missing."""
    if identifier not in table.columns:
        raise Unusable(
            f"{path} has no column '{identifier}': name that of the ids with --id; "
            f"there are: {', '.join(table.columns)}."
        )

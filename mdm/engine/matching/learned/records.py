"""What goes in: columns of declared kinds, labels, options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from mdm.engine.kinds import Kind

Labels = Sequence[tuple[str, str, bool]]  # id, id, whether they are the same
Progress = Callable[[str, float], None]  # phase, share done
OneToOne = Literal["auto", "yes", "no"]


@dataclass(frozen=True)
class Column:
    """One column and what its values are."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Records:
    """`ids` are unique texts; `values` holds a text column per declared column, null where nothing is known; `sources`
    names where each record stands, where records of several sources are in one table."""

    ids: pl.Series
    columns: tuple[Column, ...]
    values: pl.DataFrame
    sources: pl.Series | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Options:
    """Parts that may be exchanged, to show what each is worth; the defaults are what to use.

    `keys`: choose keys to find records by, as a version to be published needs them, even where all pairs are compared.
    `cluster`: constrained | components. `ask`: informative | threshold | random. `blocking`: learned | fixed.
    """

    cluster: str = "constrained"
    ask: str = "informative"
    blocking: str = "learned"
    seed: int = 0
    keys: bool = False


DEFAULTS = Options()


def quiet(phase: str, share: float) -> None:
    """Progress nobody watches."""


def ordered(records: Records) -> Records:
    """The same records in the order of their ids, so that nothing depends on the order they came in.

    Raises ValueError where two records have one id.
    """
    ids = records.ids.rechunk()
    order = None if ids.is_sorted() else ids.arg_sort()
    ids = ids if order is None else ids.gather(order)
    if (ids[1:] == ids[:-1]).any():
        raise ValueError("Two records have the same id; every record needs one of its own.")
    if order is None:
        return records
    sources = None if records.sources is None else records.sources.rechunk().gather(order)
    return Records(ids, records.columns, records.values.rechunk()[order], sources)  # pieces are slow to pick rows from


def stacked(a: Records, b: Records) -> tuple[Records, tuple[str, ...]]:
    """Two tables as one, a first, over the columns both have; and notes on those left out.

    Columns are paired by name and kind, then by kind in their order.
    """
    pairs = [(x, x) for x in a.columns if x in b.columns]
    left = [x for x in a.columns if x not in b.columns]
    right = [y for y in b.columns if y not in a.columns]
    for x in list(left):
        if other := next((y for y in right if y.kind == x.kind), None):
            pairs.append((x, other))
            left.remove(x)
            right.remove(other)
    pairs.sort(key=lambda pair: a.columns.index(pair[0]))
    if not pairs:
        raise ValueError("The two tables have no columns of the same kind; name them with --field COLUMN=KIND.")
    values = pl.DataFrame({x.name: pl.concat([a.values[x.name], b.values[y.name].alias(x.name)]) for x, y in pairs})
    notes = tuple(
        f"Column {column.name} ({column.kind}) stands in one table only and was not compared."
        for column in left + right
    )
    return Records(pl.concat([a.ids, b.ids.alias(a.ids.name)]), tuple(x for x, _ in pairs), values), notes

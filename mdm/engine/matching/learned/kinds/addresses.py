"""Addresses in one line: their words and the number of the house, also against addresses in parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.kinds.codes import house, without_zeros
from mdm.engine.matching.learned.kinds.forms import ALNUM
from mdm.engine.matching.learned.kinds.streets import STREET, first_number, without_number
from mdm.engine.matching.learned.kinds.texts import worded
from mdm.engine.matching.learned.records import Column

Sources = tuple[tuple[str, Form], ...]


def addresses(columns: Sequence[Column]) -> list[Field]:
    """Addresses in one line: the words, and the number of the house."""
    out = []
    for column in columns:
        out.append(worded(column.name, column, STREET.then(without_number)))
        out.append(house(f"{column.name} (number)", column, STREET.then(first_number)))
    return out


def whole_addresses(columns: Sequence[Column]) -> list[Field]:
    """Addresses in one line against those in parts: all the words of a place, and the number of the house.

    They speak of pairs that have no line of an address in the same column.
    """
    lines = [c for kind in (Kind.ADDRESS, Kind.STREET) for c in columns if c.kind == kind]
    parts = [c for c in columns if c not in lines]
    if not any(c.kind == Kind.ADDRESS for c in lines) or len(columns) < 2:
        return []
    unless = tuple(c.name for c in lines)
    sources = tuple((c.name, STREET) for c in lines)
    more = tuple((c.name, STREET) for c in parts)
    words = worded("whole address", lines[0], STREET)
    words = replace(words, sources=_each(sources, without_number), more=_each(more, without_number), unless=unless)
    number = house("whole address (number)", lines[0], STREET)
    houses = tuple((c.name, ALNUM.then(without_zeros)) for c in parts if c.kind == Kind.HOUSE_NUMBER)
    return [words, replace(number, sources=_each(sources, first_number) + houses, unless=unless)]


def _each(sources: Sources, form: Callable[[str], str | None]) -> Sources:
    return tuple((name, first.then(form)) for name, first in sources)

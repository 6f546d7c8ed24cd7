"""Objects read by a statement written out: what `raw` of a manager gives, at a third of what that costs.

A list that a statement asks about stands in a sub-select, `unnest((SELECT %s::bigint[]))`: so the planner takes lists
of any length for the same, and a plan made once for each connection serves all of them. It travels as `numbers`: the
driver looks at every element of a list, and makes another plan for lists of small and of large ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import DEFERRED

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any, None, Any], Any]


def numbers(values: Iterable[int]) -> str:
    """Whole numbers as PostgreSQL reads them: {1,2}."""
    return f"{{{','.join(map(str, values))}}}"


def rows(model: type[M], statement: str, asked: Sequence[Any] | Mapping[str, Any]) -> list[M]:
    """What the statement finds, as objects of the model; a field it does not name is read when it is looked at.

    Columns that are none of the model's are passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return found(model, cursor)


def found(model: type[M], cursor: Any) -> list[M]:
    """The same of a statement that a cursor has sent."""
    read = cursor.fetchall()  # first: of a statement that was not waited for nothing else is known before
    return objects(model, tuple(str(column.name) for column in cursor.description), read)


def objects(model: type[M], columns: tuple[str, ...], read: Iterable[Sequence[Any]]) -> list[M]:
    """Rows of these columns as objects of the model, where one statement finds rows of several."""
    fields, places = _places(model, columns)
    return [model.from_db("default", fields, _values(row, places)) for row in read]


def _values(row: Sequence[Any], places: Sequence[tuple[int, Convert | None]]) -> list[Any]:
    return [
        DEFERRED if place < 0 else convert(row[place], None, connection) if convert else row[place]
        for place, convert in places
    ]


@lru_cache(maxsize=256)
def _places(
    model: type[models.Model], columns: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[int, Convert | None], ...]]:
    """The model's fields, and for each the place of its column, -1 where it has none, and what makes Python's value."""
    fields = model._meta.concrete_fields
    found = []
    for field in fields:
        converts = field.get_db_converters(connection)
        place = columns.index(field.column) if field.column in columns else -1
        found.append((place, converts[0] if converts else None))
    return tuple(field.attname for field in fields), tuple(found)

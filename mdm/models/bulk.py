"""Writes of many rows at once, in one statement a batch.

The rows travel as one JSON text that PostgreSQL unpacks itself (jsonb_to_recordset): the driver quotes one value
instead of one a field and row, and an update needs neither a CASE a row (Django's bulk_update) nor other columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, models

BATCH = 2000


def insert(rows: Sequence[models.Model], *, conflict: str = "", ids: bool = True) -> None:
    """Insert rows of one model and give them their ids; `conflict` is the ON CONFLICT clause, if any.

    With a clause the rows keep the ids they got although the row that was there first keeps its own. Where nobody asks
    for the ids afterwards (`ids` false), rows without one are numbered by the table, which saves a statement.
    """
    if not rows:
        return
    alone = ids and len(rows) == 1 and not conflict and rows[0].pk is None  # the insert itself tells its id
    if ids and not alone:
        _give_ids(rows)
    statement, fields = _insertion(type(rows[0]), rows[0].pk is not None, conflict)
    if alone:
        rows[0].pk = _run_one(statement, rows[0], fields)
    else:
        _run(statement, rows, fields, add=True)
    for row in rows:
        row._state.adding, row._state.db = False, "default"


@contextmanager
def unawaited() -> Iterator[None]:
    """Send statements whose answers nobody reads without waiting for them (PostgreSQL's pipeline mode).

    They are done in order all the same. What goes wrong is raised where the next answer is read, or at the end. Inside
    a transaction; nothing in it may catch a database error, ask how many rows were changed (as `save` and
    `update_or_create` do), or read what a statement is about to tell (`raw`, server-side cursors).
    """
    assert connection.in_atomic_block
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@cache
def _insertion(model: type[models.Model], numbered: bool, conflict: str) -> tuple[str, Sequence[Any]]:
    """The statement, and the fields that travel: not the key where the table is to number the rows."""
    meta = model._meta
    fields = [field for field in meta.concrete_fields if numbered or field is not meta.pk]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{meta.db_table}" ({columns}) SELECT {columns} FROM {_recordset(fields)} {conflict}', fields


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save these fields of rows that exist, all of one model."""
    if rows:
        statement, fields = _change(type(rows[0]), tuple(names))
        _run(statement, rows, fields, add=False)


@cache
def _change(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Sequence[Any]]:
    """The statement, and the fields that travel: the key and those to be saved."""
    meta = model._meta
    assert meta.pk is not None
    fields: list[Any] = [meta.get_field(name) for name in names]
    sets = ", ".join(f'"{field.column}" = given."{field.column}"' for field in fields)
    statement = (
        f'UPDATE "{meta.db_table}" SET {sets} FROM {_recordset([meta.pk, *fields])}'
        f' WHERE "{meta.db_table}"."{meta.pk.column}" = given."{meta.pk.column}"'
    )
    return statement, [meta.pk, *fields]


def assign(model: type[models.Model], column: str, values: Mapping[int, int | None]) -> None:
    """Set one whole-number column of many rows, by primary key."""
    if not values:
        return
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET "{column}" = given.value'
            " FROM unnest((SELECT %s::bigint[]), (SELECT %s::bigint[])) AS given (key, value)"
            f' WHERE "{table}"."{key}" = given.key',
            [list(values), list(values.values())],
        )


def _give_ids(rows: Sequence[models.Model]) -> None:
    meta = rows[0]._meta
    if not isinstance(meta.pk, models.AutoField | models.BigAutoField):
        return
    lacking = [row for row in rows if row.pk is None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{meta.db_table}"', meta.pk.column, len(lacking)],
        )
        for row, (key,) in zip(lacking, cursor.fetchall(), strict=True):
            row.pk = key


def _recordset(fields: Sequence[Any]) -> str:
    columns = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    return f"jsonb_to_recordset(%s::jsonb) AS given ({columns})"


def _run(statement: str, rows: Sequence[models.Model], fields: Sequence[Any], *, add: bool) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            cursor.execute(statement, [_packed(rows[start : start + BATCH], fields, add=add)])


def _run_one(statement: str, row: models.Model, fields: Sequence[Any]) -> int:
    """Insert one row; gives the id the table numbered it by."""
    with connection.cursor() as cursor:
        cursor.execute(f'{statement} RETURNING "{row._meta.pk.column}"', [_packed([row], fields, add=True)])
        return int(cursor.fetchone()[0])


def _packed(rows: Sequence[models.Model], fields: Sequence[Any], *, add: bool) -> str:
    batch = [{field.column: field.pre_save(row, add) for field in fields} for row in rows]
    return json.dumps(batch, default=_text, ensure_ascii=False)


def _text(value: Any) -> str:
    """Dates, times and UUIDs as PostgreSQL reads them, to the microsecond."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

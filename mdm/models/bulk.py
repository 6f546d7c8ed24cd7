"""Writes of many rows at once, in one statement a batch.

The rows travel as one JSON text that PostgreSQL unpacks itself (jsonb_to_recordset): the driver quotes one value
instead of one a field and row, and an update needs neither a CASE a row (Django's bulk_update) nor other columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

BATCH = 2000


def insert(rows: Sequence[models.Model], *, conflict: str = "") -> None:
    """Insert rows of one model and give them their ids; `conflict` is the ON CONFLICT clause, if any.

    With a clause the rows keep the ids they got although the row that was there first keeps its own.
    """
    if not rows:
        return
    meta = rows[0]._meta
    _give_ids(rows)
    fields = meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'INSERT INTO "{meta.db_table}" ({columns}) SELECT {columns} FROM {_recordset(fields)} {conflict}'
    _run(statement, rows, fields, add=True)
    for row in rows:
        row._state.adding, row._state.db = False, "default"


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save these fields of rows that exist, all of one model."""
    if not rows:
        return
    meta = rows[0]._meta
    assert meta.pk is not None
    fields = [meta.get_field(name) for name in names]
    sets = ", ".join(f'"{field.column}" = given."{field.column}"' for field in fields)  # type: ignore[union-attr]
    statement = (
        f'UPDATE "{meta.db_table}" SET {sets} FROM {_recordset([meta.pk, *fields])}'
        f' WHERE "{meta.db_table}"."{meta.pk.column}" = given."{meta.pk.column}"'
    )
    _run(statement, rows, [meta.pk, *fields], add=False)


def assign(model: type[models.Model], column: str, values: Mapping[int, int | None]) -> None:
    """Set one whole-number column of many rows, by primary key."""
    if not values:
        return
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET "{column}" = given.value'
            " FROM unnest(%s::bigint[], %s::bigint[]) AS given (key, value)"
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
            batch = [{f.column: f.pre_save(row, add) for f in fields} for row in rows[start : start + BATCH]]
            cursor.execute(statement, [json.dumps(batch, default=_text, ensure_ascii=False)])


def _text(value: Any) -> str:
    """Dates, times and UUIDs as PostgreSQL reads them, to the microsecond."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

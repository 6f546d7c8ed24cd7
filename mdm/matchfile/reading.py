"""CSV, gzipped CSV and Parquet to tables of texts, in which an empty cell is a missing one."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import polars as pl

from mdm.matchfile import decoding
from mdm.matchfile.errors import Unusable

DELIMITERS = ",;\t|"
START = 8 << 20  # bytes in which the first two lines are looked for
MISSING = ("NULL", "\\N", "NaN", "nan", "<NA>", "#N/A", "N/A", "n/a")  # what other tools write for no value
csv.field_size_limit(1 << 31)


def read(path: Path, notes: list[str], *, empty: bool = False) -> pl.DataFrame:
    """The table of a file, every column as String, without blanks around values; rows keep their order.

    What had to be understood or left out is told in `notes`. Raises Unusable, without any record too unless it may be
    `empty`.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == b"PAR1" or path.suffix.lower() in (".parquet", ".pq"):
            table = _parquet(path, notes)
        else:
            table = _csv(path, decoding.text(path, start, notes))
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}.") from None
    if not len(table) and not empty:
        raise Unusable(f"{path} holds a header and no record.")
    table = _known(path, table, notes)
    return table.filter(~pl.all_horizontal(pl.all().is_null()))  # blank lines


def _known(path: Path, table: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """Values without blanks around them; those that say that there is none are missing, which is told."""
    trimmed = pl.all().str.strip_chars()
    table = table.select(pl.when(trimmed != "").then(trimmed).name.keep())
    known = table.select(pl.when(~pl.all().is_in(MISSING)).then(pl.all()).name.keep())
    gone = sum(known.null_count().row(0)) - sum(table.null_count().row(0))
    if gone:
        notes.append(f"{path.name}: {gone:,} values such as NULL, NaN or N/A were read as missing.")
    return known


def _parquet(path: Path, notes: list[str]) -> pl.DataFrame:
    try:
        table = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        if not path.stat().st_size:
            raise Unusable(f"{path} is empty.") from None
        raise Unusable(f"{path} is no Parquet file, or a damaged one.") from None
    texts = {name: _texts(table[name]) for name in table.columns}
    left = [name for name, text in texts.items() if text is None]
    if left:
        notes.append(f"{path.name}: columns that hold no plain values were left out: {', '.join(left)}.")
    return pl.DataFrame([text for text in texts.values() if text is not None])


def _texts(column: pl.Series) -> pl.Series | None:
    """A column as texts: whole numbers without a fraction, lists with their elements parted by semicolons."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if column.dtype.is_float() and (column.drop_nulls() == column.drop_nulls().round()).all():
        column = column.cast(pl.Int64, strict=False)
    if isinstance(column.dtype, pl.List):
        elements = _texts(column.explode())
        return None if elements is None else column.cast(pl.List(pl.String)).list.join("; ")
    try:
        return column.cast(pl.String)
    except pl.exceptions.PolarsError:
        return None


def _csv(path: Path, text: bytes) -> pl.DataFrame:
    if not text.strip():
        raise Unusable(f"{path} is empty.")
    text = text.lstrip(b"\r\n")
    said = re.match(rb'"?sep=(.)"?\r?\n', text)  # a line by which Excel is told the delimiter
    text = text[said.end() :] if said else text
    delimiter, header = _header(path, text, said[1].decode() if said else DELIMITERS)
    try:
        return _parsed(text, delimiter, header)
    except pl.exceptions.PolarsError:
        return _row_by_row(path, text, delimiter, header)


def _parsed(text: bytes, delimiter: str, header: list[str]) -> pl.DataFrame:
    schema = dict.fromkeys(header, pl.String)
    table = pl.read_csv(text, has_header=False, separator=delimiter, schema=schema)
    return table.slice(1)


def _header(path: Path, text: bytes, delimiters: str) -> tuple[str, list[str]]:
    """The delimiter, which is the one that parts the first two lines into most cells, and the names of the columns."""
    found: dict[str, tuple[int, list[str]]] = {}
    for delimiter in delimiters:
        try:
            lines = (line.decode("utf-8", errors="ignore") for line in io.BytesIO(text[:START]))
            rows = list(islice((row for row in csv.reader(lines, delimiter=delimiter) if row), 2))
        except csv.Error:  # a cell too large for this reader, which another delimiter may part
            continue
        found[delimiter] = (min(map(len, rows)), rows[0])
    if not found:
        raise Unusable(f"{path} does not begin with a line of column names.")
    delimiter = max(found, key=lambda one: (found[one][0], len(found[one][1])))
    header = [name.strip() for name in found[delimiter][1]]
    twice = [name for name, times in Counter(header).items() if name and times > 1]
    if twice:
        raise Unusable(f"{path} has two columns named '{twice[0]}': rename one.")
    return delimiter, [name or f"column {number}" for number, name in enumerate(header, 1)]


def _row_by_row(path: Path, text: bytes, delimiter: str, header: list[str]) -> pl.DataFrame:
    """The slower way, which knows what is wrong and where."""
    rows: list[list[str]] = []
    begun = ended = 0
    lines = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter)
    try:
        for row in lines:
            begun, ended = ended, lines.line_num
            if not row:
                continue
            if len(row) > len(header):
                raise Unusable(
                    f"{path}, line {lines.line_num}: {len(row)} cells where the header names {len(header)} columns; "
                    "quote values that hold a delimiter."
                )
            rows.append(row + [""] * (len(header) - len(row)))
    except csv.Error as error:
        raise Unusable(f"{path}, line {lines.line_num}: {error}.") from None
    if ended - begun > 1 and text.count(b'"') % 2:
        raise Unusable(f"{path}, line {begun + 1}: a quote is opened here and never closed.")
    return pl.DataFrame(rows[1:], schema=dict.fromkeys(header, pl.String), orient="row")

"""CSV, gzipped CSV and Parquet to tables of texts, in which an empty cell is a missing one."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import Counter
from itertools import islice
from pathlib import Path

import polars as pl

from mdm.matchfile.errors import Unusable

DELIMITERS = ",;\t|"
PIECE = 1 << 20
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
            table = _csv(path, _text(path, start, notes))
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}.") from None
    if not len(table) and not empty:
        raise Unusable(f"{path} holds a header and no record.")
    trimmed = pl.all().str.strip_chars()
    table = table.select(pl.when(trimmed != "").then(trimmed).name.keep())
    return table.filter(~pl.all_horizontal(pl.all().is_null()))  # blank lines


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
    if column.dtype.is_float() and (column.drop_nulls() == column.drop_nulls().round()).all():
        column = column.cast(pl.Int64, strict=False)
    if isinstance(column.dtype, pl.List):
        elements = _texts(column.explode())
        return None if elements is None else column.cast(pl.List(pl.String)).list.join("; ")
    try:
        return column.cast(pl.String)
    except pl.exceptions.PolarsError:
        return None


def _text(path: Path, start: bytes, notes: list[str]) -> bytes:
    """The file's text as UTF-8 without a byte order mark."""
    raw = _unpacked(path) if start.startswith(b"\x1f\x8b") or path.suffix.lower() == ".gz" else path.read_bytes()
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        notes.append(f"{path.name} was read as UTF-16.")
        return raw.decode("utf-16", errors="replace").encode()
    raw = raw.removeprefix(BOM_UTF8)
    if b"\x00" in raw:
        raise Unusable(f"{path} is no text: give it as CSV (UTF-8), gzipped CSV or Parquet.")
    if _is_utf8(raw):
        return raw
    notes.append(f"{path.name} is not UTF-8 and was read as Windows-1252.")
    # five bytes mean nothing there, and are what Latin-1 says in practice
    return b"".join(_western(raw[at : at + PIECE]) for at in range(0, len(raw), PIECE))


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Unusable(f"{path} is no gzip file, or a damaged one: pack it again.") from None


def _is_utf8(raw: bytes) -> bool:
    """In pieces, so that a large file is not held twice."""
    decoder = getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(raw), PIECE):
            decoder.decode(raw[at : at + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _western(piece: bytes) -> bytes:
    try:
        return piece.decode("cp1252").encode()
    except UnicodeDecodeError:
        return piece.decode("latin-1").encode()


def _csv(path: Path, text: bytes) -> pl.DataFrame:
    if not text.strip():
        raise Unusable(f"{path} is empty.")
    text = text.lstrip(b"\r\n")
    delimiter, header = _header(path, text)
    try:
        return _parsed(text, delimiter, header)
    except pl.exceptions.PolarsError:
        return _row_by_row(path, text, delimiter, header)


def _parsed(text: bytes, delimiter: str, header: list[str]) -> pl.DataFrame:
    schema = dict.fromkeys(header, pl.String)
    table = pl.read_csv(text, has_header=False, separator=delimiter, schema=schema)
    return table.slice(1)


def _header(path: Path, text: bytes) -> tuple[str, list[str]]:
    """The delimiter, which is the one that parts the first two lines into most cells, and the names of the columns."""
    start = text[: 8 * PIECE].decode("utf-8", errors="ignore")
    found: dict[str, tuple[int, list[str]]] = {}
    for delimiter in DELIMITERS:
        try:
            rows = list(islice((row for row in csv.reader(io.StringIO(start), delimiter=delimiter) if row), 2))
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
    lines = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter)
    try:
        for row in lines:
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
    return pl.DataFrame(rows[1:], schema=dict.fromkeys(header, pl.String), orient="row")

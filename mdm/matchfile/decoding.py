"""Files of any usual encoding to text in UTF-8."""

from __future__ import annotations

import gzip
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from pathlib import Path

import polars as pl

from mdm.matchfile.errors import Unusable

PIECE = 1 << 20
WIDE = (("UTF-32", (BOM_UTF32_LE, BOM_UTF32_BE)), ("UTF-16", (BOM_UTF16_LE, BOM_UTF16_BE)))  # one begins as the other
OTHERS = {  # what people give by mistake, by how it begins
    b"PK\x03\x04": "is a workbook or an archive",
    b"<": "is a page or XML",
    b"[{": "is JSON",
    b"{": "is JSON",
}


def text(path: Path, start: bytes, notes: list[str]) -> bytes:
    """The file's text as UTF-8 without a byte order mark.

    Raises Unusable where it is no text, or another sort of file.
    """
    raw = _unpacked(path) if start.startswith(b"\x1f\x8b") or path.suffix.lower() == ".gz" else path.read_bytes()
    _refuse_others(path, raw)
    found = _utf8(path, raw, notes)
    return found if b"\n" in found else found.replace(b"\r", b"\n")  # lines of old Macintosh systems


def _refuse_others(path: Path, raw: bytes) -> None:
    begin = raw[:1000].removeprefix(BOM_UTF8).lstrip()
    for sign, told in OTHERS.items():
        if begin.startswith(sign):
            raise Unusable(f"{path} {told}: save it as CSV (UTF-8), gzipped CSV or Parquet.")


def _utf8(path: Path, raw: bytes, notes: list[str]) -> bytes:
    for name, marks in WIDE:
        if raw.startswith(marks):
            notes.append(f"{path.name} was read as {name}.")
            return raw.decode(name, errors="replace").encode()
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
    """In pieces of whole lines, so that a large file is not held twice."""
    begin = 0
    try:
        while begin < len(raw):
            end = raw.find(b"\n", begin + PIECE) + 1 or len(raw)
            pl.Series([raw[begin:end]]).cast(pl.String)
            begin = end
    except pl.exceptions.PolarsError:
        return False
    return True


def _western(piece: bytes) -> bytes:
    try:
        return piece.decode("cp1252").encode()
    except UnicodeDecodeError:
        return piece.decode("latin-1").encode()

"""Files of every state are read, or refused in one sentence."""

from __future__ import annotations

import datetime
import gzip

import polars as pl
import pytest

from mdm.matchfile import reading
from mdm.matchfile.errors import Unusable

READ = [
    ("plain", b'id,a\n1,x\n2,"y,\nz"\n', [("1", "x"), ("2", "y,\nz")]),
    ("bom", b"\xef\xbb\xbfid,a\n1,x\n", [("1", "x")]),
    ("semicolons", b"id;a, b\n1;x\n", [("1", "x")]),
    ("tabs", b"id\ta\n1\tx\n", [("1", "x")]),
    ("short row", b"id,a\n1\n2,z\n", [("1", None), ("2", "z")]),
    ("blank lines", b"\n\nid,a\r\n1,x\r\n\r\n2,y\r\n", [("1", "x"), ("2", "y")]),
    ("blanks are missing", b"id,a\n 1 , \n", [("1", None)]),
    ("quotes", b'id,a\n1,x "y"\n2,"a ""b"""\n', [("1", 'x "y"'), ("2", 'a "b"')]),
    ("numbers stay texts", b"id,a\n1,007\n", [("1", "007")]),
    ("lines of an old Macintosh", b"id,a\r1,x\r2,y\r", [("1", "x"), ("2", "y")]),
    ("a line for Excel", b"sep=;\r\nid;a,b\r\n1;x,y\r\n", [("1", "x,y")]),
    ("a value over two lines, a quote inside", b'id,a\n1,"x\ny"\n2,5" pipe\n', [("1", "x\ny"), ("2", '5" pipe')]),
    ("bars", b"id|a\n1|x\n", [("1", "x")]),
    ("10 MB", b"id,a\n1," + b"x" * 10_000_000 + b"\n", [("1", "x" * 10_000_000)]),
]


@pytest.mark.parametrize(("name", "raw", "rows"), READ, ids=[name for name, *_ in READ])
def test_read(tmp_path, name, raw, rows):
    path, notes = tmp_path / "file.csv", []
    path.write_bytes(raw)
    assert reading.read(path, notes).rows() == rows
    packed = tmp_path / "file.csv.gz"
    packed.write_bytes(gzip.compress(raw))
    assert reading.read(packed, notes).rows() == rows
    assert notes == []


@pytest.mark.parametrize(
    ("encoding", "value", "note"),
    [
        ("cp1252", "Müller – Söhne", "file.csv is not UTF-8 and was read as Windows-1252."),
        ("latin-1", "Ærø", "file.csv is not UTF-8 and was read as Windows-1252."),
        ("utf-16", "Жуков", "file.csv was read as UTF-16."),
        ("utf-32", "Жуков", "file.csv was read as UTF-32."),
    ],
)
def test_other_encodings_are_told(tmp_path, encoding, value, note):
    path, notes = tmp_path / "file.csv", []
    path.write_bytes(f"id,a\n1,{value}\n".encode(encoding))
    assert reading.read(path, notes).rows() == [("1", value)]
    assert notes == [note]


REFUSED = [
    ("x.csv", b"", "is empty."),
    ("x.csv", b"\r\n\n", "is empty."),
    ("x.csv", b"id,a\n", "holds a header and no record."),
    ("x.csv", b"id,a\n1,x\x00y\n", "is no text: give it as CSV (UTF-8), gzipped CSV or Parquet."),
    ("x.csv", b"id,a,a\n1,2,3\n", "has two columns named 'a': rename one."),
    ("x.csv", b"id,a\n1,x\n2,y,z\n", ", line 3: 3 cells where the header names 2 columns; quote values that hold a "),
    ("x.csv", b'id,a\n1,x\n2,"y\n3,z\n4,v\n', ", line 3: a quote is opened here and never closed."),
    ("x.csv", "id,a\n1,x\n".encode("utf-16-le"), "is no text: give it as CSV (UTF-8), gzipped CSV or Parquet."),
    ("x.xlsx", b"PK\x03\x04\x00\x00", "is a workbook or an archive: save it as CSV (UTF-8), gzipped CSV or Parquet."),
    ("x.csv", b"<!doctype html><p>no", "is a page or XML: save it as CSV"),
    ("x.json", b' [{"id": 1}]', "is JSON: save it as CSV"),
    ("x.json", gzip.compress(b'{"id": 1}\n{"id": 2}'), "is JSON: save it as CSV"),
    ("x.csv.gz", b"id,a\n1,2\n", "is no gzip file, or a damaged one: pack it again."),
    ("x.csv.gz", gzip.compress(b"id,a\n1,2\n" * 100)[:-12], "is no gzip file, or a damaged one: pack it again."),
    ("x.parquet", b"id,a\n1,2\n", "is no Parquet file, or a damaged one."),
    ("x.parquet", b"PAR1" + b"x" * 100, "is no Parquet file, or a damaged one."),
    ("x.parquet", b"", "is empty."),
]


@pytest.mark.parametrize(("name", "raw", "sentence"), REFUSED)
def test_refused(tmp_path, name, raw, sentence):
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(Unusable) as refused:
        reading.read(tmp_path / name, [])
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


def test_what_is_not_there_is_refused(tmp_path):
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(Unusable, match="cannot be read"):
            reading.read(path, [])


def test_what_other_tools_write_for_no_value_is_missing_and_told(tmp_path):
    path, notes = tmp_path / "file.csv", []
    path.write_bytes(b"id,a,b\n1,NULL,Null\n2,N/A,NaN\n3,\\N,x\nNULL,n/a,<NA>\n")
    assert reading.read(path, notes).rows() == [("1", None, "Null"), ("2", None, None), ("3", None, "x")]
    assert notes == ["file.csv: 7 values such as NULL, NaN or N/A were read as missing."]


def test_parquet_of_every_type_becomes_texts(tmp_path):
    path, notes = tmp_path / "file.parquet", []
    day = datetime.date(2020, 1, 2)
    zips = [60621.0, float("nan")]
    table = {"id": [1, 2], "zip": zips, "size": [1.5, 2.0], "day": [day, None], "all": [["a", "b"], None]}
    pl.DataFrame(table).write_parquet(path)
    assert reading.read(path, notes).rows() == [
        ("1", "60621", "1.5", "2020-01-02", "a; b"),
        ("2", None, "2.0", None, None),
    ]
    assert notes == []

"""Results to files: whole or not at all, and where they cannot be written, said before the work begins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from mdm.matchfile.errors import Unusable


def check(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Raises Unusable where a file could not be written, or would replace another one of this run."""
    taken = {path.resolve() for path in inputs}
    for path in outputs:
        folder = path.resolve().parent
        if not folder.is_dir():
            raise Unusable(f"{path} cannot be written: there is no folder {folder}.")
        if path.is_dir() or not os.access(folder, os.W_OK):
            raise Unusable(f"{path} cannot be written: name a file in a folder you may write to.")
        if path.resolve() in taken:
            raise Unusable(f"{path} is named twice: give each result a file of its own.")
        taken.add(path.resolve())


def table(path: Path, frame: pl.DataFrame) -> None:
    """A table as CSV, as gzipped CSV or as Parquet, by the name of the file."""
    draft = _draft(path)
    if path.suffix.lower() in (".parquet", ".pq"):
        frame.write_parquet(draft)
    elif path.suffix.lower() == ".gz":
        frame.write_csv(draft, compression="gzip", check_extension=False)
    else:
        frame.write_csv(draft)
    os.replace(draft, path)


def text(path: Path, content: str) -> None:
    """A text as UTF-8."""
    draft = _draft(path)
    draft.write_text(content, encoding="utf-8")
    os.replace(draft, path)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")

"""Answers of people, and questions for them: pairs of ids in a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from mdm.engine.matching.learned import Labels, Records
from mdm.matchfile import reading
from mdm.matchfile.errors import Unusable

ANSWERS = {
    **dict.fromkeys(("1", "1.0", "yes", "y", "true", "t", "same", "match"), True),
    **dict.fromkeys(("0", "0.0", "no", "n", "false", "f", "different", "distinct"), False),
}
COLUMNS = ("same", "match", "label", "answer", "is_match", "is_same")  # names the answers may stand under


def read(paths: Sequence[Path], records: Sequence[Records], notes: list[str]) -> Labels:
    """Answers of all files, each pair once. A row without an answer is skipped, one with unknown ids is told."""
    if not paths:
        return []
    found: dict[tuple[str, str], bool] = {}
    sides = [set(one.ids) for one in (records[0], records[-1])]
    unknown = 0
    for path in paths:
        for a, b, same in _rows(path, notes):
            if a not in sides[0] or b not in sides[1]:
                unknown += 1
                continue
            pair = (a, b) if len(records) > 1 or a < b else (b, a)
            if found.setdefault(pair, same) != same:
                raise Unusable(f"{path}: {a} and {b} are said to be the same and not the same.")
    if unknown:
        notes.append(f"{unknown} answers name ids that are not among the records; they were left out.")
    return [(a, b, same) for (a, b), same in found.items()]


def _rows(path: Path, notes: list[str]) -> list[tuple[str, str, bool]]:
    table = reading.read(path, notes, empty=True)
    named = [name for name in COLUMNS if name in table.columns]
    if not {"id_a", "id_b"} <= set(table.columns) or not named:
        raise Unusable(f"{path} needs the columns id_a, id_b and same (yes or no).")
    column = next((name for name in named if table[name].null_count() < len(table)), named[0])
    answers = table[column].str.to_lowercase()
    wrong = answers.drop_nulls().filter(~answers.drop_nulls().is_in(list(ANSWERS)))
    if len(wrong):
        raise Unusable(f"{path}: '{wrong[0]}' is no answer; write yes or no.")
    rows = table.select("id_a", "id_b", same=answers.replace_strict(ANSWERS, return_dtype=pl.Boolean)).drop_nulls()
    return list(rows.iter_rows())


def questions(asked: Sequence[tuple[str, str, float]], records: Sequence[Records]) -> pl.DataFrame:
    """A row for each pair: ids, an empty `same` to fill in, what the model thinks, and both records side by side."""
    ids = ("id_a", "id_b")
    schema = {"id_a": pl.String, "id_b": pl.String, "probability": pl.Float64}
    table = pl.DataFrame(asked, schema=schema, orient="row")
    shown = table.with_columns(pl.col("probability").round(4), same=pl.lit(None, pl.String))
    shown = shown.select(*ids, "same", "probability")
    for name, one in zip(ids, (records[0], records[-1]), strict=True):
        values = one.values.rename({column: f"{column} ({name[-1]})" for column in one.values.columns})
        shown = shown.join(values.with_columns(one.ids.alias(name)), on=name, how="left", maintain_order="left")
    sides = [f"{column} ({side})" for column in _names(records) for side in "ab"]
    return shown.select(*ids, "same", "probability", *(side for side in sides if side in shown.columns))


def _names(records: Sequence[Records]) -> list[str]:
    return list(dict.fromkeys(column for one in records for column in one.values.columns))

"""Runs of the engine with answers: it asks, the truth answers, in rounds, as a person with a file would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from mdm.engine.matching import learned
from mdm.engine.matching.learned import Options, Records, Result

ROUNDS = (30, 30, 30, 30, 30)


def run(records: Sequence[Records], one_to_one: str, labels: Any = (), options: Options | None = None) -> Result:
    """De-duplicate one table, link two."""
    options = options or Options()
    if len(records) == 1:
        return learned.deduplicate(records[0], labels=labels, options=options)
    return learned.link(records[0], records[1], one_to_one=one_to_one, labels=labels, options=options)  # type: ignore[arg-type]


def answered(
    records: Sequence[Records], one_to_one: str, truth: pl.DataFrame, options: Options, rounds: Sequence[int] = ROUNDS
) -> tuple[Result, list[tuple[str, str, bool]]]:
    """The result after all rounds of questions, and the answers given."""
    answer = _answers(truth)
    labels: list[tuple[str, str, bool]] = []
    result = run(records, one_to_one, labels, options)
    for count in rounds:
        labels += [(a, b, answer(a, b)) for a, b, *_ in result.ask(count)]
        result = run(records, one_to_one, labels, options)
    return result, labels


def _answers(truth: pl.DataFrame) -> Any:
    if "id_a" in truth.columns:
        true = set(truth.select("id_a", "id_b").iter_rows())
        return lambda a, b: (a, b) in true
    entity = dict(truth.select("id", "entity").iter_rows())
    return lambda a, b: entity[a] == entity[b]

"""One set, one run: F1, calibration and the zone that merges by itself, as the line of JSON."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import polars as pl

from mdm.engine.matching.learned import Options, Records, Result
from mdm.matchfile import fields, reading
from tests.bench.match import oracle, sets, truth
from tests.bench.match.sets import Set


def plain(one: Set, records: list[Records], true: pl.DataFrame, options: Options | None = None) -> dict[str, Any]:
    """Without labels."""
    started = time.perf_counter()
    result = oracle.run(records, one.one_to_one, options=options)
    seconds = round(time.perf_counter() - started, 2)
    return {"labels": 0, **_held(one, judged(result, true), "f1", one.floors[0]), "seconds": seconds}


def guessed(one: Set, data: Path) -> dict[str, Any]:
    """With kinds guessed instead of declared: the guesses that a person would have made too, and what they give."""
    paths, truth_path = sets.tables(one, data)
    tables = [reading.read(path, []) for path in paths]
    declared = dict(sets.fields(one))
    chosen = fields.settle(tables, "id", {})
    kinds = chosen.kinds | chosen.left_out
    wrong = {name: [str(kinds.get(name)), str(kind)] for name, kind in declared.items() if kinds.get(name) != kind}
    records = [sets.records(table, list(chosen.kinds.items())) for table in tables]
    found = judged(oracle.run(records, one.one_to_one), reading.read(truth_path, []))
    shown = {name: found[name] for name in ("f1", "precision", "recall")}
    return {
        **shown,
        "columns": len(declared),
        "guessed_otherwise": wrong,
        "further_columns": sorted(chosen.kinds.keys() - declared),
        "not_compared": sorted(chosen.left_out),
    }


def labelled(
    one: Set, records: list[Records], true: pl.DataFrame, seeds: int, ask: str = "informative"
) -> dict[str, Any]:
    """With 150 labels by its own questions: mean and worst of several seeds; calibration and zone of the worst."""
    runs = []
    for seed in range(seeds):
        result, labels = oracle.answered(records, one.one_to_one, true, Options(ask=ask, seed=seed))
        runs.append({"asked": len(labels), "yes": sum(same for *_, same in labels), **judged(result, true)})
    worst = min(runs, key=lambda run: run["f1"])
    mean = round(sum(run["f1"] for run in runs) / len(runs), 4)
    scores = {"labels": worst.pop("asked"), "seeds": seeds, "f1_mean": mean, **worst}
    return _held(one, scores, "f1_mean", one.floors[1])


def _held(one: Set, scores: dict[str, Any], name: str, floor: float | None) -> dict[str, Any]:
    """The scores, and which of the demands they hold: F1, the zone that merges by itself, calibration."""
    precision, share = scores["zone"]["precision"] or 0.0, scores["zone"]["share_of_true"]
    calibration = scores["calibration"]
    holds = {
        "f1": floor is None or scores[name] >= floor,
        "zone": precision >= one.zone[0] and share >= one.zone[1],
        "calibration": calibration["pairs"] < 200 or calibration["error"] <= 0.05,
    }
    return {**scores, "floor": floor, "holds": holds}


def judged(result: Result, true: pl.DataFrame) -> dict[str, Any]:
    """What a result is worth against the truth."""
    scored = truth.told(result.pairs, true)
    found = truth.of_links(result.links, true) if "id_a" in true.columns else truth.of_clusters(result.clusters, true)
    thresholds, candidates = result.summary["thresholds"], result.summary["candidates"]
    return {
        **found,
        "zone": truth.zone(scored, thresholds["match"], truth.true_pairs(true)),
        "calibration": truth.calibration(scored),
        "thresholds": thresholds,
        "candidates": candidates,
        "blocking_recall": result.summary["blocking_recall"],
        "phases": result.summary["seconds"],
        "one_to_one": result.summary.get("one_to_one"),
    }

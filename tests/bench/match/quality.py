"""One set, one run: F1, calibration and the zone that merges by itself, as the line of JSON."""

from __future__ import annotations

import time
from typing import Any

import polars as pl

from mdm.engine.matching.learned import Options, Records, Result
from tests.bench.match import oracle, truth
from tests.bench.match.sets import Set


def plain(one: Set, records: list[Records], true: pl.DataFrame, options: Options | None = None) -> dict[str, Any]:
    """Without labels."""
    started = time.perf_counter()
    result = oracle.run(records, one.one_to_one, options=options)
    seconds = round(time.perf_counter() - started, 2)
    scores = judged(result, true)
    floor = one.floors[0]
    return {"labels": 0, **scores, "floor": floor, "holds": floor is None or scores["f1"] >= floor, "seconds": seconds}


def labelled(
    one: Set, records: list[Records], true: pl.DataFrame, seeds: int, ask: str = "informative"
) -> dict[str, Any]:
    """With 150 labels by its own questions: mean and worst of several seeds; calibration and zone of the worst."""
    runs = []
    for seed in range(seeds):
        result, labels = oracle.answered(records, one.one_to_one, true, Options(ask=ask, seed=seed))
        runs.append({"asked": len(labels), "yes": sum(same for *_, same in labels), **judged(result, true)})
    worst = min(runs, key=lambda run: run["f1"])
    mean = sum(run["f1"] for run in runs) / len(runs)
    floor = one.floors[1]
    return {
        "labels": worst.pop("asked"),
        "seeds": seeds,
        "f1_mean": round(mean, 4),
        **worst,
        "floor": floor,
        "holds": floor is None or round(mean, 4) >= floor,
    }


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

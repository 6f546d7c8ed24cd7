"""What each part of the engine is worth, and what must not change a result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from mdm.engine.matching.learned import Options, Records
from mdm.matchfile import reading
from tests.bench.match import quality, sets
from tests.conftest import PROJECT


def ablation(one: sets.Set, records: list[Records], true: pl.DataFrame, seeds: int) -> Iterator[dict[str, Any]]:
    """Every part against its plain form: clustering, blocking, and (where labels are given) asking."""
    for name, plain, own in (("cluster", "components", "constrained"), ("blocking", "fixed", "learned")):
        f1, recall, candidates = {}, {}, {}
        for value in (own, plain):
            line = quality.plain(one, records, true, Options(**{name: value}))  # type: ignore[arg-type]
            f1[value], recall[value], candidates[value] = line["f1"], line["recall"], line["candidates"]
        yield {"part": "ablation", "of": name, "f1": f1, "recall": recall, "candidates": candidates,
               "gain": round(f1[own] - f1[plain], 4)}  # fmt: skip
    if one.floors[1] is not None:
        f1 = {}
        for ask in ("informative", "random", "threshold"):
            f1[ask] = quality.labelled(one, records, true, min(seeds, 3), ask)["f1_mean"]
        yield {"part": "ablation", "of": "ask", "f1": f1,
               "gain": round(f1["informative"] - max(f1["random"], f1["threshold"]), 4)}  # fmt: skip


def stability(one: sets.Set, data: Path) -> dict[str, Any]:
    """The command on the files as they are, and on files with rows shuffled and columns renamed under another hash
    seed: the same clusters or links."""
    paths, _ = sets.tables(one, data)
    with TemporaryDirectory() as folder:
        first = _found(one, paths, dict(sets.fields(one)), Path(folder) / "first.csv", "1")
        renamed = {name: f"c{number}" for number, (name, _) in enumerate(sets.fields(one))}
        others = [Path(folder) / f"other{number}.csv" for number in range(len(paths))]
        for path, other in zip(paths, others, strict=True):
            table = reading.read(path, []).sample(fraction=1, shuffle=True, seed=4)
            table.rename({name: new for name, new in renamed.items() if name in table.columns}).write_csv(other)
        kinds = {renamed[name]: kind for name, kind in sets.fields(one)}
        second = _found(one, others, kinds, Path(folder) / "second.csv", "2")
    return {"part": "stability", "same": first == second, "groups": len(first), "differ": len(first ^ second)}


def _found(one: sets.Set, paths: list[Path], kinds: dict[str, Any], out: Path, hash_seed: str) -> set[tuple[str, ...]]:
    """What the command found: members of each cluster, or the pairs."""
    argv = [sys.executable, "manage.py", "match_file", *paths, "--out", out]
    argv += [word for name, kind in kinds.items() for word in ("--field", f"{name}={kind}")]
    argv += ["--one-to-one", one.one_to_one] if one.links else []
    env = {**os.environ, "PYTHONHASHSEED": hash_seed}
    words = [str(word) for word in argv]
    done = subprocess.run(words, cwd=PROJECT, env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["records"]
    found = pl.read_csv(out, infer_schema=False)
    if one.links:
        return set(found.select("id_a", "id_b").iter_rows())
    members = found.group_by("cluster_id").agg(pl.col("id").sort())["id"]
    return {tuple(ids) for ids in members}

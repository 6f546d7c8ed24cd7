"""Whole processes, start to end: `manage.py match_file`, and Splink where SPLINK_PYTHON names a Python that has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from mdm.matchfile import reading
from tests.bench.match import sets, truth
from tests.conftest import PROJECT

PEER = Path(__file__).with_name("peer.py")


def ours(one: sets.Set, paths: Sequence[Path], true: pl.DataFrame) -> dict[str, Any]:
    """Wall seconds, memory and quality of the command without labels."""
    with TemporaryDirectory() as folder:
        out, scores = Path(folder) / "out.parquet", Path(folder) / "scores.parquet"
        argv = [sys.executable, PROJECT / "manage.py", "match_file", *paths, "--out", out, "--scores", scores]
        argv += [word for name, kind in sets.fields(one) for word in ("--field", f"{name}={kind}")]
        argv += ["--one-to-one", one.one_to_one] if one.links else []
        seconds, line = _timed(argv)
        found, pairs = pl.read_parquet(out), truth.told(pl.read_parquet(scores), true)
    scored = truth.of_links(found, true) if one.links else truth.of_clusters(found, true)
    return {
        "tool": "goldenrod",
        **scored,
        "seconds": seconds,
        "peak_mb": line["peak_mb"],
        "phases": line["seconds"],
        "calibration": truth.calibration(pairs),
    }


def splink(one: sets.Set, paths: Sequence[Path], true: pl.DataFrame, python: str) -> dict[str, Any]:
    """The same of Splink: at the threshold of its demos, and at that which the truth would pick."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out.parquet"
        seconds, line = _timed([python, PEER, one.name, out, *paths])
        found, pairs = pl.read_parquet(out), truth.told(pl.read_parquet(f"{out}.pairs"), true)
    judged = {
        threshold: (truth.of_links if one.links else truth.of_clusters)(part.drop("threshold"), true)
        for (threshold,), part in found.group_by("threshold", maintain_order=True)
    }
    best = max(judged, key=lambda threshold: judged[threshold]["f1"])
    return {
        "tool": "splink",
        **judged[0.95],
        "best": {"threshold": best, "f1": judged[best]["f1"]},
        "seconds": round(seconds - line["judged"], 2),
        "peak_mb": line["peak_mb"],
        "phases": line["seconds"],
        "calibration": truth.calibration(pairs),
    }


def beside(one: sets.Set, paths: Sequence[Path], truth_path: Path) -> list[dict[str, Any]]:
    """A line for each tool, and how many times faster and smaller ours is."""
    true = reading.read(truth_path, [])
    lines = [ours(one, paths, true)]
    python = os.environ.get("SPLINK_PYTHON")
    if python:
        lines.append(splink(one, paths, true, python))
        lines[0]["of_splink"] = {
            "seconds": round(lines[0]["seconds"] / lines[1]["seconds"], 3),
            "memory": round(lines[0]["peak_mb"] / lines[1]["peak_mb"], 3),
        }
    return lines


def _timed(argv: Sequence[object]) -> tuple[float, dict[str, Any]]:
    """Seconds of a process, and its last line. A failure is shown."""
    started = time.perf_counter()
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, cwd=PROJECT)
    seconds = round(time.perf_counter() - started, 2)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, argv[:3]))} failed:\n{done.stderr[-2000:]}")
    return seconds, json.loads(done.stdout.splitlines()[-1])

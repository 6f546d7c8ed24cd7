"""`make bench-match-live`: one new record against a large hub in PostgreSQL, and against 50,000 in memory.

A hub of 1,000,000 golden persons is made in bulk (a source record each, no history), a model is trained on it and
published, and its keys are written as the pipeline writes them. Then persons arrive one by one: copies of known ones
with errors, and strangers. The floors stand beside it: one indexed SELECT, one row written and committed.
Where DATA_DIR is given, the hub stays there and is used again.

Options: MATCH_PEOPLE (a folder with <number>/records.csv.gz and truth.csv.gz as tests/bench/match/people.py makes
them), BENCH_PEOPLE (which number, default 1430000), BENCH_GOLDEN (default 1000000), BENCH_REQUESTS (default 300),
SPLINK_PYTHON (a Python with splink, to stand beside).
"""

from __future__ import annotations

import json
import os
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import django

from tests.bench import folder  # noqa: F401

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from mdm import embedded, processes  # noqa: E402
from mdm.models import GoldenRecord, MatchKey, MatchModel  # noqa: E402
from tests.bench import bulk  # noqa: E402
from tests.bench.live import ask, crowd, fill, memory  # noqa: E402

ASKED = 10_000  # persons of each sort who may arrive; a model never learns from them


def main() -> None:
    people = os.environ.get("MATCH_PEOPLE")
    if not people:
        raise SystemExit("Set MATCH_PEOPLE to the folder of made persons; tests/bench/match/people.py makes them.")
    golden = int(os.environ.get("BENCH_GOLDEN", "1000000"))
    requests = int(os.environ.get("BENCH_REQUESTS", "300"))
    held = crowd.read(Path(people) / os.environ.get("BENCH_PEOPLE", "1430000"), golden, ASKED)
    with processes.stoppable(), embedded.start(Path(settings.DATA_DIR)):
        call_command("migrate", verbosity=0)
        if not GoldenRecord.objects.exists():
            made(held)
        tell(bench="hub", golden=GoldenRecord.objects.count(), keys=MatchKey.objects.count(), **ask.size())
        for line in ask.lines(held, requests):
            tell(**line)
    for line in memory.lines(held, requests):
        tell(**line)


def made(held: crowd.Crowd) -> None:
    """The hub, and how long each part of it took."""
    laps = [time.perf_counter()]
    cells = fill.fill(held)
    laps.append(time.perf_counter())
    fill.train(held, cells)
    laps.append(time.perf_counter())
    fill.index(cells)
    bulk.settle()
    laps.append(time.perf_counter())
    took = {name: round(b - a, 1) for name, (a, b) in zip(("records", "train", "keys"), pairwise(laps), strict=True)}
    tell(bench="fill", seconds=took, model=MatchModel.objects.get().figures)


def tell(**line: Any) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

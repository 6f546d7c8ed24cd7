"""`python -m tests.bench.match [--set NAME] [--only PART] [--seeds 5]`; MATCH_DATA names the folder of the sets.

Parts:
    plain      no labels, in this process: F1, zone, calibration
    guessed    kinds guessed from values instead of declared: which differ, and the quality they give
    labelled   150 answers to its own questions in rounds, mean and worst of the seeds
    ablation   parts of the engine against their plain forms
    stability  rows shuffled, columns renamed, another hash seed: the same result
    whole      the command as a process, and Splink beside it where SPLINK_PYTHON names a Python that has it
    million    100,000 and 1,000,000 persons the same way, and how the cost grows; made with GECKO_PYTHON (a Python with
               gecko-syndata), or ready in MATCH_PEOPLE/100000 and MATCH_PEOPLE/1000000
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.match import million, parts, quality, sets, whole

PARTS = ("plain", "guessed", "labelled", "ablation", "stability", "whole", "million")


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.bench.match")
    parser.add_argument("--set", action="append", choices=[one.name for one in sets.SETS], dest="names")
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    data = os.environ.get("MATCH_DATA")
    if not data:
        sys.exit("Set MATCH_DATA to the folder of the labelled sets.")
    chosen = given.only or PARTS
    for one in sets.SETS:
        if given.names is None or one.name in given.names:
            for line in _lines(one, Path(data), chosen, given.seeds):
                _tell(set=one.name, **line)
    if "million" in chosen:
        for line in million.lines(Path(data)):
            _tell(set="people", part="million", **line)


def _lines(one: sets.Set, data: Path, chosen: Any, seeds: int) -> Iterator[dict[str, Any]]:
    records, true = sets.load(one, data)
    if "plain" in chosen:
        yield {"part": "plain", **quality.plain(one, records, true)}
    if "guessed" in chosen:
        yield {"part": "guessed", **quality.guessed(one, data)}
    if "labelled" in chosen and one.floors[1] is not None:
        yield {"part": "labelled", **quality.labelled(one, records, true, seeds)}
    if "ablation" in chosen:
        yield from parts.ablation(one, records, true, seeds)
    if "stability" in chosen:
        yield parts.stability(one, data)
    if "whole" in chosen:
        paths, truth_path = sets.tables(one, data)
        for line in whole.beside(one, paths, truth_path):
            yield {"part": "whole", **line}


def _tell(**line: Any) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

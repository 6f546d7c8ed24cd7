"""`python -m tests.bench.match [--set NAME] [--only PART] [--seeds 5]`; MATCH_DATA names the folder of the sets.

Parts: plain (no labels), labelled (150 answers to its own questions).
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.match import quality, sets

PARTS = ("plain", "labelled")


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.bench.match")
    parser.add_argument("--set", action="append", choices=[one.name for one in sets.SETS], dest="names")
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    data = os.environ.get("MATCH_DATA")
    if not data:
        sys.exit("Set MATCH_DATA to the folder of the labelled sets.")
    for one in sets.SETS:
        if given.names is None or one.name in given.names:
            for line in _lines(one, Path(data), given.only or PARTS, given.seeds):
                print(json.dumps({"set": one.name, **line}), flush=True)


def _lines(one: sets.Set, data: Path, parts: Any, seeds: int) -> Iterator[dict[str, Any]]:
    records, true = sets.load(one, data)
    if "plain" in parts:
        yield {"part": "plain", **quality.plain(one, records, true)}
    if "labelled" in parts:
        yield {"part": "labelled", **quality.labelled(one, records, true, seeds)}


if __name__ == "__main__":
    main()

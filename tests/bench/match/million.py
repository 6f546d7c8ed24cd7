"""100,000 and 1,000,000 persons of the gecko kind: the command beside Splink, and how the cost grows."""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.match import sets, whole

PEOPLE = Path(__file__).with_name("people.py")
SIZES = (100_000, 1_000_000)


def lines(data: Path) -> Iterator[dict[str, Any]]:
    """A line for each size and tool, then the exponent: log of the ratio of seconds over log of that of records."""
    one, ours = sets.find("gecko_persons_100k"), []
    for size in SIZES:
        folder = _people(data, size)
        for line in whole.beside(one, [folder / "records.csv.gz"], folder / "truth.csv.gz"):
            yield {"records": size, **line}
            ours += [line] if line["tool"] == "goldenrod" else []
    seconds = [sum(line["phases"].values()) for line in ours]
    exponent = math.log(seconds[1] / seconds[0]) / math.log(SIZES[1] / SIZES[0])
    yield {"exponent": round(exponent, 3), "holds": exponent <= 1.15}


def _people(data: Path, size: int) -> Path:
    """Ready ones in MATCH_PEOPLE/<size>, else made now with GECKO_PYTHON."""
    ready = os.environ.get("MATCH_PEOPLE")
    folder = Path(ready or tempfile.gettempdir()) / str(size)
    if not (folder / "truth.csv.gz").exists():
        python = os.environ.get("GECKO_PYTHON")
        if not python:
            raise SystemExit("Set GECKO_PYTHON to a Python with gecko-syndata, or MATCH_PEOPLE to ready files.")
        small = data / "gecko_persons_100k" / "records.csv.gz"
        subprocess.run([python, PEOPLE, small, str(size), folder], check=True)
    return folder

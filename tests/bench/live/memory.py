"""The engine alone: one new record against 50,000 in memory; beside it Splink, if SPLINK_PYTHON names its Python."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Options, Records, deduplicate
from mdm.engine.matching.learned.published import Index, freeze
from tests.bench.live import ask, crowd

COUNT = 50_000
FASTER = 50
KINDS = {
    "first_name": Kind.GIVEN_NAME, "gender": Kind.CATEGORY, "last_name": Kind.FAMILY_NAME, "dob": Kind.DATE,
    "street": Kind.STREET, "city": Kind.CITY, "postcode": Kind.POSTCODE, "house_no": Kind.HOUSE_NUMBER,
    "email": Kind.EMAIL, "phone": Kind.PHONE,
}  # fmt: skip
PEER = Path(__file__).with_name("alone.py")


def lines(people: crowd.Crowd, requests: int) -> Iterator[dict[str, Any]]:
    """Our line, Splink's, and how many times as fast we are."""
    some = people.known.head(7 * COUNT // 10)
    copies = people.learnt.join(some.select("entity"), on="entity", how="semi", maintain_order="left")
    rows = pl.concat([some, copies]).head(COUNT).select("id", *KINDS)
    asked = people.copies.head(requests)
    records = Records(rows["id"], tuple(Column(*one) for one in KINDS.items()), rows.select(*KINDS))
    index = Index(freeze(deduplicate(records, options=Options(keys=True)), "persons 1"))
    index.put(dict(zip(rows["id"].to_list(), rows.select(*KINDS).to_dicts(), strict=True)))
    new = iter(asked.select(*KINDS).to_dicts())
    found = ask.figures(ask.timed(lambda: index.match(next(new)), len(asked))[ask.WARM :])
    yield {"bench": f"one record against {len(rows)} in memory", "tool": "goldenrod", **found}
    if python := os.environ.get("SPLINK_PYTHON"):
        theirs = _splink(python, rows, asked)
        yield {"bench": f"one record against {len(rows)} in memory", "tool": "splink", **theirs}
        ratio = round(theirs["p50"] / found["p50"], 1)
        yield {"bench": "times as fast as splink", "ratio": ratio, "budget": FASTER, "holds": ratio >= FASTER}


def _splink(python: str, known: pl.DataFrame, asked: pl.DataFrame) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("known.csv", "asked.csv")]
        known.write_csv(paths[0])
        asked.select("id", *KINDS).head(40).write_csv(paths[1])
        done = subprocess.run([python, PEER, *paths], check=True, capture_output=True, text=True)
    return ask.figures(json.loads(done.stdout.splitlines()[-1]))

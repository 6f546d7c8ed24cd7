"""Persons as a hub stores them: each in the cells of a source record and as texts of the learned model.

Of persons with duplicates the first is in the hub; the others, with all their errors, are the ones that arrive.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from signal import SIG_DFL, SIGTERM, signal
from typing import Any

import polars as pl

from mdm.contracts import SourceChange
from mdm.engine.matching.learned import statements
from mdm.engine.values import Cell, Statement
from mdm.models import Connection, SourceRecord
from mdm.pipeline import match, receive
from mdm.rules import Rules
from tests.factories import START

CHUNK = 5000
Attributes = dict[str, Any]


@dataclass(frozen=True)
class Crowd:
    """`known`: rows of the persons in the hub; `copies`: of others, with the id of the person in the hub they are;
    `strangers`: of persons nobody in the hub is. A model learns from `known` and `learnt`, never from who arrives."""

    known: pl.DataFrame
    learnt: pl.DataFrame
    copies: pl.DataFrame
    strangers: pl.DataFrame


def read(folder: Path, count: int, asked: int) -> Crowd:
    """So many persons for the hub, and up to `asked` of each sort that arrives. Raises SystemExit for too few."""
    records = pl.read_csv(folder / "records.csv.gz", infer_schema=False)
    truth = pl.read_csv(folder / "truth.csv.gz", infer_schema=False)
    both = records.join(truth, on="id", maintain_order="left")
    first = both.unique("entity", keep="first", maintain_order=True)
    if len(first) < count:
        raise SystemExit(f"{folder} holds {len(first)} different persons; {count} are asked for.")
    known = first.head(count)
    more = both.join(known.select("id"), on="id", how="anti")
    copies = more.join(known.select("entity", person="id"), on="entity", maintain_order="left")
    mixed = copies.sample(fraction=1.0, shuffle=True, seed=1)
    return Crowd(known, mixed.slice(asked).select(known.columns), mixed.head(asked), first.slice(count).head(asked))


def attributes(row: dict[str, str | None]) -> Attributes:
    """One person as a system would send it."""
    parts = {name: row.get(name) for name in ("city", "postcode")}
    street = " ".join(filter(None, (row["street"], row["house_no"])))
    address = {name: value for name, value in {"street": street, **parts, "country": "DE"}.items() if value}
    said = {
        "party_type": "person",
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "born": row["dob"],
        "emails": [row["email"]] if row["email"] else None,
        "phones|main": row["phone"],
        "addresses|bill_to": address if len(address) > 1 else None,
    }
    return {name: value for name, value in said.items() if value}


def change(row: dict[str, str | None], run: str = "") -> SourceChange:
    """The snapshot in which it arrives."""
    return SourceChange(
        connection="crm",
        object_type="Account",
        external_id=f"{run}{row['id']}",
        entity="customer",
        kind="snapshot",
        source_time=START,
        observed_at=START,
        attributes=attributes(row),
        raw={},
    )


def spread(work: Callable[[Any], list[Any]], what: Sequence[Any], book: Rules) -> Iterator[Any]:
    """What `work` makes of each, by all processors and in their order; it finds the rules by `given`."""
    _given["book"] = book
    # The handlers of a bench that stops cleanly are not for its workers: they would outlive their pool.
    with Pool(initializer=signal, initargs=(SIGTERM, SIG_DFL)) as pool:
        for done in pool.imap(work, (what[at : at + CHUNK] for at in range(0, len(what), CHUNK))):
            yield from done


def cells(rows: Sequence[dict[str, str | None]]) -> list[str]:
    """The cells of each person's source record as JSON."""
    crm = Connection(country="DE")
    found = (receive.standardised(change(row), given(), crm) for row in rows)
    return [
        json.dumps({key: Cell(value, Statement(value, START)).to_json() for key, value in one.items()}) for one in found
    ]


def texts(held: Sequence[str]) -> list[dict[str, str]]:
    """What records with these cells say, by column of the learned model."""
    return [statements.texts(given().said(_record(one))) for one in held]


def keys(held: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each the model and key of all its rows of the match index, as the pipeline makes them."""
    found = []
    for one in map(_record, held):
        own = match.keys(one, given())
        found.append([*((given().numbers["customer"], key) for key in own), *match.beside(one, given())])
    return found


def _record(held: str) -> SourceRecord:
    return SourceRecord(entity="customer", cells=json.loads(held))


def given() -> Rules:
    """The rules the processes of `spread` share."""
    book: Rules = _given["book"]
    return book


_given: dict[str, Any] = {}

"""One run of `match_file`: read, match, write, and tell."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from mdm.engine.matching import learned
from mdm.engine.matching.learned import Labels, Records, Result
from mdm.engine.matching.learned.records import ordered
from mdm.matchfile import fields, labels, reading, writing
from mdm.matchfile.errors import Unusable
from mdm.matchfile.report import page
from mdm.matchfile.report.source import Source

Progress = Callable[[str, float], None]  # phase, share of it that is done


@dataclass(frozen=True)
class Job:
    """What was asked for on the command line; outputs that are None are not written."""

    records: Path
    other: Path | None = None
    fields: Sequence[str] = ()
    identifier: str = "id"
    labels: Sequence[Path] = ()
    ask: int = 0
    ask_out: Path | None = None
    one_to_one: Literal["auto", "yes", "no"] = "auto"
    out: Path | None = None
    scores: Path | None = None
    report: Path | None = None

    @property
    def inputs(self) -> list[Path]:
        return [self.records, *([self.other] if self.other else [])]


@dataclass
class Told:
    """What is known beside the result: kinds, notes, seconds by phase."""

    columns: fields.Choice = field(default_factory=fields.Choice)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def run(job: Job, progress: Progress) -> dict[str, Any]:
    """The line about the run, as data. Raises Unusable."""
    _check(job)
    told, started = Told(), time.perf_counter()
    progress("read", 0)
    records = _records(job, told)
    ids = records[0].ids
    records = [ordered(one) for one in records]  # early, so that the file's order is not held beside that of ids
    answers = labels.read(job.labels, records, told.notes)
    told.seconds["read"] = time.perf_counter() - started
    result = _matched(job, records, answers, progress)
    summary = result.summary
    told.seconds.update(summary["seconds"])
    told.notes += summary["notes"]
    started = time.perf_counter()
    progress("write", 0)
    _write(job, ids, records, answers, result, told)
    told.seconds["write"] = time.perf_counter() - started
    return _line(job, summary, told)


def _check(job: Job) -> None:
    if bool(job.ask) != bool(job.ask_out):
        raise Unusable("--ask and --ask-out go together: how many pairs to ask about, and the file to write them to.")
    if job.ask < 0:
        raise Unusable("--ask is the number of pairs to ask about: 1 or more.")
    if job.one_to_one != "auto" and not job.other:
        raise Unusable("--one-to-one is for two files: name the OTHER one.")
    outputs = [path for path in (job.out, job.scores, job.report, job.ask_out) if path]
    writing.check(outputs, [*job.inputs, *job.labels])


def _records(job: Job, told: Told) -> list[Records]:
    declared = fields.parse(job.fields)
    tables = [reading.read(path, told.notes) for path in job.inputs]
    for path, table in zip(job.inputs, tables, strict=True):
        fields.with_id(path, table, job.identifier)
    told.columns = fields.settle(tables, job.identifier, declared)
    if left := list(told.columns.left_out):
        more = f" and {len(left) - 10} more" if len(left) > 10 else ""
        told.notes.append(
            f"Columns that tell little were not compared: {', '.join(left[:10])}{more}. "
            "Declare what to compare with --field."
        )
    records = [
        fields.records(path, table, job.identifier, told.columns.kinds, told.notes)
        for path, table in zip(job.inputs, tables, strict=True)
    ]
    if not set.intersection(*({column.kind for column in one.columns} for one in records)):
        raise Unusable("The two files have no columns of the same kind: name them with --field COLUMN=KIND.")
    return records


def _matched(job: Job, records: Sequence[Records], answers: Labels, progress: Progress) -> Result:
    if len(records) == 1:
        return learned.deduplicate(records[0], labels=answers, progress=progress)
    return learned.link(records[0], records[1], one_to_one=job.one_to_one, labels=answers, progress=progress)


def _write(
    job: Job, ids: pl.Series, records: Sequence[Records], answers: Labels, result: Result, told: Told
) -> None:
    if job.out:
        writing.table(job.out, result.links if job.other else _in_order(ids, result))
    if job.scores:
        writing.table(job.scores, result.pairs.select("id_a", "id_b", "weight", "probability"))
    if job.ask_out:
        writing.table(job.ask_out, labels.questions(result.ask(job.ask), records))
    if job.report:
        writing.text(job.report, page.write(_source(job, records, answers, result, told)))


def _in_order(ids: pl.Series, result: Result) -> pl.DataFrame:
    """The cluster of each record, in the order of the file."""
    place = np.empty(len(ids), np.int64)
    place[ids.arg_sort().to_numpy()] = np.arange(len(ids))  # clusters stand in the order of ids
    return result.clusters[place]


def _source(job: Job, records: Sequence[Records], answers: Labels, result: Result, told: Told) -> Source:
    names = [path.name for path in job.inputs]
    return Source(names, records, result, answers, told.columns.kinds, told.columns.guessed, told.notes, told.seconds)


def _line(job: Job, summary: dict[str, Any], told: Told) -> dict[str, Any]:
    found = "links" if job.other else "clusters"
    return {
        "records": summary["records"],
        "candidates": summary["candidates"],
        "blocking_recall": _rounded(summary["blocking_recall"]),
        "pairs": summary["pairs"],
        found: summary[found],
        "thresholds": summary["thresholds"],
        **({"one_to_one": summary["one_to_one"]} if job.other else {}),
        "kinds": {name: str(kind) for name, kind in (told.columns.kinds | told.columns.left_out).items()},
        "guessed": list(told.columns.guessed),
        "not_compared": list(told.columns.left_out),
        "notes": told.notes,
        "seconds": {phase: round(seconds, 3) for phase, seconds in told.seconds.items()},
        "peak_mb": round(peak_mb()),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)


def peak_mb() -> float:
    """The most memory this process held, in MB. `resource` would count that of the parent before exec, too."""
    try:
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

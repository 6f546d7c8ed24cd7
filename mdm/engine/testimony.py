"""Fold the versions of one source record into what it holds and what it says.

Pure function of the *set* of versions: they are ordered by (source time, observed at, digest) before folding, so late,
repeated and shuffled arrivals end in the same state. A value the hub wrote is held but never stated.

`ours` says that the hub created the record: what it was first seen with is then the hub's writing too, but for the
attributes in `assigned`, which a system gives itself (its account number).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from mdm.engine.values import Cell, Json, Statement

Status = Literal["active", "deleted", "merged"]
Order = tuple[datetime, datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One accepted version: standardised attributes by text key; `sent` only where the hub itself wrote."""

    kind: str
    source_time: datetime
    observed_at: datetime
    digest: str
    attributes: Mapping[str, Json] = field(default_factory=dict)
    sent: Mapping[str, Json] | None = None
    merged_into: str = ""

    @property
    def order(self) -> Order:
        return (self.source_time, self.observed_at, self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A source record as its versions tell it; `head` is the order of the newest version folded in."""

    cells: Mapping[str, Cell] = field(default_factory=dict)
    status: Status = "active"
    merged_into: str = ""
    head: Order | None = None


EMPTY = State()


def fold(
    versions: Iterable[Version],
    before: State = EMPTY,
    *,
    ours: bool = False,
    assigned: AbstractSet[str] = frozenset(),
) -> State:
    """The state after all these versions, whatever order they come in; all must be newer than those in `before`."""
    state = before
    for version in sorted(versions, key=lambda version: version.order):
        state = _step(state, version, ours, assigned)
    return state


def _step(state: State, version: Version, ours: bool, assigned: AbstractSet[str]) -> State:
    if version.kind in ("delete", "merged"):
        status: Status = "merged" if version.kind == "merged" else "deleted"
        return replace(state, status=status, merged_into=version.merged_into, head=version.order)
    revived = version.kind == "snapshot"
    return State(
        cells=_cells(state, version, ours and state.head is None, assigned),
        status="active" if revived else state.status,
        merged_into="" if revived else state.merged_into,
        head=version.order,
    )


def _cells(state: State, version: Version, created: bool, assigned: AbstractSet[str]) -> dict[str, Cell]:
    cells = dict(state.cells)
    known = state.head is not None
    for key, value in version.attributes.items():
        if value is None and key not in cells:
            continue
        if key.partition("|")[0] not in assigned and (created or key in (version.sent or ())):
            cells[key] = _written(cells.get(key), value, (version.sent or {}).get(key))
        else:
            cells[key] = _heard(cells.get(key), value, version, known)
    for key, wanted in (version.sent or {}).items():
        if wanted is not None and key not in version.attributes:
            # Asked for and not taken: remembered, so that the same is not asked again.
            cells[key] = _written(cells.get(key), None, wanted)
    if version.kind == "snapshot":
        for key in cells.keys() - version.attributes.keys():
            if (version.sent or {}).get(key) is None:
                emptied = key in (version.sent or ())
                cells[key] = _written(cells[key], None, None) if emptied else _heard(cells[key], None, version, known)
    return cells


def _written(cell: Cell | None, value: Json, wanted: Json) -> Cell:
    """The hub wrote this: the system holds it, its own last word stands beside."""
    if cell is not None and cell.held == value:
        return replace(cell, sent=wanted)
    return Cell(value, cell.stated if cell else None, by_hub=True, sent=wanted)


def _heard(cell: Cell | None, value: Json, version: Version, known: bool) -> Cell:
    """The system was seen to hold this of its own; `known` says the record itself was seen before."""
    if cell is not None and cell.held == value:
        return cell
    if cell is None:
        return Cell(value, Statement(value, version.source_time, 1 if known else 0))
    run = cell.stated.run + 1 if cell.stated else 1
    return Cell(value, Statement(value, version.source_time, run))

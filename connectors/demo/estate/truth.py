"""Which native records are one party. Only the auditor reads it; the hub never sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

Record = tuple[str, str, str]  # connection, object type, external id
Pair = tuple[Record, Record]
KINDS = ("organisation", "person", "product")


@dataclass(frozen=True, slots=True)
class Party:
    """One real organisation, person or product and its records in all systems."""

    id: str
    kind: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Truth:
    """The parties, and which records carry which kinds of dirt.

    `labels`: record -> its kinds of dirt. `pairs`: kinds of dirt that lie between two records, of one party or of two.
    """

    parties: tuple[Party, ...]
    labels: dict[Record, tuple[str, ...]] = field(default_factory=dict)
    pairs: tuple[tuple[str, Record, Record], ...] = ()

    def party_of(self) -> dict[Record, Party]:
        """Record -> its party."""
        return {record: party for party in self.parties for record in party.records}

    def matches(self, kind: str) -> set[Pair]:
        """All pairs of records that are one party of this kind, each in the order of its records."""
        return {pair for party in self.parties if party.kind == kind for pair in combinations(sorted(party.records), 2)}

    def kinds(self) -> tuple[str, ...]:
        """The kinds of party there are, in the order of KINDS."""
        found = {party.kind for party in self.parties}
        return tuple(kind for kind in KINDS if kind in found)

    def dirt(self) -> list[str]:
        """All kinds of dirt there are."""
        return sorted({name for names in self.labels.values() for name in names} | {name for name, _, _ in self.pairs})

    def to_json(self) -> dict[str, Any]:
        """Plain lists and texts, for a file."""
        return {
            "parties": [[party.id, party.kind, [list(record) for record in party.records]] for party in self.parties],
            "labels": [[list(record), list(names)] for record, names in sorted(self.labels.items())],
            "pairs": [[name, list(a), list(b)] for name, a, b in self.pairs],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Truth:
        """The inverse of to_json."""
        return cls(
            tuple(Party(id, kind, tuple(_record(row) for row in records)) for id, kind, records in data["parties"]),
            {_record(row): tuple(names) for row, names in data["labels"]},
            tuple((name, _record(a), _record(b)) for name, a, b in data["pairs"]),
        )


def _record(row: list[str]) -> Record:
    connection, object_type, external_id = row
    return connection, object_type, external_id

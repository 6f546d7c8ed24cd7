"""What the record offices of all three systems share: order, stamps, and which record a sheet became."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from connectors.demo.estate.sheets import Sheet
from connectors.demo.estate.truth import Record
from connectors.demo.estate.world import Firm

NOW = datetime(2025, 12, 31, 18, tzinfo=UTC)  # the evening before the hub comes; fixed, for a seed gives one estate
Native = dict[str, Any]


class Register:
    """The records of one system as they are made from its sheets."""

    def __init__(self, system: str, rng: Random, filed: Iterable[Sheet]) -> None:
        self.rng = rng
        self.sheets = [sheet for sheet in filed if sheet.system == system]
        self.rng.shuffle(self.sheets)
        self.record_of: dict[int, Record] = {}
        self.of_firm: dict[str, list[str]] = {}

    @property
    def firms(self) -> list[Sheet]:
        """Sheets of firms, parents before their subsidiaries."""
        found = [sheet for sheet in self.sheets if isinstance(sheet.party, Firm)]
        return sorted(found, key=lambda sheet: isinstance(sheet.party, Firm) and sheet.party.parent is not None)

    @property
    def people(self) -> list[Sheet]:
        """Sheets of persons."""
        return [sheet for sheet in self.sheets if not isinstance(sheet.party, Firm)]

    def keep(self, sheet: Sheet, record: Record) -> None:
        """Remember what a sheet became."""
        self.record_of[id(sheet)] = record
        if isinstance(sheet.party, Firm):
            self.of_firm.setdefault(sheet.party.id, []).append(record[2])

    def home(self, firm: Firm | None) -> str | None:
        """The id of a firm's record here, of one of them where it has several."""
        return self.rng.choice(self.of_firm[firm.id]) if firm and firm.id in self.of_firm else None

    def stamp(self) -> str:
        """When a record was last changed."""
        return stamped(self.rng)


def stamped(rng: Random) -> str:
    """A moment of a last change: days to many months ago."""
    days = rng.choice((1, 1, 1, 3)) * rng.randrange(2, 240)
    return (NOW - timedelta(days=days, seconds=rng.randrange(86400))).isoformat()


def full(fields: Native) -> Native:
    """Without what is not known."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}

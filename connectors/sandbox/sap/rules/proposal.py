"""A record as somebody wants it to be, before the rules have looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.sap.errors import bad
from connectors.sandbox.sap.schema import Navigation
from connectors.sandbox.sap.settings import Settings
from connectors.sandbox.sap.store import Records, Row


@dataclass
class Proposal:
    """`row` holds the proposed values, `given` names those the caller sent, `before` is None for a new record.

    `via` is the navigation a new record came by; `seeding` is set while the estate is loaded, which may bring numbers.
    """

    records: Records
    row: Row
    given: frozenset[str]
    before: Mapping[str, Any] | None = None
    via: Navigation | None = None
    seeding: bool = False

    @property
    def new(self) -> bool:
        """Whether the record is about to be created."""
        return self.before is None

    @property
    def values(self) -> dict[str, Any]:
        """The proposed values, to be rewritten in place."""
        return self.row.values

    @property
    def parent(self) -> Row:
        """The record this one stands below."""
        assert self.row.parent is not None
        return self.row.parent

    @property
    def settings(self) -> Settings:
        """The system's customizing."""
        return self.records.settings

    def trim(self, *names: str) -> None:
        """Take blanks from both ends of some texts."""
        for name in names:
            self.values[name] = self.values[name].strip()

    def require(self, name: str, code: str, text: str) -> None:
        """Refuse where a property is empty."""
        if self.values[name] in ("", None):
            raise bad(code, text, name)

    def numbered(self, name: str, span: str, first: int) -> None:
        """Give a new record its number; only the load of the estate may bring its own."""
        if self.values[name] and not self.seeding:
            raise bad("R1/110", f"{name} is assigned by the system; leave it empty.", name)
        if self.values[name]:
            self.records.reserve(span, self.values[name])
        else:
            self.values[name] = self.records.number(span, first)

    def unchanged(self, *names: str) -> None:
        """Refuse where a property that is set for good is changed."""
        for name in names:
            if self.before is not None and self.values[name] != self.before[name]:
                raise bad("R1/112", f"{name} cannot be changed once the record exists.", name)

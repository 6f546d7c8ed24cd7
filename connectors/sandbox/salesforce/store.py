"""The records in memory, indexed by id, by external ids and references, and in the order of SystemModstamp.

A stored row is never changed in place: writing puts a new dict, so an undo is putting the old one back.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.salesforce.schema import OBJECTS, Field, SObject

Row = dict[str, Any]


def stamp(moment: datetime) -> str:
    """A moment as the API writes it; in this form the order of texts is the order of times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def folded(field: Field, value: Any) -> Any:
    """A value as the vendor compares it: the case of text counts only in ids and case-sensitive fields."""
    exact = not isinstance(value, str) or field.case_sensitive or field.type in ("id", "reference", "datetime")
    return value if exact else value.lower()


class Table:
    """The rows of one object, deleted ones included."""

    def __init__(self, sobject: SObject) -> None:
        self.sobject = sobject
        self.rows: dict[str, Row] = {}
        self.indexed = [field for field in sobject.fields.values() if field.external or field.relationship]
        self._by: dict[str, dict[Any, set[str]]] = {field.name: defaultdict(set) for field in self.indexed}
        self._stamps: list[tuple[str, str]] = []

    def put(self, id: str, row: Row | None) -> Row | None:
        """Store a row, or take it away with None; returns what was there."""
        old = self.rows.pop(id, None)
        if old is not None:
            self._unindex(id, old)
        if row is not None:
            self.rows[id] = row
            for field in self.indexed:
                self._by[field.name][folded(field, row.get(field.name))].add(id)
            insort(self._stamps, (row["SystemModstamp"], id))
        return old

    def _unindex(self, id: str, old: Row) -> None:
        for field in self.indexed:
            self._by[field.name][folded(field, old.get(field.name))].discard(id)
        del self._stamps[bisect_left(self._stamps, (old["SystemModstamp"], id))]

    def find(self, field: Field, value: Any) -> list[str]:
        """Ids of rows, deleted ones too, whose indexed field has that value; sorted."""
        return sorted(self._by[field.name].get(folded(field, value), ()))

    def live(self, field: Field, value: Any) -> list[str]:
        """The same without deleted rows."""
        return [id for id in self.find(field, value) if not self.rows[id].get("IsDeleted")]

    def since(self, moment: str) -> list[Row]:
        """Rows with a SystemModstamp of that or later, in the order of (SystemModstamp, Id)."""
        start = bisect_left(self._stamps, (moment, ""))
        return [self.rows[id] for _, id in self._stamps[start:]]


class Store:
    """All tables; `transaction` takes everything back when its block raises."""

    def __init__(self) -> None:
        self.tables = {name: Table(sobject) for name, sobject in OBJECTS.items()}
        self._journal: list[tuple[str, str, Row | None]] | None = None

    def table(self, name: str) -> Table:
        """The table of an object, by its name in any case."""
        return self.tables[name.lower()]

    def put(self, name: str, id: str, row: Row | None) -> None:
        """Store a row and remember how to undo it."""
        old = self.table(name).put(id, row)
        if self._journal is not None:
            self._journal.append((name, id, old))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block or nothing; blocks may nest, an inner one undoes its own part."""
        outer, self._journal = self._journal, []
        try:
            yield
        except BaseException:
            undo, self._journal = self._journal, None
            for name, id, old in reversed(undo):
                self.table(name).put(id, old)
            self._journal = outer
            raise
        else:
            done, self._journal = self._journal, outer
            if outer is not None:
                outer.extend(done)

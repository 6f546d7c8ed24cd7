"""How records look in answers: attributes first, relationships nested, compound addresses made from their parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.salesforce.schema import OBJECTS, Field, SObject
from connectors.sandbox.salesforce.store import Row, Store

_PARTS = ("City", "Country", "GeocodeAccuracy", "Latitude", "Longitude", "PostalCode", "State", "Street")


def value(row: Row, column: Field) -> Any:
    """A column's value; a compound address is null where all its parts are."""
    if column.type != "address":
        return row[column.name]
    prefix = column.name.removesuffix("Address")
    parts = {part[0].lower() + part[1:]: row[prefix + part] for part in _PARTS}
    return parts if any(part is not None for part in parts.values()) else None


@dataclass
class Children:
    """A subquery: the name of the relationship, what is shown, and the rows of one parent."""

    name: str
    shape: Shape
    rows: Callable[[str], list[Row]]


@dataclass
class Shape:
    """Which columns an answer shows, those of the records it refers to by relationship, and its subqueries."""

    sobject: SObject
    columns: list[Field] = field(default_factory=list)
    related: dict[str, tuple[Field, Shape]] = field(default_factory=dict)
    children: list[Children] = field(default_factory=list)

    def add(self, path: list[Field]) -> None:
        """Show the column at the end of a path of references."""
        step = path[0]
        if len(path) == 1:
            if step not in self.columns:
                self.columns.append(step)
            return
        target = OBJECTS[step.refers.lower()]
        self.related.setdefault(step.relationship, (step, Shape(target)))[1].add(path[1:])

    def render(self, store: Store, row: Row, base: str) -> dict[str, Any]:
        """The record as JSON; `base` is the path of the API version, for its address."""
        url = f"{base}/sobjects/{self.sobject.name}/{row['Id']}"
        shown: dict[str, Any] = {"attributes": {"type": self.sobject.name, "url": url}}
        for column in self.columns:
            shown[column.name] = value(row, column)
        for name, (reference, shape) in self.related.items():
            other = store.table(reference.refers).rows.get(row[reference.name] or "")
            shown[name] = None if other is None else shape.render(store, other, base)
        for inner in self.children:
            rows = [inner.shape.render(store, row, base) for row in inner.rows(row["Id"])]
            shown[inner.name] = {"totalSize": len(rows), "done": True, "records": rows} if rows else None
        return shown


def whole(sobject: SObject) -> Shape:
    """Every column."""
    return Shape(sobject, list(sobject.fields.values()))

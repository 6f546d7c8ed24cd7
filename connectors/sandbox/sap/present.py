"""Records as the service's JSON."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.sap import paths
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.literals import TO_JSON
from connectors.sandbox.sap.query import Shape
from connectors.sandbox.sap.schema import Navigation
from connectors.sandbox.sap.store import Row

WRITERS = {
    name: [(one.name, TO_JSON.get(one.type)) for one in entity.properties.values()] for name, entity in ENTITIES.items()
}


# What a create tells even where it answers as sent.
GIVEN = frozenset("BusinessPartner Customer BusinessPartnerUUID AddressID AddressUUID RelationshipNumber"
    " Product ConditionRecord".split())


def properties(row: Row, select: set[str] | None = None) -> dict[str, Any]:
    """The record's own properties as JSON values."""
    values = row.values
    return {
        name: values[name] if write is None else write(values[name])
        for name, write in WRITERS[row.entity.name]
        if select is None or name in select
    }


def record(row: Row, shape: Shape, base: str) -> dict[str, Any]:
    """The record with `__metadata`, expanded navigations and links to the others. `base` is the service's address."""
    entity = row.entity
    uri = f"{base}/{entity.name}{paths.predicate(entity, row.key)}"
    about = {"id": uri, "uri": uri, "type": f"{entity.service}.{entity.type_name}"}
    if entity.tag:
        about["etag"] = row.etag
    shown = {"__metadata": about, **properties(row, shape.select)}
    for one in entity.navigation.values():
        if one.name in shape.expand:
            shown[one.name] = _expanded(row, one, shape.expand[one.name], base)
        elif shape.select is None or one.name in shape.select:
            shown[one.name] = {"__deferred": {"uri": f"{uri}/{one.name}"}}
    return shown


def _expanded(row: Row, one: Navigation, shape: Shape, base: str) -> Any:
    found = row.along(one)
    if one.many:
        return {"results": [record(child, shape, base) for child in found]}
    return record(found[0], shape, base) if found else None


def as_sent(row: Row, payload: dict[str, Any], shown: dict[str, Any]) -> None:
    """Take from an answer what was neither sent nor is a number just given: no computed value, no entity tag."""
    entity = row.entity
    shown["__metadata"].pop("etag", None)
    for name, write in WRITERS[entity.name]:
        if name in payload:
            shown[name] = payload[name]
        elif name not in GIVEN and name not in entity.inherits:
            initial = entity.properties[name].initial
            shown[name] = initial if write is None else write(initial)
    for name, sent in payload.items():
        if (one := entity.navigation.get(name)) and isinstance(shown.get(name), dict):
            below = shown[name]["results"] if one.many else [shown[name]]
            items = sent.get("results", [sent]) if isinstance(sent, dict) else sent
            for child, item, record_ in zip(row.along(one), items, below, strict=False):
                as_sent(child, item, record_)


def deep(row: Row) -> dict[str, Any]:
    """The record and everything below it as plain JSON, in the form load and create take."""
    shown = properties(row)
    for one in row.entity.navigation.values():
        if one.up:
            continue
        below = [deep(child) for child in row.along(one)]
        shown[one.name] = below if one.many else (below[0] if below else None)
    return shown

"""What a resource path leads to: records of a set, one record, or one of its navigations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.sap import paths
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import bad, missing, not_simulated
from connectors.sandbox.sap.filters import Node
from connectors.sandbox.sap.paths import Segment
from connectors.sandbox.sap.schema import Entity, Navigation
from connectors.sandbox.sap.store import Records, Row


@dataclass
class Resource:
    """The end of a path. `row` where it is one record; else `passing` gives the records a filter lets pass, in order.

    `above` and `via` are set for a collection reached by navigation, so that new records are made below it.
    """

    entity: Entity
    row: Row | None = None
    passing: Callable[[Node | None], list[Row]] = lambda node: []
    above: Row | None = None
    via: Navigation | None = None
    counted: bool = False


def find(records: Records, path: str, service: str) -> Resource:
    """Follow a path of a service; raises Refused where it leads nowhere."""
    segments = paths.parse(path)
    counted = segments[-1].name == "$count"
    first, *rest = segments[:-1] if counted else segments
    resource = _first(records, first, service)
    for segment in rest:
        resource = _step(resource, segment)
    if counted and resource.row is not None:
        raise bad("/IWBEP/CM_MGW_RT/036", "$count needs a collection.")
    resource.counted = counted
    return resource


def _first(records: Records, segment: Segment, service: str) -> Resource:
    if segment.name == "$batch":
        raise not_simulated("$batch")
    entity = ENTITIES.get(segment.name)
    if entity is None or entity.service != service:
        raise missing(segment.name)
    if segment.keys is None:
        return Resource(entity, passing=lambda node: records.passing(entity, node))
    row = records.find(entity.name, paths.key(entity, segment.keys))
    if row is None:
        raise missing(entity.name)
    return Resource(entity, row)


def _step(resource: Resource, segment: Segment) -> Resource:
    above, entity = resource.row, resource.entity
    if above is None:
        raise bad("/IWBEP/CM_MGW_RT/037", f"'{segment.name}' cannot follow a collection.")
    if segment.name in entity.properties or segment.name in ("$links", "$value"):
        raise not_simulated(f"Addressing '{segment.name}' of {entity.name}")
    via = entity.navigation.get(segment.name)
    if via is None:
        raise missing(segment.name)
    return _along(above, via, segment)


def _along(above: Row, via: Navigation, segment: Segment) -> Resource:
    target = ENTITIES[via.target]
    if via.many and segment.keys is None:
        return Resource(target, passing=lambda node: _below(above, via, node), above=above, via=via)
    found = above.along(via)
    if segment.keys is not None:
        key = paths.key(target, segment.keys)
        found = [row for row in found if row.key == key]
    if not found:
        raise missing(via.name)
    return Resource(target, found[0], above=above, via=via)


def _below(above: Row, via: Navigation, node: Node | None) -> list[Row]:
    rows = [row for row in above.along(via) if node is None or node.value(row.values)]
    return sorted(rows, key=lambda row: row.place)

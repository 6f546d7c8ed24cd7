"""The system query options of a read, checked against the entity set they are asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import Refused, bad
from connectors.sandbox.sap.schema import Entity

KNOWN = frozenset("$filter $select $expand $orderby $top $skip $inlinecount $skiptoken $format".split())


@dataclass
class Shape:
    """Which properties of a record are shown (None: all) and which navigations are followed, and how."""

    select: set[str] | None = None
    expand: dict[str, Shape] = field(default_factory=dict)


@dataclass
class Query:
    """One read. `after` is how many records earlier pages held."""

    shape: Shape
    filter: str = ""
    order: list[tuple[str, bool]] = field(default_factory=list)  # property, descending
    top: int | None = None
    skip: int = 0
    after: int = 0
    counted: bool = False


def parse(entity: Entity, options: Mapping[str, str]) -> Query:
    """The query of a request's options; raises Refused for an unknown option, name or number."""
    if unknown := [name for name in options if name.startswith("$") and name not in KNOWN]:
        raise bad("/IWBEP/CM_MGW_RT/023", f"System query option '{unknown[0]}' is not supported.")
    return Query(
        shape(entity, options.get("$select", ""), options.get("$expand", "")),
        filter=options.get("$filter", "").strip(),
        order=_order(entity, options.get("$orderby", "")),
        top=_number(options, "$top"),
        skip=_number(options, "$skip") or 0,
        after=_number(options, "$skiptoken") or 0,
        counted=_counted(options),
    )


def shape(entity: Entity, select: str, expand: str) -> Shape:
    """The tree of `$select` and `$expand` paths."""
    root = Shape()
    for path in _items(expand):
        _expand(entity, root, path)
    for path in _items(select):
        _select(entity, root, path)
    return root


def _expand(entity: Entity, here: Shape, path: str) -> None:
    for name in path.split("/"):
        if name not in entity.navigation:
            raise _unknown(entity, name, "$expand")
        here = here.expand.setdefault(name, Shape())
        entity = ENTITIES[entity.navigation[name].target]


def _select(entity: Entity, here: Shape, path: str) -> None:
    *steps, last = path.split("/")
    for name in steps:
        if name not in entity.navigation:
            raise _unknown(entity, name, "$select")
        if name not in here.expand:
            raise bad("/IWBEP/CM_MGW_RT/024", f"$select names '{path}', but $expand does not follow '{name}'.")
        here.select = here.select or set()
        here, entity = here.expand[name], ENTITIES[entity.navigation[name].target]
    if last == "*":
        here.select = (here.select or set()) | set(entity.properties) | set(entity.navigation)
        return
    if last not in entity.properties and last not in entity.navigation:
        raise _unknown(entity, last, "$select")
    here.select = (here.select or set()) | {last}


def _order(entity: Entity, text: str) -> list[tuple[str, bool]]:
    order = []
    for item in _items(text):
        name, _, direction = item.partition(" ")
        if name not in entity.properties:
            raise _unknown(entity, name, "$orderby")
        if direction.strip() not in ("", "asc", "desc"):
            raise bad("/IWBEP/CM_MGW_RT/025", f"$orderby '{item}' ends in neither asc nor desc.")
        order.append((name, direction.strip() == "desc"))
    return order


def _counted(options: Mapping[str, str]) -> bool:
    asked = options.get("$inlinecount", "none")
    if asked not in ("none", "allpages"):
        raise bad("/IWBEP/CM_MGW_RT/026", f"$inlinecount '{asked}' is neither none nor allpages.")
    return asked == "allpages"


def _number(options: Mapping[str, str], name: str) -> int | None:
    text = options.get(name)
    if text is None:
        return None
    if not text.isdigit():
        raise bad("/IWBEP/CM_MGW_RT/027", f"{name} '{text}' is not a whole number.")
    return int(text)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _unknown(entity: Entity, name: str, option: str) -> Refused:
    return bad("/IWBEP/CM_MGW_RT/028", f"{option} names '{name}', which {entity.type_name} does not have.", name)

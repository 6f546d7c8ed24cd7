"""The words in which an entity is declared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mdm.engine.kinds import Kind


class Shape(StrEnum):
    """ONE value; BY_CONTEXT one value per context; MANY a list by value (per context)."""

    ONE = "one"
    BY_CONTEXT = "by_context"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an entity.

    `group`: attributes of one group take their winner from the same source record.
    `assigned`: a system gives it itself, the hub never writes it.
    `coexist`: a system may rightly hold any member of the golden list; it is given the first only if it holds none.
    """

    name: str
    kind: Kind
    label: str
    shape: Shape = Shape.ONE
    group: str = ""
    coexist: bool = False
    assigned: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A mastered entity; `refs` are the relation ends its source records name by source key."""

    name: str
    label: str
    attributes: tuple[Attribute, ...]
    refs: tuple[str, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    @property
    def assigned(self) -> frozenset[str]:
        """Names of the attributes a system gives itself."""
        return frozenset(attribute.name for attribute in self.attributes if attribute.assigned)

    @property
    def is_relation(self) -> bool:
        return bool(self.refs)

"""The words in which an entity is declared."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    `identifies`: it says who or what a record is about, so that a learned model may compare it.
    `coexist`: a system may rightly hold any member of the golden list; it is given the first only if it holds none.
    """

    name: str
    kind: Kind
    label: str
    shape: Shape = Shape.ONE
    group: str = ""
    coexist: bool = False
    assigned: bool = False
    identifies: bool = True


@dataclass(frozen=True, slots=True)
class Entity:
    """What source records are of: a mastered entity, or a relation between golden records of one.

    `refs`: the relation ends its source records name by source key, and `ends` the mastered entity found there.
    `vouched_by`: the roles of which one must hold a golden record, else it is provisional.
    `withdrawn`: a blocked one is taken out of use in a system by an operation of its own (`block`), and nothing else
    is written there meanwhile.
    """

    name: str
    label: str
    attributes: tuple[Attribute, ...]
    refs: tuple[str, ...] = ()
    ends: str = ""
    vouched_by: frozenset[str] = frozenset()
    withdrawn: bool = False

    scalars: tuple[str, ...] = field(init=False, repr=False, compare=False)
    assigned: frozenset[str] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, Attribute] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        told: dict[str, object] = {
            "scalars": tuple(one.name for one in self.attributes if one.shape == Shape.ONE),
            "assigned": frozenset(one.name for one in self.attributes if one.assigned),
            "_by_name": {one.name: one for one in self.attributes},
        }
        for name, value in told.items():
            object.__setattr__(self, name, value)  # frozen: asked for with every record, so told once

    def attribute(self, name: str) -> Attribute | None:
        return self._by_name.get(name)

    def kind(self, name: str) -> Kind | None:
        """The kind of a declared attribute; None for one added at run time."""
        found = self.attribute(name)
        return found.kind if found else None

    @property
    def is_relation(self) -> bool:
        return bool(self.refs)

    @property
    def mastered(self) -> str:
        """The entity whose golden records this is about: itself, of a relation that at its ends."""
        return self.ends or self.name

"""The form in which entity sets are declared: properties, keys, navigation, and what may be done to records."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

PARTNERS, PRODUCTS, PRICES = "API_BUSINESS_PARTNER", "API_PRODUCT_SRV", "API_SLSPRICINGCONDITIONRECORD_SRV"
SERVICES = (PARTNERS, PRODUCTS, PRICES)
LINE = re.compile(r"(?P<name>\w+) (?P<type>\w+)(\((?P<facets>[\d,]+)\))?(?P<flags>( \w+)*)")
INITIAL: dict[str, Any] = {
    "String": "",
    "Boolean": False,
    "Time": 0,
    "Int16": 0,
    "Byte": 0,
    "Guid": "00000000-0000-0000-0000-000000000000",
}
# Stored without leading zeros and shown so, whatever zeros a caller sends (SAP's ALPHA conversion).
ALPHA = frozenset(
    "BusinessPartner Customer AddressID BusinessPartnerCompany BusinessPartnerPerson RelationshipNumber Person"
    " Product Material".split()
)
# Declared upper case by the vendor, but holding other systems' case-sensitive keys, which the API keeps as sent.
KEEPS_CASE = frozenset({"BPIdentificationNumber", "BusinessPartnerIDByExtSystem"})


@dataclass(frozen=True)
class Property:
    """One property. `fixed`: neither creatable nor updatable; `digits`: a number kept as text."""

    name: str
    type: str
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    key: bool = False
    upper: bool = False
    digits: bool = False
    date: bool = False
    fixed: bool = False

    @property
    def initial(self) -> Any:
        """What the system holds where nothing was entered: text is empty, dates are null."""
        if self.type == "Decimal":
            return Decimal(0).scaleb(-(self.scale or 0))
        return "0" if self.digits else INITIAL.get(self.type)

    @property
    def alpha(self) -> bool:
        """Whether leading zeros of a numeric value do not count."""
        return self.digits or self.name in ALPHA


@dataclass(frozen=True)
class Navigation:
    """One navigation property; `among` keeps the targets whose property holds one of the values.

    `up`: it leads to the record this one stands below.
    """

    name: str
    target: str
    many: bool = True
    among: tuple[str, tuple[str, ...]] | None = None
    up: bool = False


@dataclass(frozen=True)
class Entity:
    """One entity set. `parent` and `inherits` (ours -> the parent's property) say below what its records stand.

    `moves`: key properties that may be changed all the same.
    """

    name: str
    properties: dict[str, Property]
    navigation: dict[str, Navigation] = field(default_factory=dict)
    parent: str = ""
    inherits: dict[str, str] = field(default_factory=dict)
    indexed: tuple[str, ...] = ()
    creatable: bool = True
    deletable: bool = True
    service: str = PARTNERS
    moves: tuple[str, ...] = ()

    @property
    def type_name(self) -> str:
        """The entity type's name without the service."""
        return f"{self.name}Type"

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Names of the key properties, in the vendor's order."""
        return tuple(one.name for one in self.properties.values() if one.key)

    @cached_property
    def own_keys(self) -> tuple[str, ...]:
        """Key properties that tell records under one parent apart."""
        return tuple(name for name in self.keys if name not in self.inherits)

    @cached_property
    def initial(self) -> dict[str, Any]:
        """The values of a record nobody has filled yet; copy before use."""
        return {one.name: one.initial for one in self.properties.values()}

    @cached_property
    def tag(self) -> str:
        """The property the entity tag is made of; empty where records carry none (below a partner or product)."""
        return next((name for name in ("ETag", "LastChangeDateTime") if name in self.properties), "")


def _property(line: str) -> Property:
    found = LINE.fullmatch(line.strip())
    assert found, line
    facets = [int(part) for part in (found["facets"] or "").split(",") if part]
    flags: dict[str, Any] = dict.fromkeys(found["flags"].split(), True)
    if found["type"] == "Decimal":
        return Property(found["name"], "Decimal", precision=facets[0], scale=facets[1], **flags)
    facet = facets[0] if facets else None
    if found["type"] == "DateTimeOffset":
        return Property(found["name"], "DateTimeOffset", precision=facet, **flags)
    return Property(found["name"], found["type"], max_length=facet, **flags)


def entity(name: str, lines: str, navigation: str = "", **rest: Any) -> Entity:
    """One entity set from its lines of fields and of navigation."""
    properties = [_property(line) for line in lines.strip().splitlines()]
    return Entity(name, {one.name: one for one in properties}, _navigation(navigation), **rest)


def _navigation(text: str) -> dict[str, Navigation]:
    """`to_X -> A_Y` lines; `=>` leads to one record at most, `^>` to the one above, `-> A_Y if P in 1,2` to some."""
    found = {}
    for line in filter(None, (part.strip() for part in text.splitlines())):
        name, arrow, target, *condition = line.split()
        among = (condition[1], tuple(condition[3].replace("none", "").split(","))) if condition else None
        found[name] = Navigation(name, target, arrow == "->", among, up=arrow == "^>")
    return found

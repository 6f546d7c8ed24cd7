"""The words in which the objects of this organisation are declared, and the fields that many of them share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

LONG = 32_000


@dataclass(frozen=True)
class Field:
    """One column.

    `refers` names the object of a reference, `relationship` the way to it in a query, `children` the way back in a
    subquery. `fixed`: given when a record is made, never changed. A number with a `precision` has so many digits at
    most and is rounded to `scale` of them after the point.
    """

    name: str
    type: str = "string"
    length: int = 0
    label: str = ""
    write: bool = True
    nillable: bool = True
    default: Any = None
    unique: bool = False
    external: bool = False
    case_sensitive: bool = False
    values: tuple[str, ...] = ()
    restricted: bool = False
    refers: str = ""
    relationship: str = ""
    filterable: bool = True
    children: str = ""
    fixed: bool = False
    precision: int = 0
    scale: int = 0

    @property
    def custom(self) -> bool:
        """Added by the organisation."""
        return self.name.endswith("__c")


@dataclass(frozen=True)
class SObject:
    """One object type; `fields` by lower-case name, since the API ignores the case of names."""

    name: str
    prefix: str
    fields: dict[str, Field]
    write: bool = True
    merge: bool = False

    def field(self, name: str) -> Field | None:
        """The field of that name in any case."""
        return self.fields.get(name.lower())

    def relation(self, name: str) -> Field | None:
        """The reference field behind a relationship name in any case."""
        wanted = name.lower()
        return next((field for field in self.fields.values() if field.relationship.lower() == wanted), None)


def label(name: str) -> str:
    """The label a field has unless it is given one: `BillingCity` -> `Billing City`, `AccountId` -> `Account ID`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " "))
    return re.sub(r"\bId$", "ID", words)


def declared(*groups: Field | list[Field]) -> dict[str, Field]:
    """Columns by their lower-case names."""
    flat = [field for group in groups for field in (group if isinstance(group, list) else [group])]
    return {field.name.lower(): field for field in flat}


def texts(type: str, length: int, *names: str) -> list[Field]:
    """Columns of one type and length."""
    return [Field(name, type, length) for name in names]


def system() -> list[Field]:
    """What every record has."""
    return [
        Field("Id", "id", 18, write=False, nillable=False),
        Field("IsDeleted", "boolean", write=False, nillable=False, default=False, label="Deleted"),
        Field("CreatedDate", "datetime", write=False, nillable=False),
        Field("CreatedById", "reference", 18, write=False, nillable=False, refers="User"),
        Field("LastModifiedDate", "datetime", write=False, nillable=False),
        Field("LastModifiedById", "reference", 18, write=False, nillable=False, refers="User"),
        Field("SystemModstamp", "datetime", write=False, nillable=False),
    ]


def keys() -> list[Field]:
    """What an administrator added for the hub wherever it writes."""
    return [
        Field("MDM_Key__c", length=255, unique=True, external=True, case_sensitive=True),
        Field("MDM_Id__c", length=64),
        Field("SAP_Id__c", length=40, external=True),
        Field("Store_Id__c", length=80),
    ]


def checkbox(*names: str, write: bool = True) -> list[Field]:
    """True or false, never empty."""
    return [Field(name, "boolean", nillable=False, default=False, write=write) for name in names]

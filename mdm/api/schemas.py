"""What the API answers, for its description; the answers themselves are built by selectors and told as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, create_model

Values = dict[str, Any]
KEYED = "By attribute key: name, name|context; lists are lists."


class RecordOut(Schema):
    """A source record of a golden record."""

    id: int
    connection: str
    role: str
    object_type: str
    external_id: str
    status: str
    created_by_hub: bool


class GoldenOut(Schema):
    """A golden record in a list."""

    id: UUID
    entity: str
    status: str
    name: str
    values: Values = Field(description=KEYED)
    rule_set: int
    updated_at: datetime
    ids: dict[str, str] = Field(description="The tri-identifier: role -> id of the oldest active record there.")
    records: list[RecordOut]


class WinnerOut(Schema):
    """Why a value is what it is."""

    record: int
    source: str
    rule: str
    at: datetime


class GoldenWhole(GoldenOut):
    """A golden record alone, with the winner of each value."""

    winners: dict[str, WinnerOut]


class RelationOut(Schema):
    """A relation between two golden records."""

    id: UUID
    type: str
    status: str
    source: UUID
    target: UUID
    attributes: Values
    valid_from: datetime | None
    valid_to: datetime | None
    updated_at: datetime


class ContactOut(Schema):
    """A person who is a contact of an organisation."""

    id: UUID
    status: str
    person: UUID
    organisation: UUID
    attributes: Values
    valid_from: datetime | None
    valid_to: datetime | None
    updated_at: datetime


class SourceRecordOut(Schema):
    """One object as one connection holds it."""

    id: int
    connection: str
    role: str
    object_type: str
    external_id: str
    entity: str
    status: str
    golden: UUID | None
    relation: UUID | None
    created_by_hub: bool
    values: Values
    problems: dict[str, str]
    first_at: datetime
    changed_at: datetime
    seen_at: datetime


class StepOut(Schema):
    """One step of a match weight."""

    comparison: str
    level: str
    weight: float
    words: str


class CaseOut(Schema):
    """Two golden records that may be one."""

    id: int
    version: int
    state: str
    first: UUID
    second: UUID
    weight: float
    zone: str
    explanation: list[StepOut]
    note: str
    resolution: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str


class ProposalOut(Schema):
    """An edit of a value that somebody else owns."""

    id: int
    customer: UUID
    from_: str = Field(alias="from")
    attribute: str
    value: Any
    owner: str
    owner_value: Any
    state: str
    version: int
    opened_at: datetime
    closed_at: datetime | None


class SlotOut(Schema):
    """A place a golden record should have in a connection, and the ids of what stands there."""

    connection: str
    object_type: str
    records: list[str]


class ExpectedOut(Schema):
    """Where a golden record should be."""

    id: UUID
    slots: list[SlotOut]
    held: list[SlotOut] = Field(description="Slots in which nothing is made before a steward has decided a case.")


class StatusOut(Schema):
    """How many there are of what."""

    source_records: dict[str, int]
    golden: dict[str, int]
    relations: dict[str, int]
    links: dict[str, int]
    review: int
    proposals: dict[str, int]
    merged: int


class RuleSetOut(Schema):
    """A rule set in a list."""

    version: int
    state: str
    revision: int
    note: str
    match_at: float | None
    review_at: float | None
    published_at: datetime | None


class RuleSetWhole(RuleSetOut):
    """A rule set with its rows."""

    attributes: list[Values]
    ownership: list[Values]
    survivorship: list[Values]
    distribution: list[Values]
    mappings: list[Values]


def listing(item: type[Schema]) -> type[Schema]:
    """A page of these."""
    page: type[Schema] = create_model(
        f"{item.__name__}Page",
        __base__=Schema,
        __doc__="A page; `next` is the cursor of the page after it.",
        items=(list[item], ...),  # type: ignore[valid-type]
        next=(str | None, ...),
    )
    return page

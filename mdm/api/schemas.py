"""What the API answers, for its description; the answers themselves are built by selectors and told as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
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
    entity: str
    version: int
    state: str
    first: UUID
    second: UUID
    weight: float
    zone: str
    explanation: list[StepOut]
    why_not_higher: list[str] = Field(description="How far from a match, what speaks against it, what is not known.")
    note: str
    resolution: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str


class _Proposal(Schema):
    id: int
    entity: str
    golden: UUID
    customer: UUID = Field(description="The same as `golden`, whatever its entity.", deprecated=True)
    attribute: str
    value: Any
    owner: str
    owner_value: Any
    state: str
    version: int
    opened_at: datetime
    closed_at: datetime | None


ProposalOut = create_model(
    "ProposalOut",
    __base__=_Proposal,
    __doc__="An edit of a value that somebody else owns.",
    **{"from": (str, Field(description="The source record that says so."))},  # type: ignore[call-overload]
)


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
    products: dict[str, int]
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
    one_to_one: list[Values]


class MatchModelOut(Schema):
    """A trained version of a match model in a list."""

    entity: str
    version: int
    state: Literal["draft", "published", "retired"]
    note: str
    created_at: datetime
    published_at: datetime | None
    published_by: str
    figures: Values = Field(description="Of the run that trained it: records, candidates, decisions learned from.")


class MatchModelWhole(MatchModelOut):
    """A version with its weights, and what it would change beside another one."""

    model: Values = Field(description="Comparisons with their levels, each with m, u and weight in bits; thresholds.")
    comparison: Values | None = Field(description="The newest one: merges gained and broken, cases, examples.")


class FollowingOut(Schema):
    """How far the records follow the version that was published last."""

    version: int
    former: int
    stage: Literal["keys", "edges", "links", "done"]
    done: int
    total: int
    started_at: datetime
    finished_at: datetime | None
    words: str


class MatchingOut(Schema):
    """Which version of an entity is in force; 0 is the built-in one."""

    entity: str
    in_force: int
    name: str
    following: FollowingOut | None


class ShortOut(Schema):
    """A golden record by its canonical ids."""

    id: UUID
    entity: str
    status: str
    name: str
    ids: dict[str, str] = Field(description="The tri-identifier: role -> id of the oldest active record there.")


class CandidateOut(ShortOut):
    """A golden record that may be the one, by the evidence of its record that fits best."""

    weight: float = Field(description="In bits: the log2 of how much likelier a match is than not.")
    zone: Literal["match", "review", "no_match"]
    veto: str = Field(description="What forbids a match whatever the weight; empty for nothing.")
    record: str
    explanation: list[StepOut]


class MatchOut(Schema):
    """Who it may be, the surest first."""

    candidates: list[CandidateOut]


class ResolvedOut(ShortOut):
    """The golden record of a record of the caller's."""

    created: bool = Field(description="Whether this request made it.")
    record: int = Field(description="The caller's record as a source record.")
    cases: list[int] = Field(description="Open cases: a steward is asked whether it is one with another.")
    problems: dict[str, str] = Field(description="What could not be read and was kept as it came, by key.")


class ChangeOut(Schema):
    """Something happened to a golden record or relation; read it to see what."""

    seq: int
    type: str
    id: UUID
    merged_into: UUID | None
    at: datetime
    correlation_id: str


class ChangesPage(Schema):
    """Changes in order; `next` is the cursor to go on from, now or later; `more` says that some wait already."""

    items: list[ChangeOut]
    next: str
    more: bool


class VersionOut(Schema):
    """A golden record as it stood from a time on."""

    id: UUID
    status: str
    name: str
    values: Values
    winners: dict[str, WinnerOut]
    rule_set: int
    recorded_at: datetime
    cause: str
    actor: str
    correlation_id: str


class AsOfOut(VersionOut):
    """A golden record as it was at a time."""

    records: list[str] = Field(description="The source records that belonged to it then.")


class WonOut(Schema):
    """Whose value it is, by which rule, since when."""

    source: str
    rule: str
    at: str


class SaidOut(Schema):
    """What one source record says of an attribute."""

    source: str
    value: Any
    since: datetime
    edits: int
    status: str


class WhyOut(Schema):
    """A value, who won, and what all records say."""

    key: str
    value: Any
    winner: WonOut
    said: list[SaidOut]


class MemberOut(Schema):
    """A record of it, and how it came here."""

    record: int
    source: str
    cause: str
    at: datetime | None
    actor: str


class EvidenceOut(Schema):
    """What speaks for two of its records being one."""

    first: str
    second: str
    zone: str
    weight: float
    explanation: list[StepOut]


class VerdictOut(Schema):
    """What a person said of two records."""

    first: str
    second: str
    verdict: str
    reason: str
    actor: str
    at: datetime


class GrownOut(Schema):
    """One step of how records that are one came together."""

    first: str
    second: str
    weight: float = Field(description="In bits; 0 where no evidence joined them.")
    sizes: list[int] = Field(description="How many records each side held before.")
    cause: Literal["evidence", "steward", "created", "merged"]
    words: str


class ExplainedOut(Schema):
    """Why a golden record is what it is."""

    id: UUID
    values: list[WhyOut]
    members: list[MemberOut]
    evidence: list[EvidenceOut]
    grown: list[GrownOut] = Field(description="By what holds today: people's words first, then the heaviest evidence.")
    decisions: list[VerdictOut]


class SideOut(Schema):
    """One of two that were asked about."""

    golden: UUID
    entity: str
    name: str
    record: str = Field(description="The source record that is meant; empty where it is all of them.")


class ComparedOut(Schema):
    """The pair of source records of both that fits best, by the match model in force."""

    first: str
    second: str
    weight: float
    match_at: float = Field(description="From this weight on, in bits, a pair is a match.")
    zone: Literal["match", "review", "no_match"]
    veto: str
    explanation: list[StepOut]
    why_not_higher: list[str]


class ReasonOut(Schema):
    """One reason why two are not one; of a person's word with who, when and why."""

    kind: Literal["entity", "apart", "veto", "weight", "unseen", "common", "held", "against", "pending"]
    words: str
    actor: str
    at: datetime | None
    reason: str


class WhyNotOut(Schema):
    """Whether two are one, and why."""

    one: bool
    first: SideOut
    second: SideOut
    reasons: list[ReasonOut] = Field(description="Why they are not one; empty where they are.")
    compared: ComparedOut | None
    grown: list[GrownOut] = Field(description="Where they are one: how its source records came together.")
    case: int | None = Field(description="The open case that asks a steward about them.")


class PartedOut(Schema):
    """What became of a golden record that a record was taken out of."""

    kept: UUID = Field(description="The golden record of what is left.")
    parted: UUID = Field(description="The golden record of the record that was taken out.")


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

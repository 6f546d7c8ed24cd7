"""What stewards decide: cases, proposals, merging and parting golden records. Each decision names what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from mdm.api import schemas
from mdm.api.common import answers, auth, pages, problems
from mdm.api.common.auth import Token
from mdm.api.common.ninja import documented
from mdm.api.common.once import once
from mdm.api.common.problems import Problem
from mdm.api.records import found
from mdm.api.stewards import case_of, proposal_of
from mdm.models import GoldenValues
from mdm.pipeline import decide, locks
from mdm.selectors import golden

router = Router(auth=Token("steward"), tags=["stewards"])
MEANWHILE = documented({"409": "Decided or changed meanwhile"})
CONDITIONAL = documented(
    {"409": "Merged or moved meanwhile", "412": "Changed since it was read", "428": "If-Match is missing"},
    header="If-Match",
)
Reason = Annotated[str, Field(max_length=2000, description="Why; stewards read it.")]


class Seen(Schema):
    """The version the decision is about; if somebody else decided meanwhile, nothing happens."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, lt=2**31)


class Decided(Seen):
    """What a steward says of a case; to keep two apart for good takes a reason."""

    decision: Literal["merge", "keep_apart"]
    reason: Reason = ""


class MergeIn(Schema):
    """Another golden record that is the same as this one."""

    model_config = ConfigDict(extra="forbid")

    other: UUID
    reason: Reason = ""


class PartIn(Schema):
    """A source record that does not belong here, and why."""

    model_config = ConfigDict(extra="forbid")

    record: int = Field(ge=1, lt=2**63)
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


@router.post("cases/{int:id}/decide", response=schemas.CaseOut, openapi_extra=MEANWHILE)
@once
@transaction.atomic
def decide_case(request: HttpRequest, id: pages.Id, given: Decided) -> HttpResponse:
    """Merge the two golden records of a case, or keep them apart for good; `version` is the one that was read."""
    row = case_of(request, id)
    if given.decision == "keep_apart" and not given.reason.strip():
        raise Problem(422, "Reason needed", "Say in `reason` why the two are not the same; it holds for good.")
    act = decide.merge if given.decision == "merge" else decide.keep_apart
    with _timely():
        act(row, actor=auth.of(request).actor, version=given.version, reason=given.reason)
    return answers.json(golden.case(case_of(request, id)))


@router.post("cases/{int:id}/withdraw", response=schemas.CaseOut, openapi_extra=MEANWHILE)
@once
@transaction.atomic
def withdraw(request: HttpRequest, id: pages.Id, seen: Seen) -> HttpResponse:
    """Take a decision on a case back: both sides stand as before, and the case waits again."""
    row = case_of(request, id)
    with _timely():
        decide.withdraw(row, actor=auth.of(request).actor, version=seen.version)
    return answers.json(golden.case(case_of(request, id)))


@router.post("proposals/{int:id}/accept", response=schemas.ProposalOut, openapi_extra=MEANWHILE)
@once
def accept(request: HttpRequest, id: pages.Id, seen: Seen) -> HttpResponse:
    """Have a proposed value written to the attribute's owner."""
    return _settled(request, id, seen, decide.accept)


@router.post("proposals/{int:id}/reject", response=schemas.ProposalOut, openapi_extra=MEANWHILE)
@once
def reject(request: HttpRequest, id: pages.Id, seen: Seen) -> HttpResponse:
    """Turn a proposed value down."""
    return _settled(request, id, seen, decide.reject)


@router.post("customers/{id}/merge", response=schemas.GoldenWhole, openapi_extra=CONDITIONAL)
@once
def merge(request: HttpRequest, id: UUID, given: MergeIn) -> HttpResponse:
    """Say that two golden customers are one; gives the one that stays. If-Match: the ETag of the one in the path."""
    return _merged(request, "customer", id, given)


@router.post("products/{id}/merge", response=schemas.GoldenWhole, openapi_extra=CONDITIONAL)
@once
def merge_products(request: HttpRequest, id: UUID, given: MergeIn) -> HttpResponse:
    """Say that two golden products are one; gives the one that stays. If-Match: the ETag of the one in the path."""
    return _merged(request, "product", id, given)


@router.post("customers/{id}/unmerge", response=schemas.PartedOut, openapi_extra=CONDITIONAL)
@once
def unmerge(request: HttpRequest, id: UUID, given: PartIn) -> HttpResponse:
    """Take a source record out of a golden customer for good. If-Match: the ETag of the customer."""
    return _parted(request, "customer", id, given)


@router.post("products/{id}/unmerge", response=schemas.PartedOut, openapi_extra=CONDITIONAL)
@once
def unmerge_product(request: HttpRequest, id: UUID, given: PartIn) -> HttpResponse:
    """Take a source record out of a golden product for good. If-Match: the ETag of the product."""
    return _parted(request, "product", id, given)


@transaction.atomic
def _merged(request: HttpRequest, entity: str, id: UUID, given: MergeIn) -> HttpResponse:
    row, other = _demanded(request, entity, id), found(request, entity, given.other)
    if row.pk == other.pk:
        raise Problem(409, "One already", f"Both ids stand for one golden {entity} already.")
    with _timely():
        decide.join(row.pk, other.pk, actor=auth.of(request).actor, reason=given.reason)
    return answers.tagged(request, golden.whole(found(request, entity, id)))


@transaction.atomic
def _parted(request: HttpRequest, entity: str, id: UUID, given: PartIn) -> HttpResponse:
    row = _demanded(request, entity, id)
    record = golden.source_records(auth.of(request).viewer).filter(pk=given.record, golden=row.pk).first()
    if record is None:
        raise problems.missing(f"source record of this golden {entity}")
    with _timely():
        kept, parted = decide.part(record, actor=auth.of(request).actor, reason=given.reason)
    uids = golden.uids([(entity, kept), (entity, parted)])
    return answers.json({"kept": uids[entity, kept], "parted": uids[entity, parted]})


def _settled(request: HttpRequest, id: int, seen: Seen, act: Callable[..., None]) -> HttpResponse:
    row = proposal_of(request, id)
    with _timely():
        act(row, actor=auth.of(request).actor, version=seen.version)
    return answers.json(golden.proposal(proposal_of(request, id)))


def _demanded(request: HttpRequest, entity: str, id: UUID) -> GoldenValues:
    """The golden record of an id, locked, if it still is what the caller read; raises Problem 404, 412, 428."""
    locks.goldens([found(request, entity, id).pk])
    row = found(request, entity, id)
    answers.demand(request, golden.whole(row))
    return row


@contextmanager
def _timely() -> Iterator[None]:
    """Turn a decision that came too late, or that cannot be, into a problem."""
    try:
        yield
    except decide.Stale as error:
        raise Problem(409, "Decided meanwhile", str(error)) from None
    except decide.Inseparable as error:
        raise Problem(409, "Inseparable", str(error)) from None

"""Cases and proposals: what waits for people, and their decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from mdm.api import schemas
from mdm.api.common import answers, auth, pages, problems
from mdm.api.common.auth import Token
from mdm.api.common.ninja import documented
from mdm.api.common.problems import Problem
from mdm.models import Case, Proposal
from mdm.pipeline import decide
from mdm.selectors import golden

router = Router(auth=Token("read"), tags=["stewards"])


class CasesWanted(pages.Page):
    """Filters of the list of cases."""

    state: Literal["", "open", "closed"] = ""


class ProposalsWanted(pages.Page):
    """Filters of the list of proposals."""

    state: Literal["", "open", "accepted", "confirmed", "rejected", "withdrawn"] = ""


@router.get("cases", response=schemas.listing(schemas.CaseOut))
def cases(request: HttpRequest, wanted: Query[CasesWanted]) -> HttpResponse:
    """Cases, oldest first."""
    rows = golden.cases(auth.of(request).viewer)
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    return answers.json(pages.listing(rows, wanted, "cases", lambda read: map(golden.case, read)))


@router.get("cases/{int:id}", response=schemas.CaseOut)
def case(request: HttpRequest, id: pages.Id) -> HttpResponse:
    """One case."""
    return answers.tagged(request, golden.case(case_of(request, id)))


@router.get("proposals", response=schemas.listing(schemas.ProposalOut))
def proposals(request: HttpRequest, wanted: Query[ProposalsWanted]) -> HttpResponse:
    """Proposals, oldest first."""
    rows = golden.proposals(auth.of(request).viewer)
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    return answers.json(pages.listing(rows, wanted, "proposals", lambda read: map(golden.proposal, read)))


@router.get("proposals/{int:id}", response=schemas.ProposalOut)
def proposal(request: HttpRequest, id: pages.Id) -> HttpResponse:
    """One proposal."""
    return answers.tagged(request, golden.proposal(proposal_of(request, id)))


class Seen(Schema):
    """The version the decision is about; if somebody else decided meanwhile, nothing happens."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, lt=2**31)


MEANWHILE = documented({"409": "Decided or changed meanwhile"})


@router.post("proposals/{int:id}/accept", response=schemas.ProposalOut, auth=Token("steward"), openapi_extra=MEANWHILE)
def accept(request: HttpRequest, id: pages.Id, seen: Seen) -> HttpResponse:
    """Have a proposed value written to the attribute's owner."""
    return _settled(request, id, seen, decide.accept)


@router.post("proposals/{int:id}/reject", response=schemas.ProposalOut, auth=Token("steward"), openapi_extra=MEANWHILE)
def reject(request: HttpRequest, id: pages.Id, seen: Seen) -> HttpResponse:
    """Turn a proposed value down."""
    return _settled(request, id, seen, decide.reject)


def _settled(request: HttpRequest, id: int, seen: Seen, act: Callable[..., None]) -> HttpResponse:
    row = proposal_of(request, id)
    try:
        act(row, actor=auth.of(request).actor, version=seen.version)
    except decide.Stale as error:
        raise Problem(409, "Decided meanwhile", str(error)) from None
    return answers.json(golden.proposal(proposal_of(request, id)))


def case_of(request: HttpRequest, id: int) -> Case:
    """The case of an id, as this caller may see it; raises Problem 404."""
    row = golden.cases(auth.of(request).viewer).filter(pk=id).first()
    if row is None:
        raise problems.missing("case")
    return row


def proposal_of(request: HttpRequest, id: int) -> Proposal:
    """The proposal of an id, as this caller may see it; raises Problem 404."""
    row = golden.proposals(auth.of(request).viewer).filter(pk=id).first()
    if row is None:
        raise problems.missing("proposal")
    return row

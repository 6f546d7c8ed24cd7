"""Cases and proposals: what waits for people."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from mdm.api import schemas
from mdm.api.common import answers, auth, pages, problems
from mdm.api.common.auth import Token
from mdm.models import Case, Proposal
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

"""JSON faces of the hub's reads, and of the decisions on proposals."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from mdm.access import client_only, problem
from mdm.models import Proposal
from mdm.pipeline import decide
from mdm.selectors import golden

MAX_PAGE = 1000


def _page(request: HttpRequest) -> tuple[int, int]:
    """Cursor and page size; raises ValueError with a sentence."""
    try:
        after, limit = int(request.GET.get("after", 0)), int(request.GET.get("limit", 200))
    except ValueError:
        raise ValueError("`after` and `limit` are whole numbers.") from None
    if not 1 <= limit <= MAX_PAGE or after < 0:
        raise ValueError(f"`limit` lies between 1 and {MAX_PAGE}, `after` is not negative.")
    return after, limit


def _listing(request: HttpRequest, read: golden.Reader) -> HttpResponse:
    try:
        after, limit = _page(request)
    except ValueError as error:
        return problem(400, "Bad page", str(error))
    items, following = read(after, limit)
    return JsonResponse({"items": items, "next": following})


@client_only
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Counts of what the hub holds and what waits for people."""
    return JsonResponse(golden.counts())


@client_only
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    """Golden customers with their values and source records, in stable order."""
    return _listing(request, golden.customers)


@client_only
@require_GET
def customer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One golden customer with provenance; the id of a merged one redirects to its survivor."""
    found = golden.customer(uid)
    if found is None:
        return problem(404, "Not found", "No golden customer has this id.")
    return JsonResponse(found)


@client_only
@require_GET
def relations(request: HttpRequest) -> HttpResponse:
    """Relations between golden customers, in stable order."""
    return _listing(request, golden.relations)


@client_only
@require_GET
def expected(request: HttpRequest) -> HttpResponse:
    """By the distribution rows: which golden record each connection should hold as what, and what it holds."""
    return _listing(request, golden.expected)


@client_only
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals, oldest first; `state` filters."""
    return _listing(request, lambda after, limit: golden.proposals(after, limit, request.GET.get("state", "")))


@client_only
@require_POST
def settle(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept or reject a proposal; `version` guards against a decision made meanwhile."""
    found = Proposal.objects.filter(pk=pk).first()
    if found is None:
        return problem(404, "Not found", "There is no such proposal.")
    try:
        act = {"accept": decide.accept, "reject": decide.reject}[verb]
        act(found, actor=request.actor, version=int(request.POST.get("version", found.version)))  # type: ignore[attr-defined]
    except decide.Stale as error:
        return problem(409, "Decided meanwhile", str(error))
    except ValueError:
        return problem(400, "Bad version", "`version` is a whole number.")
    return JsonResponse({"id": pk, "state": Proposal.objects.get(pk=pk).state})

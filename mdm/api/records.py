"""Golden records, their relations and source records, as they are now."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from mdm.api import schemas
from mdm.api.common import answers, auth, pages, problems
from mdm.api.common.auth import Token
from mdm.models import GoldenValues
from mdm.selectors import golden, search

router = Router(auth=Token("read"))


class CustomersWanted(pages.Page):
    """Filters of the list of customers; those left out do not narrow it."""

    status: Literal["", "provisional", "active", "blocked"] = ""
    party_type: Literal["", "organisation", "person"] = ""
    updated_since: datetime | None = Field(None, description="Changed at this time or later.")


@router.get("status", response=schemas.StatusOut, tags=["hub"])
def status(request: HttpRequest) -> HttpResponse:
    """Counts of what the hub holds and what waits for people, as far as the caller sees it."""
    return answers.json(golden.counts(auth.of(request).viewer))


@router.get("customers", response=schemas.listing(schemas.GoldenOut), tags=["golden records"])
def customers(request: HttpRequest, wanted: Query[CustomersWanted]) -> HttpResponse:
    """Golden customers in stable order, with their source records; merged ones are left out."""
    rows = golden.customers(auth.of(request).viewer)
    given = {"status": wanted.status, "party_type": wanted.party_type, "updated_at__gte": wanted.updated_since}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    return answers.json(pages.listing(rows, wanted, "customers", lambda read: map(golden.listed, read)))


@router.get("customers/{id}", response=schemas.GoldenWhole, tags=["golden records"])
def customer(request: HttpRequest, id: UUID) -> HttpResponse:
    """One golden customer with the winner of each value; the id of a merged one gives its survivor."""
    return answers.tagged(request, golden.whole(found(request, "customer", id)))


def found(request: HttpRequest, entity: str, id: UUID) -> GoldenValues:
    """The golden record of an id, as this caller may see it; raises Problem 404, also where it is of another entity."""
    row = golden.one(auth.of(request).viewer, entity, id)
    if row is None:
        raise problems.missing(f"golden {entity}")
    return row


class ProductsWanted(pages.Page):
    """Filters of the list of products; those left out do not narrow it."""

    status: Literal["", "provisional", "active", "blocked"] = ""
    product_type: Literal["", "item", "family"] = ""
    updated_since: datetime | None = Field(None, description="Changed at this time or later.")


@router.get("products", response=schemas.listing(schemas.GoldenOut), tags=["golden records"])
def products(request: HttpRequest, wanted: Query[ProductsWanted]) -> HttpResponse:
    """Golden products in stable order, with their source records; merged ones are left out."""
    rows = golden.products(auth.of(request).viewer)
    given = {"status": wanted.status, "product_type": wanted.product_type, "updated_at__gte": wanted.updated_since}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    return answers.json(pages.listing(rows, wanted, "products", lambda read: map(golden.listed, read)))


@router.get("products/{id}", response=schemas.GoldenWhole, tags=["golden records"])
def product(request: HttpRequest, id: UUID) -> HttpResponse:
    """One golden product with the winner of each value; the id of a merged one gives its survivor."""
    return answers.tagged(request, golden.whole(found(request, "product", id)))


class SearchWanted(pages.Page):
    """What is sought, and of which entity."""

    q: str = Field(
        min_length=1, max_length=200, description="Words of a name, or an id, e-mail, phone, tax id, SKU or GTIN."
    )
    entity: Literal["customer", "product"] = "customer"


@router.get("search", response=schemas.listing(schemas.GoldenOut), tags=["golden records"])
def search_(request: HttpRequest, wanted: Query[SearchWanted]) -> HttpResponse:
    """Golden records a text means, whatever it is of theirs; of one entity at a time."""
    meant = search.meant(wanted.q, wanted.entity)[wanted.entity]
    rows = golden.living(auth.of(request).viewer, wanted.entity).filter(meant)
    kind = "search" if wanted.entity == "customer" else f"search-{wanted.entity}"
    return answers.json(pages.listing(rows, wanted, kind, lambda read: map(golden.listed, read)))


@router.get("relations", response=schemas.listing(schemas.RelationOut), tags=["relations"])
def relations(request: HttpRequest, page: Query[pages.Page], of: UUID | None = None) -> HttpResponse:
    """Relations between golden records in stable order; `of` leaves those of one golden record."""
    viewer = auth.of(request).viewer
    rows = golden.relations(viewer)
    rows = golden.touching(rows, of) if of else rows
    return answers.json(pages.listing(rows, page, "relations", lambda read: map(golden.related, read)))


@router.get("relations/{id}", response=schemas.RelationOut, tags=["relations"])
def relation(request: HttpRequest, id: UUID) -> HttpResponse:
    """One relation."""
    row = golden.relations(auth.of(request).viewer).filter(uid=id).first()
    if row is None:
        raise problems.missing("relation")
    return answers.tagged(request, golden.related(row))


@router.get("contacts", response=schemas.listing(schemas.ContactOut), tags=["relations"])
def contacts(request: HttpRequest, page: Query[pages.Page], of: UUID | None = None) -> HttpResponse:
    """Contacts in stable order: persons and the organisations they work for; `of` leaves those of one of both."""
    rows = golden.relations(auth.of(request).viewer).filter(type="contact")
    rows = golden.touching(rows, of) if of else rows
    return answers.json(pages.listing(rows, page, "contacts", lambda read: map(golden.contact, read)))


@router.get("contacts/{id}", response=schemas.ContactOut, tags=["relations"])
def contact(request: HttpRequest, id: UUID) -> HttpResponse:
    """One contact."""
    row = golden.relations(auth.of(request).viewer).filter(uid=id, type="contact").first()
    if row is None:
        raise problems.missing("contact")
    return answers.tagged(request, golden.contact(row))


class RecordsWanted(pages.Page):
    """Filters of the list of source records; those left out do not narrow it."""

    connection: str = Field("", max_length=40)
    object_type: str = Field("", max_length=60)
    external_id: str = Field("", max_length=255)
    golden: UUID | None = None


@router.get("source-records", response=schemas.listing(schemas.SourceRecordOut), tags=["source records"])
def source_records(request: HttpRequest, wanted: Query[RecordsWanted]) -> HttpResponse:
    """Source records in stable order: what each system holds."""
    given = {
        "connection__code": wanted.connection,
        "object_type": wanted.object_type,
        "external_id": wanted.external_id,
        "golden__uid": wanted.golden,
    }
    rows = golden.source_records(auth.of(request).viewer)
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    return answers.json(pages.listing(rows, wanted, "source-records", lambda read: map(golden.source_record, read)))


@router.get("source-records/{int:id}", response=schemas.SourceRecordOut, tags=["source records"])
def source_record(request: HttpRequest, id: pages.Id) -> HttpResponse:
    """One source record."""
    row = golden.source_records(auth.of(request).viewer).filter(pk=id).first()
    if row is None:
        raise problems.missing("source record")
    return answers.tagged(request, golden.source_record(row))


class ExpectedWanted(pages.Page):
    """Whose slots are meant."""

    entity: Literal["customer", "product"] = "customer"


@router.get("expected", response=schemas.listing(schemas.ExpectedOut), tags=["traffic"])
def expected(request: HttpRequest, wanted: Query[ExpectedWanted]) -> HttpResponse:
    """By the distribution rows: which golden record each connection should hold as what, and what it holds."""
    viewer = auth.of(request).viewer
    rows = golden.living(viewer, wanted.entity)
    return answers.json(pages.listing(rows, wanted, f"expected-{wanted.entity}", golden.expected))

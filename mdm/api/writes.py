"""Records that clients bring: they enter as source records of the client's own connection, like those of any system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from mdm import rules
from mdm.api import records, schemas
from mdm.api.common import answers, auth, given
from mdm.api.common.auth import Token
from mdm.api.common.ninja import documented
from mdm.api.common.once import once
from mdm.api.common.problems import Problem, missing
from mdm.contracts import SourceChange
from mdm.engine.values import Json
from mdm.models import SourceRecord
from mdm.pipeline import probe, process
from mdm.selectors import golden, past

router = Router(auth=Token("write"))
AHEAD = timedelta(minutes=5)  # clocks differ; a stamp further ahead would win over everything to come

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")]
ExternalId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Attributes = Annotated[
    dict[str, Any],
    Field(
        description="By attribute key: legal_name, phones|main, tax_ids|VAT; a list where an attribute has several.",
        examples=[{"party_type": "organisation", "legal_name": "Bolzen Meier GmbH", "tax_ids|VAT": "DE136695976"}],
        max_length=given.MOST,
    ),
]


class RecordIn(Schema):
    """One object as the caller's system holds it, whole: what is left out is empty there."""

    model_config = ConfigDict(extra="forbid")

    entity: Literal["customer", "product"] = "customer"
    object_type: Name = Field("Customer", description="What the caller's system calls such an object.")
    external_id: ExternalId = Field(description="The id the caller's system knows it by.")
    attributes: Attributes
    changed_at: datetime | None = Field(None, description="When it was changed there; left out: now.")


class RecordKey(Schema):
    """An object of the caller's system."""

    model_config = ConfigDict(extra="forbid")

    object_type: Name = "Customer"
    external_id: ExternalId


class MatchIn(Schema):
    """A record to look for; nothing of it is saved."""

    model_config = ConfigDict(extra="forbid")

    entity: Literal["customer", "product"] = "customer"
    attributes: Attributes
    country: str = Field("", pattern=r"^([A-Z]{2})?$", description="ISO code for phones that name no country.")
    limit: int = Field(10, ge=1, le=100)


@router.post("match", response=schemas.MatchOut, auth=Token("read"), tags=["golden records"])
@once
def match(request: HttpRequest, wanted: MatchIn) -> HttpResponse:
    """Who this may be: golden records by match weight, each with its zone and what speaks for and against it."""
    caller, book = auth.of(request), rules.current()
    values = given.attributes(wanted.entity, wanted.attributes, book)
    found = probe.candidates(wanted.entity, values, book, country=wanted.country)
    rows = golden.living(caller.viewer, wanted.entity).in_bulk([one.golden for one in found])
    return answers.json({"candidates": [_candidate(one, rows) for one in found if one.golden in rows][: wanted.limit]})


@router.post(
    "resolve",
    response={200: schemas.ResolvedOut, 201: schemas.ResolvedOut},
    tags=["golden records"],
    openapi_extra=documented({"409": "The caller has no connection, or may not see what it matches"}),
)
@once
def resolve(request: HttpRequest, record: RecordIn) -> HttpResponse:
    """Find the golden record of a record of the caller's, or make it; 201 where it was made. Safe to repeat."""
    viewer = auth.of(request).viewer

    def answer(entered: process.Entered) -> HttpResponse:
        told = golden.canonical(viewer, entered.record.entity, entered.record.golden_id)
        if told is None:
            raise _out_of_sight()
        also = {"created": entered.created, "record": entered.record.pk, "problems": entered.record.problems}
        return answers.json({**also, **told}, 201 if entered.created else 200)

    return _entered(request, record, answer)


@records.router.post(
    "source-records",
    url_name="source_records",
    auth=Token("write"),
    response={200: schemas.SourceRecordOut, 201: schemas.SourceRecordOut},
    tags=["source records"],
    openapi_extra=documented({"409": "The caller has no connection, or may not see what it matches"}),
)
@once
def write(request: HttpRequest, record: RecordIn) -> HttpResponse:
    """Bring a record of the caller's own connection: new, or as it is now. Safe to repeat."""

    def answer(entered: process.Entered) -> HttpResponse:
        row = _record(request, _connection(request), record)
        if row is None:
            raise _out_of_sight()
        return answers.json(golden.source_record(row), 201 if entered.created else 200)

    return _entered(request, record, answer)


@router.post(
    "source-records/delete",
    response=schemas.SourceRecordOut,
    tags=["source records"],
    openapi_extra=documented({"409": "The caller has no connection"}),
)
@once
def delete(request: HttpRequest, key: RecordKey) -> HttpResponse:
    """Say that a record is gone from the caller's system: it votes no more and keeps its id. Safe to repeat."""
    connection = _connection(request)
    row = _record(request, connection, key)
    if row is None:
        raise missing("source record")
    if row.status == SourceRecord.Status.ACTIVE:
        process.changes([_change(connection, key, row.entity, "delete", {}, None)])
    return answers.json(golden.source_record(_record(request, connection, key) or row))


def _connection(request: HttpRequest) -> str:
    code = auth.of(request).connection
    if not code:
        sentence = "Writes go through a connection of the client's own, and this client has none; ask an admin for one."
        raise Problem(409, "No connection", sentence)
    return code


def _entered(
    request: HttpRequest, given_: RecordIn, answer: Callable[[process.Entered], HttpResponse]
) -> HttpResponse:
    """Process what is given and answer it in the same transaction: nothing is kept of what is refused."""
    connection, caller, book = _connection(request), auth.of(request), rules.current()
    if given_.changed_at is not None and given_.changed_at.tzinfo is None:
        raise Problem(422, "Not as described", "`changed_at` needs its time zone, for example 2026-01-31T12:00:00Z.")
    if given_.changed_at is not None and given_.changed_at > timezone.now() + AHEAD:
        raise Problem(422, "Not as described", "`changed_at` lies in the future; check the clock.")
    values = given.attributes(given_.entity, given_.attributes, book, caller.region)
    before = past.newest() if caller.region else 0
    change = _change(connection, given_, given_.entity, "snapshot", values, given_.changed_at)

    def seen(entered: process.Entered) -> HttpResponse:
        if past.elsewhere(caller.viewer, entered.record.golden_id or 0, before):
            raise _out_of_sight()
        return answer(entered)

    return process.snapshot(change, book, seen)


def _out_of_sight() -> Problem:
    return Problem(
        409, "Out of sight", "It matches a record you may not see. Nothing was saved; ask a steward of the whole hub."
    )


def _change(
    connection: str,
    key: RecordIn | RecordKey,
    entity: str,
    kind: Literal["snapshot", "delete"],
    values: dict[str, Json],
    at: datetime | None,
) -> SourceChange:
    now = timezone.now()
    return SourceChange(
        connection=connection,
        object_type=key.object_type,
        external_id=key.external_id,
        entity=entity,
        kind=kind,
        source_time=at or now,
        observed_at=now,
        attributes=values,
        raw={"attributes": values},
    )


def _record(request: HttpRequest, connection: str, key: RecordIn | RecordKey) -> SourceRecord | None:
    rows = golden.source_records(auth.of(request).viewer)
    own = {"connection__code": connection, "object_type": key.object_type, "external_id": key.external_id}
    return rows.filter(**own).first()


def _candidate(one: probe.Candidate, rows: dict[int, Any]) -> dict[str, Any]:
    told = golden.listed(rows[one.golden])
    evidence = one.evidence.to_json()
    return {
        **{name: told[name] for name in ("id", "entity", "status", "name", "ids")},
        "weight": evidence["weight"],
        "zone": evidence["zone"],
        "veto": evidence["veto"],
        "record": one.record.source_key,
        "explanation": golden.waterfall(evidence),
    }

"""Match models: the versions of an entity, what each weighs and would change, and putting one in force."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from mdm.access import Viewer
from mdm.api import schemas
from mdm.api.common import answers, auth, pages, problems
from mdm.api.common.auth import Token
from mdm.api.common.ninja import documented
from mdm.api.common.once import once
from mdm.api.common.problems import Problem
from mdm.models import Changeover, MatchJob, MatchModel
from mdm.pipeline import changeover
from mdm.selectors import matchmodels

# a model is of the whole hub, whatever region its records are in
router = Router(auth=Token("admin", whole_hub=True), tags=["rules"])
Entity = Annotated[str, Path(max_length=40, description="The mastered entity: customer or product.")]
Number = Annotated[int, Field(ge=0, lt=2**31)]
MEANWHILE = documented({"409": "Another version was put in force meanwhile, or this one cannot be used any more"})


class PublishIn(Schema):
    """The version to put in force, 0 for the built-in one, and the one in force when that was decided."""

    model_config = ConfigDict(extra="forbid")

    version: Number
    instead: Number


@router.get("match-models", response=schemas.listing(schemas.MatchModelOut))
def match_models(request: HttpRequest, page: Query[pages.Page]) -> HttpResponse:
    """All trained versions, oldest first; version 0, the built-in one of each entity, is not among them."""
    rows = matchmodels.rows(auth.of(request).viewer)
    return answers.json(pages.listing(rows, page, "match-models", lambda read: map(_described, read)))


@router.get("match-models/{entity}", response=schemas.MatchingOut)
def matching(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Which version of an entity is in force, and how far its records follow the one that was published last."""
    return answers.tagged(request, _state(_models(request, entity)))


@router.get("match-models/{entity}/{int:version}", response=schemas.MatchModelWhole)
def match_model(request: HttpRequest, entity: Entity, version: Annotated[int, Path(ge=1, lt=2**31)]) -> HttpResponse:
    """A version with its weights and its newest comparison with another one."""
    viewer = auth.of(request).viewer
    row = matchmodels.version(viewer, entity, version)
    if row is None:
        raise problems.missing("match model")
    return answers.tagged(request, {**_described(row), "model": row.model, "comparison": _compared(viewer, row)})


@router.post("match-models/{entity}/publish", response=schemas.MatchingOut, openapi_extra=MEANWHILE)
@once
@transaction.atomic
def publish(request: HttpRequest, entity: Entity, given: PublishIn) -> HttpResponse:
    """Put a version in force and have all records follow it; going back is the same with the former version."""
    found = _models(request, entity)
    row = next((one.row for one in found.versions if one.version == given.version), None)
    if row is None and given.version:
        raise problems.missing("match model")
    if found.in_force.version != given.instead:
        sentence = (
            f"Version {found.in_force.version} is in force by now. Look at it, then send `instead` with its number."
        )
        raise Problem(409, "Published meanwhile", sentence)
    try:
        changeover.begin(entity, row)
    except changeover.Unusable as refused:
        raise Problem(409, "Version cannot be used", str(refused)) from None
    return answers.json(_state(_models(request, entity)))


def _models(request: HttpRequest, entity: str) -> matchmodels.Models:
    found = matchmodels.models(auth.of(request).viewer, entity)
    if found is None:
        raise problems.missing("match model")
    return found


def _described(row: MatchModel) -> dict[str, Any]:
    names = [name for name in schemas.MatchModelOut.model_fields if name != "published_by"]
    by = row.published_by.get_username() if row.published_by else ""
    return {**{name: getattr(row, name) for name in names}, "published_by": by}


def _compared(viewer: Viewer, row: MatchModel) -> dict[str, Any] | None:
    job = matchmodels.comparison(viewer, row.entity, None, row.version)
    return job.result if job is not None and job.state == MatchJob.State.DONE else None


def _state(found: matchmodels.Models) -> dict[str, Any]:
    return {
        "entity": found.entity,
        "in_force": found.in_force.version,
        "name": found.in_force.name,
        "following": _following(found.changeover) if found.changeover else None,
    }


def _following(row: Changeover) -> dict[str, Any]:
    return {
        "version": row.version,
        "former": row.former_version,
        "stage": row.stage,
        "done": row.done,
        "total": row.total,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "words": matchmodels.words(row),
    }

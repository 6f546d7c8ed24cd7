"""Rule sets, read only: they are edited, compared and published in the admin."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from mdm.api import schemas
from mdm.api.common import answers, pages, problems
from mdm.api.common.auth import Token
from mdm.models import RuleSet

# rules are of the whole hub, whatever region they speak of
router = Router(auth=Token("admin", whole_hub=True), tags=["rules"])
ROWS = {
    "attributes": "attributedefinitions",
    "ownership": "ownershiprules",
    "survivorship": "survivorshiprules",
    "distribution": "distributionrules",
    "mappings": "fieldmappings",
    "one_to_one": "onetoonerules",
}
HIDDEN = {"id", "rule_set"}


@router.get("rule-sets", response=schemas.listing(schemas.RuleSetOut))
def rule_sets(request: HttpRequest, page: Query[pages.Page]) -> HttpResponse:
    """All rule sets, oldest first."""
    return answers.json(pages.listing(RuleSet.objects.all(), page, "rule-sets", lambda read: map(_described, read)))


@router.get("rule-sets/{int:version}", response=schemas.RuleSetWhole)
def rule_set(request: HttpRequest, version: Annotated[int, Path(ge=1, lt=2**31)]) -> HttpResponse:
    """One rule set with its rows."""
    row = RuleSet.objects.filter(version=version).first()
    if row is None:
        raise problems.missing("rule set")
    return answers.tagged(request, {**_described(row), **{name: _rows(row, many) for name, many in ROWS.items()}})


def _described(row: RuleSet) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schemas.RuleSetOut.model_fields}


def _rows(row: RuleSet, many: str) -> list[dict[str, Any]]:
    rows = getattr(row, many).order_by("pk")
    names = [field.name for field in rows.model._meta.concrete_fields if field.name not in HIDDEN]
    paths = {name: f"{name}__code" if name == "connection" else name for name in names}
    return [dict(zip(names, found, strict=True)) for found in rows.values_list(*paths.values())]

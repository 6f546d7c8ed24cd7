"""Match models as people read them: the versions of an entity, what is under way, how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from mdm.access import Viewer
from mdm.engine.matching import MODELS
from mdm.entities import ENTITIES, MASTERED
from mdm.models import Changeover, MatchJob, MatchModel
from mdm.selectors import drifted

BUILT_IN = "Written by hand, and in force from the first minute."
WORDS = {
    Changeover.Stage.KEYS: "{done:,} of {total:,} records are prepared for version {version}; it is not in force yet.",
    Changeover.Stage.EDGES: "{what} is in force; {done:,} of {total:,} records are compared by it again.",
    Changeover.Stage.LINKS: "{what} is in force; {done:,} of {total:,} records follow it.",
    Changeover.Stage.DONE: "All {total:,} records follow {that}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an entity's match model; `row` is None for version 0, the built-in one."""

    entity: str
    version: int
    state: str
    name: str
    note: str
    created_at: datetime | None
    created_by: str
    published_at: datetime | None
    figures: Mapping[str, Any]
    warnings: tuple[str, ...]
    row: MatchModel | None

    @property
    def in_force(self) -> bool:
        return self.state == MatchModel.State.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """All about the match models of an entity: versions, newest first, the change-over, jobs that run or ended last."""

    entity: str
    label: str
    versions: tuple[Version, ...]
    changeover: Changeover | None
    jobs: tuple[MatchJob, ...]

    @property
    def in_force(self) -> Version:
        return next(one for one in self.versions if one.in_force)


def rows(viewer: Viewer) -> QuerySet[MatchModel]:
    """The stored versions, without what only machines read; a viewer of one region sees none, as of all rules."""
    found = MatchModel.objects.none() if viewer.region else MatchModel.objects.all()
    return found.defer("data").select_related("created_by", "published_by")


def models(viewer: Viewer, entity: str) -> Models | None:
    """The match models of an entity; None for what is not mastered, and for a viewer of one region."""
    if viewer.region or entity not in MASTERED:
        return None
    stored = list(rows(viewer).filter(entity=entity).defer("data", "model").order_by("-version"))
    now = drifted.columns(entity) if stored else {}
    followed = Changeover.objects.filter(entity=entity).select_related("model", "former")
    return Models(
        entity=entity,
        label=ENTITIES[entity].label,
        versions=(
            *(_told(row, now) for row in stored),
            _built_in(entity, any(row.state == row.State.PUBLISHED for row in stored)),
        ),
        changeover=followed.defer("model__data", "former__data", "model__model", "former__model").first(),
        jobs=tuple(MatchJob.objects.filter(entity=entity).defer("result").order_by("-pk")[:3]),
    )


def version(viewer: Viewer, entity: str, number: int) -> MatchModel | None:
    """One stored version; None where there is none for this viewer."""
    return rows(viewer).filter(entity=entity, version=number).first()


def comparison(viewer: Viewer, entity: str, first: int | None, second: int) -> MatchJob | None:
    """The newest comparison of two versions that was asked for; without `first`, with any version."""
    if viewer.region:
        return None
    found = MatchJob.objects.filter(entity=entity, second=second)
    return (found if first is None else found.filter(first=first)).order_by("-pk").first()


def weights(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Comparison by comparison its levels with what they weigh in the end, in bits.

    A learned model scales the weights of what speaks of one thing, so that its parts are counted once.
    """
    scale = {place: group["scale"] for group in model.get("groups", []) for place in group["aspects"]}
    return [
        {
            **one,
            "levels": [{**level, "weight": round(level["weight"] * scale.get(k, 1.0), 2)} for level in one["levels"]],
        }
        for k, one in enumerate(model.get("comparisons", []))
    ]


def before(model: Mapping[str, Any]) -> float:
    """What holds before anything is compared, in bits."""
    return round(float(model.get("prior", 0.0)) + float(model.get("shift", 0.0)), 2)


def scope(found: Mapping[str, Any]) -> str:
    """Which source records two versions were compared on, and what that leaves open, in words."""
    if found["records"] == found["of"]:
        return f"All {found['of']:,} source records."
    return (
        f"{found['records']:,} of {found['of']:,} source records, those of the newest golden records. A key that too "
        "many of all records share may be rare among these, so pairs may appear here that matching the whole hub never "
        "compares."
    )


def warnings(row: MatchModel) -> tuple[str, ...]:
    """What has become of the attributes a version learned from, and what to do about it; nothing of a retired one."""
    return _warnings(row, drifted.columns(row.entity))


def _warnings(row: MatchModel, now: Mapping[str, str]) -> tuple[str, ...]:
    if row.state == MatchModel.State.RETIRED:
        return ()
    found = (drifted.broken(row.figures, now), drifted.unseen(row.figures, now))
    return tuple(f"{one} Train another version." for one in found if one)


def words(row: Changeover) -> str:
    """How far the records follow, as a sentence."""
    that = f"rule set {row.rule_set}" if row.rule_set else f"version {row.version}"
    told = {"version": row.version, "that": that, "what": that.capitalize(), "done": row.done, "total": row.total}
    return WORDS[Changeover.Stage(row.stage)].format(**told)


def share(row: Changeover) -> float:
    """How much of all three passes is done, 0 to 1; of this pass where only match rules moved, which need not all."""
    if row.stage == Changeover.Stage.DONE:
        return 1.0
    done, place = row.done / max(row.total, 1), list(WORDS).index(Changeover.Stage(row.stage))
    return done if row.rule_set else (place + done) / 3


def _told(row: MatchModel, now: Mapping[str, str]) -> Version:
    return Version(
        entity=row.entity,
        version=row.version,
        state=row.state,
        name=str(row),
        note=row.note,
        created_at=row.created_at,
        created_by=row.created_by.get_username() if row.created_by else "",
        published_at=row.published_at,
        figures=row.figures,
        warnings=_warnings(row, now),
        row=row,
    )


def _built_in(entity: str, replaced: bool) -> Version:
    return Version(
        entity=entity,
        version=0,
        state=MatchModel.State.RETIRED if replaced else MatchModel.State.PUBLISHED,
        name=MODELS[entity].version,
        note=BUILT_IN,
        created_at=None,
        created_by="",
        published_at=None,
        figures={},
        warnings=(),
        row=None,
    )

"""Put a match model in force without taking records apart on the way.

First every record gets the keys of the coming model beside those in force. Then it is in force in all processes, all
edges are found and weighed by it, and at last the partition follows: each group goes from what it was to what it is by
the new model in one step. Each part is a transaction that moves a cursor, so it goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from mdm import outbox, rules
from mdm.engine.matching import MODELS
from mdm.models import Changeover, MatchModel, SourceRecord
from mdm.pipeline import consolidate, link, locks, match, process, relate
from mdm.rules import Rules
from mdm.selectors import drifted

log = structlog.get_logger(__name__)
CHUNK = 500
_ORDER = [*Changeover.Stage]  # one after the other
TASK = "mdm.tasks.follow_models"


class Unusable(Exception):
    """A version that cannot be put in force, with sentences that say why and what to do."""


@transaction.atomic
def begin(entity: str, model: MatchModel | None, *, user_id: int | None = None) -> Changeover:
    """Have the records of an entity follow this model, None for the built-in one; a worker goes on with it.

    Asked for again it begins anew, and instead of another one that is under way.

    Raises Unusable for a model that this release cannot read, or that learned from attributes which are others now.
    """
    if model is not None:
        _check(model)
    now = timezone.now()
    row, _ = Changeover.objects.select_for_update().get_or_create(entity=entity, defaults={"started_at": now})
    locks.era()
    in_force = MatchModel.objects.filter(entity=entity, state=MatchModel.State.PUBLISHED).first()
    if in_force != model:
        row.former = in_force
    row.model, row.asked_by_id, row.started_at, row.finished_at, row.rule_set = model, user_id, now, None, None
    _enter(row, Changeover.Stage.KEYS)
    if model is None:  # the keys of the built-in model are always there
        _switch(row)
    row.save()
    outbox.wake(TASK)
    return row


@transaction.atomic
def keep_up(entity: str) -> None:
    """Have the records of an entity follow match rules that were edited since all last did.

    Thresholds of a built-in model in force take another look at all edges, one-to-one rules only link anew.
    """
    now, done = timezone.now(), Changeover.Stage.DONE
    row, new = Changeover.objects.select_for_update().get_or_create(
        entity=entity, defaults={"started_at": now, "finished_at": now, "stage": done, "by": _untouched(entity)}
    )
    book = rules.current()
    before, by = row.by or _untouched(entity), _by(entity, book)
    if by == before:
        if new:
            row.delete()
        return
    stage = _first_stage(before, by, built_in=not book.numbers[entity])
    if stage is not None and _ORDER.index(row.stage) >= _ORDER.index(stage):  # before that it comes to it anyhow
        locks.era()
        row.rule_set = book.version if row.stage == done else row.rule_set
        row.started_at, row.finished_at = now, None
        _enter(row, stage)
        outbox.wake(TASK)
    row.by = by
    row.save()


def _first_stage(before: Mapping[str, Any], now: Mapping[str, Any], built_in: bool) -> Changeover.Stage | None:
    if built_in and now["thresholds"] != before["thresholds"]:
        return Changeover.Stage.EDGES
    return Changeover.Stage.LINKS if now["one_to_one"] != before["one_to_one"] else None


def _by(entity: str, book: Rules) -> dict[str, Any]:
    """The match rules that all records of an entity follow, as JSON."""
    own = dict(book.beside[entity]).get(0, book.models[entity])  # the built-in model, in force or not
    told = {f"{pk}:{object_type}": once for (pk, object_type), once in book.holds[entity].items()}
    return {"thresholds": [own.match_at, own.review_at], "one_to_one": told}


def _untouched(entity: str) -> dict[str, Any]:
    """What records follow where nobody ever edited match rules."""
    return {"thresholds": [MODELS[entity].match_at, MODELS[entity].review_at], "one_to_one": {}}


def _check(model: MatchModel) -> None:
    try:
        rules.learned(model.pk)
    except ImproperlyConfigured as error:
        raise Unusable(str(error)) from error
    if words := drifted.broken(model.figures, drifted.columns(model.entity)):
        raise Unusable(f"Match model {model} cannot be put in force. {words} Train another version.")


def follow(
    entity: str, told: Callable[[Changeover], None] = lambda row: None, *, seconds: float = float("inf")
) -> None:
    """Go on until all records follow, or another process is at it; `told` hears how far it is after every part.

    After so many `seconds` it leaves the rest to a task of its own, so that others get their turn.
    """
    until = time.monotonic() + seconds
    while row := advance(entity):
        told(row)
        if time.monotonic() > until:
            outbox.wake(TASK)
            return


def advance(entity: str) -> Changeover | None:
    """Do the next part; None where nothing is left to do, or another process does it just now."""
    return process.whole(lambda: _advance(entity))


def _advance(entity: str) -> Changeover | None:
    waiting = Changeover.objects.exclude(stage=Changeover.Stage.DONE).filter(entity=entity)
    row = waiting.select_for_update(skip_locked=True).first()
    if row is None:
        return None
    rest = SourceRecord.objects.filter(entity=entity, pk__gt=row.cursor).order_by("pk")
    if pks := list(rest.values_list("pk", flat=True)[:CHUNK]):
        _WORK[row.stage](pks, row)
        row.cursor, row.done = pks[-1], row.done + len(pks)
    else:
        _turn(row)
    row.save()
    return row


def _turn(row: Changeover) -> None:
    if row.stage == Changeover.Stage.KEYS:
        locks.era()
        _switch(row)
    elif row.stage == Changeover.Stage.EDGES:
        _enter(row, Changeover.Stage.LINKS)
    else:
        row.stage, row.finished_at = Changeover.Stage.DONE, timezone.now()
        log.info("all records follow", entity=row.entity, version=row.version, records=row.done)


def _enter(row: Changeover, stage: Changeover.Stage) -> None:
    row.stage, row.cursor, row.done = stage, 0, 0
    row.total = SourceRecord.objects.filter(entity=row.entity).count()


def _switch(row: Changeover) -> None:
    """From here on every process acts by the new model."""
    published, retired = MatchModel.State.PUBLISHED, MatchModel.State.RETIRED
    for former in MatchModel.objects.filter(entity=row.entity, state=published):
        if former != row.model:
            former.state = retired
            former.save(update_fields=["state"])
    if row.model is not None:
        row.model.state, row.model.published_at, row.model.published_by = published, timezone.now(), row.asked_by
        row.model.save(update_fields=["state", "published_at", "published_by"])
    _enter(row, Changeover.Stage.EDGES)


def _keys(pks: Sequence[int], row: Changeover) -> None:
    records, book = _held(pks), rules.current()
    match.index(records, match.lock(records, book), book)


def _edges(pks: Sequence[int], row: Changeover) -> None:
    records, book = _held(pks), rules.current()
    match.apply(records, match.lock(records, book), book)


def _links(pks: Sequence[int], row: Changeover) -> None:
    cause, book = f"rule set {row.rule_set}" if row.rule_set else f"match model {row.version}", rules.current()
    linked = link.apply(pks, book)
    relations = relate.apply([], linked.moved, book, cause)
    changed = consolidate.apply(linked.goldens, book, cause=cause, known=linked.members.values())
    joined = {record.golden_id for record in linked.moved if record.golden_id}
    outbox.goldens(
        {
            **dict.fromkeys(changed, "golden.changed"),
            **dict.fromkeys(joined, "golden.records"),
            **dict.fromkeys(linked.merged, "golden.merged"),
        }
    )
    outbox.emit(("relation.changed", "relation", pk, "") for pk in sorted(relations))


def _held(pks: Sequence[int]) -> list[SourceRecord]:
    """These records as they are, and nobody may change what they say until the transaction ends."""
    rows = SourceRecord.objects.filter(pk__in=pks)
    locks.records(rows)
    return list(rows.select_related("connection").order_by("pk"))


_WORK: Mapping[str, Callable[[Sequence[int], Changeover], None]] = {
    Changeover.Stage.KEYS: _keys,
    Changeover.Stage.EDGES: _edges,
    Changeover.Stage.LINKS: _links,
}

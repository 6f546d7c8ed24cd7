"""Golden rows written together with their history: one row each, a complete as-of snapshot with cause and actor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils import timezone

from mdm import logs
from mdm.models import Actor, bulk


def create(rows: Sequence[models.Model], *, actor: Actor | None = None, cause: str = "") -> None:
    """Insert new rows of one model with history."""
    bulk.insert(rows)
    record(rows, "+", actor=actor, cause=cause)


def update(rows: Sequence[models.Model], fields: Sequence[str], *, actor: Actor | None = None, cause: str = "") -> None:
    """Save these fields of rows that exist, with history."""
    bulk.update(rows, fields)
    record(rows, "~", actor=actor, cause=cause)


def record(rows: Sequence[models.Model], kind: str, *, actor: Actor | None = None, cause: str = "") -> None:
    """Write the history of rows as they stand now; kind is + for created and ~ for changed."""
    if not rows:
        return
    past: Any = rows[0].history.model  # type: ignore[attr-defined]
    at = timezone.now()
    bulk.insert(
        [
            past(
                history_date=at,
                history_type=kind,
                history_change_reason=cause[:100] or None,
                cause=cause[:200],
                actor_id=actor.pk if actor else None,
                correlation_id=logs.current(),
                **{field.attname: getattr(row, field.attname) for field in past.tracked_fields},
            )
            for row in rows
        ],
        ids=False,
    )

"""Celery tasks of the hub itself."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from mdm import outbox
from mdm.api.common import once
from mdm.entities import MASTERED
from mdm.pipeline import changeover, matchjobs, prices, rebuild


@shared_task
def apply_rules() -> None:
    """Consolidate every golden record by rules that changed since they were last applied to all."""
    rebuild.apply_rules()


@shared_task
def follow_models() -> None:
    """Have all records follow the match models that were published last."""
    for entity in MASTERED:
        changeover.follow(entity, seconds=20)


@shared_task
def match_jobs() -> None:
    """Train match models and compare versions, as people asked for it."""
    matchjobs.work()


@shared_task
def number_changes() -> None:
    """Give what happened its places in the change feed, also while nobody reads it."""
    outbox.number()


@shared_task
def prune() -> None:
    """Forget answers kept for requests that are sent again."""
    once.prune()


@shared_task
def turn_prices() -> None:
    """Hand on the prices that begin or end today by the hub's time zone, once a day."""
    prices.turn(timezone.localdate())

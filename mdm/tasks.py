"""Celery tasks of the hub itself."""

from __future__ import annotations

from celery import shared_task

from mdm.pipeline import rebuild


@shared_task
def apply_rules() -> None:
    """Consolidate every golden record by rules that changed since they were last applied to all."""
    rebuild.apply_rules()

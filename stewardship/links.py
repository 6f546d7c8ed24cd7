"""Addresses of golden records."""

from __future__ import annotations

from django.urls import reverse

from mdm.models import GoldenValues

# Tab -> its name; the first one stands at the record's own address.
TABS = {"": "Overview", "sources": "Sources", "history": "History", "relations": "Relations", "sync": "Sync"}


def to_golden(row: GoldenValues, tab: str = "") -> str:
    """The address of a golden record, or of one of its tabs."""
    name = f"{row.entity.name}-{tab}" if tab else row.entity.name
    return reverse(f"stewardship:{name}", args=[row.golden.uid])

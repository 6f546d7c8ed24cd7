"""The three zones of a pair."""

from __future__ import annotations

from enum import StrEnum


class Zone(StrEnum):
    """What follows from a comparison: link, ask a steward, or leave apart."""

    MATCH = "match"
    REVIEW = "review"
    NO_MATCH = "no_match"

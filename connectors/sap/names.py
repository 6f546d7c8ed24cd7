"""A legal name in SAP's four name fields of 40 characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.mapping import text
from mdm.engine.values import Json

FIELDS = ("OrganizationBPName1", "OrganizationBPName2", "OrganizationBPName3", "OrganizationBPName4")
LENGTH = 40


def join(record: Mapping[str, Json], what: str) -> str | None:
    """The parts of a name with a blank between them; raises Permanent for what is no text."""
    parts = [text(record.get(name), name, what) for name in FIELDS]
    return " ".join(part.strip() for part in parts if part) or None


def split(name: str) -> list[str]:
    """At most four parts, broken between words; only a word longer than a field is broken itself."""
    parts = [""]
    for piece in _pieces(name):
        longer = f"{parts[-1]} {piece}".strip()
        if len(longer) <= LENGTH:
            parts[-1] = longer
        else:
            parts.append(piece)
    return parts[: len(FIELDS)]


def fitting(name: str) -> str:
    """The name as SAP gives it back."""
    return " ".join(split(name))


def fields(name: str) -> dict[str, str]:
    """All four fields of a name; those it does not need are emptied."""
    parts = split(name)
    return {field: parts[at] if at < len(parts) else "" for at, field in enumerate(FIELDS)}


def _pieces(name: str) -> Iterator[str]:
    for word in name.split():
        for start in range(0, len(word), LENGTH):
            yield word[start : start + LENGTH]

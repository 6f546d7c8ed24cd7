"""One write to the service, and how a difference is taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connectors.sap.odata import Record
from mdm.engine.values import Json


@dataclass(frozen=True, slots=True)
class Write:
    """One request that changes something. `path` is below the service; `etag` is empty where a record has none."""

    method: Literal["POST", "PATCH", "DELETE"]
    path: str
    body: Mapping[str, Json] | None = None
    etag: str = ""


def difference(wanted: Mapping[str, Json], held: Record) -> dict[str, Json]:
    """The fields that are not yet as wanted, None as SAP's empty value; nothing, "" and false are one."""
    return {name: _empty(held.get(name), value) for name, value in wanted.items()
            if (value or None) != (held.get(name) or None)}


def _empty(held: Json, value: Json) -> Json:
    if value is None:
        return False if isinstance(held, bool) else ""
    return value

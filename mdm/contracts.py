"""What crosses the border between the hub and its connectors: SourceChange on the way in, Desired on the way out.

Attribute maps are keyed by the text form of `mdm.engine.values.Key` (`name|context|value_id`) and hold canonical names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mdm.engine.values import Json

ChangeKind = Literal["snapshot", "patch", "delete", "merged"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A record named by its key in the same connection; it need not have arrived yet."""

    object_type: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """One thing a connection says about one of its objects.

    snapshot: `attributes` and `refs` are complete, what is missing is empty there.
    patch: only the keys given changed; None empties a value.
    delete: the object is gone there. merged: it was merged into `merged_into` there.

    Values are raw as the system holds them; `pipeline.receive` standardises them by the attribute's kind.
    `source_time` is the system's own stamp; `observed_at` the moment the hub read the answer (for an answer to a push:
    the moment before the request was sent). Both are aware datetimes.
    `sent` is filled only in the answer to a push: key -> canonical value the hub asked for.
    """

    connection: str
    object_type: str
    external_id: str
    entity: str
    kind: ChangeKind
    source_time: datetime
    observed_at: datetime
    attributes: Mapping[str, Json] = field(default_factory=dict)
    refs: Mapping[str, Ref | None] = field(default_factory=dict)
    merged_into: str = ""
    crosswalk_key: str = ""
    sent: Mapping[str, Json] | None = None
    raw: Mapping[str, Json] = field(default_factory=dict)
    correlation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """What one slot should hold, beside what it was last observed to hold.

    `attributes`: golden values the target may hold, already in the form it can represent, one per key without value id.
    `changed`: the keys among them that differ from `observed`; on a create, all of them.
    `observed`: text key (with the system's value ids) -> value last seen there; empty on a create.
    `ids`: the tri-identifier as `role -> external id` plus `golden` -> golden id.
    `refs`: relation end (`person`, `organisation`, `parent`) -> external id in this connection.
    `operation`: upsert, or block where the golden record must no longer be used there.
    """

    connection: str
    object_type: str
    entity: str
    golden_id: str
    crosswalk_key: str
    external_id: str = ""
    operation: Literal["upsert", "block"] = "upsert"
    attributes: Mapping[str, Json] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    observed: Mapping[str, Json] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    correlation_id: str = ""

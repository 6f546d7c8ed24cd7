"""Take in source changes: standardise by kind, keep the version, fold it in, stop where nothing changed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from mdm.contracts import Ref, SourceChange
from mdm.engine import testimony
from mdm.engine.standardize import Hints, standardize
from mdm.engine.values import Cell, Json, Key
from mdm.entities import ENTITIES, MASTERED
from mdm.models import Connection, Crosswalk, SourceRecord, SourceRef, SourceVersion, bulk, reading
from mdm.pipeline import locks
from mdm.rules import Rules

FOLDED = ["status", "merged_into", "cells", "problems", "first_at", "head_at", "head_observed_at", "head_digest"]
CLAIMED = ["created_for", "crosswalk_key"]
_LATEST_SIGHT = (
    "ON CONFLICT (record_id, source_time, digest) DO UPDATE"
    " SET observed_at = greatest(mdm_sourceversion.observed_at, excluded.observed_at)"
)
RecordKey = tuple[int, str, str]

_NAMED = """
SELECT record.* FROM mdm_sourcerecord record
  JOIN unnest((SELECT %s::bigint[]), (SELECT %s::text[]), (SELECT %s::text[]))
  AS asked (connection_id, object_type, external_id) USING (connection_id, object_type, external_id)
"""


class UnknownConnection(Exception):
    """A change names a connection that is not set up."""


@dataclass(slots=True)
class Received:
    """What a batch of changes did: `touched` moved at all, `restated` say something else than before, `new` ones."""

    connections: Mapping[int, Connection] = field(default_factory=dict)  # all there are, by id
    records: dict[RecordKey, SourceRecord] = field(default_factory=dict)
    touched: list[SourceRecord] = field(default_factory=list)
    restated: list[SourceRecord] = field(default_factory=list)
    rerefed: list[SourceRecord] = field(default_factory=list)
    new: list[SourceRecord] = field(default_factory=list)
    repeated: list[SourceRecord] = field(default_factory=list)
    claimed: list[SourceRecord] = field(default_factory=list)  # known to be made by the hub from now on
    unmoved: list[SourceRecord] = field(default_factory=list)  # holds what it held, or what we wrote

    @property
    def news(self) -> list[SourceRecord]:
        """Records that may now differ from what they should hold; the echo of our own write is not among them."""
        quiet = {id(record) for record in self.unmoved}
        return [record for record in self.touched if id(record) not in quiet]

    @property
    def matched(self) -> list[SourceRecord]:
        """Restated records that are matched; the records of relations follow their ends instead."""
        return [record for record in self.restated if record.entity in MASTERED]


def read(
    changes: Sequence[SourceChange], rules: Rules, *, quiet: bool = False
) -> tuple[Received, list[SourceVersion]]:
    """Fold the changes into their records in memory, under the records' locks; nothing is written yet.

    `quiet`: pass over a snapshot that says just what its record holds and said already, however it is spelt.
    """
    connections = {row.code: row for row in Connection.objects.all()}
    for change in changes:
        if change.connection not in connections:
            raise UnknownConnection(f"'{change.connection}' is no connection. Set it up under connections first.")
    keyed = [((connections[c.connection].pk, c.object_type, c.external_id), c) for c in changes]
    names: dict[str, set[str | int]] = defaultdict(set)
    for key, change in keyed:
        names[ENTITIES[change.entity].mastered].update(_names(key, change))
    locks.take(locks.RECORDS, names)
    by_pk = {row.pk: row for row in connections.values()}
    known = _load({key for key, _ in keyed}, by_pk)
    received = Received(connections=by_pk, records=dict(known))
    grouped: dict[RecordKey, list[tuple[SourceChange, SourceVersion]]] = defaultdict(list)
    for key, change in keyed:
        version = _version(change, rules, by_pk[key[0]])
        if not (quiet and key in known and _says_nothing_new(known[key], version)):
            grouped[key].append((change, version))
    fresh = {key: _once([version for _, version in arrived]) for key, arrived in grouped.items()}
    claims = _claims(known, grouped)
    earlier = _earlier(known, fresh, claims.keys())
    versions = []
    for key, arrived in grouped.items():
        record = known.get(key)
        state = record.state if record else testimony.State()
        if record is not None and key not in claims and all(_repeats(state, version) for version in fresh[key]):
            record.head_observed_at = max(record.head_observed_at, fresh[key][0].observed_at)
            received.repeated.append(record)
        else:
            if record is None:
                record = received.records[key] = _new(key, by_pk[key[0]], arrived[0][0])
                received.new.append(record)
            if key in claims:
                _claim(received, record, *claims[key])
            _put(received, record, state, _folded(record, state, fresh[key], earlier.get(record.pk, [])), fresh[key])
        versions += _belonging(fresh[key], record)
    return received, versions


def _names(key: RecordKey, change: SourceChange) -> Iterable[str]:
    """All that two workers must not bring at once: the record, those it points to, and the promise it claims.

    Else a contact and its account, or the loser and the winner of a merge, could each arrive unseen by the other.
    """
    yield "|".join(map(str, key))
    yield from (f"{key[0]}|{ref.object_type}|{ref.external_id}" for ref in change.refs.values() if ref)
    if change.merged_into:
        yield f"{key[0]}|{key[1]}|{change.merged_into}"
    if change.crosswalk_key:
        yield change.crosswalk_key


def _says_nothing_new(record: SourceRecord, version: SourceVersion) -> bool:
    """Whether a snapshot says just what its record holds and said already."""
    if (record.status, version.kind) != (SourceRecord.Status.ACTIVE, "snapshot"):
        return False
    cells = {key: Cell.from_json(cell) for key, cell in record.cells.items()}
    held = {key: cell.held for key, cell in cells.items() if cell.held is not None}
    by_hub = any(cell.by_hub for cell in cells.values())
    return not by_hub and held == {key: value for key, value in version.attributes.items() if value is not None}


def store(received: Received, versions: Sequence[SourceVersion]) -> None:
    """Write what `read` folded: records, versions, references."""
    now = timezone.now()
    bulk.insert(received.new)
    new = {id(record) for record in received.new}
    moved = [record for record in received.touched if id(record) not in new]
    bulk.update(moved, FOLDED)
    bulk.update([record for record in received.claimed if id(record) not in new], CLAIMED)
    bulk.update(received.repeated, ["head_observed_at"])
    seen = [record.pk for record in received.records.values() if id(record) not in new]
    if seen:
        SourceRecord.objects.filter(pk__in=seen).update(seen_at=now)
    for version in versions:
        version.record_id = version._record.pk  # type: ignore[attr-defined]
    bulk.insert(versions, conflict=_LATEST_SIGHT, ids=False)
    _store_refs(received.rerefed)


def _store_refs(records: Sequence[SourceRecord]) -> None:
    if records:
        SourceRef.objects.filter(record__in=records).delete()
    bulk.insert(
        [
            SourceRef(
                record=record,
                name=key[1:],
                connection_id=record.connection_id,
                object_type=cell["v"][0],
                external_id=cell["v"][1],
            )
            for record in records
            for key, cell in record.cells.items()
            if key.startswith("@") and cell["v"]
        ],
        ids=False,
    )


def _load(keys: set[RecordKey], connections: Mapping[int, Connection]) -> dict[RecordKey, SourceRecord]:
    found = {}
    for row in reading.rows(SourceRecord, _NAMED, [list(column) for column in zip(*keys, strict=True)]):
        row.connection = connections[row.connection_id]
        found[row.connection_id, row.object_type, row.external_id] = row
    return found


def _claims(
    known: Mapping[RecordKey, SourceRecord],
    grouped: Mapping[RecordKey, Sequence[tuple[SourceChange, SourceVersion]]],
) -> dict[RecordKey, tuple[Crosswalk, bool]]:
    """Records that show for the first time that the hub made them: by a key it promised, even if the reply was lost.

    A record may be known already: a poll can come before the answer, and need not carry the key. The flag says whether
    the key is still free; where a system made two records by one call, the first keeps it.
    """
    asked: dict[UUID, list[RecordKey]] = defaultdict(list)
    for key, arrived in grouped.items():
        if key in known and known[key].created_for_id is not None:
            continue
        for promise in {promise for change, _ in arrived if (promise := _uuid(change.crosswalk_key))}:
            asked[promise].append(key)
    if not asked:
        return {}
    taken = set(SourceRecord.objects.filter(crosswalk_key__in=asked).values_list("crosswalk_key", flat=True))
    claims = {}
    for row in Crosswalk.objects.filter(key__in=asked, anchor__isnull=False).select_related("anchor"):
        kin = [key for key in asked[row.key] if row.anchor and _of_one_entity(row.anchor.entity, grouped[key])]
        for key in sorted(kin):
            claims[key] = (row, row.object_type == key[1] and row.key not in taken)
            taken |= {row.key} if row.object_type == key[1] else set()
    return claims


def _of_one_entity(entity: str, arrived: Sequence[tuple[SourceChange, SourceVersion]]) -> bool:
    """A key promised for a customer says nothing on a product, whatever a system may have copied it to."""
    return all(ENTITIES[change.entity].mastered == ENTITIES[entity].mastered for change, _ in arrived)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _claim(received: Received, record: SourceRecord, promise: Crosswalk, free: bool) -> None:
    record.created_for = promise.anchor
    if free:
        record.crosswalk_key = promise.key
    received.claimed.append(record)


def _once(versions: Sequence[SourceVersion]) -> list[SourceVersion]:
    """The same content at the same source time is one version, observed at the latest moment it was."""
    kept: dict[tuple[datetime, str], SourceVersion] = {}
    for version in versions:
        twin = kept.setdefault((version.source_time, version.digest), version)
        twin.observed_at = max(twin.observed_at, version.observed_at)
    return list(kept.values())


def _repeats(state: testimony.State, version: SourceVersion) -> bool:
    return state.head is not None and (version.source_time, version.digest) == (state.head[0], state.head[2])


def _earlier(
    known: Mapping[RecordKey, SourceRecord],
    fresh: Mapping[RecordKey, Sequence[SourceVersion]],
    claimed: Collection[RecordKey],
) -> dict[int, list[testimony.Version]]:
    """All stored versions of the records that must be folded anew: something late arrived, or they are ours now."""
    late = [
        known[key].pk
        for key, versions in fresh.items()
        if key in known and (key in claimed or any(_is_late(known[key], version) for version in versions))
    ]
    found: dict[int, list[testimony.Version]] = {pk: [] for pk in late}
    for row in SourceVersion.objects.filter(record_id__in=late) if late else ():
        found[row.record_id].append(row.as_version())
    return found


def _is_late(record: SourceRecord, version: SourceVersion) -> bool:
    """Older than the head; or of the head's second with other content, which may be one already stored."""
    if (version.source_time, version.digest) == (record.head_at, record.head_digest):
        return False
    return version.source_time <= record.head_at


def _folded(
    record: SourceRecord,
    before: testimony.State,
    fresh: Sequence[SourceVersion],
    stored: Sequence[testimony.Version],
) -> testimony.State:
    """Fold on from the head where everything is newer; else the whole set of versions again."""
    versions = {(version.source_time, version.digest): version for version in stored}
    for version in (row.as_version() for row in fresh):
        twin = versions.get((version.source_time, version.digest))
        if twin is None or twin.observed_at < version.observed_at:
            versions[version.source_time, version.digest] = version
    return fold(record, versions.values(), testimony.State() if stored else before)


def fold(
    record: SourceRecord, versions: Iterable[testimony.Version], before: testimony.State = testimony.EMPTY
) -> testimony.State:
    """The state of a record after these versions."""
    assigned = ENTITIES[record.entity].assigned
    return testimony.fold(versions, before, ours=record.created_for_id is not None, assigned=assigned)


def _belonging(versions: Sequence[SourceVersion], record: SourceRecord) -> list[SourceVersion]:
    for version in versions:
        version._record = record  # type: ignore[attr-defined]
    return list(versions)


def _put(
    received: Received,
    record: SourceRecord,
    before: testimony.State,
    state: testimony.State,
    fresh: Sequence[SourceVersion],
) -> None:
    assert state.head is not None
    record.head_at, record.head_observed_at, record.head_digest = state.head
    record.first_at = min([record.first_at, *(version.source_time for version in fresh)])
    record._causes = {version.correlation_id for version in fresh}  # type: ignore[attr-defined]
    record.cells = {key: cell.to_json() for key, cell in state.cells.items()}
    record.problems = _problems(record, state.cells)
    record.status, record.merged_into = state.status, state.merged_into
    received.touched.append(record)
    known = record.pk is not None
    rerefed = _refs(before) != _refs(state)
    if not known or record in received.claimed or _said(before) != _said(state):
        received.restated.append(record)
    elif not rerefed and (_same(before, state) or all(version.sent is not None for version in fresh)):
        received.unmoved.append(record)
    if rerefed:
        received.rerefed.append(record)


def _same(before: testimony.State, state: testimony.State) -> bool:
    """Holds what it held; of what is gone, a later delete dates the end of a relation anew."""
    return state.status == "active" and state.cells == before.cells


def _said(state: testimony.State) -> tuple[object, ...]:
    stated = {key: cell.stated for key, cell in state.cells.items() if not key.startswith("@")}
    return (stated, state.status, state.merged_into)


def _refs(state: testimony.State) -> dict[str, Json]:
    return {key: cell.held for key, cell in state.cells.items() if key.startswith("@")}


def _new(key: RecordKey, connection: Connection, change: SourceChange) -> SourceRecord:
    return SourceRecord(
        connection=connection,
        object_type=change.object_type,
        external_id=change.external_id,
        entity=change.entity,
        first_at=change.source_time,
        seen_at=timezone.now(),
    )


def _version(change: SourceChange, rules: Rules, connection: Connection) -> SourceVersion:
    attributes = standardised(change, rules, connection)
    attributes |= {f"@{name}": _ref(ref) for name, ref in change.refs.items()}
    sent = None if change.sent is None else dict(change.sent)
    return SourceVersion(
        kind=change.kind,
        source_time=change.source_time,
        observed_at=change.observed_at,
        digest=_digest([change.kind, attributes, sent, change.merged_into]),
        attributes=attributes,
        sent=sent,
        merged_into=change.merged_into,
        raw=change.raw,
        correlation_id=change.correlation_id,
    )


def _ref(ref: Ref | None) -> Json:
    return [ref.object_type, ref.external_id] if ref else None


def _digest(content: Json) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def standardised(change: SourceChange, rules: Rules, connection: Connection) -> dict[str, Json]:
    """The attributes of a change in their standard forms; what is empty is left out of anything but a patch."""
    hints = Hints(country=_country(change.attributes) or connection.country)
    out = {}
    for text, raw in change.attributes.items():
        key = Key.parse(text)
        value = standardize(rules.kind(change.entity, key), raw, key.context, hints).value
        if value is not None or change.kind == "patch":
            out[text] = value
    return out


def _country(attributes: Mapping[str, Json]) -> str:
    """The country the record lives in, from its own addresses: phones without a prefix are read as local ones."""
    for text in sorted(attributes):
        value = attributes[text]
        if text.startswith("addresses") and isinstance(value, dict) and value.get("country"):
            return str(standardize("country", value["country"]).value or "")
    return ""


def _problems(record: SourceRecord, cells: Mapping[str, Cell]) -> dict[str, str]:
    """What could not be standardised and was kept as it came, with a sentence for each."""
    entity = ENTITIES[record.entity]
    hints = Hints(country=_country({key: cell.held for key, cell in cells.items()}) or record.connection.country)
    found = {}
    for text, cell in cells.items():
        attribute = entity.attribute(Key.parse(text).name)
        if attribute is not None and cell.held is not None:
            problem = standardize(attribute.kind, cell.held, Key.parse(text).context, hints).problem
            if problem:
                found[text] = problem
    return found

"""Changes of SAP since a cursor.

Partners carry a change date and time of one second; both are asked for, and the window overlaps. A created partner may
have no change stamp yet, so the creation stamp counts too. Pages are ordered by number, which never changes, and a
record can only enter the window while we read, so $skip passes over none.

Relationships carry no change stamp and no mark when deleted: they are all read each time and compared with what the
cursor remembers of them, `number -> digest`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors.base import FieldRow, Page, Payload
from connectors.sap import contacts, mapping, odata
from connectors.sap.client import Client
from connectors.sap.odata import Record
from connectors.sap.options import Options
from connectors.sap.reading import KINDS, Kind, by_number
from mdm.engine.values import Json

Cursor = Mapping[str, Json]
STAMPED = ("LastChange", "Creation")  # the pairs of fields that tell when something happened


def partners(
    client: Client, cursor: Cursor, added: Sequence[FieldRow], options: Options, *, full: bool
) -> Iterator[Page]:
    """Pages of partners; the cursor is `{"since": stamp}`, and `{..., "skip", "next"}` inside a run.

    A run that was cut short goes on where it stopped.
    """
    kind = KINDS[mapping.PARTNER]
    inside = "skip" in cursor and not full
    since = None if full else _time(cursor.get("since"))
    skip = int(cursor["skip"]) if inside else 0
    following = str(cursor.get("next", "")) if inside else ""
    query = {**kind.query(added), "$orderby": kind.key, "$top": str(options.page_size)}
    if since is not None:
        query["$filter"] = _changed_since(since.astimezone(options.time_zone))
    more = True
    while more:
        at = datetime.now(UTC)
        found = client.read(kind.entity_set, {**query, "$skip": str(skip)}, kind.object_type)
        following = following or ((found.at or at) - timedelta(seconds=options.overlap_seconds)).isoformat()
        skip += len(found.records)
        more = bool(found.records) and (found.more or len(found.records) >= options.page_size)
        rest = {"since": since.isoformat() if since else "", "skip": skip, "next": following}
        kept = [record for record in found.records if since is None or _is_news(record, since, options)]
        payloads = tuple(_payload(kind, record, at) for record in kept)
        yield Page(payloads=payloads, cursor=rest if more else {"since": following})


def _time(text: Json) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if isinstance(text, str) and text else None


def _changed_since(local: datetime) -> str:
    """Both stamps are two fields each, in the system's own time zone, whose clock shows one hour of autumn twice."""
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        local = local.replace(tzinfo=None) - timedelta(hours=1)
    day, hour = odata.day_literal(local.date()), odata.time_literal(local.time())
    return " or ".join(
        f"{name}Date gt {day} or ({name}Date eq {day} and {name}Time ge {hour})" for name in STAMPED
    )


def _is_news(record: Record, since: datetime, options: Options) -> bool:
    what = f"{mapping.PARTNER} {record.get('BusinessPartner')}"
    stamps = (odata.stamp(record, f"{name}Date", f"{name}Time", options.time_zone, what)
              for name in STAMPED)
    return any(stamp is not None and stamp >= since.replace(microsecond=0) for stamp in stamps)


def _payload(kind: Kind, record: Record, at: datetime, *, gone: bool = False) -> Payload:
    body = {} if gone else record
    return Payload(object_type=kind.object_type, external_id=str(record.get(kind.key)), body=body, observed_at=at)


# ---- contact relationships -----------------------------------------------------------------------------------------


def relationships(
    client: Client, cursor: Cursor, added: Sequence[FieldRow], options: Options, *, full: bool
) -> Iterator[Page]:
    """Pages of relationships that are new, changed or gone, all where `full`; the cursor moves with the last page."""
    kind, seen = KINDS[mapping.CONTACT], cursor.get("seen")
    known: Cursor = seen if isinstance(seen, Mapping) else {}
    now: dict[str, Json] = {}
    for found, at, last in _listed(client, kind, added, options):
        digests = {str(record.get(kind.key)): _digest(record) for record in found}
        now |= digests
        news = [_payload(kind, record, at) for record, (number, digest) in zip(found, digests.items(), strict=False)
                if full or known.get(number) != digest]
        if last:
            missing = known.keys() - now.keys()
            there = by_number(client, kind, missing, added, at)  # one deleted while we paged moves others out of sight
            held = {number for number, record in there.items() if not contacts.has_ended(record, at, kind.object_type)}
            now |= {number: known[number] for number in held}
            news += [_payload(kind, {kind.key: number}, at, gone=True) for number in sorted(missing - held)]
        yield Page(payloads=tuple(news), cursor={"seen": now} if last else cursor)


def _listed(
    client: Client, kind: Kind, added: Sequence[FieldRow], options: Options
) -> Iterator[tuple[list[Record], datetime, bool]]:
    """Pages of the relationships that hold now, one slice of time each, their moment and whether it is the last."""
    skip, more = 0, True
    day = odata.day_literal(datetime.now(options.time_zone).date())
    query = {**kind.query(added), "$filter": f"ValidityEndDate ge {day}", "$orderby": kind.key}
    while more:
        at = datetime.now(UTC)
        page = {"$top": str(options.page_size), "$skip": str(skip)}
        found = client.read(kind.entity_set, {**query, **page}, kind.object_type)
        skip += len(found.records)
        more = bool(found.records) and (found.more or len(found.records) >= options.page_size)
        held = [one for one in found.records if contacts.is_current(one, at, kind.object_type)]
        yield list({one.get(kind.key): one for one in held}.values()), at, not more


def _digest(record: Record) -> str:
    """A short print of what a relationship says."""
    return hashlib.blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=6).hexdigest()

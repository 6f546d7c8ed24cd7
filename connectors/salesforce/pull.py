"""Reading from Salesforce: what changed, what is gone, and named records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors.base import Page, Payload
from connectors.errors import Permanent
from connectors.mapping import stamp
from connectors.salesforce.client import Client, Found, Record
from mdm.engine.values import Json

GRAVE = ("Id", "MasterRecordId", "SystemModstamp")
ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
IDS_PER_QUERY = 100  # a query travels in the address, which is limited to about 16,000 characters


class Reader:
    """Reads of one connection; each question reaches `overlap` seconds further back than what was seen."""

    def __init__(self, client: Client, overlap: float) -> None:
        self._client, self._overlap = client, timedelta(seconds=overlap)

    def pull(self, object_type: str, fields: Sequence[str], cursor: Mapping[str, Json], full: bool) -> Iterator[Page]:
        """Live records in the order of SystemModstamp, then what was deleted or merged since.

        Cursor: `since` and `deleted_since`, up to which of the system's stamps everything has been seen.
        """
        known = dict(cursor)
        for found, until in self._changed(object_type, fields, None if full else known.get("since")):
            known |= {"since": until} if until else {}
            payloads = tuple(_live(object_type, record, found) for record in found.records)
            yield Page(payloads=payloads, cursor=dict(known))
        for found, until in self._changed(object_type, GRAVE, known.get("deleted_since"), deleted=True):
            known |= {"deleted_since": until} if until else {}
            payloads = tuple(_dead(object_type, record, found) for record in found.records)
            yield Page(payloads=payloads, cursor=dict(known))

    def fetch(self, object_type: str, fields: Sequence[str], ids: Sequence[str]) -> list[Payload]:
        """These records now; one that is gone has an empty body, or tells into which it was merged."""
        now = datetime.now(UTC)
        found = dict(zip(ids, self._client.retrieve(object_type, ids, fields), strict=True))
        graves = self._graves(object_type, [id for id, record in found.items() if record is None])
        return [
            graves.get(id) or Payload(object_type=object_type, external_id=id, body=found[id] or {}, observed_at=now)
            for id in ids
        ]

    def _changed(
        self, object_type: str, fields: Sequence[str], since: Json, *, deleted: bool = False
    ) -> Iterator[tuple[Found, str | None]]:
        """Pages of records stamped `since` or later, each with the stamp up to which all has then been seen."""
        conditions = ["IsDeleted = true"] if deleted else []
        if object_type == "Contact":
            conditions.append("IsPersonAccount = false")  # else the hidden contact of each Person Account comes too
        if since:
            start = stamp({"since": since}, "since", "cursor") - self._overlap
            conditions.append(f"SystemModstamp >= {start:%Y-%m-%dT%H:%M:%SZ}")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        soql = f"SELECT {', '.join(fields)} FROM {object_type}{where} ORDER BY SystemModstamp, Id"
        asked = None
        for found in self._client.query(soql, deleted=deleted):
            asked = asked or found.asked_at
            seen = [at for record in found.records if (at := _stamp(record))]
            seen += [asked] if found.last and asked else []
            yield found, max(seen).isoformat() if seen else None

    def _graves(self, object_type: str, ids: Sequence[str]) -> dict[str, Payload]:
        graves: dict[str, Payload] = {}
        known = [id for id in ids if ID.fullmatch(id)]
        for start in range(0, len(known), IDS_PER_QUERY):
            listed = ", ".join(f"'{id}'" for id in known[start : start + IDS_PER_QUERY])
            soql = f"SELECT {', '.join(GRAVE)} FROM {object_type} WHERE IsDeleted = true AND Id IN ({listed})"
            for found in self._client.query(soql, deleted=True):
                graves |= {str(record.get("Id")): _dead(object_type, record, found) for record in found.records}
        return graves


def _live(object_type: str, record: Record, found: Found) -> Payload:
    return Payload(object_type=object_type, external_id=str(record.get("Id") or ""), body=record,
                   observed_at=found.observed_at)


def _dead(object_type: str, record: Record, found: Found) -> Payload:
    body = {"_deleted_at": record.get("SystemModstamp"), "_merged_into": record.get("MasterRecordId")}
    return Payload(object_type=object_type, external_id=str(record.get("Id") or ""),
                   body={name: value for name, value in body.items() if value}, observed_at=found.observed_at)


def _stamp(record: Record) -> datetime | None:
    """A record's stamp; None for one that is unreadable, which `map` will refuse by itself."""
    try:
        return stamp(record, "SystemModstamp", "record")
    except Permanent:
        return None

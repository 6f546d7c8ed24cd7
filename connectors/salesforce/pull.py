"""Reading from Salesforce: what changed, what is gone, and named records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from connectors.base import Page, Payload
from connectors.errors import Permanent
from connectors.mapping import stamp
from connectors.salesforce.client import Client, Found, Record
from connectors.salesforce.prices import ENTRY, SUBQUERY
from connectors.salesforce.record import ID, IDS_PER_QUERY
from mdm.engine.values import Json

GRAVE = ("Id", "MasterRecordId", "SystemModstamp")
MERGED = ("Account", "Contact")  # all others have no MasterRecordId
PRODUCT = "Product2"
PRICED = (PRODUCT, "PricebookEntry")  # read with what is deleted, for a price that is gone tells so by its stamp alone
LIVE = {
    "Contact": ("IsPersonAccount = false",),  # else the hidden contact of each Person Account comes too
    PRODUCT: ("IsDeleted = false",),
}
PRICES = f"(SELECT {', '.join(ENTRY)} FROM {SUBQUERY} ORDER BY Id)"


class Reader:
    """Reads of one connection; each question reaches `overlap` seconds further back than what was seen."""

    def __init__(self, client: Client, overlap: float) -> None:
        self._client, self._overlap = client, timedelta(seconds=overlap)

    def pull(self, object_type: str, fields: Sequence[str], cursor: Mapping[str, Json], full: bool) -> Iterator[Page]:
        """Live records in the order of SystemModstamp, products whose prices changed, then what was deleted or merged.

        Cursor: `since`, `prices_since` and `deleted_since`, up to which of the system's stamps everything was seen.
        """
        known, begun, first = dict(cursor), "", full or not cursor.get("since")
        for found, until in self._changed(object_type, fields, None if full else known.get("since")):
            known |= {"since": until} if until else {}
            if first and object_type == PRODUCT and found.asked_at:
                begun = begun or found.asked_at.isoformat()  # prices changed from then on may not have been seen
                known["prices_since"] = begun
            payloads = tuple(_live(object_type, self._whole(record), found) for record in found.records)
            yield Page(payloads=payloads, cursor=dict(known))
        if object_type == PRODUCT and not first:
            yield from self._repriced(fields, known)
        for found, until in self._changed(object_type, _grave(object_type), known.get("deleted_since"), deleted=True):
            known |= {"deleted_since": until} if until else {}
            payloads = tuple(_dead(object_type, record, found) for record in found.records)
            yield Page(payloads=payloads, cursor=dict(known))

    def _repriced(self, fields: Sequence[str], known: dict[str, Json]) -> Iterator[Page]:
        """Products of which a price has been made, changed or deleted: that does not move their own stamp."""
        asked = ("Product2Id", "SystemModstamp")
        for found, until in self._changed("PricebookEntry", asked, known.get("prices_since")):
            known |= {"prices_since": until} if until else {}
            ids = list(dict.fromkeys(id for record in found.records if isinstance(id := record.get("Product2Id"), str)))
            now = datetime.now(UTC)
            rows = (record for record in self.products(ids, fields) if record is not None)
            payloads = tuple(_payload(PRODUCT, str(record.get("Id") or ""), record, now) for record in rows)
            yield Page(payloads=payloads, cursor=dict(known))

    def products(self, ids: Sequence[str], fields: Sequence[str], *, essential: bool = False, correlation_id: str = ""
                 ) -> list[Record | None]:
        """Products with their prices in the order of the ids; None for one that is deleted or hidden from us.

        Deleted prices come along, flagged: their stamps tell when the product lost them.
        """
        held: dict[str, Record] = {}
        known = [id for id in ids if ID.fullmatch(id)]
        for start in range(0, len(known), IDS_PER_QUERY):
            listed = ", ".join(f"'{id}'" for id in known[start : start + IDS_PER_QUERY])
            soql = f"SELECT {', '.join(fields)}, {PRICES} FROM {PRODUCT} WHERE IsDeleted = false AND Id IN ({listed})"
            for found in self._client.query(soql, deleted=True, essential=essential, correlation_id=correlation_id):
                held |= {str(record.get("Id")): self._whole(record, essential) for record in found.records}
        return [held.get(id) for id in ids]

    def _whole(self, record: Record, essential: bool = False) -> Record:
        """The record with all rows of its subquery, which ends with a link where there are many."""
        inner = record.get(SUBQUERY)
        link = inner.get("nextRecordsUrl") if isinstance(inner, Mapping) and inner.get("done") is False else None
        if not isinstance(link, str) or not isinstance(inner, Mapping):
            return record
        rows = [*begun] if isinstance(begun := inner.get("records"), list) else []
        for found in self._client.more(link, essential=essential):
            rows += found.records
        return {**record, SUBQUERY: {"totalSize": len(rows), "done": True, "records": rows}}

    def fetch(self, object_type: str, fields: Sequence[str], ids: Sequence[str]) -> list[Payload]:
        """These records now; one that is gone has an empty body, or tells into which it was merged."""
        now = datetime.now(UTC)
        read = self.products if object_type == PRODUCT else partial(self._client.retrieve, object_type)
        found = dict(zip(ids, read(ids, fields), strict=True))
        graves = self._graves(object_type, [id for id, record in found.items() if record is None])
        return [graves.get(id) or _payload(object_type, id, found[id] or {}, now) for id in ids]

    def _changed(
        self, object_type: str, fields: Sequence[str], since: Json, *, deleted: bool = False
    ) -> Iterator[tuple[Found, str | None]]:
        """Pages of records stamped `since` or later, each with the stamp up to which all has then been seen."""
        conditions = ["IsDeleted = true"] if deleted else list(LIVE.get(object_type, ()))
        if since:
            start = stamp({"since": since}, "since", "cursor") - self._overlap
            conditions.append(f"SystemModstamp >= {start:%Y-%m-%dT%H:%M:%SZ}")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        shown = (*fields, PRICES) if object_type == PRODUCT and not deleted else fields
        soql = f"SELECT {', '.join(shown)} FROM {object_type}{where} ORDER BY SystemModstamp, Id"
        asked = None
        for found in self._client.query(soql, deleted=deleted or object_type in PRICED):
            asked = asked or found.asked_at
            seen = [at for record in found.records if (at := _stamp(record))]
            seen += [asked] if found.last and asked else []
            yield found, max(seen).isoformat() if seen else None

    def _graves(self, object_type: str, ids: Sequence[str]) -> dict[str, Payload]:
        graves: dict[str, Payload] = {}
        known = [id for id in ids if ID.fullmatch(id)]
        for start in range(0, len(known), IDS_PER_QUERY):
            listed = ", ".join(f"'{id}'" for id in known[start : start + IDS_PER_QUERY])
            fields = ", ".join(_grave(object_type))
            soql = f"SELECT {fields} FROM {object_type} WHERE IsDeleted = true AND Id IN ({listed})"
            for found in self._client.query(soql, deleted=True):
                graves |= {str(record.get("Id")): _dead(object_type, record, found) for record in found.records}
        return graves


def _grave(object_type: str) -> tuple[str, ...]:
    return GRAVE if object_type in MERGED else tuple(name for name in GRAVE if name != "MasterRecordId")


def _payload(object_type: str, id: str, body: Record, now: datetime) -> Payload:
    return Payload(object_type=object_type, external_id=id, body=body, observed_at=now)


def _live(object_type: str, record: Record, found: Found) -> Payload:
    return _payload(object_type, str(record.get("Id") or ""), record, found.observed_at)


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

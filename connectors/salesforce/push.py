"""Writing to Salesforce: what to send for each Desired, in collections of 200, and what the system holds then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from connectors.base import FieldRow, Outcome, Payload
from connectors.errors import ConnectorError, Gone, Misconfigured, Permanent, Retriable
from connectors.salesforce import mapping, prices
from connectors.salesforce.client import CHUNK, Client, Record, Row
from connectors.salesforce.price_push import Prices, Wishes
from connectors.salesforce.prices import Catalogue
from connectors.salesforce.record import KEY
from connectors.salesforce.sending import Native, Send, sent
from mdm.contracts import Desired
from mdm.engine.values import Json


class Writer:
    """Pushes of one connection; `person_type` is asked for only when a person is created.

    `products` reads products with their prices, `prices` writes these.
    """

    def __init__(
        self,
        client: Client,
        rows: tuple[FieldRow, ...],
        person_type: Callable[[], str],
        *,
        catalogue: Catalogue,
        products: Callable[..., list[Record | None]],
        prices: Prices,
    ) -> None:
        self._client, self._rows, self._person_type = client, rows, person_type
        self._catalogue, self._products, self._prices = catalogue, products, prices

    def push(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """One outcome each, in order; raises only where nothing was decided about any of them."""
        outcomes: list[Outcome] = []
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            try:
                outcomes += self._chunk(chunk)
            except ConnectorError as error:
                if not outcomes:
                    raise
                outcomes += [_failed(desired, error) for desired in chunk]
        return outcomes

    def _chunk(self, wanted: Sequence[Desired]) -> list[Outcome]:
        now = datetime.now(UTC)
        object_type, correlation_id = wanted[0].object_type, _only(desired.correlation_id for desired in wanted)
        rows, records = self._records(wanted)
        rows |= self._nothing_to_do(object_type, records)
        creates = {place: record for place, record in records.items() if place not in rows and "Id" not in record}
        updates = {place: record for place, record in records.items() if place not in rows and "Id" in record}
        decided = False
        sends: list[tuple[dict[int, Native], Send]] = [
            (creates, lambda part: self._client.upsert(object_type, KEY, part, correlation_id=correlation_id)),
            (updates, lambda part: self._client.update(object_type, part, correlation_id=correlation_id)),
        ]
        for batch, send in sends:
            if batch:
                rows |= zip(batch, sent(list(batch.values()), send, decided), strict=True)
                decided = True
        if object_type == "Product2":
            rows |= self._priced(wanted, rows, correlation_id)
        return self._read_back(object_type, wanted, rows, now, correlation_id)

    def _records(self, wanted: Sequence[Desired]) -> tuple[dict[int, Row], dict[int, Native]]:
        refused: dict[int, Row] = {}
        records: dict[int, Native] = {}
        if any(_new_person(desired) for desired in wanted):
            self._person_type()  # asked here, so that a system that is down fails the push and not one record
        for place, desired in enumerate(wanted):
            try:
                records[place] = self._record(desired)
            except (Permanent, Retriable) as error:
                refused[place] = Row(error=error)
        return refused, records

    def _record(self, desired: Desired) -> Native:
        what = f"{desired.object_type} {desired.external_id or desired.crosswalk_key}"
        if not desired.crosswalk_key:
            raise Permanent(f"{what}: it has no crosswalk key, so it could not be written twice safely.", field=KEY)
        found = mapping.native(desired, self._rows, self._catalogue)
        if desired.external_id:
            return {"Id": desired.external_id, KEY: desired.crosswalk_key, **found}
        if desired.operation == "block":
            raise Permanent(f"{what}: it is not in Salesforce, so there is nothing to block.")
        if desired.object_type == "Contact" and not found.get("AccountId"):
            raise Retriable(f"{what}: its account is not in Salesforce yet; it waits for it.")
        if _new_person(desired):
            found["RecordTypeId"] = self._person_type()
        return {KEY: desired.crosswalk_key, **found}

    def _priced(self, wanted: Sequence[Desired], rows: Mapping[int, Row], correlation_id: str) -> dict[int, Row]:
        """The rows of written products whose prices could not be written."""
        places = {rows[place].id: place for place in range(len(wanted)) if rows[place].error is None}
        wishes = {id: self._wishes(wanted[place]) for id, place in places.items()}
        failed = self._prices.write(wishes, correlation_id)
        return {places[id]: Row(id, error) for id, error in failed.items()}

    def _wishes(self, desired: Desired) -> Wishes:
        keys = desired.changed if desired.external_id else desired.attributes.keys()
        values = {key: desired.attributes.get(key) for key in keys}
        return prices.wishes(values, self._catalogue) if desired.operation == "upsert" else {}

    def _nothing_to_do(self, object_type: str, records: Mapping[int, Native]) -> dict[int, Row]:
        """Updates that would send nothing but the crosswalk key where it stands already: they would move its stamp."""
        bare = {place: record for place, record in records.items() if record.keys() == {"Id", KEY}}
        held = self._client.retrieve(object_type, [record["Id"] for record in bare.values()], ("Id", KEY))
        rows: dict[int, Row] = {}
        for (place, record), found in zip(bare.items(), held, strict=True):
            if found is None:
                rows[place] = Row(error=Gone(f"{object_type} {record['Id']} is not in Salesforce any more."))
            elif found.get(KEY) == record[KEY]:
                rows[place] = Row(record["Id"])
        return rows

    def _read_back(self, object_type: str, wanted: Sequence[Desired], rows: Mapping[int, Row], now: datetime,
                   correlation_id: str) -> list[Outcome]:
        ids = [row.id for row in rows.values() if row.error is None]
        fields = mapping.selected(object_type, self._rows)
        try:
            read = self._products if object_type == "Product2" else partial(self._client.retrieve, object_type)
            found = read(ids, fields, essential=True, correlation_id=correlation_id)
        except ConnectorError as error:
            lost = Retriable(f"Salesforce has written it but could not be read again: {error}", detail=error.detail)
            unread = error if isinstance(error, Misconfigured) else lost
            seen = [rows[place] for place in range(len(wanted))]
            return [_failed(desired, row.error or unread, row.id) for desired, row in zip(wanted, seen, strict=True)]
        held = dict(zip(ids, found, strict=True))
        return [_outcome(desired, rows[place], held, now) for place, desired in enumerate(wanted)]


def _new_person(desired: Desired) -> bool:
    return (desired.object_type, desired.external_id) == ("Account", "") and (
        desired.attributes.get("party_type") == "person"
    )


def _outcome(desired: Desired, row: Row, held: Mapping[str, Mapping[str, Json] | None], now: datetime) -> Outcome:
    if row.error is not None:
        return _failed(desired, row.error, row.id)
    body = held[row.id] or {}
    payload = Payload(object_type=desired.object_type, external_id=row.id, body=body, observed_at=now)
    return Outcome(desired=desired, external_id=row.id, payloads=(payload,))


def _failed(desired: Desired, error: ConnectorError, id: str = "") -> Outcome:
    return Outcome(desired=desired, external_id=id or desired.external_id, error=error)


def _only(ids: Iterable[str]) -> str:
    """The one correlation id of a call, where there is but one."""
    found = set(ids)
    return found.pop() if len(found) == 1 else ""

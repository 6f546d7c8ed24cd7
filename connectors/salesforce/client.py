"""Thin client of the Salesforce REST API: queries by pages, collections of 200, describe, and the usage header.

Source: REST API Developer Guide, "Query", "sObject Collections", "Query Options Header", "Limit Info Header".
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.auth import ClientCredentials
from connectors.errors import ConnectorError, Permanent, Retriable
from connectors.http import Response, Transport
from connectors.salesforce import auth, errors
from mdm.engine.values import Json

Record = Mapping[str, Json]
CHUNK = 200  # records per collection call
PAUSE = 60.0  # seconds without calls after a reading above our share; then one call takes a new reading
USAGE = re.compile(r"api-usage=(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a query; when we asked by our clock, and by the system's own (None if it does not tell); the last?"""

    records: tuple[Record, ...]
    observed_at: datetime
    asked_at: datetime | None
    last: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one record of a collection call: its id, or the error."""

    id: str = ""
    error: ConnectorError | None = None


class Client:
    """Calls of one organisation. `api_usage` is (used, allowed) of the last 24 hours as last told, None before.

    Every call raises Retriable once the organisation has used more than `share` of what it is allowed, so that other
    integrations keep the rest; `essential` calls (reading back what was just written) go through.
    """

    def __init__(
        self,
        transport: Transport,
        credentials: ClientCredentials,
        *,
        version: str,
        page_size: int = 2000,
        share: float = 0.9,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport, self._credentials = transport, credentials
        self._root = f"/services/data/{version}"
        self._page_size, self._share, self._clock = page_size, share, clock
        self._read_at = 0.0
        self.api_usage: tuple[int, int] | None = None

    def query(self, soql: str, *, deleted: bool = False, essential: bool = False, correlation_id: str = ""
              ) -> Iterator[Found]:
        """Pages of records, at least one; `deleted` looks into the recycle bin too (queryAll)."""
        target = f"{self._root}/query{'All' if deleted else ''}"
        return self._pages(target, {"q": soql}, essential, correlation_id)

    def more(self, target: str, *, essential: bool = False) -> Iterator[Found]:
        """The pages from a `nextRecordsUrl` on: long subqueries end with one too."""
        return self._pages(target, {}, essential, "")

    def _pages(self, target: str, params: Mapping[str, str], essential: bool, correlation_id: str) -> Iterator[Found]:
        headers = {"Sforce-Query-Options": f"batchSize={self._page_size}"}
        while target:
            now = datetime.now(UTC)
            answer = self._call("GET", target, params=params, headers=headers, essential=essential,
                                correlation_id=correlation_id)
            body = self._object(answer)
            following = body.get("nextRecordsUrl")
            target, params = following if isinstance(following, str) and body.get("done") is not True else "", {}
            yield Found(tuple(self._records(body)), now, _date(answer, datetime.now(UTC) - now), last=not target)

    def retrieve(self, object: str, ids: Sequence[str], fields: Sequence[str], *, essential: bool = False,
                 correlation_id: str = "") -> list[Record | None]:
        """The records of these ids in their order; None for one that is deleted or hidden from us."""
        found: list[Record | None] = []
        for start in range(0, len(ids), CHUNK):
            part = list(ids[start : start + CHUNK])
            body = self._call("POST", f"{self._root}/composite/sobjects/{object}", essential=essential,
                              json={"ids": part, "fields": list(fields)}, correlation_id=correlation_id).json()
            found += [row if isinstance(row, Mapping) else None for row in self._rows(body, len(part))]
        return found

    def upsert(self, object: str, key: str, records: Sequence[Record], *, correlation_id: str = "") -> list[Row]:
        """Create or update up to 200 records by an external id field they all carry; one result each, in order."""
        return self._write(f"{self._root}/composite/sobjects/{object}/{key}", object, records, correlation_id)

    def create(self, object: str, records: Sequence[Record], *, correlation_id: str = "") -> list[Row]:
        """Create up to 200 records of which Salesforce takes no second one; one result each, in order."""
        return self._write(f"{self._root}/composite/sobjects", object, records, correlation_id, "POST")

    def update(self, object: str, records: Sequence[Record], *, correlation_id: str = "") -> list[Row]:
        """Update up to 200 records by their `Id`; one result each, in order."""
        return self._write(f"{self._root}/composite/sobjects", object, records, correlation_id)

    def describe(self, object: str) -> Record:
        """What the organisation says about an object: `fields` with name, length, updateable, externalId, unique."""
        return self._object(self._call("GET", f"{self._root}/sobjects/{object}/describe"))

    def _write(self, target: str, object: str, records: Sequence[Record], correlation_id: str, method: str = "PATCH"
               ) -> list[Row]:
        body = {"allOrNone": False, "records": [{"attributes": {"type": object}, **record} for record in records]}
        answer = self._call(method, target, json=body, correlation_id=correlation_id).json()
        return [self._row(object, record, row)
                for record, row in zip(records, self._rows(answer, len(records)), strict=True)]

    def _row(self, object: str, record: Record, row: Json) -> Row:
        row = row if isinstance(row, Mapping) else {}
        if row.get("success") is True and isinstance(row.get("id"), str):
            return Row(row["id"])
        name = record.get("Id") or record.get("MDM_Key__c") or "record"
        return Row(str(row.get("id") or ""), errors.of_row(f"{object} {name}", row.get("errors")))

    def _rows(self, body: Json, count: int) -> list[Json]:
        if not isinstance(body, list) or len(body) != count:
            raise Retriable("Salesforce did not give one result for each record; it is tried again later.")
        return body

    def _records(self, body: Record) -> Iterator[Record]:
        records = body.get("records")
        if not isinstance(records, list):
            raise Permanent("Salesforce answered a query without a list of records.")
        return (record for record in records if isinstance(record, Mapping))

    def _object(self, answer: Response) -> Record:
        body = answer.json()
        if not isinstance(body, Mapping):
            raise Permanent("Salesforce answered with something that is no object; check the connection's address.")
        return body

    def _call(self, method: str, target: str, *, essential: bool = False, headers: Mapping[str, str] | None = None,
              params: Mapping[str, str] | None = None, json: Json = None, correlation_id: str = "") -> Response:
        """Send with a valid session; every call we make may be repeated: creates go by external id, or are of what
        Salesforce takes but once."""
        if not essential:
            self._spare()

        def send(proof: Mapping[str, str]) -> Response:
            return self._transport.request(method, target, idempotent=True, headers={**(headers or {}), **proof},
                                           params=params, json=json, correlation_id=correlation_id)

        answer = self._credentials.call(send, auth.expired)
        self._remember(answer)
        if not answer.ok:
            raise errors.of_answer(answer, self._transport.redact(answer.text[:500]))
        return answer

    def _remember(self, answer: Response) -> None:
        told = USAGE.search(answer.headers.get("Sforce-Limit-Info", ""))
        if told:
            self.api_usage, self._read_at = (int(told[1]), int(told[2])), self._clock()

    def _spare(self) -> None:
        if self.api_usage is None:
            return
        (used, allowed), waited = self.api_usage, self._clock() - self._read_at
        if used > self._share * allowed and waited < PAUSE:
            raise Retriable(
                f"The Salesforce organisation has used {used} of its {allowed} API calls of the day; we leave the rest "
                "to others and go on when there is room (option api_share).",
                after=PAUSE - waited,
            )


def _date(answer: Response, took: timedelta) -> datetime | None:
    """The system's own time when it was asked: its Date less the time the call took."""
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")) - took
    except (TypeError, ValueError):
        return None

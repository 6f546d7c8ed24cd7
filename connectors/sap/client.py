"""Thin client of OData v2 services of SAP Gateway: reads, and writes with CSRF token and entity tags.

Paths begin with an entity set, whose name tells the service it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import quote, urlencode

from connectors.auth import Basic
from connectors.errors import ConnectorError, Permanent
from connectors.http import Response, Transport
from connectors.sap import errors
from connectors.sap.auth import Csrf
from connectors.sap.odata import Record, slim
from connectors.sap.options import Options
from connectors.sap.writes import Write
from mdm.engine.values import Json


class Found(NamedTuple):
    """The records of a read, whether the server holds more of them back, and the server's own time (None: not told)."""

    records: list[Record]
    more: bool
    at: datetime | None


class Client:
    """One HTTP session with one CSRF token; not for use by two threads at once."""

    def __init__(self, transport: Transport, login: Basic, options: Options) -> None:
        self._transport, self._login = transport, login
        self._roots = {prefix: "/" + path.strip("/") for prefix, path in (
            ("A_Product", options.product_path), ("A_SlsPrcg", options.price_path), ("", options.service_path))}
        self._headers = {"Accept": "application/json", "Accept-Language": options.language}
        self._client = {"sap-client": options.client} if options.client else {}
        self._csrf: defaultdict[str, Csrf] = defaultdict(Csrf)  # by service

    def read(self, path: str, query: Mapping[str, str], what: str, *, correlation_id: str = "") -> Found:
        """The records of a collection. Links to more are not followed: callers go on by $skip."""
        answer = self.get(path, query, correlation_id=correlation_id)
        if not answer.ok:
            raise self._error(answer, what, write=False)
        body = answer.json()
        inner = body.get("d") if isinstance(body, Mapping) else None
        held = inner.get("results") if isinstance(inner, Mapping) else inner
        if not isinstance(held, list) or not all(isinstance(one, Mapping) for one in held):
            raise Permanent(f"SAP answered the read of {what} with something that is no list of records; "
                            "check the service's path in the options.")
        more = isinstance(inner, Mapping) and bool(inner.get("__next"))
        return Found([slim(one) for one in held], more, _date(answer))

    def get(self, path: str, query: Mapping[str, str], *, correlation_id: str = "") -> Response:
        """The answer to a read, whatever its status; brings a CSRF token along where we have none."""
        return self._get(self._root(path), path, query, correlation_id)

    def _get(self, root: str, path: str, query: Mapping[str, str], correlation_id: str) -> Response:
        csrf = self._csrf[root]
        headers = {**self._headers, **csrf.asking(), **self._login.headers()}
        target = self._target(root, path, query)
        answer = self._transport.request("GET", target, idempotent=True, headers=headers, correlation_id=correlation_id)
        csrf.keep(answer)
        return answer

    def write(self, wanted: Write, what: str, *, correlation_id: str = "") -> Record:
        """Send one write; returns the record a POST made, else nothing. Raises Conflict, Permanent, Retriable.

        A refused token is refused before anything is done, so the write is sent again once with a new one. A record
        that is to be deleted and is not there counts as deleted.
        """
        answer = self._send(wanted, correlation_id)
        if self._csrf[self._root(wanted.path)].refused(answer):
            answer = self._send(wanted, correlation_id)
        if answer.status == 404 and wanted.method == "DELETE":
            return {}
        if not answer.ok:
            raise self._error(answer, what, write=True)
        body = answer.json() if answer.body.strip() else {}
        made = body.get("d") if isinstance(body, Mapping) else None
        return made if isinstance(made, Mapping) else {}

    def _send(self, wanted: Write, correlation_id: str) -> Response:
        root = self._root(wanted.path)
        csrf = self._csrf[root]
        if not csrf.token:
            answer = self._get(root, "", {}, correlation_id)
            if not answer.ok:
                raise self._error(answer, "the service document", write=False)
        lock = {"If-Match": wanted.etag} if wanted.etag else {}
        token = {"X-CSRF-Token": csrf.token}
        body: Json = dict(wanted.body) if wanted.body is not None else None
        return self._transport.request(
            wanted.method, self._target(root, wanted.path, {}),
            idempotent=wanted.method == "DELETE" and not wanted.etag,
            headers={**self._headers, **token, **lock, **self._login.headers()}, json=body,
            correlation_id=correlation_id,
        )

    def _root(self, path: str) -> str:
        """The address of the service an entity set belongs to."""
        return next(root for prefix, root in self._roots.items() if path.startswith(prefix))

    def _target(self, root: str, path: str, query: Mapping[str, str]) -> str:
        asked = urlencode({**query, **self._client}, quote_via=quote, safe="$,/'")
        return f"{root}/{path}" + (f"?{asked}" if asked else "")

    def _error(self, answer: Response, what: str, *, write: bool) -> ConnectorError:
        return errors.of_answer(answer, what, write=write, secrets=tuple(self._transport.secrets))


def _date(answer: Response) -> datetime | None:
    try:
        at = parsedate_to_datetime(answer.headers.get("Date", ""))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None

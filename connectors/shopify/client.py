"""A thin GraphQL client of one shop: one endpoint, costs watched, three places of error told apart."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from connectors.base import Access
from connectors.errors import ConnectorError, Misconfigured, Permanent, Retriable
from connectors.http import Response, Transport
from connectors.shopify.auth import TOKEN_HEADER
from connectors.shopify.documents import Call, batch
from connectors.shopify.throttle import Bucket
from mdm.engine.values import Json

API_VERSION = "2026-10"
TURNS = 8  # times one request may be told to wait before a worker gives it back
PATIENCE = 60.0  # the longest single wait, in seconds


class TooCostly(Permanent):
    """One request asks for more than Shopify allows at all: ask for less in one go."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` by alias, and the errors that concern one alias only."""

    data: Mapping[str, Json]
    errors: Mapping[str, ConnectorError] = field(default_factory=dict)


class Shop:
    """Speaks GraphQL to one shop. Waits for points as long as that is short, else raises Retriable.

    `date` is the shop's own clock at its last answer (an HTTP date), or "" before the first.
    """

    def __init__(
        self, access: Access, *, transport: Transport | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._token = access.secrets.get("access_token", "")
        self._version = str(access.options.get("api_version") or API_VERSION)
        self._transport = transport or Transport(access.base_url, secrets=access.secrets.values())
        self._sleep = sleep
        self._costs: dict[Any, float] = {}
        self.bucket = Bucket()
        self.date = ""
        self._ahead: timedelta | None = None  # the shop's clock before ours

    def read(self, document: str, variables: Mapping[str, Json], *, correlation_id: str = "") -> Mapping[str, Json]:
        """The data of a query; any error in the answer is raised."""
        data, errors = self._execute(document, variables, correlation_id)
        if errors or data is None:
            raise self._error(errors[0] if errors else {"message": "no data"})
        return data

    def run(self, calls: Sequence[Call], *, correlation_id: str = "") -> Answer:
        """Run these calls in one request; each is safe to repeat. `userErrors` are left in the data."""
        document, variables = batch(calls)
        data, errors = self._execute(document, variables, correlation_id)
        found: dict[str, ConnectorError] = {}
        for error in errors:
            path = error.get("path")
            if data is None or not isinstance(path, list) or not path:
                raise self._error(error)
            found[str(path[0])] = self._error(error)
        return Answer(data or {}, found)

    def _execute(
        self, document: str, variables: Mapping[str, Json], correlation_id: str
    ) -> tuple[Mapping[str, Json] | None, list[Mapping[str, Json]]]:
        shape = _shape(document, variables)
        self._pause(self.bucket.wait(self._costs.get(shape, 0.0)))
        for _ in range(TURNS):
            body = self._post(document, variables, correlation_id)
            cost = _cost(body)
            self.bucket.learn(cost.get("throttleStatus"))
            errors = _errors(body)
            if not any(_code(error) == "THROTTLED" for error in errors):
                self._costs[shape] = _number(cost.get("requestedQueryCost"))
                data = body.get("data")
                return (data if isinstance(data, Mapping) else None), errors
            self._costs[shape] = _number(cost.get("requestedQueryCost"))
            self._pause(max(0.1, self.bucket.wait(self._costs[shape])))
        raise Retriable("Shopify is asked too often; it is tried again later.", after=self._after(shape))

    def _after(self, shape: Json) -> float:
        return max(1.0, self.bucket.wait(self._costs.get(shape, 0.0)))

    def _pause(self, seconds: float) -> None:
        if seconds > PATIENCE:
            raise Retriable("Shopify is asked too often; it is tried again later.", after=seconds)
        if seconds > 0:
            self._sleep(seconds)

    def _post(self, document: str, variables: Mapping[str, Json], correlation_id: str) -> Mapping[str, Json]:
        answer = self._transport.request(
            "POST",
            f"admin/api/{self._version}/graphql.json",
            idempotent=True,  # upserts by key, unique external ids and settings: each of ours may be sent twice
            headers={TOKEN_HEADER: self._token},
            json={"query": document, "variables": dict(variables)},
            correlation_id=correlation_id,
        )
        self._set_clock(str(answer.headers.get("Date", "")))
        if answer.status != 200:
            raise self._refused(answer)
        body = answer.json()
        if not isinstance(body, Mapping):
            raise Retriable("Shopify answered with something that is no GraphQL answer; it is tried again later.")
        return body

    def _set_clock(self, date: str) -> None:
        self.date = date
        try:
            self._ahead = parsedate_to_datetime(date) - datetime.now(UTC)
        except ValueError:
            self._ahead = None

    def now(self) -> datetime | None:
        """The shop's time in whole seconds, or a little before it; None where it told none."""
        return (datetime.now(UTC) + self._ahead).replace(microsecond=0) if self._ahead is not None else None

    def _refused(self, answer: Response) -> ConnectorError:
        detail = self._transport.redact(answer.text[:500])
        host = self._transport.host
        if answer.status in (401, 403):
            return Misconfigured(f"{host} refuses our access token; set the secret access_token anew.", detail=detail)
        if answer.status in (402, 423):
            return Misconfigured(f"The shop at {host} is frozen or locked; open it at Shopify.", detail=detail)
        if answer.status == 404:
            return Misconfigured(
                f"{host} knows no Admin API {self._version}; check the address and the option api_version.",
                detail=detail,
            )
        if answer.status >= 500 or answer.status == 430:
            return Retriable(f"Shopify is out of order ({answer.status}); it is tried again later.", detail=detail)
        return Permanent(f"Shopify does not understand our request ({answer.status}).", detail=detail)

    def _error(self, error: Mapping[str, Json]) -> ConnectorError:
        code = _code(error)
        message = self._transport.redact(str(error.get("message") or "no reason given"))[:300]
        if code == "MAX_COST_EXCEEDED":
            return TooCostly("Shopify finds one request too costly; set the option page_size lower.", detail=message)
        if code == "ACCESS_DENIED":
            return Misconfigured(f"Shopify denies access: {message} Grant the app this scope.", detail=message)
        if "custom id" in message.lower():  # the definition of mdm.key is gone
            return Misconfigured(f"{message} Check the connection again, which defines it.", detail=message)
        if code == "SHOP_INACTIVE":
            return Misconfigured("The shop is closed or frozen; it must be opened at Shopify.", detail=message)
        if code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
            return Retriable("Shopify had an internal error; it is tried again later.", detail=message)
        whole = self._transport.redact(str(error))[:500]
        return Permanent(f"Shopify does not accept our request: {message}", detail=whole)


def _errors(body: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    errors = body.get("errors")
    if not errors:
        return []
    if not isinstance(errors, list):
        return [{"message": str(errors)}]
    return [error if isinstance(error, Mapping) else {"message": str(error)} for error in errors]


def _code(error: Mapping[str, Json]) -> str:
    extensions = error.get("extensions")
    return str(extensions.get("code") or "") if isinstance(extensions, Mapping) else ""


def _cost(body: Mapping[str, Json]) -> Mapping[str, Json]:
    """`extensions.cost` of the answer, or of its first error where only that has one."""
    for place in (body, *_errors(body)):
        extensions = place.get("extensions")
        cost = extensions.get("cost") if isinstance(extensions, Mapping) else None
        if isinstance(cost, Mapping):
            return cost
    return {}


def _number(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _shape(document: str, variables: Mapping[str, Json]) -> Any:
    """What decides the cost of a request: its text and the sizes asked for."""
    sizes = tuple(
        (name, len(value) if isinstance(value, list) else value)
        for name, value in sorted(variables.items())
        if isinstance(value, (int, list))
    )
    return hash((re.sub(r"\s+", " ", document), sizes))

"""A caller of the simulated shop, and an endpoint that receives its webhooks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from graphql import parse, validate

from tests.connectors.sandbox.server import Running
from tests.connectors.shopify import spec

TOKEN, SECRET = "shpat_test", "shpss_test"
OPTIONS = {"token": TOKEN, "secret": SECRET, "domain": "test.myshopify.com", "country": "DE", "currency": "EUR"}

SET = """mutation Set($identifier: CustomerSetIdentifiers, $input: CustomerSetInput!) {
  customerSet(identifier: $identifier, input: $input) {
    customer {
      id firstName email: defaultEmailAddress { emailAddress } phone: defaultPhoneNumber { phoneNumber } tags updatedAt
      addressesV2(first: 10) { nodes { id address1 provinceCode zip countryCodeV2 } } defaultAddress { id }
      metafield(namespace: "mdm", key: "key") { value type }
    }
    userErrors { field message code }
  }
}"""
COMPANY_CREATE = """mutation Create($input: CompanyCreateInput!) {
  companyCreate(input: $input) {
    company {
      id name externalId mainContact { id title customer { id } } contactRoles(first: 5) { nodes { id name } }
      locations(first: 5) { nodes { id name taxSettings { taxRegistrationId } billingAddress { id address1 } } }
    }
    userErrors { field message code }
  }
}"""


class Caller:
    """Posts documents, each of which must first stand before the vendor's schema."""

    def __init__(self, shop: Running, token: str = TOKEN) -> None:
        self.shop = shop
        self.token = token

    def raw(self, query: str, /, version: str = "2026-10", **variables: Any) -> Any:
        """The answer as it comes, for documents that must be refused."""
        return self.shop.http.post(
            f"{self.shop.url}/admin/api/{version}/graphql.json",
            json={"query": query, "variables": variables},
            headers={"X-Shopify-Access-Token": self.token},
        )

    def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The whole answer to a document the vendor's schema accepts."""
        for schema in spec.schemas():
            assert validate(schema, parse(query)) == []
        answer = self.raw(query, **variables)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def data(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found

    def act(self, query: str, /, **variables: Any) -> tuple[dict[str, Any], list[tuple[Any, Any]]]:
        """Payload of a mutation and its userErrors as (field path, code)."""
        (payload,) = self.data(query, **variables).values()
        return payload, [(error["field"], error.get("code") or error["message"]) for error in payload["userErrors"]]

    def customer(self, **input: Any) -> dict[str, Any]:
        """A new customer."""
        payload, errors = self.act(SET, input=input)
        assert errors == []
        found: dict[str, Any] = payload["customer"]
        return found


@dataclass
class Endpoint:
    """What was received; `answers` gives the status of each try, the last one for ever."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    slow: float = 0.0
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def topics(self) -> list[str]:
        """The topics in order of arrival."""
        return [headers["X-Shopify-Topic"] for headers, _ in self.received]


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """A listening endpoint."""
    seen = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = seen.answers.pop(0) if len(seen.answers) > 1 else seen.answers[0]
            seen.received.append((dict(self.headers), body))
            time.sleep(seen.slow)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


def until(met: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that must come to pass."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)

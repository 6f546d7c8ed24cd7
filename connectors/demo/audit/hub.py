"""Reads the hub over its REST API."""

from __future__ import annotations

from collections.abc import Iterator

import requests

from connectors.demo.audit.seen import TIMEOUT, Json, json_of

PAGE = 1000


class Hub:
    """A client with a token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def customers(self) -> list[dict[str, Json]]:
        """All golden customers with values and records."""
        return list(self._pages("customers"))

    def products(self) -> list[dict[str, Json]]:
        """All golden products with values and records."""
        return list(self._pages("products"))

    def expected(self) -> dict[str, list[dict[str, Json]]]:
        """Golden id -> the slots it should have, each with connection, object_type and the records in it."""
        found = (item for entity in ("customer", "product") for item in self._pages("expected", entity=entity))
        return {item["id"]: item["slots"] for item in found}

    def contacts(self) -> list[tuple[str, str]]:
        """Golden ids of each person that is a contact, and of the organisation it works for."""
        relations = self._pages("relations")
        return [
            (one["source"], one["target"]) for one in relations if (one["type"], one["status"]) == ("contact", "active")
        ]

    def _pages(self, name: str, **wanted: str) -> Iterator[dict[str, Json]]:
        cursor: str | None = ""
        while cursor is not None:
            params: dict[str, str | int] = {"limit": PAGE, "cursor": cursor, **wanted}
            page = json_of(
                self.session.get(f"{self.url}/api/v1/{name}", params=params, timeout=TIMEOUT), f"the hub's {name}"
            )
            yield from page["items"]
            cursor = page["next"]

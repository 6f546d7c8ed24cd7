"""People at work in the simulated systems, and a client of the hub's API."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

Told = dict[str, bool]  # what should happen -> whether it did
# Acts, then gives what is to be seen of it; goes on with what came true once all is quiet.
Story = Generator[Callable[[], Told], Told, None]


@dataclass(frozen=True, slots=True)
class Outside:
    """Where the systems and the hub are."""

    urls: dict[str, str]
    web: str
    token: str

    def act(self, system: str, verb: str, **body: Any) -> Any:
        """Create, edit, remove or merge as a user of the system would; raises for a refusal."""
        answer = requests.post(f"{self.urls[system]}/_control/{verb}", json=body, timeout=30)
        if not answer.ok:
            raise RuntimeError(f"{system} refused to {verb}: {answer.text[:300]}")
        return answer.json()

    def record(self, system: str, object_type: str, key: str, value: Any) -> dict[str, Any]:
        """The record of a system with this value in a field; empty if there is none."""
        answer = requests.get(f"{self.urls[system]}/_control/dump", params={"object": object_type}, timeout=60)
        return next((row for row in answer.json()["records"] if row.get(key) == value), {})

    def hub(self, path: str) -> Any:
        """Read from the hub's API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.get(f"{self.web}/api/v1/{path}", headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def decide(self, proposal: int, verb: str) -> None:
        """Decide a proposal through the API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        where = f"{self.web}/api/v1/proposals/{proposal}"
        version = requests.get(where, headers=headers, timeout=30).json()["version"]
        told = requests.post(f"{where}/{verb}", json={"version": version}, headers=headers, timeout=30)
        told.raise_for_status()

    def customers(self) -> list[dict[str, Any]]:
        """All golden customers."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.hub(f"customers?limit=1000&cursor={cursor}")
            found, cursor = found + page["items"], page["next"]
        return found

    def customer_of(self, system: str, external_id: str) -> dict[str, Any]:
        """The golden customer a record belongs to; empty if none."""
        return self._golden_of("customers", system, external_id)

    def product_of(self, system: str, external_id: str) -> dict[str, Any]:
        """The golden product a record belongs to; empty if none."""
        return self._golden_of("products", system, external_id)

    def _golden_of(self, kind: str, system: str, external_id: str) -> dict[str, Any]:
        query = urlencode({"connection": system, "external_id": external_id})
        uid = next((row["golden"] for row in self.hub(f"source-records?{query}")["items"] if row["golden"]), None)
        found: dict[str, Any] = self.hub(f"{kind}/{uid}") if uid else {}
        return found

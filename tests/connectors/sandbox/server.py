"""Start a simulated system as its own process and speak to its controls."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

PROJECT = Path(__file__).resolve().parents[3]


class Running:
    """A listening simulation: `url`, a session, and its controls as methods."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def control(self, name: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Call `/_control/<name>`; raises for a refusal."""
        answer = self.http.request(method, f"{self.url}/_control/{name}", json=body)
        assert answer.ok, answer.text
        return answer.json()

    def dump(self, object: str) -> list[dict[str, Any]]:
        """All records of an object."""
        records: list[dict[str, Any]] = self.control(f"dump?object={object}", method="GET")["records"]
        return records


@contextmanager
def running(system: str, **options: Any) -> Iterator[Running]:
    """`python -m connectors.sandbox <system>` on a free port, ended with the block."""
    command = [sys.executable, "-m", "connectors.sandbox", system, "--options", json.dumps(options)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    try:
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        assert ready[:2] == ["ready", system], ready
        yield Running(ready[2])
    finally:
        process.kill()
        process.communicate()

"""How long requests took: told by route template, and right across processes, those that ended among them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from mdm.api.common import latency
from tests.mdm.api.conftest import Api, caller

pytestmark = pytest.mark.django_db
ELSEWHERE = """
import django
django.setup()
from mdm.api.common import latency
for _ in range(3):
    latency.SECONDS.labels("/elsewhere", "GET", "2xx").observe(0.02)
"""


def counted(**wanted: str) -> float:
    """How many requests the histogram holds with these labels."""
    return sum(
        sample.value
        for metric in latency.collected()
        for sample in metric.samples
        if sample.name.endswith("_count") and wanted.items() <= sample.labels.items()
    )


def test_requests_are_counted_by_route_and_not_by_address(api: Api) -> None:
    route = {"route": "/api/v1/customers/<id>", "method": "GET", "status": "4xx"}
    before = counted(**route)
    for _ in range(3):
        assert api.get(f"customers/{uuid4()}").status_code == 404
    assert counted(**route) == before + 3


def test_what_is_made_up_is_one_route(api: Api) -> None:
    before = counted(route="unknown")
    for _ in range(3):
        api.call("BREW", f"no/such/{uuid4()}")
    assert counted(route="unknown", method="other") >= 3
    assert counted(route="unknown") == before + 3


def test_another_process_counts_too_and_stays_counted_when_it_ended(settings: Any) -> None:
    before = counted(route="/elsewhere")
    for turn in (1, 2):
        subprocess.run([sys.executable, "-c", ELSEWHERE], check=True, timeout=60)
        for _ in range(2):
            assert counted(route="/elsewhere") == before + 3 * turn
    files = {path.name for path in latency.FOLDER.glob("*.db")}
    assert latency.ENDED in files and len(files) <= 2, "those that ended are one file"


def test_prometheus_is_told(api: Api) -> None:
    api.get("status")
    watcher = caller("read")
    answer = watcher.client.get("/metrics", headers={"Authorization": f"Bearer {watcher.token}"})
    text = answer.content.decode()
    assert 'goldenrod_api_request_seconds_bucket{le="0.05"' in text
    assert 'route="/api/v1/status"' in text

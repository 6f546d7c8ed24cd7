"""What every test of the whole hub ends with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.running import Live


@pytest.fixture(autouse=True)
def left_well(live: Live) -> Iterator[None]:
    """After a test no system misbehaves any more, and no message died that the test did not replay."""
    yield
    for system in live.urls:
        live.control(system, "fault", method="DELETE")
    assert live.hub("dead-letters").json() == {"items": [], "next": None}

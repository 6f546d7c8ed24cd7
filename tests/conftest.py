"""What every test may use."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from mdm import embedded

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def services() -> Iterator[embedded.Services]:
    """PostgreSQL and Redis of this run: those of DATABASE_URL and REDIS_URL, else embedded ones on a fresh folder."""
    with embedded.start(settings.DATA_DIR, durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: embedded.Services) -> None:
    """Before Django connects, the servers run; tests without a database start none."""


@pytest.fixture(scope="session")
def live(services: embedded.Services) -> Iterator[Any]:
    """The whole hub beside three empty simulated systems, all in processes of their own; one for the whole run."""
    from tests.live import running

    with running.start(services) as started:
        yield started
        assert started.contradictions() == [], "left behind by all tests together"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the whole hub come last: its processes would take time from all others."""
    items.sort(key=lambda item: "live" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Where a test of the whole hub failed, show what the hub knows."""
    report = yield
    if report.when == "call" and report.failed and "live" in getattr(item, "funcargs", {}):
        report.sections.append(("the hub", item.funcargs["live"].report()))  # type: ignore[attr-defined]
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's data folder."""
    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)


@pytest.fixture(autouse=True)
def fresh_rules() -> Iterator[None]:
    """Rules, callers and some figures are cached; a rolled-back test would leave some behind that never were."""
    from django.core.cache import cache

    from mdm import rules
    from mdm.api.common import auth

    yield
    rules._load.cache_clear()
    auth.forget()
    cache.clear()

"""What every test may use."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

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


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's data folder."""
    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)

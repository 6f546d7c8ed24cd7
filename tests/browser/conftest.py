"""A real Chromium against a real server process of the hub's pages.

Chromium comes from the machine (`make browser` installs it where it may). With CI=true a missing one fails the tests;
elsewhere they are left out, and the run says so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from mdm.models import Connection
from tests.browser.guard import Guard
from tests.factories import connections

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium was found: run `make browser`, or name one with CHROMIUM=/path/to/chromium."
PICTURES = Path(os.environ.get("PICTURES", ".data/pictures"))

Open = Callable[..., Page]


def chromium() -> str:
    """Path of the browser; empty where there is none."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    return named if Path(named).is_file() else ""


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    path = chromium()
    if not path and os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    if not path:
        pytest.skip(MISSING)
    # Playwright runs an event loop in this thread: Django would refuse to touch the database there, and hands out
    # another connection object, which must know as well what every test begins with.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    contents = connection._test_serialized_contents  # type: ignore[attr-defined]
    with sync_playwright() as playwright:
        connection._test_serialized_contents = contents  # type: ignore[attr-defined]
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()
        connection.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def systems(transactional_db: None) -> dict[str, Connection]:
    """Three connections the hub may write to; nothing answers there."""
    return connections("write")


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Opens a page as a person of a group; each call is a browser of its own. What it must never do fails the test."""
    contexts: list[tuple[BrowserContext, Guard]] = []

    def opened(
        name: str = "mia",
        group: str = "Stewards",
        *,
        width: int = 1280,
        height: int = 800,
        scripts: bool = True,
        scheme: str = "light",
        allow: tuple[int, ...] = (),
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "goldenrod_session", "value": session(name, group), "url": live_server.url}])
        page = context.new_page()
        contexts.append((context, Guard(page, live_server.url, allow)))
        return page

    yield opened
    troubles = [line for context, guard in contexts for line in guard.troubles]
    for context, _ in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def session(name: str, group: str) -> str:
    """The session key of a person who is signed in; made where there is none."""
    user, made = get_user_model().objects.get_or_create(username=name)
    if made and group == "admin":
        user.is_staff = user.is_superuser = True
        user.save()
    elif made and group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client.cookies["goldenrod_session"].value

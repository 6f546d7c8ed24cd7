"""The page that describes the API: another's scripts, under the hub's own Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_looks import judged, picture

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.timeout(120)]
VERBS = {"get", "post", "put", "patch", "delete"}


def test_the_docs_page_shows_every_operation_and_breaks_no_rule(open_page: Open) -> None:
    """What the policy refuses, and what it asks of another host, the guard of each page reports."""
    page = open_page()
    answer = page.goto("/api/v1/docs")
    policy = answer.headers["content-security-policy"] if answer else ""
    assert "script-src 'self'" in policy and "unsafe" not in policy
    told = page.request.get("/api/v1/openapi.json").json()
    count = sum(len(VERBS & operations.keys()) for operations in told["paths"].values())
    expect(page.locator(".opblock")).to_have_count(count)
    for place in (0, 1, 12, 30):
        page.locator(".opblock-summary-control").nth(place).press("Enter")
    expect(page.locator(".opblock-body")).to_have_count(4)
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        picture(page, f"api docs {width} {scheme}")
        assert judged(page) == []

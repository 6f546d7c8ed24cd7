"""Match models as a data admin sees and works them: a version trained on people, compared, put in force, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from mdm import access, rules
from mdm.models import Case, Decision, MatchJob, MatchModel
from mdm.pipeline import changeover, decide, matchjobs
from tests.browser.conftest import Open
from tests.browser.test_looks import judged, picture
from tests.mdm.people import arrive

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("systems"),
    pytest.mark.timeout(300),
]
HOME = "/models/customer/"


def look(page: Page, name: str) -> list[str]:
    """What is wrong with the page in either width and scheme; leaves pictures."""
    troubles = []
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            picture(page, f"models {name} {width} {scheme}")
            troubles += [f"{name} {width} {scheme}: {line}" for line in judged(page)]
    page.set_viewport_size({"width": 1280, "height": 800})
    return troubles


def test_a_data_admin_trains_compares_publishes_and_goes_back(open_page: Open) -> None:
    arrive(160)
    page = open_page("ada", "Data admins")
    seen: list[str] = []

    def at(name: str, act: Callable[[], object] = lambda: None) -> None:
        act()
        seen.extend(look(page, name))

    page.goto(HOME)
    at("empty")
    page.get_by_label("Note").fill("first try")
    page.get_by_role("button", name="Train a version").click()
    expect(page.get_by_text("waits for a worker")).to_be_visible()
    at("training")
    matchjobs.work()
    expect(page.get_by_role("link", name="Version 1", exact=True)).to_be_visible(timeout=15_000)
    at("list")
    decided()
    page.get_by_role("link", name="done: version 1").click()
    page.get_by_role("button", name="Compare again").click()
    expect(page.get_by_text("waits for a worker")).to_be_visible()
    matchjobs.work()
    expect(page.get_by_role("heading", name="By what people decided")).to_be_visible(timeout=15_000)
    at("comparison")
    page.get_by_role("link", name="Put version 1 in force").click()
    at("publish")
    page.get_by_role("button", name="Put version 1 in force").click()
    expect(page.get_by_text("it is not in force yet")).to_be_visible()
    at("following")
    changeover.follow("customer")
    expect(page.get_by_text("All 160 records follow version 1.")).to_be_visible(timeout=15_000)
    assert rules.current().models["customer"].version == "customer-1"
    page.get_by_role("link", name="Version 1", exact=True).click()
    at("version")
    drifted()
    page.reload()
    expect(page.get_by_text("which the hub does not have any more")).to_be_visible()
    at("drifted")
    page.goto(HOME)
    at("drifted list")
    page.goto(HOME)
    page.get_by_role("link", name="Go back to version 0").click()
    page.get_by_role("button", name="Put version 0 in force").click()
    changeover.follow("customer")
    expect(page.get_by_text("All 160 records follow version 0.")).to_be_visible(timeout=15_000)
    assert rules.current().models["customer"].version == "default-2"
    page.goto(f"{HOME}1/0/")
    at("not compared")
    MatchJob.objects.create(kind="compare", entity="customer", first=1, second=0, state="failed", trouble="It broke.")
    page.reload()
    at("failed")
    assert not seen, "\n".join(seen)


def drifted() -> None:
    """The first version learned from an attribute that is gone, and knew nothing of one that came since."""
    version = MatchModel.objects.get(entity="customer", version=1)
    columns = {name: kind for name, kind in version.figures["attributes"].items() if not name.startswith("email")}
    learned = [*version.figures["columns"], "loyalty_number"]
    version.figures |= {"columns": learned, "attributes": columns | {"loyalty_number": "identifier"}}
    version.save(update_fields=["figures"])


def decided() -> None:
    actor = access.of_user(get_user_model().objects.get(username="ada"))
    for case in Case.objects.filter(state="open").order_by("-weight")[:4]:
        decide.merge(case, actor=actor, version=case.version)
    assert Decision.objects.exists()

"""Conflicts as a steward works them: by keyboard, with undo, beside a colleague, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from mdm.models import Proposal
from tests.browser.conftest import Open
from tests.stewardship.desk import contested

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("systems"),
    pytest.mark.timeout(180),
]


def states() -> list[str]:
    return list(Proposal.objects.order_by("pk").values_list("state", flat=True))


def on(page: Page, row: Proposal) -> None:
    """Wait until the page of this proposal is the one on screen."""
    expect(page.locator("h1")).to_have_text(f"Payment terms of {row.golden.customer.legal_name}")


def test_conflicts_are_decided_by_keyboard_alone(open_page: Open) -> None:
    """No call of the mouse here: into the cause, into its first conflict, A and X, and back by U."""
    first, second, third = (contested(number) for number in range(3))
    page = open_page()
    page.goto("/conflicts/")
    for heading in ("Payment terms edited in STORE, owned by ERP", f"Payment terms of {first.golden.customer}"):
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(heading)
    page.keyboard.press("a")
    on(page, second)
    page.keyboard.press("x")
    on(page, third)
    assert states() == ["accepted", "rejected", "open"]
    page.keyboard.press("u")
    on(page, second)
    page.keyboard.press("s")
    on(page, third)
    page.keyboard.press("u")
    on(page, first)
    assert states() == ["open"] * 3


def test_all_of_it_works_without_scripts(open_page: Open) -> None:
    first, second = contested(0), contested(1)
    page = open_page(scripts=False)
    page.goto("/conflicts/")
    page.get_by_role("link", name="Payment terms").click()
    page.get_by_role("link", name=str(first.golden.customer)).click()
    page.get_by_role("link", name="What accepting would write").click()
    expect(page.locator("h1")).to_have_text("What accepting would write")
    page.go_back()
    page.get_by_role("button", name="Accept: write NT60").click()
    on(page, second)
    page.get_by_role("button", name="Reject: keep NT30").click()
    expect(page.locator("h1")).to_have_text("Conflicts")
    assert states() == ["accepted", "rejected"]
    page.get_by_role("button", name="Undo").click()
    on(page, second)
    assert states() == ["accepted", "open"]


def test_a_cause_is_decided_together_without_scripts(open_page: Open) -> None:
    for number in range(3):
        contested(number)
    page = open_page(scripts=False)
    page.goto("/conflicts/")
    page.get_by_role("link", name="Payment terms").click()
    page.get_by_role("link", name="Reject all 3").click()
    page.get_by_role("button", name="Reject 3").click()
    expect(page.get_by_role("status").first).to_contain_text("3 rejected")
    assert states() == ["rejected"] * 3


def test_of_two_stewards_the_second_is_told_and_has_both_ways_on(open_page: Open) -> None:
    row, later = contested(0), contested(1)
    mia, tom = open_page("mia"), open_page("tom", allow=(409,))
    for page in (mia, tom):
        page.goto(f"/conflicts/{row.pk}/")
    mia.keyboard.press("x")
    on(mia, later)
    with tom.expect_response(lambda response: "/settle" in response.url) as answer:
        tom.keyboard.press("a")
    assert answer.value.status == 409
    expect(tom.get_by_role("alert")).to_contain_text("mia closed it meanwhile: rejected")
    expect(tom.get_by_role("link", name="Next open conflict")).to_be_visible()  # keep hers
    tom.get_by_role("button", name="Take this decision back").press("Enter")  # or begin anew
    expect(tom.get_by_role("button", name="Accept: write NT60")).to_be_visible()
    assert states() == ["open", "open"]

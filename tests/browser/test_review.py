"""The review desk as a steward works it: by keyboard, with undo, beside a colleague, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from mdm.models import Case, Connection, Decision, GoldenRecord
from tests.browser import cases
from tests.browser.conftest import Open

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("systems"),
    pytest.mark.timeout(180),
]


def states() -> list[tuple[str, str]]:
    return list(Case.objects.order_by("-weight", "pk").values_list("state", "resolution"))


def on(page: Page, case: Case) -> None:
    """Wait until the page of this case is the one on screen."""
    expect(page.locator("h1")).to_contain_text(f"Alpha {numbered(case)}")


def numbered(case: Case) -> str:
    return case.first.customer.legal_name.split()[1]


def test_twenty_cases_are_decided_by_keyboard_alone(open_page: Open) -> None:
    """No call of the mouse here: J Enter into the queue, then M, or N with a reason and Enter, case after case."""
    made = cases.opened(20)
    page = open_page()
    page.goto("/review/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for number, case in enumerate(made):
        on(page, case)
        if number % 3:
            page.keyboard.press("m")
        else:
            page.keyboard.press("n")  # asks for the reason first
            expect(page.locator("#reason")).to_be_focused()
            page.keyboard.type("Two plants of different owners: merge none")  # letters type, they decide nothing
            page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Review")
    expect(page.locator("main")).to_contain_text("You decided 20 today")
    wanted = [("closed", "merged" if number % 3 else "kept apart") for number in range(20)]
    assert states() == wanted


def test_undo_by_key_takes_back_one_decision_after_the_other(open_page: Open) -> None:
    first, second = cases.opened(2)
    page = open_page()
    page.goto(f"/review/{first.pk}/")
    page.keyboard.press("m")
    on(page, second)
    page.keyboard.press("m")
    expect(page.locator("h1")).to_have_text("Review")
    assert states() == [("closed", "merged")] * 2
    page.keyboard.press("u")
    on(page, second)
    page.keyboard.press("u")
    on(page, first)
    expect(page.locator("main")).to_contain_text("wait for a decision again")
    assert states() == [("open", "")] * 2
    assert not GoldenRecord.objects.filter(merged_into__isnull=False).exists()


def test_of_two_stewards_the_second_is_told_and_has_both_ways_on(open_page: Open) -> None:
    case, later = cases.opened(2)
    mia, tom = open_page("mia"), open_page("tom", allow=(409,))
    mia.goto(f"/review/{case.pk}/")
    tom.goto(f"/review/{case.pk}/")
    mia.keyboard.press("m")
    on(mia, later)
    with tom.expect_response(lambda response: "/settle" in response.url) as answer:
        tom.keyboard.press("m")
    assert answer.value.status == 409
    expect(tom.get_by_role("alert")).to_contain_text("mia closed this case")
    expect(tom.get_by_role("link", name="Next open case")).to_be_visible()  # keep hers
    tom.get_by_role("button", name="Take this decision back").press("Enter")  # or begin anew
    expect(tom.get_by_role("button", name="Merge: they are one")).to_be_visible()
    assert states()[0] == ("open", "")


def test_all_of_it_works_without_scripts(open_page: Open) -> None:
    first, second = cases.opened(2)
    page = open_page(scripts=False)
    page.goto("/review/")
    page.get_by_role("link", name=f"Alpha {numbered(first)}").click()
    page.get_by_role("link", name="What a merge would write").click()
    expect(page.locator("h1")).to_have_text("What a merge would write")
    page.go_back()
    page.get_by_label("Reason").fill("Another owner")
    page.get_by_role("button", name="Not the same").click()
    on(page, second)
    page.get_by_role("button", name="Merge: they are one").click()
    page.get_by_role("button", name="Undo").click()
    on(page, second)
    assert states() == [("closed", "kept apart"), ("open", "")]


def test_single_keys_can_be_switched_off_and_never_act_while_one_types(open_page: Open) -> None:
    case = cases.opened(1)[0]
    page = open_page()
    page.goto(f"/review/{case.pk}/")
    page.keyboard.press("r")
    page.keyboard.type("mnsu")
    expect(page.locator("#reason")).to_have_value("mnsu")
    page.get_by_role("button", name="Single keys: on").press("Enter")
    page.locator("body").press("m")
    page.wait_for_timeout(300)
    assert states() == [("open", "")]
    page.reload()
    expect(page.get_by_role("button", name="Single keys: off")).to_be_visible()


def test_fast_fingers_decide_each_case_once(open_page: Open) -> None:
    """Keys pressed without a look: none counts twice, none hits a case that was not on screen."""
    made = cases.opened(6)
    page = open_page(allow=(409,))
    page.goto(f"/review/{made[0].pk}/")
    for _ in range(12):
        page.keyboard.press("m", delay=0)
    page.wait_for_load_state("networkidle")
    closed = Case.objects.filter(state="closed")
    assert closed.count() == closed.filter(resolution="merged", actor__name="mia").count() > 0
    merged = GoldenRecord.objects.filter(merged_into__isnull=False).count()
    assert merged == closed.count() == Decision.objects.count()


def test_connections_are_named_in_what_a_merge_would_write(open_page: Open, systems: dict[str, Connection]) -> None:
    case = cases.opened(1)[0]
    page = open_page()
    page.goto(f"/review/{case.pk}/")  # the line comes by itself after the page
    for connection in systems.values():
        expect(page.locator("#writes")).to_contain_text(connection.name)

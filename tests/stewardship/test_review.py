"""The review queue and the page on which a case is decided."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Access
from mdm import access
from mdm.models import (
    Actor,
    Case,
    Connection,
    Customer,
    Decision,
    DistributionRule,
    GoldenRecord,
    Link,
    MatchEdge,
    OutboxEvent,
    SourceRecord,
)
from mdm.pipeline import decide, process, rebuild
from mdm.selectors import review
from stewardship import comparing
from tests.factories import connections, organisation, product, rule_set

pytestmark = pytest.mark.django_db
NASTY = "Meier <script>alert(1)</script> & Söhne"


@pytest.fixture(autouse=True)
def systems() -> dict[str, Connection]:
    return connections("write")


def person(name: str, group: str = "") -> Client:
    user = get_user_model().objects.create_user(name, password="x")
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def mia() -> Client:
    return person("mia", "Stewards")


def firm(connection: str, external_id: str, **values: Any) -> Customer:
    """A firm that matches nothing else."""
    nothing = {"tax_ids__VAT": None, "addresses__bill_to": None}
    process.changes([organisation(connection, external_id, 1, **{**nothing, **values})])
    return Customer.objects.get(golden__records__external_id=external_id)


def opened(number: int, weight: float, **values: Any) -> Case:
    """An open case of two firms of their own."""
    first = firm("crm", f"c{number}", **{"legal_name": f"Alpha {number} AG", **values})
    second = firm("erp", f"e{number}", legal_name=f"Beta {number} GmbH", industry="Steel")
    lines = [
        ["prior", "", -8.0, "before any evidence"],
        ["phone", "equal", 6.5, "phones are equal"],
        ["name", "other", -3.0, "names differ"],
    ]
    evidence = {"weight": weight, "zone": "review", "veto": "", "lines": lines}
    a, b = sorted(SourceRecord.objects.filter(golden__in=[first.pk, second.pk]).values_list("pk", flat=True))
    MatchEdge.objects.create(a_id=a, b_id=b, weight=weight, zone="review", evidence=evidence, model_version="test")
    return Case.objects.create(first_id=first.pk, second_id=second.pk, weight=weight, evidence=evidence)


def shown(client: Client, **query: str) -> list[int]:
    response = client.get("/review/", query)
    assert response.status_code == 200
    return [row["item"].case.pk for row in response.context["rows"]]


def settle(client: Client, case: Case, verb: str, **more: str) -> Any:
    data = {"verb": verb, "version": str(case.version), **more}
    return client.post(reverse("stewardship:settle", args=[case.pk]), data)


# The queue ------------------------------------------------------------------------------------------------------------


def test_the_likeliest_match_comes_first_and_closed_ones_are_gone(mia: Client) -> None:
    weak, strong, closed = opened(1, 2.0), opened(2, 9.5), opened(3, 5.0)
    Case.objects.filter(pk=closed.pk).update(state="closed")
    assert shown(mia) == [strong.pk, weak.pk]
    text = mia.get("/review/").content.decode()
    assert "2 open cases" in text and "phones are equal" in text and "names differ" in text


def test_pages_go_on_where_the_last_one_ended_also_among_equals(mia: Client) -> None:
    pks = [opened(number, weight).pk for number, weight in enumerate([4.0, 4.0, 4.0, 7.0, 1.0])]
    order = [pks[3], pks[0], pks[1], pks[2], pks[4]]
    viewer, seen, mark, pages = access.Viewer(user=None), [], "", []
    while True:
        page = review.page(viewer, after=mark, size=2)
        seen += [item.case.pk for item in page.items]
        pages.append(page)
        mark = page.after
        if not mark:
            break
    assert seen == order and len(pages) == 3
    back = review.page(viewer, before=pages[2].before, size=2)
    assert [item.case.pk for item in back.items] == order[2:4] and back.before and back.after
    first = review.page(viewer, before=back.before, size=2)
    assert [item.case.pk for item in first.items] == order[:2] and not first.before


def test_the_count_stops_where_it_would_cost_more_than_it_tells(mia: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        opened(number, 4.0)
    viewer = access.Viewer(user=None)
    assert (page := review.page(viewer, size=2)).total == 3 and page.exact
    assert (page := review.page(viewer, size=3)).total == 3 and page.exact
    assert (page := review.page(viewer, "alpha", size=2)).total == 2 and not page.exact, "more than a page"
    assert (page := review.page(viewer, "alpha", size=3)).total == 3 and page.exact
    monkeypatch.setattr(review, "COUNTED", 2)
    monkeypatch.setattr(review.page, "__kwdefaults__", {**review.page.__kwdefaults__, "size": 2})
    assert "More than 2 open cases" in mia.get("/review/").content.decode()


@pytest.mark.parametrize("mark", ["x", "_", "1.0_x", "nan", "9" * 400])
def test_a_mark_that_is_none_begins_anew(mia: Client, mark: str) -> None:
    opened(1, 2.0)
    assert mia.get("/review/", {"after": mark}).headers["Location"] == "/review/"


def test_either_party_is_found(mia: Client) -> None:
    one, other = opened(1, 2.0), opened(2, 3.0)
    assert shown(mia, q="Alpha 1") == [one.pk]
    assert shown(mia, q="e2") == [other.pk]
    assert "No open case is about" in mia.get("/review/", {"q": "zeppelin"}).content.decode()


def test_an_empty_queue_says_so(mia: Client) -> None:
    assert "The queue is clear" in mia.get("/review/").content.decode()


def test_who_may_not_look_is_told(client: Client) -> None:
    case = opened(1, 2.0)
    stranger = person("eve")
    assert stranger.get("/review/").status_code == 403
    assert stranger.get(f"/review/{case.pk}/").status_code == 403
    assert settle(stranger, case, "merge").status_code == 403
    assert client.get("/review/").status_code == 302


def test_a_region_sees_and_decides_only_its_own(mia: Client) -> None:
    both, half = opened(1, 2.0), opened(2, 3.0)
    Customer.objects.filter(pk__in=[both.first_id, both.second_id, half.first_id]).update(region="EMEA")
    Customer.objects.filter(pk=half.second_id).update(region="APAC")
    user = get_user_model().objects.get(username="mia")
    Actor.objects.create(kind=Actor.Kind.USER, name="mia", user=user, region="EMEA")
    assert shown(mia) == [both.pk]
    assert mia.get(f"/review/{half.pk}/").status_code == 404
    assert settle(mia, half, "merge").status_code == 404
    half.refresh_from_db()
    assert half.state == "open"


# One case -------------------------------------------------------------------------------------------------------------


def test_a_case_shows_both_sides_the_result_and_the_evidence(mia: Client) -> None:
    case = opened(1, 2.0, phones__main="+49421123456")
    response = mia.get(f"/review/{case.pk}/")
    rows = {row["key"]: row for row in response.context["rows"]}
    assert (rows["legal_name"]["first"], rows["legal_name"]["second"]) == ("Alpha 1 AG", "Beta 1 GmbH")
    assert rows["legal_name"]["mark"] == "different"
    assert rows["legal_name"]["result"] in ("Alpha 1 AG", "Beta 1 GmbH") and rows["legal_name"]["because"]
    assert rows["phones|main"]["mark"] == "one side" and rows["phones|main"]["result"] == "+49421123456"
    assert response.context["rows"][0]["mark"] == "different", "what differs comes first"
    falls = [(bar["words"], bar["way"], bar["start"], bar["width"]) for bar in response.context["waterfall"]]
    assert falls == [  # 0 to -8, to -1.5, to -4.5: eight bits on two hundred pixels
        ("before any evidence", "against", 0, 200),
        ("phones are equal", "for", 0, 162),
        ("names differ", "against", 88, 75),
    ]
    assert {bar["zero"] for bar in response.context["waterfall"]} == {200}


def test_names_with_markup_stay_names(mia: Client) -> None:
    case = opened(1, 2.0, legal_name=NASTY)
    for path in ("/review/", f"/review/{case.pk}/"):
        text = mia.get(path).content.decode()
        assert "<script>alert" not in text and "&lt;script&gt;" in text


def test_what_the_page_foretells_comes_true(mia: Client) -> None:
    case = opened(1, 2.0, phones__main="+49421123456")
    rows = mia.get(f"/review/{case.pk}/").context["rows"]
    settle(mia, case, "merge")
    survivor = GoldenRecord.objects.get(pk__in=[case.first_id, case.second_id], merged_into=None)
    row = Customer.objects.get(golden=survivor)
    from mdm.entities import words

    assert {one["key"]: one["result"] for one in rows if one["result"]} == {
        key: words.value(value) for key, value in row.values.items() if words.value(value)
    }


def test_a_merge_leads_to_the_next_case_and_the_last_one_to_the_queue(mia: Client) -> None:
    first, second = opened(1, 9.0), opened(2, 2.0)
    answer = settle(mia, first, "merge")
    assert answer.headers["Location"] == f"/review/{second.pk}/"
    first.refresh_from_db()
    assert (first.state, first.resolution, first.actor.name) == ("closed", "merged", "mia")
    answer = settle(mia, second, "keep_apart", reason="Two plants")
    assert answer.headers["Location"] == "/review/"
    text = mia.get("/review/").content.decode()
    assert "Alpha 2 AG and Beta 2 GmbH, kept apart" in text and "You decided 2 today" in text


def test_to_keep_apart_needs_a_reason_and_nothing_typed_is_lost(mia: Client) -> None:
    case = opened(1, 2.0)
    answer = settle(mia, case, "keep_apart", reason="   ")
    assert answer.status_code == 400 and "Say why they are not the same" in answer.content.decode()
    answer = settle(mia, case, "destroy", reason="Because")
    assert answer.status_code == 400 and 'value="Because"' in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "open"


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 30])
def test_a_version_that_is_none_decides_nothing(mia: Client, version: str) -> None:
    case = opened(1, 2.0)
    assert settle(mia, case, "merge", version=version).status_code in (400, 409)
    case.refresh_from_db()
    assert case.state == "open"


def test_enter_in_the_reason_never_merges(mia: Client) -> None:
    text = mia.get(f"/review/{opened(1, 2.0).pk}/").content.decode()
    form = text[text.index('action="/review/') :]
    assert re.findall(r'name="verb" value="(\w+)"', form) == ["keep_apart", "merge"]


def test_of_two_stewards_the_second_is_told_who_was_first(mia: Client) -> None:
    case, later = opened(1, 9.0), opened(2, 2.0)
    tom = person("tom", "Stewards")
    settle(tom, case, "keep_apart", reason="Other owner")
    answer = settle(mia, case, "merge")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Your decision was not taken" in text and "tom closed this case" in text and "kept apart" in text
    assert f"/review/{later.pk}/" in text, "a way on"


def test_when_the_evidence_moved_the_page_says_so_and_can_be_decided(mia: Client) -> None:
    case = opened(1, 9.0)
    Case.objects.filter(pk=case.pk).update(version=2, weight=3.0)
    answer = settle(mia, case, "merge")
    assert answer.status_code == 409 and "The evidence moved" in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()


def test_a_closed_case_can_be_looked_at_and_not_decided(mia: Client) -> None:
    case = opened(1, 9.0)
    decide.merge(case, actor=access.of_user(get_user_model().objects.get(username="mia")), version=1)
    text = mia.get(f"/review/{case.pk}/").content.decode()
    assert "Closed: merged" in text and 'name="verb"' not in text


@pytest.mark.parametrize("cases", [1, 12])
def test_pages_cost_the_same_however_much_there_is(mia: Client, cases: int, django_assert_max_num_queries: Any) -> None:
    made = [opened(number, float(number)) for number in range(cases)]
    mia.get("/review/")
    with django_assert_max_num_queries(12):
        mia.get("/review/", {"q": "Alpha"})
    with django_assert_max_num_queries(12):
        mia.get(f"/review/{made[0].pk}/")


# Undo, and what a merge would write -------------------------------------------------------------------------------


def undo(client: Client, case: Case) -> Any:
    case.refresh_from_db()
    return client.post(reverse("stewardship:undo", args=[case.pk]), {"version": str(case.version)})


def standing(case: Case) -> tuple[dict[int, int | None], dict[str, int | None]]:
    goldens = GoldenRecord.objects.filter(pk__in=[case.first_id, case.second_id])
    records = SourceRecord.objects.filter(entity="customer").order_by("pk")
    return dict(goldens.values_list("pk", "merged_into")), dict(records.values_list("external_id", "golden_id"))


def values(case: Case) -> dict[int, Any]:
    rows = Customer.objects.filter(pk__in=[case.first_id, case.second_id])
    return {row.pk: (row.status, row.values, row.winners) for row in rows}


@pytest.mark.parametrize(("verb", "more"), [("merge", {}), ("keep_apart", {"reason": "Two plants"})])
def test_undo_leaves_everything_as_it_was_ids_too(mia: Client, verb: str, more: dict[str, str]) -> None:
    case = opened(1, 9.0, phones__main="+49421123456")
    before = standing(case), values(case)
    settle(mia, case, verb, **more)
    assert verb == "keep_apart" or standing(case) != before[0]
    answer = undo(mia, case)
    case.refresh_from_db()
    assert (case.state, case.resolution, case.actor) == ("open", "", None)
    assert answer.headers["Location"] == f"/review/{case.pk}/"
    assert (standing(case), values(case)) == before
    assert not list(rebuild.check())


def test_undo_goes_back_decision_by_decision(mia: Client) -> None:
    first, second = opened(1, 9.0), opened(2, 2.0)
    settle(mia, first, "merge")
    settle(mia, second, "merge")
    assert mia.get("/review/").context["last"].pk == second.pk
    undo(mia, second)
    assert mia.get("/review/").context["last"].pk == first.pk
    undo(mia, first)
    assert mia.get("/review/").context["last"] is None and shown(mia) == [first.pk, second.pk]


def test_a_decision_is_taken_back_once(mia: Client) -> None:
    case = opened(1, 9.0)
    settle(mia, case, "merge")
    case.refresh_from_db()
    assert undo(mia, case).status_code == 302
    stale = mia.post(reverse("stewardship:undo", args=[case.pk]), {"version": "2"})
    assert stale.status_code == 409 and "Your decision was not taken" in stale.content.decode()
    assert Decision.objects.filter(verdict="withdrawn").count() == 1
    assert undo(mia, case).status_code == 409, "an open case has no decision"


def test_nothing_of_a_merge_goes_out_while_it_may_be_taken_back(mia: Client, settings: Any) -> None:
    case = opened(1, 9.0)
    settings.UNDO_SECONDS = 600
    settle(mia, case, "merge")
    held = GoldenRecord.objects.filter(held_until__gt=timezone.now() + timedelta(seconds=500))
    assert set(held.values_list("pk", flat=True)) == {case.first_id, case.second_id}
    undo(mia, case)
    assert not GoldenRecord.objects.filter(held_until__isnull=False).exists()


def test_what_was_decided_is_listed_and_taken_back_from_there(mia: Client) -> None:
    case, other = opened(1, 9.0), opened(2, 2.0)
    settle(mia, case, "merge")
    settle(person("tom", "Stewards"), other, "merge")
    text = mia.get("/review/decided/").content.decode()
    assert "Alpha 1 AG and Beta 1 GmbH" in text and "Alpha 2 AG" not in text and f"/review/{case.pk}/undo" in text
    assert "Nothing yet" in person("ida", "Stewards").get("/review/decided/").content.decode()


def test_who_may_only_look_takes_nothing_back(mia: Client) -> None:
    case = opened(1, 9.0)
    settle(mia, case, "merge")
    assert undo(person("eve"), case).status_code == 403
    case.refresh_from_db()
    assert case.state == "closed"


def test_the_page_tells_what_a_merge_would_write_and_writes_nothing(mia: Client, systems: Any) -> None:
    case = opened(1, 9.0)
    before = standing(case), values(case), Link.objects.count(), OutboxEvent.objects.count()
    store = systems["store"]
    Access.objects.create(connection=store, base_url="https://shop.example", secrets={"token": "x", "secret": "y"})
    DistributionRule.objects.create(
        rule_set=rule_set(), connection=store, entity="customer", object_type="Company", may_create=True
    )
    text = mia.get(reverse("stewardship:writes", args=[case.pk])).content.decode()
    assert "a new Company" in text and "Legal name" in text and "CRM" in text
    assert (standing(case), values(case), Link.objects.count(), OutboxEvent.objects.count()) == before
    case.refresh_from_db()
    assert (case.state, case.version) == ("open", 1)


@pytest.mark.parametrize(
    ("first", "second", "pieces"),
    [
        (
            "Meier AG",
            "Meyer AG",
            ([("Me", False), ("i", True), ("er AG", False)], [("Me", False), ("y", True), ("er AG", False)]),
        ),
        ("Acme", "ACME", ([("Acme", False)], [("ACME", False)])),
        ("Alpha", "Zorn", ([("Alpha", False)], [("Zorn", False)])),
        ("ab", "abc", ([("ab", False)], [("ab", False), ("c", True)])),
        ("a" * 500, "a" * 499, ([("a" * 500, False)], [("a" * 499, False)])),
    ],
)
def test_what_differs_is_marked_letter_by_letter(first: str, second: str, pieces: Any) -> None:
    assert comparing.differing(first, second) == pieces


def test_products_are_reviewed_on_the_same_pages(mia: Client) -> None:
    nothing = {"gtin": None, "sku": None}
    process.changes([product("crm", "01t1", 1, names__en="Hex bolt M8x40", sales_family="Screws", **nothing)])
    process.changes([product("erp", "1004", 2, names__de="Zylinderschraube M12", names__en="Cap screw M12", **nothing)])
    first, second = GoldenRecord.objects.filter(entity="product").order_by("pk")
    case = Case.objects.create(first=first, second=second, weight=1.0, evidence={"lines": []})
    assert "Hex bolt M8x40 and Cap screw M12" in mia.get("/review/").content.decode()
    rows = {row["key"]: row for row in mia.get(f"/review/{case.pk}/").context["rows"]}
    assert (rows["names|en"]["first"], rows["names|en"]["second"]) == ("Hex bolt M8x40", "Cap screw M12")
    assert rows["names|en"]["label"] == "Names, en" and rows["sales_family"]["label"] == "Sales family"
    assert mia.get(reverse("stewardship:writes", args=[case.pk])).status_code == 200
    settle(mia, case, "merge")
    second.refresh_from_db()
    assert second.merged_into_id == first.pk
    assert shown(mia, q="Cap screw") == []


def test_a_case_tells_why_its_weight_is_not_higher(mia: Client) -> None:
    page = mia.get(f"/review/{opened(1, -4.5).pk}/")
    assert page.context["not_higher"] == [
        "7.5 bits short of a match, which begins at +3.0.",
        "-3.0 bits: names differ",
    ]
    assert "Why not higher?" in page.content.decode()


def test_of_what_a_person_reported_nothing_is_weighed(mia: Client) -> None:
    case = opened(1, 1.0)
    Case.objects.update(evidence={**case.evidence, "lines": [], "held": "A person said that they are one."})
    page = mia.get(f"/review/{case.pk}/")
    assert page.context["not_higher"] == [] and "Why not higher?" not in page.content.decode()

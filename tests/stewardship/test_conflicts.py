"""Conflicts: by cause, one by one, together, taken back, and on what was seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from mdm.models import Actor, Customer, GoldenRecord, OutboxEvent, Proposal
from mdm.pipeline import decide
from tests.stewardship.conftest import member
from tests.stewardship.desk import contested

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("systems")]


def post(client: Client, row: Proposal, verb: str, version: int | None = None) -> Any:
    form = {"verb": verb, "version": row.version if version is None else version}
    return client.post(reverse("stewardship:conflict-settle", args=[row.pk]), form)


CAUSE = {"entity": "customer", "attribute": "payment_terms", "system": "store", "owner": "erp"}


# By cause ----------------------------------------------------------------------------------------------------------


def test_equal_conflicts_are_one_cause(mia: Client) -> None:
    for number in range(3):
        contested(number)
    (row,) = mia.get("/conflicts/").context["causes"]
    cause = row["cause"]
    assert (row["label"], cause.count, cause.system, cause.owner) == ("Payment terms", 3, "store", "erp")
    text = mia.get("/conflicts/of", CAUSE).content.decode()
    assert "3 open" in text and "Accept all 3" in text and "Firma000 AG" in text


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"system": "store"}, 1),
        ({"system": "crm"}, 0),
        ({"owner": "erp", "attribute": "payment_terms"}, 1),
        ({"attribute": "segment"}, 0),
        ({"entity": "product"}, 0),
        ({"about": "nonsense"}, 0),
        ({"attribute": "a|b|c|d"}, 0),
        ({"attribute": "\x00"}, 1),
    ],
)
def test_filters_live_in_the_address(mia: Client, asked: dict[str, str], count: int) -> None:
    row = contested(1)
    assert len(mia.get("/conflicts/", asked).context["causes"]) == count
    assert len(mia.get("/conflicts/of", asked).context["rows"]) == count
    assert len(mia.get("/conflicts/of", {"about": str(row.golden.uid)}).context["rows"]) == 1


def test_a_page_ends_where_the_next_begins(mia: Client, monkeypatch: Any) -> None:
    from functools import partial

    from stewardship.views import conflicts as views

    rows = [contested(number) for number in range(3)]
    monkeypatch.setattr(views.conflicts, "PAGE", 2)
    monkeypatch.setattr(views.conflicts, "page", partial(views.conflicts.page, size=2))
    first = mia.get("/conflicts/of", CAUSE)
    assert [one["proposal"].pk for one in first.context["rows"]] == [row.pk for row in rows[:2]]
    second = mia.get("/conflicts/of", {**CAUSE, "after": first.context["after"]})
    assert [one["proposal"].pk for one in second.context["rows"]] == [rows[2].pk] and not second.context["after"]


def settle_all(client: Client, verb: str) -> Any:
    preview = client.get("/conflicts/of/settle", {**CAUSE, "verb": verb})
    seen = [f"{row['proposal'].pk}:{row['proposal'].version}" for row in preview.context["rows"]]
    return preview, seen


@pytest.mark.parametrize(("verb", "state"), [("accept", "accepted"), ("reject", "rejected")])
def test_a_cause_is_decided_at_once_with_a_count_before(mia: Client, verb: str, state: str) -> None:
    rows = [contested(number) for number in range(3)]
    preview, seen = settle_all(mia, verb)
    assert f"{verb.capitalize()} 3 proposals?" in preview.content.decode()
    assert set(Proposal.objects.values_list("state", flat=True)) == {"open"}, "a preview decides nothing"
    Proposal.objects.filter(pk=rows[1].pk).update(version=9)
    late = contested(7)
    query = "&".join(f"{name}={value}" for name, value in CAUSE.items())
    form = {"verb": verb, "seen": [*seen, "x", "1:2:3", "9" * 30]}
    done = mia.post(f"/conflicts/of/settle?{query}", form, follow=True)
    text = done.content.decode()
    assert f"2 {verb}ed." in text and "had moved on since you looked" in text
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in rows] == [state, "open", state] and states[late.pk] == "open"
    assert set(Proposal.objects.filter(state=state).values_list("actor__name", flat=True)) == {"mia"}


def test_nothing_is_decided_together_that_is_no_cause(mia: Client) -> None:
    row = contested(1)
    for asked in ({"verb": "accept"}, {**CAUSE, "verb": "merge"}):
        assert mia.get("/conflicts/of/settle", asked).status_code == 302
    mia.post("/conflicts/of/settle", {"verb": "accept", "seen": f"{row.pk}:{row.version}"})
    row.refresh_from_db()
    assert row.state == "open"


# One ---------------------------------------------------------------------------------------------------------------


def test_one_tells_who_says_what_and_who_owns_it(mia: Client) -> None:
    row = contested(1)
    response = mia.get(reverse("stewardship:conflict", args=[row.pk]))
    told = response.context
    assert (told["label"], told["value"], told["owner_value"], told["now"]) == ("Payment terms", "NT60", "NT30", "NT30")
    text = response.content.decode()
    assert "owns it by contract" in text and "STORE Account S1" in text and "What accepting would write" in text
    assert mia.get(reverse("stewardship:conflict-writes", args=[row.pk])).status_code == 200
    row.refresh_from_db()
    assert row.state == "open", "to tell what it would write decides nothing"


def test_accepting_is_held_back_and_goes_on_to_the_next(mia: Client, settings: Any) -> None:
    first, second = contested(1), contested(2)
    settings.UNDO_SECONDS = 30
    OutboxEvent.objects.all().delete()
    assert post(mia, first, "accept").headers["Location"] == reverse("stewardship:conflict", args=[second.pk])
    first.refresh_from_db()
    assert (first.state, first.actor.name, first.version) == ("accepted", "mia", 2)
    assert GoldenRecord.objects.get(pk=first.golden_id).held_until is not None
    assert OutboxEvent.objects.get().topic == "proposal.accepted"
    assert post(mia, second, "reject").headers["Location"] == reverse("stewardship:conflicts")


def test_a_decision_is_taken_back_and_may_be_taken_again(mia: Client) -> None:
    row = contested(1)
    for verb in ("accept", "reject"):
        row.refresh_from_db()
        post(mia, row, verb)
        row.refresh_from_db()
        assert "You last" in mia.get("/conflicts/").content.decode()
        undone = mia.post(reverse("stewardship:conflict-undo", args=[row.pk]), {"version": row.version}, follow=True)
        assert "waits for a decision again" in undone.content.decode()
        row.refresh_from_db()
        assert (row.state, row.actor, row.closed_at, row.decided_at) == ("open", None, None, None)
        assert GoldenRecord.objects.get(pk=row.golden_id).held_until is None
    assert "You last" not in mia.get("/conflicts/").content.decode()


def test_what_its_owner_confirmed_is_not_taken_back(mia: Client) -> None:
    row = contested(1)
    post(mia, row, "accept")
    Proposal.objects.filter(pk=row.pk).update(state="confirmed")
    answer = mia.post(reverse("stewardship:conflict-undo", args=[row.pk]), {"version": row.version + 1})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.state == "confirmed"


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_of_two_stewards_the_second_is_told_and_has_both_ways_on(mia: Client, verb: str) -> None:
    row, later = contested(1), contested(2)
    tom = member("tom", "Stewards")
    post(tom, row, "accept")
    answer = post(mia, row, verb)
    text = answer.content.decode()
    assert answer.status_code == 409 and "tom closed it meanwhile: accepted" in text
    assert "Take this decision back" in text and reverse("stewardship:conflict", args=[later.pk]) in text
    row.refresh_from_db()
    assert (row.state, row.actor.name) == ("accepted", "tom")


def test_an_edit_that_changed_meanwhile_is_a_409(mia: Client) -> None:
    row = contested(1)
    assert post(mia, row, "accept", version=row.version + 1).status_code == 409
    for version in ("", "x", "-1", "9" * 30):
        form = {"verb": "accept", "version": version}
        assert mia.post(reverse("stewardship:conflict-settle", args=[row.pk]), form).status_code == 400
    row.refresh_from_db()
    assert row.state == "open"


def test_the_paths_of_admin_and_api_still_raise_stale() -> None:
    row, actor = contested(1), Actor.objects.create(kind="user", name="x")
    decide.reject(row, actor=actor, version=row.version)
    for again in (decide.accept, decide.reject):
        with pytest.raises(decide.Stale):
            again(row, actor=actor, version=row.version + 1)


# Who sees what -----------------------------------------------------------------------------------------------------


def test_auditors_look_and_others_see_nothing(eve: Client) -> None:
    row = contested(1)
    otto = member("otto", "Auditors")
    page = otto.get(reverse("stewardship:conflict", args=[row.pk]))
    assert page.status_code == 200 and 'value="accept"' not in page.content.decode()
    assert post(otto, row, "accept").status_code == 403
    assert otto.get("/conflicts/of/settle", {**CAUSE, "verb": "accept"}).status_code == 403
    assert eve.get("/conflicts/").status_code == 403
    row.refresh_from_db()
    assert row.state == "open"


def test_another_region_sees_and_decides_nothing(mia: Client) -> None:
    row = contested(1, region="north")
    assert Customer.objects.get(pk=row.golden_id).region == "north"
    _, seen = settle_all(mia, "accept")
    user = get_user_model().objects.get(username="mia")
    Actor.objects.create(kind="user", name="mia", user=user, region="south")
    assert mia.get("/conflicts/").context["causes"] == [] and mia.get("/conflicts/of", CAUSE).context["rows"] == []
    for name in ("conflict", "conflict-writes"):
        assert mia.get(reverse(f"stewardship:{name}", args=[row.pk])).status_code == 404
    for name in ("conflict-settle", "conflict-undo"):
        form = {"verb": "accept", "version": row.version}
        assert mia.post(reverse(f"stewardship:{name}", args=[row.pk]), form).status_code == 404
    query = "&".join(f"{name}={value}" for name, value in CAUSE.items())
    mia.post(f"/conflicts/of/settle?{query}", {"verb": "accept", "seen": seen})
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize("path", ["/conflicts/", "/conflicts/of", "/conflicts/of/settle", "one"])
def test_pages_keep_their_query_budget(mia: Client, path: str, django_assert_max_num_queries: Any) -> None:
    row = contested(0)
    post(mia, contested(50), "accept")
    address = reverse("stewardship:conflict", args=[row.pk]) if path == "one" else path
    asked = {**CAUSE, "verb": "accept"}
    mia.get(address, asked)
    cache.clear()
    with django_assert_max_num_queries(12) as few:
        mia.get(address, asked)
    for number in range(1, 6):
        contested(number)
    cache.clear()
    with django_assert_max_num_queries(len(few)):
        mia.get(address, asked)

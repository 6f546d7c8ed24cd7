"""The pages of match models: versions, comparing two, putting one in force and going back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from mdm import rules
from mdm.models import Actor, Changeover, Decision, MatchJob, MatchModel, SourceRecord
from mdm.pipeline import changeover, matchjobs
from tests.mdm.matchers import Equal, install
from tests.stewardship.conftest import member
from tests.stewardship.desk import alone

pytestmark = pytest.mark.django_db
HOME = "/models/customer/"
FIGURES = {
    "records": 1200, "candidates": 4000, "blocking_recall": 0.987, "labels": {"together": 3, "apart": 1},
    "thresholds": {"match": 0.9991, "review": 0.1}, "basis": "An estimate of the model itself.", "columns": ["emails"],
}  # fmt: skip
WEIGHTS = {
    "comparisons": [
        {
            "name": "emails",
            "kind": "email",
            "levels": [{"label": "Equal", "weight": 9.5}, {"label": "Different", "weight": -3.0}],
        }
    ]
}


@pytest.fixture
def ada(systems: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Client:
    """A data admin, in a hub of three firms of which two share a mailbox."""
    install(monkeypatch)
    alone("crm", "1", legal_name="Alder <b>Pumps</b> GmbH", emails="a@a.de")
    alone("erp", "2", legal_name="Zeder Ventile AG", emails="a@a.de")
    alone("erp", "3", legal_name="Birke Stahl KG", emails="b@b.de")
    return member("ada", "Data admins")


@pytest.fixture
def one() -> MatchModel:
    return Equal("emails").stored(1, figures=FIGURES, model=WEIGHTS, note="by mail")


def page(client: Client, path: str, status: int = 200, **data: Any) -> str:
    answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def test_without_a_version_the_page_says_what_one_would_do(ada: Client) -> None:
    told = page(ada, HOME)
    assert "No version has been trained yet" in told
    assert "default-2" in told
    assert "Train a version" in told


def test_a_training_is_asked_for_and_seen(ada: Client) -> None:
    assert ada.post(f"{HOME}train", {"note": "first"}).status_code == 302
    job = MatchJob.objects.get()
    assert (job.kind, job.entity, job.note, job.asked_by.username) == ("train", "customer", "first", "ada")  # type: ignore[union-attr]
    assert "Training a version: waits for a worker" in page(ada, HOME)
    assert 'hx-get="/models/customer/state"' in page(ada, HOME)
    MatchJob.objects.update(state="running", phase="compare", share=0.4)
    assert "Training a version: compare, 40%" in page(ada, f"{HOME}state")
    matchjobs.work()
    MatchJob.objects.update(state="failed", trouble="3 source records say something that can be compared.")
    answer = ada.get(f"{HOME}state")
    assert "3 source records say something" in answer.content.decode()
    assert answer.headers["HX-Refresh"] == "true"


def test_a_version_is_compared_put_in_force_and_taken_back(ada: Client, one: MatchModel) -> None:
    told = page(ada, HOME)
    assert "1,200 records, 4 decisions" in told
    assert "by mail" in told
    answer = ada.post(f"{HOME}compare", {"first": "0", "second": "1"})
    assert answer.headers["Location"] == f"{HOME}0/1/"
    assert "waits for a worker" in page(ada, f"{HOME}0/1/")
    matchjobs.work()
    told = page(ada, f"{HOME}0/1/")
    assert "Alder &lt;b&gt;Pumps&lt;/b&gt; GmbH and Zeder Ventile AG" in told
    assert "<strong>1</strong> pairs of records come together" in told
    assert "No steward has decided" in told
    assert "Equal: a@a.de." in told
    told = page(ada, f"{HOME}publish?version=1")
    assert "It takes the place of version 0" in told
    assert "<strong>1</strong> pairs of records come together" in told
    assert Changeover.objects.count() == 0
    assert ada.post(f"{HOME}publish", {"version": "1", "instead": "0"}).status_code == 302
    assert "0 of 3 records are prepared for version 1" in page(ada, HOME)
    changeover.follow("customer")
    assert rules.current().models["customer"].version == "customer-1"
    told = page(ada, HOME)
    assert '<option value="1" selected>Version 1</option>' in told.partition("what would this change")[0]
    assert '<option value="0" selected>Version 0</option>' in told.partition("what would this change")[2]
    assert "All 3 records follow version 1." in told
    assert "Go back to version 0" in told
    assert SourceRecord.objects.values("golden").distinct().count() == 2
    assert ada.post(f"{HOME}publish", {"version": "0", "instead": "1"}).status_code == 302
    changeover.follow("customer")
    assert rules.current().models["customer"].version == "default-2"
    assert SourceRecord.objects.values("golden").distinct().count() == 3


def test_a_version_that_learned_from_what_is_gone_is_warned_of_and_refused(ada: Client, one: MatchModel) -> None:
    MatchModel.objects.update(figures={**FIGURES, "columns": ["alias"]})
    words = "It learned from alias, which the hub does not have any more."
    for place in (HOME, f"{HOME}1/"):
        assert f'<p class="notice warning">{words} Train another version.</p>' in page(ada, place)
    answer = ada.post(f"{HOME}publish", {"version": "1", "instead": "0"}, follow=True)
    assert f"Match model customer-1 cannot be put in force. {words}" in answer.content.decode()
    assert not Changeover.objects.exists()


def test_who_lost_a_race_changes_nothing(ada: Client, one: MatchModel) -> None:
    told = page(ada, f"{HOME}publish", 409, version="1", instead="7")
    assert "Nothing was changed" in told
    assert not Changeover.objects.exists()


def test_decisions_and_weights_are_shown(ada: Client, one: MatchModel) -> None:
    moved = {"comparisons": [{**WEIGHTS["comparisons"][0], "levels": [{"label": "Equal", "weight": 4.5}]}]}
    Equal("legal_name").stored(2, figures=FIGURES, model=moved)
    a, b, _ = SourceRecord.objects.order_by("pk")
    Decision.objects.create(a=a, b=b, verdict="together", actor=Actor.objects.create(kind="user", name="x"))
    ada.post(f"{HOME}compare", {"first": "1", "second": "2"})
    matchjobs.work()
    told = page(ada, f"{HOME}1/2/")
    assert "Merges rightly" in told and "1 of 1" in told and "0 of 1" in told
    assert "Weights that moved most" in told and "4.5" in told
    told = page(ada, f"{HOME}1/")
    assert "Equal" in told and "+9.5" in told and "-3.0" in told
    assert "98.7% of all matches, as estimated" in told
    assert "An estimate of the model itself." in told


def test_sources_without_duplicates_are_named(ada: Client, one: MatchModel) -> None:
    assert "Without duplicates" not in page(ada, f"{HOME}1/")
    one.figures |= {"one_to_one": ["crm:Account", "erp:<b>"]}
    one.save()
    words = "No two records of crm:Account or erp:&lt;b&gt; merge by themselves, unless a rule allows it"
    assert words in page(ada, f"{HOME}1/")


def test_what_is_not_there_is_not_found(ada: Client, one: MatchModel) -> None:
    for path in ("/models/unicorn/", f"{HOME}9/", f"{HOME}0/9/", f"{HOME}publish?version=9", f"{HOME}publish"):
        page(ada, path, 404)
    assert ada.post(f"{HOME}compare", {"first": "0", "second": "x"}).status_code == 404
    assert ada.post(f"{HOME}compare", {"first": "1", "second": "1"}).headers["Location"] == HOME
    assert "Not compared yet" in page(ada, f"{HOME}0/1/")
    assert not MatchJob.objects.exists()


def test_stewards_look_and_only_data_admins_act(mia: Client, ada: Client, one: MatchModel) -> None:
    told = page(mia, HOME)
    assert "Version 1" in told
    assert "Train a version" not in told
    assert "Put it in force" not in page(mia, f"{HOME}1/")
    for path, data in (("train", {}), ("compare", {"first": "0", "second": "1"}), ("publish", {"version": "1"})):
        assert mia.post(f"{HOME}{path}", data).status_code == 403
    assert mia.get(f"{HOME}publish?version=1").status_code == 403
    assert not MatchJob.objects.exists() and not Changeover.objects.exists()


def test_who_is_in_no_group_sees_nothing(eve: Client) -> None:
    for path in ("", "state", "1/", "0/1/"):
        assert eve.get(f"{HOME}{path}").status_code == 403


def test_a_viewer_of_one_region_is_told_why_it_is_empty(ada: Client, one: MatchModel) -> None:
    from django.contrib.auth import get_user_model

    Actor.objects.create(kind="user", name="ada", region="north", user=get_user_model().objects.get(username="ada"))
    assert "This is of the whole hub" in page(ada, HOME)
    page(ada, f"{HOME}1/", 404)
    page(ada, f"{HOME}publish", 404, version="1", instead="0")
    page(ada, f"{HOME}train", 404, note="x")

"""Match models over the API: what there is, what each would change, and which is in force."""

from __future__ import annotations

import json

import pytest

from mdm import rules
from mdm.models import Changeover, MatchModel, SourceRecord
from mdm.pipeline import changeover, matchjobs
from tests.mdm.api.conftest import Api, World
from tests.mdm.matchers import Equal, install


@pytest.fixture(autouse=True)
def two(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    Equal("emails").stored(1, note="by mail", model={"comparisons": []}, figures={"records": 3})
    Equal("legal_name").stored(2)


def test_versions_are_listed_and_told_whole(api: Api) -> None:
    first, second = api.read("match-models")["items"]
    assert (first["entity"], first["version"], first["state"], first["note"]) == ("customer", 1, "draft", "by mail")
    assert "data" not in first and "model" not in first
    assert second["version"] == 2
    whole = api.read("match-models/customer/1")
    assert (whole["model"], whole["comparison"]) == ({"comparisons": []}, None)
    matchjobs.compare("customer", 0, 1)
    matchjobs.work()
    compared = api.read("match-models/customer/1")["comparison"]
    assert (compared["versions"], compared["records"]) == (
        [0, 1],
        SourceRecord.objects.filter(entity="customer").count(),
    )
    for path in ("match-models/customer/9", "match-models/product/1", "match-models/unicorn"):
        assert api.get(path).status_code == 404


def test_a_version_is_put_in_force_and_taken_back(api: Api) -> None:
    assert api.read("match-models/customer") == {
        "entity": "customer", "in_force": 0, "name": "default-2", "following": None
    }  # fmt: skip
    answer = api.post("match-models/customer/publish", {"version": 1, "instead": 0})
    told = json.loads(answer.content)
    assert (answer.status_code, told["in_force"], told["following"]["stage"]) == (200, 0, "keys")
    changeover.follow("customer")
    told = api.read("match-models/customer")
    assert (told["in_force"], told["name"], told["following"]["stage"]) == (1, "customer-1", "done")
    assert told["following"]["words"].endswith("records follow version 1.")
    assert rules.current().models["customer"].version == "customer-1"
    answer = api.post("match-models/customer/publish", {"version": told["following"]["former"], "instead": 1})
    assert json.loads(answer.content)["in_force"] == 0


def test_a_version_that_learned_from_what_is_gone_is_refused(api: Api) -> None:
    MatchModel.objects.filter(version=1).update(figures={"columns": ["alias"]})
    answer = api.post("match-models/customer/publish", {"version": 1, "instead": 0})
    assert answer.status_code == 409
    assert "It learned from alias, which the hub does not have any more." in json.loads(answer.content)["detail"]
    assert not Changeover.objects.exists()


def test_who_did_not_see_what_is_in_force_changes_nothing(api: Api) -> None:
    answer = api.post("match-models/customer/publish", {"version": 1, "instead": 2})
    assert answer.status_code == 409
    assert "Version 0 is in force by now." in json.loads(answer.content)["detail"]
    assert api.post("match-models/customer/publish", {"version": 9, "instead": 0}).status_code == 404
    assert api.post("match-models/customer/publish", {"version": -1, "instead": 0}).status_code == 422
    assert not Changeover.objects.exists()

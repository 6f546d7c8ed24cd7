"""Why two records are not one, over the API: every reason on a hub of its own, and what a caller may not see."""

from __future__ import annotations

from typing import Any

import pytest

from mdm.models import Case, MatchKey, SourceRecord
from mdm.pipeline import decide, process
from mdm.selectors import whynot
from tests import factories
from tests.mdm.api.conftest import Api, World, caller


def asked(api: Api, first: object, second: object) -> Any:
    return api.read(f"why?first={first}&second={second}")


def kinds(told: Any) -> list[str]:
    return [one["kind"] for one in told["reasons"]]


def test_two_that_are_one_tell_how_they_came_together(api: Api, world: World) -> None:
    told = asked(api, "erp:Account:1", "crm:Account:a1")
    assert (told["one"], told["reasons"], told["case"]) == (True, [], None)
    assert told["first"] == {
        "golden": str(world.north.golden.uid),
        "entity": "customer",
        "name": "Bolzen Meier GmbH",
        "record": "erp:Account:1",
    }
    assert [step["sizes"] for step in told["grown"]] == [[1, 1]]
    assert told["compared"]["zone"] == "match" and told["compared"]["weight"] == told["grown"][0]["weight"]
    itself = asked(api, world.north.golden.uid, world.north.golden.uid)
    assert (itself["one"], itself["compared"]) == (True, None) and itself["grown"] == told["grown"]


def test_a_weight_that_is_short_waits_for_a_steward(api: Api, world: World) -> None:
    told = asked(api, world.north.golden.uid, "store:Account:s1")
    assert (told["one"], kinds(told), told["case"]) == (False, ["weight"], Case.objects.get().pk)
    compared = told["compared"]
    assert compared["zone"] == "review" and compared["second"] == "store:Account:s1"
    assert round(sum(step["weight"] for step in compared["explanation"]), 2) == compared["weight"]
    assert compared["why_not_higher"][0] == told["reasons"][0]["words"]


def test_a_steward_who_keeps_them_apart_comes_first(api: Api, world: World) -> None:
    decide.keep_apart(Case.objects.get(), actor=api.actor, version=1, reason="Two yards.")
    for first, second in ((world.north, world.twin), (world.twin, world.north)):
        told = asked(api, first.golden.uid, second.golden.uid)
        assert kinds(told) == ["apart", "weight"] and told["case"] is None
        word = told["reasons"][0]
        assert (word["actor"], word["reason"]) == (api.actor.name, "Two yards.") and word["at"]
        assert word["words"].startswith(f"{api.actor.name} keeps ") and word["words"].endswith(": Two yards.")


def test_what_shares_no_key_was_never_compared(api: Api, world: World) -> None:
    told = asked(api, world.north.golden.uid, world.south.golden.uid)
    assert (told["one"], kinds(told)) == (False, ["veto", "unseen"])
    unseen = told["reasons"][1]["words"]
    assert "tax id" in unseen and "e-mail" in unseen
    assert told["reasons"][0]["words"] and told["compared"]["weight"] < told["compared"]["match_at"]


def test_keys_that_too_many_have_are_named(api: Api, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whynot, "OVERSIZED", 1)
    told = asked(api, world.north.golden.uid, "store:Account:s1")
    assert kinds(told) == ["weight", "common"]
    assert "too many records have (" in told["reasons"][1]["words"]


def test_no_weight_beats_a_veto(api: Api, world: World) -> None:
    told = asked(api, "erp:Account:1", "erp:Account:2")
    assert told["compared"]["veto"] == told["reasons"][0]["words"]
    assert told["compared"]["why_not_higher"][0] == f"No weight would make them one: {told['compared']['veto']}"


def test_why_it_was_held_back_is_said(api: Api, world: World) -> None:
    case = Case.objects.get()
    Case.objects.update(evidence={**case.evidence, "held": "erp:Account:7 fits almost as well."})
    told = asked(api, world.north.golden.uid, "store:Account:s1")
    assert kinds(told) == ["weight", "held"]
    assert told["reasons"][1]["words"] == "erp:Account:7 fits almost as well."
    assert "Held back: erp:Account:7 fits almost as well." in told["compared"]["why_not_higher"]


def test_a_customer_is_no_product(api: Api, world: World) -> None:
    process.changes([factories.product("erp", "P1")])
    product = SourceRecord.objects.get(external_id="P1")
    told = asked(api, world.north.golden.uid, product.source_key)
    assert (kinds(told), told["compared"]) == (["entity"], None)
    assert told["reasons"][0]["words"] == "One is a customer, the other a product."


@pytest.mark.parametrize("first", ["nobody", "erp:Account:0", "erp:Account:", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_there_is_404(api: Api, world: World, first: str) -> None:
    assert api.get(f"why?first={first}&second=erp:Account:1").status_code == 404


def test_a_record_of_a_relation_is_no_golden_record(api: Api, world: World) -> None:
    assert SourceRecord.objects.get(external_id="c1").golden is None
    assert api.get("why?first=crm:Contact:c1&second=erp:Account:1").status_code == 404


def test_both_are_asked_for(api: Api, world: World) -> None:
    assert api.get("why?first=erp:Account:1").status_code == 422
    assert api.get(f"why?first={'x' * 401}&second=erp:Account:1").status_code == 422


def test_a_caller_of_one_region_is_told_of_that_region_only(world: World) -> None:
    north = caller("read", region="north")
    assert north.get("why?first=erp:Account:1&second=store:Account:s1").status_code == 200
    for first, second in (("erp:Account:1", "erp:Account:2"), ("erp:Account:2", "erp:Account:1")):
        assert north.get(f"why?first={first}&second={second}").status_code == 404
    assert north.get(f"why?first={world.south.golden.uid}&second=erp:Account:1").status_code == 404


def test_it_costs_the_same_whatever_the_size(api: Api, world: World, django_assert_max_num_queries: Any) -> None:
    process.changes([factories.organisation("crm", f"a{n}", 3, region="north") for n in range(2, 40)])
    assert MatchKey.objects.count() > 100
    asked(api, world.north.golden.uid, "store:Account:s1")
    with django_assert_max_num_queries(10):
        asked(api, world.north.golden.uid, "store:Account:s1")


def test_the_id_of_a_merged_one_stands_for_its_survivor(api: Api, world: World) -> None:
    decide.merge(Case.objects.get(), actor=api.actor, version=1, reason="One yard.")
    told = asked(api, world.north.golden.uid, world.twin.golden.uid)
    assert told["one"] and [step["cause"] for step in told["grown"]] == ["steward", "evidence"]
    assert told["first"] == told["second"] and " by a word of " in told["grown"][0]["words"]

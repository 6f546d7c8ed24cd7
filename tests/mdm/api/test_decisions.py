"""What stewards decide over the API: with what they read in hand, once, and back again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mdm.models import Case, Decision, SourceRecord
from mdm.pipeline import process, rebuild
from tests import factories
from tests.mdm.api.conftest import Api, World, caller


def told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.fixture
def case(world: World) -> Case:
    return Case.objects.get(state="open")


def test_a_case_is_merged_once(api: Api, world: World, case: Case) -> None:
    body = {"decision": "merge", "version": case.version}
    closed = told(api.post(f"cases/{case.pk}/decide", body))
    assert (closed["state"], closed["resolution"], closed["closed_by"]) == ("closed", "merged", api.actor.name)
    assert told(api.post(f"cases/{case.pk}/decide", body), 409)["title"] == "Decided meanwhile"
    uid = world.twin.golden.uid
    assert api.read(f"customers/{uid}")["id"] == str(world.north.golden.uid)
    assert [*rebuild.check()] == []


def test_a_decision_on_another_version_does_nothing(api: Api, case: Case) -> None:
    body = {"decision": "keep_apart", "version": case.version + 1, "reason": "two shops"}
    told(api.post(f"cases/{case.pk}/decide", body), 409)
    assert Case.objects.get(pk=case.pk).state == "open" and not Decision.objects.exists()


def test_keeping_apart_takes_a_reason_and_can_be_withdrawn(api: Api, case: Case) -> None:
    body = {"decision": "keep_apart", "version": case.version}
    told(api.post(f"cases/{case.pk}/decide", body), 422)
    closed = told(api.post(f"cases/{case.pk}/decide", {**body, "reason": "two shops"}))
    assert closed["resolution"] == "kept apart"
    again = told(api.post(f"cases/{case.pk}/withdraw", {"version": closed["version"]}))
    assert again["state"] == "open"


def etag(api: Api, uid: object) -> dict[str, str]:
    return {"If-Match": api.get(f"customers/{uid}").headers["ETag"]}


def test_two_golden_customers_are_merged_without_a_case(api: Api, world: World) -> None:
    north, south = world.north.golden.uid, world.south.golden.uid
    merged = told(api.post(f"customers/{north}/merge", {"other": str(south)}, **etag(api, north)))
    assert {one["external_id"] for one in merged["records"]} == {"1", "a1", "2"}
    assert {api.read(f"customers/{uid}")["id"] for uid in (north, south)} == {merged["id"]}
    told(api.post(f"customers/{north}/merge", {"other": str(south)}, **etag(api, north)), 409)
    assert [*rebuild.check()] == []


def test_a_merge_without_or_with_an_old_etag_does_nothing(api: Api, world: World) -> None:
    north, south = world.north.golden.uid, world.south.golden.uid
    old = etag(api, north)
    assert told(api.post(f"customers/{north}/merge", {"other": str(south)}), 428)["title"] == "Condition required"
    process.changes([factories.organisation("erp", "1", 9, region="north", segment="oem")])
    answer = api.post(f"customers/{north}/merge", {"other": str(south)}, **old)
    assert told(answer, 412)["title"] == "Changed meanwhile"
    assert answer.headers["ETag"] == etag(api, north)["If-Match"]
    assert not Decision.objects.exists()


def test_a_record_is_taken_out_for_good(api: Api, world: World) -> None:
    north = world.north.golden.uid
    record = SourceRecord.objects.get(external_id="a1")
    body = {"record": record.pk, "reason": "another Meier"}
    told(api.post(f"customers/{north}/unmerge", body), 428)
    parted = told(api.post(f"customers/{north}/unmerge", body, **etag(api, north)))
    assert parted["kept"] == str(north) != parted["parted"]
    assert [one["external_id"] for one in api.read(f"customers/{parted['parted']}")["records"]] == ["a1"]
    process.changes([factories.organisation("crm", "a1", 9, region="north", segment="oem")])
    assert SourceRecord.objects.get(pk=record.pk).golden_id != world.north.pk, "the machine does not override it"
    assert [*rebuild.check()] == []


def test_the_last_record_cannot_be_taken_out(api: Api, world: World) -> None:
    south = world.south.golden.uid
    record = SourceRecord.objects.get(external_id="2")
    body = {"record": record.pk, "reason": "wrong"}
    assert told(api.post(f"customers/{south}/unmerge", body, **etag(api, south)), 409)["title"] == "Inseparable"


def test_what_the_hub_made_for_a_record_goes_with_it(api: Api, world: World) -> None:
    crm, erp = (SourceRecord.objects.get(external_id=name) for name in ("a1", "1"))
    SourceRecord.objects.filter(pk=crm.pk).update(created_for=erp)
    north = world.north.golden.uid
    body = {"record": crm.pk, "reason": "wrong"}
    assert told(api.post(f"customers/{north}/unmerge", body, **etag(api, north)), 409)["title"] == "Inseparable"
    assert not Decision.objects.exists()


def test_a_steward_of_one_region_decides_only_there(world: World, case: Case) -> None:
    south = caller("read steward", region="south")
    body = {"decision": "merge", "version": case.version}
    told(south.post(f"cases/{case.pk}/decide", body), 404)
    uid = world.south.golden.uid
    told(south.post(f"customers/{uid}/merge", {"other": str(world.north.golden.uid)}, **etag(south, uid)), 404)
    assert Case.objects.get(pk=case.pk).state == "open"


def test_why_a_golden_customer_is_what_it_is(api: Api, world: World) -> None:
    why = api.read(f"customers/{world.north.golden.uid}/explain")
    name = next(one for one in why["values"] if one["key"] == "legal_name")
    assert name["winner"]["source"] in {one["source"] for one in name["said"]}
    assert {one["source"] for one in name["said"]} == {"erp:Account:1", "crm:Account:a1"}
    assert [one["source"] for one in why["members"]] == ["erp:Account:1", "crm:Account:a1"]
    (edge,) = why["evidence"]
    assert edge["zone"] == "match" and any(step["comparison"] == "tax_id" for step in edge["explanation"])
    assert why["decisions"] == []
    (step,) = why["grown"]
    assert (step["first"], step["second"], step["weight"]) == ("crm:Account:a1", "erp:Account:1", edge["weight"])
    assert (step["sizes"], step["cause"]) == ([1, 1], "evidence")
    assert step["words"] == f"crm:Account:a1 and erp:Account:1 came together by {edge['weight']:.1f} bits."


def test_records_a_system_ties_together_are_said_so(api: Api, world: World) -> None:
    crm, erp = (SourceRecord.objects.get(external_id=name) for name in ("a1", "1"))
    SourceRecord.objects.filter(pk=crm.pk).update(created_for=erp)
    (step,) = api.read(f"customers/{world.north.golden.uid}/explain")["grown"]
    assert (step["cause"], step["weight"]) == ("created", 0.0)
    assert step["words"].endswith("came together because the hub created one of them for the other.")
    SourceRecord.objects.filter(pk=crm.pk).update(
        created_for=None, status="merged", merged_into="1", connection=erp.connection
    )
    (step,) = api.read(f"customers/{world.north.golden.uid}/explain")["grown"]
    assert (step["cause"], step["first"]) == ("merged", "erp:Account:1")


def test_versions_and_as_of(api: Api, world: World) -> None:
    uid = world.north.golden.uid
    process.changes([factories.organisation("erp", "1", 9, region="north", segment="oem")])
    versions = api.read(f"customers/{uid}/versions?limit=1")
    rest = api.read(f"customers/{uid}/versions?cursor={versions['next']}")
    all_ = [*versions["items"], *rest["items"]]
    assert "segment" not in all_[0]["values"] and all_[-1]["values"]["segment"] == "oem"
    at = all_[0]["recorded_at"]
    then = api.read(f"customers/{uid}/as-of?at={at}")
    assert then["values"] == all_[0]["values"] and then["records"] == ["crm:Account:a1", "erp:Account:1"]
    assert api.get(f"customers/{uid}/as-of?at=2020-01-01T00:00:00Z").status_code == 404
    assert api.get(f"customers/{uid}/as-of?at=2020-01-01T00:00:00").status_code == 422
    assert caller(region="south").get(f"customers/{uid}/as-of?at={at}").status_code == 404


def test_what_was_merged_is_told_as_it_was(api: Api, world: World, case: Case) -> None:
    twin = str(world.twin.golden.uid)
    told(api.post(f"cases/{case.pk}/decide", {"decision": "merge", "version": case.version}))
    first = api.read(f"customers/{twin}/versions")["items"][0]
    then = api.read(f"customers/{twin}/as-of?at={first['recorded_at']}")
    assert (then["id"], then["name"]) == (twin, "Bolzen Meier Nord GmbH")

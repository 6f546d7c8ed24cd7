"""Records that clients bring: resolve, write, delete, and match, which saves nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mdm.models import Connection, Customer, GoldenRecord, MatchEdge, MatchKey, OutboxEvent, SourceRecord, SourceVersion
from mdm.pipeline import process, rebuild
from tests import factories
from tests.mdm.api.conftest import Api, World, caller

MEIER = {"party_type": "organisation", "legal_name": "Bolzen Meier GmbH", "tax_ids|VAT": "DE136695976"}
NEW = {"party_type": "organisation", "legal_name": "Ganz Neu KG", "emails": ["a@neu.example", "b@neu.example"]}


def resolved(api: Api, external_id: str, attributes: dict[str, Any], **more: Any) -> tuple[int, dict[str, Any]]:
    answer = api.post("resolve", {"external_id": external_id, "attributes": attributes, **more})
    return answer.status_code, json.loads(answer.content)


def test_resolve_finds_and_gives_the_canonical_ids(api: Api, world: World) -> None:
    status, told = resolved(api, "k1", MEIER)
    assert (status, told["created"], told["id"]) == (200, False, str(world.north.golden.uid))
    assert told["ids"] == {"erp": "1", "crm": "a1", "other": "k1"}
    row = SourceRecord.objects.get(pk=told["record"])
    assert (row.connection.code, row.golden_id) == ("shop-app", world.north.pk)


def test_resolve_makes_what_nobody_knows_and_is_safe_to_repeat(api: Api, world: World) -> None:
    status, told = resolved(api, "k2", NEW)
    assert (status, told["created"], told["ids"]) == (201, True, {"other": "k2"})
    counts = [model.objects.count() for model in (GoldenRecord, SourceRecord, SourceVersion, OutboxEvent)]
    again, repeated = resolved(api, "k2", NEW)
    assert (again, repeated["id"], repeated["created"]) == (200, told["id"], False)
    assert counts == [model.objects.count() for model in (GoldenRecord, SourceRecord, SourceVersion, OutboxEvent)]
    golden = Customer.objects.get(golden__uid=told["id"])
    assert golden.lists["emails"] == ["a@neu.example", "b@neu.example"]
    assert [*rebuild.check()] == []


def test_resolve_keeps_its_query_budget(api: Api, world: World, django_assert_max_num_queries: Any) -> None:
    resolved(api, "warm", {"party_type": "organisation", "legal_name": "Zuerst da AG"})  # rules are read once a process
    with django_assert_max_num_queries(31):
        assert resolved(api, "k1", MEIER)[0] == 200
    with django_assert_max_num_queries(30):
        assert resolved(api, "k2", NEW)[0] == 201
    with django_assert_max_num_queries(10):
        assert resolved(api, "k2", NEW)[0] == 200


def test_resolve_of_a_changed_record_changes_it(api: Api, world: World) -> None:
    first = resolved(api, "k2", NEW)[1]
    second = resolved(api, "k2", {**NEW, "segment": "oem"})[1]
    assert first["id"] == second["id"]
    assert api.read(f"customers/{first['id']}")["values"]["segment"] == "oem"


def test_a_doubtful_match_names_the_case(api: Api, world: World) -> None:
    _, told = resolved(api, "k3", {**MEIER, "legal_name": "Ganz anders AG"})
    assert told["id"] != str(world.north.golden.uid) and len(told["cases"]) >= 1
    assert api.read(f"cases/{told['cases'][0]}")["state"] == "open"


def test_what_cannot_be_read_is_told_and_kept(api: Api, world: World) -> None:
    _, told = resolved(api, "k4", {**NEW, "phones|main": "call me", "website": {"odd": ["shape"]}})
    assert set(told["problems"]) == {"phones|main", "website"}
    assert [*rebuild.check()] == []


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"external_id": "x", "attributes": {"shoe_size": "44"}}, "body.attributes.shoe_size"),
        ({"external_id": "x", "attributes": {"legal_name|de": "A"}}, "body.attributes.legal_name|de"),
        ({"external_id": "x", "attributes": {"": "A"}}, "body.attributes."),
        ({"external_id": "x", "attributes": {"a|b|c|d": "A"}}, "body.attributes.a|b|c|d"),
        ({"external_id": "  ", "attributes": {}}, "body.record.external_id"),
        ({"external_id": "x" * 256, "attributes": {}}, "body.record.external_id"),
        ({"external_id": "x", "attributes": {}, "object_type": "A.B"}, "body.record.object_type"),
        ({"external_id": "x", "attributes": {}, "entity": "ghost"}, "body.record.entity"),
        ({"external_id": "x", "attributes": {}, "more": 1}, "body.record.more"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_saved(api: Api, world: World, body: dict[str, Any], where: str) -> None:
    before = SourceRecord.objects.count()
    answer = api.post("resolve", body)
    assert answer.status_code == 422, answer.content
    assert where in {error["where"] for error in json.loads(answer.content)["errors"]}
    assert SourceRecord.objects.count() == before


@pytest.mark.parametrize("at", ["2999-01-01T00:00:00Z", "2026-01-01T00:00:00"])
def test_a_stamp_that_lies_ahead_or_nowhere_is_refused(api: Api, world: World, at: str) -> None:
    assert resolved(api, "k5", NEW, changed_at=at)[0] == 422
    assert not SourceRecord.objects.filter(external_id="k5").exists()


def test_a_client_without_a_connection_cannot_write(world: World) -> None:
    status, told = resolved(caller(), "k1", MEIER)
    assert (status, told["title"]) == (409, "No connection")


def test_a_client_whose_connection_is_off_cannot_write(world: World) -> None:
    api = caller(connection="off-app")
    Connection.objects.filter(code="off-app").update(enabled=False)
    assert resolved(api, "k1", MEIER)[0] == 409


def test_a_client_of_one_region_writes_into_it_and_matches_nobody_elses(world: World) -> None:
    south = caller(region="south", connection="south-app")
    status, told = resolved(south, "s1", {**NEW, "region": "north"})
    assert (status, told["errors"][0]["where"]) == (422, "body.attributes.region")
    assert resolved(south, "s2", NEW)[0] == 201
    assert Customer.objects.get(golden__records__external_id="s2").region == "south"
    status, told = resolved(south, "s3", MEIER)
    assert (status, told["title"]) == (409, "Out of sight")
    assert not SourceRecord.objects.filter(external_id="s3").exists(), "nothing was saved"


def test_a_record_is_written_and_deleted(api: Api, world: World) -> None:
    body = {"object_type": "Member", "external_id": "m1", "attributes": MEIER}
    made = api.post("source-records", body)
    assert made.status_code == 200, "the golden record was there"
    record = json.loads(made.content)
    assert (record["object_type"], record["golden"]) == ("Member", str(world.north.golden.uid))
    key = {"object_type": "Member", "external_id": "m1"}
    for _ in range(2):
        assert json.loads(api.post("source-records/delete", key).content)["status"] == "deleted"
    assert api.post("source-records/delete", {**key, "external_id": "nobody"}).status_code == 404
    assert [*rebuild.check()] == []


def test_nobody_writes_into_the_connection_of_a_system(api: Api, world: World) -> None:
    other = caller(connection="other-app")
    resolved(other, "mine", NEW)
    key = {"object_type": "Customer", "external_id": "mine"}
    assert api.post("source-records/delete", key).status_code == 404
    assert SourceRecord.objects.get(external_id="mine").status == "active"


def test_match_tells_who_it_may_be_and_saves_nothing(api: Api, world: World) -> None:
    tables = (GoldenRecord, SourceRecord, SourceVersion, OutboxEvent, MatchKey, MatchEdge)
    before = [model.objects.count() for model in tables]
    wanted = {"attributes": {"party_type": "organisation", "legal_name": "Meier Bolzen", "tax_ids|VAT": "DE136695976"}}
    found = json.loads(api.post("match", wanted).content)["candidates"]
    best = found[0]
    assert (best["id"], best["zone"], best["veto"]) == (str(world.north.golden.uid), "match", "")
    assert round(sum(step["weight"] for step in best["explanation"]), 2) == best["weight"]
    assert [one["weight"] for one in found] == sorted((one["weight"] for one in found), reverse=True)
    assert before == [model.objects.count() for model in tables]
    assert json.loads(api.post("match", {**wanted, "limit": 1}).content)["candidates"] == [best]
    assert json.loads(api.post("match", {"attributes": {}}).content) == {"candidates": []}


def test_match_says_what_the_pipeline_would_do(api: Api, world: World) -> None:
    for number, attributes in enumerate((MEIER, NEW, {**MEIER, "legal_name": "Ganz anders AG"})):
        found = json.loads(api.post("match", {"attributes": attributes}).content)["candidates"]
        matched = {one["id"] for one in found if one["zone"] == "match"}
        told = resolved(api, f"p{number}", attributes)[1]
        assert (told["id"] in matched) == (not told["created"])


def test_match_shows_no_golden_record_of_another_region(world: World) -> None:
    south = caller("read", region="south")
    assert json.loads(south.post("match", {"attributes": MEIER}).content) == {"candidates": []}


def test_products_are_resolved_and_matched_too(api: Api, world: World) -> None:
    process.changes([factories.product("erp", "BM-1004")])
    said = dict(factories.product("crm", "x").attributes)
    status, told = resolved(api, "p1", said, entity="product", object_type="Article")
    assert (status, told["entity"], told["ids"]) == (200, "product", {"erp": "BM-1004", "other": "p1"})
    found = json.loads(api.post("match", {"entity": "product", "attributes": said}).content)["candidates"]
    assert (found[0]["id"], found[0]["zone"]) == (told["id"], "match")
    assert resolved(api, "p2", {"legal_name": "no product has one"}, entity="product")[0] == 422
    elsewhere = caller("read", region="south")
    assert json.loads(elsewhere.post("match", {"entity": "product", "attributes": said}).content)["candidates"]

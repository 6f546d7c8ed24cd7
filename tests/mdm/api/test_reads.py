"""What clients read: golden records, relations, source records, cases, proposals, rules."""

from __future__ import annotations

import json

import pytest

from mdm.models import Case, RuleSet
from mdm.pipeline import process
from tests import factories
from tests.mdm.api.conftest import Api, World, caller


def test_a_golden_customer_with_ids_records_and_winners(api: Api, world: World, django_assert_num_queries) -> None:
    path = f"customers/{world.north.golden.uid}"
    api.read(path)  # the caller is known from now on
    with django_assert_num_queries(1):
        found = api.read(path)
    assert (found["id"], found["entity"], found["status"]) == (str(world.north.golden.uid), "customer", "active")
    assert found["name"] == found["values"]["legal_name"] == "Bolzen Meier GmbH"
    assert found["ids"] == {"erp": "1", "crm": "a1"}
    assert [(one["connection"], one["external_id"], one["created_by_hub"]) for one in found["records"]] == [
        ("erp", "1", False),
        ("crm", "a1", False),
    ]
    assert found["winners"]["legal_name"]["source"] in ("erp:Account:1", "crm:Account:a1")


def test_the_id_of_a_merged_customer_gives_its_survivor(api: Api, world: World) -> None:
    uid = str(world.twin.golden.uid)
    process.changes([factories.organisation("store", "s1", 9, region="north")])
    assert api.read(f"customers/{uid}")["id"] == str(world.north.golden.uid)


def test_an_etag_spares_what_did_not_change(api: Api, world: World) -> None:
    path = f"customers/{world.north.golden.uid}"
    etag = api.get(path).headers["ETag"]
    again = api.get(path, **{"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    process.changes([factories.organisation("erp", "1", 9, region="north", segment="oem")])
    changed = api.get(path, **{"If-None-Match": etag})
    assert changed.status_code == 200 and changed.headers["ETag"] != etag


def test_pages_give_every_row_once_although_rows_come_and_change(api: Api, world: World) -> None:
    first = api.read("customers?limit=2")
    assert len(first["items"]) == 2
    process.changes(
        [
            factories.organisation("erp", "1", 9, region="north", segment="oem"),
            factories.change("crm", "new", party_type="organisation", legal_name="Ganz Neu KG"),
        ]
    )
    rest = api.read(f"customers?limit=100&cursor={first['next']}")
    ids = [one["id"] for one in (*first["items"], *rest["items"])]
    assert len(ids) == len(set(ids)) == 5 and rest["next"] is None


@pytest.mark.parametrize("cursor", ["x", "Y3VzdG9tZXJzOi0x", "Y3VzdG9tZXJzOjE4NDQ2NzQ0MDczNzA5NTUxNjE2", "é", "AA==A"])
def test_what_is_no_cursor_is_refused(api: Api, cursor: str) -> None:
    answer = api.get(f"customers?cursor={cursor}")
    assert (answer.status_code, json.loads(answer.content)["title"]) == (422, "Bad cursor")


def test_a_cursor_of_another_list_is_refused(api: Api, world: World) -> None:
    following = api.read("customers?limit=1")["next"]
    assert api.get(f"source-records?cursor={following}").status_code == 422


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("party_type=person", ["Ottilie Brandtner"]),
        ("status=provisional", ["Bolzen Meier Nord GmbH"]),
        ("updated_since=2999-01-01T00:00:00Z", []),
    ],
)
def test_filters_of_the_list(api: Api, world: World, query: str, names: list[str]) -> None:
    assert [one["name"] for one in api.read(f"customers?{query}")["items"]] == names


@pytest.mark.parametrize("text", ["huber schrauben", "DE129273398", "petra.huber@huber.example", "2"])
def test_search_by_name_and_ids(api: Api, world: World, text: str) -> None:
    assert [one["name"] for one in api.read(f"search?q={text}")["items"]] == ["Schrauben Huber AG"]


def test_contacts_and_relations(api: Api, world: World) -> None:
    (contact,) = api.read("contacts")["items"]
    assert (contact["person"], contact["organisation"]) == (str(world.person.golden.uid), str(world.north.golden.uid))
    assert contact["attributes"] == {"role": "Buyer"}
    assert api.read(f"contacts/{contact['id']}") == contact
    (relation,) = api.read(f"relations?of={world.person.golden.uid}")["items"]
    assert (relation["id"], relation["type"], relation["source"]) == (contact["id"], "contact", contact["person"])
    assert api.read(f"relations/{contact['id']}") == relation
    assert api.read(f"relations?of={world.south.golden.uid}")["items"] == []


def test_source_records(api: Api, world: World) -> None:
    (record,) = api.read("source-records?connection=erp&external_id=2")["items"]
    assert (record["golden"], record["values"]["legal_name"]) == (str(world.south.golden.uid), "Schrauben Huber AG")
    assert api.read(f"source-records/{record['id']}") == record
    assert len(api.read(f"source-records?golden={world.north.golden.uid}")["items"]) == 2
    assert api.get(f"source-records/{2**63}").status_code in (404, 422)


def test_cases_tell_their_evidence(api: Api, world: World) -> None:
    (case,) = api.read("cases?state=open")["items"]
    assert {case["first"], case["second"]} == {str(world.north.golden.uid), str(world.twin.golden.uid)}
    assert case["zone"] == "review" and case["explanation"][0]["comparison"] == "prior"
    assert round(sum(step["weight"] for step in case["explanation"]), 2) == case["weight"]
    assert api.read(f"cases/{case['id']}") == case
    distance, *others = case["why_not_higher"]
    assert distance.endswith("of a match, which begins at +3.0.") or " above where a match begins" in distance
    assert any(words.startswith("Not known on both sides: Tax id") for words in others)
    assert api.read("cases?state=closed")["items"] == []


def test_rule_sets(api: Api, world: World) -> None:
    published = RuleSet.objects.get(state="published")
    (told,) = api.read("rule-sets")["items"]
    assert (told["version"], told["state"]) == (published.version, "published")
    whole = api.read(f"rule-sets/{published.version}")
    assert len(whole["ownership"]) == published.ownershiprules.count() > 0
    assert {"attribute", "owner", "context"} <= whole["ownership"][0].keys()


def test_status_counts_what_the_caller_sees(api: Api, world: World) -> None:
    assert api.read("status")["golden"] == {"organisation": 3, "person": 1}
    assert api.read("status")["review"] == Case.objects.count() == 1
    south = caller(region="south")
    assert south.read("status") == {
        "source_records": {"customer": 1},
        "golden": {"organisation": 1},
        "products": {},
        "relations": {},
        "links": {"attach": 1},
        "review": 0,
        "proposals": {},
        "merged": 0,
    }


def test_golden_products_and_what_is_expected_of_them(api: Api, world: World, django_assert_num_queries) -> None:
    change = factories.product("erp", "BM-1004")
    process.changes([change, factories.product("store", "v9", sku="X-9", gtin=None, names__en="Anchor bolt M20x200")])
    listed = api.read("products?status=active")["items"]
    assert [(one["entity"], one["values"]["sku"], one["ids"]) for one in listed] == [
        ("product", "BM-1004", {"erp": "BM-1004"})
    ]
    assert [one["values"]["sku"] for one in api.read("products?product_type=item")["items"]] == ["BM-1004", "X-9"]
    assert api.read("products?product_type=family")["items"] == []
    path = f"products/{listed[0]['id']}"
    with django_assert_num_queries(1):
        found = api.read(path)
    assert found["winners"]["sku"]["source"] == f"erp:{change.object_type}:BM-1004"
    assert api.get(f"products/{world.north.golden.uid}").status_code == 404
    assert {one["id"] for one in api.read("expected?entity=product")["items"]} == {
        one["id"] for one in api.read("products")["items"]
    }
    of_customers = api.read("expected?limit=1")["next"]
    assert api.get(f"expected?entity=product&cursor={of_customers}").status_code == 422
    elsewhere = caller(region="nowhere")
    assert elsewhere.read(path)["id"] == listed[0]["id"], "products belong to no region"

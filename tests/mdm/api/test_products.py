"""Golden products over the API: found, explained, as they were, merged and taken apart like customers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mdm.models import Decision, SourceRecord
from mdm.pipeline import process, rebuild
from tests import factories
from tests.mdm.api.conftest import Api, World, caller

BOLT = {"sku": "X-9", "gtin": None, "names__en": "Anchor bolt M20x200"}


def told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def uid(external_id: str) -> str:
    golden = SourceRecord.objects.select_related("golden").get(external_id=external_id, entity="product").golden
    assert golden is not None
    return str(golden.uid)


def etag(api: Api, id: str) -> dict[str, str]:
    return {"If-Match": api.get(f"products/{id}").headers["ETag"]}


@pytest.fixture
def screw(world: World) -> str:
    """The id of a screw of ERP and CRM; the shop sells an anchor bolt beside it."""
    process.changes([factories.product("erp", "BM-1004"), factories.product("crm", "01t1", 1)])
    process.changes([factories.product("store", "v9", 2, **BOLT)])
    return uid("BM-1004")


@pytest.mark.parametrize("q", ["BM-1004", "4006381333931", "hexagon screw", "hexagno screw", "01t1"])
def test_a_product_is_found_by_name_and_number(api: Api, screw: str, q: str) -> None:
    assert [one["id"] for one in api.read(f"search?entity=product&q={q}")["items"]] == [screw]
    assert api.read(f"search?q={q}")["items"] == [], "customers are meant where nothing else is said"


def test_pages_of_the_search_keep_to_their_entity(api: Api, screw: str) -> None:
    process.changes([factories.product("erp", "BM-2", sku="BM-2", gtin=None, names__en="Hexagon head screw M20x90")])
    following = api.read("search?entity=product&q=screw&limit=1")["next"]
    assert len(api.read(f"search?entity=product&q=screw&cursor={following}")["items"]) == 1
    assert api.get(f"search?q=screw&cursor={following}").status_code == 422


def test_why_a_golden_product_is_what_it_is(api: Api, screw: str) -> None:
    why = api.read(f"products/{screw}/explain")
    gtin = next(one for one in why["values"] if one["key"] == "gtin")
    assert {one["source"] for one in gtin["said"]} == {"erp:A_Product:BM-1004", "crm:Product2:01t1"}
    assert gtin["winner"]["source"] == "erp:A_Product:BM-1004"
    (edge,) = why["evidence"]
    assert edge["zone"] == "match" and any(step["comparison"] == "gtin" for step in edge["explanation"])


def test_a_golden_product_as_it_was(api: Api, screw: str) -> None:
    process.changes([factories.product("erp", "BM-1004", 9, brand="Meier")])
    first, *_, last = api.read(f"products/{screw}/versions")["items"]
    assert "brand" not in first["values"] and last["values"]["brand"] == "Meier"
    then = api.read(f"products/{screw}/as-of?at={first['recorded_at']}")
    assert (then["values"], then["records"]) == (first["values"], ["crm:Product2:01t1", "erp:A_Product:BM-1004"])
    assert api.get(f"products/{screw}/as-of?at=2020-01-01T00:00:00Z").status_code == 404


def test_two_golden_products_are_merged_and_taken_apart(api: Api, screw: str) -> None:
    bolt, shop = uid("v9"), SourceRecord.objects.get(external_id="v9")
    told(api.post(f"products/{screw}/merge", {"other": bolt}), 428)
    merged = told(api.post(f"products/{screw}/merge", {"other": bolt, "reason": "one box"}, **etag(api, screw)))
    assert {one["external_id"] for one in merged["records"]} == {"BM-1004", "01t1", "v9"}
    assert api.read(f"products/{bolt}")["id"] == merged["id"] == screw
    assert api.read(f"products/{bolt}/versions")["items"][-1]["status"] == "merged"
    assert told(api.post(f"products/{screw}/merge", {"other": bolt}, **etag(api, screw)), 409)["title"] == "One already"
    body = {"record": shop.pk, "reason": "another box"}
    parted = told(api.post(f"products/{screw}/unmerge", body, **etag(api, screw)))
    assert (parted["kept"], [one["external_id"] for one in api.read(f"products/{parted['parted']}")["records"]]) == (
        screw, ["v9"],
    )  # fmt: skip
    assert [*rebuild.check()] == []


def test_a_product_is_no_customer(api: Api, world: World, screw: str) -> None:
    firm = str(world.north.golden.uid)
    for path in ("", "/explain", "/versions", "/as-of?at=2999-01-01T00:00:00Z"):
        assert api.get(f"customers/{screw}{path}").status_code == api.get(f"products/{firm}{path}").status_code == 404
    told(api.post(f"products/{screw}/merge", {"other": firm}, **etag(api, screw)), 404)
    told(api.post(f"customers/{firm}/merge", {"other": screw}, **{"If-Match": "*"}), 404)
    record = SourceRecord.objects.get(external_id="1").pk
    told(api.post(f"products/{screw}/unmerge", {"record": record, "reason": "no"}, **etag(api, screw)), 404)
    assert not Decision.objects.exists()


def test_products_belong_to_no_region(screw: str) -> None:
    south = caller("read", region="south")
    for path in ("", "/explain", "/versions", "/as-of?at=2999-01-01T00:00:00Z"):
        assert told(south.get(f"products/{screw}{path}"))
    assert told(south.post(f"products/{screw}/merge", {"other": uid("v9")}, **etag(south, screw)), 403)


def test_cases_and_proposals_name_their_entity(api: Api, world: World, screw: str) -> None:
    assert {one["entity"] for one in api.read("cases")["items"]} == {"customer"}
    process.changes([factories.product("crm", "01t1", 9, sku="BM-2000", base_unit="KGM")])
    found = api.read("proposals")["items"]
    assert {(one["entity"], one["golden"], one["customer"]) for one in found} >= {("product", screw, screw)}

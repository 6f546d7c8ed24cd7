"""Reading the simulated shop: pages, cursors, long lists, what changed beside the record, what is gone."""

from __future__ import annotations

import json

import pytest

from connectors.errors import Misconfigured, Permanent, Retriable
from tests.connectors.contract import said
from tests.connectors.sandbox.server import running
from tests.connectors.shopify.conftest import OPTIONS, Store

OLD = "2025-03-04T05:06:07Z"


def seed(shop, *records):
    shop.system.control("load", {"records": [{"object": name, "fields": fields} for name, fields in records]})


def pull(connector, name, cursor=None, **how):
    """Ids in the order told, and the cursor at rest as the database gives it back."""
    found = []
    for page in connector.pull(name, cursor or {}, **how):
        found += [payload.external_id for payload in page.payloads]
        cursor = page.cursor
    return found, json.loads(json.dumps(dict(cursor)))


def gid(name, number):
    return f"gid://shopify/{name}/{number}"


def people(count, at="2025-01-01T00:00:{:02}Z"):
    return [("Customer", {"id": n, "lastName": f"Rao {n}", "updatedAt": at.format(n)}) for n in range(1, count + 1)]


def test_pages_come_in_the_order_of_change(shop):
    seed(shop, *people(5))
    pages = list(shop.connector(page_size=2).pull("Customer", {}))
    assert [[one.external_id[-1] for one in page.payloads] for page in pages] == [["1", "2"], ["3", "4"], ["5"], []]
    assert pages[-1].cursor["since"] == "2025-01-01T00:00:05Z", "the shop's stamps, not our clock"
    assert pages[-1].cursor.keys() == {"since", "gone"}


def test_a_stopped_pull_goes_on_at_its_page(shop):
    seed(shop, *people(5))
    pages = shop.connector(page_size=2).pull("Customer", {})
    first = next(pages)
    shop.enter("Customer", lastName="Late")
    rest, cursor = pull(shop.connector(page_size=2), "Customer", json.loads(json.dumps(first.cursor)))
    assert [id[-1] for id in rest[:3]] == ["3", "4", "5"] and len(rest) == 4
    assert cursor["gone"] == first.cursor["began"], "deletions count from where the reading began"


def test_the_watermark_overlaps(shop):
    seed(shop, *people(5))
    connector = shop.connector()
    _, cursor = pull(connector, "Customer")
    assert [id[-1] for id in pull(connector, "Customer", cursor)[0]] == ["3", "4", "5"]
    assert [id[-1] for id in pull(shop.connector(overlap_seconds=1), "Customer", cursor)[0]] == ["4", "5"]
    assert [id[-1] for id in pull(connector, "Customer", cursor, full=True)[0]] == ["1", "2", "3", "4", "5"]


def test_a_stamp_from_the_future_does_not_blind_us(shop):
    seed(shop, ("Customer", {"id": 1, "lastName": "Rao", "updatedAt": "2099-01-01T00:00:00Z"}))
    connector = shop.connector()
    _, cursor = pull(connector, "Customer")
    id = shop.enter("Customer", lastName="Bär")
    assert id in pull(connector, "Customer", cursor)[0]


def test_an_empty_shop(shop):
    connector = shop.connector()
    for name in ("Customer", "Company", "CompanyContact"):
        found, cursor = pull(connector, name)
        assert found == [] and cursor["since"]
        assert pull(connector, name, cursor)[0] == []


def test_all_addresses_are_read(shop):
    places = [{"address1": f"{n} Main St", "countryCode": "US"} for n in range(12)]
    id = shop.enter("Customer", lastName="Rao", addresses=places)
    connector = shop.connector()
    (page, _) = connector.pull("Customer", {})
    for payload in (*page.payloads, *connector.fetch("Customer", [id])):
        found = connector.map(payload)[0].attributes
        streets = {value["street"] for key, value in found.items() if key.startswith("addresses|")}
        assert streets == {f"{n} Main St" for n in range(12)}


def test_all_contacts_are_read(shop):
    many = [{"customer": {"email": f"a{n}@b.example"}, "title": f"Buyer {n}"} for n in range(70)]
    shop.enter("Company", name="Bolts", contacts=many)
    shop.enter("Company", name="Nuts", contacts=[{"customer": {"email": "z@b.example"}}])
    shop.enter("Company", name="Nobody")
    connector = shop.connector()
    found, cursor = pull(connector, "CompanyContact")
    assert len(found) == len(set(found)) == 71
    assert sorted(found) == sorted(row["id"] for row in shop.system.dump("CompanyContact"))
    assert cursor.keys() == {"since", "swept"}


def test_changed_contacts_are_read(shop):
    one = ("Company", {"id": 1, "name": "Bolts", "updatedAt": OLD, "contacts": [
        {"id": 11, "customer": {"email": "a@b.example"}, "title": "Buyer", "updatedAt": OLD},
        {"id": 12, "customer": {"email": "c@b.example"}, "title": "Clerk", "updatedAt": OLD},
    ]})
    seed(shop, one)
    connector = shop.connector()
    _, cursor = pull(connector, "CompanyContact")
    assert pull(connector, "CompanyContact", cursor)[0] == []
    shop.edit("CompanyContact", gid("CompanyContact", 12), title="Chief")
    assert pull(connector, "CompanyContact", cursor)[0] == [gid("CompanyContact", 12)]


def test_a_contact_that_does_not_move_its_company_is_found_by_the_next_sweep():
    with running("shopify", **OPTIONS, touch_company=False) as system:
        shop = Store(system)
        seed(shop, ("Company", {"id": 1, "name": "Bolts", "updatedAt": OLD, "contacts": [
            {"id": 11, "customer": {"email": "a@b.example"}, "title": "Buyer", "updatedAt": OLD}]}))
        connector = shop.connector()
        _, cursor = pull(connector, "CompanyContact")
        shop.edit("CompanyContact", gid("CompanyContact", 11), title="Chief")
        found, later = pull(connector, "CompanyContact", cursor)
        assert found == [] and later["swept"] == cursor["swept"]
        due = {**later, "since": "2099-01-01T00:00:00Z", "swept": OLD}
        assert pull(connector, "CompanyContact", due)[0] == [gid("CompanyContact", 11)]


def test_a_changed_location_is_a_changed_company():
    """Also where it does not move the company's own stamp, which Shopify does not promise."""
    with running("shopify", **OPTIONS, touch_company=False) as system:
        shop = Store(system)
        seed(shop, *(("Company", {"id": n, "name": f"Bolts {n}", "updatedAt": OLD if n == 1 else "2025-01-01T00:00:00Z",
                                  "locations": [{"id": n + 10, "phone": "+4973112345", "updatedAt": OLD}]})
                     for n in (1, 2)))
        connector = shop.connector()
        _, cursor = pull(connector, "Company")
        shop.edit("CompanyLocation", gid("CompanyLocation", 12), phone="+4973199999")
        last = list(connector.pull("Company", cursor))[-1]
        (payload,) = [one for one in last.payloads if one.external_id == gid("Company", 2)]
        assert connector.map(payload)[0].attributes["phones|main"] == "+4973199999"
        assert last.cursor["since"] == OLD and last.cursor["places"] > OLD


@pytest.mark.parametrize(("name", "fields"), [("Customer", {"lastName": "Rao"}), ("Company", {"name": "Bolts"})])
def test_a_deletion_carries_its_moment(shop, name, fields):
    id = shop.enter(name, **fields)
    connector = shop.connector()
    _, cursor = pull(connector, name)
    shop.remove(name, id)
    (page,) = connector.pull(name, cursor)
    (payload,) = [one for one in page.payloads if one.external_id == id]
    gone = next(row for row in shop.system.dump(name) if row["id"] == id)["deletedAt"]
    assert payload.body == {"_deleted_at": gone}
    assert connector.map(payload)[0].kind == "delete"


def test_a_page_too_costly_is_made_smaller(shop):
    seed(shop, *people(60, at="2025-01-01T00:00:00Z"))
    found, _ = pull(shop.connector(page_size=250), "Customer")
    assert len(set(found)) == 60


def test_the_default_page_is_not_too_costly(shop):
    seed(shop, ("Company", {"name": "Bolts", "contacts": [{"customer": {"email": "a@b.example"}}]}))
    for name in ("Customer", "Company", "CompanyContact"):
        pull(shop.connector(), name)
    assert shop.requests() == {"customers": 1, "companies": 2}


def test_fetch_keeps_the_order_and_says_what_is_missing(shop):
    one, two = shop.enter("Customer", lastName="Rao"), shop.enter("Customer", lastName="Bär")
    missing = gid("Customer", 404)
    connector = shop.connector(page_size=2)
    found = connector.fetch("Customer", [two, missing, one, two])
    assert [(payload.external_id, bool(payload.body)) for payload in found] == [
        (two, True), (missing, False), (one, True), (two, True)
    ]
    assert said(connector.map(found[0])[0])["last_name"] == "Bär"
    assert connector.fetch("Customer", []) == []


@pytest.mark.parametrize("id", ["", "7", "gid://shopify/Company/7", "gid://shopify/Customer/7 OR 1", "x" * 500])
def test_fetch_takes_ids_of_the_object_only(shop, id):
    with pytest.raises(Permanent, match="is no Shopify id of a Customer"):
        shop.connector().fetch("Customer", [id])
    assert shop.requests() == {}


def test_an_unknown_object_is_named(shop):
    with pytest.raises(Misconfigured, match="no object type Order; choose one of Customer, Company, CompanyContact"):
        shop.connector().fetch("Order", [])


def test_pages_given_stay_good_when_the_shop_goes_down(shop):
    seed(shop, *people(5))
    pages = shop.connector(page_size=2).pull("Customer", {})
    first = next(pages)
    shop.fault(kind="down", times=None)
    with pytest.raises(Retriable):
        next(pages)
    shop.system.control("fault", method="DELETE")
    assert [id[-1] for id in pull(shop.connector(), "Customer", dict(first.cursor))[0]] == ["3", "4", "5"]

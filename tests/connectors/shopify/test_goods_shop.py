"""Products of the simulated shop, read and written: what is found, what is sent, what nobody loses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import Conflict, Gone, Permanent
from tests.connectors.contract import said
from tests.connectors.shopify.conftest import wanted
from tests.connectors.shopify.test_pull import gid, pull, seed

PRICE = "prices|10/EUR"
BOLT = {
    "product_type": "item", "sku": "BM-1", "gtin": "04006381333931", "names|en": "Hex bolt M8x40", "brand": "Reyher",
    "gross_weight": "1.25 kg", "pack_size": 100, PRICE: [{"amount": "12.5", "per": "1"}],
}  # fmt: skip
OWN = {
    "title": "Our best bolt", "descriptionHtml": "<p>Strong</p>", "tags": ["sale"], "productType": "Bolts",
    "media": [{"url": "https://cdn.example/bolt.png"}],
    "metafields": [{"namespace": "custom", "key": "campaign", "value": "spring"}],
}  # fmt: skip


def lengths(*values, **more):
    forms = [{"options": [value], "sku": f"B-{value}", "price": "5"} for value in values]
    return {"options": [{"name": "Length", "values": values}], "variants": forms, **more}


def variants(shop, product):
    return shop.held("Product", product)["variants"]


def good(outcomes):
    for outcome in outcomes:
        assert outcome.error is None, outcome.error
    return outcomes


def update(id, /, **attributes):
    """An update of the keys given; `blocked` comes as the hub sends it."""
    return wanted("ProductVariant", external_id=id, attributes=attributes, observed={"ids|golden": "G1"})


def block(id):
    return replace(update(id, blocked=True), operation="block")


def shown(shop, product):
    """Status of a product, and its variants that are shown somewhere, by their ends."""
    rows = [shop.held("ProductVariant", id) for id in variants(shop, product)]
    return shop.held("Product", product)["status"], [row["sku"] for row in rows if len(row["hidden"]) < 2]


# ---- reading --------------------------------------------------------------------------------------------------------


def test_all_variants_of_a_product_are_read_over_several_pages(shop):
    for n, many in ((1, 2), (2, 42), (3, 2)):
        fields = lengths(*(f"{10 * at} mm" for at in range(many)), updatedAt=f"2025-01-01T00:00:0{n}Z")
        seed(shop, ("Product", {"id": n, "title": f"Bolt {n}", **fields}))
    connector = shop.connector(page_size=2)
    found, cursor = pull(connector, "ProductVariant")
    assert len(found) == len(set(found)) == 2 + 42 + 2
    assert cursor.keys() == {"since", "gone"} and cursor["since"] == "2025-01-01T00:00:03Z"
    assert pull(connector, "Product")[0] == [gid("Product", n) for n in (1, 2, 3)]
    answers = connector.fetch("ProductVariant", found)
    assert [one.external_id for one in answers] == found and all(one.body for one in answers)


def test_a_page_of_products_is_as_large_as_this_shop_lets_it_be(shop):
    seed(shop, *(("Product", {"title": f"Bolt {n}", **lengths("10", "20", "30", "40")}) for n in range(30)))
    connector = shop.connector()
    assert len(pull(connector, "ProductVariant")[0]) == 120
    connector.fetch("ProductVariant", [row["id"] for row in shop.system.dump("ProductVariant")])
    pull(connector, "Customer")
    # by the dearer of the two rules each node asked for counts; customers' pages stay as they are
    assert connector._reader._sizes == {"ProductVariant": 10, "ProductVariant by id": 20, "Customer": 40}


def test_a_change_of_the_product_is_one_of_its_variants(shop):
    id = shop.enter("Product", title="Bolt", **lengths("40 mm", "45 mm"))
    connector = shop.connector()
    _, cursor = pull(connector, "ProductVariant")
    shop.edit("Product", id, title="Nut")
    found = [one for page in connector.pull("ProductVariant", cursor) for one in page.payloads]
    names = {said(connector.map(one)[0])["names|en"] for one in found}
    assert names == {"Nut 40 mm", "Nut 45 mm"}


def test_a_family_that_shrinks_is_no_family_any_more(shop):
    id, single = shop.enter("Product", title="Bolt", **lengths("40", "45")), shop.enter("Product", title="Nut")
    connector = shop.connector()
    found, cursor = pull(connector, "Product")
    assert found == [id], "a product of one variant is an item only"
    shop.remove("ProductVariant", variants(shop, id)[0])
    assert pull(connector, "Product", cursor)[0] == [], "the hub would keep a record of each that is told to be gone"
    answers = connector.fetch("Product", [id, single])  # as a full compare asks for what a pull did not show
    assert [change.kind for one in answers for change in connector.map(one)] == ["delete", "delete"]
    (left,) = variants(shop, id)
    assert [change.kind for change in connector.map(connector.fetch("ProductVariant", [left])[0])] == [
        "snapshot", "delete",
    ]  # fmt: skip


def test_deleted_products_and_variants_are_told(shop):
    family = shop.enter("Product", title="Bolt", **lengths("40", "45", "50"))
    first, *rest = variants(shop, family)
    connector = shop.connector()
    _, items = pull(connector, "ProductVariant")
    shop.remove("ProductVariant", first)
    told, items = pull(connector, "ProductVariant", items)
    assert first in told
    shop.remove("Product", family)
    assert set(rest) <= set(pull(connector, "ProductVariant", items)[0])
    assert not connector.fetch("Product", [family])[0].body


# ---- creating -------------------------------------------------------------------------------------------------------


def test_a_new_item_is_an_active_product_of_one_variant(shop):
    desired = wanted("ProductVariant", attributes=BOLT, ids={"erp": "1", "golden": "G1"})
    (outcome,) = good(shop.connector().push([desired]))
    row = shop.held("ProductVariant", outcome.external_id)
    product = shop.held("Product", row["productId"])
    assert (product["title"], product["status"], product["vendor"]) == ("Hex bolt M8x40", "ACTIVE", "Reyher")
    assert (row["sku"], row["barcode"], row["price"]) == ("BM-1", "4006381333931", "12.50")
    assert row["inventoryItem"]["measurement"] == {"weight": {"value": 1.25, "unit": "KILOGRAMS"}}
    assert row["metafields"] == {"mdm.key": "k1", "mdm.golden_id": "G1", "mdm.sap_id": "1", "mdm.pack_size": "100"}
    assert product["metafields"] == {"mdm.key": "k1"}


def test_a_create_tried_again_takes_nothing_from_the_shop(shop):
    shop.fault(kind="lost_reply", times=1, match="productSet")
    desired = wanted("ProductVariant", attributes=BOLT)
    connector = shop.connector()
    (first,) = good(connector.push([desired]))
    product = shop.held("ProductVariant", first.external_id)["productId"]
    shop.edit("Product", product, **OWN)
    (again,) = good(shop.connector().push([desired]))
    assert again.external_id == first.external_id and len(shop.system.dump("Product")) == 1
    kept = shop.held("Product", product)
    assert {name: kept[name] for name in ("title", "descriptionHtml", "tags")} == {
        name: OWN[name] for name in ("title", "descriptionHtml", "tags")
    }
    assert kept["metafields"]["custom.campaign"] == "spring" and len(kept["media"]) == 1


def test_one_made_by_half_and_split_up_since_is_left_to_a_person(shop):
    connector, desired = shop.connector(), wanted("ProductVariant", attributes=BOLT)
    (made,) = good(connector.push([desired]))
    product = shop.held("ProductVariant", made.external_id)["productId"]
    shop.edit("ProductVariant", made.external_id, metafields=[{"namespace": "mdm", "key": "key", "value": None}])
    shop.edit("Product", product, **lengths("40", "45"))
    (outcome,) = connector.push([desired])
    assert isinstance(outcome.error, Permanent) and "several variants" in str(outcome.error)
    assert len(variants(shop, product)) == 2


def test_an_item_without_a_name_is_not_made(shop):
    (outcome,) = shop.connector().push([wanted("ProductVariant", attributes={"sku": "X"})])
    assert isinstance(outcome.error, Permanent) and outcome.error.field == "names|en"
    assert shop.system.dump("Product") == []


# ---- updating -------------------------------------------------------------------------------------------------------


def test_an_update_writes_what_differs_and_leaves_the_rest(shop):
    id = shop.enter("Product", **{**OWN, **lengths("40 mm", "45 mm")})
    first, second = variants(shop, id)
    before, sibling = shop.held("Product", id), shop.held("ProductVariant", second)
    change = {"sku": "N", "gtin": "04006381333931", PRICE: [{"amount": "6", "per": "1"}], "brand": "Reyher",
              "names|en": "Other name", "grade": "8.8"}  # fmt: skip
    (outcome,) = good(shop.connector().push([update(first, **change)]))
    row = shop.held("ProductVariant", first)
    assert (row["sku"], row["barcode"], row["price"]) == ("N", "4006381333931", "6.00")
    assert row["metafields"]["mdm.grade"] == "8.8"
    after = shop.held("Product", id)
    assert {**after, "updatedAt": ""} == {**before, "updatedAt": ""}, "a family's title and vendor are the shop's"
    assert shop.held("ProductVariant", second) == sibling
    assert "productSet" not in " ".join(shop.requests())
    assert said(shop.connector().map(outcome.payloads[0])[0])["names|en"] == "Our best bolt 40 mm"


def test_what_is_emptied_is_emptied_but_for_the_price(shop):
    connector = shop.connector()
    full = {**BOLT, "hs_code": "73181569", "grade": "8.8"}
    (made,) = good(connector.push([wanted("ProductVariant", attributes=full)]))
    empty = dict.fromkeys(("gtin", "hs_code", "gross_weight", "grade", PRICE, "brand"))
    (outcome,) = good(connector.push([update(made.external_id, **empty)]))
    left = said(connector.map(outcome.payloads[0])[0])
    assert not {"gtin", "hs_code", "gross_weight", "grade"} & left.keys()
    assert left[PRICE] == BOLT[PRICE] and left["brand"] == "Reyher"


def test_many_are_written_together_and_each_keeps_its_own_error(shop):
    connector = shop.connector()
    fresh = [wanted("ProductVariant", f"k{n}", attributes={**BOLT, "sku": f"S{n}"}) for n in range(12)]
    made = good(connector.push(fresh))
    before = shop.requests()
    changes = [update(one.external_id, sku="x" * 300 if n == 5 else f"T{n}") for n, one in enumerate(made)]
    outcomes = connector.push(changes)
    assert [type(one.error) for one in outcomes] == [Permanent if n == 5 else type(None) for n in range(12)]
    assert "its SKU" in str(outcomes[5].error) and outcomes[5].error.field == "sku"
    asked = {name: times - before.get(name, 0) for name, times in shop.requests().items()}
    assert sum(asked.values()) <= 4, asked


@pytest.mark.parametrize("change", [{"sku": "N"}, {"blocked": False}])
def test_one_that_is_gone_is_gone(shop, change):
    id = shop.enter("Product", title="Bolt")
    (variant,) = variants(shop, id)
    shop.remove("Product", id)
    (outcome,) = shop.connector().push([update(variant, **change)])
    assert isinstance(outcome.error, Gone) and not isinstance(outcome.error, Conflict)


# ---- blocking -------------------------------------------------------------------------------------------------------


def test_the_only_variant_is_blocked_with_its_product_and_freed_again(shop):
    id = shop.enter("Product", title="Bolt", variants=[{"sku": "B"}])
    (variant,) = variants(shop, id)
    connector = shop.connector()
    for _ in range(2):  # told twice it is the same
        (outcome,) = good(connector.push([block(variant)]))
        assert shown(shop, id)[0] == "DRAFT"
        assert said(connector.map(outcome.payloads[0])[0])["blocked"] is True
    (outcome,) = good(connector.push([update(variant, blocked=False)]))
    assert shown(shop, id) == ("ACTIVE", ["B"])
    assert "blocked" not in said(connector.map(outcome.payloads[0])[0])


def test_a_variant_of_a_family_is_taken_out_of_all_publications(shop):
    id = shop.enter("Product", title="Bolt", **lengths("40", "45"))
    first, _ = variants(shop, id)
    connector = shop.connector()
    good(connector.push([block(first)]))
    assert shown(shop, id) == ("ACTIVE", ["B-45"])
    good(connector.push([update(first, blocked=False)]))
    assert shown(shop, id) == ("ACTIVE", ["B-40", "B-45"])


def test_what_the_shops_people_hid_stays_hidden(shop):
    id = shop.enter("Product", title="Bolt", status="DRAFT")
    old = shop.enter("Product", title="Nut", status="ARCHIVED")
    ids = [one for product in (id, old) for one in variants(shop, product)]
    connector = shop.connector()
    good(connector.push([update(one, blocked=False) for one in ids]))
    assert [shop.held("Product", one)["status"] for one in (id, old)] == ["DRAFT", "ARCHIVED"]
    good(connector.push([block(ids[1])]))
    good(connector.push([update(ids[1], blocked=False)]))
    assert shop.held("Product", old)["status"] == "ARCHIVED"

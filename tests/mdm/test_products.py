"""Products in, golden products out: what is special to the second mastered entity."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mdm import access, rules
from mdm.contracts import SourceChange
from mdm.models import (
    Actor,
    Case,
    Crosswalk,
    Customer,
    GoldenRecord,
    Link,
    MatchKey,
    OutboxEvent,
    OwnershipRule,
    Product,
    Proposal,
    Relation,
    RuleSet,
    SourceRecord,
)
from mdm.pipeline import decide, prices, process, rebuild
from mdm.selectors import golden, record, search
from tests.factories import change, connections, organisation, price, product

pytestmark = pytest.mark.django_db
GTIN = "04006381333931"


@pytest.fixture(autouse=True)
def systems() -> dict:
    return connections()


def golden_of(code: str, external_id: str, object_type: str = "") -> Product:
    rows = SourceRecord.objects.filter(connection__code=code, external_id=external_id, entity="product")
    return Product.objects.get(golden=(rows.filter(object_type=object_type) if object_type else rows).get().golden)


def consistent() -> bool:
    return [*rebuild.check()] == []


def test_three_systems_one_golden_product() -> None:
    process.changes([product("crm", "01t1", 1, names__en="Hex bolt M8x40", sales_family="Screws", hs_code="73181588")])
    process.changes([product("erp", "1004", 2, names__de="Sechskantschraube M8x40", pack_size=100, hs_code="73181595")])
    process.changes(
        [
            product(
                "store",
                "gid://shopify/ProductVariant/7",
                3,
                web_title="Hex bolt",
                **{"images||a": "https://x.de/a.jpg"},
            )
        ]
    )
    found = golden_of("erp", "1004")
    assert found == golden_of("crm", "01t1") == golden_of("store", "gid://shopify/ProductVariant/7")
    assert (found.status, found.sku, found.gtin, found.pack_size) == ("active", "BM-1004", GTIN, 100)
    assert found.values["pack_size"] == 100
    assert isinstance(found.values["pack_size"], int)
    assert found.lists["names|de"] == "Sechskantschraube M8x40"
    assert found.lists["images"] == ["https://x.de/a.jpg"]
    assert (found.hs_code, found.winners["hs_code"]["rule"]) == ("73181595", "owned by erp")
    assert found.display_name == found.lists["names|en"]
    assert found.golden.typed == found
    assert Link.objects.count() == 3
    assert consistent()


def test_a_product_is_provisional_until_the_erp_knows_it() -> None:
    process.changes([product("crm", "01t1", 1), product("store", "7", 1)])
    assert golden_of("crm", "01t1").status == "provisional"
    process.changes([product("erp", "1004", 2)])
    assert golden_of("crm", "01t1").status == "active"
    process.changes([product("erp", "1004", 3, blocked=True)])
    assert golden_of("crm", "01t1").status == "blocked"
    process.changes([change("erp", "1004", 4, kind="delete", entity="product", object_type="A_Product")])
    assert golden_of("crm", "01t1").status == "provisional"
    assert consistent()


def test_history_tells_each_state_and_a_merge_redirects_for_ever() -> None:
    process.changes([product("erp", "1004", 1), product("crm", "01t1", 2, sku="X", gtin=None)])
    kept, lost = golden_of("erp", "1004"), golden_of("crm", "01t1")
    assert kept != lost
    process.changes([product("crm", "01t1", 3)])
    assert golden_of("crm", "01t1") == kept
    assert GoldenRecord.objects.get(pk=lost.pk).merged_into_id == kept.pk
    lost.refresh_from_db()
    assert [row.status for row in lost.history.order_by("history_id")] == ["provisional", "merged"]
    viewer = access.Viewer(user=None)
    assert record.golden(viewer, "product", lost.golden.uid) == kept
    assert golden.one(viewer, "product", lost.golden.uid) == golden.one(viewer, "product", kept.golden.uid) == kept
    assert golden.one(viewer, "customer", kept.golden.uid) is None
    assert [one.first for one in record.history(kept.pk, entity="product") if one.edits] == [True]
    process.changes([product("crm", "01t1", 4, sku="X", gtin=None)])
    assert golden_of("crm", "01t1") not in (kept, lost)  # parted again, under an id of its own
    assert consistent()


def test_events_name_the_entity() -> None:
    process.changes([product("erp", "1004", 1), organisation("crm", "1", 1)])
    told = set(OutboxEvent.objects.values_list("topic", "subject_type", "subject_id"))
    customer = Customer.objects.get()
    assert told == {
        ("golden.records", "product", golden_of("erp", "1004").pk),
        ("golden.records", "customer", customer.pk),
    }


def test_a_customer_and_a_product_never_meet() -> None:
    process.changes([product("erp", "1004", 1, gtin=None, mpn="4711", brand="Bolzen Meier GmbH")])
    process.changes([organisation("erp", "1004", 1, account_number="4711")])
    assert SourceRecord.objects.values("golden").distinct().count() == 2
    by_entity = {
        entity: set(MatchKey.objects.filter(record__entity=entity).values_list("key", flat=True))
        for entity in ("customer", "product")
    }
    assert all(by_entity.values())
    assert not by_entity["customer"] & by_entity["product"]
    assert MatchKey.hashed("product", "id:sku:1") != MatchKey.hashed("customer", "id:sku:1")


def test_a_key_promised_for_a_customer_says_nothing_on_a_product() -> None:
    systems = connections()
    process.changes([organisation("crm", "1", 1)])
    anchor = SourceRecord.objects.get()
    promise = Crosswalk.objects.create(
        connection=systems["store"], object_type="Company", subject_type="customer", subject_id=anchor.golden_id,
        anchor=anchor,
    )  # fmt: skip
    process.changes([product("store", "7", 2, crosswalk_key=str(promise.key))])
    copied = SourceRecord.objects.get(entity="product")
    assert (copied.created_for, copied.golden != anchor.golden) == (None, True)
    assert consistent()


def variant(minute: float, family: str | None = "70") -> tuple:
    refs = {"product": ("ProductVariant", "7"), "family": ("Product", family) if family else None}
    return (
        change("store", "7", minute, entity="variant", object_type="ProductVariant.Family", refs=refs),
        product("store", "7", minute),
        product("store", "70", minute, object_type="Product", product_type="family", sku=None, gtin=None),
    )


def test_an_item_is_tied_to_its_family_whatever_comes_first() -> None:
    tie, item, family = variant(1)
    for one in (tie, item, family):
        process.changes([one])
    found = Relation.objects.get()
    item_row, family_row = golden_of("store", "7", "ProductVariant"), golden_of("store", "70", "Product")
    assert (found.type, found.status) == ("variant", "active")
    assert (found.source, found.target) == (item_row.golden, family_row.golden)
    ties = record.relations(access.Viewer(user=None), item_row)
    assert [(one.other, one.outgoing) for one in ties] == [(family_row, True)]
    process.changes([change("store", "7", 2, kind="delete", entity="variant", object_type="ProductVariant.Family")])
    assert Relation.objects.get().status == "ended"
    assert consistent()


def unsure() -> list[SourceChange]:
    """Two items of one SKU of which nothing else is known."""
    bare = {"gtin": None, "names__en": None}
    return [product("erp", "1004", 1, **bare), product("crm", "01t1", 2, **bare)]


def test_a_steward_merges_and_keeps_apart_products() -> None:
    eva = Actor.objects.create(kind="user", name="eva")
    process.changes(unsure())
    case = Case.objects.get()
    assert {case.first.entity, case.second.entity} == {"product"}
    decide.keep_apart(case, actor=eva, version=case.version, reason="other coating")
    process.changes([product("crm", "01t1", 3)])
    process.changes([product("erp", "1004", 3)])
    assert golden_of("erp", "1004") != golden_of("crm", "01t1")
    case = Case.objects.get()
    assert case.about == ["BM-1004", "BM-1004"]  # as they were called when she decided
    assert decide.withdraw(case, actor=eva, version=case.version) is None  # the machine is sure by now
    assert golden_of("erp", "1004") == golden_of("crm", "01t1")
    assert consistent()


def test_prices_go_by_list_and_currency_and_belong_to_the_erp() -> None:
    dated = price("12.5", "2026-01-01", "9999-12-31")
    process.changes([product("erp", "1004", 1, **{"prices|10/EUR": dated, "prices|20/USD": price("15", "2026-01-01")})])
    process.changes([product("crm", "01t1", 1, **{"prices|10/EUR": price("9"), "prices|30/EUR": price("8")})])
    found = golden_of("erp", "1004")
    assert found.lists["prices|10/EUR"] == dated
    assert found.winners["prices|10/EUR"]["rule"] == "owned by erp"
    assert found.lists["prices|30/EUR"] == price("8")  # ownership binds where the owner has a value
    assert not Proposal.objects.exists()  # a first value is no edit


def test_a_price_edited_elsewhere_is_proposed_and_the_owners_own_price_is_not() -> None:
    start = {"prices|10/EUR": price("12.5", "2025-01-01", "2026-12-31")}
    process.changes([product("erp", "1004", 1, **start), product("crm", "01t1", 1, **{"prices|10/EUR": price("12.5")})])
    process.changes([product("crm", "01t1", 3, **{"prices|10/EUR": price("11")})])
    (proposal,) = Proposal.objects.all()
    assert (proposal.key, proposal.value, proposal.owner, proposal.state) == (
        "prices|10/EUR",
        price("11"),
        "erp",
        "open",
    )
    process.changes([product("crm", "01t1", 5, **{"prices|10/EUR": price("0.125", per="1")})])
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert Proposal.objects.count() == 1
    assert consistent()


def test_an_accepted_price_is_confirmed_by_a_period_that_holds_it() -> None:
    old = price("12.5", "2025-01-01", "9999-12-31")
    process.changes([product("erp", "1004", 1, **{"prices|10/EUR": old}), product("crm", "01t1", 1)])
    process.changes([product("crm", "01t1", 3, **{"prices|10/EUR": price("11")})])
    proposal = Proposal.objects.get()
    decide.accept(proposal, actor=Actor.objects.create(kind="user", name="eva"), version=proposal.version)
    split = [*price("12.5", "2025-01-01", "2025-12-31"), *price("11", "2026-01-01", "9999-12-31")]
    process.changes([product("erp", "1004", 5, **{"prices|10/EUR": split})])
    proposal.refresh_from_db()
    assert proposal.state == "confirmed"
    assert golden_of("erp", "1004").lists["prices|10/EUR"] == split
    assert consistent()


def test_products_whose_price_turns_are_told_once_a_day_and_after_a_standstill() -> None:
    lists = {
        "a": price("1", "2026-03-01", "9999-12-31"),
        "b": price("1", "2026-01-01", "2026-02-28"),
        "c": price("1", "2026-01-01", "2026-03-01"),
        "d": price("1"),
        "e": "no price at all",
        "f": price("1", "2026-03-03"),
    }
    process.changes(
        [
            product("erp", name, 1, sku=f"S{name}", gtin=None, **{"prices|10/EUR": value})
            for name, value in lists.items()
        ]
    )

    def told(day: date) -> list[str]:
        OutboxEvent.objects.all().delete()
        count = prices.turn(day)
        rows = OutboxEvent.objects.filter(topic="golden.changed", subject_type="product")
        found = SourceRecord.objects.filter(golden__in=rows.values("subject_id")).order_by("external_id")
        assert found.count() == count
        return list(found.values_list("external_id", flat=True))

    assert told(date(2026, 3, 1)) == ["a", "b"]
    assert told(date(2026, 3, 1)) == []
    assert told(date(2026, 3, 4)) == ["c", "f"]
    assert told(date(2026, 2, 1)) == []  # a clock set back repeats nothing
    with CaptureQueriesContext(
        connection,
    ) as asked:
        prices.turn(date(2027, 1, 1))
    assert len(asked) <= 9


def test_the_rules_products_begin_with() -> None:
    book = rules.current().books["product"]
    owners = {name: rule.owner for name in book.attributes if (rule := book.owner(name))}
    assert {name for name, owner in owners.items() if owner == "store"} == {"web_title", "web_description", "images"}
    assert {name for name, owner in owners.items() if owner == "crm"} == {"sales_family", "sales_notes"}
    assert owners["prices"] == owners["sku"] == owners["blocked"] == "erp"
    assert set(book.attributes) - owners.keys() == {"product_type", "brand", "category", "names", "descriptions"}
    assert book.survivor("names").sources == ("erp", "crm", "store")
    rule = OwnershipRule.objects.get(entity="product", attribute="prices")
    assert rule.history.get().history_change_reason == "Products are mastered from now on"
    found = RuleSet.objects.get()
    assert found.applied_revision == found.revision


@pytest.mark.parametrize("text", ["hexagon m8x40", "BM-1004", "4006381333931", GTIN, "1004", "DIN 933"], ids=str)
def test_people_find_products_by_words_and_ids(text: str) -> None:
    process.changes(
        [product("erp", "1004", 1, standard="DIN 933"), product("erp", "77", 1, sku="Z", gtin=None, names__en="Nut")]
    )
    assert list(Product.objects.filter(search.products(text))) == [golden_of("erp", "1004")]
    assert search.pks(text) == {golden_of("erp", "1004").pk}


def test_a_viewer_of_one_region_sees_products_of_all_and_cases_of_both() -> None:
    process.changes(unsure())
    viewer = access.Viewer(user=None, region="EU")
    assert viewer.products().count() == 2
    assert Case.objects.filter(viewer.sees("first", "second")).count() == 1
    assert Proposal.objects.filter(viewer.sees("golden")).count() == 0

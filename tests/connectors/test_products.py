"""Products on their way to the systems: prices of the day, blocks, proposals, what is never created."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from connectors import drift, outbound, reach
from connectors.models import Delivery
from mdm.models import Connection, DistributionRule, Product, Proposal, SourceRecord
from mdm.models.actors import Actor
from mdm.pipeline import decide, rebuild
from mdm.selectors import desired
from mdm.selectors.desired import Want
from tests.connectors.fake import Fake, System, fakes
from tests.connectors.test_outbound import settle
from tests.factories import price, rule_set

__all__ = ["fakes"]
pytestmark = pytest.mark.django_db
Fakes = dict[str, System]
BOLT = {"product_type": "item", "sku": "BM-1004", "gtin": "04006381333931", "names|en": "Hex bolt M8x40"}
PRICES = [*price("12.5", "2025-01-01", "2026-02-28"), *price("13", "2026-03-01", "2026-12-31")]


@pytest.fixture(autouse=True)
def systems(fakes: Fakes) -> Fakes:
    """The ERP is updated only; CRM and store hold the items it knows."""
    for code, row in ((one.code, one) for one in Connection.objects.filter(kind="fake")):
        DistributionRule.objects.create(
            rule_set=rule_set(), entity="product", connection=row, object_type="Item", may_create=code != "erp",
            conditions={"product_type": "item", "status": ["active", "blocked"]},
        )  # fmt: skip
    return fakes


def product(code: str, external_id: str) -> Product:
    record = SourceRecord.objects.get(connection__code=code, external_id=external_id, object_type="Item")
    return Product.objects.get(golden=record.golden_id)


def wanted(code: str, day: date, number: int = 0) -> Want:
    """What a system should hold on a day of the one product there is."""
    connection = Connection.objects.get(code=code)
    slot = next(one for one in Fake.object_types if one.name == "Item")
    represent = reach.connector(connection).represent
    pks = list(Product.objects.exclude(status="merged").values_list("pk", flat=True))
    return desired.goldens(pks, connection, slot, lambda values: represent("Item", values), day)[number]


def held(fakes: Fakes, code: str) -> dict[str, Any]:
    (record,) = fakes[code].of("Item").values()
    values: dict[str, Any] = record["values"]
    return values


def test_an_item_of_the_erp_travels_and_one_of_the_shop_waits_for_it(fakes: Fakes) -> None:
    fakes["store"].put("Item", "7", values={**BOLT, "web_title": "Hex bolt"})
    settle()
    assert Product.objects.get().status == "provisional"
    assert not fakes["erp"].records
    assert not fakes["crm"].records
    fakes["erp"].put("Item", "1004", values={**BOLT, "length": "40 mm"})
    settle()
    assert held(fakes, "crm")["length"] == "40 mm"
    assert held(fakes, "store")["ids|erp"] == "1004"
    assert held(fakes, "erp")["ids|store"] == "7"
    assert product("crm", "crm-1") == product("erp", "1004") == product("store", "7")
    assert {row.subject_type for row in Delivery.objects.all()} == {"product"}
    assert [*rebuild.check()] == []
    before = {code: len(system.pushed) for code, system in fakes.items()}
    for connection in Connection.objects.filter(kind="fake"):
        assert drift.reconcile(connection) == 0
    settle()
    assert {code: len(system.pushed) for code, system in fakes.items()} == before


def test_a_system_is_told_the_price_of_the_day_without_dates(fakes: Fakes) -> None:
    fakes["erp"].put("Item", "1004", values={**BOLT, "prices|10/EUR": PRICES})
    settle()
    key = "prices|10/EUR"
    assert wanted("crm", date(2026, 2, 28)).desired.attributes[key] == price("12.5")
    assert wanted("crm", date(2026, 3, 1)).desired.attributes[key] == price("13")
    assert key not in wanted("crm", date(2024, 1, 1)).desired.attributes


def test_a_price_that_turns_is_written_and_one_that_ran_out_stays(fakes: Fakes) -> None:
    today = timezone.localdate().isoformat()
    fakes["erp"].put("Item", "1004", values={**BOLT, "prices|10/EUR": price("12.5", "2020-01-01", today)})
    settle()
    assert held(fakes, "crm")["prices|10/EUR"] == price("12.5")
    assert wanted("crm", date.fromisoformat(today)).nothing_left
    late = wanted("crm", date(9000, 1, 1))
    assert late.nothing_left  # a system cannot sell for nothing
    fakes["erp"].edit("Item", "1004", **{"prices|10/EUR": price("14", today)})
    settle()
    assert held(fakes, "crm")["prices|10/EUR"] == price("14")
    assert wanted("erp", date.fromisoformat(today)).nothing_left  # the owner holds its own periods


def test_the_same_price_for_another_number_of_units_is_no_drift(fakes: Fakes) -> None:
    fakes["crm"].put("Item", "01t1", values={**BOLT, "prices|10/EUR": price("0.125", per="1")})
    fakes["erp"].put("Item", "1004", values={**BOLT, "prices|10/EUR": price("12.5", "2020-01-01", "9999-12-31")})
    settle()
    assert held(fakes, "crm")["prices|10/EUR"] == price("0.125", per="1")
    assert not Proposal.objects.exists()


def test_a_salesmans_price_is_put_back_and_proposed_and_once_accepted_written_to_the_erp(fakes: Fakes) -> None:
    fakes["erp"].put("Item", "1004", values={**BOLT, "prices|10/EUR": price("12.5", "2020-01-01", "9999-12-31")})
    settle()
    fakes["crm"].edit("Item", "crm-1", **{"prices|10/EUR": price("11")})
    settle()
    assert held(fakes, "crm")["prices|10/EUR"] == price("12.5")
    proposal = Proposal.objects.get()
    decide.accept(proposal, actor=Actor.objects.create(kind="user", name="eva"), version=proposal.version)
    settle()
    assert held(fakes, "erp")["prices|10/EUR"] == price("11")
    assert held(fakes, "crm")["prices|10/EUR"] == price("11")
    proposal.refresh_from_db()
    assert proposal.state == "confirmed"
    assert [*rebuild.check()] == []


def test_a_blocked_product_is_withdrawn_and_nothing_else_is_written_until_it_is_used_again(fakes: Fakes) -> None:
    fakes["erp"].put("Item", "1004", values=BOLT)
    settle()
    fakes["erp"].edit("Item", "1004", blocked=True, length="45 mm")
    settle()
    for code in ("crm", "store"):
        last = fakes[code].pushed[-1]
        assert (last.operation, last.attributes, last.changed) == ("block", {"blocked": True}, {"blocked"})
        assert (held(fakes, code)["blocked"], held(fakes, code).get("length")) == (True, None)
    assert {one.operation for one in fakes["erp"].pushed} == {"upsert"}  # whose own word it is
    fakes["erp"].edit("Item", "1004", blocked=False)
    settle()
    assert (held(fakes, "crm")["blocked"], held(fakes, "crm")["length"]) == (False, "45 mm")
    assert fakes["crm"].pushed[-1].operation == "upsert"
    assert [*rebuild.check()] == []


def test_a_system_that_never_tells_of_its_block_is_asked_once_each_way(fakes: Fakes, monkeypatch: Any) -> None:
    genuine = Fake._write

    def write(self: Fake, wanted: Any, external_id: str) -> None:
        genuine(self, wanted, external_id)
        self.system.records[wanted.object_type, external_id]["values"].pop("blocked", None)

    monkeypatch.setattr(Fake, "_write", write)
    fakes["erp"].put("Item", "1004", values=BOLT)
    settle()
    for blocked in (True, False, True):
        before = len(fakes["crm"].pushed)
        fakes["erp"].edit("Item", "1004", blocked=blocked)
        settle()
        assert len(fakes["crm"].pushed) == before + 1
        assert fakes["crm"].pushed[-1].attributes["blocked"] is blocked


def test_a_blocked_product_is_created_nowhere(fakes: Fakes) -> None:
    fakes["erp"].put("Item", "1004", values={**BOLT, "blocked": True})
    settle()
    assert not fakes["crm"].records
    assert [*outbound.wants(
        Connection.objects.get(code="crm"), reach.connector(Connection.objects.get(code="crm")),
        next(one for one in Fake.object_types if one.name == "Item"), [Product.objects.get().pk],
    )] == []  # fmt: skip

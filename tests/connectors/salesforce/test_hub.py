"""The hub beside a simulated organisation: a product and its price on their way to Salesforce and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from connectors import drift, inbound, outbound, owing
from connectors.models import Access, Delivery
from mdm.models import Connection, DistributionRule, Proposal, SourceRecord
from mdm.pipeline import process
from tests.connectors.sandbox.server import Running, running
from tests.factories import change, rule_set

pytestmark = pytest.mark.django_db
SECRETS = {"client_id": "hub", "client_secret": "a-secret-of-the-test"}
minute = count(1)


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    with running("salesforce", **SECRETS) as system:
        yield system


@pytest.fixture
def crm(system: Running) -> Connection:
    """The organisation, empty, which is to hold every item; an ERP that is only spoken for."""
    system.control("reset")
    Connection.objects.create(code="erp", name="ERP", kind="sap", role="erp", mode="observe")
    row = Connection.objects.create(code="crm", name="CRM", kind="salesforce", role="crm", mode="write")
    Access.objects.create(connection=row, base_url=system.url, secrets=SECRETS, options={"overlap_seconds": 0})
    DistributionRule.objects.create(rule_set=rule_set(), connection=row, object_type="Product2", entity="product",
                                    conditions={"product_type": "item"})
    return row


def erp_says(**values: Any) -> None:
    """The ERP tells all of one bolt, with some of it as given."""
    bolt = {"product_type": "item", "sku": "4711", "names__en": "Hex bolt", "base_unit": "ST", "blocked": False,
            "prices__10/EUR": cost("12.5", "100")}
    said = {**bolt, **values}
    found = change("erp", "4711", next(minute), entity="product", object_type="A_Product",
                   **{name: value for name, value in said.items() if value is not None})
    process.changes([found])


def cost(amount: str, per: str = "1") -> list[dict[str, str]]:
    return [{"amount": amount, "per": per, "unit": "ST", "valid_from": "2026-01-01", "valid_to": "9999-12-31"}]


def deliver(crm: Connection) -> int:
    """Send what is due; gives how many writes reached the system."""
    before = sum(Delivery.objects.values_list("pushes", flat=True))
    while owing.fan_out():
        pass
    while outbound.deliver(crm):
        pass
    assert [row.error for row in Delivery.objects.exclude(state="done")] == []
    return sum(Delivery.objects.values_list("pushes", flat=True)) - before


def take_in(crm: Connection) -> None:
    inbound.pull(crm)
    while inbound.process_inbox():
        pass
    assert list(SourceRecord.objects.exclude(problems={}).values_list("problems", flat=True)) == []


def there(system: Running) -> tuple[Any, ...]:
    """Name, SKU, unit and use of the one product, and its prices that are in use."""
    (row,) = system.dump("Product2")
    prices = {entry["CurrencyIsoCode"]: entry["UnitPrice"] for entry in system.dump("PricebookEntry")
              if entry["IsActive"]}
    return row["Name"], row["ProductCode"], row["QuantityUnitOfMeasure"], row["IsActive"], prices


def test_a_product_and_its_price_reach_salesforce_once(system: Running, crm: Connection) -> None:
    erp_says()
    assert deliver(crm) == 1
    assert there(system) == ("Hex bolt", "4711", "Piece", True, {"EUR": 0.13})
    take_in(crm)
    assert deliver(crm) == 0
    assert list(drift.find(crm)) == []
    assert len(set(SourceRecord.objects.values_list("golden", flat=True))) == 1


def test_a_new_price_follows_and_one_the_erp_has_no_more_goes_out_of_use(system: Running, crm: Connection) -> None:
    erp_says()
    deliver(crm)
    erp_says(**{"prices__10/EUR": cost("14"), "prices__10/USD": cost("15")})
    assert deliver(crm) == 1
    assert there(system)[-1] == {"EUR": 14.0, "USD": 15.0}
    take_in(crm)
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()
    erp_says(**{"prices__10/EUR": [{**cost("14")[0], "valid_to": yesterday}]})
    assert deliver(crm) == 1
    assert there(system)[-1] == {"EUR": 14.0}  # nobody sells for nothing, so what ran out stays until there is a next
    take_in(crm)
    assert deliver(crm) == 0


def test_a_blocked_product_is_taken_out_of_use_and_back(system: Running, crm: Connection) -> None:
    erp_says()
    deliver(crm)
    erp_says(blocked=True, names__en="Hex bolt, old")
    assert deliver(crm) == 1
    assert there(system) == ("Hex bolt", "4711", "Piece", False, {"EUR": 0.13})
    take_in(crm)
    assert deliver(crm) == 0
    erp_says(names__en="Hex bolt, old")
    deliver(crm)
    assert there(system) == ("Hex bolt, old", "4711", "Piece", True, {"EUR": 0.13})
    take_in(crm)
    assert deliver(crm) == 0


def test_a_price_a_sales_person_typed_is_the_erps_to_decide(system: Running, crm: Connection) -> None:
    erp_says()
    deliver(crm)
    take_in(crm)
    (entry,) = system.dump("PricebookEntry")
    system.control("edit", {"object": "PricebookEntry", "id": entry["Id"], "fields": {"UnitPrice": 9}})
    take_in(crm)
    (proposal,) = Proposal.objects.all()
    assert (proposal.key, proposal.owner, proposal.value[0]["amount"]) == ("prices|10/EUR", "erp", "9")
    assert deliver(crm) == 1
    assert there(system)[-1] == {"EUR": 0.13}

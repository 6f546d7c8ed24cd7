"""What is owed and pushed in one go takes as many queries for 200 golden records as for 50."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors import inbound, outbound, reach
from connectors.models import Delivery
from mdm.models import Connection, Customer, Relation
from tests.connectors.fake import System, fakes

__all__ = ["fakes"]
pytestmark = pytest.mark.django_db


def counted(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len(found)


def arrived(system: System, size: int) -> None:
    """So many firms of the CRM with a contact each are mastered, and nothing is owed yet."""
    for n in range(size):
        name = {"party_type": "organisation", "legal_name": f"S{size} Werke {n * 7919} GmbH"}
        place = {"street": f"Weg {n}", "city": f"Ort {n}", "postcode": f"{10000 + n}", "country": "DE"}
        system.put("Account", f"{size}-{n}", values={**name, "addresses|bill_to": place})
        person = {"first_name": "Eva", "last_name": f"Kern{size}{n}", "role": "Buyer"}
        system.put("Contact", f"{size}-{n}", values=person, refs={"organisation": f"{size}-{n}"})
    inbound.pull(Connection.objects.get(code="crm"))
    while inbound.process_inbox(limit=5000):
        pass


def events() -> None:
    while outbound.fan_out(limit=10_000):
        pass


@pytest.fixture
def measured(fakes: dict[str, System]) -> Callable[[Callable[[int], Any]], dict[int, int]]:
    """Counts the queries of some work on 50 and then on 200 newly arrived firms."""

    def measure(work: Callable[[int], Any], before: Callable[[], Any] = lambda: None) -> dict[int, int]:
        found = {}
        for size in (50, 200):
            Delivery.objects.all().delete()
            arrived(fakes["crm"], size)
            before()
            found[size] = counted(lambda size=size: work(size))
        return found

    return measure


def test_turning_events_into_deliveries(measured: Any) -> None:
    found = measured(lambda _: outbound.fan_out(limit=10_000))
    assert Delivery.objects.filter(subject_type="customer", connection__code="erp").count() == 200
    assert found == {50: 30, 200: 30}


def test_what_a_system_should_hold_of_customers(measured: Any) -> None:
    def work(size: int) -> None:
        erp = Connection.objects.get(code="erp")
        pks = list(Customer.objects.filter(legal_name__startswith=f"S{size} ").values_list("pk", flat=True))
        assert len(outbound.wants(erp, reach.connector(erp), reach.object_types(erp)[0], pks)) == size

    assert measured(work) == {50: 11, 200: 11}


def test_what_a_system_should_hold_of_contacts(measured: Any) -> None:
    def work(size: int) -> None:
        erp = Connection.objects.get(code="erp")
        rows = Relation.objects.filter(records__external_id__startswith=f"{size}-").order_by("-pk")
        pks = set(rows.values_list("pk", flat=True)[:size])
        assert len(outbound.wants(erp, reach.connector(erp), reach.object_types(erp)[1], pks)) == size

    assert measured(work) == {50: 9, 200: 9}


def test_pushing_and_taking_in_the_answers(measured: Any) -> None:
    def work(size: int) -> None:
        assert outbound.deliver(Connection.objects.get(code="erp"), limit=size) == size * 2

    found = measured(work, before=events)
    assert (
        Delivery.objects.filter(connection__code="erp", subject_type="customer", state="done", pushes=1).count() == 200
    )
    assert found[200] - found[50] <= 2, found
    assert found[200] == pytest.approx(153, abs=3)

"""What is owed and pushed in one go takes as many queries for 200 golden records as for 50."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors import inbound, outbound, owing, reach
from connectors.models import Delivery
from mdm.models import Connection, Customer, Relation
from mdm.selectors.desired import Want
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


def pks_of(rows: Any, size: int) -> list[int]:
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:size])


# In the order of travel: what each step takes for a batch of any size, the CRM and the store being the others.
PINNED = {"turn events into deliveries": 22, "want of customers": 7, "want of contacts": 5, "push and take in": 123}


def test_each_step_takes_as_many_queries_whatever_the_size_of_the_batch(fakes: dict[str, System]) -> None:
    found = {size: steps(fakes["crm"], size) for size in (50, 200)}
    rows = Delivery.objects.filter(connection__code="erp", subject_type="customer", state="done", pushes=1)
    assert rows.count() == 200
    for step, pinned in PINNED.items():
        assert abs(found[200][step] - found[50][step]) <= 2, step
        assert found[200][step] == pytest.approx(pinned, abs=2), step


def steps(crm: System, size: int) -> dict[str, int]:
    """How many queries each step takes for so many firms and as many contacts that have just arrived."""
    Delivery.objects.all().delete()
    arrived(crm, size)
    erp = Connection.objects.get(code="erp")
    connector, (account, contact, _) = reach.connector(erp), reach.object_types(erp)
    firms = pks_of(Customer.objects.filter(party_type="organisation"), size)
    ties = pks_of(Relation.objects.all(), size)
    return {
        "turn events into deliveries": counted(lambda: owing.fan_out(limit=10_000)),
        "want of customers": counted(lambda: _want(size, outbound.wants(erp, connector, account, firms))),
        "want of contacts": counted(lambda: _want(size, outbound.wants(erp, connector, contact, ties))),
        "push and take in": counted(lambda: outbound.deliver(erp, limit=size)),
    }


def _want(size: int, wants: Sequence[Want]) -> None:
    assert len(wants) == size

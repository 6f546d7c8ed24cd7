"""What a scrape tells: read by Prometheus' own parser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from connectors import inbound
from connectors.models import Access, Delivery, InboundMessage
from mdm.models import Actor, Connection
from mdm.models.actors import digest
from tests.connectors.fake import System, fakes

__all__ = ["fakes"]
pytestmark = pytest.mark.django_db
TOKEN = "a client's token"


@pytest.fixture(autouse=True)
def systems(fakes: dict[str, System]) -> dict[str, System]:
    cache.clear()
    return fakes


@pytest.fixture
def watcher() -> Actor:
    return Actor.objects.create(kind=Actor.Kind.CLIENT, name="prometheus", token_digest=digest(TOKEN))


def scraped(client: Client) -> dict[tuple[str, tuple[str, ...]], float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name.removeprefix("goldenrod_"), tuple(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_without_a_token_and_for_one_region_there_is_nothing(client: Client, watcher: Actor) -> None:
    assert client.get("/metrics").status_code == 401
    Actor.objects.filter(pk=watcher.pk).update(region="EMEA")
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


def test_an_empty_hub_answers(client: Client, watcher: Actor) -> None:
    found = scraped(client)
    assert found["outbox_events_waiting", ()] == 0
    assert found["review_waiting", ("cases",)] == found["review_waiting", ("proposals",)] == 0
    assert found["connection_up", ("crm",)] == 1


def test_what_waits_died_and_stands_still_is_told(
    client: Client, watcher: Actor, systems: dict[str, System], django_assert_max_num_queries
) -> None:
    firm = {"party_type": "organisation", "legal_name": "Bolzen Meier GmbH", "tax_ids|VAT": "DE136695976"}
    for number in ("1", "2"):
        systems["crm"].put("Account", number, values=firm)
    crm = Connection.objects.get(code="crm")
    inbound.pull(crm)
    InboundMessage.objects.update(received_at=timezone.now() - timedelta(seconds=90))
    assert scraped(client)["inbox_messages", ("crm", "waiting")] == 2
    assert 89 < scraped(client)["inbox_oldest_seconds", ("crm",)] < 120
    inbound.process_inbox()
    cache.clear()
    late = timezone.now() - timedelta(seconds=40)
    for state in ("waiting", "dead"):
        Delivery.objects.create(
            connection=crm, object_type="Account", subject_type="customer", subject_id=7, state=state, not_before=late
        )
    Access.objects.filter(connection=crm).update(trouble="The token is wrong.")
    with django_assert_max_num_queries(16):
        found = scraped(client)
    assert found["deliveries", ("crm", "dead")] == 1
    assert 39 < found["deliveries_overdue_seconds", ("crm",)] < 60
    assert found["connection_up", ("crm",)] == 0
    assert 0 <= found["pull_age_seconds", ("crm", "Account")] < 60
    assert found["source_records", ("crm", "Account")] == 2
    assert found["source_duplicate_ratio", ("crm", "Account")] == 0.5, "the same firm twice"
    assert found["outbox_events_waiting", ()] > 0

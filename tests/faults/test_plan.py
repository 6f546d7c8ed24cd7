"""A store on the small plan: 1000 points, 50 restored a second."""

from __future__ import annotations

import pytest
import requests

from connectors.demo import stack, world
from tests.live import forms
from tests.live.running import Live

ADD = """
from connectors import reach
from connectors.models import Access
from mdm.models import Connection, DistributionRule, RuleSet
row = Connection.objects.create(code="small-shop", name="Small shop", kind="shopify", role="store", mode="write")
Access.objects.create(connection=row, base_url=url, secrets=secrets, options=options, pull_every=0, reconcile_every=0)
reach.prepare(row)
rules = RuleSet.objects.get(state="published")
DistributionRule.objects.create(
    rule_set=rules, entity="customer", connection=row, object_type="Company", conditions={"segment": "Wholesale"}
)
"""
REMOVE = """
from mdm.models import Connection, DistributionRule
for row in DistributionRule.objects.filter(connection__code="small-shop"):
    row.delete()
Connection.objects.filter(code="small-shop").update(enabled=False)
"""
TOWNS = "Aken Burg Calbe Dessau Egeln Falken Genthin Halle Ilsen Jessen Kelbra Leuna".split()
TRADES = "Getreide Kräuter Leder Metall".split()


@pytest.fixture
def small_shop(live: Live):
    secrets = {"access_token": "shpat_small", "webhook_secret": "shpss_small"}
    options = {
        "token": "shpat_small",
        "secret": "shpss_small",
        "domain": world.SHOP,
        "plan": {"bucket": 1000, "restore": 50},
    }
    url = stack.sandbox(live.services.supervisor, live.env, "shopify", options, name="small-shop")
    live.desk(ADD, url=url, secrets=secrets, options={"shop": world.SHOP})
    yield url
    live.desk(REMOVE)
    supervisor = live.services.supervisor
    supervisor.stop_child(next(child for child in supervisor.children if child.name == "small-shop"))


def test_a_burst_goes_through_a_small_plan_whole(live: Live, small_shop: str) -> None:
    places = [(trade, town) for trade in TRADES for town in TOWNS]
    names = [f"{town}er {trade}großhandel GmbH" for trade, town in places]
    for number, (name, (trade, town)) in enumerate(zip(names, places, strict=True)):
        fields = forms.account(name, f"{trade}straße {number + 1}", town, f"{39100 + 41 * number:05}")
        live.create("salesforce", "Account", **fields, Segment__c="Wholesale")
    live.until("the small shop holds all of them", lambda: len(_companies(small_shop)) >= len(names))
    assert _points(small_shop) < 400, "the plan was never felt"
    live.settle()
    assert _companies(small_shop) == sorted(names)


def _companies(url: str) -> list[str]:
    answer = requests.get(f"{url}/_control/dump", params={"object": "Company"}, timeout=30)
    return sorted(row["name"] for row in answer.json()["records"])


def _points(url: str) -> float:
    """How much of its plan the shop has left."""
    headers = {"X-Shopify-Access-Token": "shpat_small"}
    body = {"query": "{ shop { name } }"}
    answer = requests.post(f"{url}/admin/api/2026-10/graphql.json", json=body, headers=headers, timeout=30)
    return float(answer.json()["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"])

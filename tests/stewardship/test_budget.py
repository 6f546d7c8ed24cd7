"""Every page of the desk asks the database at most twelve times, whatever it is about and whoever looks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from django.utils.http import urlencode

from connectors.models import Access
from connectors.selectors import monitor
from mdm import access
from mdm.models import Actor, Case, Changeover, Customer, GoldenValues, MatchJob, MatchModel, Proposal
from mdm.pipeline import decide
from stewardship import urls
from tests.stewardship.desk import alone, bolts, dead_delivery, dead_message, golden

pytestmark = pytest.mark.django_db
MOST = 12
# They decide, and lead to a page.
POSTS = {
    "settle", "undo", "conflict-settle", "conflict-undo", "monitor-mend", "monitor-owe", "monitor-steer",
    "monitor-retry", "models-train", "models-compare",
}  # fmt: skip
# They rehearse what the machine would do, with its own steps: a page links to them, or has them come in later.
REHEARSALS = {
    "writes": 90, "unmerge-writes": 75, "conflict-writes": 40, "customer-differences": 25, "product-differences": 25,
}  # fmt: skip
CAUSE = {"entity": "customer", "attribute": "payment_terms", "system": "store", "owner": "erp"}
TYPED = ("a1", "0421 123456", "4006381333931", "Meyer Sohne", "Hexagno scrwe", "nobody at all")


@pytest.fixture
def addresses(systems: dict[str, Any], meier: Customer, mia: Client) -> list[str]:
    """Every page of a hub with some of everything, in every guise that reads something else."""
    crm = systems["crm"]
    Access.objects.create(connection=crm, base_url="https://x.example", trouble="The login is refused.")
    letter, owed = dead_message(crm), dead_delivery(crm, meier)
    group = next(one for one in monitor.groups(crm) if one.way == "in")
    bolt, other = bolts()
    cases = [_case(meier, golden("sub")), _case(bolt, other), _decided()]
    conflict = Proposal.objects.get(state="open").pk
    _models()
    taken = meier.golden.records.get(connection=systems["store"]).pk
    searches = [urlencode({"q": text}) for text in TYPED]
    return [
        *_of(meier, "payment_terms"), *_of(bolt, "prices|10/EUR"),
        *(f"{page}?{asked}" for page in ("/", "/products/", "/search/", "/review/") for asked in ("", *searches)),
        "/?status=active&kind=person", "/review/?after=99_1", "/review/decided/",
        *(f"/review/{case.pk}/" for case in cases), f"/review/{cases[0].pk}/writes",
        f"/source-records/{taken}/unmerge", f"/source-records/{taken}/unmerge/writes",
        "/conflicts/", f"/conflicts/{conflict}/", f"/conflicts/{conflict}/writes",
        f"/conflicts/of?{urlencode(CAUSE)}", f"/conflicts/of?about={meier.golden.uid}",
        f"/conflicts/of/settle?{urlencode({**CAUSE, 'verb': 'accept'})}",
        *(f"/models/customer/{page}" for page in ("", "state", "1/", "0/1/", "1/0/", "publish?version=1")),
        "/sync/", "/sync/table", "/sync/crm/", f"/sync/crm/{group.key}/",
        f"/sync/messages/{letter.pk}/", f"/sync/deliveries/{owed.pk}/",
    ]  # fmt: skip


def _case(first: GoldenValues, second: GoldenValues) -> Case:
    return Case.objects.create(first_id=first.pk, second_id=second.pk, weight=9.5)


def _decided() -> Case:
    for name in ("Decided", "Settled"):
        alone("crm", name, legal_name=f"{name} AG")
    case = _case(golden("Decided"), golden("Settled"))
    mia = access.of_user(get_user_model().objects.get(username="mia"))
    decide.keep_apart(case, actor=mia, version=1, reason="Two plants")
    return case


def _models() -> None:
    """A trained version, compared with the built-in one and being put in force."""
    result = {
        "versions": [0, 1], "records": 0, "of": 0, "gained": {"pairs": 0, "goldens": 0}, "levels": [],
        "broken": {"pairs": 0, "goldens": 0}, "cases": {"counts": [0, 0], "more": 0, "fewer": 0}, "differences": [],
        "thresholds": [{"match": 3.0, "review": -2.0}, {}],
        "decisions": [{"together": 0, "apart": 0, "precision": None, "recall": None}] * 2,
    }  # fmt: skip
    row = MatchModel.objects.create(entity="customer", version=1, data=b"")
    MatchJob.objects.create(kind="compare", entity="customer", first=0, second=1, state="done", result=result)
    Changeover.objects.create(entity="customer", model=row, stage="links", started_at=timezone.now())
    get_user_model().objects.get(username="mia").user_permissions.set(
        Permission.objects.filter(codename__in=["change_matchmodel", "add_matchmodel"])
    )


def _of(row: GoldenValues, key: str) -> list[str]:
    """The pages of one golden record."""
    home = f"/{row.entity.name}s/{row.golden.uid}/"
    guises = ("", urlencode({"why": key}), urlencode({"asof": timezone.now().isoformat()}))
    tabs = ("sources/", "history/", "relations/", "sync/", "sync/differences", "why-not")
    asked_for = ("nobody at all", "Meier", "sub", "1005", str(row.golden.uid))
    whys = (f"why-not?{urlencode({'other': text})}" for text in asked_for)
    return [*(f"{home}?{asked}" for asked in guises), *(f"{home}{tab}" for tab in (*tabs, *whys))]


def named(address: str) -> str:
    return str(resolve(address.partition("?")[0]).url_name)


@pytest.mark.parametrize("region", ["", "north"])
def test_every_page_keeps_its_query_budget(mia: Client, addresses: list[str], region: str) -> None:
    assert {named(one) for one in addresses} == {pattern.name for pattern in urls.urlpatterns} - POSTS  # type: ignore[union-attr]
    Customer.objects.update(region="north")
    Actor.objects.filter(name="mia").update(region=region)
    costly = {}
    for address in addresses:
        mia.get(address)  # what a process reads once, it has read
        cache.clear()  # but not what it keeps for seconds
        with CaptureQueriesContext(connection) as asked:
            answer = mia.get(address)
        assert answer.status_code == 200 or (region and named(address).startswith(("monitor-", "models-"))), address
        if len(asked) > REHEARSALS.get(named(address), MOST):
            costly[address] = len(asked)
    assert not costly

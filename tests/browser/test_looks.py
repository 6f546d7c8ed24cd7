"""Every page as people see it: no accessibility violation, nothing wider than the screen, a picture to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import Page

from connectors import inbound, reach
from connectors.models import Access
from connectors.selectors import monitor
from mdm import access
from mdm.models import Actor, Case, Connection, Customer, Proposal
from mdm.pipeline import decide
from tests.browser import cases
from tests.browser.conftest import PICTURES, Open
from tests.stewardship.desk import bolts, dead_delivery, dead_message

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("systems"),
    pytest.mark.timeout(300),
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,
}
EMPTY = {
    "no customers": "/",
    "no products": "/products/",
    "nothing asked": "/search/",
    "nothing meant": "/search/?q=zeppelin",
    "no cases": "/review/",
    "nothing decided": "/review/decided/",
    "no conflicts": "/conflicts/",
    "fresh sync": "/sync/",
    "fresh connection": "/sync/crm/",
}
Address = Callable[[], str]


def addresses() -> dict[str, str]:
    """Name -> address of each page, on a hub with some of everything."""
    open_, closed, *_ = cases.opened(12)
    mia = Actor.objects.get(name="mia")
    decide.merge(closed, actor=mia, version=closed.version)
    uid = open_.first.uid
    then = open_.first.customer.history.latest().history_date.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "customers": "/",
        "nothing found": "/?q=zeppelin",
        "search": "/search/?q=alpha",
        **_products(),
        "customer": f"/customers/{uid}/",
        "customer why": f"/customers/{uid}/?why=legal_name",
        "customer as of": f"/customers/{uid}/?asof={then}",
        "customer sources": f"/customers/{uid}/sources/",
        "customer history": f"/customers/{uid}/history/",
        "customer relations": f"/customers/{uid}/relations/",
        "customer sync": f"/customers/{uid}/sync/",
        "customer differences": f"/customers/{uid}/sync/differences",
        **_traffic(open_.first.customer),
        **_conflicts(open_.first.customer),
        "grown": f"/customers/{closed.first.uid}/sources/",
        "why not": f"/customers/{uid}/why-not",
        "why not answered": f"/customers/{uid}/why-not?other={open_.second.uid}",
        "why not which": f"/customers/{uid}/why-not?other=beta",
        "why not nobody": f"/customers/{uid}/why-not?other=zeppelin",
        "why one": f"/customers/{closed.first.uid}/why-not?other={closed.first.uid}",
        "unmerge": f"/source-records/{closed.first.records.order_by('pk')[0].pk}/unmerge",
        "queue": "/review/",
        "case": f"/review/{open_.pk}/",
        "closed case": f"/review/{closed.pk}/",
        "what a merge writes": f"/review/{open_.pk}/writes",
        "decided": "/review/decided/",
        "monitor": "/sync/",
        "monitor of one": "/sync/crm/",
    }


def _products() -> dict[str, str]:
    """Golden products, and a case of two that are alike."""
    bolt, other = bolts()
    case = cases.between(bolt, other)
    uid = bolt.golden.uid
    then = bolt.history.earliest().history_date.strftime("%Y-%m-%dT%H:%M:%S.%fZ")  # type: ignore[attr-defined]
    return {
        "products": "/products/",
        "search products": "/search/?q=hex",
        "product": f"/products/{uid}/",
        "product why": f"/products/{uid}/?why=prices|10/EUR",
        "product as of": f"/products/{uid}/?asof={then}",
        "product sources": f"/products/{uid}/sources/",
        "product history": f"/products/{uid}/history/",
        "product relations": f"/products/{uid}/relations/",
        "product sync": f"/products/{uid}/sync/",
        "product differences": f"/products/{uid}/sync/differences",
        "product why not": f"/products/{uid}/why-not?other={other.golden.uid}",
        "case of products": f"/review/{case.pk}/",
    }


def _traffic(customer: Customer) -> dict[str, str]:
    """The sync monitor with dead letters both ways and a paused connection."""
    crm, erp, store = Connection.objects.order_by("code")
    for row in (crm, erp, store):
        Access.objects.create(connection=row, base_url="https://x.example")
    reach.stop(store, actor="ada", reason="Moves to another plan tonight")
    Access.objects.filter(connection=erp).update(trouble="SAP refuses the login of user HUB.")
    body = {"Id": "0015g1", "Name": "", "password": "geheim"}
    sentence = "Account 0015g{}: field 'Name' is missing."
    letters = [dead_message(crm, f"0015g{n}", body=body, error=sentence.format(n)) for n in range(3)]
    owed = dead_delivery(crm, customer)
    edited = inbound.resubmit(letters.pop(), {**body, "Name": "Alpha"}, actor="mia", reason="Name forgotten")
    group = next(one for one in monitor.groups(crm) if one.way == "in")
    return {
        "sync": "/sync/",
        "sync connection": "/sync/crm/",
        "sync trouble": "/sync/erp/",
        "sync paused": "/sync/store/",
        "sync failures": f"/sync/crm/{group.key}/",
        "sync message": f"/sync/messages/{letters[0].pk}/",
        "sync edited": f"/sync/messages/{edited.replaces}/",
        "sync delivery": f"/sync/deliveries/{owed.pk}/",
    }


def _conflicts(customer: Customer) -> dict[str, str]:
    """Proposals of one cause, one of them decided."""
    record = customer.golden.records.get()
    made = [
        Proposal.objects.create(
            golden=customer.golden, record=record, key="legal_name", value=f"Alpha {n} AG", value_digest=str(n),
            owner="erp", owner_value="Alpha AG", source_time=timezone.now(),
        )
        for n in range(3)
    ]  # fmt: skip
    decide.reject(made[-1], actor=Actor.objects.get(name="mia"), version=1)
    asked = "entity=customer&attribute=legal_name&system=crm&owner=erp"
    return {
        "conflicts": "/conflicts/",
        "conflicts of a cause": f"/conflicts/of?{asked}",
        "conflicts together": f"/conflicts/of/settle?{asked}&verb=accept",
        "conflict": f"/conflicts/{made[0].pk}/",
        "conflict closed": f"/conflicts/{made[-1].pk}/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page(open_page: Open, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    access.of_user(get_user_model().objects.get(username="mia"))
    troubles = []
    for name, address in addresses().items():
        page.goto(address)
        picture(page, f"{name} {width} {scheme}")
        troubles += [f"{name}: {line}" for line in judged(page)]
    assert not troubles, "\n".join(troubles)


def test_an_empty_hub(open_page: Open) -> None:
    page = open_page()
    access.of_user(get_user_model().objects.get(username="mia"))
    Case.objects.all().delete()
    for name, address in EMPTY.items():
        page.goto(address)
        picture(page, name)
        assert judged(page) == [], name


@pytest.mark.parametrize("width", [1280, 390])
def test_the_way_in(open_page: Open, width: int) -> None:
    page = open_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.context.clear_cookies()
    page.goto("/")
    picture(page, f"login {width}")
    assert judged(page) == []


def judged(page: Page) -> list[str]:
    """What is wrong with the page as it is now, in sentences."""
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return told + ([f"{wide} pixels wider than the screen"] if wide > 0 else [])


def picture(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name.replace(' ', '-')}.png", full_page=True)


"""`make bench-ui`: how long the server takes for each page of the desk on a large hub, as JSON lines.

A hub of 1,000,000 golden customers (two source records each) and 100,000 open cases is made in bulk, with as many
golden products, open proposals, deliveries and messages as there are cases. A real web server is started, and each page
is asked for over one kept connection, signed in, each time about another record. Beside it stand the floors: one
indexed SELECT of a golden customer, and the smallest page the server has (`/healthz`). How busy the machine was is
told as its load.
Where DATA_DIR is given, the hub stays there and is used again.
Options: BENCH_GOLDEN (default 1000000), BENCH_CASES (default a tenth), BENCH_REQUESTS (default 150), BENCH_PAGES (names
parted by semicolons, default all).
"""

from __future__ import annotations

import http.client
import json
import os
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import django

from tests.bench import folder  # noqa: F401

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from connectors.demo import stack, world  # noqa: E402
from mdm import embedded, processes  # noqa: E402
from mdm.models import Actor, Case, Customer, GoldenRecord, Product, Proposal  # noqa: E402
from tests.bench import beside, bulk  # noqa: E402

BUDGETS = {"compare": 80, "queue": 120, "record": 120, "product": 120, "search": 150}  # milliseconds at p95
REGION = "R3"


def main() -> None:
    golden = int(os.environ.get("BENCH_GOLDEN", "1000000"))
    open_cases = int(os.environ.get("BENCH_CASES", str(golden // 10)))
    requests = int(os.environ.get("BENCH_REQUESTS", "150"))
    chosen = [name for name in os.environ.get("BENCH_PAGES", "").split(";") if name]
    with processes.stoppable(), embedded.start(Path(settings.DATA_DIR)) as services:
        _filled(golden, open_cases)
        address = stack.web(services.supervisor, stack.environment(services.env), 0)
        random.seed(7)
        everywhere, there = Browser(address), Browser(address, REGION)
        tell(bench="floor: one indexed SELECT", **timed(lambda n: Customer.objects.get(pk=_pk(golden)), requests))
        tell(bench="floor: /healthz", **timed(lambda n: everywhere.get("/healthz"), requests))
        for name, address_of in pages(golden, open_cases).items():
            if not chosen or name in chosen:
                measure(name, there if name.endswith("one region") else everywhere, address_of, requests)


def measure(name: str, browser: Browser, address_of: Callable[[], str], requests: int) -> None:
    """One JSON line; ten requests go before those that count."""
    browser.anew()
    timed(partial(browser.visit, address_of), 10)
    found = timed(partial(browser.visit, address_of), requests)
    budget = BUDGETS.get(name)
    tell(bench=name, **found, **({"budget": budget, "holds": found["p95"] <= budget} if budget else {}),
         load=round(os.getloadavg()[0], 1))  # fmt: skip


def _filled(golden: int, open_cases: int) -> None:
    """A hub of this size: the one that DATA_DIR holds already, else a new one."""
    started = time.perf_counter()
    made = Customer._meta.db_table in connection.introspection.table_names()
    if not made:
        world.wipe()
    call_command("migrate", verbosity=0)
    if not made:
        bulk.fill(golden, open_cases)
    if not Product.objects.exists():
        beside.fill(open_cases)
    tell(bench="fill", golden=Customer.objects.count(), cases=Case.objects.filter(state="open").count(),
         products=Product.objects.count(), proposals=Proposal.objects.filter(state="open").count(),
         seconds=round(time.perf_counter() - started, 1))  # fmt: skip


def pages(golden: int, open_cases: int) -> dict[str, Callable[[], str]]:
    """Name of a screen -> the address of one of its pages, another one each time."""
    first = Proposal.objects.order_by("pk").values_list("pk", flat=True)[0]
    cause = "entity=customer&attribute=industry&system=crm&owner=erp"

    def proposal() -> int:
        return first + random.randrange(open_cases)

    return {
        "queue": lambda: "/review/",
        "queue, one region": lambda: "/review/",
        "queue, further on": lambda: f"/review/?after={2 + random.randrange(997) / 100}_{_case(open_cases)}",
        "queue, searched": lambda: f"/review/?q={quote(_typed(open_cases))}",
        "queue, a common word": lambda: f"/review/?q={quote(random.choice(bulk.TRADES))}",
        "compare": lambda: f"/review/{_case(open_cases)}/",
        "what a merge writes": lambda: f"/review/{_case(open_cases)}/writes",
        "customers": lambda: "/",
        "customers, one region": lambda: "/",
        "customers, a rare status": lambda: "/?status=blocked",
        "customers, a rare kind": lambda: "/?kind=person",
        "customers, searched": lambda: f"/?q={quote(_typed(golden))}",
        "customers, a common word": lambda: f"/?q={quote(random.choice(bulk.TRADES))}",
        "customers, a common word, one region": lambda: f"/?q={quote(random.choice(bulk.TRADES))}",
        "products": lambda: "/products/",
        "products, searched": lambda: f"/products/?q=S{random.randrange(1, open_cases + 1):08}",
        "record": lambda: f"/customers/{_uid(golden)}/",
        "record, why": lambda: f"/customers/{_uid(golden)}/?why=legal_name",
        "record, as of": lambda: f"/customers/{_uid(golden)}/?asof=2027-01-01T00:00:00",
        "record, sources": lambda: f"/customers/{_uid(golden)}/sources/",
        "record, history": lambda: f"/customers/{_uid(golden)}/history/",
        "record, sync": lambda: f"/customers/{_uid(golden)}/sync/",
        "product": lambda: f"/products/{_product(open_cases)}/",
        "product, history": lambda: f"/products/{_product(open_cases)}/history/",
        "search": lambda: f"/search/?q={quote(_typed(golden))}",
        "search, one region": lambda: f"/search/?q={quote(_typed(golden))}",
        "search, a common word": lambda: f"/search/?q={quote(random.choice(bulk.TRADES))}",
        "search, a slip": lambda: f"/search/?q={quote(_slip(golden))}",
        "search, a slip among common words": lambda: f"/search/?q={quote(_slip(golden).rpartition(' ')[0])}",
        "search, nothing found": lambda: f"/search/?q=zeppelin{random.randrange(10**6)}",
        "conflicts": lambda: "/conflicts/",
        "conflicts, one region": lambda: "/conflicts/",
        "conflicts of a cause": lambda: f"/conflicts/of?{cause}",
        "conflict": lambda: f"/conflicts/{proposal()}/",
        "conflict, one region": lambda: f"/conflicts/{_of_region(proposal())}/",
        "monitor": lambda: "/sync/",
        "monitor of one": lambda: "/sync/crm/",
    }


def _pk(golden: int) -> int:
    return _first() + random.randrange(1, golden + 1) * bulk.STEP


def _first() -> int:
    return int(GoldenRecord.objects.order_by("pk").values_list("pk", flat=True)[0])


def _uid(golden: int) -> UUID:
    return GoldenRecord.objects.values_list("uid", flat=True).get(pk=_pk(golden))


def _product(count: int) -> UUID:
    """The golden product of any number, by its SKU's record."""
    sku = f"S{random.randrange(1, count + 1):08}"
    return GoldenRecord.objects.filter(product__sku=sku).values_list("uid", flat=True)[0]


def _of_region(pk: int) -> int:
    """This proposal or one soon before it, about a customer of the region."""
    rows = Proposal.objects.filter(pk__lte=pk, golden__customer__region=REGION, state="open").order_by("-pk")
    return rows.values_list("pk", flat=True)[0]


def _slip(golden: int) -> str:
    """A whole name, two letters of which are swapped; all of its words but the last stand in many names."""
    number = random.randrange(1, golden + 1)
    said = bulk.words(number)
    return f"{said['trade'][1]}{said['trade'][0]}{said['trade'][2:]} {said['name']} X{number:07}"


def _case(count: int) -> int:
    return random.randrange(1, count + 1)


def _typed(golden: int) -> str:
    number = random.randrange(1, golden + 1)
    said = bulk.words(number)
    return random.choice([
        f"{said['name']} {said['trade']} X{number:07}", f"X{number:07}", f"info{number}@example.com", f"DE{number:09}",
        f"+49421{number:08}", f"001{number:012}", f"{number:010}",
    ])  # fmt: skip


class Browser:
    """One kept connection, signed in as a steward, of a region where one is given."""

    def __init__(self, address: str, region: str = "") -> None:
        user, _ = get_user_model().objects.get_or_create(username=f"bench{region}")
        user.groups.add(Group.objects.get(name="Stewards"))
        Actor.objects.get_or_create(kind="user", name=user.username, defaults={"user": user, "region": region})
        client = Client()
        client.force_login(user)
        self._headers = {"Cookie": f"goldenrod_session={client.cookies['goldenrod_session'].value}"}
        self._http = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)

    def anew(self) -> None:
        """With the next request begin a connection: the server gives up one that rests for seconds."""
        self._http.close()

    def visit(self, address_of: Callable[[], str], number: int) -> None:
        self.get(address_of())

    def get(self, path: str) -> None:
        self._http.request("GET", path, headers=self._headers)
        answer = self._http.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}: {body[:300]!r}")


def timed(ask: Callable[[int], Any], count: int) -> dict[str, float]:
    """Milliseconds at the median and at 95 of 100."""
    took = []
    for number in range(count):
        started = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    return {"requests": count, "p50": round(took[count // 2], 1), "p95": round(took[int(count * 0.95)], 1)}


def tell(**line: Any) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

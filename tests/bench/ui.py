"""`make bench-ui`: how long the server takes for each page of the desk on a large hub, as JSON lines.

A hub of 1,000,000 golden customers (two source records each) and 100,000 open cases is made in bulk, a real web server
is started, and each page is asked for over one kept connection, signed in, each time about another record. Beside it
stand the floors: one indexed SELECT of a golden customer, and the smallest page the server has (`/healthz`).
Where DATA_DIR is given, the hub stays there and is used again.
Options: BENCH_GOLDEN (default 1000000), BENCH_CASES (default a tenth), BENCH_REQUESTS (default 150).
"""

from __future__ import annotations

import http.client
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

FOLDER = tempfile.mkdtemp(prefix="goldenrod-bench-")
os.environ.setdefault("DATA_DIR", FOLDER)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from connectors.demo import stack, world  # noqa: E402
from mdm import embedded, processes  # noqa: E402
from mdm.models import Case, Customer, GoldenRecord  # noqa: E402
from tests.bench import bulk  # noqa: E402

BUDGETS = {"compare": 80, "queue": 120, "record": 120, "search": 150, "what a merge writes": None}  # ms at p95


def main() -> None:
    golden = int(os.environ.get("BENCH_GOLDEN", "1000000"))
    open_cases = int(os.environ.get("BENCH_CASES", str(golden // 10)))
    requests = int(os.environ.get("BENCH_REQUESTS", "150"))
    with processes.stoppable(), embedded.start(Path(settings.DATA_DIR)) as services:
        _filled(golden, open_cases)
        address = stack.web(services.supervisor, stack.environment(services.env), 0)
        random.seed(7)
        tell(bench="floor: one indexed SELECT", **timed(lambda n: Customer.objects.get(pk=_pk(golden)), requests))
        browser = Browser(address)
        tell(bench="floor: /healthz", **timed(lambda n: browser.get("/healthz"), requests))
        for name, address_of in pages(golden, open_cases).items():
            timed(partial(browser.visit, address_of), 10)
            found = timed(partial(browser.visit, address_of), requests)
            budget = BUDGETS.get(name)
            tell(bench=name, **found, **({"budget": budget, "holds": found["p95"] <= budget} if budget else {}))


def _filled(golden: int, open_cases: int) -> None:
    """A hub of this size: the one that DATA_DIR holds already, else a new one."""
    started = time.perf_counter()
    made = Customer._meta.db_table in connection.introspection.table_names()
    if not made:
        world.wipe()
    call_command("migrate", verbosity=0)
    if not made:
        bulk.fill(golden, open_cases)
    tell(bench="fill", golden=Customer.objects.count(), cases=Case.objects.filter(state="open").count(),
         seconds=round(time.perf_counter() - started, 1))  # fmt: skip


def pages(golden: int, open_cases: int) -> dict[str, Callable[[], str]]:
    """Name of a screen -> the address of one of its pages, another one each time."""
    return {
        "queue": lambda: "/review/",
        "queue, searched": lambda: f"/review/?q={quote(_typed(open_cases))}",
        "compare": lambda: f"/review/{_case(open_cases)}/",
        "what a merge writes": lambda: f"/review/{_case(open_cases)}/writes",
        "customers": lambda: "/",
        "record": lambda: f"/customers/{GoldenRecord.objects.get(pk=_pk(golden)).uid}/",
        "search": lambda: f"/?q={quote(_typed(golden))}",
        "search, a common word": lambda: f"/?q={quote(random.choice(bulk.TRADES))}",
        "search, nothing found": lambda: f"/?q=zeppelin{random.randrange(10**6)}",
    }


def _pk(golden: int) -> int:
    return _first() + random.randrange(1, golden + 1) * bulk.STEP


def _first() -> int:
    return int(GoldenRecord.objects.order_by("pk").values_list("pk", flat=True)[0])


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
    """One kept connection, signed in as a steward."""

    def __init__(self, address: str) -> None:
        user, _ = get_user_model().objects.get_or_create(username="bench")
        user.groups.add(Group.objects.get(name="Stewards"))
        client = Client()
        client.force_login(user)
        self._headers = {"Cookie": f"goldenrod_session={client.cookies['goldenrod_session'].value}"}
        self._http = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)

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

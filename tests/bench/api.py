"""`make bench-api`: what the REST API costs on a large hub, as JSON lines.

A hub of 1,000,000 golden customers (two source records each) is made in bulk. Requests go through the WSGI application,
middleware and all, each about another record. Beside reading a golden record through the API stands its floor: a bare
Django view in the same application that makes the same one SELECT and answers the same JSON; they are asked in turns.
`resolve` is asked about parties the hub knows, parties nobody knows, and what was said before; its floor is one empty
transaction with the same commit. `load` is that of the machine meanwhile. Where DATA_DIR is given, the hub stays there
and is used again.
Options: BENCH_GOLDEN (default 1000000), BENCH_REQUESTS (default 300).
"""

from __future__ import annotations

import io
import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from tests.bench import folder  # noqa: F401

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import include, path  # noqa: E402

from connectors.demo import world  # noqa: E402
from mdm import embedded, processes  # noqa: E402
from mdm.access import Viewer  # noqa: E402
from mdm.models import Actor, Connection, Customer, FeedHead, GoldenRecord  # noqa: E402
from mdm.selectors import golden  # noqa: E402
from tests.bench import bulk  # noqa: E402

MOST_TIMES_BARE, RESOLVE_MS = 3.0, 50


def bare(request: HttpRequest, uid: UUID) -> JsonResponse:
    """The floor: the same one SELECT, the same JSON, and nothing else."""
    row = golden.one(Viewer(user=None), "customer", uid)
    assert row is not None
    return JsonResponse(golden.whole(row))


urlpatterns = [path("bare/<uuid:uid>", bare), path("", include("mdm.urls"))]


def main() -> None:
    count, requests = int(os.environ.get("BENCH_GOLDEN", "1000000")), int(os.environ.get("BENCH_REQUESTS", "300"))
    with processes.stoppable(), embedded.start(Path(settings.DATA_DIR)):
        _filled(count)
        settings.ROOT_URLCONF, settings.API_REQUESTS_PER_MINUTE = __name__, 10**9
        random.seed(7)
        app = App(_token())
        reading(app, count, requests)
        listing(app, requests)
        resolving(app, count, requests)


def _filled(count: int) -> None:
    """A hub of this size: the one that DATA_DIR holds already, else a new one."""
    started = time.perf_counter()
    made = Customer._meta.db_table in connection.introspection.table_names()
    if not made:
        world.wipe()
    call_command("migrate", verbosity=0)
    if not made:
        bulk.fill(count, 0)
    tell(bench="fill", golden=Customer.objects.count(), seconds=round(time.perf_counter() - started, 1))


class App:
    """The WSGI application, called as a web server does, with a client's token."""

    def __init__(self, token: str) -> None:
        self.app, self.token = get_wsgi_application(), token

    def call(self, method: str, where: str, body: Any = None) -> tuple[int, bytes]:
        data = b"" if body is None else json.dumps(body).encode()
        way, _, query = where.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": way, "QUERY_STRING": query, "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "HTTP_HOST": "localhost", "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(data)), "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.input": io.BytesIO(data), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        told: list[int] = []
        answer = self.app(environ, lambda status, headers: told.append(int(status[:3])))  # type: ignore[arg-type]
        content = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
        return told[0], content


def reading(app: App, count: int, requests: int) -> None:
    """A golden record through the API and through the bare view, in turns."""
    took: dict[str, list[float]] = {"api": [], "bare": []}
    address = f"/api/v1/customers/{_uid(count)}"
    app.call("GET", address)  # the caller is known from now on
    with CaptureQueriesContext(connection) as queries:
        app.call("GET", address)
        selects = len(queries)  # the next request empties the list
    for turn in range(requests + 20):
        uid = _uid(count)
        addresses = {"api": f"/api/v1/customers/{uid}", "bare": f"/bare/{uid}"}
        # who comes first finds the record cold, so they take turns in that too
        for name in sorted(addresses, reverse=bool(turn % 2)):
            began = time.perf_counter()
            status, _ = app.call("GET", addresses[name])
            if turn >= 20:
                took[name].append((time.perf_counter() - began) * 1000)
            assert status == 200
    ratio = round(percentile(took["api"], 50) / percentile(took["bare"], 50), 2)
    tell(bench="floor: bare view, one SELECT", **figures(took["bare"]))
    tell(bench="read a golden record", **figures(took["api"]), queries=selects, times_bare=ratio,
         budget=MOST_TIMES_BARE, holds=ratio <= MOST_TIMES_BARE and selects == 1)  # fmt: skip


def listing(app: App, requests: int) -> None:
    """A page of 100 golden records, and the search for one."""
    number = iter(range(10**9))
    few = max(requests // 10, 10)
    tell(bench="list 100 golden records", **figures(timed(lambda: app.call("GET", "/api/v1/customers"), few)))
    search = timed(lambda: app.call("GET", f"/api/v1/search?q=X{next(number) + 1:07}"), few)
    tell(bench="search for one", **figures(search))


def resolving(app: App, count: int, requests: int) -> None:
    """`match` and `resolve` about parties of all sorts, under ids of this run."""
    known, new, said = iter(random.sample(range(1, count), requests * 2 + 40)), iter(range(10**9)), []
    run = int(time.time())

    def found() -> None:
        number = next(known)
        said.append((f"found{run}-{number}", _party(number)))
        _resolve(app, *said[-1], 200)

    def made() -> None:
        number = next(new)
        word = f"{run}x{number}"
        party = {
            "party_type": "organisation",
            "legal_name": f"Zeppelin{word} Werft KG",
            "emails": [f"z{word}@z{word}.de"],
        }
        _resolve(app, f"new{word}", party, 201)

    again = iter(range(10**9))
    timed(found, 10)
    timed(made, 10)
    tell(bench="floor: one row written and committed", **figures(timed(_committed, requests)))
    works: dict[str, Callable[[], Any]] = {
        "match": lambda: app.call("POST", "/api/v1/match", {"attributes": _party(next(known))}),
        "resolve, known to the hub": found,
        "resolve, known to nobody": made,
        "resolve, said before": lambda: _resolve(app, *said[next(again) % len(said)], 200),
    }
    for name, work in works.items():
        told = figures(timed(work, requests))
        tell(bench=name, **told, budget=RESOLVE_MS, holds=told["p95"] <= RESOLVE_MS, queries=_queries(work))


def _committed() -> None:
    with transaction.atomic():
        FeedHead.objects.update_or_create(pk=2)


def _queries(work: Callable[[], Any]) -> int:
    """How many statements the last of a few requests took; each request empties the list."""
    with CaptureQueriesContext(connection):
        work()
        return len(connection.queries_log)


def _resolve(app: App, external_id: str, party: dict[str, Any], expected: int) -> None:
    status, content = app.call("POST", "/api/v1/resolve", {"external_id": external_id, "attributes": party})
    assert status == expected, (status, content)


def _party(number: int) -> dict[str, Any]:
    """A party of the bulk-made hub, as another system would write it."""
    words = bulk.words(number)
    return {
        "party_type": "organisation",
        "legal_name": f"{words['name']} {words['trade']} X{number:07} GmbH",
        "tax_ids|VAT": f"DE{number:09}",
        "emails": [f"info{number}@example.com"],
    }


def _uid(count: int) -> UUID:
    first = GoldenRecord.objects.order_by("pk").values_list("pk", flat=True)[0]
    return GoldenRecord.objects.values_list("uid", flat=True).get(pk=first + random.randrange(1, count) * bulk.STEP)


def _token() -> str:
    named = {"name": "Bench", "kind": "api", "role": "other", "country": "DE"}
    own, _ = Connection.objects.get_or_create(code="bench", defaults=named)
    may = {"scopes": "read write", "connection": own}
    return Actor.objects.get_or_create(kind="client", name="bench", defaults=may)[0].issue_token()


def timed(work: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each run."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return took


def figures(took: list[float]) -> dict[str, Any]:
    told = {"p50": percentile(took, 50), "p95": percentile(took, 95), "requests": len(took)}
    return {**told, "load": round(os.getloadavg()[0], 1)}


def percentile(took: list[float], share: int) -> float:
    return round(sorted(took)[min(len(took) - 1, len(took) * share // 100)], 2)


def tell(**line: Any) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

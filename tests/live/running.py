"""Start the whole hub beside three empty simulated systems, look at it from outside, and wait for what must happen."""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
import requests

from connectors.demo import stack, world
from connectors.demo.story import Outside
from mdm import embedded
from mdm.processes import Child

T = TypeVar("T")
Json = dict[str, Any]

DATABASE = "goldenrod_live"
PATIENCE = 60.0  # seconds until what must happen counts as lost; the machine may be busy
# The shop's own notices make it fast, so it is read less often.
PULL_EVERY = {"salesforce": 1, "sap": 1, "shopify": 2}
OVERLAP = 2  # seconds each read reaches back
LEASE = 8  # seconds until the work of a killed worker is taken up again

FURNISH = """
from django.core.management import call_command
from connectors.demo import world
from connectors.models import Access
from mdm.models import Connection
call_command("migrate", verbosity=0)
world.furnish([world.System(**system) for system in planned], urls)
for code, seconds in pull_every.items():
    Access.objects.filter(connection__code=code).update(pull_every=seconds)
Connection.objects.update(mode="write")
answer = world.client_token()
"""
PREPARE = """
from connectors import reach
from mdm.models import Connection
for code in codes:
    reach.prepare(Connection.objects.get(code=code), f"{web}/webhooks/{code}")
"""

OWED = """
from connectors.models import Delivery
open_ = Delivery.objects.exclude(state="done").select_related("connection")
answer = [
    [str(row.connection), row.object_type, row.subject_id, row.state, row.attempts, row.depends_on, row.error]
    for row in open_.order_by("pk")[:40]
]
"""
CONTRADICTIONS = """
from connectors import drift
from mdm.models import Connection
from mdm.pipeline import rebuild
answer = [str(difference) for difference in rebuild.check()]
for row in Connection.objects.filter(enabled=True).exclude(kind="hub"):
    answer += [str(found) for found in drift.find(row)]
"""
SCHEDULE = """
from connectors.models import Access
Access.objects.filter(connection__code=code).update(pull_every=seconds)
"""
# Holds what reading a system takes: a pull under way ends first, one that was asked for before finds it taken.
HOLD = """
from connectors import reach
from connectors.tasks import PULL
kept[code] = reach.alone(PULL.format(code=code))
answer = kept[code].__enter__()
"""
RELEASE = """
kept.pop(code).__exit__(None, None, None)
"""
NUDGE = """
from connectors import tasks
from mdm.models import Connection
for row in Connection.objects.exclude(kind="hub"):
    tasks.pull.delay(connection=row.pk)
"""


@dataclass
class Live:
    """The three systems and the hub beside them, as people, other programs and an admin reach them."""

    services: embedded.Services
    env: stack.Env
    secrets: dict[str, dict[str, str]]
    urls: dict[str, str] = field(default_factory=dict)
    web: str = ""
    token: str = ""
    worker: Child | None = None
    _shell: subprocess.Popen[str] | None = None

    # ---- people at work in the systems ----------------------------------------------------------------------------

    @property
    def outside(self) -> Outside:
        return Outside(self.urls, self.web, self.token)

    def create(self, system: str, object_type: str, **fields: Any) -> str:
        """Enter a record as a user of the system; gives its id."""
        return str(self.outside.act(system, "create", object=object_type, fields=fields)["id"])

    def edit(self, system: str, object_type: str, id: str, *, silent: bool = False, **fields: Any) -> None:
        """Change a record as a user of the system; silent leaves no stamp and sends no notice."""
        self.outside.act(system, "edit", object=object_type, id=id, fields=fields, silent=silent)

    def remove(self, system: str, object_type: str, id: str) -> None:
        """Delete a record as a user of the system."""
        self.outside.act(system, "remove", object=object_type, id=id)

    def merge(self, system: str, object_type: str, winner: str, *losers: str) -> None:
        """Merge records as a user of the system."""
        self.outside.act(system, "merge", object=object_type, winner=winner, losers=list(losers))

    def dump(self, system: str, object_type: str) -> list[Json]:
        """Every record a system holds of an object, deleted ones flagged."""
        answer = requests.get(f"{self.urls[system]}/_control/dump", params={"object": object_type}, timeout=30)
        answer.raise_for_status()
        records: list[Json] = answer.json()["records"]
        return records

    def living(self, system: str, object_type: str, having: Collection[str] = (), **wanted: Any) -> list[Json]:
        """The records that are not deleted, with these values, and with something in each of `having`."""
        return [
            row
            for row in self.dump(system, object_type)
            if not (row.get("IsDeleted") or row.get("_deleted") or row.get("deleted"))
            and all(row.get(name) == value for name, value in wanted.items())
            and all(row.get(name) for name in having)
        ]

    def record(self, system: str, object_type: str, having: Collection[str] = (), **wanted: Any) -> Json:
        """The first such record; empty if there is none."""
        return next(iter(self.living(system, object_type, having, **wanted)), {})

    def control(self, system: str, name: str, body: Json | None = None, method: str = "POST") -> Json:
        """Call another control of a simulated system."""
        answer = requests.request(method, f"{self.urls[system]}/_control/{name}", json=body, timeout=30)
        assert answer.ok, answer.text
        found: Json = answer.json()
        return found

    @contextlib.contextmanager
    def fault(self, system: str, kind: str, **more: Any) -> Iterator[None]:
        """Let a system misbehave for the length of the block; `times` None is until its end."""
        self.control(system, "fault", {"kind": kind, "times": None, **more})
        try:
            yield
        finally:
            self.control(system, "fault", method="DELETE")

    def strikes_left(self, system: str) -> int:
        """How often the faults of a system will strike yet."""
        # one that never strikes is the way to be told of the others
        told = self.control(system, "fault", {"kind": "slow", "times": 0})
        return sum(int(fault["times"]) for fault in told["faults"])

    @contextlib.contextmanager
    def notices_held(self) -> Iterator[None]:
        """Hold the store's webhooks back for the length of the block."""
        self.control("shopify", "webhooks", {"paused": True})
        try:
            yield
        finally:
            self.control("shopify", "webhooks", {"paused": False})

    @contextlib.contextmanager
    def unread(self, system: str) -> Iterator[None]:
        """Let the hub not look into a system for the length of the block: whatever was looking has ended."""
        self.desk(SCHEDULE, code=system, seconds=0)
        self.until(f"nothing reads {system}", lambda: self.desk(HOLD, code=system))
        try:
            yield
        finally:
            self.desk(RELEASE, code=system)
            self.desk(SCHEDULE, code=system, seconds=PULL_EVERY[system])

    def signed(self, topic: str, body: bytes) -> dict[str, str]:
        """The headers with which the store sends a notice."""
        secret = self.secrets["shopify"]["webhook_secret"].encode()
        return {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": world.SHOP,
            "X-Shopify-API-Version": "2026-10",
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Hmac-Sha256": base64.b64encode(hmac.digest(secret, body, "sha256")).decode(),
        }

    def writes(self) -> dict[str, int]:
        """How many records were written in each system through its API, ever."""
        return {code: int(self.control(code, "counters", method="GET")["writes"]) for code in sorted(self.urls)}

    def has_all_ids(self, account: str) -> Json:
        """A Salesforce account once it holds the numbers of SAP and of the store; empty before."""
        return self.record("salesforce", "Account", Id=account, having=("SAP_Id__c", "Store_Id__c"))

    def partner(self, number: str) -> Json:
        """A business partner of SAP."""
        return self.record("sap", "A_BusinessPartner", BusinessPartner=number)

    # ---- other programs, and the hub's own people -----------------------------------------------------------------

    def hub(self, path: str, *, method: str = "GET", **more: Any) -> requests.Response:
        """Call the hub's API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, f"{self.web}/api/v1/{path}", headers=headers, timeout=30, **more)

    def golden_of(self, system: str, external_id: str) -> Json:
        """The golden customer that a system's record belongs to; empty if there is none."""
        return self.outside.customer_of(system, external_id)

    def golden(self, uid: str) -> Json:
        """One golden customer by any id it ever had."""
        answer = self.hub(f"customers/{uid}")
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def pushes(self) -> dict[str, int]:
        """How many writes the hub says it made, by connection."""
        pushed: dict[str, int] = self.hub("traffic").json()["pushes"]
        return pushed

    def proposals(self, golden: str) -> list[Json]:
        """All proposals about a golden customer."""
        items = self.hub("proposals", params={"limit": 1000}).json()["items"]
        return [row for row in items if row["customer"] == golden]

    def relations(self, golden: str) -> list[Json]:
        """All active relations of a golden customer."""
        items = self.hub("relations", params={"limit": 1000}).json()["items"]
        return [row for row in items if golden in (row["source"], row["target"]) and row["status"] == "active"]

    def desk(self, code: str, /, **given: Any) -> Any:
        """What an admin does in the Django shell: runs the code, gives what it calls `answer`."""
        assert self._shell is not None and self._shell.stdin and self._shell.stdout
        self._shell.stdin.write(json.dumps({"code": textwrap.dedent(code), "given": given}) + "\n")
        self._shell.stdin.flush()
        said = json.loads(self._shell.stdout.readline())
        assert "error" not in said, said["error"]
        return said["answer"]

    # ---- waiting --------------------------------------------------------------------------------------------------

    def until(self, what: str, look: Callable[[], T], within: float = PATIENCE) -> T:
        """Look again and again until there is something to see, and give it; fails with `what` when time is up."""
        end = time.monotonic() + within
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError(f"After {within:.0f} s it was still not so that {what}; last seen: {found!r}")
            time.sleep(0.2)

    def quiet(self) -> None:
        """Wait until all that is known to the hub is worked off, and no notice is on its way to it."""
        self.until("all is quiet", lambda: self._calm() and self._calm())

    def settle(self) -> None:
        """Wait until every system was read from its first to its last object since now, and all of that worked off."""
        since = dict.fromkeys(self.urls, datetime.now(UTC))
        # A read that was under way may have missed the last change; the second one surely began after now.
        for _ in range(2):
            self.desk(NUDGE)
            for code in self.urls:
                since[code] = self.until(f"{code} was read", lambda code=code: self._read_since(code, since[code]))
        self.quiet()

    def _read_since(self, code: str, since: datetime) -> datetime | None:
        """When its last object was read, all of them having been read one after the other since then."""
        pulls = self.hub("traffic").json()["pulled_at"].get(code, {})
        times = [datetime.fromisoformat(at) if at else since for at in pulls.values()]
        return times[-1] if times and since < times[0] and times == sorted(times) else None

    def _calm(self) -> bool:
        shop = self.control("shopify", "webhooks", method="GET")
        return not shop["waiting"] and bool(self.hub("traffic").json()["quiet"])

    def contradictions(self) -> list[str]:
        """What is not as it should be once all is quiet: dead letters, slots that drifted, golden records that a
        rebuild from their inputs would make otherwise."""
        self.settle()
        dead = [row["error"] for row in self.hub("dead-letters", params={"limit": 1000}).json()["items"]]
        return dead + list(self.desk(CONTRADICTIONS))

    # ---- telling what went wrong ----------------------------------------------------------------------------------

    def report(self) -> str:
        """What a person needs to see when something did not happen: traffic, dead letters, the worker's last lines."""
        try:
            told = [*(self.hub(path).json() for path in ("traffic", "dead-letters")), *self.desk(OWED)]
        except (requests.RequestException, AssertionError) as error:
            told = [str(error)]
        log = Path(self.env["DATA_DIR"]) / "logs" / "worker.log"
        tail = log.read_text(errors="replace").splitlines()[-40:] if log.exists() else []
        return "\n".join([*(json.dumps(part) for part in told), *(line[:400] for line in tail)])

    # ---- processes ------------------------------------------------------------------------------------------------

    @property
    def redis(self) -> redis.Redis:
        """The broker, which may be emptied at any time."""
        return redis.Redis.from_url(self.env["REDIS_URL"])

    def start_worker(self) -> None:
        """Start a worker; one that was killed is forgotten."""
        if self.worker is not None:
            self.services.supervisor.stop_child(self.worker)
        self.worker = stack.worker(self.services.supervisor, self.env)

    def _open_desk(self) -> None:
        argv = [sys.executable, "-m", "tests.live.desk"]
        self._shell = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.env, cwd=stack.PROJECT
        )

    def _close_desk(self) -> None:
        if self._shell is not None:
            self._shell.communicate()


@contextlib.contextmanager
def start(services: embedded.Services) -> Iterator[Live]:
    """Everything up and running on a database of its own: three empty systems, a hub that reads and writes them."""
    own = {"DATABASE_URL": _database(services.database_url), "REDIS_URL": _broker(services.redis_url)}
    env = {**stack.environment(services.env), **own, "DELIVERY_LEASE_SECONDS": str(LEASE)}
    planned = world.systems()
    live = Live(services, env, {row.code: row.secrets for row in planned})
    servers = {child.name for child in services.supervisor.children}
    try:
        live._open_desk()
        for system in planned:
            live.urls[system.code] = stack.sandbox(services.supervisor, live.env, system.code, system.sandbox)
        told = [{**asdict(system), "options": {**system.options, "overlap_seconds": OVERLAP}} for system in planned]
        live.token = live.desk(FURNISH, planned=told, urls=live.urls, pull_every=PULL_EVERY)
        live.web = stack.web(services.supervisor, live.env, 0)
        live.desk(PREPARE, codes=list(live.urls), web=live.web)
        live.start_worker()
        stack.beat(services.supervisor, live.env)
        yield live
    finally:
        for child in reversed([*services.supervisor.children]):
            if child.name not in servers:
                services.supervisor.stop_child(child)
        live._close_desk()


def _database(url: str) -> str:
    """A fresh database beside the one of the other tests; gives its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def _broker(url: str) -> str:
    """A database of our own of the broker, so that no wake-up of another test reaches our workers; gives its URL."""
    plain, _, _ = url.partition("?")
    own = f"{plain}?db=7" if plain.startswith("unix:") else urlunsplit(urlsplit(plain)._replace(path="/7"))
    with redis.Redis.from_url(own) as client:
        client.flushdb()
    return own

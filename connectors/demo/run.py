"""Run the whole hub with three simulated systems: supervise the processes, show progress, print the summary."""

from __future__ import annotations

import json
import multiprocessing
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from celery import Task
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from connectors import reach, tasks
from connectors.api.traffic import is_quiet, state_of_traffic
from connectors.demo import estate, stack, story, world
from connectors.demo.audit import Auditor
from connectors.models import Access, Cursor, Delivery
from mdm import outbox
from mdm.access import Viewer
from mdm.models import Connection
from mdm.pipeline import rebuild
from mdm.processes import Supervisor
from mdm.selectors import golden, systems

PATIENCE = 300.0  # seconds a phase may take before the demo gives up
ASK_AGAIN = 3.0  # seconds until a pull is asked for again that another one under way has turned away
CRASH = re.compile(r"Task [^\[]+\[[^]]+\] raised unexpected: (?!OperationalError).{0,280}")  # a lost race is run again


class Failed(Exception):
    """The demo could not do what it came for; the message says what to look at."""


@dataclass(slots=True)
class Demo:
    """One running demo."""

    seed: int
    scale: float
    supervisor: Supervisor
    env: dict[str, str]
    out: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    web: str = ""
    planned: list[world.System] = field(default_factory=world.systems)

    @contextmanager
    def phase(self, name: str, words: str) -> Iterator[None]:
        """Time a phase and say what goes on."""
        self.out(f"{words} ...")
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 1)
        self.out(f"  done in {self.seconds[name]} s")


def start(demo: Demo) -> tuple[estate.Estate, list[tuple[str, str]], str]:
    """Everything up to three observed systems and a hub that runs."""
    with demo.phase("migrate", "Preparing the database"):
        begun = {
            system.code: stack.begin_sandbox(demo.supervisor, demo.env, system.code, system.sandbox)
            for system in demo.planned
        }
        world.wipe()
        # its many changes cost a third of the time while there is nothing else yet
        call_command("migrate", "oauth2_provider", verbosity=0)
        call_command("migrate", verbosity=0)
    with demo.phase("start", "Starting three simulated systems, web server, workers and beat"):
        for code, child in begun.items():
            demo.urls[code] = stack.address(demo.supervisor, child)
        world.furnish(demo.planned, demo.urls)
        logins, token = world.people(), world.client_token()
        demo.web = stack.hub(demo.supervisor, demo.env)
    with demo.phase("estate", f"Filling the three systems (seed {demo.seed}, scale {demo.scale:g})"):
        made = estate.build(demo.seed, demo.scale)
        for code in demo.urls:
            load(demo.urls[code], getattr(made, code))
        for row in Connection.objects.all():
            reach.prepare(row, f"{demo.web}/webhooks/{row.code}")
    return made, logins, token


def master(demo: Demo) -> None:
    """Pull everything and master it, while no system is written to yet."""
    with demo.phase("load", "Loading and mastering all three systems"):
        _in_full(demo, tasks.pull, full=True)


def write_back(demo: Demo) -> None:
    """Let the hub write: ids, corrected values and missing records go to the systems."""
    with demo.phase("write_back", "Writing ids and golden values back"):
        Connection.objects.update(mode=Connection.Mode.WRITE)
        push_all()
        wait(demo)
    # Not before: all that a pull meanwhile could read is what we have just written, time and again.
    for system in demo.planned:
        Access.objects.filter(connection__code=system.code).update(pull_every=system.pull_every)


def push_all() -> None:
    """Owe every slot of every golden record a look."""
    with transaction.atomic():
        outbox.emit(("look", kind, pk, "") for kind, pk in systems.subjects())


def once(demo: Demo, made: estate.Estate, token: str) -> dict[str, Any]:
    """The scripted run: live changes, a seeded drift, a second full pull and push, the audit. Gives the summary."""
    auditor = _auditor(demo, made, token)
    master(demo)
    with demo.phase("accuracy", "Scoring against the truth, before any human decision"):
        result = auditor.accuracy()
        found = golden.counts(Viewer(user=None))
    write_back(demo)
    with demo.phase("changes", "Playing live changes"):
        told = story.play(demo.urls, demo.web, token, lambda seen: _settle(demo, seen))
    with demo.phase("drift", "Planting a drift and having it found and healed"):
        told |= story.drift(demo.urls, lambda: _in_full(demo, tasks.reconcile))
    with demo.phase("second_run", "Pulling and pushing everything a second time"):
        before = _pushes()
        _in_full(demo, tasks.pull, full=True)
        push_all()
        wait(demo)
        second = _pushes() - before
    with demo.phase("audit", "The auditor compares the systems with the hub"), _beside() as beside:
        audited = beside.submit(auditor.audit)
        rebuilt = [*rebuild.check()]
        compared, complete = audited.result()
    traffic: dict[str, Any] = state_of_traffic()
    dead = traffic["inbox"].get("dead", 0) + traffic["deliveries"].get("dead", 0)
    return {
        "seed": demo.seed,
        "scale": demo.scale,
        "source_records": sum(found["source_records"].values()),
        "golden": {**found["golden"], "product": sum(found["products"].values())},
        "auto_linked": found["links"].get("attach", 0) + found["links"].get("join", 0),
        "review": found["review"],
        "conflicts": golden.counts(Viewer(user=None))["proposals"].get("open", 0),
        "pushes": traffic["pushes"],
        "second_run_pushes": second,
        "ids_complete": complete,
        "precision": result["precision"],
        "recall": result["recall"],
        "recall_by_dirt": result["recall_by_dirt"],
        "naive": result["naive"],
        "drift": compared["drift"],
        "doubled": compared["doubled"],
        "missing": compared["missing"],
        "examples": compared.get("examples", [])[:5],
        "rebuild_differences": len(rebuilt),
        "dead_letters": dead,
        "story": told,
        "seconds": demo.seconds,
    }


def _beside() -> ProcessPoolExecutor:
    """A process for one thing to be done meanwhile; not forked, so that it shares no connection with this one."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def expectations(result: dict[str, Any]) -> list[str]:
    """What the summary should say and does not; empty when all is well."""
    wrong = [f"{name} is {result[name]}, not 0" for name in ZERO if result[name] != 0]
    for entity, precision in result["precision"].items():
        wrong += _below({entity: precision}, PRECISION.get(entity, 0.99), "precision")
    wrong += _below(result["recall"], 0.85, "recall")
    wrong += [
        f"the naive {rule} reaches {score['recall']} recall on {entity}s: the estate is too easy"
        for rule, scores in result["naive"].items()
        for entity, score in scores.items()
        if score["recall"] >= 0.6
    ]
    wrong += [
        f"ids of {entity}s are complete on {have} of {should} in {code}"
        for entity, by_connection in result["ids_complete"].items()
        for code, (have, should) in by_connection.items()
        if have != should
    ]
    return wrong + [f"story: {name} did not happen" for name, happened in result["story"].items() if not happened]


def _below(values: dict[str, float], floor: float, name: str) -> list[str]:
    return [f"{name} of {entity}s is {value}, below {floor}" for entity, value in values.items() if value < floor]


PRECISION = {"product": 0.995}
ZERO = ("second_run_pushes", "drift", "doubled", "missing", "dead_letters", "rebuild_differences")


def wait(demo: Demo, also: Callable[[], bool] = lambda: True, settle: float = 0.5) -> None:
    """Wait until nothing is under way anywhere for `settle` seconds, and say how far things are."""
    end, calm, told = time.monotonic() + PATIENCE, 0.0, time.monotonic()
    last = time.monotonic()
    while calm < settle:
        time.sleep(0.2)
        demo.supervisor.check()
        now = time.monotonic()
        calm = calm + now - last if is_quiet() and also() else 0.0
        last = now
        if now - told > 3:
            told = now
            demo.out(f"  {_progress(state_of_traffic())}")
            _no_crash(demo)
        if now > end:
            state = json.dumps(state_of_traffic(), default=str)
            raise Failed(f"Not quiet after {PATIENCE:.0f} s: {state}; see the logs in {settings.DATA_DIR / 'logs'}")


def _settle(demo: Demo, seen: Callable[[], bool]) -> None:
    """Wait until all is quiet and something is seen; what is not seen after a while will not come."""
    end = time.monotonic() + 30
    wait(demo, lambda: seen() or time.monotonic() > end, settle=0.5)


def _no_crash(demo: Demo) -> None:
    """A task that failed in a way nobody foresaw would only be tried again and again: say so at once."""
    for child in demo.supervisor.children:
        found = CRASH.search(child.log_text()) if child.name == "worker" else None
        if found:
            raise Failed(f"A worker's task failed: {found[0][:300]}; see {child.log_path}")


def _progress(traffic: dict[str, Any]) -> str:
    deliveries = traffic["deliveries"]
    open_ = deliveries.get("waiting", 0) + deliveries.get("sending", 0)
    return (
        f"inbox {traffic['inbox'].get('waiting', 0)} waiting, {traffic['inbox'].get('done', 0)} done; "
        f"deliveries {open_} open, {deliveries.get('done', 0)} done, {deliveries.get('dead', 0)} dead; "
        f"{sum(traffic['pushes'].values())} writes"
    )


def _in_full(demo: Demo, task: Task[Any, Any], **values: bool) -> None:
    """Have every system read in full, and wait until all that came of it is done."""
    begun, rows = timezone.now(), list(Connection.objects.all())
    asked: dict[int, float] = {}

    def read() -> bool:
        left = [row for row in rows if not _read_since(row, begun)]
        for row in left:
            if _idle(row) and time.monotonic() - asked.get(row.pk, 0.0) > ASK_AGAIN:
                asked[row.pk] = time.monotonic()
                task.delay(connection=row.pk, **values)
        return not left and all(map(_idle, rows))

    read()
    wait(demo, read)


def _read_since(row: Connection, begun: datetime) -> bool:
    wanted = {object_type.name for object_type in reach.object_types(row)}
    read = Cursor.objects.filter(connection=row, full_at__gte=begun)
    return wanted <= set(read.values_list("object_type", flat=True))


def _idle(row: Connection) -> bool:
    """Whether nothing reads or compares this system now."""
    with reach.alone(tasks.PULL.format(code=row.code)) as idle:
        return idle


def _pushes() -> int:
    return sum(Delivery.objects.values_list("pushes", flat=True))


def _auditor(demo: Demo, made: estate.Estate, token: str) -> Auditor:
    by_code = {system.code: system for system in demo.planned}
    reached = {code: {"url": url, **by_code[code].secrets} for code, url in demo.urls.items()}
    reached["shopify"]["shop"] = world.SHOP
    return Auditor(demo.web, token, reached, made.truth)


def load(url: str, records: list[dict[str, Any]]) -> None:
    answer = requests.post(f"{url}/_control/load", json={"records": records}, timeout=120)
    if answer.status_code != 200:
        raise Failed(f"A simulated system refused the estate: {answer.text[:500]}")

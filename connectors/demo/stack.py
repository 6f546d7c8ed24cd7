"""The processes the demo and the tests of whole journeys start: simulated systems, web server, worker and beat."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from mdm.processes import Child, Supervisor

PROJECT = Path(settings.BASE_DIR)
READY = re.compile(r"ready \S+ (http://\S+)")
WORKS, BEATS = re.compile("ready"), re.compile("beat: Starting|Scheduler")
TIMEOUT = 60.0  # seconds a process may take to be ready
WORKERS = 6  # one for each kind of work and system; most of the time they wait for an answer
CELERY = [sys.executable, "-m", "celery", "-A", "mdm"]

Env = dict[str, str]


class NoPort(Exception):
    """This machine has no free port."""


def environment(services: Mapping[str, str]) -> Env:
    """What every child process needs: where the data is, and where PostgreSQL and Redis are."""
    return {**os.environ, **services, "DATA_DIR": str(settings.DATA_DIR), "DJANGO_SETTINGS_MODULE": "mdm.settings"}


def sandbox(supervisor: Supervisor, env: Env, kind: str, options: Mapping[str, Any], name: str = "") -> str:
    """Start a simulated system on a free port; gives its address."""
    return address(supervisor, begin_sandbox(supervisor, env, kind, options, name))


def begin_sandbox(supervisor: Supervisor, env: Env, kind: str, options: Mapping[str, Any], name: str = "") -> Child:
    """Start a simulated system on a free port without waiting for it."""
    argv = [sys.executable, "-m", "connectors.sandbox", kind, "--port", "0", "--options", json.dumps(options)]
    return _spawn(supervisor, env, name or kind, argv)


def address(supervisor: Supervisor, child: Child) -> str:
    """Where a simulated system answers, as soon as it does."""
    supervisor.wait_ready(child, READY, TIMEOUT)
    found = READY.search(child.log_text())
    assert found is not None
    return found[1]


def hub(supervisor: Supervisor, env: Env, wanted: int = 8000) -> str:
    """Start web server, worker and beat, all at once; gives the web address, on the wanted port if it is free."""
    place, answers = _place(wanted)
    server = _begin_web(supervisor, env, place)
    pool, clock = _begin_worker(supervisor, env), _begin_beat(supervisor, env)
    supervisor.wait_ready(server, answers, TIMEOUT)
    supervisor.wait_ready(pool, WORKS, TIMEOUT)
    supervisor.wait_ready(clock, BEATS, TIMEOUT)
    return place


def web(supervisor: Supervisor, env: Env, wanted: int) -> str:
    """Start the web server; gives its address."""
    place, answers = _place(wanted)
    supervisor.wait_ready(_begin_web(supervisor, env, place), answers, TIMEOUT)
    return place


def worker(supervisor: Supervisor, env: Env) -> Child:
    """Start a worker with its pool of processes."""
    child = _begin_worker(supervisor, env)
    supervisor.wait_ready(child, WORKS, TIMEOUT)
    return child


def beat(supervisor: Supervisor, env: Env) -> Child:
    """Start the clock that wakes whatever has work waiting."""
    child = _begin_beat(supervisor, env)
    supervisor.wait_ready(child, BEATS, TIMEOUT)
    return child


def _begin_web(supervisor: Supervisor, env: Env, place: str) -> Child:
    bind = place.removeprefix("http://")
    argv = [sys.executable, "-m", "gunicorn", "mdm.wsgi:application", "--bind", bind]
    return _spawn(supervisor, env, "web", [*argv, "--threads", "4", "--workers", "1"])


def _begin_worker(supervisor: Supervisor, env: Env) -> Child:
    argv = [*CELERY, "worker", "-c", str(WORKERS), "--without-gossip", "--without-mingle"]
    return _spawn(supervisor, env, "worker", argv)


def _begin_beat(supervisor: Supervisor, env: Env) -> Child:
    return _spawn(supervisor, env, "beat", [*CELERY, "beat"])


def _spawn(supervisor: Supervisor, env: Env, name: str, argv: list[str]) -> Child:
    log = Path(env["DATA_DIR"]) / "logs" / f"{name}.log"
    return supervisor.spawn(name, argv, log_path=log, env=env, cwd=PROJECT)


def _place(wanted: int) -> tuple[str, Callable[[], bool]]:
    """An address that is free, and how to ask whether the web server answers there."""
    place = f"http://127.0.0.1:{_free_port(wanted)}"
    return place, lambda: _answers(f"{place}/healthz")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
            except OSError:
                continue
    raise NoPort("No free port on this machine.")

"""The processes the demo and the tests of whole journeys start: simulated systems, web server, worker and beat."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from mdm.processes import Child, Supervisor

PROJECT = Path(settings.BASE_DIR)
READY = re.compile(r"ready \S+ (http://\S+)")
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
    argv = [sys.executable, "-m", "connectors.sandbox", kind, "--port", "0", "--options", json.dumps(options)]
    found = READY.search(_spawn(supervisor, env, name or kind, argv, READY).log_text())
    assert found is not None
    return found[1]


def hub(supervisor: Supervisor, env: Env, wanted: int = 8000) -> str:
    """Start web server, worker and beat; gives the web address, on the wanted port if it is free."""
    address = web(supervisor, env, wanted)
    worker(supervisor, env)
    beat(supervisor, env)
    return address


def web(supervisor: Supervisor, env: Env, wanted: int) -> str:
    """Start the web server; gives its address."""
    port = _free_port(wanted)
    address = f"http://127.0.0.1:{port}"
    argv = [sys.executable, "-m", "gunicorn", "mdm.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    _spawn(supervisor, env, "web", [*argv, "--threads", "4", "--workers", "1"], lambda: _answers(f"{address}/healthz"))
    return address


def worker(supervisor: Supervisor, env: Env) -> Child:
    """Start a worker with its pool of processes."""
    argv = [*CELERY, "worker", "-c", str(WORKERS), "--without-gossip", "--without-mingle"]
    return _spawn(supervisor, env, "worker", argv, re.compile("ready"))


def beat(supervisor: Supervisor, env: Env) -> Child:
    """Start the clock that wakes whatever has work waiting."""
    return _spawn(supervisor, env, "beat", [*CELERY, "beat"], re.compile("beat: Starting|Scheduler"))


def _spawn(supervisor: Supervisor, env: Env, name: str, argv: list[str], ready: Any) -> Child:
    log = Path(env["DATA_DIR"]) / "logs" / f"{name}.log"
    return supervisor.spawn(name, argv, log_path=log, env=env, cwd=PROJECT, ready=ready, timeout=60)


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

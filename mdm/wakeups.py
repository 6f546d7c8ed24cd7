"""Wake workers by task name, once for any number of reasons: what waits is read from the database."""

from __future__ import annotations

import json
from functools import cache

import redis
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

HELD = 5  # seconds one wake-up stands for all later ones, should its task never begin


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)


def _name(task: str, kwargs: dict[str, object]) -> str:
    return f"goldenrod:wake:{task}:{json.dumps(kwargs, sort_keys=True)}"


def send(app: Celery, task: str, kwargs: dict[str, object]) -> None:
    """Queue a task unless the same one is queued and has not begun: that one will see what we have committed.

    Where the broker is away, beat sweeps up what the wake-up would have started.
    """
    try:
        if _client().set(_name(task, kwargs), 1, nx=True, ex=HELD):
            app.send_task(task, kwargs=kwargs, ignore_result=True, retry=False)
    except (OSError, OperationalError, redis.RedisError):
        pass


def begun(task: str, kwargs: dict[str, object]) -> None:
    """A task begins: whatever is committed from now on needs a wake-up of its own."""
    try:
        _client().delete(_name(task, kwargs))
    except (OSError, redis.RedisError):
        pass

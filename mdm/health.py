"""Probes: /healthz says that the process lives, /readyz that it can do its work."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    """200 while the process answers; a restart cures the rest."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503; each part says "ok" or, in a sentence, what to do."""
    parts = {name: probe() for name, probe in _PROBES.items()}
    works = all(answer == "ok" for answer in parts.values())
    return JsonResponse({"status": "ok" if works else "unavailable", **parts}, status=200 if works else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer: check that it runs and that DATABASE_URL is right."
    return "ok"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "Unknown, since the database does not answer."
    return f"{len(waiting)} migrations wait: run `manage.py migrate`." if waiting else "ok"


def _broker() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "Redis does not answer: check that it runs and that REDIS_URL is right."
    return "ok"


_PROBES: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "broker": _broker}

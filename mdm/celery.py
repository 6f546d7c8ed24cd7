"""The Celery application. Its broker carries wake-ups only: it may be wiped at any time."""

import os
from typing import Any

from celery import Celery, signals
from kombu.transport import redis

# A closing channel would put back what its worker has not acknowledged; with the broker away that raises, and ends the
# worker. What is lost is a wake-up, which beat makes good.
redis.Channel.do_restore = False

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")

app = Celery("goldenrod")
# every option is a CELERY_ setting, the beat schedule (CELERY_BEAT_SCHEDULE) among them
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.task_prerun.connect
def _begin(task: Any, kwargs: dict[str, object] | None = None, **_: object) -> None:
    """As at the start of a web request: drop a connection that is too old or broken, keep one that works."""
    from django.db import close_old_connections

    from mdm import wakeups

    close_old_connections()
    wakeups.begun(task.name, kwargs or {})

"""The Celery application. Its broker carries wake-ups only: it may be wiped at any time."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")

app = Celery("goldenrod")
# every option is a CELERY_ setting, the beat schedule (CELERY_BEAT_SCHEDULE) among them
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

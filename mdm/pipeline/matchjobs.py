"""Work on match models that takes minutes: asked for by people, done by a worker, seen on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from mdm import outbox
from mdm.models import MatchJob, MatchModel
from mdm.pipeline import audit, training

log = structlog.get_logger(__name__)
LOST = timedelta(minutes=10)  # without a sign of life: the worker is gone, another one may begin anew
PULSE = 60.0  # seconds between two signs of life
BEAT = 2.0  # seconds between two notes of progress
TASK = "mdm.tasks.match_jobs"
Told = Callable[[str, float], None]


def train(entity: str, *, note: str = "", user_id: int | None = None) -> MatchJob:
    """Have a version trained and compared with the one in force; gives the training under way, if there is one."""
    return _asked(MatchJob(kind=MatchJob.Kind.TRAIN, entity=entity, note=note[:200], asked_by_id=user_id))


def compare(entity: str, first: int, second: int, *, user_id: int | None = None) -> MatchJob:
    """Have two versions compared, `first` taken as the one in force; gives the one under way, if any."""
    return _asked(MatchJob(kind=MatchJob.Kind.COMPARE, entity=entity, first=first, second=second, asked_by_id=user_id))


@transaction.atomic
def _asked(job: MatchJob) -> MatchJob:
    MatchJob.objects.bulk_create([job], ignore_conflicts=True)
    outbox.wake(TASK)
    same = MatchJob.objects.filter(kind=job.kind, entity=job.entity, first=job.first, second=job.second)
    return same.filter(state__in=MatchJob.UNDER_WAY).first() or _asked(job)  # the one that was there has just ended


def work() -> None:
    """Do all that waits, and what a worker that is gone has left."""
    while (job := claim()) is not None:
        run(job)


def claim(pk: int | None = None) -> MatchJob | None:
    """Take the oldest job that waits, or this one, for ourselves; None where there is none."""
    now = timezone.now()
    free = Q(state=MatchJob.State.WAITING) | Q(state=MatchJob.State.RUNNING, beat_at__lt=now - LOST)
    rows = MatchJob.objects.filter(free) if pk is None else MatchJob.objects.filter(free, pk=pk)
    with transaction.atomic():
        job = rows.select_for_update(skip_locked=True).order_by("pk").first()
        if job is not None:
            job.state, job.beat_at, job.phase, job.share = MatchJob.State.RUNNING, now, "", 0.0
            job.save(update_fields=["state", "beat_at", "phase", "share"])
    return job


def run(job: MatchJob, told: Told = lambda phase, share: None) -> None:
    """Do a job that was claimed; what goes wrong is written down in it."""
    telling = _Telling(job, told)
    alive = Event()
    Thread(target=_beat, args=(job.pk, alive), daemon=True).start()
    try:
        if job.kind == MatchJob.Kind.TRAIN:
            _train(job, telling)
        else:
            job.result = audit.compare(job.entity, job.first, job.second or 0, telling)
        job.state = MatchJob.State.DONE
    except (training.TooFew, audit.Unknown, ImproperlyConfigured) as refused:
        job.state, job.trouble = MatchJob.State.FAILED, str(refused)
    except Exception as error:
        log.exception("a job on match models failed", job=job.pk)
        job.state, job.trouble = (
            MatchJob.State.FAILED,
            f"It ended with an error that is in the log: {type(error).__name__}.",
        )
    finally:
        alive.set()
    job.share, job.finished_at = 1.0, timezone.now()
    job.save()


def _beat(pk: int, over: Event) -> None:
    """Signs of life while a phase takes long and tells nothing."""
    while not over.wait(PULSE):
        _alive(pk)


def _alive(pk: int) -> None:
    try:
        MatchJob.objects.filter(pk=pk).update(beat_at=timezone.now())
    except DatabaseError as error:
        log.warning("a sign of life was lost", job=pk, error=str(error))
    finally:
        connection.close()  # this thread's own


def _train(job: MatchJob, told: Told) -> None:
    """A version, and what it would change beside the one in force."""
    made = training.train(job.entity, note=job.note, user_id=job.asked_by_id, told=told)
    in_force = MatchModel.objects.filter(entity=job.entity, state=MatchModel.State.PUBLISHED)
    first = in_force.values_list("version", flat=True).first() or 0
    job.result = audit.compare(job.entity, first, made.version, told)
    job.first, job.second = first, made.version


class _Telling:
    """Progress, kept in the job now and then."""

    def __init__(self, job: MatchJob, told: Told) -> None:
        self.job, self.told, self.last = job, told, 0.0

    def __call__(self, phase: str, share: float) -> None:
        self.told(phase, share)
        if phase != self.job.phase or time.monotonic() - self.last > BEAT:
            self.job.phase, self.job.share, self.last = phase[:40], share, time.monotonic()
            row = MatchJob.objects.filter(pk=self.job.pk)
            row.update(phase=self.job.phase, share=share, beat_at=timezone.now())

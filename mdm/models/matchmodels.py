"""Learned match models, a version each, and which of them the records of an entity follow."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.entities import ENTITIES, MASTERED

ENTITY_CHOICES = [(name, ENTITIES[name].label) for name in MASTERED]


class MatchModel(models.Model):
    """One trained version for an entity; `data` is all it needs to match, `model` and `figures` what people read.

    `figures`: of the run that trained it.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETIRED = "retired"

    entity = models.CharField(max_length=40, choices=ENTITY_CHOICES)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    figures = models.JSONField(default=dict)
    model = models.JSONField(default=dict)
    data = models.BinaryField()
    history = HistoricalRecords(excluded_fields=["figures", "model", "data"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "version"], name="match_model_once"),
            models.UniqueConstraint(
                fields=["entity"], condition=Q(state="published"), name="match_model_published_once"
            ),
            models.CheckConstraint(condition=Q(version__gt=0), name="match_model_numbered"),  # 0 is the built-in one
        ]

    def __str__(self) -> str:
        return f"{self.entity}-{self.version}"


class Changeover(models.Model):
    """How far the records of an entity follow the match model that was published last, None for the built-in one.

    First all records get the keys of the coming model beside those in force; then it is in force, and edges and links
    follow. `cursor`: the last record that is done in this stage. `former`: what was in force before. `by`: the match
    rules all records follow, or will when this is done; `rule_set`: the set for whose match rules it runs, if it does.
    """

    class Stage(models.TextChoices):
        KEYS = "keys"
        EDGES = "edges"
        LINKS = "links"
        DONE = "done"

    entity = models.CharField(max_length=40, choices=ENTITY_CHOICES, unique=True)
    model = models.ForeignKey(MatchModel, null=True, on_delete=models.PROTECT, related_name="+")
    former = models.ForeignKey(MatchModel, null=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.KEYS)
    cursor = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    by = models.JSONField(default=dict)
    rule_set = models.PositiveIntegerField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.entity} to version {self.version}: {self.stage}"

    @property
    def version(self) -> int:
        """The version that is to be followed; 0 is the built-in model."""
        return self.model.version if self.model else 0

    @property
    def former_version(self) -> int:
        """The version that was in force before, which to go back to."""
        return self.former.version if self.former else 0

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.total = max(self.total, self.done)
        super().save(*args, **kwargs)


class MatchJob(models.Model):
    """Work on match models that takes minutes: training a version, or comparing two; 0 is the built-in one.

    `beat_at`: when whoever does it was last seen alive; another one takes over after a while.
    """

    class Kind(models.TextChoices):
        TRAIN = "train"
        COMPARE = "compare"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    UNDER_WAY = (State.WAITING, State.RUNNING)

    kind = models.CharField(max_length=10, choices=Kind.choices)
    entity = models.CharField(max_length=40, choices=ENTITY_CHOICES)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    first = models.PositiveIntegerField(default=0)
    second = models.PositiveIntegerField(null=True)  # of a training the version that came out
    note = models.CharField(max_length=200, blank=True)
    phase = models.CharField(max_length=40, blank=True)
    share = models.FloatField(default=0)
    trouble = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "entity", "first", "second"],
                condition=Q(state__in=["waiting", "running"]),
                nulls_distinct=False,
                name="match_job_once",
            )
        ]
        indexes = [models.Index(fields=["entity", "second", "-id"], name="match_job_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.entity} {self.pk}"

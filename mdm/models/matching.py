"""The match index, evidence between records, links, human decisions, and the stewards' cases."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import F, Q

from mdm.engine.matching.limits import LARGEST
from mdm.models.actors import Actor
from mdm.models.golden import GoldenRecord
from mdm.models.sources import SourceRecord

# A blocking key that more records share than this says nothing; nobody is compared for it.
OVERSIZED = LARGEST


class MatchKey(models.Model):
    """Blocking key of one source record, hashed to 64 bits; derived, rebuildable.

    `model`: whose key it is, 0 for the built-in model. Those of the built-in one are always there, for the search.
    """

    model = models.IntegerField(default=0, db_default=0)
    key = models.BigIntegerField()
    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="keys", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="match_key_once")]
        indexes = [models.Index(fields=["key", "record"], name="match_key")]

    @staticmethod
    def hashed(entity: str, text: str, model: int = 0) -> int:
        """A blocking key as the 64 signed bits it is stored as; those of two entities or models are never the same."""
        if model:
            text = f"{model} {entity} {text}"
        elif entity != "customer":  # these came first, and running hubs hold their keys without the name
            text = f"{entity} {text}"
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


class MatchEdge(models.Model):
    """Evidence between two source records that score in the match or review zone; derived, rebuildable."""

    class Zone(models.TextChoices):
        MATCH = "match"
        REVIEW = "review"

    a = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+", db_index=False)
    b = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    weight = models.FloatField()
    zone = models.CharField(max_length=10, choices=Zone.choices)
    evidence = models.JSONField(default=dict)
    model_version = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="match_edge_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="match_edge_ordered"),
        ]


class Link(models.Model):
    """Append-only statement that a source record belongs to a golden record; the newest one holds."""

    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="links")
    golden = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="links")
    cause = models.CharField(max_length=20)  # new attach join part created_there decided
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    model_version = models.CharField(max_length=40, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"Link {self.pk}"


class Decision(models.Model):
    """A human's lasting word on two source records; the newest on a pair holds and the machine never overrides it."""

    class Verdict(models.TextChoices):
        TOGETHER = "together"
        APART = "apart"
        WITHDRAWN = "withdrawn"

    a = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    case = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, related_name="decisions")  # decided there
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(a__lt=F("b")), name="decision_ordered")]

    def __str__(self) -> str:
        return f"Decision {self.pk}: {self.verdict}"


class Case(models.Model):
    """A steward's unit of work: the source records of two golden records of one entity that may be one."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    version = models.IntegerField(default=1)
    first = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField()
    evidence = models.JSONField(default=dict)
    resolution = models.CharField(max_length=20, blank=True)
    about = models.JSONField(default=list)  # the names of both when it was decided: a merge leaves only one
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], condition=Q(state="open"), name="case_open_once")
        ]
        indexes = [
            models.Index(fields=["actor", "-closed_at"], condition=Q(state="closed"), name="case_decided"),
            models.Index(F("weight").desc(), "id", condition=Q(state="open"), name="case_strongest"),
        ]

    def __str__(self) -> str:
        return f"Case {self.pk}"


class Proposal(models.Model):
    """A non-owner's edit of an owned attribute, waiting for a steward and then for the owner's confirmation."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"  # being written to the owner
        CONFIRMED = "confirmed"  # the owner holds it now
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"  # its source says something else by now

    golden = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="proposals")
    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="proposals")
    key = models.CharField(max_length=200)
    value = models.JSONField(null=True)
    value_digest = models.CharField(max_length=32)
    owner = models.CharField(max_length=40)
    owner_value = models.JSONField(null=True)
    source_time = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    version = models.IntegerField(default=1)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT)
    decided_at = models.DateTimeField(null=True)  # when a person accepted or rejected it

    class Meta:
        indexes = [
            models.Index(fields=["key", "owner"], condition=Q(state="open"), name="proposal_open"),
            models.Index(fields=["actor", "-decided_at"], condition=Q(actor__isnull=False), name="proposal_decided"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record", "key", "value_digest", "source_time"], name="proposal_once")
        ]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"

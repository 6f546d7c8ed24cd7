"""Source records and their accepted versions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Func, Q

from mdm.engine import testimony, values
from mdm.models.systems import Connection

# How an id begins as people see it: what follows the last slash, of that the 15 letters that both forms of a Salesforce
# id share. Literals only, so that the index below is used.
ID_LENGTH = 15
ID_BEGINS = Func("external_id", template=f"left(regexp_replace(%(expressions)s, '^.*/', ''), {ID_LENGTH})")


class SourceRecord(models.Model):
    """One object as one connection holds it (crosswalk). `cells` is its versions folded, derived from them."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        DELETED = "deleted"
        MERGED = "merged"

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="records")
    object_type = models.CharField(max_length=60)
    external_id = models.CharField(max_length=255)
    entity = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    merged_into = models.CharField(max_length=255, blank=True)
    crosswalk_key = models.UUIDField(default=uuid.uuid4, unique=True)
    # The golden record it belongs to; of a relation's record, the relation.
    golden = models.ForeignKey("mdm.GoldenRecord", null=True, on_delete=models.PROTECT, related_name="records")
    relation = models.ForeignKey("mdm.Relation", null=True, on_delete=models.SET_NULL, related_name="records")
    # Set where the hub created the record there: the record on whose behalf it did.
    created_for = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    cells = models.JSONField(default=dict)
    problems = models.JSONField(default=dict)
    first_at = models.DateTimeField()
    head_at = models.DateTimeField()
    head_observed_at = models.DateTimeField()
    head_digest = models.CharField(max_length=32)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "object_type", "external_id"], name="source_record_once")
        ]
        indexes = [
            models.Index(fields=["entity", "golden"], name="source_record_entity"),
            models.Index(ID_BEGINS, name="source_record_id"),
            # Who was merged into a record there: asked for every record that is linked, and hardly ever anybody.
            models.Index(
                fields=["connection", "object_type", "merged_into"],
                condition=Q(status="merged"),
                name="source_record_merged",
            ),
        ]

    def __str__(self) -> str:
        return self.source_key

    @property
    def source_key(self) -> str:
        return f"{self.source}:{self.external_id}"

    @property
    def source(self) -> str:
        """Where it stands: the objects of its type in its connection."""
        return f"{self.connection.code}:{self.object_type}"

    @property
    def age(self) -> tuple[str, str]:
        """Sorts the oldest source key first."""
        return (self.first_at.isoformat(), self.source_key)

    @property
    def state(self) -> testimony.State:
        return testimony.State(
            cells={key: values.Cell.from_json(cell) for key, cell in self.cells.items()},
            status=self.status,  # type: ignore[arg-type]
            merged_into=self.merged_into,
            head=(self.head_at, self.head_observed_at, self.head_digest),
        )

    def statements(self) -> dict[values.Key, values.Statement]:
        """What the system itself says, by attribute key; what the hub pushed is no testimony."""
        found = ((key, values.Cell.from_json(cell).stated) for key, cell in self.cells.items())
        return {values.Key.parse(key): stated for key, stated in found if stated is not None}

    def held(self) -> dict[str, values.Json]:
        """What the system was last observed to hold, by text key."""
        return {key: cell["v"] for key, cell in self.cells.items() if cell["v"] is not None}


class SourceVersion(models.Model):
    """An accepted version: the payload whole, and its standardised attributes. No foreign keys: it is pruned."""

    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    source_time = models.DateTimeField()
    observed_at = models.DateTimeField()
    digest = models.CharField(max_length=32)
    attributes = models.JSONField(default=dict)
    sent = models.JSONField(null=True)
    merged_into = models.CharField(max_length=255, blank=True)
    raw = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_id", "source_time", "digest"], name="source_version_once")
        ]

    def as_version(self) -> testimony.Version:
        return testimony.Version(
            kind=self.kind,
            source_time=self.source_time,
            observed_at=self.observed_at,
            digest=self.digest,
            attributes=self.attributes,
            sent=self.sent,
            merged_into=self.merged_into,
        )


class SourceRef(models.Model):
    """A relation end named by source key; resolved when the other side arrives."""

    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="refs")
    name = models.CharField(max_length=20)
    connection_id = models.BigIntegerField()
    object_type = models.CharField(max_length=60)
    external_id = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "name"], name="source_ref_once")]
        indexes = [models.Index(fields=["connection_id", "object_type", "external_id"], name="source_ref_target")]


class Crosswalk(models.Model):
    """A key promised to a record the hub is about to create, so that a lost reply is recognised."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    object_type = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    anchor = models.ForeignKey(SourceRecord, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "object_type", "subject_type", "subject_id"], name="crosswalk_once"
            )
        ]

"""How connections are reached, where pulls stand, what came in, and what is owed to the outside."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from connectors.secrets import SecretsField
from mdm.models.systems import Connection


class Access(models.Model):
    """Address, encrypted secrets and schedule of a connection."""

    connection = models.OneToOneField(Connection, primary_key=True, on_delete=models.CASCADE, related_name="access")
    base_url = models.URLField(max_length=300)
    secrets = SecretsField(default=dict, blank=True, help_text="Write-only; kept encrypted.")
    options = models.JSONField(default=dict, blank=True)
    pull_every = models.PositiveIntegerField(default=60, help_text="Seconds between incremental pulls; 0 = never.")
    reconcile_every = models.PositiveIntegerField(default=86400, help_text="Seconds between full compares; 0 = never.")
    prepared_at = models.DateTimeField(null=True, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)
    trouble = models.TextField(blank=True, editable=False, help_text="What keeps this connection from working.")
    # A person paused it: nothing is read from it or written to it until one lets it go on.
    stopped_at = models.DateTimeField(null=True, editable=False)
    stopped_by = models.CharField(max_length=150, blank=True, editable=False)
    stopped_why = models.TextField(blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["secrets", "prepared_at", "paused_until", "trouble"])

    class Meta:
        verbose_name_plural = "accesses"

    def __str__(self) -> str:
        return f"Access to {self.connection}"


class Cursor(models.Model):
    """Where the pull of one object type stands; moves in the transaction that stores its page."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    object_type = models.CharField(max_length=60)
    value = models.JSONField(default=dict)
    seen = models.JSONField(default=dict, help_text="What the last pull read, by digest: its overlap is not news.")
    pulled_at = models.DateTimeField(null=True)
    full_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "object_type"], name="cursor_once")]


class InboundMessage(models.Model):
    """One stored inbound message: a pulled payload, or a verified webhook. Kept whole until it is processed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"
        REPLACED = "replaced"  # a person edited it and sent it again: the original is kept as it came

    # No foreign keys: the inbox is pruned.
    connection_id = models.BigIntegerField()
    object_type = models.CharField(max_length=60)
    external_id = models.CharField(max_length=255)
    body = models.JSONField(default=dict)
    fetch = models.BooleanField(default=False, help_text="Names an object that is to be read from the system.")
    observed_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, help_text="Stamp of the object when the event was written.")
    whole = models.JSONField(null=True, help_text="What it is a part of: object type, external id, stamp.")
    received_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    # Where a person edited a dead letter: the message it was, who did it and why.
    replaces = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            BrinIndex(fields=["received_at"], pages_per_range=16, autosummarize=True, name="inbox_received"),
            models.Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="inbox_replaces"),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="inbox_waiting"),
            models.Index(fields=["id"], condition=Q(state="dead"), name="inbox_dead"),
            models.Index(fields=["external_id"], name="inbox_external_id"),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"


class InboundKey(models.Model):
    """Keys of webhooks already taken, so that a re-delivery is answered and forgotten."""

    connection_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection_id", "key"], name="inbound_key_once")]


class OwnStamp(models.Model):
    """A stamp our own write gave an object without changing what we read of it: a notice of just that is an echo."""

    connection_id = models.BigIntegerField()
    object_type = models.CharField(max_length=60)
    external_id = models.CharField(max_length=255)
    stamp = models.DateTimeField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection_id", "external_id", "object_type", "stamp"], name="own_stamp_once"
            )
        ]


class Delivery(models.Model):
    """One operation owed to one slot. Bursts coalesce into the one waiting row; it keeps every correlation id."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        DONE = "done"
        DEAD = "dead"

    class Reason(models.TextChoices):
        NONE = ""
        PERMANENT = "permanent"
        EXCEEDED = "exceeded"
        GONE = "gone"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    object_type = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    operation = models.CharField(max_length=10, default="upsert")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    priority = models.PositiveSmallIntegerField(default=1, help_text="0 where the record has yet to be made.")
    not_before = models.DateTimeField()
    depends_on = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    pushes = models.PositiveSmallIntegerField(default=0, help_text="Writes this delivery made; 0 = nothing was left.")
    written = models.JSONField(default=list, help_text="Keys it wrote, with the record: what the push was about.")
    lease_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True, default=None)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    error = models.TextField(blank=True)
    correlation_ids = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "object_type", "subject_type", "subject_id", "operation"],
                condition=Q(state="waiting"),
                name="delivery_waiting_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["connection", "object_type", "priority", "not_before"],
                condition=Q(state="waiting"),
                name="delivery_due",
            ),
            BrinIndex(fields=["finished_at"], pages_per_range=16, autosummarize=True, name="delivery_finished"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_leased"),
            models.Index(fields=["connection"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(fields=["subject_type", "subject_id"], name="delivery_subject"),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk}"


# What a subscriber may ask to be told of: the types of the change feed.
NOTICE_TYPES = (
    "customer.changed",
    "customer.merged",
    "customer.proposal_accepted",
    "product.changed",
    "product.merged",
    "product.proposal_accepted",
    "relation.changed",
)


def check_types(types: object) -> None:
    """Raises ValidationError for what is no list of notice types."""
    if not isinstance(types, list) or not set(map(str, types)) <= set(NOTICE_TYPES):
        raise ValidationError(f"Write a list of {', '.join(NOTICE_TYPES)}; an empty one means all.")


class Subscriber(models.Model):
    """Somebody outside who is told of changes by signed webhooks; they see what their client sees."""

    client = models.ForeignKey("mdm.Actor", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    url = models.URLField(max_length=500)
    types = models.JSONField(default=list, blank=True, validators=[check_types], help_text="Empty = all.")
    secret = SecretsField(default=dict, editable=False)
    position = models.BigIntegerField(default=0, help_text="Place in the change feed up to which notices were made.")
    enabled = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, editable=False)
    trouble = models.TextField(blank=True, editable=False, help_text="Why it does not get its notices.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """One change owed to one subscriber: sent at least once, with the same id each time."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="notices")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seq = models.BigIntegerField()
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()  # while it is being sent, the moment it counts as lost
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the last answer.")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "seq"], name="notice_once")]
        indexes = [models.Index(fields=["subscriber", "not_before"], condition=Q(state="waiting"), name="notice_due")]

    def __str__(self) -> str:
        return f"Notice {self.uid}"

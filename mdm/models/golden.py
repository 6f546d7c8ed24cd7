"""Golden records: lasting identity, and values with provenance and history."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q
from simple_history.models import HistoricalRecords

from mdm.engine.values import Json
from mdm.entities import CUSTOMER, Shape


class HistoryCause(models.Model):
    """Why and by whom a history row was written."""

    cause = models.CharField(max_length=200, blank=True)
    actor_id = models.BigIntegerField(null=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class GoldenRecord(models.Model):
    """Identity of a golden record: never reused, redirected for ever after a merge."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.CharField(max_length=40)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    created_at = models.DateTimeField(auto_now_add=True)
    # A steward may still take a decision back: until then nothing about this golden record is written to any system.
    held_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["held_until"], condition=Q(held_until__isnull=False), name="golden_held")]

    def __str__(self) -> str:
        return f"{self.entity} {self.uid}"


def _text(label: str) -> models.CharField:  # type: ignore[type-arg]
    """A column of any length: a source may hold more than anybody thought of, and the hub keeps what it cannot read."""
    return models.CharField(label, null=True, blank=True)


# The words of all names of a customer, as people search them; literals only, so that the index below is used.
NAME_WORDS = Func(
    *(
        Func(name, template="coalesce(%(expressions)s, '')")
        for name in ("legal_name", "trade_name", "first_name", "last_name")
    ),
    arg_joiner=" || ' ' || ",  # in this order, as migrations write them
    template="to_tsvector('simple', %(expressions)s)",
)


class Customer(models.Model):
    """Values of a golden customer. Derived from source statements, rules and decisions: never edited by hand."""

    class Status(models.TextChoices):
        PROVISIONAL = "provisional"
        ACTIVE = "active"
        BLOCKED = "blocked"
        MERGED = "merged"

    golden = models.OneToOneField(GoldenRecord, primary_key=True, on_delete=models.PROTECT, related_name="customer")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE, db_index=True)
    party_type = _text("Party type")
    legal_name = _text("Legal name")
    trade_name = _text("Trade name")
    first_name = _text("First name")
    last_name = _text("Last name")
    account_number = _text("Account number")
    currency = _text("Currency")
    language = _text("Language")
    industry = _text("Industry")
    segment = _text("Segment")
    service_level = _text("Service level")
    web_preferences = models.TextField("Web preferences", null=True, blank=True)
    loyalty_id = _text("Loyalty id")
    region = _text("Region")
    legal_entity = _text("Legal entity")
    website = models.TextField("Website", null=True, blank=True)
    blocked = models.BooleanField("Blocked", null=True)
    buys_privately = models.BooleanField("Buys privately", null=True)
    lists = models.JSONField(default=dict, help_text="Values with a context and lists, by key: phones|main.")
    extra = models.JSONField(default=dict, help_text="Values of attributes added at run time.")
    winners = models.JSONField(default=dict, help_text="Key -> winning source, rule and time.")
    rule_version = models.IntegerField(default=0)
    updated_at = models.DateTimeField()

    history = HistoricalRecords(bases=[HistoryCause])

    class Meta:
        verbose_name = "golden customer"
        indexes = [
            models.Index(fields=["-updated_at", "-golden"], name="customer_newest"),
            GinIndex(NAME_WORDS, name="customer_words"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        person = f"{self.first_name or ''} {self.last_name or ''}".strip()
        emails = self.lists.get("emails") or [""]
        organisation = self.legal_name or self.trade_name
        named = person or organisation if self.party_type == "person" else organisation or person
        return named or emails[0] or f"Customer {self.pk}"

    @property
    def values(self) -> dict[str, Json]:
        """All golden values by text key; empty ones left out unless an owner emptied them."""
        scalars = {name: getattr(self, name) for name in SCALARS}
        emptied = self.winners.keys()
        found: dict[str, Json] = {
            key: value for key, value in {**scalars, **self.extra}.items() if value is not None or key in emptied
        }
        return {**found, **self.lists}


SCALARS = tuple(attribute.name for attribute in CUSTOMER.attributes if attribute.shape == Shape.ONE)


class Relation(models.Model):
    """Typed link between two golden records, derived from the source records that state it."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        ENDED = "ended"

    type = models.CharField(max_length=40)
    source = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="relations_from")
    target = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="relations_to")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attributes = models.JSONField(default=dict)
    winners = models.JSONField(default=dict)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    history = HistoricalRecords(bases=[HistoryCause])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "source", "target"], name="relation_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"

"""Rules as rows: what admins decide. A published rule set is what all processes act on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.engine.kinds import Kind
from mdm.engine.survivorship.strategies import STRATEGIES
from mdm.entities import ENTITIES, Shape
from mdm.models.systems import Connection

ENTITY_CHOICES = [(entity.name, entity.label) for entity in ENTITIES.values()]


class RuleSet(models.Model):
    """All rules of one version. `revision` moves with every edit, so processes notice changes at once."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETIRED = "retired"

    version = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1, editable=False)
    applied_revision = models.PositiveIntegerField(default=0, editable=False, help_text="All golden records follow it.")
    note = models.CharField(max_length=200, blank=True)
    match_at = models.FloatField(
        null=True, blank=True, help_text="Match weight from which records are linked; empty = the model's own."
    )
    review_at = models.FloatField(
        null=True, blank=True, help_text="Match weight from which a steward is asked; empty = the model's own."
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, editable=False
    )
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="published"), name="rule_set_published_once")
        ]

    def __str__(self) -> str:
        return f"Rule set {self.version} ({self.state})"

    def clean(self) -> None:
        if self.match_at is not None and self.review_at is not None and self.review_at > self.match_at:
            raise ValidationError({"review_at": "The review threshold must not lie above the match threshold."})


class Rule(models.Model):
    """One row of a rule set."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="%(class)ss")
    entity = models.CharField(max_length=40, choices=ENTITY_CHOICES, default="customer")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._moved()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        self._moved()
        return gone

    def _moved(self) -> None:
        """Let every process know: each reads the revision before it uses its cached rules."""
        RuleSet.objects.filter(pk=self.rule_set_id).update(revision=models.F("revision") + 1)

    def _known(self, name: str) -> bool:
        if name == "*" or ENTITIES[self.entity].attribute(name):
            return True
        return AttributeDefinition.objects.filter(rule_set=self.rule_set_id, entity=self.entity, name=name).exists()

    def _check_attribute(self, name: str) -> None:
        if not self._known(name):
            raise ValidationError(
                {"attribute": f"{self.get_entity_display()} has no attribute '{name}'. Add it under attributes first."}
            )


class Scoped(Rule):
    """A rule that holds for a context, region or legal entity."""

    attribute = models.CharField(max_length=60)
    context = models.CharField(max_length=60, default="*", help_text="Pattern, for example bill_to or company:10*.")
    region = models.CharField(max_length=60, blank=True)
    legal_entity = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True


def _check_sources(field: str, names: list[Any]) -> None:
    roles = set(Connection.Role.values)
    codes = set(Connection.objects.values_list("code", flat=True))
    for name in names:
        if name not in roles | codes:
            known = ", ".join(sorted(roles | codes))
            raise ValidationError({field: f"'{name}' is neither a role nor a connection. Known: {known}."})


class AttributeDefinition(Rule):
    """An attribute added at run time."""

    name = models.SlugField(max_length=60)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind], default="text")
    shape = models.CharField(max_length=12, choices=[(shape.value, shape.value) for shape in Shape], default="one")
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule_set", "entity", "name"], name="attribute_once")]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if ENTITIES[self.entity].attribute(self.name):
            raise ValidationError({"name": f"'{self.name}' is a built-in attribute already; choose another name."})


class OwnershipRule(Scoped):
    """Who is the system of record of an attribute."""

    owner = models.CharField(max_length=40, help_text="A role (erp) or a connection code (sap-de).")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "entity", "attribute", "context", "region", "legal_entity"], name="owner_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attribute} is owned by {self.owner}"

    def clean(self) -> None:
        self._check_attribute(self.attribute)
        _check_sources("owner", [self.owner])


class SurvivorshipRule(Scoped):
    """Which source value survives where nobody owns the attribute, or among the owner's own records."""

    strategy = models.CharField(max_length=20, choices=[(name, name.replace("_", " ")) for name in STRATEGIES])
    sources = models.JSONField(default=list, blank=True, help_text='Ranked roles or connections, ["crm", "erp"].')
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "entity", "attribute", "context", "region", "legal_entity"], name="survivor_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.strategy}"

    def clean(self) -> None:
        self._check_attribute(self.attribute)
        if not isinstance(self.sources, list):
            raise ValidationError({"sources": 'Write a list, for example ["crm", "erp"].'})
        if self.strategy == "priority" and not self.sources:
            raise ValidationError({"sources": "The priority strategy needs its sources in order of trust."})
        _check_sources("sources", self.sources)


class DistributionRule(Rule):
    """Which golden records a connection should hold as which object, and what we may do there.

    `conditions` are golden values that must be equal, e.g. {"party_type": "organisation"}; a list means any of them;
    "contact_of": true asks for an active contact relation. All must hold; several rules add up.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    object_type = models.CharField(max_length=60)
    conditions = models.JSONField(default=dict, blank=True)
    may_create = models.BooleanField(default=True)
    may_update = models.BooleanField(default=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.entity} -> {self.connection} {self.object_type}"

    def clean(self) -> None:
        if not isinstance(self.conditions, dict):
            raise ValidationError({"conditions": 'Write an object, for example {"party_type": "organisation"}.'})
        for name in self.conditions:
            if name not in ("contact_of", "status") and not self._known(name):
                raise ValidationError({"conditions": f"'{name}' is no attribute of {self.entity}."})


class FieldMapping(Rule):
    """A native field added at run time and the attribute it carries."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    object_type = models.CharField(max_length=60)
    native = models.CharField(max_length=120, help_text="Field name in the system, for example Dealer_Tier__c.")
    attribute = models.CharField(max_length=60)
    context = models.CharField(max_length=60, blank=True)
    read = models.BooleanField(default=True)
    write = models.BooleanField(default=False)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "connection", "object_type", "native"], name="field_mapping_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.object_type}.{self.native} = {self.attribute}"

    def clean(self) -> None:
        self._check_attribute(self.attribute)

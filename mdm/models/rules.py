"""Rules as rows: what admins decide. A published rule set is what all processes act on."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.engine import matching
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
        null=True,
        blank=True,
        help_text="Match weight from which the built-in model links customers; empty = the model's own.",
    )
    review_at = models.FloatField(
        null=True, blank=True, help_text="Match weight from which the built-in model asks a steward; empty = its own."
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, editable=False
    )
    history = HistoricalRecords()

    # In a form: shapes of the attributes this set will add once the form is saved, by entity and name.
    coming: Mapping[tuple[str, str], str] | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="published"), name="rule_set_published_once")
        ]

    def __str__(self) -> str:
        return f"Rule set {self.version} ({self.state})"

    def clean(self) -> None:
        match_at = matching.DEFAULT.match_at if self.match_at is None else self.match_at
        review_at = matching.DEFAULT.review_at if self.review_at is None else self.review_at
        if review_at > match_at:
            field = "match_at" if self.review_at is None else "review_at"
            sentence = f"Review would begin at {review_at:g}, above the match threshold {match_at:g}; lower it."
            raise ValidationError({field: f"{sentence} An empty threshold stands for the model's own."})

    def shape(self, entity: str, name: str) -> str | None:
        """The shape of an attribute, built in or added by this set; None for one nobody declared."""
        built_in = ENTITIES[entity].attribute(name)
        if built_in:
            return built_in.shape
        if self.coming is not None:
            return self.coming.get((entity, name))
        added = self.attributedefinitions.filter(entity=entity, name=name)
        return added.values_list("shape", flat=True).first()


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

    def _check_attribute(self, name: str) -> str:
        """The shape of the attribute; raises ValidationError where the set has none of this name."""
        shape = self.rule_set.shape(self.entity, name)
        if shape is None:
            label = ENTITIES[self.entity].label
            raise ValidationError({"attribute": f"{label} has no attribute '{name}'. Add it under attributes first."})
        return shape


class Scoped(Rule):
    """A rule that holds for a context, region or legal entity."""

    attribute = models.CharField(max_length=60)
    context = models.CharField(max_length=60, default="*", help_text="Pattern, for example bill_to or company:10*.")
    region = models.CharField(max_length=60, blank=True)
    legal_entity = models.CharField(max_length=60, blank=True)

    every_attribute = False  # whether `*` may stand for all attributes

    class Meta:
        abstract = True

    def clean(self) -> None:
        if self.attribute == "*" and self.every_attribute:
            return
        if self._check_attribute(self.attribute) == Shape.ONE and not fnmatchcase("", self.context):
            raise ValidationError({"context": f"{self.attribute} has no contexts; write * here."})


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
        super().clean()
        _check_sources("owner", [self.owner])


class SurvivorshipRule(Scoped):
    """Which source value survives where nobody owns the attribute, or among the owner's own records."""

    strategy = models.CharField(max_length=20, choices=[(name, name.replace("_", " ")) for name in STRATEGIES])
    sources = models.JSONField(default=list, blank=True, help_text='Ranked roles or connections, ["crm", "erp"].')
    history = HistoricalRecords()

    every_attribute = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "entity", "attribute", "context", "region", "legal_entity"], name="survivor_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.strategy}"

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.sources, list):
            raise ValidationError({"sources": 'Write a list, for example ["crm", "erp"].'})
        if self.strategy == "priority" and not self.sources:
            raise ValidationError({"sources": "The priority strategy needs its sources in order of trust."})
        if self.strategy != "priority" and self.sources:
            raise ValidationError({"sources": "Only the priority strategy ranks sources; leave them empty."})
        _check_sources("sources", self.sources)
        if len(set(self.sources)) < len(self.sources):
            raise ValidationError({"sources": "A source stands in the order of trust twice; leave one out."})


def _check_object_type(row: DistributionRule | FieldMapping | OneToOneRule) -> Any:
    """The declaration of its object type, None for a part; raises ValidationError where the connector lacks it."""
    connection, name = row.connection, row.object_type
    found, names = connection.object_type(name), connection.object_type_names()
    whole = connection.object_type(name.partition(".")[0])
    if found is None and (whole is None or name not in whole.parts):
        known = f"It has {', '.join(names)}." if names else "Its kind has no connector."
        raise ValidationError({"object_type": f"{connection} has no object type '{name}'. {known}"})
    if found is not None and found.entity != row.entity:
        raise ValidationError({"entity": f"{name} of {connection} is a {found.entity}, not a {row.entity}."})
    return found


class DistributionRule(Rule):
    """Which golden records a connection should hold as which object, and what we may do there.

    `conditions` are golden values that must be equal, e.g. {"party_type": "organisation"}; a list means any of them;
    true asks for any value at all, and "contact_of": true for an active contact relation. All must hold; several rules
    add up. Of a relation the conditions are held against the golden record at its first end.
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
        if self.connection_id is not None:
            self._check_target()
        if not isinstance(self.conditions, dict):
            raise ValidationError({"conditions": 'Write an object, for example {"party_type": "organisation"}.'})
        mastered = ENTITIES[self.entity].mastered  # of a relation they are held against its first end
        for name in self.conditions:
            if name not in ("contact_of", "status") and self.rule_set.shape(mastered, name.partition("|")[0]) is None:
                label = ENTITIES[mastered].label.lower()
                raise ValidationError({"conditions": f"'{name}' is no attribute of {label}s."})
        if not (self.may_create or self.may_update):
            raise ValidationError("A row that may neither create nor update does nothing; remove it.")

    def _check_target(self) -> None:
        found = _check_object_type(self)
        if found is None or not found.writable:
            sentence = f"The hub cannot write {self.object_type} of {self.connection}; choose what it can write."
            raise ValidationError({"object_type": sentence})


class OneToOneRule(Rule):
    """Whether a source holds duplicates: of one that holds each only once no two living records become one golden
    record by themselves. Where no row speaks of a source, it is as the match model in force found when it was trained.
    """

    class Holds(models.TextChoices):
        ONCE = "once", "each only once"
        DUPLICATES = "duplicates", "duplicates, too"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    object_type = models.CharField(max_length=60)
    holds = models.CharField(max_length=10, choices=Holds.choices, default=Holds.ONCE)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "one-to-one rule"
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "entity", "connection", "object_type"], name="one_to_one_rule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.object_type} holds {self.get_holds_display()}"

    def clean(self) -> None:
        if ENTITIES[self.entity].mastered != self.entity:
            label = ENTITIES[self.entity].label.lower()
            raise ValidationError({"entity": f"Records of a {label} are never matched; choose what is."})
        if self.connection_id is not None:
            _check_object_type(self)


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
        if self._check_attribute(self.attribute) == Shape.ONE and self.context:
            raise ValidationError({"context": f"{self.attribute} has no contexts; leave this empty."})
        if not (self.read or self.write):
            raise ValidationError("A field that is neither read nor written does nothing; remove it.")
        if self.connection_id is not None:
            found = _check_object_type(self)
            if self.write and (found is None or not found.writable):
                raise ValidationError({"write": f"The hub cannot write {self.object_type} of {self.connection}."})

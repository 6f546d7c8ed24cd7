"""Golden records: lasting identity, and values with provenance and history."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q
from simple_history.models import HistoricalRecords

from mdm.engine.values import Json
from mdm.entities import CUSTOMER, PRODUCT, Entity


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

    @property
    def typed(self) -> GoldenValues | None:
        """Its values: a Customer, a Product; None before it has any."""
        return getattr(self, self.entity, None)


def _text(label: str) -> models.CharField:  # type: ignore[type-arg]
    """A column of any length: a source may hold more than anybody thought of, and the hub keeps what it cannot read."""
    return models.CharField(label, null=True, blank=True)


def _joined(*names: str, part: str = "coalesce(%(expressions)s, '')") -> Func:
    """Several columns as one text, in this order, as migrations write them."""
    return Func(
        *(Func(name, template=part) for name in names),
        arg_joiner=" || ' ' || ",
        template="to_tsvector('simple', %(expressions)s)",
    )


# The words of all names, as people search them; literals only, so that the indexes below are used.
CUSTOMER_WORDS = _joined("legal_name", "trade_name", "first_name", "last_name")
PRODUCT_WORDS = Func(
    Func(
        "lists",
        template="jsonb_to_tsvector('simple', jsonb_path_query_array(%(expressions)s, "
        "'$.keyvalue() ? (@.key starts with \"names|\").value'), '[\"string\"]')",
    ),
    _joined("sku", "mpn", "gtin", "brand", "standard", "web_title", part="left(coalesce(%(expressions)s, ''), 500)"),
    arg_joiner=" || ",
    template="(%(expressions)s)",
)


class GoldenValues(models.Model):
    """Values of a golden record, one model for each mastered entity and called like it.

    Derived from source statements, rules and decisions: never edited by hand. Each attribute of one value is a column.
    """

    class Status(models.TextChoices):
        PROVISIONAL = "provisional"
        ACTIVE = "active"
        BLOCKED = "blocked"
        MERGED = "merged"

    entity: ClassVar[Entity]
    words: ClassVar[Func]  # what a search by words looks into
    named_by: ClassVar[tuple[str, ...]]  # the columns of `display_name`

    golden = models.OneToOneField(GoldenRecord, primary_key=True, on_delete=models.PROTECT, related_name="%(class)s")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE, db_index=True)
    lists = models.JSONField(default=dict, help_text="Values with a context and lists, by key: phones|main.")
    extra = models.JSONField(default=dict, help_text="Values of attributes added at run time.")
    winners = models.JSONField(default=dict, help_text="Key -> winning source, rule and time.")
    rule_version = models.IntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        raise NotImplementedError

    @property
    def values(self) -> dict[str, Json]:
        """All golden values by text key; empty ones left out unless an owner emptied them."""
        scalars = {name: _plain(getattr(self, name)) for name in self.entity.scalars}
        emptied = self.winners.keys()
        found: dict[str, Json] = {
            key: value for key, value in {**scalars, **self.extra}.items() if value is not None or key in emptied
        }
        return {**found, **self.lists}

    def value(self, key: str) -> Json:
        """One of the golden values by its text key; None where there is none."""
        if key in self.entity.scalars:
            return _plain(getattr(self, key))
        return self.lists.get(key, self.extra.get(key))


def _plain(value: Json) -> Json:
    """A whole number as one, as sources state it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Customer(GoldenValues):
    """Values of a golden customer."""

    entity = CUSTOMER
    words = CUSTOMER_WORDS
    named_by = ("lists", "party_type", "legal_name", "trade_name", "first_name", "last_name")

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

    history = HistoricalRecords(bases=[HistoryCause])

    class Meta:
        verbose_name = "golden customer"
        indexes = [
            models.Index(fields=["-updated_at", "-golden"], name="customer_newest"),
            models.Index(fields=["region", "-updated_at", "-golden"], name="customer_region"),
            GinIndex(CUSTOMER_WORDS, name="customer_words"),
        ]

    @property
    def display_name(self) -> str:
        person = f"{self.first_name or ''} {self.last_name or ''}".strip()
        emails = self.lists.get("emails") or [""]
        organisation = self.legal_name or self.trade_name
        named = person or organisation if self.party_type == "person" else organisation or person
        return named or emails[0] or f"Customer {self.pk}"


class Product(GoldenValues):
    """Values of a golden product: an item or a family."""

    entity = PRODUCT
    words = PRODUCT_WORDS
    named_by = ("lists", "sku", "web_title")

    product_type = _text("Product type")
    sku = _text("SKU")
    former_sku = _text("Former SKU")
    mpn = _text("Manufacturer part number")
    gtin = _text("GTIN")
    brand = _text("Brand")
    category = _text("Category")
    material_group = _text("Material group")
    hs_code = _text("HS code")
    standard = _text("Standard")
    material = _text("Material")
    grade = _text("Grade")
    finish = _text("Finish")
    thread = _text("Thread")
    nominal_length = _text("Nominal length")
    pack_size = models.FloatField("Pack size", null=True)
    base_unit = _text("Base unit")
    length = _text("Length")
    width = _text("Width")
    height = _text("Height")
    gross_weight = _text("Gross weight")
    net_weight = _text("Net weight")
    blocked = models.BooleanField("Blocked", null=True)
    web_title = models.TextField("Web title", null=True, blank=True)
    web_description = models.TextField("Web description", null=True, blank=True)
    sales_family = _text("Sales family")
    sales_notes = models.TextField("Sales notes", null=True, blank=True)

    history = HistoricalRecords(bases=[HistoryCause])

    class Meta:
        verbose_name = "golden product"
        indexes = [
            models.Index(fields=["-updated_at", "-golden"], name="product_newest"),
            GinIndex(PRODUCT_WORDS, name="product_words"),
        ]

    @property
    def display_name(self) -> str:
        names = {key: value for key, value in self.lists.items() if key.startswith("names|") and value}
        best = names.get("names|en") or next((names[key] for key in sorted(names)), "")
        return str(best or self.web_title or self.sku or f"Product {self.pk}")


# Entity -> the model of its golden values; the way back from a golden record bears the same name.
VALUES: dict[str, type[GoldenValues]] = {model.entity.name: model for model in (Customer, Product)}


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

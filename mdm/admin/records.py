"""Golden records of each entity, source records, relations, links and decisions: all of them derived or recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from mdm import rules
from mdm.admin.readonly import Historic, ReadOnly, link, pretty, table
from mdm.engine.values import Cell
from mdm.entities import CUSTOMER, MASTERED, words
from mdm.models import (
    Customer,
    Decision,
    GoldenRecord,
    GoldenValues,
    Link,
    Product,
    Relation,
    SourceRecord,
    SourceVersion,
)
from mdm.selectors import search

Rows = QuerySet[Any]
VERSIONS = 20  # newest versions shown with a source record


def labels(entity: str) -> Callable[[str], str]:
    """Labels of an entity's attribute keys, run-time attributes among them; asks for the rules once."""
    known: Any = rules.current().books[entity].attributes
    return lambda key: words.label(key, known)


def typed(path: str) -> list[str]:
    """The ways to the values a golden record may have."""
    return [f"{path}__{entity}" for entity in MASTERED]


def meant(text: str) -> Rows:
    """The source records a person means by an id."""
    return SourceRecord.objects.filter(search.records(text)).values("pk")


def golden_link(golden: GoldenRecord | None) -> str:
    """A link to the admin page of a golden record's values."""
    row = golden.typed if golden else None
    return link(f"mdm_{row.entity.name}", row.pk, row.display_name) if row else "-"


class GoldenAdmin(ReadOnly, Historic):
    """Golden values with where they come from."""

    date_hierarchy = "updated_at"
    ordering = ("-updated_at", "-pk")

    @admin.display(description="Golden id")
    def uid(self, obj: GoldenValues) -> str:
        return str(obj.golden.uid)

    @admin.display(description="Values")
    def golden_values(self, obj: GoldenValues) -> str:
        rows, label = [], labels(obj.entity.name)
        for key, value in sorted(obj.values.items()):
            won = obj.winners.get(key, {})
            at = datetime.fromisoformat(won["at"]) if won else ""
            rows.append((label(key), words.value(value), won.get("source", ""), won.get("rule", ""), at))
        return table(("Attribute", "Value", "From", "Rule", "Since"), rows)

    @admin.display(description="Source records")
    def source_records(self, obj: GoldenValues) -> str:
        rows = SourceRecord.objects.filter(golden=obj.pk).select_related("connection").defer("cells")
        return table(
            ("Record", "Entity", "Status", "Last said"),
            [(link("mdm_sourcerecord", row.pk, row), row.entity, row.status, row.head_at) for row in rows],
        )


@admin.register(Customer)
class CustomerAdmin(GoldenAdmin):
    """Golden customers with their values and winners."""

    list_display = ("display_name", "party_type", "status", "account_number", "rule_version", "updated_at")
    list_filter = ("status", "party_type")
    search_fields = ("legal_name",)  # shows the search box; get_search_results does the search
    search_help_text = "Words of a name, or a whole id, e-mail, phone or tax id."
    fields = ("uid", "status", "party_type", "golden_values", "source_records", "rule_version", "updated_at")
    readonly_fields = fields

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        return queryset.filter(search.customers(search_term)), False

    def view_on_site(self, obj: Customer) -> str:
        return reverse("stewardship:customer", args=[obj.golden.uid])


@admin.register(Product)
class ProductAdmin(GoldenAdmin):
    """Golden products with their values and winners."""

    list_display = ("display_name", "product_type", "status", "sku", "brand", "rule_version", "updated_at")
    list_filter = ("status", "product_type")
    search_fields = ("sku",)  # shows the search box; get_search_results does the search
    search_help_text = "Words of a name, or a whole id, SKU, part number or GTIN."
    fields = ("uid", "status", "product_type", "golden_values", "source_records", "rule_version", "updated_at")
    readonly_fields = fields

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        return queryset.filter(search.products(search_term)), False


class ProblemFilter(admin.SimpleListFilter):
    """Records with values that could not be standardised."""

    title = "problems"
    parameter_name = "problems"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "With problems"), ("no", "Without")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        if self.value() == "yes":
            return queryset.exclude(problems={})
        return queryset.filter(problems={}) if self.value() == "no" else queryset


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnly):
    """Source records with what they say, what could not be read, and their accepted versions."""

    list_display = ("external_id", "connection", "object_type", "entity", "status", "belongs_to", "troubled", "head_at")
    list_filter = ("connection", "entity", "status", ProblemFilter)
    search_fields = ("external_id",)  # shows the search box; get_search_results does the search
    search_help_text = "The whole id in its system; capital letters matter."
    date_hierarchy = "seen_at"
    ordering = ("-pk",)
    fields = (
        "connection",
        ("object_type", "external_id"),
        ("entity", "status", "merged_into"),
        "belongs_to",
        "relation",
        "created_for",
        "crosswalk_key",
        "problems_in_words",
        "says",
        "versions",
        "raw",
        ("first_at", "head_at", "seen_at"),
    )
    readonly_fields = flatten(fields)

    def get_queryset(self, request: HttpRequest) -> Rows:
        rows = super().get_queryset(request).select_related("connection", *typed("golden"))
        if "object_id" in (request.resolver_match.kwargs if request.resolver_match else {}):
            return rows
        return rows.defer("cells", *(f"{path}__{name}" for path in typed("golden") for name in ("winners", "extra")))

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        return (queryset.filter(search.records(search_term)) if search_term else queryset), False

    @admin.display(description="Golden record")
    def belongs_to(self, obj: SourceRecord) -> str:
        return golden_link(obj.golden)

    @admin.display(description="Problems", boolean=True)
    def troubled(self, obj: SourceRecord) -> bool:
        return not obj.problems

    @admin.display(description="Problems")
    def problems_in_words(self, obj: SourceRecord) -> str:
        label = labels(obj.entity)
        return table(("Attribute", "Problem"), [(label(key), text) for key, text in obj.problems.items()])

    @admin.display(description="What it says")
    def says(self, obj: SourceRecord) -> str:
        label = labels(obj.entity)
        cells = [(key, Cell.from_json(cell)) for key, cell in sorted(obj.cells.items())]
        return table(
            ("Attribute", "Holds", "Says itself", "Since"),
            [
                (
                    label(key),
                    words.value(cell.held),
                    words.value(cell.stated.value) if cell.stated else "nothing; the hub wrote it",
                    cell.stated.at if cell.stated else "",
                )
                for key, cell in cells
            ],
        )

    @admin.display(description=f"Versions, the newest {VERSIONS}")
    def versions(self, obj: SourceRecord) -> str:
        rows = SourceVersion.objects.filter(record_id=obj.pk).order_by("-source_time", "-pk")[:VERSIONS]
        return table(
            ("Source time", "Kind", "Received", "Correlation id"),
            [
                (link("mdm_sourceversion", row.pk, row.source_time), row.kind, row.received_at, row.correlation_id)
                for row in rows
            ],
        )

    @admin.display(description="Newest raw payload")
    def raw(self, obj: SourceRecord) -> str:
        rows = SourceVersion.objects.filter(record_id=obj.pk).order_by("-source_time", "-pk")
        newest = rows.values_list("raw", flat=True).first()
        return pretty(newest) if newest else "Pruned: no version is kept any more."


@admin.register(SourceVersion)
class SourceVersionAdmin(ReadOnly):
    """One accepted version; reached from its source record."""

    list_display = ("record_id", "kind", "source_time", "received_at", "correlation_id")
    search_fields = ("record_id__exact",)
    search_help_text = "Number of the source record."
    ordering = ("-pk",)
    fields = ("record", "kind", ("source_time", "observed_at", "received_at"), "correlation_id", "says", "payload")
    readonly_fields = flatten(fields)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="Source record")
    def record(self, obj: SourceVersion) -> str:
        found = SourceRecord.objects.filter(pk=obj.record_id).select_related("connection").first()
        return link("mdm_sourcerecord", found.pk, found) if found else "It is gone."

    @admin.display(description="Standardised")
    def says(self, obj: SourceVersion) -> str:
        entity = SourceRecord.objects.filter(pk=obj.record_id).values_list("entity", flat=True).first()
        label = labels(entity or CUSTOMER.name)
        return table(
            ("Attribute", "Value"), [(label(key), words.value(value)) for key, value in obj.attributes.items()]
        )

    @admin.display(description="Raw payload")
    def payload(self, obj: SourceVersion) -> str:
        return pretty(obj.raw)


@admin.register(Relation)
class RelationAdmin(ReadOnly, Historic):
    """Links between golden records."""

    list_display = ("type", "from_", "to", "status", "updated_at")
    list_display_links = ("type", "status")
    list_filter = ("type", "status")
    search_fields = ("uid",)
    search_help_text = "As for golden records, of either end."
    ordering = ("-pk",)
    fields = ("uid", "type", "from_", "to", "status", "about", ("valid_from", "valid_to"), "updated_at")
    readonly_fields = flatten(fields)

    def get_queryset(self, request: HttpRequest) -> Rows:
        return super().get_queryset(request).select_related(*typed("source"), *typed("target"))

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(search.at(search_term, "source", "target")), False

    @admin.display(description="From")
    def from_(self, obj: Relation) -> str:
        return golden_link(obj.source)

    @admin.display(description="To")
    def to(self, obj: Relation) -> str:
        return golden_link(obj.target)

    @admin.display(description="Attributes")
    def about(self, obj: Relation) -> str:
        known = rules.current().books[obj.type].attributes
        return table(
            ("Attribute", "Value", "From"),
            [
                (words.label(key, known), words.value(value), obj.winners.get(key, {}).get("source", ""))  # type: ignore[arg-type]
                for key, value in obj.attributes.items()
            ],
        )


@admin.register(Link)
class LinkAdmin(ReadOnly):
    """Statements that a source record belongs to a golden record."""

    list_display = ("__str__", "source_record", "belongs_to", "cause", "actor", "at", "model_version")
    list_filter = ("cause",)
    search_fields = ("record__external_id",)
    search_help_text = "The whole id of the source record in its system."
    ordering = ("-pk",)
    fields = ("source_record", "belongs_to", "cause", "actor", "at", "model_version", "correlation_id")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Rows:
        rows = super().get_queryset(request).select_related("record__connection", *typed("golden"), "actor")
        return rows.defer("record__cells", *(f"{path}__winners" for path in typed("golden")))

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        return (queryset.filter(record__in=meant(search_term)) if search_term else queryset), False

    @admin.display(description="Source record")
    def source_record(self, obj: Link) -> str:
        return link("mdm_sourcerecord", obj.record_id, obj.record)

    @admin.display(description="Golden record")
    def belongs_to(self, obj: Link) -> str:
        return golden_link(obj.golden)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    """What people decided on pairs of source records, for good."""

    list_display = ("__str__", "one", "other", "verdict", "reason", "actor", "at")
    list_filter = ("verdict", "actor")
    search_fields = ("a__external_id",)
    search_help_text = "The whole id of either source record in its system."
    date_hierarchy = "at"
    ordering = ("-pk",)
    fields = ("one", "other", "verdict", "reason", "actor", "at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Rows:
        rows = super().get_queryset(request).select_related("a__connection", "b__connection", "actor")
        return rows.defer("a__cells", "b__cells")

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        records = meant(search_term)
        return (queryset.filter(Q(a__in=records) | Q(b__in=records)) if search_term else queryset), False

    @admin.display(description="One")
    def one(self, obj: Decision) -> str:
        return link("mdm_sourcerecord", obj.a_id, obj.a)

    @admin.display(description="Other")
    def other(self, obj: Decision) -> str:
        return link("mdm_sourcerecord", obj.b_id, obj.b)

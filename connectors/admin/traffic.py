"""What came in and what went out, with the dead letters and their replay."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from connectors import inbound, outbound
from connectors.models import Delivery, InboundMessage
from mdm.admin.readonly import ReadOnly, link, pretty
from mdm.entities import MASTERED, words
from mdm.models.systems import Connection
from mdm.selectors import search

Rows = QuerySet[Any]


class Replayed(ReadOnly):
    """Rows of which the dead ones can be taken up again."""

    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change")

    def again(self, pks: list[int]) -> int:
        raise NotImplementedError

    @admin.action(description="Replay dead letters", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: Rows) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        count = self.again(chosen)
        level = messages.SUCCESS if count else messages.WARNING
        left = f" {len(chosen) - count} were no dead letters and stay as they are." if count < len(chosen) else ""
        self.message_user(request, f"{count} taken up again.{left}", level)


class ConnectionFilter(admin.SimpleListFilter):
    """By connection; the inbox has no foreign keys."""

    title = "connection"
    parameter_name = "connection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), row.name) for row in Connection.objects.order_by("name")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        value = self.value()
        return queryset.filter(connection_id=int(value)) if value and value.isdigit() else queryset


@admin.register(InboundMessage)
class InboundMessageAdmin(Replayed):
    """What came in. A finished message keeps only that it came; its payload lives on in the source version."""

    list_display = ("__str__", "connection", "object_type", "external_id", "state", "stage", "sentence", "received_at")
    list_filter = ("state", ConnectionFilter, "stage")
    search_fields = ("external_id__exact",)
    search_help_text = "The whole id in its system."
    ordering = ("-pk",)
    fields = (
        "connection",
        ("object_type", "external_id", "fetch"),
        ("state", "stage", "attempts"),
        "error",
        ("observed_at", "received_at", "not_before"),
        "correlation_id",
        "payload",
    )
    readonly_fields = flatten(fields)

    def get_queryset(self, request: HttpRequest) -> Rows:
        # names by one query a page, whatever the number of rows
        self._names = dict(Connection.objects.values_list("pk", "name"))
        return super().get_queryset(request)

    def again(self, pks: list[int]) -> int:
        return inbound.replay(pks)

    @admin.display(description="Connection")
    def connection(self, obj: InboundMessage) -> str:
        return self._names.get(obj.connection_id, f"gone ({obj.connection_id})")

    @admin.display(description="Error")
    def sentence(self, obj: InboundMessage) -> str:
        return obj.error if len(obj.error) < 120 else f"{obj.error[:119]}…"

    @admin.display(description="Payload")
    def payload(self, obj: InboundMessage) -> str:
        return pretty(obj.body) if obj.body else "Not kept here any more, or still to be read from the system."


@admin.register(Delivery)
class DeliveryAdmin(Replayed):
    """What is owed to the systems, and what was written."""

    list_display = (
        "__str__",
        "connection",
        "object_type",
        "subject",
        "state",
        "why",
        "sentence",
        "pushes",
        "finished_at",
    )
    list_filter = ("state", "reason", "connection", "object_type")
    list_select_related = ("connection",)
    search_fields = ("subject_id",)
    search_help_text = "Of a golden customer: words of its name, or a whole id, e-mail, phone or tax id."
    ordering = ("-pk",)
    fields = (
        "connection",
        ("object_type", "operation", "subject"),
        ("state", "why", "attempts", "pushes"),
        "error",
        "wrote",
        "depends_on",
        ("created_at", "not_before", "finished_at"),
        "correlation_ids",
    )
    readonly_fields = flatten(fields)

    def again(self, pks: list[int]) -> int:
        return outbound.replay(pks)

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        if not search_term:
            return queryset, False
        meant = Q(subject_type__in=MASTERED, subject_id__in=search.pks(search_term))
        return queryset.filter(meant), False

    @admin.display(description="Reason", ordering="reason", empty_value="")
    def why(self, obj: Delivery) -> str:
        return obj.reason

    @admin.display(description="Subject")
    def subject(self, obj: Delivery) -> str:
        return link(f"mdm_{obj.subject_type}", obj.subject_id, f"{obj.subject_type} {obj.subject_id}")

    @admin.display(description="Error")
    def sentence(self, obj: Delivery) -> str:
        return obj.error if len(obj.error) < 120 else f"{obj.error[:119]}…"

    @admin.display(description="Written")
    def wrote(self, obj: Delivery) -> str:
        lines = [
            f"{'created' if one.get('created') else 'updated'} {one.get('external_id')}: "
            + ", ".join(words.label(key, {}) for key in one.get("keys", []))
            for one in obj.written
        ]
        return "\n".join(lines) or "nothing"

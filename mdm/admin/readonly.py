"""What all admin pages share: rows that are only looked at, histories that cannot be reverted, values in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from simple_history.admin import SimpleHistoryAdmin

from mdm.engine.values import Json


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are derived or recorded: looked at, never edited here."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may(self, request: HttpRequest, verb: str) -> bool:
        """Whether the user holds Django's permission of this verb on the model, whatever the page allows."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}"))


class Historic(SimpleHistoryAdmin):  # type: ignore[misc]
    """History to look at. A revert would bypass the rules by which rows change, so there is none."""

    object_history_list_template = "admin/history_list.html"

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method != "GET":
            raise PermissionDenied
        response: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return response


class Named(admin.AllValuesFieldListFilter):
    """A filter by all values there are, which also names the empty one."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "(none)"}


def pretty(value: Json) -> str:
    """JSON as a person reads it."""
    return format_html('<pre class="payload">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False, default=str))


def link(view: str, pk: object, text: object) -> str:
    """A link to the admin page of a row; a dash where there is none."""
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{view}_change", args=[pk]), text) if pk else "-"


def _cell(value: object) -> object:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A plain table; cells are escaped unless they are safe already."""
    head = format_html_join("", "<th>{}</th>", ((name,) for name in heads))
    body = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((_cell(one),) for one in row)),) for row in rows)
    )
    if not body:
        return "-"
    return format_html('<table class="facts"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body)

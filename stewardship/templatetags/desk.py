"""How times and addresses are written on the desk's pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm.entities import words
from mdm.models import Connection, GoldenValues, SourceRecord
from mdm.selectors.conflicts import Cause
from stewardship import links

register = template.Library()
UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


@register.simple_tag
def moment(at: datetime | None) -> str:
    """A time told from now, with the absolute one as its title; nothing for no time."""
    if at is None:
        return ""
    absolute = written(at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), absolute, told(at))


@register.simple_tag
def stamp(at: datetime | None) -> str:
    """A time told from now and absolutely, both to be seen."""
    if at is None:
        return ""
    relative = format_html('<span class="muted">{}</span>', told(at))
    return format_html('<time datetime="{}">{} {}</time>', at.isoformat(), written(at), relative)


def written(at: datetime) -> str:
    """21 Nov 2026, 14:02 UTC."""
    local = timezone.localtime(at)
    return f"{local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def told(at: datetime, now: datetime | None = None) -> str:
    """How long ago, or in how long, in the largest whole unit; beyond a month the date."""
    gap = (now or timezone.now()) - at
    past = gap >= timedelta(0)
    gap = abs(gap)
    if gap < timedelta(minutes=1):
        return "just now" if past else "in a moment"
    if gap > timedelta(days=31):
        local = timezone.localtime(at)
        return f"{local.day} {local:%b %Y}"
    size, name = next((size, name) for size, name in UNITS if gap >= size)
    number = gap // size
    length = f"{number} {name}{'' if number == 1 else 's'}"
    return f"{length} ago" if past else f"in {length}"


@register.filter
def short_id(record: SourceRecord) -> str:
    """The id of a source record as people read it out."""
    return words.short_id(record.external_id)


@register.filter
def owner(name: str) -> str:
    """Who owns an attribute: a role in words, or the code of a connection."""
    return dict(Connection.Role.choices).get(name, name)


@register.simple_tag
def to_golden(row: GoldenValues, tab: str = "") -> str:
    """The address of a golden record, or of one of its tabs."""
    return links.to_golden(row, tab)


@register.simple_tag
def cause_query(cause: Cause, about: str = "") -> SafeString | str:
    """The part of an address that names one cause of conflicts."""
    asked = {"entity": cause.entity, "attribute": cause.attribute, "system": cause.system, "owner": cause.owner}
    return urlencode({**asked, **({"about": about} if about else {})})


@register.simple_tag(takes_context=True)
def asking(context: template.Context, **changed: str) -> SafeString | str:
    """The address of this page with some of its questions changed; an empty one is left out."""
    query = context["request"].GET.copy()
    for name in ("older", "newer", "after", "before", *changed):
        query.pop(name, None)
    for name, value in changed.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"

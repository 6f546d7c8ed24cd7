"""From rows to what a page says: labels, words, marks of lists and relations. No queries here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from mdm.engine.values import Json
from mdm.entities import words
from mdm.entities.words import Labelled
from mdm.models import Connection, GoldenValues, SourceRecord
from mdm.selectors.listing import KINDS, Item
from mdm.selectors.record import Tie

Shape = dict[str, Any]

TIES = {
    ("contact", True): "Contact of",
    ("contact", False): "Contacts",
    ("subsidiary", True): "Parent",
    ("subsidiary", False): "Subsidiaries",
    ("variant", True): "Variant of",
    ("variant", False): "Variants",
}


def row(item: Item) -> Shape:
    """One row of the list."""
    ids: dict[Connection, list[str]] = defaultdict(list)
    for record in item.records:
        if "." not in record.object_type:
            ids[record.connection].append(words.short_id(record.external_id))
    return {
        "golden": item.golden,
        "ids": [(connection.name, known) for connection, known in ids.items()],
        "kind": getattr(item.golden, KINDS[item.golden.entity.name]) or "type unknown",
        "about": _of_customer(item.golden) if item.golden.entity.name == "customer" else _of_product(item.golden),
        "in_review": item.in_review,
    }


def _of_customer(golden: GoldenValues) -> list[tuple[str, str]]:
    emails = golden.lists.get("emails") or [""]
    return [("Place", place(golden.lists)), ("E-mail", emails[0])]


def _of_product(golden: Any) -> list[tuple[str, str]]:
    def told(sign: str, *names: str) -> str:
        return sign.join(found for name in names if (found := words.value(getattr(golden, name))))

    size, made = told(" × ", "thread", "nominal_length"), told(", ", "grade", "finish")
    return [("SKU", words.value(golden.sku)), ("Make", ", ".join(part for part in (size, made) if part))]


def place(lists: Mapping[str, Json]) -> str:
    """City and country of the first address that has a city."""
    for key in sorted(lists):
        value = lists[key]
        if key.startswith("addresses") and isinstance(value, dict) and value.get("city"):
            return ", ".join(str(part) for part in (value["city"], value.get("country")) if part)
    return ""


def record_words(record: SourceRecord) -> str:
    """A source record as people know it: system, object, id."""
    return f"{record.connection.name} {record.object_type} {words.short_id(record.external_id)}"


def ties(found: Iterable[Tie], attributes: Mapping[str, Labelled] | None = None) -> list[tuple[str, list[Shape]]]:
    """Relations by what they are, each with its other end and its attributes."""
    grouped: dict[str, list[Shape]] = defaultdict(list)
    for tie in found:
        relation = tie.relation
        heading = TIES.get((relation.type, tie.outgoing), relation.type.capitalize())
        about = [(words.label(key, attributes or {}), words.value(value)) for key, value in relation.attributes.items()]
        grouped[heading].append(
            {"other": tie.other, "relation": relation, "ended": relation.status == "ended", "about": about}
        )
    return list(grouped.items())

"""From rows to what a page says: labels, words, marks. No queries here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mdm.engine.values import Cell, Json, Key
from mdm.entities import words
from mdm.entities.words import Labelled
from mdm.models import Connection, Customer, Proposal, SourceRecord
from mdm.selectors.customers import Item
from mdm.selectors.record import Change, Edit, Tie

Shape = dict[str, Any]

CAUSES = {
    "": "A source system changed",
    "decided": "A steward decided",
    "rebuild": "Made again from its inputs",
    "answer to a push": "A system answered a write of ours",
}
MOVES = {
    "new": "This golden record began with",
    "attach": "Recognised and attached:",
    "join": "Joined, with the golden record it belonged to:",
    "part": "Parted from another golden record:",
    "created_there": "Created by the hub:",
    "decided": "Attached by a steward:",
    "left": "Left to another golden record:",
}
TIES = {
    ("contact", True): "Contact of",
    ("contact", False): "Contacts",
    ("subsidiary", True): "Parent",
    ("subsidiary", False): "Subsidiaries",
}
MARKS = {"won": "wins", "same": "same", "differs": "differs", "hub": "from the hub", "none": ""}
STATES = {
    "waiting": "waiting",
    "sending": "being sent",
    "done": "done",
    "dead": "dead letter",
}


def row(item: Item) -> Shape:
    """One row of the list."""
    customer = item.customer
    ids: dict[Connection, list[str]] = defaultdict(list)
    for record in item.records:
        if "." not in record.object_type:
            ids[record.connection].append(words.short_id(record.external_id))
    emails = customer.lists.get("emails") or []
    return {
        "customer": customer,
        "ids": [(connection.name, known) for connection, known in ids.items()],
        "place": place(customer),
        "email": emails[0] if emails else "",
        "in_review": item.in_review,
    }


def place(customer: Customer) -> str:
    """City and country of the first address that has a city."""
    for key in sorted(customer.lists):
        value = customer.lists[key]
        if key.startswith("addresses") and isinstance(value, dict) and value.get("city"):
            return ", ".join(str(part) for part in (value["city"], value.get("country")) if part)
    return ""


def record_words(record: SourceRecord) -> str:
    """A source record as people know it: system, object, id."""
    return f"{record.connection.name} {record.object_type} {words.short_id(record.external_id)}"


def ties(found: Iterable[Tie]) -> list[tuple[str, list[Shape]]]:
    """Relations by what they are, each with its other end and its attributes."""
    grouped: dict[str, list[Shape]] = defaultdict(list)
    for tie in found:
        relation = tie.relation
        heading = TIES.get((relation.type, tie.outgoing), relation.type.capitalize())
        about = [(words.label(key, {}), words.value(value)) for key, value in relation.attributes.items()]
        grouped[heading].append(
            {"other": tie.other, "relation": relation, "ended": relation.status == "ended", "about": about}
        )
    return list(grouped.items())


@dataclass(frozen=True, slots=True)
class Shown:
    """One golden customer with its source records, ready to be told."""

    customer: Customer
    records: Sequence[SourceRecord]
    attributes: Mapping[str, Labelled]

    def identifiers(self, systems: Iterable[Connection]) -> list[Shape]:
        """Its ids in each system, the primary one first; duplicates there and records that went are said so."""
        by_connection: dict[int, list[SourceRecord]] = defaultdict(list)
        for record in self.records:
            if "." not in record.object_type:
                by_connection[record.connection_id].append(record)
        return [{"system": system, "ids": _ids(by_connection[system.pk])} for system in systems]

    def values(self) -> list[Shape]:
        """Golden values with their winners, in the order the attributes are declared."""
        return [
            {
                "key": key,
                "label": words.label(key, self.attributes),
                "text": words.value(value),
                **self._winner(self.customer.winners.get(key)),
            }
            for key, value in sorted(self.customer.values.items(), key=lambda pair: self._place(pair[0]))
            if not _empty(value)
        ]

    def grid(self) -> list[Shape]:
        """Attribute by source record: what each says, and how that stands to the golden value."""
        said = [_said(record) for record in self.records]
        keys = {key for cells in said for key in cells} | self.customer.values.keys()
        return [
            {
                "label": words.label(key, self.attributes),
                "golden": words.value(self.customer.values.get(key)),
                "cells": [self._cell(key, record, cells) for record, cells in zip(self.records, said, strict=True)],
            }
            for key in sorted(keys, key=self._place)
        ]

    def proposals(self, found: Iterable[Proposal]) -> list[Shape]:
        """Contested edits in words."""
        return [
            {
                "proposal": proposal,
                "label": words.label(proposal.key, self.attributes),
                "value": words.value(proposal.value) or "nothing",
                "owner_value": words.value(proposal.owner_value) or "nothing",
                "record": record_words(proposal.record),
            }
            for proposal in found
        ]

    def deliveries(self, found: Iterable[Any], ties: Iterable[Tie]) -> list[Shape]:
        """What was or is owed to the systems, with what was written."""
        others = {tie.relation.pk: tie.other for tie in ties}
        return [
            {
                "delivery": delivery,
                "state": STATES[delivery.state],
                "about": others.get(delivery.subject_id) if delivery.subject_type == "relation" else None,
                "is_relation": delivery.subject_type == "relation",
                "written": [self._written(one) for one in delivery.written],
            }
            for delivery in found
        ]

    def history(self, changes: Iterable[Change]) -> list[Shape]:
        """What happened, newest first."""
        return [
            {
                "change": change,
                "words": self._happened(change),
                "edits": [self._edit(edit, change.first) for edit in change.edits],
            }
            for change in changes
        ]

    def _place(self, key: str) -> tuple[int, str]:
        names = list(self.attributes)
        name = Key.parse(key).name
        return (names.index(name) if name in names else len(names), key)

    def _winner(self, won: Mapping[str, Json] | None) -> Shape:
        if not won:
            return {"source": "", "rule": "", "at": None}
        return {"source": self._source(won), "rule": won["rule"], "at": datetime.fromisoformat(won["at"])}

    def _source(self, won: Mapping[str, Json]) -> str:
        return next((record_words(record) for record in self.records if record.pk == won["record"]), won["source"])

    def _cell(self, key: str, record: SourceRecord, cells: Mapping[str, list[Cell]]) -> Shape:
        held = [cell for cell in cells.get(key, []) if not _empty(cell.held)]
        values = [cell.held for cell in held]
        mark = self._mark(key, record, held)
        return {"text": words.value(values[0] if len(values) == 1 else values), "mark": mark, "words": MARKS[mark]}

    def _mark(self, key: str, record: SourceRecord, held: Sequence[Cell]) -> str:
        won = self.customer.winners.get(key) or {}
        if not held:
            return "none"
        if won.get("record") == record.pk:
            return "won"
        if all(cell.by_hub for cell in held):
            return "hub"
        golden = self.customer.values.get(key)
        known = golden if isinstance(golden, list) else [golden]
        return "same" if all(cell.held in known for cell in held) else "differs"

    def _written(self, one: Mapping[str, Json]) -> str:
        keys = one.get("keys", [])
        names = [words.label(key, self.attributes) for key in keys if not key.startswith("ids|")]
        if len(names) < len(keys):
            names.append("ids of the hub and the other systems")
        verb = "Created" if one.get("created") else "Updated"
        return f"{verb} {words.short_id(one.get('external_id') or '') or 'a record'}: {', '.join(names) or 'its key'}"

    def _happened(self, change: Change) -> str:
        if change.record is not None:
            return f"{MOVES.get(change.cause, 'Moved:')} {record_words(change.record)}"
        if change.first:
            return "First values"
        if change.cause.startswith("rule set"):
            return f"Rules changed ({change.cause})"
        return CAUSES.get(change.cause, change.cause.capitalize())

    def _edit(self, edit: Edit, first: bool) -> Shape:
        by_key = {record.source_key: record for record in self.records}
        source = by_key.get(edit.source)
        return {
            "label": words.label(edit.key, self.attributes),
            "before": "" if first else words.value(edit.before) or "nothing",
            "after": words.value(edit.after) or "nothing",
            "source": record_words(source) if source else edit.source,
            "rule": edit.rule,
        }


def _empty(value: Json) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _ids(records: Iterable[SourceRecord]) -> list[Shape]:
    """Active ones first; the oldest active one is the primary."""
    ordered = sorted(records, key=lambda record: record.status != SourceRecord.Status.ACTIVE)
    out: list[Shape] = []
    for record in ordered:
        active = record.status == SourceRecord.Status.ACTIVE
        duplicate = any(other["record"].object_type == record.object_type for other in out)
        note = record.status if not active else "duplicate there" if duplicate else ""
        known = words.short_id(record.external_id)
        out.append({"record": record, "id": known, "note": note, "by_hub": record.created_for_id is not None})
    return out


def _said(record: SourceRecord) -> dict[str, list[Cell]]:
    """What a record holds by slot, internal keys left out."""
    found: dict[str, list[Cell]] = defaultdict(list)
    for text, cell in record.cells.items():
        key = Key.parse(text)
        if not key.name.startswith("@") and key.name != "ids":
            found[str(key.slot)].append(Cell.from_json(cell))
    return found

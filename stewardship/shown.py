"""A golden record in words: its values with where they come from, what each source holds, why a value stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mdm.engine.survivorship.rules import RuleBook
from mdm.engine.values import Cell, Json, Key
from mdm.entities import words
from mdm.models import Connection, GoldenValues, SourceRecord
from stewardship.presenters import record_words

Shape = dict[str, Any]
MARKS = {"won": "wins", "same": "same", "differs": "differs", "hub": "from the hub", "none": ""}


@dataclass(frozen=True, slots=True)
class Shown:
    """One golden record with its source records, ready to be told."""

    golden: GoldenValues
    records: Sequence[SourceRecord]
    book: RuleBook

    def identifiers(self, systems: Iterable[Connection]) -> list[Shape]:
        """Its ids in each system, the primary one first; duplicates there and records that went are said so."""
        by_connection: dict[int, list[SourceRecord]] = defaultdict(list)
        for record in self.records:
            if "." not in record.object_type:
                by_connection[record.connection_id].append(record)
        return [{"system": system, "ids": _ids(by_connection[system.pk])} for system in systems]

    def values(self, *, now: GoldenValues | None = None, why: str = "") -> list[Shape]:
        """Golden values with their winners, in the order the attributes are declared.

        `now`: how it stands today, where `golden` is as of a time: each value then tells what it is today if that
        differs. `why`: the key of the one value that is explained.
        """
        today = now.values if now else {}
        keys = self.golden.values.keys() | today.keys()
        rows = []
        for key in sorted(keys, key=self.place):
            then = self.golden.values.get(key)
            differs = now is not None and then != today.get(key)
            if not _empty(then) or differs:
                rows.append(
                    {
                        "key": key,
                        "label": self.label(key),
                        "text": words.value(then),
                        "today": (words.value(today.get(key)) or "nothing") if differs else "",
                        **self._winner(self.golden.winners.get(key)),
                        "why": self.why(key) if key == why else None,
                    }
                )
        return rows

    def why(self, key: str) -> Shape:
        """Why a value stands: the rule, and what each source record says with the reason why it did not win."""
        parsed, won = Key.parse(key), self.golden.winners.get(key) or {}
        scope = (parsed.context, *(str(self.golden.values.get(name) or "") for name in ("region", "legal_entity")))
        owner = self.book.owner(parsed.name, *scope)
        said = [self._voice(record, cell, key, won, owner.owner if owner else "") for record, cell in self._heard(key)]
        return {
            "rule": won.get("rule", ""),
            "owner": owner.owner if owner else "",
            "survivor": self.book.survivor(parsed.name, *scope).words,
            "rule_set": self.golden.rule_version,
            "voices": sorted(said, key=lambda voice: (not voice["won"], not voice["stated"])),
        }

    def grid(self) -> list[Shape]:
        """Attribute by source record: what each says, and how that stands to the golden value."""
        said = [_said(record) for record in self.records]
        keys = {key for cells in said for key in cells} | self.golden.values.keys()
        return [
            {
                "label": self.label(key),
                "golden": words.value(self.golden.values.get(key)),
                "cells": [self._cell(key, record, cells) for record, cells in zip(self.records, said, strict=True)],
            }
            for key in sorted(keys, key=self.place)
        ]

    def label(self, key: str) -> str:
        """The label of an attribute key with its context."""
        return words.label(key, self.book.attributes)  # type: ignore[arg-type]

    def place(self, key: str) -> tuple[int, str]:
        """Sorts keys in the order the attributes are declared."""
        names = list(self.book.attributes)
        name = Key.parse(key).name
        return (names.index(name) if name in names else len(names), key)

    def source(self, record: int, otherwise: str) -> str:
        """One of its source records in words, by id."""
        return next((record_words(one) for one in self.records if one.pk == record), otherwise)

    def _winner(self, won: Mapping[str, Json] | None) -> Shape:
        if not won:
            return {"source": "", "role": "", "rule": "", "at": None}
        record = next((one for one in self.records if one.pk == won["record"]), None)
        return {
            "source": record_words(record) if record else won["source"],
            "role": record.connection.role if record else "",
            "rule": won["rule"],
            "at": datetime.fromisoformat(won["at"]),
        }

    def _heard(self, key: str) -> Iterable[tuple[SourceRecord, Cell]]:
        return ((record, cell) for record in self.records for cell in _said(record).get(key, []))

    def _voice(self, record: SourceRecord, cell: Cell, key: str, won: Mapping[str, Json], owner: str) -> Shape:
        stated = cell.stated
        wins = won.get("record") == record.pk
        value = stated.value if stated else cell.held
        golden = self.golden.values.get(key)
        agrees = value == golden or (isinstance(golden, list) and value in golden)
        return {
            "record": record,
            "source": record_words(record),
            "value": words.value(value) or "nothing",
            "at": stated.at if stated else None,
            "stated": stated is not None,
            "edits": stated.run if stated else 0,
            "won": wins,
            "reason": "" if wins else _lost(record, cell, agrees, owner, str(won.get("rule", ""))),
        }

    def _cell(self, key: str, record: SourceRecord, cells: Mapping[str, list[Cell]]) -> Shape:
        held = [cell for cell in cells.get(key, []) if not _empty(cell.held)]
        values = [cell.held for cell in held]
        mark = self._mark(key, record, held)
        return {"text": words.value(values[0] if len(values) == 1 else values), "mark": mark, "words": MARKS[mark]}

    def _mark(self, key: str, record: SourceRecord, held: Sequence[Cell]) -> str:
        won = self.golden.winners.get(key) or {}
        if not held:
            return "none"
        if won.get("record") == record.pk:
            return "won"
        if all(cell.by_hub for cell in held):
            return "hub"
        golden = self.golden.values.get(key)
        known = golden if isinstance(golden, list) else [golden]
        return "same" if all(cell.held in known for cell in held) else "differs"


def _lost(record: SourceRecord, cell: Cell, agrees: bool, owner: str, rule: str) -> str:
    """Why what a source record says is not the golden value."""
    if cell.stated is None:
        return "the hub wrote this there; it is no statement of that system"
    if record.status != SourceRecord.Status.ACTIVE:
        return f"the record is {record.status} there"
    if agrees:
        return "says the same"
    if owner and rule.startswith("owned by") and owner not in (record.connection.role, record.connection.code):
        return f"{owner} owns this; an edit here is a proposal to it" if cell.stated.run else f"{owner} owns this"
    if cell.stated.value is None:
        return "emptied it; another system still has a value"
    return f"ranked behind by “{rule}”" if rule else "no rule chose it"


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

"""From a case to what its pages say: two sides, what would become of them, the evidence. No queries here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from connectors import foretell
from connectors.foretell import System
from mdm.engine.values import Json, Key
from mdm.entities import words
from mdm.entities.words import Labelled
from mdm.models import Case, Connection, SourceRecord
from mdm.pipeline.consolidate import Planned
from mdm.selectors import review
from stewardship.presenters import record_words

Shape = dict[str, Any]
Piece = tuple[str, bool]
WIDTH = 200  # pixels of the whole waterfall
ALIKE, LONGEST = 0.6, 400  # what is less alike, or longer, is not compared letter by letter
ORDER = ("different", "one side", "equal")


def names(item: review.Item) -> str:
    """Both parties by name: those of a closed case as they were when it was decided."""
    if any(item.case.about):
        return decided(item.case)
    return " and ".join(side.display_name if side else "a golden record that is gone" for side in _sides(item))


def decided(case: Case) -> str:
    """The names both parties had when a case was decided."""
    return " and ".join(case.about)


def row(item: review.Item) -> Shape:
    """One row of the queue: the parties, and what speaks most for and against them being one."""
    found = [line for line in review.lines(item.case) if line[0] != "prior"]
    best, worst = max(found, key=lambda line: line[1], default=None), min(found, key=lambda line: line[1], default=None)
    return {
        "item": item,
        "names": names(item),
        "speaks_for": best[2] if best and best[1] > 0 else "",
        "speaks_against": item.case.evidence.get("veto") or (worst[2] if worst and worst[1] < 0 else ""),
    }


def waterfall(found: Sequence[tuple[float, str]]) -> list[Shape]:
    """Each finding (weight, words) with a bar from where the sum stood before it to where it stands after.

    Pixels run from the lowest sum there is to the highest; `zero` is where even odds lie.
    """
    sums = [0.0, *accumulate(weight for weight, _ in found)]
    low, high = min(sums), max(sums)
    scale = WIDTH / ((high - low) or 1.0)
    return [
        {
            "words": told,
            "weight": weight,
            "start": round((min(before, after) - low) * scale),
            "width": max(2, round(abs(weight) * scale)),
            "zero": round(-low * scale),
            "way": "for" if weight > 0 else "against",
        }
        for (weight, told), before, after in zip(found, sums[:-1], sums[1:], strict=True)
    ]


def steps(grown: Sequence[Mapping[str, Any]]) -> list[Shape]:
    """How source records came together, each step with its waterfall."""
    return [{**one, "bars": bars(one["explanation"])} for one in grown]


# What a reason why two are not one is about.
REASONS = {
    "entity": "Nothing to compare",
    "apart": "Kept apart",
    "veto": "Forbidden",
    "weight": "Not enough evidence",
    "unseen": "Not compared",
    "common": "Not compared",
    "held": "Held back",
    "against": "Their groups differ",
    "pending": "Not yet",
}


def answered(answer: Mapping[str, Any]) -> Shape:
    """Why two are not one: reasons with titles, and the pair that fits best as a waterfall."""
    reasons = [{**one, "title": REASONS[one["kind"]]} for one in answer["reasons"]]
    compared = answer["compared"]
    return {"answer": {**answer, "reasons": reasons}, "bars": bars(compared["explanation"]) if compared else []}


def bars(explanation: Sequence[Mapping[str, Any]]) -> list[Shape]:
    """An explanation as it is told to clients as a waterfall, without what weighs nothing."""
    return waterfall([(one["weight"], one["words"]) for one in explanation if one["weight"]])


def written(systems: Sequence[System], attributes: Mapping[str, Labelled]) -> list[Shape]:
    """Each system with what it would be written, in words."""
    return [
        {
            "name": system.name,
            "trouble": system.trouble,
            "fields": system.fields,
            "writes": [
                {
                    "what": f"{write.object_type} {words.short_id(write.external_id)}".strip()
                    if write.external_id
                    else f"a new {write.object_type}",
                    "labels": [words.label(key, attributes) for key in write.keys],
                }
                for write in system.writes
            ],
        }
        for system in systems
    ]


def parted(planned: tuple[Planned, Planned], attributes: Mapping[str, Labelled]) -> list[Shape]:
    """Attribute by attribute, what each of the two golden records would hold after a parting."""
    taken, left = (side.values for side in planned)
    names = list(attributes)

    def place(key: str) -> tuple[int, str]:
        name = Key.parse(key).name
        return (names.index(name) if name in names else len(names), key)

    return [
        {
            "label": words.label(key, attributes),
            "taken": words.value(taken.get(key)),
            "left": words.value(left.get(key)),
            "differs": taken.get(key) != left.get(key),
        }
        for key in sorted({*taken, *left}, key=place)
        if words.value(taken.get(key)) or words.value(left.get(key))
    ]


def slots(
    found: Sequence[tuple[Connection, list[foretell.Slot], str]], attributes: Mapping[str, Labelled]
) -> list[Shape]:
    """Each system with the slots of a golden record there, and what differs in each, in words."""
    return [
        {"system": connection, "trouble": trouble, "slots": [slot(one, attributes) for one in there]}
        for connection, there, trouble in found
    ]


def slot(found: foretell.Slot, attributes: Mapping[str, Labelled]) -> Shape:
    """One slot in words: whether it is in step, and what it holds beside what it should."""
    return {
        "what": f"{found.object_type} {words.short_id(found.external_id)}".strip(),
        "state": "waits" if found.missing else found.operation if found.differences else "in step",
        "missing": found.missing,
        "differences": [
            {
                "label": _label(one.key, attributes),
                "held": words.value(one.held) or "nothing",
                "wanted": words.value(one.wanted) or "nothing",
            }
            for one in found.differences
        ],
    }


def _label(key: str, attributes: Mapping[str, Labelled]) -> str:
    """Ids are attributes of no entity: they are the hub's own and those of the other systems."""
    name = Key.parse(key)
    return f"Id, {name.context}" if name.name == "ids" else words.label(key, attributes)


def differing(first: str, second: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, each with whether the other text lacks it; whole where they have too little in common."""
    matcher = SequenceMatcher(None, first.casefold(), second.casefold(), autojunk=False)
    if max(len(first), len(second)) > LONGEST or matcher.ratio() < ALIKE:
        return [(first, False)], [(second, False)]
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        left += [(first[a:b], tag != "equal")] if a < b else []
        right += [(second[c:d], tag != "equal")] if c < d else []
    return left, right


def _sides(item: review.Item) -> tuple[Any, Any]:
    return item.first, item.second


@dataclass(frozen=True, slots=True)
class Compared:
    """A case with the source records of both sides and what one golden record of them would hold."""

    item: review.Item
    records: tuple[Sequence[SourceRecord], Sequence[SourceRecord]]
    planned: Planned | None
    attributes: Mapping[str, Labelled]

    def sides(self) -> list[Shape]:
        """Each side with its source records in words."""
        return [
            {"customer": side, "letter": letter, "records": [record_words(one) for one in records]}
            for side, letter, records in zip(_sides(self.item), "AB", self.records, strict=True)
        ]

    def rows(self) -> list[Shape]:
        """Attribute by attribute: both values, how they compare, the value that would stand and its source."""
        left, right = (side.values if side else {} for side in _sides(self.item))
        result = self.planned.values if self.planned else {}
        rows = [self._row(key, left.get(key), right.get(key), result.get(key)) for key in {*left, *right}]
        shown = [one for one in rows if one["first"] or one["second"]]
        return sorted(shown, key=lambda one: (ORDER.index(one["mark"]), self._place(one["key"]), one["key"]))

    def waterfall(self) -> list[Shape]:
        """The evidence of the case, finding by finding."""
        return waterfall([(weight, told) for _, weight, told in review.lines(self.item.case)])

    def _row(self, key: str, left: Json, right: Json, result: Json) -> Shape:
        mark = "equal" if left == right else "one side" if left is None or right is None else "different"
        won = (self.planned.winners if self.planned else {}).get(key)
        return {
            "key": key,
            "label": words.label(key, self.attributes),
            "first": words.value(left),
            "second": words.value(right),
            "pieces": differing(words.value(left), words.value(right)) if mark == "different" else None,
            "mark": mark,
            "result": words.value(result),
            "because": self._because(won) if mark == "different" else "",
        }

    def _because(self, won: Any) -> str:
        if not isinstance(won, Mapping):
            return ""
        known = {record.source_key: record for side in self.records for record in side}
        record = known.get(str(won.get("source", "")))
        source = record.connection.name if record else ""
        return ": ".join(part for part in (source, str(won.get("rule", ""))) if part)

    def _place(self, key: str) -> int:
        order = list(self.attributes)
        name = Key.parse(key).name
        return order.index(name) if name in order else len(order)

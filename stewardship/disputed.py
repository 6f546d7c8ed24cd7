"""Proposals in words: causes, rows, and one with everybody who has a say in it. No queries but the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mdm.engine.survivorship.rules import RuleBook
from mdm.entities import words
from mdm.models import Proposal, SourceRecord
from mdm.selectors import record
from mdm.selectors.conflicts import Cause, Wanted
from stewardship.presenters import record_words
from stewardship.shown import Shown

Shape = dict[str, Any]
MOST = 200  # letters of a part of an address


def wanted(given: Mapping[str, str]) -> Wanted:
    """The question in an address; it lives there so that a list can be sent to a colleague."""
    names = ("entity", "attribute", "system", "owner", "about")
    return Wanted(**{name: given.get(name, "").replace("\x00", "")[:MOST] for name in names})


def number(text: str) -> int:
    """An id or version as it came; 0, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def versions(texts: Iterable[str]) -> dict[int, int]:
    """Proposal -> version, of "12:3" each; what is none is left out."""
    pairs = (text.partition(":") for text in texts)
    found = {number(pk): number(version) for pk, _, version in pairs}
    return {pk: version for pk, version in found.items() if pk and version}


def causes(found: Iterable[Cause]) -> list[Shape]:
    """Each cause with the label of its attribute."""
    books = record.books()
    return [
        {"cause": one, "label": words.label(one.attribute, books[one.entity].attributes)}  # type: ignore[arg-type]
        for one in found
    ]


def label(asked: Wanted) -> str:
    """The label of the attribute asked for, empty where none is."""
    books = record.books()
    if not asked.attribute or asked.entity not in books:
        return asked.attribute
    try:
        return words.label(asked.attribute, books[asked.entity].attributes)  # type: ignore[arg-type]
    except ValueError:  # no key of any attribute
        return asked.attribute


def rows(found: Iterable[Proposal]) -> list[Shape]:
    """Proposals with their values in words."""
    return [row(one) for one in found]


def row(one: Proposal) -> Shape:
    """One proposal: about whom, what is wanted, what the owner has."""
    return {
        "proposal": one,
        "golden": one.golden.typed,
        "value": words.value(one.value) or "nothing",
        "owner_value": words.value(one.owner_value) or "nothing",
        "source": record_words(one.record),
    }


def one(found: Proposal, records: Sequence[SourceRecord], book: RuleBook) -> Shape:
    """One proposal with what everybody says of the attribute, and what the golden record holds."""
    golden = found.golden.typed
    assert golden is not None
    shown = Shown(golden, records, book)
    return {
        **row(found),
        "label": shown.label(found.key),
        "now": words.value(golden.values.get(found.key)) or "nothing",
        "why": shown.why(found.key),
    }

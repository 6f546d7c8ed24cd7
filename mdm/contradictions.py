"""What contradicts in a rule set, in sentences for the person who edits it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from django.core.exceptions import ValidationError

from mdm.engine.survivorship import contradictions
from mdm.engine.survivorship.rules import OwnerRule, Scope, SurvivorRule
from mdm.models import DistributionRule, FieldMapping, OwnershipRule, RuleSet, SurvivorshipRule
from mdm.models.rules import Rule, Scoped

R = TypeVar("R", bound=Rule)


class Contradictory(Exception):
    """A rule set that must not be put in force; `sentences` say why."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


def of_set(rule_set: RuleSet) -> list[str]:
    """Everything that is wrong in a stored rule set: row by row, then between rows."""
    rows = [row for relation in relations() for row in getattr(rule_set, relation).all()]
    return [*_wrong(rule_set), *(sentence for row in rows for sentence in _wrong(row)), *between(rows)]


def relations() -> list[str]:
    """Names by which a rule set reaches its rows."""
    concrete = [model for model in Rule.__subclasses__() + Scoped.__subclasses__() if not model._meta.abstract]
    return [f"{model.__name__.lower()}s" for model in concrete]


def between(rows: Sequence[Rule]) -> list[str]:
    """What rows of one rule set say against each other; they need not be saved."""
    owners = [row for row in rows if isinstance(row, OwnershipRule)]
    survivors = [row for row in rows if isinstance(row, SurvivorshipRule)]
    mappings = [row for row in rows if isinstance(row, FieldMapping)]
    slots = [row for row in rows if isinstance(row, DistributionRule)]
    return [*_owners(owners), *_survivors(survivors), *_mappings(mappings), *_slots(slots)]


def _owners(rows: Sequence[OwnershipRule]) -> Iterator[str]:
    for same in _by_entity(rows):
        rules = [OwnerRule(attribute=row.attribute, owner=row.owner, scope=scope(row)) for row in same]
        yield from contradictions.of_owners(rules)


def _survivors(rows: Sequence[SurvivorshipRule]) -> Iterator[str]:
    for same in _by_entity(rows):
        rules = [
            SurvivorRule(attribute=row.attribute, strategy=row.strategy, sources=tuple(row.sources), scope=scope(row))
            for row in same
        ]
        yield from contradictions.of_survivors(rules)


def _by_entity(rows: Sequence[R]) -> Iterator[list[R]]:
    for _, same in groupby(sorted(rows, key=lambda row: row.entity), key=lambda row: row.entity):
        yield list(same)


def scope(row: Scoped) -> Scope:
    return Scope(context=row.context, region=row.region, legal_entity=row.legal_entity)


def _mappings(rows: Sequence[FieldMapping]) -> Iterator[str]:
    """Two fields of one object must not feed one value, nor one value two fields."""
    for way in ("read", "write"):
        natives: dict[tuple[int, str, str, str, str], list[str]] = defaultdict(list)
        for row in rows:
            if getattr(row, way) and row.connection_id:
                natives[row.connection_id, row.object_type, row.entity, row.attribute, row.context].append(row.native)
        for (_, object_type, _, attribute, _), names in natives.items():
            if len(names) > 1:
                verb = "read into" if way == "read" else "written from"
                yield f"{' and '.join(names)} of {object_type} are both {verb} {attribute}; keep one of them."


def _slots(rows: Sequence[DistributionRule]) -> Iterator[str]:
    """The first row whose conditions hold decides, so a second with the same conditions is never looked at."""
    seen: dict[str, DistributionRule] = {}
    for row in rows:
        told = repr((row.connection_id, row.object_type, row.entity, sorted(row.conditions.items(), key=repr)))
        if row.connection_id and told in seen:
            yield f"{row} stands there twice with the same conditions; remove one row."
        seen[told] = row


def _wrong(row: RuleSet | Rule) -> Iterable[str]:
    try:
        row.clean()
    except ValidationError as error:
        yield from (f"{row}: {sentence}" for sentence in error.messages)

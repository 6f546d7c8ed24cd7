"""From the testimony of all source records of one golden record to its values, winners and contested edits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mdm.engine import prices
from mdm.engine.kinds import Kind
from mdm.engine.survivorship.rules import AttributeLike, RuleBook
from mdm.engine.survivorship.strategies import Candidate, Source, identity, ranked
from mdm.engine.values import Json, Key, Statement

SCOPING = ("region", "legal_entity")


@dataclass(frozen=True, slots=True)
class Testimony:
    """All statements of one source record, by attribute key."""

    source: Source
    statements: Mapping[Key, Statement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """Why a golden value is what it is."""

    source: Source
    rule: str
    at: str

    def to_json(self) -> dict[str, Json]:
        return {"record": self.source.record_id, "source": self.source.key, "rule": self.rule, "at": self.at}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A non-owner's edit that differs from the owner's value: it becomes a proposal."""

    source: Source
    key: str
    value: Json
    owner: str
    owner_value: Json
    at: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Golden values by slot text (`phones|main`; a list for attributes of shape many), their winners, and contests."""

    values: dict[str, Json]
    winners: dict[str, Winner]
    contests: tuple[Contest, ...]


def resolve(book: RuleBook, testimonies: Sequence[Testimony]) -> Resolution:
    """Apply ownership, then survivorship, to each attribute slot. Order of testimonies does not matter."""
    slots = _by_slot(book, testimonies)
    found = _Found(book, {}, {}, [])
    for name in SCOPING:
        found.settle(Key(name), slots.pop(Key(name), []))
    groups: dict[str, list[Key]] = defaultdict(list)
    for slot in sorted(slots):
        group = book.attributes[slot.name].group
        groups[group].append(slot) if group else found.settle(slot, slots[slot])
    for members in groups.values():
        found.settle_group(_declared_order(book, members), slots)
    return Resolution(found.values, found.winners, tuple(found.contests))


def _by_slot(book: RuleBook, testimonies: Sequence[Testimony]) -> dict[Key, list[Candidate]]:
    slots: dict[Key, list[Candidate]] = defaultdict(list)
    for testimony in testimonies:
        for key, statement in testimony.statements.items():
            if key.name in book.attributes:
                slots[key.slot].append(Candidate(testimony.source, statement))
    return slots


def _declared_order(book: RuleBook, slots: Sequence[Key]) -> list[Key]:
    names = list(book.attributes)
    return sorted(slots, key=lambda slot: (names.index(slot.name), slot))


@dataclass(slots=True)
class _Found:
    book: RuleBook
    values: dict[str, Json]
    winners: dict[str, Winner]
    contests: list[Contest]

    def settle(self, slot: Key, candidates: Sequence[Candidate]) -> None:
        order, rule = self._order(slot, candidates)
        if not order:
            return
        attribute = self.book.attributes[slot.name]
        self._win(slot, order[0], rule, _golden_value(attribute, order))

    def settle_group(self, slots: Sequence[Key], by_slot: Mapping[Key, Sequence[Candidate]]) -> None:
        """All attributes of a group come from the record that wins the first one anybody fills.

        Of what that record never said itself, be it that it holds our own writing there, the others' words stand.
        """
        orders = {slot: self._order(slot, by_slot[slot]) for slot in slots}
        lead = next((slot for slot in slots if orders[slot][0]), None)
        if lead is None:
            return
        first, rule = orders[lead][0][0], orders[lead][1]
        for slot in slots:
            own = [one for one in by_slot[slot] if one.source.record_id == first.source.record_id]
            best, why = (ranked(own, "most_recent"), rule) if own else orders[slot]
            if best and best[0].value is not None:
                self._win(slot, best[0], why, best[0].value)

    def _order(self, slot: Key, candidates: Sequence[Candidate]) -> tuple[list[Candidate], str]:
        scope = (slot.context, str(self.values.get("region") or ""), str(self.values.get("legal_entity") or ""))
        filled = [one for one in candidates if one.value is not None]
        survivor = self.book.survivor(slot.name, *scope)
        owner = self.book.owner(slot.name, *scope)
        if owner is not None:
            # An owner that emptied a value it once had has spoken too.
            owned = [one for one in candidates if one.source.is_one_of(owner.owner) and _spoken(one)]
            if owned:
                order = ranked(
                    [one for one in owned if one.value is not None] or owned, survivor.strategy, survivor.sources
                )
                self._contest(slot, order, filled, owner.owner)
                return order, f"owned by {owner.owner}"
        return ranked(filled, survivor.strategy, survivor.sources), survivor.words

    def _contest(self, slot: Key, owned: Sequence[Candidate], filled: Sequence[Candidate], owner: str) -> None:
        held = {identity(one.value) for one in owned}
        priced = self.book.attributes[slot.name].kind == Kind.PRICE
        for one in ranked(filled, "most_recent"):
            if one.source.is_one_of(owner) or one.statement.run == 0 or identity(one.value) in held:
                continue
            if priced and any(prices.agrees(one.value, other.value, one.at.date().isoformat()) for other in owned):
                continue
            self.contests.append(
                Contest(
                    source=one.source,
                    key=str(slot),
                    value=one.value,
                    owner=owner,
                    owner_value=owned[0].value,
                    at=one.at.isoformat(),
                )
            )

    def _win(self, slot: Key, winner: Candidate, rule: str, value: Json) -> None:
        self.values[str(slot)] = value
        self.winners[str(slot)] = Winner(source=winner.source, rule=rule, at=winner.at.isoformat())


def _spoken(one: Candidate) -> bool:
    return one.value is not None or one.statement.run > 0


def _golden_value(attribute: AttributeLike, order: Sequence[Candidate]) -> Json:
    if attribute.shape != "many":
        return order[0].value
    return list({identity(one.value): one.value for one in order if one.value is not None}.values())

"""What each slot should hold, beside what its system was last observed to hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from django.db.models import Q
from django.utils import timezone

from mdm import rules
from mdm.contracts import Desired
from mdm.engine import prices
from mdm.engine.kinds import Kind
from mdm.engine.values import Cell, Json, Key
from mdm.entities import CUSTOMER, ENTITIES
from mdm.models import VALUES, Case, Connection, GoldenValues, Proposal, Relation, SourceRecord
from mdm.rules import Distribution, Rules

BLOCKED = "blocked"
Represent = Callable[[Mapping[str, Json]], Mapping[str, Json]]


class Slot(Protocol):
    """What a connector declares of an object type."""

    @property
    def name(self) -> str: ...
    @property
    def entity(self) -> str: ...
    @property
    def holds(self) -> Collection[str]: ...
    @property
    def person_holds(self) -> Collection[str]: ...
    @property
    def refs(self) -> Sequence[str]: ...
    @property
    def needs(self) -> Sequence[tuple[str, str]]: ...


@dataclass(slots=True, kw_only=True)
class Want:
    """One push to consider. `missing` names ends whose record is not there yet, or not fit; `proposed` keys carry an
    accepted proposal and become the owner's own word once it holds them; `nothing_left` means no call is needed."""

    subject_id: int
    desired: Desired
    record: SourceRecord | None
    missing: tuple[tuple[str, int], ...] = ()
    proposed: frozenset[str] = frozenset()

    @property
    def nothing_left(self) -> bool:
        return self.record is not None and not self.desired.changed


@dataclass(slots=True)
class _Ground:
    """Everything read at once for one batch of slots."""

    connection: Connection
    slot: Slot
    rules: Rules
    represent: Represent
    today: date
    goldens: dict[int, GoldenValues] = field(default_factory=dict)
    records: dict[int, list[SourceRecord]] = field(default_factory=lambda: defaultdict(list))
    ids: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    present: dict[int, str] = field(default_factory=dict)
    unfit: set[tuple[str, int]] = field(default_factory=set)
    contacts: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    parts: dict[str, SourceRecord] = field(default_factory=dict)
    accepted: dict[int, list[Proposal]] = field(default_factory=lambda: defaultdict(list))


def goldens(
    pks: Iterable[int], connection: Connection, slot: Slot, represent: Represent, today: date | None = None
) -> list[Want]:
    """What `connection` should hold of these golden records as `slot`; those it should not hold are left out.

    `today`: the day whose prices are meant; by default that of the hub's time zone.
    """
    ground = _Ground(connection, slot, rules.current(), represent, today or timezone.localdate())
    ground.goldens = _values(slot, pks)
    _read_records(ground, "golden", ground.goldens)
    _read_ids(ground, ground.goldens)
    ground.contacts = contacts(ground.goldens) if slot.entity == CUSTOMER.name else set()
    ground.held = held_for_review(ground.goldens, connection, slot.name)
    _read_accepted(ground)
    return [want for pk in sorted(ground.goldens) for want in _of_golden(ground, ground.goldens[pk])]


def _values(slot: Slot, pks: Iterable[int]) -> dict[int, GoldenValues]:
    return (
        VALUES[ENTITIES[slot.entity].mastered]
        ._default_manager.select_related("golden")
        .defer("updated_at", "golden__created_at", "golden__held_until")
        .in_bulk(set(pks))
    )


def relations(
    pks: Iterable[int], connection: Connection, slot: Slot, represent: Represent, today: date | None = None
) -> list[Want]:
    """What `connection` should hold of these relations as `slot`."""
    rows = Relation.objects.filter(pk__in=set(pks), type=slot.entity, status=Relation.Status.ACTIVE)
    found = {row.pk: row for row in rows.select_related("source", "target")}
    ends = {pk for row in found.values() for pk in (row.source_id, row.target_id)}
    ground = _Ground(connection, slot, rules.current(), represent, today or timezone.localdate())
    ground.goldens = _values(slot, ends)
    _read_records(ground, "relation", found)
    _read_ids(ground, ends)
    _read_parts(ground)
    _read_unfit(ground)
    return [want for pk in sorted(found) for want in _of_relation(ground, found[pk])]


def eligible(golden: GoldenValues, rows: Iterable[Distribution], contact_of: bool) -> Distribution | None:
    """The first distribution row that says this golden record belongs there; None if none does.

    Of a relation, the conditions are held against the golden record at its first end: a contact's person.
    """
    if golden.status == GoldenValues.Status.MERGED:
        return None
    told: dict[str, Json] = {"status": golden.status, "contact_of": contact_of}
    for rule in rows:
        if all(
            _meets(told[name] if name in told else golden.value(name), wanted)
            for name, wanted in rule.conditions.items()
        ):
            return rule
    return None


def held_for_review(pks: Collection[int], connection: Connection, object_type: str) -> set[int]:
    """Those that may be a party this slot already holds: nothing is created for them until a steward has decided."""
    cases = Case.objects.filter(Q(first__in=pks) | Q(second__in=pks), state=Case.State.OPEN)
    pairs = [(row.first_id, row.second_id) for row in cases]
    there = SourceRecord.objects.filter(
        golden__in={pk for pair in pairs for pk in pair},
        connection=connection,
        object_type=object_type,
        status=SourceRecord.Status.ACTIVE,
    )
    present = set(there.values_list("golden_id", flat=True))
    return {one for a, b in pairs for one, other in ((a, b), (b, a)) if other in present and one not in present}


def _meets(value: Json, wanted: Json) -> bool:
    if isinstance(wanted, list):
        return value in wanted
    return bool(value) == wanted if isinstance(wanted, bool) else bool(value == wanted)


def _distribution(ground: _Ground) -> list[Distribution]:
    return [
        row
        for row in ground.rules.distribution
        if (row.connection_id, row.object_type, row.entity)
        == (ground.connection.pk, ground.slot.name, ground.slot.entity)
    ]


def _read_records(ground: _Ground, subject: str, pks: Collection[int]) -> None:
    rows = SourceRecord.objects.filter(
        **{f"{subject}__in": list(pks)}, connection=ground.connection, object_type=ground.slot.name
    ).defer("problems", "head_at", "head_observed_at", "head_digest", "seen_at")
    found = list(rows)
    for record in found:
        record.connection = ground.connection
    for record in sorted(found, key=lambda record: record.age):
        ground.records[getattr(record, f"{subject}_id")].append(record)


def _read_ids(ground: _Ground, pks: Collection[int]) -> None:
    """The tri-identifier of each golden record: per role its oldest active record, whole objects before parts.

    What is present here is read apart from it: another connection of the same role may hold the older record.
    """
    told = SourceRecord.objects.filter(golden__in=list(pks), status=SourceRecord.Status.ACTIVE).values_list(
        "golden_id", "connection__code", "connection__role", "connection_id", "object_type", "external_id", "first_at"
    )
    for golden, _, role, connection, object_type, external_id, _ in sorted(told, key=_whole_and_old_first):
        ground.ids[golden].setdefault(role, external_id)
        if connection == ground.connection.pk and "." not in object_type:
            ground.present.setdefault(golden, external_id)


def _whole_and_old_first(told: tuple[int, str, str, int, str, str, datetime]) -> tuple[bool, datetime, str]:
    _, code, _, _, object_type, external_id, first_at = told
    return ("." in object_type, first_at, f"{code}:{object_type}:{external_id}")


def contacts(pks: Collection[int]) -> set[int]:
    """Those of these golden customers who are somebody's contact."""
    rows = Relation.objects.filter(source__in=list(pks), type="contact", status=Relation.Status.ACTIVE)
    return set(rows.values_list("source_id", flat=True))


def _read_accepted(ground: _Ground) -> None:
    owners = [ground.connection.code, ground.connection.role]
    rows = Proposal.objects.filter(golden__in=list(ground.goldens), state=Proposal.State.ACCEPTED, owner__in=owners)
    for proposal in rows.order_by("pk"):
        ground.accepted[proposal.golden_id].append(proposal)


def _of_golden(ground: _Ground, golden: GoldenValues) -> Iterable[Want]:
    rule = eligible(golden, _distribution(ground), golden.pk in ground.contacts)
    if rule is None:
        return
    records, blocked = ground.records[golden.pk], golden.status == GoldenValues.Status.BLOCKED
    active = [record for record in records if record.status == SourceRecord.Status.ACTIVE]
    values = _of_today(ground, _may_hold(golden.values, ground.slot.holds))
    accepted = _of_today(ground, {row.key: row.value for row in ground.accepted[golden.pk]} if active else {})
    golden_id, ids = str(golden.golden.uid), _foreign_ids(ground, golden.pk)
    if active and rule.may_update:
        if blocked and _withdraws(ground, golden):
            yield from (_block(ground, golden.pk, record, golden_id, ids) for record in active)
            return
        primary, *duplicates = active
        # A proposal for the whole customer outweighs what the owner says of single companies: it decides there.
        kept = {key: value for key, value in values.items() if key.partition("|")[0] not in accepted}
        wants = [_update(ground, golden.pk, primary, {**kept, **accepted}, golden_id, ids, {}, frozenset(accepted))]
        wants += [_update(ground, golden.pk, one, {}, golden_id, ids, {}, frozenset()) for one in duplicates]
        yield from map(_unblocked, wants) if _withdraws(ground, golden) else wants
    elif not records and rule.may_create and not (blocked or golden.pk in ground.held):
        yield _create(ground, golden.pk, values, golden_id, ids, {})


def _withdraws(ground: _Ground, golden: GoldenValues) -> bool:
    """Whether a block is told to this system by an operation; not to the owner of the block, whose own word it is."""
    owner = ground.rules.books[golden.entity.name].owner(BLOCKED)
    own = owner is not None and owner.owner in (ground.connection.code, ground.connection.role)
    return golden.entity.withdrawn and not own


def _block(ground: _Ground, subject: int, record: SourceRecord, golden_id: str, ids: dict[str, str]) -> Want:
    """Take the record out of use and write nothing else: what changed meanwhile follows once it is used again."""
    want = _update(ground, subject, record, {}, golden_id, ids, {}, frozenset())
    cell = _block_cell(record)
    done = cell is not None and True in (cell.held, cell.sent)
    changed: frozenset[str] = frozenset() if done else frozenset({BLOCKED})
    want.desired = replace(want.desired, operation="block", attributes={BLOCKED: True}, changed=changed)
    return want


def _unblocked(want: Want) -> Want:
    """The same, which also takes back a block that still stands there, whether or not the system tells of it."""
    cell = _block_cell(want.record) if want.record else None
    if cell is not None and True in (cell.held, cell.sent) and cell.sent is not False:
        given = {**want.desired.attributes, BLOCKED: False}
        want.desired = replace(want.desired, attributes=given, changed=want.desired.changed | {BLOCKED})
    return want


def _block_cell(record: SourceRecord) -> Cell | None:
    return Cell.from_json(record.cells[BLOCKED]) if BLOCKED in record.cells else None


def _of_today(ground: _Ground, values: Mapping[str, Json]) -> dict[str, Json]:
    """The values with each price list as the one period valid today; a list without one is left out.

    What an owner emptied stays empty.
    """
    out = dict(values)
    for key in [key for key, value in values.items() if value is not None and _is_price(ground, key)]:
        out[key] = prices.valid_on(values[key], ground.today.isoformat())
        if not out[key]:
            del out[key]
    return out


def _is_price(ground: _Ground, key: str) -> bool:
    attribute = ground.rules.books[ground.slot.entity].attributes.get(Key.parse(key).name)
    return bool(attribute and attribute.kind == Kind.PRICE)


def _of_relation(ground: _Ground, relation: Relation) -> Iterable[Want]:
    person = ground.goldens.get(relation.source_id)
    rule = eligible(person, _distribution(ground), True) if person else None
    if rule is None or person is None:
        return
    needed = {"person": relation.source_id, "organisation": relation.target_id}
    if ground.slot.person_holds:
        needed.pop("person")
    refs = {name: ground.present[pk] for name, pk in needed.items() if pk in ground.present}
    missing = tuple((name, pk) for name, pk in needed.items() if pk not in ground.present or (name, pk) in ground.unfit)
    values = _may_hold(relation.attributes, ground.slot.holds)
    ids: dict[str, str] = {}
    if ground.slot.person_holds:
        values |= _may_hold(person.values, ground.slot.person_holds)
        ids = _foreign_ids(ground, relation.source_id)
    golden_id = str(person.golden.uid)
    records = ground.records[relation.pk]
    active = [record for record in records if record.status == SourceRecord.Status.ACTIVE]
    if active and rule.may_update:
        part = ground.parts.get(active[0].external_id)
        observed = {key: Cell.from_json(cell) for key, cell in part.cells.items()} if part else {}
        want = _update(ground, relation.pk, active[0], values, golden_id, ids, observed, frozenset())
        want.desired = replace(want.desired, refs=refs)
        yield want
        for duplicate in active[1:]:
            yield _update(ground, relation.pk, duplicate, {}, golden_id, ids, {}, frozenset())
    elif not records and rule.may_create:
        want = _create(ground, relation.pk, values, golden_id, ids, refs)
        want.missing = missing
        yield want


def _read_unfit(ground: _Ground) -> None:
    """The ends whose record there lacks what it must hold before a relation with it can be made."""
    if not ground.slot.needs:
        return
    rows = SourceRecord.objects.filter(
        connection=ground.connection, golden__in=ground.present, external_id__in=ground.present.values()
    )
    for golden_id, external_id, cells in rows.values_list("golden_id", "external_id", "cells"):
        if ground.present.get(golden_id) != external_id:
            continue
        held = {Key.parse(key).slot for key, cell in cells.items() if cell["v"] is not None}
        ground.unfit |= {(end, golden_id) for end, key in ground.slot.needs if Key.parse(key) not in held}


def _read_parts(ground: _Ground) -> None:
    """A contact object that carries its person's attributes holds them in a part record of the same id."""
    if not ground.slot.person_holds:
        return
    ids = [record.external_id for records in ground.records.values() for record in records]
    rows = SourceRecord.objects.filter(
        connection=ground.connection, object_type=f"{ground.slot.name}.Person", external_id__in=ids
    )
    ground.parts = {row.external_id: row for row in rows}


def _may_hold(values: Mapping[str, Json], holds: Collection[str]) -> dict[str, Json]:
    return {key: value for key, value in values.items() if key in holds or key.partition("|")[0] in holds}


def _foreign_ids(ground: _Ground, golden: int) -> dict[str, str]:
    return {role: value for role, value in ground.ids[golden].items() if role != ground.connection.role}


def _create(
    ground: _Ground,
    subject: int,
    values: Mapping[str, Json],
    golden_id: str,
    ids: dict[str, str],
    refs: Mapping[str, str],
) -> Want:
    first = {key: _one(ground, key, value) for key, value in values.items()}
    attributes = ground.represent({key: value for key, value in first.items() if value is not None})
    all_ids = {**ids, "golden": golden_id}
    desired = Desired(
        connection=ground.connection.code,
        object_type=ground.slot.name,
        entity=ground.slot.entity,
        golden_id=golden_id,
        crosswalk_key="",
        attributes=attributes,
        changed=frozenset(attributes) | ground.represent({f"ids|{n}": value for n, value in all_ids.items()}).keys(),
        ids=all_ids,
        refs=refs,
    )
    return Want(subject_id=subject, desired=desired, record=None)


def _update(
    ground: _Ground,
    subject: int,
    record: SourceRecord,
    values: Mapping[str, Json],
    golden_id: str,
    ids: dict[str, str],
    more: Mapping[str, Cell],
    proposed: frozenset[str],
) -> Want:
    cells = {**more, **{key: Cell.from_json(cell) for key, cell in record.cells.items()}}
    slots: dict[Key, list[Cell]] = defaultdict(list)
    for text, cell in cells.items():
        slots[Key.parse(text).slot].append(cell)
    wanted = _wanted(ground, values, slots)
    held = ground.represent({f"ids|{name}": value for name, value in {**ids, "golden": golden_id}.items()})
    changed = {
        key
        for key, value in wanted.items()
        if not _satisfied((value, values.get(key)), slots[Key.parse(key)])
        and not (value and _is_price(ground, key) and _priced(ground, value, slots[Key.parse(key)]))
    }
    changed |= {key for key, value in held.items() if not _satisfied((value,), slots[Key.parse(key)])}
    desired = Desired(
        connection=ground.connection.code,
        object_type=ground.slot.name,
        entity=ground.slot.entity,
        golden_id=golden_id,
        crosswalk_key=str(record.crosswalk_key),
        external_id=record.external_id,
        attributes=wanted,
        changed=frozenset(changed),
        observed={key: cell.held for key, cell in cells.items() if cell.held is not None and key[0] != "@"},
        ids={**ids, "golden": golden_id},
    )
    return Want(subject_id=subject, desired=desired, record=record, proposed=proposed & changed)


def _priced(ground: _Ground, wanted: Json, cells: Sequence[Cell]) -> bool:
    """Whether the system charges today's price, with or without dates of its own."""
    day = ground.today.isoformat()
    return any(prices.same(wanted, prices.valid_on(cell.held, day)) for cell in cells if cell.held is not None)


def _wanted(ground: _Ground, values: Mapping[str, Json], slots: Mapping[Key, list[Cell]]) -> dict[str, Json]:
    """One value per slot, in the form the target can represent; None where it must be emptied."""
    out: dict[str, Json] = {}
    for key, value in values.items():
        cells = slots.get(Key.parse(key), [])
        if isinstance(value, list) and not _is_price(ground, key):
            own = next((cell.held for cell in cells if cell.held in value), None)
            value = own if own is not None and _coexists(ground, key) else _one(ground, key, value)
        out[key] = value
    filled = dict(ground.represent({key: value for key, value in out.items() if value is not None}))
    filled |= {key: None for key, value in out.items() if value is None}
    if values:
        # What only the hub ever put there goes when the golden record no longer has it.
        holds = {*ground.slot.holds, *ground.slot.person_holds}
        for slot, cells in slots.items():
            pushed = any(cell.by_hub and cell.sent is not None and cell.held is not None for cell in cells)
            # Nor does a price that ran out: a system cannot sell for nothing, so the last one stays until the next.
            known = str(slot) in filled or str(slot) in out or _is_price(ground, str(slot))
            if pushed and not known and slot.name != "ids" and _may_hold({str(slot): 1}, holds):
                filled[str(slot)] = None
    return filled


def _coexists(ground: _Ground, key: str) -> bool:
    attribute = ground.rules.books[ground.slot.entity].attributes.get(Key.parse(key).name)
    return bool(attribute and attribute.coexist)


def _one(ground: _Ground, key: str, value: Json) -> Json:
    """The first of a list of values; a price list is one value."""
    if not isinstance(value, list) or _is_price(ground, key):
        return value
    return value[0] if value else None


def _satisfied(forms: Sequence[Json], cells: Sequence[Cell]) -> bool:
    """Holds it in one of these forms, or holds what it made of it when we sent just this."""
    if forms[0] is None:
        return all(cell.held in (None, False) for cell in cells)  # an empty flag is one that is not set
    return any((cell.held is not None and cell.held in forms) or cell.sent == forms[0] for cell in cells)

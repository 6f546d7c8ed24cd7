"""The records of the simulated system in memory: tables by key, indexes, change stamps and number ranges."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any
from urllib.parse import quote

from connectors.sandbox.base import Clock
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.filters import Node
from connectors.sandbox.sap.literals import day, milliseconds, moment
from connectors.sandbox.sap.schema import Entity, Navigation
from connectors.sandbox.sap.settings import Settings

Key = tuple[Any, ...]
PARTNER = "A_BusinessPartner"
CONTACT = "A_BusinessPartnerContact"


class Row:
    """One record: its values, the record it stands below, and the records below it by entity set and key."""

    __slots__ = ("below", "entity", "parent", "place", "values")

    def __init__(self, entity: Entity, values: dict[str, Any], parent: Row | None = None) -> None:
        self.entity, self.values, self.parent = entity, values, parent
        self.below: dict[str, dict[Key, Row]] = {}
        self.place: tuple[Any, ...] = ()

    @property
    def key(self) -> Key:
        """The values of the key properties."""
        return tuple(self.values[name] for name in self.entity.keys)

    @property
    def etag(self) -> str:
        """The entity tag as headers and `__metadata` carry it."""
        held = self.values[self.entity.tag]
        if self.entity.tag == "ETag":
            return f'W/"{held}"'
        text = "" if held is None else moment(held).replace(tzinfo=None).isoformat(timespec="microseconds")
        return f"W/\"datetimeoffset'{quote(text)}0Z'\""

    @property
    def root(self) -> Row:
        """The business partner, product or condition record this record belongs to."""
        return self if self.parent is None else self.parent.root

    def children(self, name: str) -> list[Row]:
        """The records of one entity set directly below."""
        return list(self.below.get(name, {}).values())

    def along(self, navigation: Navigation) -> list[Row]:
        """The records a navigation property leads to."""
        if navigation.up:
            return [self.parent] if self.parent else []
        found = self.below.get(navigation.target, {}).values()
        if navigation.among is None:
            return list(found)
        name, among = navigation.among
        return [row for row in found if row.values[name] in among]

    def tree(self) -> Iterator[Row]:
        """This record and all below it, parents first."""
        yield self
        for rows in self.below.values():
            for row in rows.values():
                yield from row.tree()


def place(row: Row) -> tuple[Any, ...]:
    """Where the record stands in a list ordered by key; numbers sort as numbers."""
    keys = [row.entity.properties[name] for name in row.entity.keys]
    return tuple(
        held.rjust(one.max_length or 0, "0") if one.alpha and held.isdigit() else held
        for one, held in zip(keys, row.key, strict=True)
    )


class Records:
    """All records of one system."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.clock = settings, clock
        self.clear()

    def clear(self) -> None:
        """Forget everything, numbers given included."""
        self.tables: dict[str, dict[Key, Row]] = {name: {} for name in ENTITIES}
        self.indexes: dict[tuple[str, str], dict[Any, dict[Key, Row]]] = defaultdict(dict)
        self.in_order: dict[str, list[Row]] = {}
        self.changes: list[tuple[int, str]] = []  # (day of the last change, partner)
        self.numbers: Counter[str] = Counter()
        self.revision = 0
        self.instant = 0

    # ---- finding ---------------------------------------------------------------------------------------------------

    def find(self, name: str, key: Key) -> Row | None:
        """The record of a key."""
        return self.tables[name].get(key)

    def by(self, name: str, prop: str, held: Any) -> list[Row]:
        """The records of a set whose indexed property holds a value."""
        return list(self.indexes[name, prop].get(held, {}).values())

    def listed(self, name: str) -> list[Row]:
        """All records of a set in key order."""
        if name not in self.in_order:
            self.in_order[name] = sorted(self.tables[name].values(), key=lambda row: row.place)
        return self.in_order[name]

    def passing(self, entity: Entity, node: Node | None) -> list[Row]:
        """The records a filter lets pass, in key order, found through an index where the filter allows it."""
        if node is None:
            return self.listed(entity.name)
        narrowed = self._narrowed(entity, node)
        test = node.value
        if narrowed is None:
            return [row for row in self.listed(entity.name) if test(row.values)]
        return sorted((row for row in narrowed if test(row.values)), key=lambda row: row.place)

    def _narrowed(self, entity: Entity, node: Node) -> list[Row] | None:
        if all(name in node.equals for name in entity.keys):
            keys = set(product(*(node.equals[name] for name in entity.keys)))
            return [row for key in keys if (row := self.find(entity.name, key))]
        for name in reversed(entity.indexed):
            if name in node.equals:
                return [row for held in set(node.equals[name]) for row in self.by(entity.name, name, held)]
        if node.since is not None and entity.name == PARTNER:
            start = bisect_left(self.changes, (day(node.since), ""))
            return [self.tables[PARTNER][number,] for _, number in self.changes[start:]]
        return None

    # ---- keeping ---------------------------------------------------------------------------------------------------

    def attach(self, row: Row) -> None:
        """Take a record and all below it into the tables and below its parent."""
        if row.parent is not None:
            row.parent.below.setdefault(row.entity.name, {})[row.key] = row
        for one in row.tree():
            name, key = one.entity.name, one.key
            one.place = place(one)
            self.tables[name][key] = one
            self.in_order.pop(name, None)
            for prop in one.entity.indexed:
                self.indexes[name, prop].setdefault(one.values[prop], {})[key] = one

    def detach(self, row: Row) -> None:
        """Let a record and all below it go."""
        for one in list(row.tree()):
            name, key = one.entity.name, one.key
            del self.tables[name][key]
            self.in_order.pop(name, None)
            for prop in one.entity.indexed:
                self.indexes[name, prop][one.values[prop]].pop(key)
        if row.parent is not None:
            del row.parent.below[row.entity.name][row.key]

    def put(self, row: Row, values: dict[str, Any]) -> None:
        """Give a kept record other values, and its new place where key or indexed properties are among them."""
        watched = (*row.entity.keys, *row.entity.indexed)
        if any(values[name] != row.values[name] for name in watched):
            self.detach(row)
            row.values = values
            self.attach(row)
        else:
            row.values = values

    def number(self, span: str, first: int) -> str:
        """The next number of a range."""
        self.numbers[span] = max(self.numbers[span], first - 1) + 1
        return str(self.numbers[span])

    def reserve(self, span: str, number: str) -> str:
        """Take a number that was given from outside, so that the range never gives it again."""
        if number.isdigit():
            self.numbers[span] = max(self.numbers[span], int(number))
        return number

    # ---- change stamps ---------------------------------------------------------------------------------------------

    def touch(self, row: Row) -> None:
        """Move the stamps of every partner a changed record belongs to; a contact belongs to two."""
        now = self.clock.now()
        if row.root.entity.name != PARTNER:
            self.mark(row, now)
            return
        self.stamp(row.root, now)
        while row.parent is not None and row.entity.name != CONTACT:
            row = row.parent
        if row.entity.name == CONTACT and (person := self.find(PARTNER, (row.values["BusinessPartnerPerson"],))):
            self.stamp(person, now)

    def stamp(self, partner: Row, at: datetime) -> None:
        """Write one moment into a partner's last change, and give it a new entity tag."""
        values = partner.values
        at_day = day(milliseconds(at))
        self._move(values["BusinessPartner"], values["LastChangeDate"], at_day)
        values["LastChangeDate"] = at_day
        values["LastChangeTime"] = milliseconds(at) % 86_400_000 // 1000
        values["LastChangedByUser"] = self.settings.user[:12]
        self.tag(partner, at)

    def mark(self, row: Row, at: datetime) -> None:
        """Stamp the product or condition record a changed record belongs to; no two stamps are the same instant."""
        self.instant = max(self.instant + 1, milliseconds(at))
        self.stamp_at(row.root, self.instant)
        for one in {id(one): one for one in (row, row.root) if one.entity.tag == "ETag"}.values():
            self.tag(one, at)

    def stamp_at(self, root: Row, instant: int) -> None:
        """Write one instant into the last change of a product or condition record."""
        root.values["LastChangeDateTime"] = instant
        if "LastChangeDate" in root.values:
            root.values |= {"LastChangeDate": day(instant), "LastChangedByUser": self.settings.user[:12]}

    def tag(self, row: Row, at: datetime) -> None:
        """Give a record a new entity tag."""
        self.revision += 1
        row.values["ETag"] = f"{at:%Y%m%d%H%M%S}{self.revision % 1_000_000:06d}"

    def _move(self, number: str, before: int | None, after: int) -> None:
        if before == after:
            return
        if before is not None:
            self.changes.pop(bisect_left(self.changes, (before, number)))
        insort(self.changes, (after, number))

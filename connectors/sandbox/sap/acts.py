"""What people do inside the system, past the API's manners but under its data rules: seed, enter, change, merge.

Fields are deep JSON of an entity, as the API's own payloads are; collections may be lists. In an edit the records of
a collection are found by their own keys; `"_delete": true` removes the found one, `"_create": true` adds one. Without
keys the only record of the collection is meant, and a new one where the collection is empty.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.sap import paths, present, writing
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import Refused, bad, missing
from connectors.sandbox.sap.literals import day, from_json, milliseconds, moment
from connectors.sandbox.sap.price_entities import RECORD
from connectors.sandbox.sap.product_entities import PRODUCT
from connectors.sandbox.sap.schema import Entity, Navigation
from connectors.sandbox.sap.store import PARTNER, Records, Row

CHANGED = "_changed"
# How a record is marked that the system does not delete, and what else a merge does to the losers.
DELETED = {PARTNER: "IsMarkedForArchiving", PRODUCT: "IsMarkedForDeletion", RECORD: "ConditionIsDeleted"}
MARKS = frozenset({CHANGED, "_create", "_delete", "_deleted", "_id"})


def entity(name: str) -> Entity:
    """The entity set of an object's name; raises Refused."""
    if name not in ENTITIES:
        raise missing(name)
    return ENTITIES[name]


def load(records: Records, items: list[dict[str, Any]]) -> int:
    """Seed records in order, numbers and `_changed` (an ISO stamp) as given; a refused one names its place."""
    for at, item in enumerate(items):
        fields = {name: value for name, value in item["fields"].items() if name not in MARKS}
        try:
            row = writing.create(records, entity(item["object"]), fields, seeding=True)
        except Refused as refused:
            raise bad(refused.code, f"Record {at} ({item['object']}): {refused}", refused.target) from None
        _stamp(records, row, item["fields"].get(CHANGED))
    return len(items)


def _stamp(records: Records, row: Row, changed: str | None) -> None:
    if row.parent is not None:
        return
    at = datetime.fromisoformat(changed) if changed else records.clock.now()
    if changed is None and not records.settings.stamp_on_create:
        return
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if row.entity.name == PARTNER:
        records.stamp(row, at)
    else:
        records.stamp_at(row, milliseconds(at))
    row.values["CreationDate"] = min(row.values["CreationDate"], day(milliseconds(at)))


def create(records: Records, name: str, fields: dict[str, Any]) -> str:
    """Enter a record; returns its id: the number of a partner or relationship, else its key predicate."""
    row = writing.create(records, entity(name), fields)
    return str(row.values["RelationshipNumber"]) if name == "A_BusinessPartnerContact" else identify(row)


def identify(row: Row) -> str:
    """The id of a record: its key where that is one property, else its key predicate without parentheses."""
    return str(row.key[0]) if len(row.key) == 1 else paths.predicate(row.entity, row.key)[1:-1]


def find(records: Records, name: str, id: str) -> Row:
    """The record of an id: a key, a key predicate, or the value of a property that alone tells records apart."""
    one = entity(name)
    if "=" in id:
        row = records.find(name, paths.key(one, id.strip("()")))
    elif len(one.keys) == 1:
        row = records.find(name, (from_json(one.properties[one.keys[0]], id),))
    else:
        found = [row for prop in one.indexed for row in records.by(name, prop, from_json(one.properties[prop], id))]
        row = found[0] if len(set(map(identify, found))) == 1 else None
    if row is None:
        raise missing(f"{name}({id})")
    return row


def edit(records: Records, row: Row, fields: dict[str, Any], *, silent: bool) -> None:
    """Change a record and records below it; silent moves no stamp."""
    plain = {name: value for name, value in fields.items() if name not in row.entity.navigation and name not in MARKS}
    writing.update(records, row, plain, silent=silent)
    for name, items in fields.items():
        if navigation := row.entity.navigation.get(name):
            for item in writing.items_of(navigation, items):
                _edit_below(records, row, navigation, item, silent)


def _edit_below(records: Records, row: Row, navigation: Navigation, item: dict[str, Any], silent: bool) -> None:
    found = None if item.get("_create") else _meant(row, navigation, item)
    if found is None:
        fresh = {name: value for name, value in item.items() if name not in MARKS}
        seeding = silent  # a silent act moves no stamp, and may bring numbers as a load may
        writing.create(records, ENTITIES[navigation.target], fresh, parent=row, via=navigation, seeding=seeding)
    elif item.get("_delete"):
        writing.delete(records, found, silent=silent)
    else:
        edit(records, found, item, silent=silent)


def _meant(row: Row, navigation: Navigation, item: dict[str, Any]) -> Row | None:
    """The record of a collection an edit speaks of, None for a new one."""
    found, target = row.along(navigation), ENTITIES[navigation.target]
    keys = {name: from_json(target.properties[name], item[name]) for name in target.own_keys if name in item}
    if keys:
        return next((one for one in found if all(one.values[name] == held for name, held in keys.items())), None)
    if len(found) > 1:
        text = f"{navigation.name} holds {len(found)} records: say which by {', '.join(target.own_keys)}."
        raise bad("GOLDENROD/400", text, navigation.name)
    return found[0] if found else None


def remove(records: Records, row: Row) -> None:
    """Let a record go; a business partner or product is never deleted but marked for it."""
    if row.entity.name in (PARTNER, PRODUCT):
        writing.update(records, row, {DELETED[row.entity.name]: True})
    else:
        writing.delete(records, row)


def merge(records: Records, winner: Row, losers: list[Row]) -> None:
    """What a merge leaves behind: losers blocked or marked for deletion. The system has no merge of its own."""
    del winner  # it only had to exist
    for loser in losers:
        blocked = {"BusinessPartnerIsBlocked": True} if loser.entity.name == PARTNER else {}
        writing.update(records, loser, {**blocked, DELETED[loser.entity.name]: True})


def dump(records: Records, name: str) -> list[dict[str, Any]]:
    """Every record of a set, deep; those below no other with `_changed`, and `_deleted` where they are marked so."""
    return [_dumped(row) for row in records.listed(entity(name).name)]


def _dumped(row: Row) -> dict[str, Any]:
    shown = {"_id": identify(row), **present.deep(row)}
    if mark := DELETED.get(row.entity.name):
        shown["_deleted"] = row.values[mark]
        shown[CHANGED] = _changed(row)
    return shown


def _changed(row: Row) -> str | None:
    if row.entity.name != PARTNER:
        held = row.values["LastChangeDateTime"]
        return None if held is None else moment(held).isoformat()
    if row.values["LastChangeDate"] is None:
        return None
    return moment(row.values["LastChangeDate"] + row.values["LastChangeTime"] * 1000).isoformat()

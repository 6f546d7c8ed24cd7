"""Creating, changing and deleting records: every way in, the API and the users' acts alike, leads through here."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.sap import literals, rules
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import Refused, bad
from connectors.sandbox.sap.price_entities import RECORD, SCALE, VALIDITY
from connectors.sandbox.sap.product_entities import PRODUCT
from connectors.sandbox.sap.rules.proposal import Proposal
from connectors.sandbox.sap.schema import Entity, Navigation, Property
from connectors.sandbox.sap.store import PARTNER, Records, Row

# Written by the system alone, even while the estate is loaded.
STAMPED = {
    PARTNER: frozenset("LastChangeDate LastChangeTime LastChangedByUser ETag Customer Supplier PersonNumber".split()),
    PRODUCT: frozenset("LastChangeDate LastChangeDateTime LastChangedByUser".split()),
    RECORD: frozenset("LastChangeDateTime ETag CreatedByUser CreationDate SAPObjectNodeType".split()),
    VALIDITY: frozenset({"ETag"}),
    SCALE: frozenset({"ETag"}),
}
MAY_BE_EMPTY = frozenset({"Person"})


def create(
    records: Records,
    entity: Entity,
    payload: dict[str, Any],
    *,
    parent: Row | None = None,
    via: Navigation | None = None,
    seeding: bool = False,
) -> Row:
    """A new record with all that came below it, or none of it; raises Refused. Stamps move, except while seeding."""
    above = parent or _above(records, entity, payload)
    row = _grow(records, entity, payload, above, via, seeding)
    records.attach(row)
    for one in list(row.tree()):
        _settle(records, one)
    if not seeding and (entity.parent or records.settings.stamp_on_create):
        records.touch(row)
    return row


def update(records: Records, row: Row, payload: dict[str, Any], *, replace: bool = False, silent: bool = False) -> None:
    """Change the properties sent; `replace` empties the rest. Stamps stay where nothing differs, or when silent."""
    plain, nested = _parted(row.entity, payload)
    if nested:
        name = next(iter(nested))
        raise bad("/IWBEP/CM_MGW_RT/030", f"{name} cannot be changed together with {row.entity.name}.", name)
    before = row.values
    held = _checked(row.entity, plain, seeding=False)
    _keep_key(row, held)
    row.values = {**before, **(_emptied(row.entity) if replace else {}), **held}
    try:
        _check(Proposal(records, row, frozenset(held), before))
    finally:
        wanted, row.values = row.values, before
    if wanted != before:
        records.put(row, wanted)
        _settle(records, row)
        if not silent:
            records.touch(row)


def delete(records: Records, row: Row, *, silent: bool = False) -> None:
    """Remove a record and what stands below it."""
    _may_go(row)
    if not silent:
        records.touch(row)
    records.detach(row)
    if row.entity.name in rules.UNSETTLING:
        _settle(records, row)


# ---- a new record --------------------------------------------------------------------------------------------------


def _above(records: Records, entity: Entity, payload: dict[str, Any]) -> Row | None:
    """The record a new one names as the one it stands below."""
    if not entity.parent:
        return None
    named = {theirs: _named(entity, payload, ours) for ours, theirs in entity.inherits.items()}
    above = ENTITIES[entity.parent]
    if set(above.keys) <= set(named):
        found = records.find(above.name, tuple(named[name] for name in above.keys))
    else:
        found = next(iter(records.by(above.name, "AddressID", named["AddressID"])), None)
    if found is None:
        keys = ", ".join(f"{name} {value or '(none)'}" for name, value in named.items())
        raise bad("R1/285", f"{entity.name} stands below {above.name}, and there is none with {keys}.", entity.keys[0])
    return found


def _named(entity: Entity, payload: dict[str, Any], name: str) -> Any:
    return _held(entity.properties[name], payload.get(name))


def _grow(
    records: Records, entity: Entity, payload: dict[str, Any], parent: Row | None, via: Navigation | None, seeding: bool
) -> Row:
    """A record with all below it, not yet in the tables."""
    plain, nested = _parted(entity, payload)
    held = _checked(entity, plain, seeding=seeding)
    row = Row(entity, {**entity.initial, **held}, parent)
    _inherit(row, held, seeding)
    _check(Proposal(records, row, frozenset(held), via=via, seeding=seeding))
    _may_stand(records, row)
    for name, items in nested.items():
        navigation = entity.navigation[name]
        for item in items_of(navigation, items):
            child = _grow(records, ENTITIES[navigation.target], item, row, navigation, seeding)
            row.below.setdefault(navigation.target, {})[child.key] = child
    if complete := rules.COMPLETIONS.get(entity.name):
        complete(row)
    return row


def _inherit(row: Row, held: dict[str, Any], seeding: bool) -> None:
    """Take over the parent's key; a loaded record may name a person number that is not ours."""
    if row.parent is None:
        return
    for ours, theirs in row.entity.inherits.items():
        value = row.parent.values[theirs]
        if held.get(ours) not in (None, "", value) and not (seeding and ours == "Person"):
            text = f"{ours} {held[ours]} is not that of the {row.parent.entity.name} it is created under ({value})."
            raise bad("/IWBEP/CM_MGW_RT/031", text, ours)
        row.values[ours] = value


def _may_stand(records: Records, row: Row) -> None:
    """Every key property is filled, and no other record has the key."""
    for name in row.entity.keys:
        if row.values[name] in ("", None) and name not in MAY_BE_EMPTY:
            raise bad("/IWBEP/CM_MGW_RT/032", f"{name} is part of the key of {row.entity.name}: enter it.", name)
    among = row.parent.below.get(row.entity.name, {}) if row.parent else {}
    if row.key in among or records.find(row.entity.name, row.key):
        key = ", ".join(str(row.values[name]) for name in row.entity.keys)
        raise bad("R1/286", f"{row.entity.name} {key} exists already.", row.entity.keys[-1])


def items_of(navigation: Navigation, items: Any) -> list[dict[str, Any]]:
    """What was sent under a navigation: one object, a list, or the list wrapped in `results`."""
    if items is None:
        return []
    if not navigation.many:
        items = [items]
    elif isinstance(items, dict):
        items = items.get("results")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad("/IWBEP/CM_MGW_RT/033", f"{navigation.name} does not hold what its type needs.", navigation.name)
    return items


# ---- values --------------------------------------------------------------------------------------------------------


def _parted(entity: Entity, payload: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Properties and navigations of a payload; links back that a client read with the record do not count."""
    plain, nested = {}, {}
    for name, value in payload.items():
        if name in entity.properties:
            plain[name] = value
        elif name in entity.navigation:
            if not (isinstance(value, dict) and "__deferred" in value):
                nested[name] = value
        elif name != "__metadata":
            text = f"Property '{name}' is invalid: {entity.type_name} does not have it."
            raise bad("/IWBEP/CM_MGW_RT/034", text, name)
    return plain, nested


def _checked(entity: Entity, plain: dict[str, Any], *, seeding: bool) -> dict[str, Any]:
    """Held values of the properties a caller may write; what only the system writes is passed over."""
    held = {}
    for name, value in plain.items():
        prop = entity.properties[name]
        if name in STAMPED.get(entity.name, ()) or (prop.fixed and not seeding):
            continue
        held[name] = _held(prop, value)
    return held


def _held(prop: Property, value: Any) -> Any:
    if prop.max_length and isinstance(value, str) and len(value) > prop.max_length:
        text = f"Property '{prop.name}' takes {prop.max_length} characters; '{value[:40]}' has {len(value)}."
        raise bad("/IWCOR/CX_DS_EDM_FACET_ERROR", text, prop.name)
    try:
        held = literals.from_json(prop, value)
    except ValueError as error:
        text = f"Property '{prop.name}' of type Edm.{prop.type} has an invalid value: {error}."
        raise bad("/IWCOR/CX_DS_EP_PROPERTY_ERROR", text, prop.name) from None
    if prop.digits and not held.isdigit():
        raise bad("/IWCOR/CX_DS_EDM_FACET_ERROR", f"Property '{prop.name}' takes digits only.", prop.name)
    return held


def _keep_key(row: Row, held: dict[str, Any]) -> None:
    for name in set(row.entity.keys) - set(row.entity.moves):
        if name in held and held.pop(name) != row.values[name]:
            raise bad("/IWBEP/CM_MGW_RT/035", f"{name} is part of the key and cannot be changed.", name)


def _emptied(entity: Entity) -> dict[str, Any]:
    return {one.name: one.initial for one in entity.properties.values() if not (one.key or one.fixed)}


def _check(proposal: Proposal) -> None:
    if check := rules.CHECKS.get(proposal.row.entity.name):
        check(proposal)


def _settle(records: Records, row: Row) -> None:
    if settle := rules.SETTLEMENTS.get(row.entity.name):
        settle(records, row)


def _may_go(row: Row) -> None:
    if not row.entity.deletable:
        raise Refused(405, "/IWBEP/CM_MGW_RT/021", f"{row.entity.name} cannot be deleted.")
    if guard := rules.GUARDS.get(row.entity.name):
        guard(row)

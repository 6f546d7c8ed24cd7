"""Who owns what: each attribute beside each system, with gaps and contradictions, for one rule set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.module_loading import import_string

from mdm.entities import ENTITIES, words
from mdm.models import Connection, FieldMapping, OwnershipRule, RuleSet, SurvivorshipRule
from mdm.models.systems import OBJECT_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One attribute, or one context of it that has an owner of its own; `cells` stand in the order of the systems."""

    label: str
    cells: tuple[str, ...]
    rule: str
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All attributes of one entity."""

    label: str
    rows: tuple[Row, ...]


def systems() -> list[Connection]:
    """The systems beside which attributes stand."""
    return list(Connection.objects.exclude(role=Connection.Role.HUB).order_by("role", "code"))


def tables(rule_set: RuleSet, connections: Sequence[Connection]) -> list[Table]:
    """The matrix of a rule set, entity by entity."""
    owners = list(rule_set.ownershiprules.all())
    survivors = list(rule_set.survivorshiprules.all())
    mappings = list(rule_set.fieldmappings.all())
    held = {row.pk: _held(row, mappings) for row in connections}
    return [
        Table(label=entity.label, rows=tuple(_rows(rule_set, name, connections, held, owners, survivors)))
        for name, entity in ENTITIES.items()
        if entity.attributes
    ]


Held = dict[tuple[str, str], str]  # (entity, attribute) -> "reads and writes" or "reads"


def _held(connection: Connection, mappings: Iterable[FieldMapping]) -> Held:
    """What a connection holds of each entity: by its connector, and by the mapping rows of the set."""
    found: Held = {}
    for one in import_string(OBJECT_TYPES)(connection):
        kinds = {one.entity: one.holds, **({"customer": one.person_holds} if one.person_holds else {})}
        for entity, keys in kinds.items():
            for name in {key.partition("|")[0] for key in keys}:
                if one.writable or (entity, name) not in found:
                    found[entity, name] = "reads and writes" if one.writable else "reads"
    for row in mappings:
        if row.connection_id == connection.pk:
            known = found.get((row.entity, row.attribute))
            found[row.entity, row.attribute] = "reads and writes" if row.write else known or "reads"
    return found


def _rows(
    rule_set: RuleSet,
    entity: str,
    connections: Sequence[Connection],
    held: dict[int, Held],
    owners: Sequence[OwnershipRule],
    survivors: Sequence[SurvivorshipRule],
) -> Iterable[Row]:
    names = {one.name: one.label for one in ENTITIES[entity].attributes}
    names |= dict(rule_set.attributedefinitions.filter(entity=entity).values_list("name", "label"))
    for name, label in names.items():
        mine = [row for row in owners if (row.entity, row.attribute) == (entity, name)]
        whole = any(row.context == "*" and not (row.region or row.legal_entity) for row in mine)
        for owner in mine:
            given = "gives it itself" if name in ENTITIES[entity].assigned else ""
            cells = tuple(_cell(one, held[one.pk].get((entity, name), given), owner.owner) for one in connections)
            yield Row(label=_scoped(label, owner), cells=cells, rule=f"owned by {owner.owner}", gap=_owner_gap(cells))
        if not whole:
            cells = tuple(held[one.pk].get((entity, name), "") for one in connections)
            rule = _survival(entity, name, survivors)
            yield Row(label=f"{label}, else" if mine else label, cells=cells, rule=rule[0], gap=_gap(cells, rule[1]))


def _scoped(label: str, row: OwnershipRule) -> str:
    parts = [words.context(row.context)] if row.context != "*" else []
    return ", ".join([label, *parts, *filter(None, (row.region, row.legal_entity))])


def _cell(connection: Connection, holds: str, owner: str) -> str:
    if owner not in (connection.code, connection.role):
        return "" if holds == "gives it itself" else holds
    return f"owner, {holds}" if holds else "owner, but does not hold it"


def _owner_gap(cells: Sequence[str]) -> str:
    owning = [cell for cell in cells if cell.startswith("owner")]
    if not owning:
        return "no system here is its owner: the owner's rule never binds"
    return "no owner holds it: nobody can say what is right" if all("does not" in cell for cell in owning) else ""


def _survival(entity: str, name: str, survivors: Sequence[SurvivorshipRule]) -> tuple[str, bool]:
    """The rule by which it survives, and whether one was made for it."""
    own = next((row for row in survivors if (row.entity, row.attribute) == (entity, name)), None)
    usual = next((row for row in survivors if (row.entity, row.attribute) == (entity, "*")), None)
    row = own or usual
    if row is None:
        return "most recent", False
    ranked = f" ({', '.join(row.sources)})" if row.sources else ""
    return f"{row.get_strategy_display()}{ranked}", own is not None


def _gap(cells: Sequence[str], ruled: bool) -> str:
    writers = sum(cell == "reads and writes" for cell in cells)
    if not any(cells):
        return "no system holds it"
    return "several systems write it and no rule is made for it: the last edit wins" if writers > 1 > ruled else ""

"""Golden records and their relations as clients see them: plain objects, region by region of the viewer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from mdm import rules
from mdm.access import Viewer
from mdm.models import (
    VALUES,
    Case,
    Connection,
    Customer,
    GoldenRecord,
    GoldenValues,
    Link,
    Product,
    Proposal,
    Relation,
    SourceRecord,
)
from mdm.rules import Distribution
from mdm.selectors import review
from mdm.selectors.desired import contacts, eligible, held_for_review

Item = dict[str, Any]
G = TypeVar("G", bound=GoldenValues)

RECORD_FIELDS = {
    "id": "pk",
    "connection": "connection__code",
    "role": "connection__role",
    "object_type": "object_type",
    "external_id": "external_id",
    "status": "status",
}
OLDEST_FIRST = ("first_at", "connection__code", "object_type", "external_id")
_CANONICAL = """
SELECT own.*, golden.uid, (
    SELECT coalesce(jsonb_agg(jsonb_build_object('role', home.role, 'object_type', record.object_type,
               'external_id', record.external_id, 'status', record.status)
               ORDER BY record.first_at, home.code, record.object_type, record.external_id), '[]')
      FROM mdm_sourcerecord record JOIN mdm_connection home ON home.id = record.connection_id
     WHERE record.golden_id = golden.id) AS records_told
  FROM "{}" own JOIN mdm_goldenrecord golden ON golden.id = own.golden_id
 WHERE golden.id = %s AND own.status <> 'merged'
"""


def counts(viewer: Viewer) -> Item:
    """Source records, golden records, links by cause, open cases and proposals."""
    golden, products_ = viewer.customers(), viewer.products()
    active = SourceRecord.objects.filter(source_seen(viewer), status="active")
    links = Link.objects.filter(viewer.sees("golden"))
    relations_ = relations(viewer).filter(status="active")
    proposals_ = proposals(viewer)
    return {
        "source_records": _by(active, "entity"),
        "golden": _by(golden.exclude(status="merged"), "party_type"),
        "products": _by(products_.exclude(status="merged"), "product_type"),
        "relations": _by(relations_, "type"),
        "links": _by(links, "cause"),
        "review": cases(viewer).filter(state=Case.State.OPEN).count(),
        "proposals": _by(proposals_, "state"),
        "merged": sum(rows.filter(status="merged").count() for rows in (golden, products_)),
    }


def _by(rows: QuerySet[Any], name: str) -> dict[str, int]:
    return {str(value): number for value, number in rows.order_by().values_list(name).annotate(n=Count("pk"))}


# ---- golden records ------------------------------------------------------------------------------------------------


def customers(viewer: Viewer) -> QuerySet[Customer]:
    """The golden customers that live, each with its source records in the same query."""
    return with_records(viewer.customers()).exclude(status=Customer.Status.MERGED)


def products(viewer: Viewer) -> QuerySet[Product]:
    """The golden products that live, each with its source records in the same query."""
    return with_records(viewer.products()).exclude(status=Product.Status.MERGED)


def living(viewer: Viewer, entity: str) -> QuerySet[Any]:
    """The golden records of an entity that live, each with its source records in the same query."""
    rows: QuerySet[Any] = with_records(viewer.goldens(entity))
    return rows.exclude(status=Customer.Status.MERGED)


def with_records(rows: QuerySet[G]) -> QuerySet[G]:
    """These golden values with `records_told`: their source records, oldest first."""
    made_here = ExpressionWrapper(Q(created_for__isnull=False), output_field=BooleanField())
    own = SourceRecord.objects.filter(golden=OuterRef("pk")).order_by(*OLDEST_FIRST)
    told = own.values(told=JSONObject(**RECORD_FIELDS, created_by_hub=made_here))
    annotated: Any = rows.select_related("golden").annotate(records_told=ArraySubquery(told))
    return annotated  # type: ignore[no-any-return]


def one(viewer: Viewer, entity: str, uid: UUID) -> GoldenValues | None:
    """The golden record an id stands for, of a merged one its survivor; None where the viewer sees none of this entity.

    One query, unless it was merged.
    """
    rows: QuerySet[GoldenValues] = with_records(viewer.goldens(entity))
    found = list(rows.filter(golden__uid=uid, golden__merged_into=None)[:1])
    return found[0] if found else rows.filter(golden=survivor(uid)).first()


def survivor(uid: UUID) -> int | None:
    """The golden record that stands for an id today."""
    golden = GoldenRecord.objects.filter(uid=uid).first()
    while golden is not None and golden.merged_into_id:
        golden = GoldenRecord.objects.get(pk=golden.merged_into_id)
    return golden.pk if golden else None


def uids(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], UUID]:
    """The lasting ids of golden records and relations, by (subject type, primary key)."""
    asked = set(subjects)
    ties = {pk for kind, pk in asked if kind == "relation"}
    records = {pk for kind, pk in asked if kind != "relation"}
    of_ties = dict(Relation.objects.filter(pk__in=ties).values_list("pk", "uid")) if ties else {}
    of_records = dict(GoldenRecord.objects.filter(pk__in=records).values_list("pk", "uid")) if records else {}
    known = {True: of_ties, False: of_records}
    return {(kind, pk): known[kind == "relation"][pk] for kind, pk in asked if pk in known[kind == "relation"]}


def described(row: GoldenValues) -> Item:
    """The values of a golden record."""
    return {
        "id": str(row.golden.uid),
        "entity": row.golden.entity,
        "status": row.status,
        "name": row.display_name,
        "values": row.values,
        "rule_set": row.rule_version,
        "updated_at": row.updated_at,
    }


def listed(row: GoldenValues) -> Item:
    """A golden record in a list: its values, its ids by role, its source records."""
    records = row.records_told  # type: ignore[attr-defined]
    return {**described(row), "ids": ids(records), "records": records}


def whole(row: GoldenValues) -> Item:
    """A golden record alone: with the winner of each value."""
    return {**listed(row), "winners": row.winners}


def canonical(viewer: Viewer, entity: str, pk: int | None) -> Item | None:
    """A golden record by what others know it by: its id, its ids by role, its open cases; None where the viewer sees
    none.

    One narrow statement for the record and one for the cases: this is what `resolve` waits for.
    """
    model = VALUES[entity]
    rows = list(model._default_manager.raw(_CANONICAL.format(model._meta.db_table), [pk]))
    if not rows or not viewer.may_see(rows[0]):
        return None
    row: Any = rows[0]
    told = {"id": str(row.uid), "entity": entity, "status": row.status, "name": row.display_name}
    return {**told, "ids": ids(json.loads(row.records_told)), "cases": open_cases(viewer, row.pk)}


def ids(records: Iterable[Item]) -> dict[str, str]:
    """The tri-identifier: per role the oldest active record, whole objects before parts. Records come oldest first."""
    active = [one for one in records if one["status"] == SourceRecord.Status.ACTIVE]
    found: dict[str, str] = {}
    for one in sorted(active, key=lambda one: "." in one["object_type"]):
        found.setdefault(one["role"], one["external_id"])
    return found


# ---- relations -----------------------------------------------------------------------------------------------------


def relations(viewer: Viewer) -> QuerySet[Relation]:
    """Relations both ends of which the viewer sees."""
    return Relation.objects.filter(viewer.sees("source", "target")).select_related("source", "target")


def touching(rows: QuerySet[Relation], uid: UUID) -> QuerySet[Relation]:
    """Those of these relations at one end of which the golden record stands."""
    pk = survivor(uid)
    return rows.filter(Q(source=pk) | Q(target=pk)) if pk else rows.none()


def related(row: Relation) -> Item:
    """A relation between two golden records."""
    return {
        "id": str(row.uid),
        "type": row.type,
        "status": row.status,
        "source": str(row.source.uid),
        "target": str(row.target.uid),
        "attributes": row.attributes,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "updated_at": row.updated_at,
    }


def contact(row: Relation) -> Item:
    """A contact: the person, the organisation, and what the person is there."""
    told = related(row)
    person, organisation = told.pop("source"), told.pop("target")
    del told["type"]
    return {**told, "person": person, "organisation": organisation}


# ---- source records ------------------------------------------------------------------------------------------------


def source_seen(viewer: Viewer) -> Q:
    """The condition that a source record is seen: its golden record is, or both ends of its relation are."""
    if not viewer.region:
        return Q()
    return viewer.sees("golden") | viewer.sees("relation__source", "relation__target")


def source_records(viewer: Viewer) -> QuerySet[SourceRecord]:
    """Source records of what the viewer sees."""
    return SourceRecord.objects.filter(source_seen(viewer)).select_related("connection", "golden", "relation")


def source_record(row: SourceRecord) -> Item:
    """A source record: where it is, what it belongs to, what the system holds, and what could not be read."""
    return {
        "id": row.pk,
        "connection": row.connection.code,
        "role": row.connection.role,
        "object_type": row.object_type,
        "external_id": row.external_id,
        "entity": row.entity,
        "status": row.status,
        "golden": str(row.golden.uid) if row.golden else None,
        "relation": str(row.relation.uid) if row.relation else None,
        "created_by_hub": row.created_for_id is not None,
        "values": row.held(),
        "problems": row.problems,
        "first_at": row.first_at,
        "changed_at": row.head_at,
        "seen_at": row.seen_at,
    }


# ---- what waits for stewards ---------------------------------------------------------------------------------------


def cases(viewer: Viewer) -> QuerySet[Case]:
    """Cases both sides of which the viewer sees."""
    return Case.objects.filter(viewer.sees("first", "second")).select_related("first", "second", "actor")


def open_cases(viewer: Viewer, pk: int) -> list[int]:
    """The open cases that ask whether a golden record is one with another."""
    rows = cases(viewer).filter(Q(first=pk) | Q(second=pk), state=Case.State.OPEN)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def case(row: Case) -> Item:
    """A case: two golden records that may be one, and what speaks for it."""
    evidence = row.evidence
    return {
        "id": row.pk,
        "entity": row.first.entity,
        "version": row.version,
        "state": row.state,
        "first": str(row.first.uid),
        "second": str(row.second.uid),
        "weight": row.weight,
        "zone": evidence.get("zone", ""),
        "explanation": waterfall(evidence),
        "why_not_higher": review.not_higher(row),
        "note": evidence.get("held", ""),
        "resolution": row.resolution,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "closed_by": row.actor.name if row.actor else "",
    }


def waterfall(evidence: Item) -> list[Item]:
    """The steps of a match weight: comparison, level, weight in bits, a sentence."""
    lines = evidence.get("lines", [])
    return [{"comparison": a, "level": b, "weight": weight, "words": words} for a, b, weight, words in lines]


def proposals(viewer: Viewer) -> QuerySet[Proposal]:
    """Proposals about golden records the viewer sees."""
    rows = Proposal.objects.filter(viewer.sees("golden"))
    return rows.select_related("golden", "record__connection")


def proposal(row: Proposal) -> Item:
    """A proposal: who wants which value where, and what the owner has."""
    return {
        "id": row.pk,
        "entity": row.golden.entity,
        "golden": str(row.golden.uid),
        "customer": str(row.golden.uid),
        "from": row.record.source_key,
        "attribute": row.key,
        "value": row.value,
        "owner": row.owner,
        "owner_value": row.owner_value,
        "state": row.state,
        "version": row.version,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
    }


# ---- distribution --------------------------------------------------------------------------------------------------


def expected(rows: Sequence[GoldenValues]) -> list[Item]:
    """The slots that the distribution rows give these golden records of one entity (`with_records`), and what stands
    in each."""
    pks, entities = [row.pk for row in rows], {row.entity.name for row in rows}
    tied = contacts(pks)
    connections = {row.pk: row for row in Connection.objects.all()}
    by_slot: dict[tuple[int, str], list[Distribution]] = defaultdict(list)
    for rule in rules.current().distribution:
        if rule.entity in entities:
            by_slot[rule.connection_id, rule.object_type].append(rule)
    waiting = {slot: held_for_review(pks, connections[slot[0]], slot[1]) for slot in by_slot}
    return [
        {"id": str(row.golden.uid), **_slots(row, row.pk in tied, connections, by_slot, waiting)} for row in rows
    ]


def _slots(
    row: GoldenValues,
    contact_of: bool,
    connections: dict[int, Connection],
    by_slot: dict[tuple[int, str], list[Distribution]],
    waiting: Mapping[tuple[int, str], Collection[int]],
) -> Item:
    """What stands in each slot a golden record should have; `held` slots wait for a steward's word on a case."""
    found: Item = {"slots": [], "held": []}
    for slot, rules_ in by_slot.items():
        if eligible(row, rules_, contact_of):
            code = connections[slot[0]].code
            standing = [
                record["external_id"]
                for record in row.records_told  # type: ignore[attr-defined]
                if (record["connection"], record["object_type"], record["status"]) == (code, slot[1], "active")
            ]
            where = "held" if row.pk in waiting[slot] else "slots"
            found[where].append({"connection": code, "object_type": slot[1], "records": standing})
    return found

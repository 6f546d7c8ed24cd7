"""Golden records as people and clients see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import Count

from mdm import rules
from mdm.models import Case, Connection, Customer, GoldenRecord, Link, Proposal, Relation, SourceRecord
from mdm.rules import Distribution
from mdm.selectors.desired import eligible, held_for_review

Item = dict[str, Any]
Listing = tuple[list[Item], int | None]
Reader = Callable[[int, int], Listing]


def counts() -> Item:
    """Source records, golden records, links by cause, open cases and proposals."""
    active = SourceRecord.objects.filter(status="active")
    by_cause = Link.objects.values_list("cause").annotate(n=Count("pk"))
    return {
        "source_records": _by(active.values_list("entity").annotate(n=Count("pk"))),
        "golden": _by(Customer.objects.exclude(status="merged").values_list("party_type").annotate(n=Count("pk"))),
        "relations": _by(Relation.objects.filter(status="active").values_list("type").annotate(n=Count("pk"))),
        "links": _by(by_cause),
        "review": Case.objects.filter(state=Case.State.OPEN).count(),
        "proposals": _by(Proposal.objects.values_list("state").annotate(n=Count("pk"))),
        "merged": GoldenRecord.objects.exclude(merged_into=None).count(),
    }


def _by(rows: Any) -> dict[str, int]:
    return {str(name): number for name, number in rows}


def customers(after: int, limit: int) -> Listing:
    """Golden customers after an id, with the source records of each."""
    rows = list(
        Customer.objects.exclude(status=Customer.Status.MERGED)
        .filter(pk__gt=after)
        .select_related("golden")
        .order_by("pk")[:limit]
    )
    records = records_of([row.pk for row in rows])
    items = [{**described(row), "records": records[row.pk]} for row in rows]
    return items, rows[-1].pk if len(rows) == limit else None


def customer(uid: UUID) -> Item | None:
    """One golden customer with provenance, by any id it ever had."""
    golden = GoldenRecord.objects.filter(uid=uid, entity="customer").first()
    while golden is not None and golden.merged_into_id:
        golden = GoldenRecord.objects.get(pk=golden.merged_into_id)
    row = Customer.objects.select_related("golden").filter(golden=golden).first() if golden else None
    if row is None:
        return None
    return {**described(row), "winners": row.winners, "records": records_of([row.pk])[row.pk]}


def described(row: Customer) -> Item:
    """The values of a golden customer."""
    return {
        "id": str(row.golden.uid),
        "status": row.status,
        "name": row.display_name,
        "values": row.values,
        "rule_set": row.rule_version,
        "updated_at": row.updated_at.isoformat(),
    }


def records_of(pks: Collection[int]) -> dict[int, list[Item]]:
    """The source records of golden customers, oldest first."""
    out: dict[int, list[Item]] = defaultdict(list)
    rows = SourceRecord.objects.filter(golden__in=pks, entity="customer").select_related("connection").defer("cells")
    for record in sorted(rows, key=lambda record: record.age):
        out[record.golden_id or 0].append(
            {
                "connection": record.connection.code,
                "role": record.connection.role,
                "object_type": record.object_type,
                "external_id": record.external_id,
                "status": record.status,
                "created_by_hub": record.created_for_id is not None,
            }
        )
    return out


def relations(after: int, limit: int) -> Listing:
    """Relations after an id."""
    rows = list(Relation.objects.filter(pk__gt=after).select_related("source", "target").order_by("pk")[:limit])
    items = [
        {
            "id": str(row.uid),
            "type": row.type,
            "status": row.status,
            "source": str(row.source.uid),
            "target": str(row.target.uid),
            "attributes": row.attributes,
        }
        for row in rows
    ]
    return items, rows[-1].pk if len(rows) == limit else None


def expected(after: int, limit: int) -> Listing:
    """Golden customers after an id with the slots that the distribution rows give them, and what stands in each."""
    rows = list(
        Customer.objects.exclude(status=Customer.Status.MERGED)
        .filter(pk__gt=after)
        .select_related("golden")
        .order_by("pk")[:limit]
    )
    pks = [row.pk for row in rows]
    contacts = set(
        Relation.objects.filter(source__in=pks, type="contact", status="active").values_list("source_id", flat=True)
    )
    records = records_of(pks)
    connections = {row.pk: row for row in Connection.objects.all()}
    by_slot: dict[tuple[int, str], list[Distribution]] = defaultdict(list)
    for rule in rules.current().distribution:
        if rule.entity == "customer":
            by_slot[rule.connection_id, rule.object_type].append(rule)
    waiting = {slot: held_for_review(pks, connections[slot[0]], slot[1]) for slot in by_slot}
    items = [
        {"id": str(row.golden.uid), **_slots(row, row.pk in contacts, records[row.pk], connections, by_slot, waiting)}
        for row in rows
    ]
    return items, rows[-1].pk if len(rows) == limit else None


def _slots(
    row: Customer,
    contact_of: bool,
    records: list[Item],
    connections: dict[int, Connection],
    by_slot: dict[tuple[int, str], list[Distribution]],
    waiting: dict[tuple[int, str], set[int]],
) -> Item:
    """What stands in each slot a golden record should have; `held` slots wait for a steward's word on a case."""
    found: Item = {"slots": [], "held": []}
    for slot, rows in by_slot.items():
        if eligible(row, rows, contact_of):
            code = connections[slot[0]].code
            standing = [
                record["external_id"]
                for record in records
                if (record["connection"], record["object_type"], record["status"]) == (code, slot[1], "active")
            ]
            where = "held" if row.pk in waiting[slot] else "slots"
            found[where].append({"connection": code, "object_type": slot[1], "records": standing})
    return found


def proposals(after: int, limit: int, state: str = "") -> Listing:
    """Proposals after an id."""
    rows = Proposal.objects.filter(pk__gt=after).select_related("golden", "record__connection").order_by("pk")
    rows = rows.filter(state=state) if state else rows
    items: list[Item] = [
        {
            "id": row.pk,
            "customer": str(row.golden.uid),
            "from": row.record.source_key,
            "attribute": row.key,
            "value": row.value,
            "owner": row.owner,
            "owner_value": row.owner_value,
            "state": row.state,
            "version": row.version,
        }
        for row in rows[:limit]
    ]
    return items, int(str(items[-1]["id"])) if len(items) == limit else None

"""What the auditor holds against the hub: drift, doubled, missing and incomplete records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from connectors.demo.audit import goods, same
from connectors.demo.audit.seen import Json, Seen

Where = tuple[str, str, str]  # connection, object type, id
TEXTS = ("legal_name", "trade_name", "first_name", "last_name")
PLACES = ("addresses|bill_to", "addresses|ship_to")
LINES = ("phones|main", "phones|mobile")
CODES = ("payment_terms", "segment")


Slot = tuple[dict[str, Json], dict[str, Json], list[Seen | None]]  # golden record, its slot, what stands in it


@dataclass(frozen=True)
class Evidence:
    """Everything that was read: golden customers and products, the slots they should have, the systems' records."""

    customers: list[dict[str, Json]]
    products: list[dict[str, Json]]
    expected: dict[str, list[dict[str, Json]]]
    records: dict[Where, Seen]

    @cached_property
    def in_shop(self) -> dict[str, str]:
        """E-mails and phones of the shop's customers, which it takes only once -> whose they are."""
        found: dict[str, str] = {}
        for where, seen in self.records.items():
            if where[:2] == ("shopify", "Customer"):
                phone = seen.values["phones|main"]
                mine = [*seen.values["emails"], *([same.e164(phone, "")] if phone else [])]
                found |= {one.lower(): seen.id for one in mine}
        return found

    def slots(self) -> Iterator[Slot]:
        """Every golden record's slots with what stands in them in the systems; None for a record that is not."""
        for golden in (*self.customers, *self.products):
            for slot in self.expected.get(golden["id"], []):
                wheres = [(slot["connection"], slot["object_type"], id) for id in slot["records"]]
                yield golden, slot, [self.records.get(where) for where in wheres]


def completeness(evidence: Evidence) -> dict[str, dict[str, list[int]]]:
    """Per kind and connection: how many slots have records that all carry their ids, of how many."""
    found: dict[str, dict[str, list[int]]] = {"organisation": {}, "person": {}}
    for customer, slot, records in filter(_in_use, evidence.slots()):
        kind = customer["values"].get("party_type") or "product"
        tally = found.setdefault(kind, {}).setdefault(slot["connection"], [0, 0])
        tally[0] += bool(records) and all(seen is not None and carries(seen, customer) for seen in records)
        tally[1] += 1
    return found


def _in_use(slot: Slot) -> bool:
    """Nothing is created for a product that must not be sold, nor written to it but that."""
    return slot[0]["status"] != "blocked" or "party_type" in slot[0]["values"]


def carries(seen: Seen, customer: Mapping[str, Json]) -> bool:
    """Whether a record holds its golden id and, of each other system, the id of one of its records there.

    One that has no room for ids need only be there.
    """
    if not seen.has_ids:
        return True
    wanted: dict[str, set[str]] = defaultdict(set)
    for record in customer["records"]:
        if record["status"] == "active" and record["connection"] != seen.connection:
            wanted[record["role"]].add(record["external_id"])
    return seen.ids.get("golden") == customer["id"] and all(seen.ids.get(role) in ids for role, ids in wanted.items())


def contacts(evidence: Evidence, relations: Iterable[tuple[str, str]]) -> dict[str, list[int]]:
    """Per connection: how many contacts are linked there, of those whose person and organisation are both there."""
    held = {customer["id"]: _held(customer) for customer in evidence.customers}
    found: dict[str, list[int]] = {}
    for person, firm in relations:
        for connection in sorted(held[person].keys() & held[firm].keys()):
            records = (evidence.records.get(where) for where in held[person][connection])
            firms = {id for _, _, id in held[firm][connection]}
            tally = found.setdefault(connection, [0, 0])
            tally[0] += any(seen is not None and firms & set(seen.works_for) for seen in records)
            tally[1] += 1
    return found


def _held(customer: Mapping[str, Json]) -> dict[str, list[Where]]:
    """Connection -> the active records of a golden customer there."""
    found: dict[str, list[Where]] = defaultdict(list)
    for one in customer["records"]:
        if one["status"] == "active":
            found[one["connection"]].append((one["connection"], one["object_type"], one["external_id"]))
    return found


def missing(evidence: Evidence) -> Iterator[str]:
    """Slots that have no record in their system."""
    for customer, slot, records in filter(_in_use, evidence.slots()):
        if not records or None in records:
            yield f"{_whom(customer)} should be in {slot['connection']} as {slot['object_type']} and is not"


def doubled(evidence: Evidence) -> Iterator[str]:
    """Records the hub made twice, keys two records carry, and records two golden customers claim."""
    goldens = (*evidence.customers, *evidence.products)
    records = [record for golden in goldens for record in golden["records"]]
    claims = Counter((one["connection"], one["object_type"], one["external_id"]) for one in records)
    yield from (f"{' '.join(where)} belongs to {count} golden records" for where, count in claims.items() if count > 1)
    for customer in goldens:
        made = Counter(
            f"{record['connection']} {record['object_type']}"
            for record in customer["records"]
            if record["created_by_hub"] and record["status"] == "active" and "." not in record["object_type"]
        )
        yield from (f"{_whom(customer)} was created {n} times in {where}" for where, n in made.items() if n > 1)
    keys = Counter(
        f"{connection} {object_type} key {seen.key}"
        for (connection, object_type, _), seen in evidence.records.items()
        if seen.key
    )
    yield from (f"{count} records carry {key}" for key, count in keys.items() if count > 1)


def drift(evidence: Evidence) -> Iterator[str]:
    """Golden values that the record which should hold them does not hold; only the oldest of duplicates has to."""
    for customer, slot, records in evidence.slots():
        seen = records[0] if records else None
        if seen is None or (customer["status"] == "blocked" and "party_type" in customer["values"]):
            continue
        for key, golden, held in _differing(customer, seen, evidence):
            where = f"{slot['connection']} {slot['object_type']} {seen.id}"
            yield f"{where}: {key} is {held!r}, golden {golden!r}"


def _differing(golden: Mapping[str, Json], seen: Seen, evidence: Evidence) -> Iterator[tuple[str, Json, Json]]:
    if "party_type" in golden["values"]:
        return differences(golden["values"], seen, evidence.in_shop)
    return goods.differences(golden, seen)


def differences(values: Mapping[str, Json], seen: Seen, in_shop: Mapping[str, str]) -> Iterator[tuple[str, Json, Json]]:
    """Key, golden and held value of each difference; keys the record has no room for are passed over."""
    country = _country(values)
    tests: list[tuple[Iterable[str], Callable[[Json, Json], bool]]] = [
        (TEXTS, same.text),
        (CODES, same.code),
        (LINES, lambda golden, held: same.phone(golden, held, country)),
        (PLACES, lambda golden, held: held is not None and same.address(golden, held)),
    ]
    for keys, test in tests:
        for key in keys:
            golden = values.get(key)
            if golden in (None, "", []) or key not in seen.values or not _has_room(key, golden, seen, in_shop):
                continue
            if not test(golden, seen.values[key]):
                yield key, golden, seen.values[key]
    yield from _lists(values, seen, in_shop)


def _lists(values: Mapping[str, Json], seen: Seen, in_shop: Mapping[str, str]) -> Iterator[tuple[str, Json, Json]]:
    """Of e-mails and tax ids any of the golden ones will do."""
    taxes = [one for key, ids in values.items() if key.startswith("tax_ids|") for one in ids or []]
    mails = [mail for mail in values.get("emails") or [] if _has_room("emails", mail, seen, in_shop)]
    for key, golden in (("tax_ids", taxes), ("emails", mails)):
        if golden and key in seen.values and not same.member(golden, seen.values[key]):
            yield key, golden, seen.values[key]


def _has_room(key: str, golden: Json, seen: Seen, in_shop: Mapping[str, str]) -> bool:
    """Whether this system could hold the value."""
    if key.startswith("addresses|"):
        return bool(golden.get("country")) and not (seen.object_type == "Company" and not golden.get("street"))
    if key == "payment_terms" and seen.connection == "sap":
        return len(golden) <= 4
    if key in LINES and seen.connection == "shopify" and not golden.startswith("+"):
        return False  # the shop would read a number without its country as one of its own
    if seen.object_type == "Customer" and key in ("emails", "phones|main"):
        return in_shop.get(golden.lower(), seen.id) == seen.id
    return key != "trade_name" or not same.text(golden, seen.values.get("legal_name"))


def _country(values: Mapping[str, Json]) -> str:
    places = (values.get(f"addresses|{use}") or {} for use in ("bill_to", "ship_to", "registered", "other"))
    return next((place["country"] for place in places if place.get("country")), "")


def _whom(customer: Mapping[str, Json]) -> str:
    return f"{customer['name']} ({customer['id']})"

"""Metafields and their definitions: types, unique values, and finding an owner by its custom id."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from graphql import GraphQLError

from connectors.sandbox.shopify.store import Record, Refused, Shop, gid, parse_gid, problem
from connectors.sandbox.shopify.values import Problems

OWNERS = {
    "CUSTOMER": "Customer",
    "COMPANY": "Company",
    "COMPANY_LOCATION": "CompanyLocation",
    "PRODUCT": "Product",
    "PRODUCTVARIANT": "ProductVariant",
}
OWNER_TYPES = {kind: owner for owner, kind in OWNERS.items()}
NAME = re.compile(r"^[A-Za-z0-9_-]+$")
CATEGORIES = {
    "id": "ID",
    "single_line_text_field": "TEXT",
    "multi_line_text_field": "TEXT",
    "list.single_line_text_field": "TEXT",
    "number_integer": "NUMBER",
    "number_decimal": "NUMBER",
    "boolean": "TRUE_FALSE",
    "date": "DATE_TIME",
    "date_time": "DATE_TIME",
    "url": "URL",
    "json": "JSON",
}
UNIQUE_TYPES = ("id", "single_line_text_field", "number_integer", "url")
CUSTOM_ID = "Metafield definition of type 'id' is required when using custom ids."

# What the estate's shop has from the start; the option "definitions" gives another list.
DEFINITIONS = [
    {"ownerType": owner, "namespace": "mdm", "key": key, "name": f"MDM {key}", "type": type_}
    for owner in OWNERS
    for key, type_ in (
        ("key", "id"),
        ("golden_id", "single_line_text_field"),
        ("salesforce_id", "single_line_text_field"),
        ("sap_id", "single_line_text_field"),
    )
]


def definition(shop: Shop, owner: str, namespace: str | None, key: str) -> Record | None:
    """The definition of a metafield for one type of owner."""
    return shop.owner_of("definition", owner, namespace or "", key, kind="MetafieldDefinition")


def owner(shop: Shop, owner_type: str, custom: Record) -> Record | None:
    """Who holds a custom id; the vendor fails the whole field where no definition of type id exists."""
    namespace, key = custom.get("namespace") or "", custom["key"]
    defined = definition(shop, owner_type, namespace, key)
    if defined is None or defined["_type"] != "id":
        raise GraphQLError(CUSTOM_ID, extensions={"code": "NOT_FOUND"})
    claim = ("metafield", owner_type, namespace, key, custom["value"])
    return shop.owner_of(*claim, kind=OWNERS[owner_type])


def claims(record: Record) -> list[tuple[str, ...]]:
    """The unique values among a record's metafields."""
    return [
        ("metafield", field["ownerType"], field["namespace"], field["key"], field["value"])
        for field in record.get("_metafields", {}).values()
        if field["_unique"]
    ]


def checked(shop: Shop, owner_type: str, given: list[Record], record: Record, problems: Problems) -> list[Record]:
    """Metafields an input sets on one owner, with their types; a None value (users' acts only) deletes."""
    found = []
    for position, entry in enumerate(given):
        inner = Problems([*problems.where, "metafields", str(position)])
        found.append(check(shop, owner_type, entry, record.get("_number"), record.get("_metafields", {}), inner))
        problems.found += inner.found
    return found


def check(
    shop: Shop, owner_type: str, entry: Record, owner_number: int | None, current: dict[Any, Record], problems: Problems
) -> Record:
    """One metafield as it would be stored."""
    namespace, key, value = entry.get("namespace") or "", entry.get("key") or "", entry.get("value")
    _check_names(namespace, key, problems)
    defined = definition(shop, owner_type, namespace, key)
    old = current.get((namespace, key))
    type_ = entry.get("type") or (defined or {}).get("_type") or (old or {}).get("type")
    result = {"namespace": namespace, "key": key, "value": value, "type": type_, "_unique": False}
    if value is None and entry.get("_delete"):
        return result
    if type_ is None:
        problems.add("type", "Type can't be blank", "BLANK")
    elif defined and type_ != defined["_type"]:
        problems.add(
            "type",
            f"Type '{type_}' must be consistent with the definition's type: '{defined['_type']}'.",
            "INVALID_TYPE",
        )
    elif type_ not in CATEGORIES:
        problems.add("type", f"Type '{type_}' is not one this shop takes", "INVALID_TYPE")
    elif not str(value or "").strip():
        problems.add("value", "Value can't be blank", "BLANK")
    elif not fits(type_, str(value)):
        problems.add("value", f"Value is invalid for the type {type_}", "INVALID_VALUE")
    elif defined and defined["_unique"]:
        result["_unique"] = True
        holder = shop.unique.get(("metafield", owner_type, namespace, key, str(value)))
        if holder is not None and holder != owner_number:
            problems.add("value", "Value has already been taken", "TAKEN")
    return result


def _check_names(namespace: str, key: str, problems: Problems) -> None:
    for name, text, least, most in (("namespace", namespace, 3, 255), ("key", key, 2, 64)):
        label = name.title()
        if len(text) < least:
            problems.add(name, f"{label} is too short (minimum is {least} characters)", "TOO_SHORT")
        elif len(text) > most:
            problems.add(name, f"{label} is too long (maximum is {most} characters)", "TOO_LONG")
        elif not NAME.match(text):
            problems.add(name, f"{label} contains one or more invalid characters.", "INVALID")


def _list_of_texts(value: str) -> bool:
    items = json.loads(value)
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


FORMS: dict[str, Callable[[str], Any]] = {
    "id": lambda value: "\n" not in value,
    "single_line_text_field": lambda value: "\n" not in value,
    "number_integer": lambda value: re.fullmatch(r"-?\d{1,16}", value),
    "number_decimal": lambda value: re.fullmatch(r"-?\d{1,13}(\.\d{1,9})?", value),
    "boolean": lambda value: value in ("true", "false"),
    "date": date.fromisoformat,
    "date_time": lambda value: datetime.fromisoformat(value.replace("Z", "+00:00")),
    "url": lambda value: re.match(r"^(https?|mailto|sms|tel):\S+$", value),
    "json": lambda value: (json.loads(value),),
    "list.single_line_text_field": _list_of_texts,
}


def fits(type_: str, value: str) -> bool:
    """Whether a text can be a value of a metafield type."""
    try:
        return type_ not in FORMS or bool(FORMS[type_](value))
    except ValueError:
        return False


def put(shop: Shop, record: Record, fields: list[Record]) -> list[Record]:
    """Store checked metafields on their owner; returns them. The caller saves the owner."""
    stored = []
    for entry in fields:
        place = (entry["namespace"], entry["key"])
        old = record["_metafields"].get(place)
        if entry["value"] is None:
            record["_metafields"].pop(place, None)
            continue
        number = old["_number"] if old else shop.number("Metafield")
        field = {
            "__typename": "Metafield",
            "_number": number,
            "_owner": record,
            "id": gid("Metafield", number),
            "ownerType": OWNER_TYPES[record["__typename"]],
            "createdAt": old["createdAt"] if old else shop.now,
            "updatedAt": old["updatedAt"] if old and old["value"] == entry["value"] else shop.now,
            **{name: entry[name] for name in ("namespace", "key", "type", "_unique")},
            "value": str(entry["value"]),
        }
        record["_metafields"][place] = field
        stored.append(field)
    return stored


def replace(shop: Shop, record: Record, fields: list[Record]) -> list[Record]:
    """Store checked metafields in place of all an owner has; those that stay keep their ids."""
    places = {(entry["namespace"], entry["key"]) for entry in fields}
    record["_metafields"] = {place: field for place, field in record["_metafields"].items() if place in places}
    return put(shop, record, fields)


def digest(field: Record) -> str:
    """The compareDigest of a metafield."""
    return hashlib.sha256(field["value"].encode()).hexdigest()


# ---- mutations ------------------------------------------------------------------------------------------------------


def set_(shop: Shop, metafields: list[Record]) -> Record:
    """metafieldsSet: at most 25, all or none, with compare-and-set where a digest is given."""
    if len(metafields) > 25:
        message = "Exceeded the maximum metafields input limit of 25."
        raise Refused(problem(["metafields"], message, "LESS_THAN_OR_EQUAL_TO"))
    found: list[tuple[Record, Record]] = []
    errors: list[Record] = []
    taken: set[tuple[Any, ...]] = set()
    for position, entry in enumerate(metafields):
        problems = Problems(["metafields", str(position)])
        record = _owner(shop, entry["ownerId"], problems)
        if record is not None:
            owner_type = OWNER_TYPES[record["__typename"]]
            field = check(shop, owner_type, entry, record["_number"], record["_metafields"], problems)
            _compare(record, entry, problems)
            _once(taken, owner_type, field, record, problems)
            found.append((record, field))
        errors += [{**error, "elementIndex": None} for error in problems.found]
    if errors:
        raise Refused(*errors)
    stored = [stored for record, field in found for stored in put(shop, record, [field])]
    _save_owners(shop, [record for record, _ in found])
    return {"metafields": stored}


def _once(taken: set[tuple[Any, ...]], owner_type: str, field: Record, record: Record, problems: Problems) -> None:
    claim = (owner_type, field["namespace"], field["key"], field["value"])
    if field["_unique"] and claim in taken:
        problems.add("value", "Value has already been taken", "TAKEN")
    if field["_unique"]:
        taken.add(claim)


def _owner(shop: Shop, id: str, problems: Problems) -> Record | None:
    parsed = parse_gid(id)
    record = shop.find(parsed[0], id) if parsed and parsed[0] in OWNER_TYPES else None
    if record is None:
        problems.add("ownerId", "Owner does not exist.", "INVALID")
    return record


def _compare(record: Record, entry: Record, problems: Problems) -> None:
    if "compareDigest" not in entry:
        return
    old = record["_metafields"].get((entry.get("namespace") or "", entry["key"]))
    if entry["compareDigest"] != (digest(old) if old else None):
        problems.add("compareDigest", "The resource has been updated since it was loaded.", "STALE_OBJECT")


def _save_owners(shop: Shop, records: list[Record]) -> None:
    for record in {record["id"]: record for record in records}.values():
        shop.save(record, [*_other_claims(record), *claims(record)])
        shop.touch_product(record)


def _other_claims(record: Record) -> list[tuple[str, ...]]:
    return [claim for claim in record["_claims"] if claim[0] != "metafield"]


def delete(shop: Shop, metafields: list[Record]) -> Record:
    """metafieldsDelete: None in the answer for one that was not there."""
    deleted: list[Record | None] = []
    owners = []
    for entry in metafields:
        problems = Problems(["metafields", str(len(deleted))])
        record = _owner(shop, entry["ownerId"], problems)
        if record is None:
            raise Refused(*problems.found)
        old = record["_metafields"].pop((entry["namespace"], entry["key"]), None)
        deleted.append(dict(entry) if old else None)
        owners += [record] if old else []
    _save_owners(shop, owners)
    return {"deletedMetafields": deleted}


def define(shop: Shop, definition: Record) -> Record:
    """metafieldDefinitionCreate."""
    problems = Problems(["definition"])
    owner_type, type_ = definition["ownerType"], definition["type"]
    namespace, key = definition.get("namespace") or "", definition["key"]
    _check_names(namespace, key, problems)
    name = problems.text(definition, "name", "Name")
    if not name:
        problems.add("name", "Name can't be blank", "BLANK")
    if type_ not in CATEGORIES:
        problems.add("type", f"Type name {type_} is not a valid type.", "INCLUSION")
    unique = bool(((definition.get("capabilities") or {}).get("uniqueValues") or {}).get("enabled"))
    if unique and type_ not in UNIQUE_TYPES:
        problems.add("capabilities", f"Unique values cannot be asked of the type {type_}", "INVALID_CAPABILITY")
    claim = ("definition", owner_type, namespace, key)
    if claim in shop.unique:
        problems.add("key", f"Key is in use for {owner_type} metafields on the '{namespace}' namespace.", "TAKEN")
    if problems.found:
        raise Refused(*problems.found)
    fields = {name_: definition.get(name_) for name_ in ("description",)}
    fields |= {"name": name, "namespace": namespace, "key": key, "ownerType": owner_type}
    fields |= {"_type": type_, "_unique": unique or type_ == "id"}
    return {"createdDefinition": shop.add("MetafieldDefinition", fields, [claim])}

"""What each kind of record can be searched and sorted by, and the pages that come of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.shopify import paging
from connectors.sandbox.shopify.search import Compiler, Field, Search
from connectors.sandbox.shopify.store import Record, Shop, parse_gid

STAMPS = {
    "created_at": Field("time", lambda record: record["createdAt"]),
    "updated_at": Field("time", lambda record: record["updatedAt"]),
    "id": Field("id", lambda record: record["_number"]),
}
HELD = {"metafields": Field("none", lambda record: None)}


def _attribute(name: str, type_: str = "text") -> Field:
    return Field(type_, lambda record: record[name])


def _countries(record: Record) -> list[str]:
    return [address["countryCodeV2"] for address in record["_addresses"] if address["countryCodeV2"]]


FIELDS: dict[str, dict[str, Field]] = {
    "Customer": {
        "customer_date": STAMPS["created_at"],
        "updated_at": STAMPS["updated_at"],
        "id": STAMPS["id"],
        "email": _attribute("email"),
        "phone": _attribute("phone"),
        "first_name": _attribute("firstName"),
        "last_name": _attribute("lastName"),
        "state": _attribute("state", "exact"),
        "tag": _attribute("tags", "tag"),
        "country": Field("exact", _countries),
    },
    "Company": {
        **STAMPS,
        **HELD,
        "external_id": _attribute("externalId", "exact"),
        "name": _attribute("name"),
        "since_date": _attribute("customerSince", "time"),
    },
    "CompanyLocation": {
        **STAMPS,
        **HELD,
        "external_id": _attribute("externalId", "exact"),
        "name": _attribute("name"),
        "company_id": Field("id", lambda record: record["_company"]),
    },
    "CompanyContact": {
        **STAMPS,
        "company_id": Field("id", lambda record: record["_company"]),
        "email": Field("text", lambda record: record["_person"]["email"]),
        "name": Field("text", lambda record: display_name(record["_person"])),
    },
    "Product": {
        **STAMPS,
        **HELD,
        "title": _attribute("title"),
        "vendor": _attribute("vendor"),
        "product_type": _attribute("productType"),
        "status": _attribute("status", "exact"),
        "handle": _attribute("handle", "exact"),
        "tag": _attribute("tags", "tag"),
    },
    "ProductVariant": {
        "updated_at": STAMPS["updated_at"],
        "id": STAMPS["id"],
        "sku": _attribute("sku"),
        "barcode": _attribute("barcode"),
        "product_id": Field("id", lambda record: record["_product"]),
        "taxable": _attribute("taxable", "exact"),
    },
    "Publication": {"id": STAMPS["id"]},
    "MetafieldDefinition": {
        **STAMPS,
        "key": _attribute("key", "exact"),
        "namespace": _attribute("namespace", "exact"),
        "owner_type": _attribute("ownerType", "exact"),
        "type": _attribute("_type", "exact"),
    },
    "BasicEvent": {
        "created_at": STAMPS["created_at"],
        "id": STAMPS["id"],
        "action": _attribute("action", "exact"),
        "subject_type": _attribute("subjectType", "exact"),
    },
}
# Names the vendor's documentation lists and we do not hold.
UNSIMULATED = {
    "Customer": frozenset(
        "accepts_marketing last_abandoned_order_date order_date orders_count tag_not total_spent".split()
    ),
    "Company": frozenset(("active_customers_count", "ordering_status")),
    "CompanyLocation": frozenset(("ids",)),
    "CompanyContact": frozenset(("company_location_id", "location_name", "role_name", "status")),
    "BasicEvent": frozenset(("comments",)),
    "Product": frozenset(
        "barcode bundles category_id collection_id combined_listing_role delivery_profile_id error_feedback gift_card "
        "has_only_composites has_only_default_variant has_variant_with_components inventory_total is_price_reduced "
        "out_of_stock_somewhere price product_configuration_owner product_publication_status publication_ids "
        "publishable_status published_at published_status sku tag_not tracks_inventory variant_id "
        "variant_title".split()
    ),
    "ProductVariant": frozenset(
        "collection delivery_profile_id exclude_composite exclude_variants_with_components gift_card "
        "inventory_quantity location_id managed managed_by name option1 option2 option3 product_ids "
        "product_publication_status product_status product_type publishable_status published_status "
        "requires_components tag tag_not title vendor".split()
    ),
}
SORTS: dict[str, Callable[[Record], Any]] = {
    "CREATED_AT": lambda record: record["createdAt"],
    "UPDATED_AT": lambda record: record["updatedAt"],
    "NAME": lambda record: (record.get("name") or display_name(record)).lower(),
    "SINCE_DATE": lambda record: record["customerSince"],
    "TITLE": lambda record: (record.get("title") or "").lower(),
    "POSITION": lambda record: record["position"],
    "SKU": lambda record: (record["sku"] or "").lower(),
    "VENDOR": lambda record: record["vendor"].lower(),
    "PRODUCT_TYPE": lambda record: record["productType"].lower(),
    "EMAIL": lambda record: record["_person"]["email"] or "",
}


def display_name(record: Record) -> str:
    """How the shop shows a customer."""
    names = " ".join(name for name in (record.get("firstName"), record.get("lastName")) if name)
    return names or record.get("email") or record.get("phone") or ""


def search(shop: Shop, kind: str, query: str | None, warnings: list[Record], path: list[Any]) -> Search:
    """The compiled query; warnings are collected in the vendor's form."""
    found = Compiler(FIELDS[kind], UNSIMULATED.get(kind, frozenset()), shop.clock.now()).compile(query)
    if found.warnings:
        warnings.append({"path": path, "query": query, "warnings": found.warnings})
    return found


def everything(shop: Shop, kind: str, args: Record, warnings: list[Record], path: list[Any]) -> Record:
    """A page over all records of a kind."""
    found = search(shop, kind, args.get("query"), warnings, path)
    table, sort = shop.tables[kind], args.get("sortKey") or "ID"
    numbers = _indexed(shop, kind, found)
    if numbers is not None:
        return some(shop, kind, numbers, args, found)
    if sort == "UPDATED_AT":
        since = (found.since, 0) if found.since else None
        return paging.page(args, table.changed, table.rows.__getitem__, found.test, since)
    if sort == "ID":
        return paging.page(args, table.ids, table.rows.__getitem__, found.test)
    return some(shop, kind, list(table.rows), args, found)


def some(shop: Shop, kind: str, numbers: list[int], args: Record, found: Search | None = None) -> Record:
    """A page over the given records, sorted as asked."""
    rows = shop.rows(kind)
    get = SORTS.get(args.get("sortKey") or "ID")
    keys: list[paging.Key] = [(get(rows[number]), number) if get else (number,) for number in numbers]
    return paging.page(args, sorted(keys), rows.__getitem__, found.test if found else None)


def count(shop: Shop, kind: str, query: str | None, warnings: list[Record], path: list[Any]) -> int:
    """How many records a query finds."""
    found = search(shop, kind, query, warnings, path)
    numbers = _indexed(shop, kind, found)
    rows = shop.rows(kind)
    return sum(1 for number in (rows if numbers is None else numbers) if found.test(rows[number]))


def _indexed(shop: Shop, kind: str, found: Search) -> list[int] | None:
    """The few records an exact condition leaves, None where no index helps."""
    exact = found.exact
    if "id" in exact:
        parsed = parse_gid(exact["id"])
        number = parsed[1] if parsed else int(exact["id"]) if exact["id"].isdigit() else -1
        return [number] if number in shop.rows(kind) else []
    keys = {
        "Customer": (("email", "email"), ("phone", "phone")),
        "Company": (("external_id", "Company"),),
        "CompanyLocation": (("external_id", "CompanyLocation"),),
    }
    for name, family in keys.get(kind, ()):
        if name in exact and "*" not in exact[name]:
            value = exact[name] if name == "external_id" else exact[name].lower()
            holder = shop.unique.get((family, value))
            return [] if holder is None else [holder]
    return None

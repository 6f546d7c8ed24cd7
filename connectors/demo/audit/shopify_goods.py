"""Reads products and their variants over Shopify's Admin GraphQL API."""

from __future__ import annotations

from decimal import Decimal

from connectors.demo.audit.seen import Json, Seen

IDS = {"golden": "golden_id", "crm": "salesforce_id", "erp": "sap_id"}
MARKS = " ".join(f'{role}: metafield(namespace: "mdm", key: "{key}") {{ value }}' for role, key in IDS.items())
OWN = f'{MARKS} key: metafield(namespace: "mdm", key: "key") {{ value }}'
PAGE = 75
VARIANTS = f"""query($after: String) {{ found: productVariants(first: {PAGE}, after: $after) {{ nodes {{
  id title sku barcode price {OWN} product {{ id title status hasOnlyDefaultVariant }}
}} pageInfo {{ hasNextPage endCursor }} }} }}"""
PRODUCTS = f"""query($after: String) {{ found: products(first: {PAGE}, after: $after) {{ nodes {{
  id title variantsCount {{ count }}
}} pageInfo {{ hasNextPage endCursor }} }} }}"""
LIST = "10/EUR"  # is what the shop charges
DEFAULT = "Default Title"


def family(node: dict[str, Json]) -> Seen | None:
    """A product of several variants; None for one that is its only variant."""
    if node["variantsCount"]["count"] < 2:
        return None
    values = {"names": {"": node["title"]}, "sku": None}
    return Seen(connection="shopify", object_type="Product", id=node["id"], person=False, has_ids=False, values=values)


def variant(node: dict[str, Json]) -> Seen:
    """Whether a variant of a family is sold cannot be told from its product alone, so only single ones say it."""
    product, title = node["product"], node["title"]
    return Seen(
        connection="shopify",
        object_type="ProductVariant",
        id=node["id"],
        person=False,
        key=(node["key"] or {}).get("value", ""),
        ids={role: node[role]["value"] for role in IDS if node[role]},
        values={
            "names": {"": product["title"] if title == DEFAULT else f"{product['title']} {title}"},
            "sku": node["sku"],
            "gtin": node["barcode"],
            "prices": {LIST: Decimal(node["price"])},
            "price_room": LIST,
            **({"active": product["status"] == "ACTIVE"} if product["hasOnlyDefaultVariant"] else {}),
        },
    )

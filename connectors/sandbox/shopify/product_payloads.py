"""What products/create, /update and /delete carry: the REST-like form, one hundred variants whole and all by id."""

from __future__ import annotations

from connectors.sandbox.shopify import variants
from connectors.sandbox.shopify.store import Record, Shop

WHOLE = 100  # of more variants only the ids are told, in variant_gids


def product(shop: Shop, record: Record) -> Record:
    """products/create and products/update."""
    held = [shop.rows("ProductVariant")[number] for number in record["_variants"]]
    return {
        "admin_graphql_api_id": record["id"],
        "body_html": record["descriptionHtml"],
        "created_at": record["createdAt"],
        "handle": record["handle"],
        "id": record["_number"],
        "product_type": record["productType"],
        "published_at": record["publishedAt"],
        "template_suffix": None,
        "title": record["title"],
        "updated_at": record["updatedAt"],
        "vendor": record["vendor"],
        "status": record["status"].lower(),
        "published_scope": "web",
        "tags": ", ".join(record["tags"]),
        "variants": [_variant(record, one) for one in held[:WHOLE]],
        "options": [_option(record, one) for one in record["_options"]],
        "images": [_image(record, place, one) for place, one in enumerate(record["_media"])],
        "image": _image(record, 0, record["_media"][0]) if record["_media"] else None,
        "media": [],
        "variant_gids": [{"admin_graphql_api_id": one["id"], "updated_at": one["updatedAt"]} for one in held],
        "has_variants_that_requires_components": False,
        "category": None,
    }


def gone(record: Record) -> Record:
    """products/delete: the number alone."""
    return {"id": record["_number"]}


def _variant(record: Record, one: Record) -> Record:
    values = {f"option{place + 1}": value for place, value in enumerate([*one["_values"], None, None][:3])}
    return {
        "admin_graphql_api_id": one["id"],
        "barcode": one["barcode"],
        "compare_at_price": one["compareAtPrice"],
        "created_at": one["createdAt"],
        "id": one["_number"],
        "inventory_policy": one["inventoryPolicy"].lower(),
        "position": one["position"],
        "price": one["price"],
        "product_id": record["_number"],
        "sku": one["sku"],
        "taxable": one["taxable"],
        "title": variants.title(one),
        "updated_at": one["updatedAt"],
        **values,
        "image_id": None,
        "inventory_item_id": one["_item"]["_number"],
        "inventory_quantity": one["inventoryQuantity"],
        "old_inventory_quantity": one["inventoryQuantity"],
    }


def _option(record: Record, one: Record) -> Record:
    named = {"name": one["name"], "id": one["_number"], "product_id": record["_number"], "position": one["position"]}
    return {**named, "values": [value["name"] for value in one["_values"]]}


def _image(record: Record, place: int, one: Record) -> Record:
    return {
        "id": one["_number"],
        "position": place + 1,
        "product_id": record["_number"],
        "created_at": one["createdAt"],
        "updated_at": one["updatedAt"],
        "alt": one["alt"],
        "width": one["image"]["width"],
        "height": one["image"]["height"],
        "src": one["image"]["url"],
        "variant_ids": [],
        "admin_graphql_api_id": one["id"],
    }

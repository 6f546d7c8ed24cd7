"""How the fields of products, variants and what belongs to them are answered."""

from __future__ import annotations

import html
import re
from typing import Any

from connectors.sandbox.shopify import variants
from connectors.sandbox.shopify.fields import answers, list_of, metafield, metafields_page, page_of
from connectors.sandbox.shopify.product_mutations import published
from connectors.sandbox.shopify.store import Record, Shop, gid, parse_gid

for _owner in ("Product", "ProductVariant"):
    answers(_owner, "metafield")(metafield)
    answers(_owner, "metafields")(metafields_page)
    answers(_owner, "legacyResourceId")(lambda shop, record, args: str(record["_number"]))

answers("Product", "options")(lambda shop, record, args: record["_options"][: args.get("first")])
answers("Product", "variants")(page_of("ProductVariant", "_variants"))
answers("Product", "variantsCount")(lambda shop, record, args: _count(len(record["_variants"])))
answers("Product", "media")(lambda shop, record, args: list_of(record["_media"], args))
answers("Product", "mediaCount")(lambda shop, record, args: _count(len(record["_media"])))


@answers("Product", "hasOnlyDefaultVariant")
def _only_default(shop: Shop, record: Record, args: Record) -> bool:
    return [(one["name"], [value["name"] for value in one["_values"]]) for one in record["_options"]] == [
        ("Title", ["Default Title"])
    ]


@answers("Product", "description")
def _description(shop: Shop, record: Record, args: Record) -> str:
    plain = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^<>]*>", " ", record["descriptionHtml"]))).strip()
    return plain[: args["truncateAt"]] if args.get("truncateAt") else plain


def _count(number: int) -> Record:
    return {"count": number, "precision": "EXACT"}


answers("ProductOption", "values")(lambda shop, record, args: [value["name"] for value in record["_values"]])
answers("ProductOption", "optionValues")(lambda shop, record, args: record["_values"])
answers("ProductOptionValue", "hasVariants")(lambda shop, record, args: True)

answers("ProductVariant", "title")(lambda shop, record, args: variants.title(record))
answers("ProductVariant", "product")(lambda shop, record, args: shop.rows("Product")[record["_product"]])
answers("ProductVariant", "inventoryItem")(lambda shop, record, args: {**record["_item"], "_variant": record})


@answers("ProductVariant", "displayName")
def _display_name(shop: Shop, record: Record, args: Record) -> str:
    return f"{shop.rows('Product')[record['_product']]['title']} - {variants.title(record)}"


@answers("ProductVariant", "selectedOptions")
def _selected(shop: Shop, record: Record, args: Record) -> list[Record]:
    options = shop.rows("Product")[record["_product"]]["_options"]
    return [
        {
            "name": option["name"],
            "value": value,
            "optionValue": next(one for one in option["_values"] if one["name"] == value),
        }
        for option, value in zip(options, record["_values"], strict=True)
    ]


answers("InventoryItem", "legacyResourceId")(lambda shop, record, args: str(record["_number"]))
for _name in ("sku", "createdAt", "updatedAt"):
    answers("InventoryItem", _name)(lambda shop, record, args, name=_name: record["_variant"][name])


@answers("InventoryItem", "measurement")
def _measurement(shop: Shop, record: Record, args: Record) -> Record:
    return {"id": gid("InventoryItemMeasurement", record["_number"]), "weight": record["_weight"]}


# ---- publications ---------------------------------------------------------------------------------------------------


def _published_on(shop: Shop, record: Record, args: Record) -> bool:
    parsed = parse_gid(args["publicationId"])
    return bool(parsed) and published(shop, record, parsed[1] if parsed else None)


def _publications_count(shop: Shop, record: Record, args: Record) -> Record:
    return _count(sum(published(shop, record, number) for number in shop.rows("Publication")))


for _owner in ("Product", "ProductVariant"):
    answers(_owner, "publishedOnPublication")(_published_on)
    answers(_owner, "resourcePublicationsCount")(_publications_count)


def image(number: int, entry: Record, at: str) -> Record:
    """One picture of a product as the API answers it."""
    answer: dict[str, Any] = {"__typename": "MediaImage", "_number": number, "id": gid("MediaImage", number)}
    answer |= {"alt": entry.get("alt") or "", "mediaContentType": "IMAGE", "status": "READY"}
    answer |= {"createdAt": at, "updatedAt": at}
    inner = {"id": gid("ImageSource", number), "url": entry["url"], "altText": entry.get("alt") or ""}
    return answer | {"image": {**inner, "width": entry.get("width"), "height": entry.get("height")}}

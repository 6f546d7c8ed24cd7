"""Between Shopify's variants and products and canonical changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors import mapping
from connectors.base import FieldRow
from connectors.errors import Permanent
from connectors.mapping import dig, stamp, text
from connectors.prices import period
from connectors.shopify import goods
from connectors.shopify.fields import FAMILY, VARIANT, metafields
from connectors.shopify.goods import Shelf
from mdm.contracts import Ref
from mdm.engine.values import Json, Key

Record = Mapping[str, Json]


def item(record: Record, rows: Sequence[FieldRow], shelf: Shelf, what: str) -> dict[str, Json]:
    """What a variant says, its product beside it; raises Permanent."""
    product = product_of(record, what)
    found = mapping.read((*goods.READ_ITEM, *metafields(VARIANT, rows)), record, what)
    found |= _of_product(product, record, what)
    found["product_type"] = "item"
    options = _rows(record.get("selectedOptions"), "selectedOptions", what)
    values = [text(one.get("value"), "selectedOptions", what) or "" for one in options]
    title = text(product.get("title"), "product.title", what)
    if title:
        found[shelf.name] = goods.item_name(title, values)
    return found | _measured(record, found.get("base_unit"), shelf, what)


def family(record: Record, shelf: Shelf, what: str) -> dict[str, Json]:
    """What a product of several variants says; raises Permanent."""
    found = {**_of_product(record, record, what), "product_type": "family"}
    if "web_title" in found:
        found[shelf.name] = found["web_title"]
    return found


def product_of(record: Record, what: str) -> Record:
    """The product of a variant; raises Permanent."""
    product = record.get("product")
    if not isinstance(product, Mapping):
        raise Permanent(f"{what}: field 'product' is missing.", field="product")
    return product


def count(product: Record, what: str) -> int:
    """How many variants a product has; raises Permanent."""
    number = dig(product, "variantsCount.count")
    if isinstance(number, bool) or not isinstance(number, int):
        raise Permanent(f"{what}: field 'variantsCount' holds no number.", field="variantsCount")
    return number


def refs(record: Record, what: str) -> dict[str, Ref | None] | None:
    """Both ends of the relation between a variant and its family; None where it is its product's only one."""
    product = product_of(record, what)
    if count(product, what) < 2:
        return None
    ends = ((VARIANT, mapping.required(record, "id", what)), (FAMILY, mapping.required(product, "id", what)))
    return dict(zip(("product", "family"), (Ref(*end) for end in ends), strict=True))


def changed_at(record: Record, what: str) -> datetime:
    """When it last changed; a variant also when its product did."""
    at = stamp(record, "updatedAt", what)
    product = record.get("product")
    return max(at, stamp(product, "updatedAt", what)) if isinstance(product, Mapping) else at


def _of_product(product: Record, body: Record, what: str) -> dict[str, Json]:
    found = mapping.read(goods.READ_PRODUCT, product, what)
    vendor = text(product.get("vendor"), "vendor", what)
    if vendor and vendor != text(body.get("_shop"), "_shop", what):  # a product without a maker has the shop's name
        found["brand"] = vendor
    for node in _rows(dig(product, "media.nodes"), "media", what):
        url = text(dig(node, "image.url"), "media", what)
        if url:
            found[str(Key("images", "", mapping.required(node, "id", what)))] = url
    return found


def _measured(record: Record, unit: Json, shelf: Shelf, what: str) -> dict[str, Json]:
    found: dict[str, Json] = {}
    weight = dig(record, "inventoryItem.measurement.weight")
    try:
        found["gross_weight"] = goods.weight_text(weight) if weight is not None else ""
    except (ValueError, ArithmeticError):
        raise Permanent(f"{what}: field 'weight' holds no weight.", field="weight") from None
    found[shelf.price] = goods.price(record, unit, what)
    return {key: value for key, value in found.items() if value}


def _rows(given: Json, name: str, what: str) -> list[Record]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise Permanent(f"{what}: field '{name}' is no list of objects.", field=name)
    return given


def represent(attributes: Mapping[str, Json], rows: Sequence[FieldRow], shelf: Shelf) -> dict[str, Json]:
    """Canonical values as a variant would hold them; what it cannot hold is left out.

    Without a name in the shop's language another one stands in: Shopify takes no product without a title.
    """
    held = mapping.represent((*written(shelf), *metafields(VARIANT, rows)), attributes)
    name = goods.any_name(attributes)
    if shelf.name not in held and name:
        held[shelf.name] = name
    if attributes.get("product_type") == "item":
        held["product_type"] = "item"
    one = goods.each(attributes.get(shelf.price), attributes.get("base_unit"), shelf.currency)
    if one is not None:
        held[shelf.price] = [period(one, held.get("base_unit"))]
    return held


def written(shelf: Shelf) -> tuple[mapping.Field, ...]:
    """The rows of a variant and its product that the hub may write."""
    named = mapping.Field("title", shelf.name, max_length=goods.LENGTH)
    return (*goods.WRITE_ITEM, named, mapping.Field("vendor", "brand", max_length=goods.LENGTH))

"""The mutations on products, their variants and where they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from connectors.sandbox.shopify import metafields, products, variants
from connectors.sandbox.shopify.store import Record, Refused, Shop, problem
from connectors.sandbox.shopify.values import Problems

# Our checks are shared; each mutation tells them by its own codes.
OF_SET = {
    "BLANK": "INVALID_VARIANT",
    "NEGATIVE_PRICE_VALUE": "INVALID_VARIANT",
    "TOO_LONG": "INVALID_PRODUCT",
    "TAKEN": "CAPABILITY_VIOLATION",
}
OF_BULK = {"INVALID_INPUT": "INVALID_INPUT", "TAKEN": "INVALID_VALUE"}


def _recoded(refused: Refused, table: Mapping[str, str], of_metafields: str) -> Refused:
    errors = []
    for error in refused.errors:
        inside = "metafields" in (error["field"] or ()) and error["code"] != "TAKEN"
        errors.append({**error, "code": of_metafields if inside else table.get(error["code"], error["code"])})
    return Refused(*errors)


def set_(shop: Shop, input: Record, identifier: Record | None = None, synchronous: bool = True) -> Record:
    """productSet: update the identified product, create it where it may; lists replace, so variants left out go."""
    if not synchronous:
        raise GraphQLError("The simulated shop sets products synchronously only.", extensions={"code": "BAD_REQUEST"})
    given = {name: value for name, value in input.items() if name != "id"}
    if identifier is not None and input.get("id"):
        message = "The id field is not allowed if identifier is provided."
        raise Refused(problem(["input", "id"], message, "ID_NOT_ALLOWED"))
    wanted = identifier or ({"id": input["id"]} if input.get("id") else {})
    record = identified(shop, wanted, given)
    if record is None and wanted.get("customId"):
        custom = {**wanted["customId"], "type": "id"}
        given = {**given, "metafields": given.get("metafields") or [custom]}
    try:
        return {"product": products.put(shop, record, given, ["input"], replace=True)}
    except Refused as refused:
        raise _recoded(refused, OF_SET, "INVALID_METAFIELD") from None


def identified(shop: Shop, identifier: Record, given: Record) -> Record | None:
    """Which product productSet means; None where it is to create."""
    if identifier.get("id"):
        record = shop.find("Product", identifier["id"])
        if record is None:
            raise Refused(problem(["input", "id"], "Product does not exist.", "PRODUCT_DOES_NOT_EXIST"))
        return record
    if identifier.get("handle"):
        _repeated(given, "handle", identifier["handle"])
        return shop.owner_of("handle", products.slug(identifier["handle"]), kind="Product")
    custom = identifier.get("customId")
    if not custom:
        return None
    fields = given.get("metafields")
    same = [one for one in fields or () if all(one.get(name) == custom[name] for name in ("namespace", "key", "value"))]
    if fields is not None and not same:
        message = "The input argument `metafields` (if present) must contain the `customId` value."
        raise Refused(problem(["input", "metafields"], message, "METAFIELD_MISMATCH"))
    return metafields.owner(shop, "PRODUCT", custom)


def _repeated(given: Record, name: str, value: str) -> None:
    """The input must hold the value it is identified by."""
    if not given.get(name):
        message = "The input field corresponding to the identifier is required."
        raise Refused(problem(["input"], message, "MISSING_FIELD_REQUIRED"))
    if products.slug(given[name]) != products.slug(value):
        message = "The identifier value does not match the value of the corresponding field in the input."
        raise Refused(problem(["input"], message, "INPUT_MISMATCH"))


def update(shop: Shop, product: Record | None = None) -> Record:
    """productUpdate: what is left out stays, metafields change one by one."""
    given = product or {}
    record = shop.find("Product", given.get("id"))
    if record is None:
        raise Refused(problem(["id"], "Product does not exist"))
    return {"product": products.put(shop, record, given, [])}


def delete(shop: Shop, input: Record, synchronous: bool = True) -> Record:
    """productDelete."""
    record = shop.find("Product", input["id"])
    if record is None:
        raise Refused(problem(["id"], "Product does not exist"))
    products.forget(shop, record)
    return {"deletedProductId": record["id"]}


def variants_update(shop: Shop, productId: str, variants: list[Record], allowPartialUpdates: bool = False) -> Record:
    """productVariantsBulkUpdate: all of them or none; other variants and metafields stay."""
    if allowPartialUpdates:
        raise GraphQLError("The simulated shop knows no partial updates.", extensions={"code": "BAD_REQUEST"})
    product = shop.find("Product", productId)
    if product is None:
        raise Refused(problem(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST"))
    found, errors = [], []
    for position, entry in enumerate(variants):
        problems = Problems(["variants", str(position)])
        found.append(_bulk(shop, product, entry, problems))
        errors += problems.found
    if errors:
        raise _recoded(Refused(*errors), OF_BULK, "INVALID_VALUE")
    for record, fresh, fields, entry in found:
        _changed(shop, record, fresh, fields, entry)
    shop.save(product)
    return {"product": product, "productVariants": [record for record, *_ in found]}


def _bulk(
    shop: Shop, product: Record, entry: Record, problems: Problems
) -> tuple[Record, Record, list[Record], Record]:
    record = shop.find("ProductVariant", entry.get("id")) or {}
    if not entry.get("id"):
        problems.add("id", "Product variant is missing ID attribute", "PRODUCT_VARIANT_ID_MISSING")
    elif record.get("_product") != product["_number"]:
        problems.add("id", "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")
    if entry.get("published") is not None:
        problems.add("published", "Published can be given for new variants only", "INVALID_INPUT")
    fields = metafields.checked(shop, "PRODUCTVARIANT", entry.get("metafields") or [], record, problems)
    return record, variants.checked(shop, entry, problems), fields, entry


def _changed(shop: Shop, record: Record, fresh: Record, fields: list[Record], entry: Record) -> None:
    metafields.put(shop, record, fields)
    variants.change(shop, record, fresh, entry)


# ---- where it is shown ----------------------------------------------------------------------------------------------


def publish(shop: Shop, id: str, input: list[Record]) -> Record:
    """publishablePublish, for products and variants."""
    return _show(shop, id, input, shown=True)


def unpublish(shop: Shop, id: str, input: list[Record]) -> Record:
    """publishableUnpublish, for products and variants."""
    return _show(shop, id, input, shown=False)


def _show(shop: Shop, id: str, input: list[Record], *, shown: bool) -> Record:
    """A product is shown where it was published, a variant of it wherever it was not taken out."""
    record = shop.find("Product", id) or shop.find("ProductVariant", id)
    if record is None:
        raise Refused(problem(["id"], "Resource does not exist"))
    found = [shop.find("Publication", entry.get("publicationId")) for entry in input]
    if not found or None in found:
        raise Refused(problem(["input", str(found.index(None) if found else 0)], "Publication does not exist"))
    numbers = {one["_number"] for one in found if one}
    name, add = ("_published", shown) if record["__typename"] == "Product" else ("_hidden", not shown)
    record[name] = record[name] | numbers if add else record[name] - numbers
    shop.save(record)
    shop.touch_product(record)
    return {"publishable": record}


def published(shop: Shop, record: Record, number: Any) -> bool:
    """Whether a product or variant is shown in a publication, as far as its channels go."""
    if record["__typename"] == "Product":
        return number in record["_published"]
    product = shop.rows("Product")[record["_product"]]
    return number in product["_published"] and number not in record["_hidden"]

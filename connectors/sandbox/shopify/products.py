"""Products: what the shop checks, their handles, and how one is built, changed and taken away."""

from __future__ import annotations

import re
import unicodedata

from connectors.sandbox.shopify import metafields, product_options, values
from connectors.sandbox.shopify.store import Record, Refused, Shop, problem
from connectors.sandbox.shopify.values import Problems

PLAIN = ("title", "descriptionHtml", "vendor", "productType")


def checked(shop: Shop, given: Record, record: Record, problems: Problems) -> Record:
    """What an input would change of a product, in stored form; adds what is wrong to `problems`."""
    fresh: Record = {}
    for name, label in (("title", "Title"), ("vendor", "Vendor"), ("productType", "Product type")):
        if name in given:
            fresh[name] = problems.text(given, name, label) or ""
    if not {**record, **fresh}.get("title"):
        problems.add("title", "Title can't be blank", "INVALID_PRODUCT")
    if "vendor" in fresh or not record:
        fresh["vendor"] = fresh.get("vendor") or str(shop.options.get("name", "Goldenrod Fasteners"))
    if "descriptionHtml" in given:
        fresh["descriptionHtml"] = given["descriptionHtml"] or ""
    if given.get("tags") is not None:
        fresh["tags"] = values.tags(given["tags"])
    if given.get("status") is not None:
        fresh["status"] = given["status"]
    handle = _handle(shop, given, {**record, **fresh}, problems)
    return {**fresh, "handle": handle} if handle else fresh


def _handle(shop: Shop, given: Record, whole: Record, problems: Problems) -> str | None:
    """The handle asked for, or one made of the title for a product without; None where it stays."""
    wanted = slug(given.get("handle") or "")
    if wanted:
        holder = shop.unique.get(("handle", wanted))
        if holder is not None and holder != whole.get("_number"):
            problems.add("handle", "Handle already in use. Please provide a new handle.", "HANDLE_NOT_UNIQUE")
        return wanted
    if whole.get("handle") or not whole.get("title"):
        return None
    base, suffix = slug(whole["title"]) or "product", 0
    while ("handle", f"{base}-{suffix}" if suffix else base) in shop.unique:
        suffix += 1
    return f"{base}-{suffix}" if suffix else base


def slug(text: str) -> str:
    """A text as a handle: small letters and digits, all else a single hyphen."""
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:255]


def claims(record: Record) -> list[tuple[str, ...]]:
    """The unique values a product holds."""
    return [("handle", record["handle"]), *metafields.claims(record)]


def put(shop: Shop, record: Record | None, given: Record, where: list[str], *, replace: bool = False) -> Record:
    """Make a product (`record` None) or change one, whole or not at all; raises Refused with every userError.

    `replace`: a list of metafields takes the place of all there were, as `productSet` does it.
    """
    problems = Problems(where)
    fields = checked(shop, given, record or {}, problems)
    layout = product_options.layout(shop, record, given, problems)
    held = metafields.checked(shop, "PRODUCT", given.get("metafields") or [], record or {}, problems)
    if problems.found:
        raise Refused(*problems.found)
    fresh = record is None
    if record is None:
        record = _added(shop, fields, given)
    record |= fields
    if layout is not None:
        product_options.settle(shop, record, layout)
    if "metafields" in given:
        (metafields.replace if replace else metafields.put)(shop, record, held)
    if fresh:
        shop.claim(record, claims(record))
    else:
        shop.save(record, claims(record), given)
    return record


def _added(shop: Shop, fields: Record, given: Record) -> Record:
    auto = {number for number, one in shop.rows("Publication").items() if one["autoPublish"]}
    blank = {**dict.fromkeys(PLAIN, ""), "tags": [], "status": "ACTIVE", **fields}
    blank |= {"publishedAt": shop.now if auto else None, "_published": auto}
    inner: Record = {"_options": [], "_variants": [], "_media": [], "_metafields": {}}
    return shop.add("Product", {**blank, **inner}, [("handle", fields["handle"])], given)


def forget(shop: Shop, record: Record) -> None:
    """Delete a product with its variants."""
    for number in record["_variants"]:
        shop.remove(shop.rows("ProductVariant")[number])
    shop.remove(record)


def forget_variant(shop: Shop, record: Record) -> None:
    """Delete one variant; a product keeps at least one."""
    product = shop.rows("Product")[record["_product"]]
    if len(product["_variants"]) == 1:
        raise Refused(problem(["id"], "The last variant of a product cannot be deleted"))
    product["_variants"].remove(record["_number"])
    for position, number in enumerate(product["_variants"]):
        shop.rows("ProductVariant")[number]["position"] = position + 1
    shop.remove(record)
    shop.save(product)

"""Products as the shop's own users enter, change and see them, in the record form of the README."""

from __future__ import annotations

from connectors.sandbox.shopify import metafields, product_options, products, variants
from connectors.sandbox.shopify.product_answers import image
from connectors.sandbox.shopify.store import Record, Refused, Shop, gid, problem
from connectors.sandbox.shopify.values import Problems

ITEM = {"tracked", "requiresShipping", "harmonizedSystemCode", "countryCodeOfOrigin", "measurement"}
MEDIA = {"alt", "url", "width", "height"}


def enter(shop: Shop, fields: Record) -> Record:
    """A new product; one without variants has the default one."""
    record = products.put(shop, None, _input(fields), [])
    _pictures(shop, record, fields)
    return record


def enter_variant(shop: Shop, product: Record, fields: Record) -> Record:
    """A further variant of a product that has options; new values are added to them."""
    values = fields.get("options") or []
    if len(values) != len(product["_options"]):
        raise Refused(problem(["options"], f"Give a value for each of the {len(product['_options'])} options"))
    options = [
        {"name": one["name"], "values": [{"name": name} for name in _names(one["_values"], value)]}
        for one, value in zip(product["_options"], values, strict=True)
    ]
    kept = [{"id": gid("ProductVariant", number), "options": _values(shop, number)} for number in product["_variants"]]
    names = [one["name"] for one in options]
    given = {
        "productOptions": options,
        "variants": [*(_variant(one, names) for one in kept), _variant(_seed(fields), names)],
    }
    products.put(shop, product, given, [])
    return shop.rows("ProductVariant")[product["_variants"][-1]]


def _names(known: list[Record], value: str) -> list[str]:
    return list(dict.fromkeys([*(one["name"] for one in known), value]))


def _values(shop: Shop, number: int) -> list[str]:
    found: list[str] = shop.rows("ProductVariant")[number]["_values"]
    return found


def edit(shop: Shop, record: Record, fields: Record) -> None:
    """Change a product; options with variants replace both lists, media all pictures."""
    products.put(shop, record, _input(fields, record), [])
    _pictures(shop, record, fields)


def edit_variant(shop: Shop, record: Record, fields: Record) -> None:
    """Change one variant but for its options."""
    problems = Problems([])
    given = {name: value for name, value in fields.items() if name not in ("productId", "options")}
    fresh = variants.checked(shop, given, problems)
    held = metafields.checked(shop, "PRODUCTVARIANT", given.get("metafields") or [], record, problems)
    if problems.found:
        raise Refused(*problems.found)
    metafields.put(shop, record, held)
    variants.change(shop, record, fresh, fields)
    shop.touch_product(record)


def _pictures(shop: Shop, record: Record, fields: Record) -> None:
    if "media" in fields:
        record["_media"] = [image(shop.number("MediaImage"), entry, record["updatedAt"]) for entry in fields["media"]]


def _input(fields: Record, record: Record | None = None) -> Record:
    """The record form as productSet takes it."""
    plain = {name: value for name, value in fields.items() if name not in ("options", "variants", "media")}
    if record is not None and "options" not in fields and "variants" not in fields:
        return plain
    options = fields.get("options") or ([] if record is None else [_shown(one) for one in record["_options"]])
    names = [one["name"] for one in options] or ["Title"]
    plain["productOptions"] = [
        {"name": one["name"], "values": [{"name": value} for value in one["values"]]} for one in options
    ] or product_options.DEFAULT_OPTIONS
    stamps = {name: fields[name] for name in ("createdAt", "updatedAt") if name in fields}
    held = [{**stamps, **one} for one in fields.get("variants") or [{}]]
    plain["variants"] = [_variant(_seed(one) if record is None else one, names) for one in held]
    return plain


def _seed(fields: Record) -> Record:
    """A new variant's form: its id counts in load only, and names no variant there is."""
    return {**{name: value for name, value in fields.items() if name != "id"}, "_id": fields.get("id")}


def _shown(option: Record) -> Record:
    return {"name": option["name"], "values": [value["name"] for value in option["_values"]]}


def _variant(fields: Record, names: list[str]) -> Record:
    values = fields.get("options") or ["Default Title"]
    chosen = [{"optionName": name, "name": value} for name, value in zip(names, values, strict=False)]
    return {
        **{name: value for name, value in fields.items() if name not in ("options", "productId")},
        "optionValues": chosen,
    }


# ---- what is there --------------------------------------------------------------------------------------------------


def export(shop: Shop, record: Record) -> Record:
    """What the record form adds to a product's plain fields."""
    held = [shop.rows("ProductVariant")[number] for number in record["_variants"]]
    return {
        "options": [_shown(one) for one in record["_options"]],
        "variants": [one["id"] for one in held],
        "media": [{"alt": one["alt"], "url": one["image"]["url"]} for one in record["_media"]],
        "published": sorted(gid("Publication", number) for number in record["_published"]),
    }


def export_variant(shop: Shop, record: Record) -> Record:
    """What the record form adds to a variant's plain fields."""
    item = record["_item"]
    return {
        "productId": gid("Product", record["_product"]),
        "options": list(record["_values"]),
        "hidden": sorted(gid("Publication", number) for number in record["_hidden"]),
        "inventoryItem": {
            **{name: item.get(name) for name in sorted(ITEM - {"measurement"})},
            "measurement": {"weight": item["_weight"]},
        },
    }

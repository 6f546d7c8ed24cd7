"""A product's options and the variants they make, as `productSet` reads its two lists, which replace the old ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.shopify import metafields, variants
from connectors.sandbox.shopify.store import Record, Shop, gid
from connectors.sandbox.shopify.values import Problems

MOST_OPTIONS = 3
MOST_VARIANTS = 2048
DEFAULT_OPTIONS: list[Record] = [{"name": "Title", "values": [{"name": "Default Title"}]}]
DEFAULT_VARIANTS: list[Record] = [{"optionValues": [{"optionName": "Title", "name": "Default Title"}]}]


@dataclass
class Planned:
    """One variant as it is to be: the one there is, or None for a new one."""

    record: Record | None
    values: list[str]
    fresh: Record
    given: Record
    metafields: list[Record]


@dataclass
class Layout:
    """All options and variants of a product to come."""

    options: list[Record] = field(default_factory=list)
    variants: list[Planned] = field(default_factory=list)


def layout(shop: Shop, product: Record | None, given: Record, problems: Problems) -> Layout | None:
    """What the lists of an input ask for, None where it has neither; adds what is wrong to `problems`."""
    options, list_ = given.get("productOptions"), given.get("variants")
    if options is None and list_ is None:
        if product is not None:
            return None
        options, list_ = DEFAULT_OPTIONS, DEFAULT_VARIANTS
    if options is None:
        message = "Must specify product options when updating variants."
        problems.add("productOptions", message, "PRODUCT_OPTIONS_INPUT_MISSING")
    elif list_ is None:
        problems.add("variants", "Must specify variants when updating options.", "VARIANTS_INPUT_MISSING")
    if options is None or list_ is None:
        return None
    found = Layout(_options(shop, product, options or DEFAULT_OPTIONS, problems))
    if not problems.found:
        _variants(shop, product, list_, found, problems)
    return found


def _options(shop: Shop, product: Record | None, given: list[Record], problems: Problems) -> list[Record]:
    if len(given) > MOST_OPTIONS:
        problems.add("productOptions", f"Options over limit of {MOST_OPTIONS}.", "OPTIONS_OVER_LIMIT")
    found: list[Record] = []
    for position, entry in enumerate(given):
        at = ["productOptions", str(position)]
        old = _known(product["_options"] if product else [], entry)
        if old is None and entry.get("id"):
            problems.add([*at, "id"], "Option does not exist.", "OPTION_DOES_NOT_EXIST")
        name = (entry.get("name") or (old or {}).get("name") or "").strip()
        if not name:
            problems.add([*at, "name"], "Option name can't be blank.", "INVALID_INPUT")
        if name.lower() in {other["name"].lower() for other in found}:
            problems.add([*at, "name"], "Duplicated option name.", "DUPLICATED_OPTION_NAME")
        values = _values(shop, old, entry.get("values"), at, problems)
        number = old["_number"] if old else shop.number("ProductOption")
        found.append(_named("ProductOption", number, name) | {"position": position + 1, "_values": values})
    return found


def _values(
    shop: Shop, old: Record | None, given: list[Record] | None, at: list[str], problems: Problems
) -> list[Record]:
    if given is None and old is not None:
        kept: list[Record] = old["_values"]
        return kept
    if not given:
        message = "Each option must have at least one option value specified."
        problems.add([*at, "values"], message, "OPTION_VALUES_MISSING")
    found: list[Record] = []
    for position, entry in enumerate(given or ()):
        place = [*at, "values", str(position)]
        held = _known(old["_values"] if old else [], entry)
        name = (entry.get("name") or (held or {}).get("name") or "").strip()
        if not name or len(name) > 255:
            problems.add([*place, "name"], "Option value name is blank or too long.", "INVALID_INPUT")
        if name.lower() in {other["name"].lower() for other in found}:
            problems.add(place, "Duplicated option value.", "DUPLICATED_OPTION_VALUE")
        number = held["_number"] if held else shop.number("ProductOptionValue")
        found.append(_named("ProductOptionValue", number, name))
    return found


def _known(there: list[Record], entry: Record) -> Record | None:
    """The option or value an entry means: by id, else by name."""
    name = (entry.get("name") or "").strip().lower()
    if entry.get("id"):
        return next((one for one in there if one["id"] == entry["id"]), None)
    return next((one for one in there if one["name"].lower() == name), None)


def _named(kind: str, number: int, name: str) -> Record:
    return {"__typename": kind, "_number": number, "id": gid(kind, number), "name": name}


# ---- variants -------------------------------------------------------------------------------------------------------


def _variants(shop: Shop, product: Record | None, given: list[Record], found: Layout, problems: Problems) -> None:
    most = int(shop.options.get("variant_limit", MOST_VARIANTS))
    if not given or len(given) > most:
        message = f"Number of product variants must be between 1 and the shop limit of {most}."
        problems.add("variants", message, "VARIANTS_OVER_LIMIT" if given else "INVALID_INPUT")
        return
    there = [shop.rows("ProductVariant")[number] for number in product["_variants"]] if product else []
    taken: set[tuple[str, ...]] = set()
    for position, entry in enumerate(given):
        inner = Problems([*problems.where, "variants", str(position)])
        values = _chosen(entry["optionValues"], found.options, inner)
        if len(values) == len(found.options):
            face = tuple(value.lower() for value in values)
            if face in taken:
                inner.add([], f"The variant '{' / '.join(values)}' already exists.", "INVALID_VARIANT")
            taken.add(face)
            found.variants.append(_planned(shop, entry, values, there, inner))
        problems.found += inner.found


def _planned(shop: Shop, entry: Record, values: list[str], there: list[Record], problems: Problems) -> Planned:
    if entry.get("id"):
        record = next((one for one in there if one["id"] == entry["id"]), None)
        if record is None:
            problems.add("id", "Product variant does not exist.", "PRODUCT_VARIANT_DOES_NOT_EXIST")
    else:
        record = next((one for one in there if one["_values"] == values), None)
    fresh = variants.checked(shop, entry, problems)
    fields = metafields.checked(shop, "PRODUCTVARIANT", entry.get("metafields") or [], record or {}, problems)
    return Planned(record, values, fresh, entry, fields)


def _chosen(given: list[Record], options: list[Record], problems: Problems) -> list[str]:
    """The value a variant has of each option, in the order of options."""
    picked: dict[int, str] = {}
    for position, entry in enumerate(given):
        at = ["optionValues", str(position)]
        option = _known(options, {"id": entry.get("optionId"), "name": entry.get("optionName")})
        value = _known(option["_values"], {"id": entry.get("id"), "name": entry.get("name")}) if option else None
        if option is None:
            problems.add(at, "Option does not exist.", "OPTION_DOES_NOT_EXIST")
        elif value is None:
            problems.add(at, "Option value does not exist.", "OPTION_VALUE_DOES_NOT_EXIST")
        else:
            picked[option["_number"]] = value["name"]
    if not problems.found and len(picked) < len(options):
        problems.add("optionValues", "A variant needs a value for each option.", "INVALID_VARIANT")
    return [picked[option["_number"]] for option in options if option["_number"] in picked]


def settle(shop: Shop, product: Record, wanted: Layout) -> None:
    """Give a product these options and variants; variants left out are deleted."""
    kept = {planned.record["_number"] for planned in wanted.variants if planned.record}
    for number in product["_variants"]:
        if number not in kept:
            shop.remove(shop.rows("ProductVariant")[number])
    product["_options"] = wanted.options
    product["_variants"] = []
    for planned in wanted.variants:
        record = planned.record
        if record is None:
            record = variants.add(shop, product, planned.values, planned.fresh, planned.given)
            metafields.put(shop, record, planned.metafields)
            shop.claim(record, metafields.claims(record))
            continue
        product["_variants"].append(record["_number"])
        record |= {"_values": planned.values, "position": len(product["_variants"])}
        if "metafields" in planned.given:
            metafields.replace(shop, record, planned.metafields)
        variants.change(shop, record, planned.fresh, planned.given)

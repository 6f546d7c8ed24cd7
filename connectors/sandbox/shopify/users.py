"""Acts of the shop's own users and the seeding, in the record form of the README (section Shopify)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.shopify import addresses, companies, contacts, customers, metafields, product_users, products
from connectors.sandbox.shopify.store import Record, Refused, Shop, gid, problem
from connectors.sandbox.shopify.values import Problems

OBJECTS = ("Customer", "Company", "CompanyContact", "CompanyLocation", "Product", "ProductVariant")
STAMPS = {"id", "createdAt", "updatedAt"}
PERSON = {"firstName", "lastName", "email", "phone"}
TAX = {"taxRegistrationId", "taxExempt", "taxExemptions"}
# The names of the record form, told in the README.
FORM = {
    "Customer": STAMPS
    | PERSON
    | {"note", "tags", "locale", "taxExempt", "taxExemptions", "addresses", "emailMarketingConsent", "metafields"},
    "Company": STAMPS | {"name", "externalId", "note", "customerSince", "contacts", "locations", "metafields"},
    "CompanyContact": STAMPS | PERSON | {"companyId", "customerId", "customer", "title", "locale", "isMainContact"},
    "CompanyLocation": STAMPS
    | TAX
    | {"companyId", "name", "externalId", "note", "phone", "locale", "taxSettings", "buyerExperienceConfiguration"}
    | {"billingAddress", "shippingAddress", "billingSameAsShipping", "metafields"},
    "Product": STAMPS
    | {"title", "handle", "descriptionHtml", "vendor", "productType", "tags", "status"}
    | {"options", "variants", "media", "metafields"},
    "ProductVariant": STAMPS
    | {"productId", "options", "sku", "barcode", "price", "compareAtPrice", "taxable", "inventoryPolicy"}
    | {"inventoryItem", "metafields"},
}
ADDRESS = {
    "mailing": {*addresses.MAILING, "id", "countryCode", "country", "province"},
    "company": {*addresses.COMPANY, "id"},
    "item": product_users.ITEM,
    "picture": product_users.MEDIA,
}
PARTS = {
    "addresses": "mailing",
    "billingAddress": "company",
    "shippingAddress": "company",
    "customer": "Customer",
    "contacts": "CompanyContact",
    "locations": "CompanyLocation",
    "variants": "ProductVariant",
    "inventoryItem": "item",
    "media": "picture",
}


def existing(shop: Shop, object: str, id: Any) -> Record:
    """The record of an id, which may be a global id or its number."""
    if object not in shop.tables:
        raise Refused(problem(["object"], f"There is no object {object}; choose one of {', '.join(OBJECTS)}"))
    text = str(id)
    record = shop.find(object, gid(object, int(text)) if text.isdigit() else text)
    if record is None:
        raise Refused(problem(["id"], f"There is no {object} {id}", "NOT_FOUND"))
    return record


def _known(object: str, fields: Record) -> None:
    """Refuse objects and field names the record form does not have: a misspelt seed must not pass for a blank one."""
    if object not in OBJECTS:
        raise Refused(problem(["object"], f"Users cannot do this to {object}; choose one of {', '.join(OBJECTS)}"))
    unknown = sorted(set(fields) - FORM[object])
    if unknown:
        raise Refused(problem(unknown, f"{object} has no such field; it has {', '.join(sorted(FORM[object]))}"))
    for name, part in PARTS.items():
        nested = fields.get(name)
        for one in nested if isinstance(nested, list) else [nested] if isinstance(nested, dict) else []:
            _known(part, one) if part in OBJECTS else _known_address(name, part, one)


def _known_address(name: str, part: str, address: Record) -> None:
    unknown = sorted(set(address) - ADDRESS[part])
    if unknown:
        raise Refused(problem([name, *unknown], f"{name} has no such field; it has {', '.join(sorted(ADDRESS[part]))}"))


def _typed(shop: Shop, object: str, fields: Record) -> Record:
    """Metafields of users need no type: the definition's, else text; the value null deletes."""
    if object == "Product" and fields.get("variants"):
        fields = {**fields, "variants": [_typed(shop, "ProductVariant", one) for one in fields["variants"]]}
    owner = metafields.OWNER_TYPES.get(object)
    if owner is None or not fields.get("metafields"):
        return fields
    entries = []
    for entry in fields["metafields"]:
        text = "multi_line_text_field" if "\n" in str(entry.get("value")) else "single_line_text_field"
        defined = metafields.definition(shop, owner, entry.get("namespace"), entry.get("key") or "")
        known = {"type": defined["_type"] if defined else text}
        entries.append({**known, **entry, "_delete": entry.get("value") is None})
    return {**fields, "metafields": entries}


def enter(shop: Shop, object: str, fields: Record) -> Record:
    """A new record, whole or not at all for customers, contacts and locations."""
    _known(object, fields)
    fields = _typed(shop, object, fields)
    if object == "Customer":
        return customers.build(shop, fields, [])
    if object == "Company":
        return _company(shop, fields)
    if object == "Product":
        return product_users.enter(shop, fields)
    if object == "ProductVariant":
        return product_users.enter_variant(shop, existing(shop, "Product", fields.get("productId") or ""), fields)
    company = existing(shop, "Company", fields.get("companyId") or "")
    if object == "CompanyLocation":
        problems = Problems([])
        location = companies.check_new_location(shop, fields, problems)
        if problems.found:
            raise Refused(*problems.found)
        record = companies.build_location(shop, company, location, fields)
    else:
        record = _contact(shop, company, fields)
    shop.touch_company(company["_number"])
    return record


def _company(shop: Shop, fields: Record) -> Record:
    """A company with its locations (at least one) and contacts."""
    problems = Problems(["locations"])
    places = [_typed(shop, "CompanyLocation", place) for place in fields.get("locations") or [{}]]
    locations = [(companies.check_new_location(shop, place, problems), place) for place in places]
    for position, contact in enumerate(fields.get("contacts") or []):
        problems.where = ["contacts", str(position), "customer"]
        _check_contact(shop, contact, problems)
    problems.where = []
    record = companies.build(shop, fields, problems)
    for location, place in locations:
        companies.build_location(shop, record, location, place)
    for contact in fields.get("contacts") or []:
        _contact(shop, record, contact)
    return record


def _contact(shop: Shop, company: Record, fields: Record) -> Record:
    """A contact whose customer is named by `customerId` or comes along as `customer`."""
    problems = Problems(["customer"])
    own = contacts.checked(fields, {}, problems)
    _check_contact(shop, fields, problems)
    if problems.found:
        raise Refused(*problems.found)
    if fields.get("customerId"):
        customer = existing(shop, "Customer", fields["customerId"])
    else:
        customer = customers.build(shop, _typed(shop, "Customer", fields["customer"]), ["customer"])
    record = contacts.join(shop, company, customer, own, fields)
    if fields.get("isMainContact"):
        company["_main"] = record["_number"]
    return record


def _check_contact(shop: Shop, fields: Record, problems: Problems) -> None:
    """The person behind a contact is there already, or would be a good new customer with an e-mail."""
    if fields.get("customerId"):
        existing(shop, "Customer", fields["customerId"])
    else:
        contacts.check_person(shop, fields.get("customer") or {}, problems)


def edit(shop: Shop, object: str, id: Any, fields: Record) -> None:
    """Change a record; lists of addresses replace, metafields change one by one and go with the value null."""
    _known(object, fields)
    record = existing(shop, object, id)
    given = _typed(shop, object, fields)
    if object == "Customer":
        customers.change(shop, record, given, [])
        if fields.get("emailMarketingConsent"):
            record["_consent"] = customers.consent_of(shop, fields["emailMarketingConsent"])
            shop.tell("consent", record)
    elif object == "Company":
        companies.change(shop, record, given, [])
    elif object == "CompanyLocation":
        companies.change_location(shop, record, given, [])
        shop.touch_company(record["_company"])
    elif object == "Product":
        product_users.edit(shop, record, given)
    elif object == "ProductVariant":
        product_users.edit_variant(shop, record, given)
    else:
        contacts.change(shop, record, fields, [])
        _main(shop, record, fields)


def _main(shop: Shop, contact: Record, fields: Record) -> None:
    company = shop.rows("Company")[contact["_company"]]
    if fields.get("isMainContact"):
        company["_main"] = contact["_number"]
    elif "isMainContact" in fields and company["_main"] == contact["_number"]:
        company["_main"] = None


def remove(shop: Shop, object: str, id: Any) -> None:
    """Delete a record."""
    _known(object, {})
    record = existing(shop, object, id)
    if object == "Customer":
        customers.forget(shop, record)
    elif object == "Company":
        companies.forget(shop, record)
    elif object == "CompanyContact":
        contacts.forget(shop, record)
        shop.touch_company(record["_company"])
    elif object == "Product":
        products.forget(shop, record)
    elif object == "ProductVariant":
        products.forget_variant(shop, record)
    else:
        companies.forget_location(shop, record)
        shop.touch_company(record["_company"])


def merge(shop: Shop, object: str, winner: Any, losers: list[str]) -> None:
    """Merge customers: tags, notes and addresses are joined, gaps are filled; company contacts are refused."""
    if object != "Customer":
        raise Refused(problem(["object"], "Only customers can be merged in this shop"))
    kept = existing(shop, object, winner)
    gone = [existing(shop, object, loser) for loser in losers]
    if kept in gone:
        raise Refused(problem(["losers"], "A customer cannot be merged into itself"))
    for loser in gone:
        if loser["_contacts"]:
            raise Refused(problem(["losers"], "Customer is a company contact and cannot be merged", "COMPANY_CONTACT"))
    for loser in gone:
        loser["_merged_into"] = kept["id"]
        customers.forget(shop, loser, "merge")
        _take_over(shop, kept, loser)
    shop.save(kept, customers.claims(kept))


def _take_over(shop: Shop, kept: Record, loser: Record) -> None:
    for name in ("email", "phone", "firstName", "lastName"):
        kept[name] = kept[name] or loser[name]
    kept["note"] = " ".join(note for note in (kept["note"], loser["note"]) if note) or None
    kept["tags"] = sorted({*kept["tags"], *loser["tags"]}, key=str.lower)
    held = {addresses.signature(address) for address in kept["_addresses"]}
    extra = [dict(one) for one in loser["_addresses"] if addresses.signature(one) not in held]
    addresses.settle(shop, kept, [*kept["_addresses"], *extra])
    for place, field in loser["_metafields"].items():
        if place not in kept["_metafields"] and not field["_unique"]:
            metafields.put(shop, kept, [field])


# ---- what is there --------------------------------------------------------------------------------------------------


def dump(shop: Shop, object: str) -> list[Record]:
    """Every record of an object in the record form with its ids; deleted ones say so."""
    if object not in shop.tables:
        raise Refused(problem(["object"], f"There is no object {object}"))
    table = shop.tables[object]
    living = [{**export(shop, record), "deleted": False} for record in table.rows.values()]
    return living + [
        {**_public(record), "deleted": True, "deletedAt": record["_goneAt"], "mergedInto": record.get("_merged_into")}
        for record in table.gone.values()
    ]


def export(shop: Shop, record: Record) -> Record:
    """A living record in the record form."""
    extra: Record = {}
    if record["__typename"] == "Customer":
        extra["addresses"] = [_public(address) for address in record["_addresses"]]
        extra["emailMarketingConsent"] = record["_consent"]
        extra["contactOf"] = [
            gid("Company", shop.rows("CompanyContact")[number]["_company"]) for number in record["_contacts"]
        ]
    elif record["__typename"] == "Company":
        extra["contacts"] = [gid("CompanyContact", number) for number in record["_contacts"]]
        extra["locations"] = [export(shop, shop.rows("CompanyLocation")[number]) for number in record["_locations"]]
        extra["mainContact"] = gid("CompanyContact", record["_main"]) if record["_main"] else None
    elif record["__typename"] == "CompanyContact":
        extra["companyId"] = gid("Company", record["_company"])
        extra["customerId"] = gid("Customer", record["_customer"])
    elif record["__typename"] == "CompanyLocation":
        extra["companyId"] = gid("Company", record["_company"])
        extra["taxSettings"] = record["_tax"]
        extra["buyerExperienceConfiguration"] = record["_experience"]
        for role in ("billingAddress", "shippingAddress"):
            extra[role] = _public(record[role]) if record[role] else None
    elif record["__typename"] == "Product":
        extra |= product_users.export(shop, record)
    elif record["__typename"] == "ProductVariant":
        extra |= product_users.export_variant(shop, record)
    if "_metafields" in record:
        names = ("id", "namespace", "key", "type", "value")
        extra["metafields"] = [{name: field[name] for name in names} for field in record["_metafields"].values()]
    return {**_public(record), **extra}


def _public(record: Record) -> Record:
    return {name: value for name, value in record.items() if not name.startswith("_") and not isinstance(value, dict)}

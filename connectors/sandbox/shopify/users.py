"""Acts of the shop's own users and the seeding, in the record form of the README (section Shopify)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.shopify import addresses, companies, contacts, customers, metafields
from connectors.sandbox.shopify.store import Record, Refused, Shop, gid, problem
from connectors.sandbox.shopify.values import Problems

OBJECTS = ("Customer", "Company", "CompanyContact", "CompanyLocation")


def existing(shop: Shop, object: str, id: Any) -> Record:
    """The record of an id, which may be a global id or its number."""
    if object not in shop.tables:
        raise Refused(problem(["object"], f"There is no object {object}; choose one of {', '.join(OBJECTS)}"))
    text = str(id)
    record = shop.find(object, gid(object, int(text)) if text.isdigit() else text)
    if record is None:
        raise Refused(problem(["id"], f"There is no {object} {id}", "NOT_FOUND"))
    return record


def _known(object: str) -> None:
    if object not in OBJECTS:
        raise Refused(problem(["object"], f"Users cannot do this to {object}; choose one of {', '.join(OBJECTS)}"))


def enter(shop: Shop, object: str, fields: Record) -> Record:
    """A new record, whole or not at all for customers, contacts and locations."""
    _known(object)
    if object == "Customer":
        return customers.build(shop, fields, [])
    if object == "Company":
        return _company(shop, fields)
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
    places = fields.get("locations") or [{}]
    locations = [(companies.check_new_location(shop, place, problems), place) for place in places]
    problems.where = []
    record = companies.build(shop, fields, problems)
    for location, place in locations:
        companies.build_location(shop, record, location, place)
    for contact in fields.get("contacts") or []:
        _contact(shop, record, contact)
    return record


def _contact(shop: Shop, company: Record, fields: Record) -> Record:
    """A contact whose customer is named by `customerId` or comes along as `customer`."""
    problems = Problems([])
    own = contacts.checked(fields, {}, problems)
    if problems.found:
        raise Refused(*problems.found)
    if fields.get("customerId"):
        customer = existing(shop, "Customer", fields["customerId"])
    else:
        customer = customers.build(shop, fields.get("customer") or {}, ["customer"])
    record = contacts.join(shop, company, customer, own, fields)
    if fields.get("isMainContact"):
        company["_main"] = record["_number"]
    return record


def edit(shop: Shop, object: str, id: Any, fields: Record) -> None:
    """Change a record; lists of addresses replace, metafields change one by one and go with the value null."""
    _known(object)
    record = existing(shop, object, id)
    given = {**fields, "metafields": [_gone(entry) for entry in fields.get("metafields") or []]}
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
    else:
        contacts.change(shop, record, fields, [])
        _main(shop, record, fields)


def _gone(entry: Record) -> Record:
    return {**entry, "_delete": True} if entry.get("value") is None else entry


def _main(shop: Shop, contact: Record, fields: Record) -> None:
    company = shop.rows("Company")[contact["_company"]]
    if fields.get("isMainContact"):
        company["_main"] = contact["_number"]
    elif "isMainContact" in fields and company["_main"] == contact["_number"]:
        company["_main"] = None


def remove(shop: Shop, object: str, id: Any) -> None:
    """Delete a record."""
    _known(object)
    record = existing(shop, object, id)
    if object == "Customer":
        customers.forget(shop, record)
    elif object == "Company":
        companies.forget(shop, record)
    elif object == "CompanyContact":
        contacts.forget(shop, record)
        shop.touch_company(record["_company"])
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
    if "_metafields" in record:
        names = ("id", "namespace", "key", "type", "value")
        extra["metafields"] = [{name: field[name] for name in names} for field in record["_metafields"].values()]
    return {**_public(record), **extra}


def _public(record: Record) -> Record:
    return {name: value for name, value in record.items() if not name.startswith("_") and not isinstance(value, dict)}

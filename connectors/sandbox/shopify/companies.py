"""Companies and their locations: checks, building, mutations."""

from __future__ import annotations

import re
from typing import Any

from connectors.sandbox.shopify import addresses, contacts, metafields, values
from connectors.sandbox.shopify.store import Record, Refused, Shop
from connectors.sandbox.shopify.values import Problems

ROLES = ("Location admin", "Ordering only")
EXTERNAL_ID = re.compile(r"^[\x21-\x7e]{1,64}$")


def _external_id(shop: Shop, family: str, given: Record, record: Record, problems: Problems) -> str | None:
    value = (given.get("externalId") or "").strip() or None
    if value and len(value) > 64:
        problems.add("externalId", "External Id must be 64 characters or less.", "TOO_LONG")
    elif value and not EXTERNAL_ID.match(value):
        problems.add("externalId", "External Id can only contain numbers, letters, and some special characters")
    holder = shop.unique.get((family, value)) if value else None
    if holder is not None and holder != record.get("_number"):
        problems.add("externalId", "External id has already been taken", "TAKEN")
    return value


def claims(record: Record) -> list[tuple[str, ...]]:
    """The unique values a company or location holds."""
    own = [(record["__typename"], record["externalId"])] if record.get("externalId") else []
    return [*own, *metafields.claims(record)]


def checked(shop: Shop, given: Record, record: Record, problems: Problems) -> Record:
    """What an input would change of a company; tags are stripped from its name, as the vendor does."""
    fresh: Record = {}
    if "name" in given or not record:
        fresh["name"] = problems.text({"name": values.plain(given.get("name") or "")}, "name", "Name")
        if not fresh["name"]:
            problems.add("name", "Name can't be blank", "BLANK")
    if "note" in given:
        fresh["note"] = problems.text(given, "note", "Note", 5000)
    if "externalId" in given:
        fresh["externalId"] = _external_id(shop, "Company", given, record, problems)
    if given.get("customerSince"):
        fresh["customerSince"] = given["customerSince"]
    return fresh


def build(shop: Shop, given: Record, problems: Problems) -> Record:
    """A new company with its two roles; raises Refused with all that `problems` gathered so far."""
    fields = {"externalId": None, "note": None, **checked(shop, given, {}, problems)}
    values_ = metafields.checked(shop, "COMPANY", given.get("metafields") or [], {}, problems)
    if problems.found:
        raise Refused(*problems.found)
    fields.setdefault("customerSince", shop.now)
    fields |= {"_metafields": {}, "_contacts": [], "_locations": [], "_roles": [], "_main": None}
    record = shop.add("Company", fields, [], given)
    metafields.put(shop, record, values_)
    shop.claim(record, claims(record))
    for name in ROLES:
        role = shop.add("CompanyContactRole", {"name": name, "note": None, "_company": record["_number"]}, [])
        record["_roles"].append(role["_number"])
    return record


def change(shop: Shop, record: Record, given: Record, where: list[str]) -> None:
    """Apply an input to a company, whole or not at all."""
    problems = Problems(where)
    fields = checked(shop, given, record, problems)
    values_ = metafields.checked(shop, "COMPANY", given.get("metafields") or [], record, problems)
    if problems.found:
        raise Refused(*problems.found)
    record |= fields
    metafields.put(shop, record, values_)
    shop.save(record, claims(record), given)


def forget(shop: Shop, record: Record) -> None:
    """Delete a company with its contacts and locations; the customers behind the contacts stay."""
    for number in list(record["_contacts"]):
        contacts.forget(shop, shop.rows("CompanyContact")[number])
    for number in list(record["_locations"]):
        forget_location(shop, shop.rows("CompanyLocation")[number])
    for number in record["_roles"]:
        shop.remove(shop.rows("CompanyContactRole")[number])
    shop.remove(record)


# ---- locations ------------------------------------------------------------------------------------------------------


def checked_location(shop: Shop, given: Record, record: Record, problems: Problems) -> Record:
    """What an input would change of a location, addresses apart."""
    fresh: Record = {}
    for name, label, limit in (("name", "Name", 255), ("note", "Note", 5000), ("locale", "Locale", 12)):
        if name in given:
            fresh[name] = problems.text({name: values.plain(given[name] or "")}, name, label, limit)
    if record and "name" in given and not fresh["name"]:
        problems.add("name", "Name can't be blank", "BLANK")
    if "externalId" in given:
        fresh["externalId"] = _external_id(shop, "CompanyLocation", given, record, problems)
    if "phone" in given:
        try:
            fresh["phone"] = values.phone(given["phone"], shop.options.get("country", "US"))
        except ValueError:
            problems.add("phone", "Phone is invalid")
    if given.get("buyerExperienceConfiguration"):
        old = record.get("_experience") or {"checkoutToDraft": False, "editableShippingAddress": False}
        fresh["_experience"] = {**old, **given["buyerExperienceConfiguration"]}
        template = fresh["_experience"].get("paymentTermsTemplateId")
        if template and template not in TERMS:
            problems.add(["buyerExperienceConfiguration", "paymentTermsTemplateId"], "Payment terms template not found")
    return fresh


def _location_addresses(shop: Shop, given: Record, problems: Problems) -> dict[str, Record]:
    found = {}
    for role in ("shippingAddress", "billingAddress"):
        if given.get(role) and not (role == "billingAddress" and given.get("billingSameAsShipping")):
            found[role] = addresses.company(shop, given[role], problems, [role])
    if given.get("billingSameAsShipping") and "shippingAddress" in found:
        found["billingAddress"] = dict(found["shippingAddress"])
    return found


def check_new_location(shop: Shop, given: Record, problems: Problems) -> Record:
    """All a new location would hold, under names of ours; adds what is wrong to `problems`."""
    plain = checked_location(shop, given, {}, problems)
    tax = {**given, **(given.get("taxSettings") or {})}
    plain["_tax"] = {
        "taxRegistrationId": problems.text(tax, "taxRegistrationId", "Tax registration id"),
        "taxExempt": bool(tax.get("taxExempt")),
        "taxExemptions": sorted(tax.get("taxExemptions") or []),
    }
    plain["_addresses"] = _location_addresses(shop, given, problems)
    plain["_values"] = metafields.checked(shop, "COMPANY_LOCATION", given.get("metafields") or [], {}, problems)
    return plain


def build_location(shop: Shop, company: Record, fields: Record, given: Record) -> Record:
    """Store a checked new location; it is named after its street or its company where no name is given."""
    places, values_ = fields.pop("_addresses"), fields.pop("_values")
    street = (places.get("shippingAddress") or {}).get("address1")
    blank: Record = dict.fromkeys(("externalId", "note", "phone", "locale", "billingAddress", "shippingAddress"))
    blank |= {"_experience": None, "_metafields": {}, "_assignments": [], "_company": company["_number"]}
    whole = {**blank, **fields, "name": fields.get("name") or street or company["name"]}
    record = shop.add("CompanyLocation", whole, [], given)
    for role, place in places.items():
        addresses.keep_company(shop, record, role, place)
    metafields.put(shop, record, values_)
    shop.claim(record, claims(record))
    company["_locations"].append(record["_number"])
    return record


def forget_location(shop: Shop, record: Record) -> None:
    """Delete a location with its addresses and the roles given on it."""
    for number in list(record["_assignments"]):
        contacts.revoke(shop, shop.rows("CompanyContactRoleAssignment")[number])
    for role in ("billingAddress", "shippingAddress"):
        addresses.keep_company(shop, record, role, None)
    shop.rows("Company")[record["_company"]]["_locations"].remove(record["_number"])
    shop.remove(record)


def change_location(shop: Shop, record: Record, given: Record, where: list[str]) -> None:
    """Apply an input to a location; addresses and tax settings are only in users' edits."""
    problems = Problems(where)
    fields = checked_location(shop, given, record, problems)
    places = _location_addresses(shop, given, problems)
    values_ = metafields.checked(shop, "COMPANY_LOCATION", given.get("metafields") or [], record, problems)
    if problems.found:
        raise Refused(*problems.found)
    record |= fields
    for role, place in places.items():
        addresses.keep_company(shop, record, role, place)
    for name in ("taxRegistrationId", "taxExempt", "taxExemptions"):
        tax = {**given, **(given.get("taxSettings") or {})}
        if name in tax:
            record["_tax"] = {**record["_tax"], name: tax[name]}
    metafields.put(shop, record, values_)
    shop.save(record, claims(record), given)


# ---- payment terms --------------------------------------------------------------------------------------------------


def _term(number: int, name: str, type_: str, days: int | None) -> Record:
    id = f"gid://shopify/PaymentTermsTemplate/{number}"
    words = {"description": name, "translatedName": name}
    return {
        "__typename": "PaymentTermsTemplate",
        "id": id,
        "name": name,
        "paymentTermsType": type_,
        "dueInDays": days,
        **words,
    }


TERMS: dict[Any, Record] = {
    term["id"]: term
    for term in (
        _term(1, "Due on receipt", "RECEIPT", None),
        *(_term(2 + step, f"Net {days}", "NET", days) for step, days in enumerate((7, 15, 30, 45, 60, 90))),
        _term(8, "Fixed", "FIXED", None),
        _term(9, "Due on fulfillment", "FULFILLMENT", None),
    )
}

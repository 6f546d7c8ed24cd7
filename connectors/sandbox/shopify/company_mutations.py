"""The mutations on companies and their locations."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.shopify import addresses, companies, contacts
from connectors.sandbox.shopify.contacts import MISSING, NOTHING, company
from connectors.sandbox.shopify.store import Record, Refused, Shop, parse_gid, problem
from connectors.sandbox.shopify.values import Problems

ROLES = {"BILLING": "billingAddress", "SHIPPING": "shippingAddress"}


def create(shop: Shop, input: Record) -> Record:
    """companyCreate: the company, a location in any case, a contact where given; all or nothing.

    The first contact becomes the main contact and may order at the first location.
    """
    person, place = input.get("companyContact"), input.get("companyLocation") or {}
    problems = Problems(["input", "companyLocation"])
    location = companies.check_new_location(shop, place, problems)
    fields: Record = {}
    if person is not None:
        inner = Problems(["input", "companyContact"])
        fields = contacts.checked(person, {}, inner)
        contacts.check_person(shop, person, inner)
        problems.found += inner.found
    problems.where = ["input", "company"]
    record = companies.build(shop, input["company"], problems)
    first = companies.build_location(shop, record, location, {})
    if person is not None:
        contact = contacts.build(shop, record, contacts.new_person(shop, person), fields, {})
        record["_main"] = contact["_number"]
        contacts.give_role(shop, contact, record["_roles"][1], first)
    return {"company": record}


def update(shop: Shop, companyId: str, input: Record) -> Record:
    """companyUpdate."""
    record = company(shop, companyId)
    if not input:
        raise Refused(problem(["input"], NOTHING, "INVALID"))
    companies.change(shop, record, input, ["input"])
    return {"company": record}


def delete(shop: Shop, id: str) -> Record:
    """companyDelete."""
    record = company(shop, id, "id")
    companies.forget(shop, record)
    return {"deletedCompanyId": record["id"]}


def _location(shop: Shop, id: str, field: str = "companyLocationId") -> Record:
    record = shop.find("CompanyLocation", id)
    if record is None:
        raise Refused(problem([field], MISSING, "RESOURCE_NOT_FOUND"))
    return record


def location_create(shop: Shop, companyId: str, input: Record) -> Record:
    """companyLocationCreate."""
    record = company(shop, companyId)
    problems = Problems(["input"])
    fields = companies.check_new_location(shop, input, problems)
    if problems.found:
        raise Refused(*problems.found)
    made = companies.build_location(shop, record, fields, {})
    shop.touch_company(record["_number"])
    return {"companyLocation": made}


def location_update(shop: Shop, companyLocationId: str, input: Record) -> Record:
    """companyLocationUpdate; addresses and tax settings have mutations of their own."""
    record = _location(shop, companyLocationId)
    if not input:
        raise Refused(problem(["input"], NOTHING, "NO_INPUT"))
    companies.change_location(shop, record, input, ["input"])
    shop.touch_company(record["_company"])
    return {"companyLocation": record}


def location_delete(shop: Shop, companyLocationId: str) -> Record:
    """companyLocationDelete: a company keeps at least one."""
    record = _location(shop, companyLocationId)
    if len(shop.rows("Company")[record["_company"]]["_locations"]) == 1:
        message = "The only location of a company cannot be deleted."
        raise Refused(problem(["companyLocationId"], message, "FAILED_TO_DELETE"))
    companies.forget_location(shop, record)
    shop.touch_company(record["_company"])
    return {"deletedCompanyLocationId": record["id"]}


def assign_address(shop: Shop, locationId: str, address: Record, addressTypes: list[str]) -> Record:
    """companyLocationAssignAddress: what is left out of an address that exists stays."""
    record = _location(shop, locationId, "locationId")
    if not addressTypes:
        raise Refused(problem(["addressTypes"], "Address types can't be blank", "BLANK"))
    problems = Problems([])
    fresh = {}
    for kind in dict.fromkeys(addressTypes):
        old = record.get(ROLES[kind]) or {}
        kept = {name: old.get(name) for name in addresses.COMPANY}
        fresh[ROLES[kind]] = addresses.company(shop, {**kept, **address}, problems, ["address"])
    if problems.found:
        raise Refused(*problems.found)
    for role, fields in fresh.items():
        addresses.keep_company(shop, record, role, fields)
    shop.save(record)
    shop.touch_company(record["_company"])
    return {"addresses": [record[role] for role in fresh]}


def address_delete(shop: Shop, addressId: str) -> Record:
    """companyAddressDelete."""
    parsed = parse_gid(addressId)
    old = shop.addresses.get(parsed[1]) if parsed and parsed[0] == "CompanyAddress" else None
    if old is None:
        raise Refused(problem(["addressId"], MISSING, "RESOURCE_NOT_FOUND"))
    record = shop.rows("CompanyLocation")[old["_location"]]
    addresses.keep_company(shop, record, old["_role"], None)
    shop.save(record)
    return {"deletedAddressId": old["id"]}


def tax_settings(shop: Shop, companyLocationId: str, **given: Any) -> Record:
    """companyLocationTaxSettingsUpdate: a null or empty registration id takes it away, an absent one leaves it."""
    record = _location(shop, companyLocationId)
    problems = Problems([])
    tax = dict(record["_tax"])
    if "taxRegistrationId" in given:
        tax["taxRegistrationId"] = problems.text(given, "taxRegistrationId", "Tax registration id")
    if problems.found:
        raise Refused(*problems.found)
    if given.get("taxExempt") is not None:
        tax["taxExempt"] = given["taxExempt"]
    left = set(tax["taxExemptions"]) - set(given.get("exemptionsToRemove") or [])
    tax["taxExemptions"] = sorted(left | set(given.get("exemptionsToAssign") or []))
    record["_tax"] = tax
    shop.save(record)
    shop.touch_company(record["_company"])
    return {"companyLocation": record}

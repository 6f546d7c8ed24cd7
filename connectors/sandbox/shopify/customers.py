"""Customers: what the shop checks, and the mutations on them."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.shopify import addresses, metafields, values
from connectors.sandbox.shopify.store import Record, Refused, Shop, problem
from connectors.sandbox.shopify.values import Problems

NOBODY = "A name, phone number, or email address must be present"
SET_CONSENT = ("SUBSCRIBED", "UNSUBSCRIBED", "PENDING")
NO_CONSENT: Record = {"marketingState": "NOT_SUBSCRIBED", "marketingOptInLevel": None, "consentUpdatedAt": None}


def checked(shop: Shop, given: Record, record: Record, problems: Problems) -> Record:
    """What an input would change of a customer, in stored form; adds what is wrong to `problems`."""
    fresh: Record = {}
    for name, label in (("firstName", "First name"), ("lastName", "Last name")):
        if name in given:
            fresh[name] = problems.text(given, name, label, html=False)
    if "note" in given:
        fresh["note"] = problems.text(given, "note", "Note", 5000)
    if "email" in given:
        fresh["email"] = _unique(shop, "email", given["email"], record, problems)
    if "phone" in given:
        fresh["phone"] = _unique(shop, "phone", given["phone"], record, problems)
    if given.get("tags") is not None:
        fresh["tags"] = _tags(given["tags"], problems)
    for name in ("locale", "taxExempt", "taxExemptions"):
        if given.get(name) is not None:
            fresh[name] = given[name]
    whole = {**record, **fresh}
    if not problems.found and not any(whole.get(name) for name in ("email", "phone", "firstName", "lastName")):
        problems.found.append(problem(None, NOBODY, "MISSING_FIELD_REQUIRED"))
    return fresh


def _tags(given: list[str], problems: Problems) -> list[str]:
    found = values.tags(given)
    if any(len(tag) > 255 for tag in found) or len(found) > 250:
        problems.add("tags", "Tags are too many or too long (250 of 255 characters)", "TOO_LONG")
    return found


def _unique(shop: Shop, name: str, raw: Any, record: Record, problems: Problems) -> str | None:
    try:
        value = values.email(raw) if name == "email" else values.phone(raw, shop.options.get("country", "US"))
    except ValueError:
        problems.add(name, f"{name.title()} is invalid")
        return None
    holder = shop.unique.get((name, value)) if value else None
    if holder is not None and holder != record.get("_number"):
        problems.add(name, f"{name.title()} has already been taken", "TAKEN")
    return value


def claims(record: Record) -> list[tuple[str, ...]]:
    """The unique values a customer holds."""
    own = [(name, record[name]) for name in ("email", "phone") if record.get(name)]
    return [*own, *metafields.claims(record)]


def build(shop: Shop, given: Record, where: list[str], problems: Problems | None = None) -> Record:
    """A new customer from an input (or a seeded record); raises Refused with every userError."""
    problems = problems or Problems(where)
    fields = {**_blank(), **checked(shop, given, {}, problems)}
    list_ = addresses.mailing_list(shop, given.get("addresses") or [], [], problems)
    consent = _first_consent(shop, given, fields, problems)
    values_ = metafields.checked(shop, "CUSTOMER", given.get("metafields") or [], {}, problems)
    if problems.found:
        raise Refused(*problems.found)
    fields |= {"_consent": consent, "_metafields": {}, "_addresses": [], "_default": None, "_contacts": []}
    record = shop.add("Customer", fields, [], given)
    addresses.settle(shop, record, list_)
    metafields.put(shop, record, values_)
    shop.claim(record, claims(record))
    return record


def change(shop: Shop, record: Record, given: Record, where: list[str]) -> None:
    """Apply an input to a customer, whole or not at all."""
    problems = Problems(where)
    fields = checked(shop, given, record, problems)
    replaced = given.get("addresses")
    if replaced is not None:
        list_ = addresses.mailing_list(shop, replaced, record["_addresses"], problems)
    values_ = metafields.checked(shop, "CUSTOMER", given.get("metafields") or [], record, problems)
    if problems.found:
        raise Refused(*problems.found)
    record |= fields
    if replaced is not None:
        addresses.settle(shop, record, list_)
    if "email" in fields and not fields["email"]:
        record["_consent"] = dict(NO_CONSENT)
    metafields.put(shop, record, values_)
    shop.save(record, claims(record), given)


def _blank() -> Record:
    texts = dict.fromkeys(("firstName", "lastName", "email", "phone", "note"))
    lists: Record = {"tags": [], "taxExemptions": []}
    return {**texts, **lists, "locale": "en", "taxExempt": False, "state": "DISABLED", "verifiedEmail": True}


def _first_consent(shop: Shop, given: Record, fields: Record, problems: Problems) -> Record:
    consent = given.get("emailMarketingConsent")
    if not consent:
        return dict(NO_CONSENT)
    if not fields.get("email"):
        problems.add("emailMarketingConsent", "An email address is required to set the email marketing consent state")
    return consent_of(shop, consent)


def consent_of(shop: Shop, given: Record) -> Record:
    """E-mail consent as stored."""
    return {
        "marketingState": given.get("marketingState") or "NOT_SUBSCRIBED",
        "marketingOptInLevel": given.get("marketingOptInLevel") or "SINGLE_OPT_IN",
        "consentUpdatedAt": given.get("consentUpdatedAt") or shop.now,
    }


# ---- mutations ------------------------------------------------------------------------------------------------------


def create(shop: Shop, input: Record) -> Record:
    """customerCreate."""
    if input.get("id"):
        raise Refused(problem(["id"], "Cannot specify ID on creation", "ID_NOT_ALLOWED"))
    return {"customer": build(shop, input, [])}


def update(shop: Shop, input: Record) -> Record:
    """customerUpdate: what is left out stays, but a list of addresses replaces the old one."""
    record = shop.find("Customer", input.get("id"))
    if record is None:
        raise Refused(problem(["id"], "Customer does not exist", "NOT_FOUND"))
    if input.get("emailMarketingConsent"):
        hint = "please use the customerEmailMarketingConsentUpdate Mutation instead"
        raise Refused(problem(["emailMarketingConsent"], f"To update emailMarketingConsent, {hint}"))
    change(shop, record, input, [])
    return {"customer": record}


def delete(shop: Shop, input: Record) -> Record:
    """customerDelete; a company contact must leave its companies first."""
    record = shop.find("Customer", input["id"])
    if record is None:
        raise Refused(problem(["id"], "Customer can't be found", "NOT_FOUND"))
    forget(shop, record)
    return {"deletedCustomerId": record["id"]}


def forget(shop: Shop, record: Record, verb: str = "delete") -> None:
    """Delete a customer unless it is a company contact."""
    if record["_contacts"]:
        raise Refused(problem(["id"], "Customer can’t be deleted because they are a company contact"))
    for address in record["_addresses"]:
        shop.addresses.pop(address["_number"], None)
    shop.remove(record, verb)


def set_(shop: Shop, input: Record, identifier: Record | None = None) -> Record:
    """customerSet: update the identified customer, create it where it may; lists replace."""
    if identifier is None:
        identifier = {"id": input["id"]} if input.get("id") else {}
    elif input.get("id"):
        message = "The id field is not allowed if identifier is provided."
        raise Refused(problem(["input", "id"], message, "ID_NOT_ALLOWED"))
    given = {name: value for name, value in input.items() if name != "id"}
    record = identified(shop, identifier, given)
    if record is not None:
        change(shop, record, given, ["input"])
    elif identifier.get("customId"):
        key = identifier["customId"]
        record = build(shop, {**given, "metafields": [{**key, "type": "id"}]}, ["input"])
    else:
        record = build(shop, given, ["input"])
    return {"customer": record}


def identified(shop: Shop, identifier: Record, given: Record) -> Record | None:
    """Whom customerSet means; None where it is to create. The input must repeat an e-mail or phone identifier."""
    if identifier.get("id"):
        record = shop.find("Customer", identifier["id"])
        if record is None:
            raise Refused(problem(["input"], "Resource matching the identifier was not found.", "NOT_FOUND"))
        return record
    for name in ("email", "phone"):
        if identifier.get(name):
            value = _as_stored(shop, name, identifier[name])
            if not given.get(name):
                message = "The input field corresponding to the identifier is required."
                raise Refused(problem(["input"], message, "MISSING_FIELD_REQUIRED"))
            if _as_stored(shop, name, given[name]) != value:
                message = "The identifier value does not match the value of the corresponding field in the input."
                raise Refused(problem(["input"], message, "INPUT_MISMATCH"))
            return shop.owner_of(name, value, kind="Customer")
    custom = identifier.get("customId")
    return metafields.owner(shop, "CUSTOMER", custom) if custom else None


def _as_stored(shop: Shop, name: str, raw: Any) -> str:
    try:
        value = values.email(raw) if name == "email" else values.phone(raw, shop.options.get("country", "US"))
    except ValueError as error:
        raise Refused(problem(["identifier", name], f"{name.title()} is invalid")) from error
    return value or ""


def consent_update(shop: Shop, input: Record) -> Record:
    """customerEmailMarketingConsentUpdate."""
    record = shop.find("Customer", input["customerId"])
    if record is None:
        raise Refused(problem(["input", "customerId"], "Customer not found"))
    consent = input["emailMarketingConsent"]
    at = ["input", "emailMarketingConsent"]
    if consent["marketingState"] not in SET_CONSENT:
        raise Refused(problem([*at, "marketingState"], "Marketing state is invalid"))
    if not record["email"]:
        raise Refused(problem(at, "An email address is required to set the email marketing consent state"))
    record["_consent"] = consent_of(shop, consent)
    shop.save(record)
    shop.tell("consent", record)
    return {"customer": record}


def tags_add(shop: Shop, id: str, tags: list[str]) -> Record:
    """tagsAdd, for customers."""
    record = _tagged(shop, id)
    return _retag(shop, record, [*record["tags"], *tags])


def tags_remove(shop: Shop, id: str, tags: list[str]) -> Record:
    """tagsRemove, for customers."""
    record = _tagged(shop, id)
    gone = {tag.lower() for tag in values.tags(tags)}
    return _retag(shop, record, [tag for tag in record["tags"] if tag.lower() not in gone])


def _tagged(shop: Shop, id: str) -> Record:
    record = shop.find("Customer", id)
    if record is None:
        raise Refused(problem(["id"], "Resource does not exist or takes no tags in this shop", "NOT_FOUND"))
    return record


def _retag(shop: Shop, record: Record, wanted: list[str]) -> Record:
    problems = Problems([])
    fresh = _tags(wanted, problems)
    if problems.found:
        raise Refused(*problems.found)
    if fresh != record["tags"]:
        record["tags"] = fresh
        shop.save(record)
    return {"node": record}


def address_create(shop: Shop, customerId: str, address: Record, setAsDefault: bool = False) -> Record:
    """customerAddressCreate."""
    return {"address": _add_address(shop, _customer(shop, customerId), address, None, bool(setAsDefault))}


def address_update(shop: Shop, customerId: str, addressId: str, address: Record, setAsDefault: bool = False) -> Record:
    """customerAddressUpdate: what is left out stays."""
    record = _customer(shop, customerId)
    old = _address(record, addressId)
    return {"address": _add_address(shop, record, {**_as_input(old), **address}, old, bool(setAsDefault))}


def address_delete(shop: Shop, customerId: str, addressId: str) -> Record:
    """customerAddressDelete."""
    record = _customer(shop, customerId)
    old = _address(record, addressId)
    addresses.settle(shop, record, [kept for kept in record["_addresses"] if kept is not old])
    shop.save(record)
    return {"deletedAddressId": old["id"]}


def address_default(shop: Shop, customerId: str, addressId: str) -> Record:
    """customerUpdateDefaultAddress."""
    record = _customer(shop, customerId)
    record["_default"] = _address(record, addressId)["_number"]
    shop.save(record)
    return {"customer": record}


def _customer(shop: Shop, id: str) -> Record:
    record = shop.find("Customer", id)
    if record is None:
        raise Refused(problem(["customerId"], "Customer does not exist", "NOT_FOUND"))
    return record


def _address(record: Record, id: str) -> Record:
    for address in record["_addresses"]:
        if address["id"].partition("?")[0] == id.partition("?")[0]:
            found: Record = address
            return found
    raise Refused(problem(["addressId"], "Address does not exist", "NOT_FOUND"))


def _as_input(address: Record) -> Record:
    return {**{name: address[name] for name in addresses.MAILING}, "countryCode": address["countryCodeV2"]}


def _add_address(shop: Shop, record: Record, given: Record, old: Record | None, default: bool) -> Record:
    problems = Problems([])
    fields = addresses.mailing(shop, given, problems, ["address"])
    others = [address for address in record["_addresses"] if address is not old]
    if any(addresses.signature(fields) == addresses.signature(other) for other in others):
        problems.add("address", "Address already exists", "TAKEN")
    if problems.found:
        raise Refused(*problems.found)
    fresh = {"__typename": "MailingAddress", "_number": old["_number"] if old else None, **fields}
    addresses.settle(
        shop,
        record,
        [fresh if address is old else address for address in record["_addresses"]] + ([] if old else [fresh]),
    )
    if default:
        record["_default"] = fresh["_number"]
    shop.save(record)
    return fresh

"""Addresses of customers (a list that is replaced) and of company locations (one to bill, one to ship)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.shopify import geography, values
from connectors.sandbox.shopify.store import Record, Shop, gid, parse_gid
from connectors.sandbox.shopify.values import Problems

LINES = ("address1", "address2", "city")
MAILING = ("firstName", "lastName", "company", *LINES, "provinceCode", "countryCodeV2", "zip", "phone")
COMPANY = ("firstName", "lastName", "recipient", *LINES, "zoneCode", "countryCode", "zip", "phone")


def _code(given: Record, name: str) -> str | None:
    return (given.get(name) or "").strip().upper() or None


def mailing(shop: Shop, given: Record, problems: Problems, at: list[str]) -> Record:
    """A customer's address as stored, without its id; country and province may come by code or by name."""
    inner = Problems([*problems.where, *at])
    country = _code(given, "countryCode") or _code(given, "countryCodeV2")
    if not country and given.get("country"):
        country = geography.country_code(given["country"])
        if not country:
            inner.add("country", "Country is not valid")
    province = _code(given, "provinceCode")
    if not province and (given.get("province") or "").strip():
        province = geography.zone_code(country, given["province"])
    if not geography.zone_fits(country, province):
        inner.add("provinceCode", f"Province is not valid in {geography.country_name(country)}")
    names = ("firstName", "lastName", "company", *LINES, "phone")
    texts = {name: inner.text(given, name, _label(name)) for name in names}
    problems.found += inner.found
    return {**texts, "provinceCode": province, "countryCodeV2": country, "zip": _code(given, "zip")}


def mailing_list(shop: Shop, given: list[Record], current: list[Record], problems: Problems) -> list[Record]:
    """The customer's new list: what is left out is gone; the same address keeps its id, two equal ones are refused."""
    fresh: list[Record] = []
    named = [parsed[1] for entry in given if (parsed := parse_gid(entry.get("id")))]
    free = [old for old in current if old["_number"] not in named]  # an address named by its id is no other entry's
    for position, entry in enumerate(given):
        address = mailing(shop, entry, problems, ["addresses", str(position)])
        number = _kept(shop, entry, address, current if entry.get("id") else free)
        twice = number is not None and any(number == other["_number"] for other in fresh)
        if twice or any(signature(address) == signature(other) for other in fresh):
            problems.add(["addresses", str(position)], "Address already exists", "TAKEN")
        if entry.get("id") and number is None:
            problems.add(["addresses", str(position), "id"], "Address does not exist", "NOT_FOUND")
        fresh.append({"__typename": "MailingAddress", "_number": number, **address})
    return fresh


def _kept(shop: Shop, entry: Record, address: Record, current: list[Record]) -> int | None:
    if entry.get("id") and not shop.loading:
        wanted = parse_gid(entry["id"])
        return next((old["_number"] for old in current if wanted and old["_number"] == wanted[1]), None)
    if entry.get("id"):
        return shop.number("MailingAddress", entry["id"])
    return next((old["_number"] for old in current if signature(old) == signature(address)), None)


def settle(shop: Shop, customer: Record, fresh: list[Record]) -> None:
    """Give ids to a customer's new list and keep a default among it."""
    for old in customer.get("_addresses", []):
        shop.addresses.pop(old["_number"], None)
    for address in fresh:
        if address["_number"] is None:
            address["_number"] = shop.number("MailingAddress")
        address["id"] = gid("MailingAddress", address["_number"])
        address["_customer"] = customer["_number"]
        shop.addresses[address["_number"]] = address
    customer["_addresses"] = fresh
    numbers = [address["_number"] for address in fresh]
    if customer.get("_default") not in numbers:
        customer["_default"] = numbers[0] if numbers else None


def signature(address: Record) -> tuple[Any, ...]:
    """What makes two addresses of one customer the same."""
    return tuple((address[name] or "").lower() for name in MAILING)


def company(shop: Shop, given: Record, problems: Problems, at: list[str]) -> Record:
    """A company location's address as stored, without id; street and country are required."""
    inner = Problems([*problems.where, *at])
    country, zone = _code(given, "countryCode"), _code(given, "zoneCode")
    texts = {name: inner.text(given, name, _label(name)) for name in ("firstName", "lastName", "recipient", *LINES)}
    if not texts["address1"]:
        inner.add("address1", "Address1 can't be blank", "BLANK")
    if not country:
        inner.add("countryCode", "Country code can't be blank", "BLANK")
    if not geography.zone_fits(country, zone):
        inner.add("zoneCode", "Zone code is invalid")
    number = None
    try:
        number = values.phone(given.get("phone"), country or shop.options.get("country", "US"))
    except ValueError:
        inner.add("phone", "Phone is invalid")
    problems.found += inner.found
    return {**texts, "zoneCode": zone, "countryCode": country, "zip": _code(given, "zip"), "phone": number}


def keep_company(shop: Shop, location: Record, role: str, fields: Record | None) -> None:
    """Put a company address in its place (`billingAddress` or `shippingAddress`); None takes it away."""
    old = location.get(role)
    if not fields:
        if old:
            shop.addresses.pop(old["_number"], None)
        location[role] = None
        return
    number = old["_number"] if old else shop.number("CompanyAddress")
    now = location["updatedAt"] if shop.loading else shop.now  # what is loaded is as old as its location
    location[role] = {
        "__typename": "CompanyAddress",
        "_number": number,
        "_location": location["_number"],
        "_role": role,
        "id": gid("CompanyAddress", number),
        "createdAt": old["createdAt"] if old else now,
        **fields,
        "updatedAt": old["updatedAt"] if old and shop.silent else now,
    }
    shop.addresses[number] = location[role]


def _label(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words[0].upper() + words[1:]

"""Sheets as records of the web shop: customers, companies, company contacts."""

from __future__ import annotations

from connectors.demo.estate.register import Native, Register, full
from connectors.demo.estate.sheets import Sheet
from connectors.demo.estate.world import Firm, Human
from connectors.demo.estate.writing import Address, tax

CUSTOMERS, COMPANIES, CONTACTS = 6_900_000_000_001, 5_200_000_001, 4_100_000_001
PROVINCES = {"OD": "OR"}  # where the shop keeps an earlier code
PREFERENCES = ("newsletter monthly", "packing: bulk", "catalogue by post", "one delivery a week", "no phone calls")


def records(register: Register) -> list[Native]:
    """Everything to load: customers, companies, then who buys for which company."""
    customers = [_customer(register, sheet, CUSTOMERS + 31 * at) for at, sheet in enumerate(register.people)]
    companies = [_company(register, sheet, COMPANIES + 17 * at) for at, sheet in enumerate(register.firms)]
    buyers = [sheet for sheet in register.people if sheet.firm]
    return [*customers, *companies, *(_contact(register, sheet, CONTACTS + 5 * at) for at, sheet in enumerate(buyers))]


def _customer(register: Register, sheet: Sheet, number: int) -> Native:
    one = sheet.party
    assert isinstance(one, Human)
    register.keep(sheet, ("shopify", "Customer", f"gid://shopify/Customer/{number}"))
    fields = {
        "id": number,
        "firstName": sheet.given,
        "lastName": sheet.family,
        "email": sheet.mail,
        "phone": sheet.mobile.e164 if sheet.mobile else None,
        "locale": one.country.language,
        "tags": ["b2b"] if sheet.firm else [],
        "addresses": [_mailing(sheet.address)] if sheet.address else [],
        "emailMarketingConsent": _consent(register, sheet),
        "metafields": _metafields(register, one, sheet),
        "updatedAt": register.stamp(),
    }
    return {"object": "Customer", "fields": full(fields)}


def _consent(register: Register, sheet: Sheet) -> Native | None:
    if not sheet.mail or register.rng.random() < 0.4:
        return None
    return {"marketingState": register.rng.choice(("SUBSCRIBED", "SUBSCRIBED", "UNSUBSCRIBED"))}


def _metafields(register: Register, one: Human, sheet: Sheet) -> list[Native]:
    values = {
        "loyalty_id": one.loyalty_id if sheet.private else "",
        "preferences": register.rng.choice(PREFERENCES) if register.rng.random() < 0.4 else "",
    }
    return [{"namespace": "custom", "key": key, "value": value} for key, value in values.items() if value]


def _mailing(address: Address) -> Native:
    return full({
        "address1": address.street,
        "address2": address.unit,
        "city": address.city,
        "zip": address.postcode,
        "countryCode": address.country,
        "provinceCode": _province(address),
    })  # fmt: skip


def _province(address: Address) -> str:
    return "" if address.country == "DE" else PROVINCES.get(address.region, address.region)


def _company(register: Register, sheet: Sheet, number: int) -> Native:
    firm = sheet.party
    assert isinstance(firm, Firm)
    register.keep(sheet, ("shopify", "Company", f"gid://shopify/Company/{number}"))
    stamp = register.stamp()
    location = {
        "name": sheet.name,
        "phone": sheet.phone.e164 if sheet.phone else None,
        "locale": firm.country.language,
        "billingAddress": _company_address(sheet.address),
        "shippingAddress": _company_address(sheet.ship or sheet.address),
        "taxSettings": {"taxRegistrationId": tax(register.rng, *sheet.tax)} if sheet.tax else None,
        "updatedAt": stamp,
    }
    fields = {"id": number, "name": sheet.name, "locations": [full(location)], "updatedAt": stamp}
    return {"object": "Company", "fields": fields}


def _company_address(address: Address | None) -> Native | None:
    if address is None:
        return None
    return full({
        "address1": address.street,
        "address2": address.unit,
        "city": address.city,
        "zip": address.postcode,
        "countryCode": address.country,
        "zoneCode": _province(address),
    })  # fmt: skip


def _contact(register: Register, sheet: Sheet, number: int) -> Native:
    one = sheet.party
    assert isinstance(one, Human)
    fields = {
        "id": number,
        "companyId": register.home(sheet.firm),
        "customerId": register.record_of[id(sheet)][2],
        "title": one.role if register.rng.random() < 0.5 else None,
        "updatedAt": register.stamp(),
    }
    return {"object": "CompanyContact", "fields": full(fields)}

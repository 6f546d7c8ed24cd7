"""Sheets as SAP business partners and contact relationships."""

from __future__ import annotations

import re

from connectors.demo.estate import writing
from connectors.demo.estate.countries import Country
from connectors.demo.estate.register import Native, Register, full
from connectors.demo.estate.sheets import Sheet
from connectors.demo.estate.world import Firm, Human
from connectors.demo.estate.writing import Address

FIRST, STEP = 1_000_001, 1
TAX_TYPES = {"GSTIN": "IN3", "VAT": "DE0", "EIN": "US01"}
LENGTH = 40
LEADING, TRAILING = re.compile(r"(\d+[a-z]?(?:/\d+)?),? (\D.*)"), re.compile(r"(.*\D) (\d+[a-z]?)")


def records(register: Register) -> list[Native]:
    """Everything to load: partners, then who works where."""
    partners = [_partner(register, sheet, FIRST + at * STEP) for at, sheet in enumerate(register.sheets)]
    working = [sheet for sheet in register.people if sheet.firm]
    return [*partners, *(_contact(register, sheet, at + 1) for at, sheet in enumerate(working))]


def _partner(register: Register, sheet: Sheet, number: int) -> Native:
    register.keep(sheet, ("sap", "BusinessPartner", str(number)))
    party, country = sheet.party, sheet.party.country
    fields = {
        "BusinessPartner": str(number),
        "BusinessPartnerCategory": "2" if isinstance(party, Firm) else "1",
        "BusinessPartnerGrouping": "BP01",
        "CorrespondenceLanguage": country.language.upper(),
        **(_organisation_name(sheet.name) if isinstance(party, Firm) else _person_name(sheet)),
        "to_BusinessPartnerRole": [{"BusinessPartnerRole": role} for role in _roles(sheet)],
        "to_BusinessPartnerTax": _tax(register, sheet),
        "to_BusinessPartnerAddress": _addresses(register, sheet),
        "_changed": register.stamp(),
    }
    if sheet.firm is None:
        fields["to_Customer"] = _customer(register, party, country)
    return {"object": "A_BusinessPartner", "fields": full(fields)}


def _organisation_name(name: str) -> Native:
    """As many words as fit into each of the four fields."""
    parts = [""]
    for word in name.split():
        if len(f"{parts[-1]} {word}".strip()) > LENGTH:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".strip()
    return {f"OrganizationBPName{at + 1}": part for at, part in enumerate(parts)}


def _person_name(sheet: Sheet) -> Native:
    return {"FirstName": sheet.given, "LastName": sheet.family}


def _roles(sheet: Sheet) -> tuple[str, ...]:
    return ("BUP001",) if sheet.firm else ("000000", "FLCU00", "FLCU01")


def _tax(register: Register, sheet: Sheet) -> list[Native]:
    if sheet.tax is None:
        return []
    scheme, number = sheet.tax
    if scheme == "EIN" and register.rng.random() < 0.3:
        number = number.replace("-", "")
    return [{"BPTaxType": TAX_TYPES[scheme], "BPTaxNumber": number}]


def _addresses(register: Register, sheet: Sheet) -> list[Native]:
    if sheet.address is None:
        return []
    rng = register.rng
    first = _address(sheet.address) | {
        "to_EmailAddress": [{"EmailAddress": sheet.mail}] if sheet.mail else [],
        "to_PhoneNumber": [{"PhoneNumber": writing.phone(rng, sheet.phone)}] if sheet.phone else [],
        "to_MobilePhoneNumber": [{"PhoneNumber": writing.phone(rng, sheet.mobile)}] if sheet.mobile else [],
    }
    if isinstance(sheet.party, Firm) and rng.random() < 0.25:
        first["to_AddressUsage"] = [{"AddressUsage": "XXDEFAULT"}, {"AddressUsage": "BILL_TO"}]
    if sheet.ship is None:
        return [full(first)]
    return [full(first), _address(sheet.ship) | {"to_AddressUsage": [{"AddressUsage": "SHIP_TO"}]}]


def _address(found: Address) -> Native:
    street, house = _parted(found)
    return full({
        "StreetName": street,
        "HouseNumber": house,
        "StreetSuffixName": found.unit,
        "CityName": found.city,
        "PostalCode": found.postcode,
        "Region": found.region,
        "Country": found.country,
        "Language": "DE" if found.country == "DE" else "EN",
    })  # fmt: skip


def _parted(found: Address) -> tuple[str, str]:
    """Street and house number apart, where the street is written in the usual way."""
    if found.country == "DE":
        parted = TRAILING.fullmatch(found.street)
        return (parted[1], parted[2]) if parted else (found.street, "")
    parted = LEADING.fullmatch(found.street)
    return (parted[2], parted[1]) if parted and len(parted[1]) <= 10 else (found.street, "")


def _customer(register: Register, party: Firm | Human, country: Country) -> Native:
    """Company code and sales area data: terms, blocks, tax classification."""
    rng, firm = register.rng, party if isinstance(party, Firm) else None
    terms = (firm.terms if rng.random() < 0.9 else "NT30") if firm else "NT00"
    area = {
        "SalesOrganization": country.company_code,
        "DistributionChannel": "10",
        "Division": "00",
        "Currency": country.currency,
        "CustomerPaymentTerms": terms,
        "to_SalesAreaTax": [
            {
                "DepartureCountry": country.code,
                "CustomerTaxCategory": country.tax_category,
                "CustomerTaxClassification": "1" if firm else "0",
            }
        ],
    }
    company = {"CompanyCode": country.company_code, "PaymentTerms": terms, "ReconciliationAccount": "12100000"}
    block = {"OrderIsBlockedForCustomer": "01"} if firm and firm.blocked else {}
    return {"to_CustomerCompany": [company], "to_CustomerSalesArea": [area], **block}


def _contact(register: Register, sheet: Sheet, number: int) -> Native:
    """Who works where; SAP has codes for functions, which the demo does not translate."""
    fields = {
        "RelationshipNumber": str(number),
        "BusinessPartnerCompany": register.home(sheet.firm),
        "BusinessPartnerPerson": register.record_of[id(sheet)][2],
        "RelationshipCategory": "BUR001",
        "ValidityStartDate": "2021-01-01",
    }
    return {"object": "A_BusinessPartnerContact", "fields": full(fields)}

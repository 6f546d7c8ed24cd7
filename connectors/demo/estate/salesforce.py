"""Sheets as Salesforce records: accounts, person accounts, contacts."""

from __future__ import annotations

from connectors.demo.estate import writing
from connectors.demo.estate.countries import COUNTRIES
from connectors.demo.estate.numbers import salesforce_id
from connectors.demo.estate.register import Native, Register, full
from connectors.demo.estate.sheets import Sheet
from connectors.demo.estate.world import Firm, Human
from connectors.demo.estate.writing import Address

PERSON_TYPE = "012gR0000000002"
COUNTRY_NAMES = {"DE": ("Germany", "Deutschland", "DE"), "IN": ("India", "IN"), "US": ("United States", "USA", "US")}
AREAS = {"DE": "EMEA", "IN": "APAC", "US": "Americas"}
TAX_FIELDS = {"GSTIN": "GSTIN__c", "VAT": "VAT_Id__c", "EIN": "EIN__c"}


def records(register: Register) -> list[Native]:
    """Everything to load, references after what they refer to."""
    accounts = [_account(register, sheet, at) for at, sheet in enumerate(register.firms)]
    people = register.people
    buyers = [_person_account(register, sheet, at) for at, sheet in enumerate(s for s in people if s.private)]
    contacts = [_contact(register, sheet, at) for at, sheet in enumerate(s for s in people if not s.private)]
    return [*accounts, *buyers, *contacts]


def _account(register: Register, sheet: Sheet, at: int) -> Native:
    firm, rng = sheet.party, register.rng
    assert isinstance(firm, Firm)
    id = salesforce_id("001", 40_000 + 13 * at)
    register.keep(sheet, ("salesforce", "Account", id))
    country = firm.country
    fields = {
        "Id": id,
        "Name": sheet.name,
        "Legal_Name__c": sheet.legal,
        "ParentId": register.home(firm.parent),
        "Phone": writing.phone(rng, sheet.phone) if sheet.phone else None,
        "Email__c": sheet.mail,
        "Website": f"www.{firm.domain}" if rng.random() < 0.4 else None,
        "Industry": firm.industry if rng.random() < 0.8 else None,
        "Segment__c": firm.segment,
        "Service_Level__c": firm.service_level if rng.random() < 0.8 else None,
        "Dealer_Tier__c": firm.tier if firm.segment == "Dealer" else None,
        "Language__c": country.language,
        "Currency__c": country.currency,
        "Region__c": AREAS[country.code],
        "Legal_Entity__c": country.company_code if rng.random() < 0.5 else None,
        "Payment_Terms__c": firm.terms if rng.random() < 0.5 else None,
        "Credit_Block__c": firm.blocked and rng.random() < 0.5,
        "SystemModstamp": register.stamp(),
        **_tax(sheet, rng.random()),
        **_address(register, "Billing", sheet.address),
        **_address(register, "Shipping", sheet.ship),
    }
    return {"object": "Account", "fields": full(fields)}


def _tax(sheet: Sheet, chance: float) -> Native:
    """Tax ids as sales people type them: mostly as they are, some in small letters or with blanks."""
    if sheet.tax is None:
        return {}
    scheme, number = sheet.tax
    if chance < 0.25:
        number = {"GSTIN": number.lower(), "VAT": f"DE {number[2:]}", "EIN": number.replace("-", "")}[scheme]
    return {TAX_FIELDS[scheme]: number}


def _person_account(register: Register, sheet: Sheet, at: int) -> Native:
    one, rng = sheet.party, register.rng
    assert isinstance(one, Human)
    id = salesforce_id("001", 900_000 + 11 * at)
    register.keep(sheet, ("salesforce", "Account", id))
    fields = {
        "Id": id,
        "RecordTypeId": PERSON_TYPE,
        "FirstName": sheet.given,
        "LastName": sheet.family,
        "PersonEmail": sheet.mail,
        "PersonMobilePhone": writing.phone(rng, sheet.mobile) if sheet.mobile else None,
        "Phone": writing.phone(rng, sheet.phone) if sheet.phone else None,
        "Segment__c": "Private",
        "Language__c": one.country.language if rng.random() < 0.7 else None,
        "Loyalty_Id__c": one.loyalty_id if rng.random() < 0.5 else None,
        "Email_Consent__c": rng.choice(("opted_in", "opted_out")) if sheet.mail and rng.random() < 0.5 else None,
        "SystemModstamp": register.stamp(),
        **_address(register, "Billing", sheet.address),
    }
    return {"object": "Account", "fields": full(fields)}


def _contact(register: Register, sheet: Sheet, at: int) -> Native:
    one, rng = sheet.party, register.rng
    assert isinstance(one, Human)
    id = salesforce_id("003", 70_000 + 7 * at)
    register.keep(sheet, ("salesforce", "Contact.Person", id))
    fields = {
        "Id": id,
        "AccountId": register.home(sheet.firm),
        "FirstName": sheet.given,
        "LastName": sheet.family,
        "Title": one.role if rng.random() < 0.8 else None,
        "Email": sheet.mail,
        "Phone": writing.phone(rng, sheet.phone) if sheet.phone else None,
        "MobilePhone": writing.phone(rng, sheet.mobile) if sheet.mobile else None,
        "Language__c": one.country.language if rng.random() < 0.5 else None,
        "SystemModstamp": register.stamp(),
        **_address(register, "Mailing", sheet.address),
    }
    return {"object": "Contact", "fields": full(fields)}


def _address(register: Register, prefix: str, address: Address | None) -> Native:
    if address is None:
        return {}
    rng = register.rng
    region = rng.choice((address.region, COUNTRIES[address.country].regions[address.region]))
    names = COUNTRY_NAMES[address.country]
    return {
        f"{prefix}Street": "\n".join(line for line in (address.street, address.unit) if line),
        f"{prefix}City": address.city,
        f"{prefix}State": region if address.country != "DE" or rng.random() < 0.3 else None,
        f"{prefix}PostalCode": address.postcode,
        f"{prefix}Country": rng.choice((names[0], names[0], *names)),
    }

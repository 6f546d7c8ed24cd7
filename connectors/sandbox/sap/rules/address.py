"""Rules of addresses, their usages, and the numbers, e-mails and web addresses that stand below them."""

from __future__ import annotations

import re
import uuid

from connectors.sandbox.sap import phones
from connectors.sandbox.sap.countries import CODES, postal_code, postal_code_fault
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import bad
from connectors.sandbox.sap.literals import FOREVER, day, milliseconds
from connectors.sandbox.sap.rules.proposal import Proposal
from connectors.sandbox.sap.store import Records, Row

STANDARD = "XXDEFAULT"
USAGE = "A_BuPaAddressUsage"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
TEXTS = "CityName District StreetName StreetPrefixName StreetSuffixName HouseNumber CareOfName PostalCode".split()
NO_START = -62135596800000  # 0001-01-01: a web address without a start of validity
DEFAULT_FLAG = {
    "A_AddressEmailAddress": "IsDefaultEmailAddress",
    "A_AddressPhoneNumber": "IsDefaultPhoneNumber",
    "A_AddressFaxNumber": "IsDefaultFaxNumber",
}


def check(proposal: Proposal) -> None:
    """An address: a country the system knows, texts without blanks around them, the country's form of postal code."""
    values = proposal.values
    if proposal.new:
        _birth(proposal)
    proposal.require("Country", "AM/101", "Enter a country.")
    country = values["Country"]
    if country not in CODES:
        raise bad("AM/102", f"Country {country} is not defined.", "Country")
    proposal.trim(*TEXTS)
    values["PostalCode"] = postal_code(country, values["PostalCode"])
    if proposal.settings.postal_codes and (form := postal_code_fault(country, values["PostalCode"])):
        raise bad("AM/243", f"Postal code {values['PostalCode']} is not right for {country}: {form}.", "PostalCode")
    values["Language"] = values["Language"].upper()


def _birth(proposal: Proposal) -> None:
    values, owner = proposal.values, proposal.parent.values
    proposal.numbered("AddressID", "address", proposal.settings.first_address)
    values["Person"] = owner["PersonNumber"]
    values["FullName"] = owner["BusinessPartnerFullName"][:80]
    values["Language"] = values["Language"] or owner["CorrespondenceLanguage"] or "EN"
    if values["AddressUUID"].startswith("00000000-"):
        values["AddressUUID"] = str(uuid.uuid4())
    _validity(proposal)


def _validity(proposal: Proposal) -> None:
    values = proposal.values
    if values["ValidityStartDate"] is None:
        values["ValidityStartDate"] = day(milliseconds(proposal.records.clock.now()))
    if values["ValidityEndDate"] is None:
        values["ValidityEndDate"] = FOREVER


def check_usage(proposal: Proposal) -> None:
    """An address usage: named, valid from today on unless said otherwise."""
    proposal.require("AddressUsage", "R1/571", "Enter an address usage.")
    _validity(proposal)


def check_email(proposal: Proposal) -> None:
    """An e-mail address, with the twenty upper-case characters it is searched by."""
    _ordinal(proposal)
    proposal.trim("EmailAddress")
    check_email_form(proposal.values["EmailAddress"])
    proposal.values["SearchEmailAddress"] = proposal.values["EmailAddress"].upper()[:20]


def check_email_form(email: str) -> None:
    """Refuse what is not an e-mail address."""
    if not EMAIL.fullmatch(email):
        raise bad("AM/881", f"{email or '(nothing)'} is not an e-mail address.", "EmailAddress")


def check_phone(proposal: Proposal) -> None:
    """A telephone number: country and home form apart, the international form computed."""
    _ordinal(proposal)
    values = proposal.values
    if proposal.new:
        values["PhoneNumberType"] = values["PhoneNumberType"] or _phone_type(proposal)
    if proposal.via and proposal.via.among and values["PhoneNumberType"] not in proposal.via.among[1]:
        text = f"Telephone type {values['PhoneNumberType']} does not belong under {proposal.via.name}."
        raise bad("AM/860", text, "PhoneNumberType")
    values["PhoneNumber"] = values["PhoneNumber"] or ("" if not proposal.new else values["InternationalPhoneNumber"])
    proposal.require("PhoneNumber", "AM/861", "Enter a telephone number.")
    _dial(proposal, "PhoneNumber", "DestinationLocationCountry")


def _phone_type(proposal: Proposal) -> str:
    return proposal.via.among[1][0] if proposal.via and proposal.via.among else "1"


def check_fax(proposal: Proposal) -> None:
    """A fax number, kept as telephone numbers are."""
    _ordinal(proposal)
    proposal.require("FaxNumber", "AM/862", "Enter a fax number.")
    _dial(proposal, "FaxNumber", "FaxCountry")


def _dial(proposal: Proposal, number: str, country: str) -> None:
    values, default = proposal.values, proposal.parent.values["Country"]
    if values[country] and values[country] not in CODES:
        raise bad("AM/102", f"Country {values[country]} is not defined.", country)
    values[country], values[number] = phones.split(values[number], values[country], default)
    extension = values[f"{number}Extension"]
    values[f"International{number}"] = phones.international(values[number], extension, values[country])


def check_url(proposal: Proposal) -> None:
    """A web address; the first below an address is its default one."""
    values = proposal.values
    proposal.require("WebsiteURL", "AM/870", "Enter a web address.")
    values["SearchURLAddress"] = values["WebsiteURL"].upper()[:50]
    values["URLFieldLength"] = len(values["WebsiteURL"])
    if proposal.new:
        _ordinal(proposal)
        values["ValidityStartDate"] = NO_START if values["ValidityStartDate"] is None else values["ValidityStartDate"]
        values["IsDefaultURLAddress"] = not proposal.parent.children("A_AddressHomePageURL")


def _ordinal(proposal: Proposal) -> None:
    """Number a new entry within its address; only the load of the estate may bring a number."""
    values = proposal.values
    if not proposal.new or (proposal.seeding and values["OrdinalNumber"] != "0"):
        return
    taken = [int(row.values["OrdinalNumber"]) for row in proposal.parent.children(proposal.row.entity.name)]
    values["OrdinalNumber"] = str(max(taken, default=0) + 1)


# ---- once it is kept -----------------------------------------------------------------------------------------------


def settle(records: Records, row: Row) -> None:
    """A partner with addresses has one that is standard: the first, unless another is marked so."""
    partner = row.root
    addresses = partner.children("A_BusinessPartnerAddress")
    if addresses and not any(_standard(address) for address in addresses):
        first = addresses[0]
        values = {
            **ENTITIES[USAGE].initial,
            "BusinessPartner": partner.values["BusinessPartner"],
            "AddressID": first.values["AddressID"],
            "AddressUsage": STANDARD,
            "ValidityStartDate": first.values["ValidityStartDate"],
            "ValidityEndDate": FOREVER,
        }
        records.attach(Row(ENTITIES[USAGE], values, first))


def settle_usage(records: Records, row: Row) -> None:
    """Only one address is standard: a new standard address takes the usage from the others."""
    if row.values["AddressUsage"] == STANDARD:
        others = [one for address in row.root.children("A_BusinessPartnerAddress") for one in _standard(address)]
        for other in others:
            if other is not row:
                records.detach(other)
    settle(records, row)


def _standard(address: Row) -> list[Row]:
    return [usage for usage in address.children(USAGE) if usage.values["AddressUsage"] == STANDARD]


def settle_default(records: Records, row: Row) -> None:
    """One entry of a kind is the default: the one just said to be, else the one that was, else the first."""
    del records
    flag = DEFAULT_FLAG[row.entity.name]
    assert row.parent is not None
    group = [one for one in row.parent.children(row.entity.name) if _mobile(one) == _mobile(row)]
    if not group:
        return
    marked = row if row in group and row.values[flag] else next((one for one in group if one.values[flag]), group[0])
    for one in group:
        one.values[flag] = one is marked


def _mobile(row: Row) -> bool:
    return row.values.get("PhoneNumberType") in ("2", "3")


def guard(address: Row) -> None:
    """The standard address cannot be deleted while there are others."""
    if _standard(address) and len(address.root.children("A_BusinessPartnerAddress")) > 1:
        text = f"Address {address.values['AddressID']} is the standard address: give XXDEFAULT to another one first."
        raise bad("R1/455", text, "AddressID")

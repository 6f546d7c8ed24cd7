"""Rules of the business partner itself, its roles, tax numbers and identifications."""

from __future__ import annotations

import uuid
from typing import Any

from connectors.sandbox.sap import taxes
from connectors.sandbox.sap.errors import bad
from connectors.sandbox.sap.literals import FOREVER, day, milliseconds
from connectors.sandbox.sap.rules.proposal import Proposal

NAMES = {
    "1": ("FirstName", "MiddleName", "LastName"),
    "2": ("OrganizationBPName1", "OrganizationBPName2"),
    "3": ("GroupBusinessPartnerName1", "GroupBusinessPartnerName2"),
}
NEEDED = {"1": "LastName", "2": "OrganizationBPName1", "3": "GroupBusinessPartnerName1"}


def check(proposal: Proposal) -> None:
    """A business partner: category, number by grouping, the name its category needs, and what follows from the name."""
    values = proposal.values
    if values["BusinessPartnerCategory"] not in NAMES:
        text = "Enter a business partner category: 1 person, 2 organisation, 3 group."
        raise bad("R1/102", text, "BusinessPartnerCategory")
    if proposal.new:
        _number(proposal)
        _birth(proposal)
    proposal.unchanged("BusinessPartnerCategory", "BusinessPartnerGrouping")
    _name(proposal)
    values["CorrespondenceLanguage"] = values["CorrespondenceLanguage"].upper()
    values["Language"] = values["Language"].upper()


def _number(proposal: Proposal) -> None:
    values, groupings = proposal.values, proposal.settings.groupings
    grouping = values["BusinessPartnerGrouping"] or proposal.settings.default_grouping
    values["BusinessPartnerGrouping"] = grouping
    if grouping not in groupings:
        raise bad("R1/103", f"Grouping {grouping} is not defined.", "BusinessPartnerGrouping")
    span = groupings[grouping]
    if "from" in span:
        proposal.numbered("BusinessPartner", grouping, span["from"])
        if span["from"] <= int(values["BusinessPartner"]) <= span["to"] or proposal.seeding:
            return
        raise bad("R1/104", f"The number range of grouping {grouping} is used up.", "BusinessPartner")
    proposal.require("BusinessPartner", "R1/105", f"Grouping {grouping} takes your number: enter BusinessPartner.")
    _outside_other_ranges(values["BusinessPartner"], proposal)


def _outside_other_ranges(number: str, proposal: Proposal) -> None:
    for grouping, span in proposal.settings.groupings.items():
        if number.isdigit() and span.get("from", 1) <= int(number) <= span.get("to", 0):
            if not proposal.seeding:
                raise bad("R1/106", f"Number {number} lies in the range of grouping {grouping}.", "BusinessPartner")
            proposal.records.reserve(grouping, number)


def _birth(proposal: Proposal) -> None:
    """What a new partner gets: identity, who made it and when; a person gets a person number."""
    values, now = proposal.values, proposal.records.clock.now()
    if values["BusinessPartnerUUID"].startswith("00000000-"):
        values["BusinessPartnerUUID"] = str(uuid.uuid4())
    values["CreationDate"] = day(milliseconds(now))
    values["CreationTime"] = milliseconds(now) % 86_400_000 // 1000
    values["CreatedByUser"] = proposal.settings.user[:12]
    proposal.records.tag(proposal.row, now)
    if values["BusinessPartnerCategory"] == "1":
        values["PersonNumber"] = proposal.records.number("person", 2 * proposal.settings.first_address)


def _name(proposal: Proposal) -> None:
    values = proposal.values
    category = values["BusinessPartnerCategory"]
    proposal.trim(*NAMES[category], "SearchTerm1", "SearchTerm2")
    proposal.require(NEEDED[category], "R1/116", f"Enter {NEEDED[category]}; category {category} needs it.")
    full = " ".join(values[name] for name in NAMES[category] if values[name])[:81]
    values["BusinessPartnerFullName"] = values["BusinessPartnerName"] = full
    if category == "1" and "PersonFullName" not in proposal.given:
        values["PersonFullName"] = full[:80]
    if proposal.new and not values["SearchTerm1"]:
        values["SearchTerm1"] = full.upper()[:20].rstrip()


def check_role(proposal: Proposal) -> None:
    """A role: one the system knows, valid from today on."""
    values = proposal.values
    if values["BusinessPartnerRole"] not in proposal.settings.roles:
        raise bad("R11/656", f"Role {values['BusinessPartnerRole'] or '(none)'} is not defined.", "BusinessPartnerRole")
    _validity(proposal, "ValidFrom", "ValidTo")


def _validity(proposal: Proposal, start: str, end: str) -> None:
    values = proposal.values
    values[start] = day(milliseconds(proposal.records.clock.now())) if values[start] is None else values[start]
    values[end] = FOREVER if values[end] is None else values[end]


def check_tax_number(proposal: Proposal) -> None:
    """A tax number: a category the system knows, in the form of that category; the long property takes long ones."""
    values = proposal.values
    name = "BPTaxLongNumber" if values["BPTaxLongNumber"] and not values["BPTaxNumber"] else "BPTaxNumber"
    values[name] = taxes.check(values["BPTaxType"], values[name])


def check_identification(proposal: Proposal) -> None:
    """An identification: a type the system knows; numbers of some types exist once in the whole system."""
    values, settings = proposal.values, proposal.settings
    kind, number = values["BPIdentificationType"], values["BPIdentificationNumber"]
    if kind not in settings.identification_types:
        raise bad("R1/801", f"Identification type {kind or '(none)'} is not defined.", "BPIdentificationType")
    proposal.require("BPIdentificationNumber", "R1/802", "Enter an identification number.")
    if settings.unique_identification and kind in settings.unique_types and (holder := _holder(proposal, kind, number)):
        text = f"Identification number {kind} {number} is not unique: business partner {holder} has it."
        raise bad("BUPA_INTERFACE/003", text, "BPIdentificationNumber")


def _holder(proposal: Proposal, kind: str, number: str) -> Any:
    """The partner that holds an identification already."""
    for row in proposal.records.by("A_BuPaIdentification", "BPIdentificationNumber", number):
        if row.values["BPIdentificationType"] == kind and row is not proposal.row:
            return row.values["BusinessPartner"]
    return None

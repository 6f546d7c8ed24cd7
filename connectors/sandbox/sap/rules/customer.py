"""Rules of the customer a business partner becomes by its role, with its companies and sales areas."""

from __future__ import annotations

from connectors.sandbox.sap.countries import CODES
from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import bad
from connectors.sandbox.sap.rules.proposal import Proposal
from connectors.sandbox.sap.store import Records, Row

CUSTOMER = "A_Customer"
CUSTOMER_ROLES = frozenset({"FLCU00", "FLCU01"})


def check(proposal: Proposal) -> None:
    """A customer: who made it and when comes from its partner."""
    if proposal.new:
        for name in ("CreationDate", "CreatedByUser"):
            proposal.values[name] = proposal.parent.values[name]


def check_sales_area(proposal: Proposal) -> None:
    """A sales area: its currency in capitals."""
    proposal.values["Currency"] = proposal.values["Currency"].strip().upper()


def check_tax(proposal: Proposal) -> None:
    """A tax classification: for a country the system knows."""
    country = proposal.values["DepartureCountry"]
    if country not in CODES:
        raise bad("AM/102", f"Country {country or '(none)'} is not defined.", "DepartureCountry")


def complete(partner: Row) -> None:
    """Customer data needs a customer role."""
    if partner.children(CUSTOMER) and not _is_customer(partner):
        raise bad("CVI_EI/012", "Customer data needs role FLCU00 or FLCU01.", "to_BusinessPartnerRole")


def settle(records: Records, row: Row) -> None:
    """A customer role makes the partner a customer of the same number; names are copied down from the partner."""
    partner = row.root
    number = partner.values["BusinessPartner"]
    if _is_customer(partner) and not partner.children(CUSTOMER):
        values = {**ENTITIES[CUSTOMER].initial, "Customer": number}
        values |= {name: partner.values[name] for name in ("CreationDate", "CreatedByUser")}
        records.attach(Row(ENTITIES[CUSTOMER], values, partner))
    full = partner.values["BusinessPartnerFullName"]
    for customer in partner.children(CUSTOMER):
        partner.values["Customer"] = number
        customer.values |= {"CustomerFullName": full, "CustomerName": full[:80]}
    for address in partner.children("A_BusinessPartnerAddress"):
        address.values["FullName"] = full[:80]


def _is_customer(partner: Row) -> bool:
    return any(row.values["BusinessPartnerRole"] in CUSTOMER_ROLES for row in partner.children("A_BusinessPartnerRole"))

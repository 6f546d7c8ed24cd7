"""Rules of contact relationships: a person works for an organisation, in a function and a department."""

from __future__ import annotations

from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.errors import bad
from connectors.sandbox.sap.literals import LAST_DAY, day, milliseconds
from connectors.sandbox.sap.rules.address import check_email_form
from connectors.sandbox.sap.rules.proposal import Proposal
from connectors.sandbox.sap.schema import Entity
from connectors.sandbox.sap.store import CONTACT, PARTNER, Row

CATEGORY = "BUR001"
FUNCTION: Entity = ENTITIES["A_BPContactToFuncAndDept"]


def check(proposal: Proposal) -> None:
    """A contact relationship: of category BUR001, between an organisation and a person that exist, once at a time."""
    values = proposal.values
    values["RelationshipCategory"] = values["RelationshipCategory"] or CATEGORY
    if values["RelationshipCategory"] != CATEGORY:
        text = f"Relationship category {values['RelationshipCategory']} is not a contact; use {CATEGORY}."
        raise bad("R1/701", text, "RelationshipCategory")
    today = day(milliseconds(proposal.records.clock.now()))
    values["ValidityStartDate"] = today if values["ValidityStartDate"] is None else values["ValidityStartDate"]
    values["ValidityEndDate"] = LAST_DAY if values["ValidityEndDate"] is None else values["ValidityEndDate"]
    if proposal.new:
        _parties(proposal)
        _once(proposal)
        proposal.numbered("RelationshipNumber", "relationship", 1)


def _parties(proposal: Proposal) -> None:
    person = proposal.records.find(PARTNER, (proposal.values["BusinessPartnerPerson"],))
    if person is None:
        text = f"Business partner {proposal.values['BusinessPartnerPerson'] or '(none)'} does not exist."
        raise bad("R1/285", text, "BusinessPartnerPerson")
    if person.values["BusinessPartnerCategory"] != "1":
        raise bad("R1/702", f"Business partner {person.key[0]} is not a person.", "BusinessPartnerPerson")
    if proposal.parent.values["BusinessPartnerCategory"] == "1":
        raise bad("R1/703", f"Business partner {proposal.parent.key[0]} is a person.", "BusinessPartnerCompany")


def _once(proposal: Proposal) -> None:
    values = proposal.values
    for other in proposal.parent.children(CONTACT):
        same = other.values["BusinessPartnerPerson"] == values["BusinessPartnerPerson"]
        starts = values["ValidityStartDate"] <= other.values["ValidityEndDate"]
        if same and starts and other.values["ValidityStartDate"] <= values["ValidityEndDate"]:
            text = f"Relationship {other.values['RelationshipNumber']} joins the two in this period already."
            raise bad("R1/704", text, "BusinessPartnerPerson")


def complete(row: Row) -> None:
    """Each relationship has its function record, empty where none was sent."""
    if not row.children(FUNCTION.name):
        values = {**FUNCTION.initial, **{name: row.values[name] for name in FUNCTION.keys}}
        values["RelationshipCategory"] = CATEGORY
        below = Row(FUNCTION, values, row)
        row.below[FUNCTION.name] = {below.key: below}


def check_function(proposal: Proposal) -> None:
    """Function, department and work communication of a contact."""
    values = proposal.values
    values["RelationshipCategory"] = CATEGORY
    proposal.trim("EmailAddress")
    if values["EmailAddress"]:
        check_email_form(values["EmailAddress"])

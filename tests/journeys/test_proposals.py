"""What somebody edits who does not own it: a proposal, corrected where it was made, decided by a person."""

from __future__ import annotations

from typing import Any

from tests.live import forms
from tests.live.running import Live


def test_an_accepted_proposal_is_written_to_its_owner_confirmed_and_reaches_the_crm(live: Live) -> None:
    partner, account = _customer_of_sap(live, "Zirbel Holzbau GmbH", "Tannenweg 5", "Kempten", "87435")
    proposal = _propose(live, account, "NT75")
    assert (proposal["attribute"], proposal["owner"], proposal["owner_value"]) == ("payment_terms", "erp", "NT30")
    assert proposal["from"] == f"salesforce:Account:{account}"
    live.until("the CRM got SAP's terms back", lambda: _terms(live, account) == "NT30")
    assert forms.terms_of(live.partner(partner)) == "NT30"

    body = {"version": live.proposals(proposal["customer"])[0]["version"]}
    assert live.hub(f"proposals/{proposal['id']}/accept", method="POST", json=body).json()["state"] == "accepted"
    live.until("SAP holds the new terms", lambda: forms.terms_of(live.partner(partner)) == "NT75")
    live.until("the owner's confirmation closed it", lambda: _state(live, proposal) == "confirmed")
    live.until("the new terms reached the CRM", lambda: _terms(live, account) == "NT75")
    live.settle()
    assert live.golden(proposal["customer"])["values"]["payment_terms"] == "NT75"
    assert (forms.terms_of(live.partner(partner)), _terms(live, account)) == ("NT75", "NT75")


def test_a_rejected_proposal_stays_corrected(live: Live) -> None:
    partner, account = _customer_of_sap(live, "Ahorn Drechslerei GmbH", "Spanweg 9", "Sonthofen", "87527")
    proposal = _propose(live, account, "NT60")
    live.until("the CRM got SAP's terms back", lambda: _terms(live, account) == "NT30")
    body = {"version": live.proposals(proposal["customer"])[0]["version"]}
    assert live.hub(f"proposals/{proposal['id']}/reject", method="POST", json=body).json()["state"] == "rejected"
    live.settle()
    live.edit("salesforce", "Account", account, Phone="+49 8321 555123")  # something else, on the same record
    live.until("SAP has the phone", lambda: "+498321555123" in forms.phones_of(live.partner(partner)))
    live.settle()
    assert [row["state"] for row in live.proposals(proposal["customer"])] == ["rejected"]
    assert (forms.terms_of(live.partner(partner)), _terms(live, account)) == ("NT30", "NT30")
    assert live.golden(proposal["customer"])["values"]["payment_terms"] == "NT30"


def test_a_decision_on_a_proposal_that_was_decided_meanwhile_is_refused(live: Live) -> None:
    _, account = _customer_of_sap(live, "Weide Korbwaren GmbH", "Flechtgasse 1", "Lichtenfels", "96215")
    proposal = _propose(live, account, "NT45")
    body = {"version": proposal["version"]}
    assert live.hub(f"proposals/{proposal['id']}/reject", method="POST", json=body).status_code == 200
    answer = live.hub(f"proposals/{proposal['id']}/accept", method="POST", json=body)
    assert (answer.status_code, answer.json()["title"]) == (409, "Decided meanwhile")
    assert _state(live, proposal) == "rejected"


def _customer_of_sap(live: Live, *place: str) -> tuple[str, str]:
    """A partner whose terms SAP itself has said, and its account in the CRM."""
    partner = live.create("sap", "A_BusinessPartner", **forms.partner(*place))
    account = live.until("the CRM has its account", lambda: live.record("salesforce", "Account", SAP_Id__c=partner))
    assert account["Payment_Terms__c"] == "NT30"
    live.quiet()
    return partner, account["Id"]


def _propose(live: Live, account: str, terms: str) -> dict[str, Any]:
    golden = live.golden_of("salesforce", account)["id"]
    live.edit("salesforce", "Account", account, Payment_Terms__c=terms)
    return live.until("the edit is a proposal", lambda: live.proposals(golden))[0]


def _state(live: Live, proposal: dict[str, Any]) -> str:
    return str(next(row["state"] for row in live.proposals(proposal["customer"]) if row["id"] == proposal["id"]))


def _terms(live: Live, account: str) -> str:
    return str(live.record("salesforce", "Account", Id=account)["Payment_Terms__c"])

"""Changes nobody told of, and connections that may not be written to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.live import forms
from tests.live.running import OVERLAP, Live

RECONCILE = """
from connectors import tasks
from mdm.models import Connection
tasks.reconcile.delay(connection=Connection.objects.get(code=code).pk)
"""
MODE = """
from mdm.models import Connection
Connection.objects.filter(code=code).update(mode=mode)
"""


def test_a_silent_drift_is_found_by_a_full_compare_and_healed(live: Live) -> None:
    partner = live.create(
        "sap", "A_BusinessPartner", **forms.partner("Driftmann Boote GmbH", "Strandweg 1", "Wismar", "23966")
    )
    account = live.until("the CRM has it", lambda: live.record("salesforce", "Account", SAP_Id__c=partner))["Id"]
    live.settle()
    # each read reaches back behind the last one, and would see it by that
    live.until(
        "the last change lies behind", lambda: _age(live.record("salesforce", "Account", Id=account)) > OVERLAP + 2
    )
    live.settle()
    live.edit("salesforce", "Account", account, silent=True, Payment_Terms__c="NT01")
    live.settle()
    assert live.record("salesforce", "Account", Id=account)["Payment_Terms__c"] == "NT01", "seen without a full read"
    live.desk(RECONCILE, code="salesforce")
    live.until(
        "the CRM holds SAP's terms again",
        lambda: live.record("salesforce", "Account", Id=account)["Payment_Terms__c"] == "NT30",
    )
    assert forms.terms_of(live.partner(partner)) == "NT30"
    live.quiet()


def test_a_connection_that_only_observes_is_read_and_never_written_to(live: Live) -> None:
    account = live.create(
        "salesforce", "Account", **forms.account("Zaungast Optik GmbH", "Linsenweg 4", "Rathenow", "14712")
    )
    held = live.until("the account has its numbers", lambda: live.has_all_ids(account))
    live.settle()
    live.desk(MODE, code="sap", mode="observe")
    try:
        before = live.writes()["sap"]
        live.edit("salesforce", "Account", account, Phone="+49 3385 555031")
        new = live.create(
            "salesforce", "Account", **forms.account("Zaungast Brillen KG", "Bügelgasse 9", "Nauen", "14641")
        )
        live.edit("sap", "A_BusinessPartner", held["SAP_Id__c"], CorrespondenceLanguage="NL")
        live.until("what SAP says reaches the CRM", lambda: _language(live, account) == "nl")
        live.until("the store has the new one", lambda: live.record("salesforce", "Account", ["Store_Id__c"], Id=new))
        live.settle()
        assert live.writes()["sap"] == before
        assert live.record("salesforce", "Account", Id=new)["SAP_Id__c"] is None
    finally:
        live.desk(MODE, code="sap", mode="write")
    # what was not written while it only observed is what a full compare then finds
    live.desk(RECONCILE, code="sap")
    live.until("the new one has its numbers", lambda: live.has_all_ids(new))
    live.until("SAP has the phone", lambda: "+493385555031" in forms.phones_of(live.partner(held["SAP_Id__c"])))
    live.quiet()


def _age(account: dict[str, Any]) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(account["SystemModstamp"])).total_seconds()


def _language(live: Live, account: str) -> str:
    return str(live.record("salesforce", "Account", Id=account)["Language__c"])

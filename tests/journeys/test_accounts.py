"""Organisations: from the system where they first appear to all others and back."""

from __future__ import annotations

from tests.live.running import Live


def test_a_new_salesforce_account_gets_its_sap_number_back(live: Live) -> None:
    account = live.create(
        "salesforce",
        "Account",
        Name="Nordlicht Verbindungstechnik GmbH",
        BillingStreet="Speicherstr. 12",
        BillingCity="Kiel",
        BillingPostalCode="24103",
        BillingCountry="Germany",
        Phone="+49 431 5550123",
    )
    held = live.until(
        "the account holds the numbers of SAP and of the store",
        lambda: live.record("salesforce", "Account", Id=account, having=("SAP_Id__c", "Store_Id__c")),
    )
    partner = live.record("sap", "A_BusinessPartner", BusinessPartner=held["SAP_Id__c"])
    company = live.record("shopify", "Company", id=held["Store_Id__c"])
    assert partner["OrganizationBPName1"] == company["name"] == "Nordlicht Verbindungstechnik GmbH"
    golden = live.golden_of("salesforce", account)
    assert golden["values"]["account_number"] == held["SAP_Id__c"]
    assert held["MDM_Id__c"] == golden["id"]
    assert ids(golden) == {
        ("salesforce", "Account", account),
        ("sap", "BusinessPartner", held["SAP_Id__c"]),
        ("shopify", "Company", held["Store_Id__c"]),
    }


def ids(golden: dict) -> set[tuple[str, str, str]]:
    return {(row["connection"], row["object_type"], row["external_id"]) for row in golden["records"]}

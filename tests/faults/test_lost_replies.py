"""A create whose answer never came: done again, made once."""

from __future__ import annotations

import pytest

from tests.live import forms
from tests.live.running import Live


@pytest.mark.parametrize("lost", [1, 3])
def test_sap_makes_one_partner_though_its_reply_was_lost(live: Live, lost: int) -> None:
    name = f"Verlust {lost} Kabelwerk GmbH"
    with live.fault("sap", "lost_reply", times=lost, match=r"^POST .*/A_BusinessPartner$"):
        account = live.create("salesforce", "Account", **forms.account(name, f"Drahtweg {lost}", "Pirna", "01796"))
        held = live.until("the account has its numbers", lambda: live.has_all_ids(account))
    live.settle()
    partners = live.living("sap", "A_BusinessPartner", OrganizationBPName1=name)
    assert [row["BusinessPartner"] for row in partners] == [held["SAP_Id__c"]]
    assert len([row for row in forms.ids(live.golden_of("salesforce", account)) if row[0] == "sap"]) == 1


def test_salesforce_makes_one_account_though_its_reply_was_lost(live: Live) -> None:
    with live.fault("salesforce", "lost_reply", times=2, match=r"^(POST|PATCH) .*(composite|sobjects)"):
        partner = live.create(
            "sap", "A_BusinessPartner", **forms.partner("Verlust Seilerei GmbH", "Hanfgasse 2", "Bautzen", "02625")
        )
        live.until("the CRM has the account", lambda: live.record("salesforce", "Account", SAP_Id__c=partner))
    live.settle()
    accounts = live.living("salesforce", "Account", Name="Verlust Seilerei GmbH")
    assert len(accounts) == 1
    assert ("salesforce", "Account", accounts[0]["Id"]) in forms.ids(live.golden_of("sap", partner))


def test_the_store_makes_one_company_and_one_customer_though_the_reply_was_lost(live: Live) -> None:
    with (
        live.fault("shopify", "lost_reply", times=1, match="companyCreate"),
        live.fault("shopify", "lost_reply", times=1, match="customerSet"),
    ):
        firm = live.create(
            "salesforce", "Account", **forms.account("Verlust Papier AG", "Stoffstr. 8", "Görlitz", "02826")
        )
        fields = forms.person_account("Notburga", "Lostermann", PersonEmail="notburga@example.com")
        person = live.create("salesforce", "Account", **fields)
        for one in (firm, person):
            live.until("both have their ids", lambda one=one: live.has_all_ids(one))
    live.settle()
    assert len(live.living("shopify", "Company", name="Verlust Papier AG")) == 1
    assert len(live.living("shopify", "Customer", lastName="Lostermann")) == 1

"""A create whose answer never came: done again, made once."""

from __future__ import annotations

import contextlib

import pytest

from tests.live import forms
from tests.live.running import Live


@pytest.mark.parametrize("read", [True, False], ids=["which a read finds", "which the next try finds by its key"])
def test_sap_makes_one_partner_though_its_reply_was_lost(live: Live, read: bool) -> None:
    name = f"Verlust {'Kabelwerk' if read else 'Drahtzug'} GmbH"
    with (
        live.fault("sap", "lost_reply", times=1, match=r"^POST .*/A_BusinessPartner$"),
        contextlib.nullcontext() if read else live.unread("sap"),
    ):
        account = live.create(
            "salesforce",
            "Account",
            **forms.account(name, f"Spulenweg {1 + read}", "Pirna" if read else "Riesa", "01796"),
        )
        held = live.until("the account has its numbers", lambda: live.has_all_ids(account))
        assert live.strikes_left("sap") == 0
    live.settle()
    partners = live.living("sap", "A_BusinessPartner", OrganizationBPName1=name)
    assert [row["BusinessPartner"] for row in partners] == [held["SAP_Id__c"]]
    assert len([row for row in forms.ids(live.golden_of("salesforce", account)) if row[0] == "sap"]) == 1


def test_salesforce_makes_one_account_though_its_reply_was_lost(live: Live) -> None:
    with live.fault("salesforce", "lost_reply", times=1, match="^PATCH "):
        partner = live.create(
            "sap", "A_BusinessPartner", **forms.partner("Verlust Seilerei GmbH", "Hanfgasse 2", "Bautzen", "02625")
        )
        live.until("the CRM has the account", lambda: live.record("salesforce", "Account", SAP_Id__c=partner))
        assert live.strikes_left("salesforce") == 0
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
        assert live.strikes_left("shopify") == 0
    live.settle()
    assert len(live.living("shopify", "Company", name="Verlust Papier AG")) == 1
    assert len(live.living("shopify", "Customer", lastName="Lostermann")) == 1

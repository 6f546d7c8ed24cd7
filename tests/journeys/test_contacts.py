"""People who work for a firm: a relation that needs both its ends."""

from __future__ import annotations

import json

import requests

from tests.live import forms
from tests.live.running import Live


def test_a_contact_follows_its_account_into_the_other_systems_with_parent_ids(live: Live) -> None:
    account = live.create(
        "salesforce", "Account", **forms.account("Uferbau Kanal GmbH", "Schleuse 2", "Datteln", "45711")
    )
    with (
        live.fault("sap", "error", match="POST .*A_BusinessPartner"),
        live.fault("shopify", "error", match="companyCreate"),
    ):
        live.until("the hub knows the account", lambda: live.golden_of("salesforce", account))
        contact = live.create(
            "salesforce",
            "Contact",
            AccountId=account,
            FirstName="Vinzenz",
            LastName="Abendroth",
            Title="Head of purchasing",
            Email="vinzenz@uferbau.example",
        )
        customer = live.until(
            "the store has the person", lambda: live.record("shopify", "Customer", lastName="Abendroth")
        )
        assert live.living("shopify", "CompanyContact", customerId=customer["id"]) == []
        assert live.living("sap", "A_BusinessPartner", LastName="Abendroth") == []
    held = live.until("the account has its numbers", lambda: live.has_all_ids(account))
    person = live.until("SAP has the person", lambda: live.record("sap", "A_BusinessPartner", LastName="Abendroth"))
    relation = live.until(
        "SAP has the relationship",
        lambda: live.record("sap", "A_BusinessPartnerContact", BusinessPartnerPerson=person["BusinessPartner"]),
    )
    assert relation["BusinessPartnerCompany"] == held["SAP_Id__c"]
    in_store = live.until(
        "the store has the contact", lambda: live.record("shopify", "CompanyContact", customerId=customer["id"])
    )
    assert (in_store["companyId"], in_store["title"]) == (held["Store_Id__c"], "Head of purchasing")
    held = live.until(
        "the CRM knows the contact's numbers",
        lambda: live.record("salesforce", "Contact", Id=contact, having=["SAP_Id__c", "Store_Id__c"]),
    )
    assert (held["SAP_Id__c"], held["Store_Id__c"]) == (person["BusinessPartner"], customer["id"])
    live.quiet()
    assert len(live.living("sap", "A_BusinessPartner", LastName="Abendroth")) == 1
    assert len(live.living("salesforce", "Contact", LastName="Abendroth")) == 1


def test_a_contact_the_hub_hears_of_before_its_account_waits_and_links(live: Live) -> None:
    with live.unread("shopify"), live.notices_held():
        fields = forms.shopper("Kunigunde", "Vollrath", "Kirchgang 8", "Greiz", "07973")
        customer = live.create("shopify", "Customer", **fields, email="kunigunde@textil-greiz.example")
        company = live.create(
            "shopify", "Company", **forms.company("Textil Greiz GmbH", "Elsterufer 20", "Greiz", "07973")
        )
        contact = live.create("shopify", "CompanyContact", companyId=company, customerId=customer, title="Buyer")
        assert _tell(live, "company_contacts/create", contact, company, customer) == 200
        person = live.until("the hub knows the person", lambda: live.golden_of("shopify", customer))
        live.until("the hub holds the contact", lambda: _holds(live, contact))
        assert live.relations(person["id"]) == []
        assert live.golden_of("shopify", company) == {}
    golden = live.until("the hub knows the company", lambda: live.golden_of("shopify", company))
    relation = live.until("the contact is linked", lambda: live.relations(person["id"]))[0]
    assert (relation["type"], relation["source"], relation["target"]) == ("contact", person["id"], golden["id"])
    account = live.until(
        "the CRM has the account", lambda: live.record("salesforce", "Account", Name="Textil Greiz GmbH")
    )
    made = live.until("the CRM has the contact", lambda: live.record("salesforce", "Contact", LastName="Vollrath"))
    assert (made["AccountId"], made["Title"]) == (account["Id"], "Buyer")
    live.quiet()


def _tell(live: Live, topic: str, contact: str, company: str, customer: str) -> int:
    """The store's own notice of a contact, before the one of its company."""
    body = json.dumps(
        {
            "admin_graphql_api_id": contact,
            "customer_admin_graphql_api_id": customer,
            "company": {"admin_graphql_api_id": company},
        }
    ).encode()
    return requests.post(
        f"{live.web}/webhooks/shopify", data=body, headers=live.signed(topic, body), timeout=30
    ).status_code


def _holds(live: Live, contact: str) -> bool:
    return bool(
        live.desk(
            """
            from mdm.models import SourceRecord
            answer = SourceRecord.objects.filter(object_type="CompanyContact", external_id=contact).exists()
            """,
            contact=contact,
        )
    )

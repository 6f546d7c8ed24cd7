"""People who buy privately: matched where they are known, created where they are not, edited from all sides."""

from __future__ import annotations

from tests.live import forms
from tests.live.running import Live


def test_a_first_time_shopper_is_matched_to_the_person_the_crm_knows(live: Live) -> None:
    firm = live.create("salesforce", "Account", **forms.account("Hutmann Filze GmbH", "Walkweg 2", "Fulda", "36037"))
    # without an e-mail a shop cannot hold a company's contact, so she is not there yet
    contact = live.create(
        "salesforce",
        "Contact",
        AccountId=firm,
        FirstName="Roswitha",
        LastName="Engelbrecht",
        MobilePhone="+49 171 5550301",
        MailingStreet="Lindenallee 31",
        MailingCity="Fulda",
        MailingPostalCode="36041",
        MailingCountry="Germany",
    )
    known = live.until("the hub knows the contact", lambda: live.golden_of("salesforce", contact))
    fields = forms.shopper("Roswitha", "Engelbrecht", "Lindenallee 31", "Fulda", "36041")
    customer = live.create("shopify", "Customer", **fields, email="roswitha.e@example.com", phone="+491715550301")
    golden = live.until("the hub knows the shopper", lambda: live.golden_of("shopify", customer))
    assert golden["id"] == known["id"]
    live.until(
        "the CRM knows that she buys privately", lambda: live.living("salesforce", "Account", LastName="Engelbrecht")
    )
    live.quiet()
    golden = live.golden(known["id"])
    assert golden["values"]["emails"] == ["roswitha.e@example.com"]
    assert forms.id_in(golden, "shopify") == customer
    assert len(live.living("sap", "A_BusinessPartner", LastName="Engelbrecht")) == 1
    assert len(live.living("shopify", "Customer", lastName="Engelbrecht")) == 1
    assert len(live.living("salesforce", "Account", LastName="Engelbrecht")) == 1


def test_another_first_time_shopper_is_provisional_until_the_other_systems_hold_her(live: Live) -> None:
    with live.fault("salesforce", "down"), live.fault("sap", "down"):
        fields = forms.shopper("Ottilie", "Brandtner", "Deichweg 3", "Husum", "25813")
        customer = live.create("shopify", "Customer", **fields, email="ottilie.brandtner@example.com")
        golden = live.until("the hub knows the shopper", lambda: live.golden_of("shopify", customer))
        assert golden["status"] == "provisional"
        assert forms.ids(golden) == {("shopify", "Customer", customer)}
    live.until(
        "all three hold her",
        lambda: {row[0] for row in forms.ids(live.golden(golden["id"]))} == {"salesforce", "sap", "shopify"},
    )
    live.quiet()
    golden = live.golden(golden["id"])
    assert golden["status"] == "active"
    account = live.record("salesforce", "Account", Id=forms.id_in(golden, "salesforce"))
    assert (account["IsPersonAccount"], account["PersonEmail"]) == (True, "ottilie.brandtner@example.com")
    assert account["Store_Id__c"] == customer
    partner = live.partner(forms.id_in(golden, "sap"))
    assert (partner["FirstName"], partner["LastName"]) == ("Ottilie", "Brandtner")
    assert {row["BusinessPartnerRole"] for row in partner["to_BusinessPartnerRole"]} >= {"FLCU00", "FLCU01"}
    shown = forms.metafields_of(live.record("shopify", "Customer", id=customer))
    assert (shown["mdm.salesforce_id"], shown["mdm.sap_id"]) == (account["Id"], partner["BusinessPartner"])


def test_a_first_name_corrected_in_the_crm_leaves_the_last_name_of_the_store(live: Live) -> None:
    fields = forms.shopper("Sanne", "Quistorp", "Am Wall 3", "Verden", "27283")
    customer = live.create("shopify", "Customer", **fields, email="s.quistorp@example.com")
    account = live.until("the CRM has her", lambda: live.record("salesforce", "Account", Store_Id__c=customer))
    live.edit("salesforce", "Account", account["Id"], FirstName="Susanne")
    live.until("the store follows", lambda: live.record("shopify", "Customer", id=customer)["firstName"] == "Susanne")
    live.settle()
    assert live.record("salesforce", "Account", Id=account["Id"])["Name"] == "Susanne Quistorp"
    assert live.record("shopify", "Customer", id=customer)["lastName"] == "Quistorp"
    partner = live.partner(live.record("salesforce", "Account", Id=account["Id"])["SAP_Id__c"])
    assert (partner["FirstName"], partner["LastName"]) == ("Susanne", "Quistorp")


def test_a_phone_from_the_crm_and_an_address_from_the_store_both_survive_in_all_three(live: Live) -> None:
    fields = forms.shopper("Hartmut", "Querfurth", "Neue Reihe 8", "Celle", "29221")
    customer = live.create("shopify", "Customer", **fields, email="h.querfurth@example.com", phone="+4951415550400")
    account = live.until(
        "the CRM has his account",
        lambda: live.record("salesforce", "Account", Store_Id__c=customer, having=["SAP_Id__c"]),
    )
    live.quiet()
    live.edit("salesforce", "Account", account["Id"], Phone="+49 5141 5550499")
    live.edit("shopify", "Customer", customer, addresses=[forms.place("Mauernstr. 17", "Celle", "29221")])
    live.until("SAP has the new phone", lambda: "+4951415550499" in forms.phones_of(live.partner(account["SAP_Id__c"])))
    live.until(
        "SAP has the new address",
        lambda: forms.street_of(live.partner(account["SAP_Id__c"]), "SHIP_TO") == "Mauernstr. 17",
    )
    live.settle()
    account = live.record("salesforce", "Account", Id=account["Id"])
    assert (account["Phone"], account["ShippingStreet"]) == ("+49 5141 5550499", "Mauernstr. 17")
    shown = live.record("shopify", "Customer", id=customer)
    assert shown["phone"] == "+4951415550499"
    assert shown["addresses"][0]["address1"] == "Mauernstr. 17"
    partner = live.partner(account["SAP_Id__c"])
    assert forms.phones_of(partner) == {"+4951415550499"}
    assert forms.street_of(partner, "SHIP_TO") == "Mauernstr. 17"
    values = live.golden_of("salesforce", account["Id"])["values"]
    assert values["phones|main"] == "+4951415550499"
    assert values["addresses|ship_to"]["street"] == "Mauernstr. 17"

"""What goes in one system: merged there, or deleted there."""

from __future__ import annotations

from tests.live import forms
from tests.live.running import Live


def test_a_merge_in_salesforce_is_understood(live: Live) -> None:
    winner = live.create(
        "salesforce", "Account", **forms.account("Steinmetz Kolbe GmbH", "Bruchweg 1", "Solnhofen", "91807")
    )
    loser = live.create(
        "salesforce", "Account", **forms.account("Grabmale Kolbe & Co. KG", "Am Friedhof 44", "Eichstätt", "85072")
    )
    for one in (winner, loser):
        live.until("both have their numbers", lambda one=one: live.has_all_ids(one))
    live.settle()
    kept, gone = live.golden_of("salesforce", winner), live.golden_of("salesforce", loser)
    assert kept["id"] != gone["id"]
    live.merge("salesforce", "Account", winner, loser)
    golden = live.until(
        "the loser's golden record redirects", lambda: _if(live.golden(gone["id"]), lambda one: one["id"] == kept["id"])
    )
    live.settle()
    golden = live.golden(gone["id"])
    assert {(row["external_id"], row["status"]) for row in golden["records"] if row["connection"] == "salesforce"} == {
        (winner, "active"),
        (loser, "merged"),
    }
    assert len(live.living("salesforce", "Account", Name="Grabmale Kolbe & Co. KG")) == 0, "created again"
    assert len(live.living("salesforce", "Account", Name="Steinmetz Kolbe GmbH")) == 1
    # what the other systems hold twice stays there, tied to one golden record
    assert len([row for row in forms.ids(golden) if row[0] == "sap"]) == 2
    assert {forms.numbers_of(live.partner(row[2]))["MDMID"] for row in forms.ids(golden) if row[0] == "sap"} == {
        kept["id"]
    }


def test_an_account_deleted_in_salesforce_is_not_created_again_and_the_others_stay(live: Live) -> None:
    account = live.create(
        "salesforce", "Account", **forms.account("Wegener Abbruch GmbH", "Kiesgrube 3", "Peine", "31224")
    )
    held = live.until("the account has its numbers", lambda: live.has_all_ids(account))
    live.settle()
    golden = live.golden_of("salesforce", account)
    live.remove("salesforce", "Account", account)
    live.until(
        "the hub knows that it is gone",
        lambda: ("salesforce", "Account", account) not in forms.ids(live.golden(golden["id"])),
    )
    live.settle()
    live.edit("sap", "A_BusinessPartner", held["SAP_Id__c"], CorrespondenceLanguage="FR")
    live.until("the store follows SAP", lambda: _locale(live, held["Store_Id__c"]) == "fr")
    live.settle()
    assert live.living("salesforce", "Account", Name="Wegener Abbruch GmbH") == []
    after = live.golden(golden["id"])
    assert (after["id"], after["status"]) == (golden["id"], "active")
    assert {row[0] for row in forms.ids(after)} == {"sap", "shopify"}
    assert after["values"]["legal_name"] == "Wegener Abbruch GmbH"
    again = live.create(
        "salesforce", "Account", **forms.account("Wegener Abbruch GmbH", "Kiesgrube 3", "Peine", "31224")
    )
    live.until("the account entered again is recognised", lambda: live.has_all_ids(again))
    assert live.golden_of("salesforce", again)["id"] == golden["id"]
    live.quiet()
    assert len(live.living("sap", "A_BusinessPartner", OrganizationBPName1="Wegener Abbruch GmbH")) == 1


def test_a_shopper_deleted_in_the_store_is_not_created_again(live: Live) -> None:
    fields = forms.shopper("Gundolf", "Nettelbeck", "Achterdeich 6", "Jever", "26441")
    customer = live.create("shopify", "Customer", **fields, email="gundolf@example.com")
    account = live.until("the CRM has him", lambda: live.record("salesforce", "Account", Store_Id__c=customer))
    live.settle()
    golden = live.golden_of("shopify", customer)
    live.remove("shopify", "Customer", customer)
    live.until("the hub knows that he is gone", lambda: customer not in str(forms.ids(live.golden(golden["id"]))))
    live.edit("salesforce", "Account", account["Id"], FirstName="Gundolf Maria")
    live.settle()
    assert live.living("shopify", "Customer", lastName="Nettelbeck") == []
    after = live.golden(golden["id"])
    assert after["values"]["first_name"] == "Gundolf Maria"
    assert live.partner(forms.id_in(after, "sap"))["FirstName"] == "Gundolf Maria"


def test_a_contact_deleted_in_salesforce_stays_as_it_was_in_the_others(live: Live) -> None:
    firm = live.create("salesforce", "Account", **forms.account("Ohnsorg Bühnen GmbH", "Kulisse 5", "Wedel", "22880"))
    fields = {"FirstName": "Thekla", "LastName": "Rademacher", "Email": "thekla@ohnsorg.example", "Title": "Prompter"}
    contact = live.create("salesforce", "Contact", AccountId=firm, **fields)
    customer = live.until(
        "the store has her",
        lambda: live.record("salesforce", "Contact", Id=contact, having=["SAP_Id__c", "Store_Id__c"]),
    )["Store_Id__c"]
    live.until("the store has the contact", lambda: live.record("shopify", "CompanyContact", customerId=customer))
    live.settle()
    person = live.golden_of("salesforce", contact)
    live.remove("salesforce", "Contact", contact)
    live.until("the hub knows", lambda: "003" not in str(forms.ids(live.golden(person["id"]))))
    live.settle()
    (relation,) = live.relations(person["id"])
    assert (relation["attributes"]["role"], relation["status"]) == ("Prompter", "active")
    assert live.golden(person["id"])["values"]["last_name"] == "Rademacher"
    assert live.record("shopify", "CompanyContact", customerId=customer)["title"] == "Prompter"
    assert live.living("salesforce", "Contact", LastName="Rademacher") == []


def _locale(live: Live, company: str) -> str:
    return str(live.record("shopify", "Company", id=company)["locations"][0]["locale"])


def _if(found, fits):
    return found if fits(found) else None

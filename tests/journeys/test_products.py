"""Products: from SAP with their prices to the systems that sell them, and what those may say of them."""

from __future__ import annotations

from typing import Any

from connectors.demo.story import goods
from tests.live.running import Live

SECONDS = 20  # in which a price must have arrived, on a busy machine
ITEM = {"ProductType": "FERT", "BaseUnit": "PAK", "ProductGroup": "FST-SCRW"}


def test_a_new_product_and_its_price_reach_the_crm_with_its_ids(live: Live) -> None:
    number = _product(live, "GF0933-08040-11", "SKT-SCHRAUBE DIN 933 M8X40 8.8 VE 100", "14.80")
    sold = live.until("the CRM sells it", lambda: _in_crm(live, number))
    live.until("at SAP's price", lambda: goods.costs_in_crm(live.outside, number) == 14.8)
    live.until("so does the store", lambda: goods.costs_in_store(live.outside, number) == 14.8)
    live.quiet()
    golden = live.outside.product_of("sap", number)
    sold = _in_crm(live, number)
    assert (sold["ProductCode"], sold["SAP_Id__c"], sold["MDM_Id__c"]) == (number, number, golden["id"])
    assert sold["Name"] == "SKT-SCHRAUBE DIN 933 M8X40 8.8 VE 100" and sold["IsActive"] is True
    assert (golden["status"], golden["ids"]["crm"], golden["ids"]["erp"]) == ("active", sold["Id"], number)
    assert golden["values"]["prices|10/EUR"][0]["amount"] == "14.8"
    assert live.contradictions() == []


def test_a_price_changed_in_sap_arrives_within_seconds_and_one_to_come_does_not(live: Live) -> None:
    number = _product(live, "GF0912-06020-11", "ZYL-SCHRAUBE ISK DIN 912 M6X20 8.8", "9.10")
    live.until("the CRM sells it", lambda: goods.costs_in_crm(live.outside, number) == 9.1)
    coming = goods.price(number, "11.00")
    coming["to_SlsPrcgCndnRecdValidity"][0]["ConditionValidityStartDate"] = "2099-01-01T00:00:00"
    live.create("sap", "A_SlsPrcgConditionRecord", **coming)
    live.settle()
    assert goods.costs_in_crm(live.outside, number) == 9.1
    changed = goods.price(number, "9.65")
    changed["to_SlsPrcgCndnRecdValidity"][0]["ConditionValidityEndDate"] = "2098-12-31T00:00:00"
    live.create("sap", "A_SlsPrcgConditionRecord", **changed)
    for costs in (goods.costs_in_crm, goods.costs_in_store):
        live.until("the price arrived", lambda costs=costs: costs(live.outside, number) == 9.65, within=SECONDS)
    periods = live.outside.product_of("sap", number)["values"]["prices|10/EUR"]
    assert [(one["amount"], one["valid_from"] == "2099-01-01") for one in periods][-1] == ("11", True)


def test_a_product_blocked_in_sap_is_sold_nowhere_until_it_is_free_again(live: Live) -> None:
    number = _product(live, "GF0934-08000-11", "SKT-MUTTER DIN 934 M8 8 VE 100", "4.20")
    live.until("the CRM sells it", lambda: _in_crm(live, number).get("IsActive"))
    live.until("the store shows it", lambda: goods.status_in_store(live.outside, number) == "ACTIVE")
    live.edit("sap", "A_Product", number, CrossPlantStatus="01")
    live.until("the CRM sells it no more", lambda: _in_crm(live, number)["IsActive"] is False)
    live.until("the store hides it", lambda: goods.status_in_store(live.outside, number) == "DRAFT")
    live.settle()
    assert live.outside.product_of("sap", number)["status"] == "blocked"
    live.edit("sap", "A_Product", number, CrossPlantStatus="")
    live.until("the CRM sells it again", lambda: _in_crm(live, number)["IsActive"] is True)
    live.until("the store shows it again", lambda: goods.status_in_store(live.outside, number) == "ACTIVE")
    assert live.contradictions() == []


def test_a_price_the_crm_changed_is_a_proposal_and_corrected(live: Live) -> None:
    number = _product(live, "GF0125-08000-11", "SCHEIBE DIN 125 8,4 A2 VE 100", "3.30")
    live.until("the CRM sells it", lambda: goods.costs_in_crm(live.outside, number) == 3.3)
    live.quiet()
    golden = live.outside.product_of("sap", number)["id"]
    entry = goods.entry_in_crm(live.outside, number)["Id"]
    live.edit("salesforce", "PricebookEntry", entry, UnitPrice=2.5)
    found = live.until("the edit is a proposal", lambda: live.proposals(golden))
    assert [(row["attribute"], row["owner"], row["state"]) for row in found] == [("prices|10/EUR", "erp", "open")]
    assert found[0]["value"][0]["amount"] == "2.5"
    live.until("SAP's price is back", lambda: goods.costs_in_crm(live.outside, number) == 3.3)
    live.settle()
    assert live.outside.product_of("sap", number)["values"]["prices|10/EUR"][0]["amount"] == "3.3"


def test_what_only_the_crm_knows_is_provisional_and_not_made_in_sap(live: Live) -> None:
    before = len(live.dump("sap", "A_Product"))
    id = live.create("salesforce", "Product2", Name="Box of blind rivets 3x8", ProductCode="TRY-1", IsActive=True)
    golden = live.until("the hub knows it", lambda: live.outside.product_of("salesforce", id))
    live.settle()
    assert live.outside.product_of("salesforce", id)["status"] == golden["status"] == "provisional"
    assert len(live.dump("sap", "A_Product")) == before
    assert live.record("salesforce", "Product2", Id=id)["MDM_Id__c"] is None


def test_a_lost_reply_to_a_new_product_makes_it_once(live: Live) -> None:
    with live.fault("salesforce", "lost_reply", times=1, match=r"^PATCH .*Product2"):
        number = _product(live, "GF0985-10000-11", "STOPPMUTTER DIN 985 M10 8 VZ VE 100", "7.70")
        live.until("the CRM sells it", lambda: goods.costs_in_crm(live.outside, number) == 7.7)
        assert live.strikes_left("salesforce") == 0
    live.settle()
    assert len(live.living("salesforce", "Product2", SAP_Id__c=number)) == 1
    assert len(live.living("salesforce", "Product2", ProductCode=number)) == 1


def test_what_was_born_in_the_store_is_provisional_and_made_nowhere_else(live: Live) -> None:
    before = {name: len(live.dump(code, name)) for code, name in (("sap", "A_Product"), ("salesforce", "Product2"))}
    live.create("shopify", "Product", title="Sample bag of wing nuts", variants=[{"sku": "TRY-2", "price": "1.90"}])
    variant = live.until("it is there", lambda: goods.variant_in_store(live.outside, "TRY-2"))["id"]
    golden = live.until("the hub knows it", lambda: live.outside.product_of("shopify", variant))
    live.settle()
    assert live.outside.product_of("shopify", variant)["status"] == golden["status"] == "provisional"
    after = {name: len(live.dump(code, name)) for code, name in (("sap", "A_Product"), ("salesforce", "Product2"))}
    assert after == before


def _product(live: Live, number: str, name: str, amount: str) -> str:
    """A product with one text and a list price, entered in SAP."""
    texts = [{"Language": "EN", "ProductDescription": name}]
    units = [{"AlternativeUnit": "PC", "QuantityNumerator": "1", "QuantityDenominator": "100"}]
    live.create("sap", "A_Product", Product=number, to_Description=texts, to_ProductUnitsOfMeasure=units, **ITEM)
    live.create("sap", "A_SlsPrcgConditionRecord", **goods.price(number, amount))
    return number


def _in_crm(live: Live, number: str) -> dict[str, Any]:
    return goods.product_in_crm(live.outside, number)

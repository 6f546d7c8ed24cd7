"""An attribute nobody programmed."""

from __future__ import annotations

from tests.live import forms
from tests.live.running import Live

ADD = """
from mdm.models import AttributeDefinition, Connection, FieldMapping, RuleSet
rules = RuleSet.objects.get(state="published")
rows = [AttributeDefinition(rule_set=rules, entity="customer", name="dealer_tier", label="Dealer tier")]
for code, object_type, native, read, write in (
    ("salesforce", "Account", "Dealer_Tier__c", True, False),
    ("shopify", "Company", "custom.dealer_tier", False, True),
):
    rows.append(
        FieldMapping(
            rule_set=rules, entity="customer", connection=Connection.objects.get(code=code), object_type=object_type,
            native=native, attribute="dealer_tier", read=read, write=write,
        )
    )
for row in rows:
    row.full_clean()
    row.save()
"""
REMOVE = """
from mdm.models import AttributeDefinition, FieldMapping
for model in (FieldMapping, AttributeDefinition):
    for row in model.objects.all():
        row.delete()
"""


def test_an_attribute_added_at_run_time_travels_from_salesforce_to_the_store(live: Live) -> None:
    fields = forms.account("Dübelhandel Voss GmbH", "Gewerbepark 11", "Meppen", "49716")
    account = live.create("salesforce", "Account", **fields, Dealer_Tier__c="Silver")
    company = live.until("the account has its numbers", lambda: live.has_all_ids(account))["Store_Id__c"]
    live.settle()
    assert "dealer_tier" not in live.golden_of("salesforce", account)["values"]
    live.desk(ADD)
    try:
        live.edit("salesforce", "Account", account, Dealer_Tier__c="Gold")
        live.until(
            "the store holds the tier",
            lambda: (
                forms.metafields_of(live.record("shopify", "Company", id=company)).get("custom.dealer_tier") == "Gold"
            ),
        )
        live.quiet()
        assert live.golden_of("salesforce", account)["values"]["dealer_tier"] == "Gold"
    finally:
        live.desk(REMOVE)
        live.quiet()

"""Rule sets in the admin: what contradicts is said in a sentence, edits act at once, drafts are published knowingly."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from mdm import contradictions, rules
from mdm.models import (
    AttributeDefinition,
    Customer,
    DistributionRule,
    FieldMapping,
    OwnershipRule,
    RuleSet,
    SurvivorshipRule,
)
from mdm.pipeline import changeover, process, rebuild
from tests.factories import connections, organisation, rule_set

pytestmark = pytest.mark.django_db

ROWS = {
    "attributes": ("attributedefinitions", {"entity": "customer", "label": "X", "kind": "text", "shape": "one"}),
    "owners": ("ownershiprules", {"entity": "customer", "context": "*"}),
    "survivors": ("survivorshiprules", {"entity": "customer", "context": "*", "strategy": "most_recent"}),
    "slots": ("distributionrules", {"entity": "customer", "conditions": "{}", "may_create": "on", "may_update": "on"}),
    "sources": ("onetoonerules", {"entity": "customer", "holds": "once"}),
    "mappings": ("fieldmappings", {"entity": "customer", "read": "on"}),
}


@pytest.fixture(autouse=True)
def systems() -> dict[str, Any]:
    rules._load.cache_clear()  # a test that was rolled back had the same revisions
    return connections("write")


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    return client


@pytest.fixture
def draft() -> RuleSet:
    return rules.draft(rule_set())


def address(found: RuleSet, verb: str = "change") -> str:
    return reverse(f"admin:mdm_ruleset_{verb}", args=[found.pk])


class Form:
    """The page of a rule set as a browser holds it, to be changed and sent."""

    def __init__(self, boss: Client, found: RuleSet) -> None:
        self.boss, self.found = boss, found
        context = boss.get(address(found)).context
        self.data: dict[str, Any] = {}
        self._read(context["adminform"].form)
        for inline in context["inline_admin_formsets"]:
            self._read(inline.formset.management_form)
            for form in inline.formset.forms:
                self._read(form)

    def _read(self, form: Any) -> None:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                self.data[field.html_name] = "on" if value is True else value

    def add(self, rows: str, /, **values: Any) -> Form:
        prefix, usual = ROWS[rows]
        place = int(self.data[f"{prefix}-TOTAL_FORMS"])
        self.data[f"{prefix}-TOTAL_FORMS"] = place + 1
        for name, value in {**usual, **values}.items():
            if value not in (None, ""):
                self.data[f"{prefix}-{place}-{name}"] = value
        return self

    def send(self) -> Any:
        return self.boss.post(address(self.found), self.data, follow=True)

    def errors(self) -> list[str]:
        """Every sentence the form answers with; nothing was saved."""
        before = rulewords(self.found)
        context = self.send().context
        assert "inline_admin_formsets" in context and context.get("errors"), "the form was taken"
        assert rulewords(self.found) == before
        found = [str(one) for many in context["adminform"].form.errors.values() for one in many]
        for inline in context["inline_admin_formsets"]:
            found += [str(one) for one in inline.formset.non_form_errors()]
            for form in inline.formset.forms:
                found += [str(one) for many in form.errors.values() for one in many]
        return found


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def rulewords(found: RuleSet) -> set[str]:
    from mdm.admin import rulewords

    return rulewords.lines(RuleSet.objects.get(pk=found.pk))


CONTRADICTIONS = [
    (
        "owners",
        {"attribute": "payment_terms", "context": "company:1*", "owner": "crm"},
        {"attribute": "payment_terms", "context": "company:10*", "owner": "erp"},
        "payment_terms has two owners: crm for context company:1* and erp for context company:10*. "
        "Remove one, or narrow its scope.",
    ),
    (
        "owners",
        {"attribute": "industry", "region": "EU", "owner": "crm"},
        {"attribute": "industry", "region": "EU", "owner": "erp"},
        "Two rows have the same entity, attribute, context, region, legal entity; remove one of them.",
    ),
    (
        "owners",
        {"attribute": "payment_terms", "owner": "crm"},
        None,
        "Two rows have the same entity, attribute, context, region, legal entity; remove one of them.",
    ),
    (
        "owners",
        {"attribute": "shoe_size", "owner": "crm"},
        None,
        "Customer has no attribute 'shoe_size'. Add it under attributes first.",
    ),
    (
        "owners",
        {"attribute": "*", "owner": "crm"},
        None,
        "Customer has no attribute '*'. Add it under attributes first.",
    ),
    (
        "owners",
        {"attribute": "industry", "owner": "netsuite"},
        None,
        "'netsuite' is neither a role nor a connection. Known: crm, erp, hub, other, store.",
    ),
    (
        "owners",
        {"attribute": "industry", "context": "bill_to", "owner": "crm"},
        None,
        "industry has no contexts; write * here.",
    ),
    (
        "survivors",
        {"attribute": "industry", "strategy": "priority"},
        None,
        "The priority strategy needs its sources in order of trust.",
    ),
    (
        "survivors",
        {"attribute": "industry", "strategy": "most_recent", "sources": "crm"},
        None,
        "Only the priority strategy ranks sources; leave them empty.",
    ),
    (
        "survivors",
        {"attribute": "industry", "strategy": "priority", "sources": "crm, netsuite"},
        None,
        "'netsuite' is neither a role nor a connection. Known: crm, erp, hub, other, store.",
    ),
    (
        "survivors",
        {"attribute": "industry", "strategy": "priority", "sources": "crm, erp, crm"},
        None,
        "A source stands in the order of trust twice; leave one out.",
    ),
    (
        "survivors",
        {"attribute": "addresses", "context": "ship*", "strategy": "most_recent"},
        {"attribute": "addresses", "context": "*_to", "strategy": "most_complete"},
        "addresses survives by two rules: most recent for context ship* and most complete for context *_to. "
        "Remove one, or narrow its scope.",
    ),
    (
        "slots",
        {"connection": "crm", "object_type": "Lead"},
        None,
        "CRM has no object type 'Lead'. It has Account, Contact, Product2.",
    ),
    (
        "slots",
        {"connection": "crm", "object_type": "Contact.Person"},
        None,
        "The hub cannot write Contact.Person of CRM; choose what it can write.",
    ),
    ("slots", {"connection": "crm", "object_type": "Contact"}, None, "Contact of CRM is a contact, not a customer."),
    (
        "slots",
        {"connection": "crm", "object_type": "Account", "conditions": '{"shoe_size": 42}'},
        None,
        "'shoe_size' is no attribute of customers.",
    ),
    (
        "slots",
        {"connection": "crm", "object_type": "Account", "conditions": "[]"},
        None,
        'Write an object, for example {"party_type": "organisation"}.',
    ),
    (
        "slots",
        {"connection": "crm", "object_type": "Account", "may_create": "", "may_update": ""},
        None,
        "A row that may neither create nor update does nothing; remove it.",
    ),
    (
        "slots",
        {"connection": "crm", "object_type": "Account"},
        {"connection": "crm", "object_type": "Account"},
        "customer -> CRM Account stands there twice with the same conditions; remove one row.",
    ),
    (
        "mappings",
        {"connection": "crm", "object_type": "Account", "native": "Tier__c", "attribute": "dealer_tier"},
        None,
        "Customer has no attribute 'dealer_tier'. Add it under attributes first.",
    ),
    (
        "mappings",
        {"connection": "crm", "object_type": "Account", "native": "Tier__c", "attribute": "segment", "read": ""},
        None,
        "A field that is neither read nor written does nothing; remove it.",
    ),
    (
        "mappings",
        {"connection": "crm", "object_type": "Account", "native": "A__c", "attribute": "segment"},
        {"connection": "crm", "object_type": "Account", "native": "B__c", "attribute": "segment"},
        "A__c and B__c of Account are both read into segment; keep one of them.",
    ),
    (
        "mappings",
        {"connection": "crm", "object_type": "Contact.Person", "native": "A__c", "attribute": "segment", "write": "on"},
        None,
        "The hub cannot write Contact.Person of CRM.",
    ),
    (
        "mappings",
        {"connection": "crm", "object_type": "Account", "native": "A__c", "attribute": "segment", "context": "x"},
        None,
        "segment has no contexts; leave this empty.",
    ),
    ("attributes", {"name": "legal_name"}, None, "'legal_name' is a built-in attribute already; choose another name."),
]


@pytest.mark.parametrize("in_force", [False, True], ids=["draft", "in force"])
@pytest.mark.parametrize(("kind", "first", "second", "sentence"), CONTRADICTIONS)
def test_the_form_says_what_contradicts(boss, systems, in_force, kind, first, second, sentence) -> None:
    found = rule_set() if in_force else rules.draft(rule_set())
    form = Form(boss, found)
    for values in filter(None, (first, second)):
        row = dict(values)
        if "connection" in row:
            row["connection"] = systems[row["connection"]].pk
        form.add(kind, **row)
    assert sentence in form.errors()


@pytest.mark.parametrize(
    ("match_at", "review_at", "sentence"),
    [
        ("2", "4", "Review would begin at 4, above the match threshold 2; lower it."),
        ("", "50", "Review would begin at 50, above the match threshold 3; lower it."),
        ("-9", "", "Review would begin at -2, above the match threshold -9; lower it."),
    ],
)
def test_thresholds_must_not_cross(boss, draft, match_at, review_at, sentence) -> None:
    form = Form(boss, draft)
    form.data |= {"match_at": match_at, "review_at": review_at}
    assert f"{sentence} An empty threshold stands for the model's own." in form.errors()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # the narrower scope decides, so these do not contradict
        ({"context": "*", "owner": "crm"}, {"context": "bill_to", "owner": "erp"}),
        ({"context": "bill_to", "owner": "crm"}, {"context": "ship_to", "owner": "erp"}),
        ({"region": "EU", "owner": "crm"}, {"region": "US", "owner": "erp"}),
        ({"region": "EU", "owner": "crm"}, {"legal_entity": "DE01", "owner": "erp"}),
    ],
)
def test_rows_between_which_a_scope_decides_are_taken(boss, draft, first, second) -> None:
    draft.ownershiprules.filter(attribute="addresses").delete()
    form = Form(boss, draft)
    form.add("owners", attribute="addresses", **first).add("owners", attribute="addresses", **second)
    assert form.send().redirect_chain
    assert draft.ownershiprules.filter(attribute="addresses").count() == 2


def test_an_attribute_and_the_rows_that_need_it_are_added_in_one_go(boss, draft, systems) -> None:
    form = Form(boss, draft)
    form.add("attributes", name="dealer_tier", label="Dealer tier", kind="category")
    form.add("owners", attribute="dealer_tier", owner="crm")
    form.add(
        "mappings",
        connection=systems["crm"].pk,
        object_type="Account",
        native="Dealer_Tier__c",
        attribute="dealer_tier",
    )
    assert form.send().redirect_chain
    assert draft.ownershiprules.filter(attribute="dealer_tier", owner="crm").count() == 1
    assert FieldMapping.objects.get(rule_set=draft).native == "Dealer_Tier__c"


def test_an_attribute_still_in_use_is_not_taken_away(boss, draft) -> None:
    AttributeDefinition.objects.create(rule_set=draft, name="dealer_tier", label="Dealer tier")
    OwnershipRule.objects.create(rule_set=draft, attribute="dealer_tier", owner="crm")
    form = Form(boss, draft)
    form.data["attributedefinitions-0-DELETE"] = "on"
    assert "Customer has no attribute 'dealer_tier'. Add it under attributes first." in form.errors()


def test_an_edit_of_the_rules_in_force_acts_at_once(boss, django_capture_on_commit_callbacks) -> None:
    process.changes([organisation("crm", "1", 1, industry="Steel"), organisation("erp", "2", 2, industry="Bolts")])
    assert Customer.objects.get().industry == "Bolts"
    found = rule_set()
    assert "These rules are in force." in boss.get(address(found)).content.decode()
    before = rules.current().revision
    form = Form(boss, found).add("owners", attribute="industry", owner="crm")
    response = form.send()
    assert "In force at once, in all running processes. 1 golden records" in told(response)
    assert rules.current().revision > before
    owner = rules.current().books["customer"].owner("industry")
    assert owner is not None and owner.owner == "crm"
    assert rebuild.apply_rules() == 1
    assert Customer.objects.get().industry == "Steel"


def test_a_threshold_moves_the_revision_and_no_stale_page_moves_it_back(boss) -> None:
    found = rule_set()
    form = Form(boss, found)
    OwnershipRule.objects.create(rule_set=found, attribute="website", owner="store")  # a colleague, meanwhile
    meanwhile = RuleSet.objects.get(pk=found.pk).revision
    form.data["match_at"] = "5"
    assert form.send().redirect_chain
    found.refresh_from_db()
    assert (found.match_at, found.state) == (5.0, "published")
    assert found.revision == meanwhile + 1
    assert rules.current().models["customer"].match_at == 5.0  # type: ignore[attr-defined]


def test_saving_nothing_changes_nothing(boss) -> None:
    found = rule_set()
    before = (found.revision, rulewords(found))
    Form(boss, found).send()
    found.refresh_from_db()
    assert (found.revision, rulewords(found)) == before


def test_draft_publish_retire(boss) -> None:
    process.changes([organisation("crm", "1", 1)])
    first = rule_set()
    response = boss.post(address(first, "draft"), follow=True)
    draft = RuleSet.objects.get(state="draft")
    assert "Rule set 2 is a draft of 1." in told(response)
    assert "A draft." in response.content.decode()
    SurvivorshipRule.objects.create(rule_set=draft, attribute="industry", strategy="priority", sources=["erp", "crm"])
    asked = boss.get(address(draft, "publish"))
    assert asked.context["golden_records"] == 1
    assert asked.context["added"] == [
        "Survivorship rule: entity customer, attribute industry, strategy priority, sources erp; crm"
    ]
    assert asked.context["removed"] == []
    assert rule_set() == first
    done = boss.post(address(draft, "publish"), follow=True)
    assert "1 golden records are being consolidated" in told(done)
    draft.refresh_from_db()
    first.refresh_from_db()
    assert (draft.state, draft.published_by.username, first.state) == ("published", "boss", "retired")
    assert [row.state for row in first.history.all()] == ["retired", "published"]
    assert rules.current().version == 2
    retired = boss.get(address(first)).content.decode()
    assert "Retired." in retired and 'name="_save"' not in retired


def test_list_actions_draft_and_publish(boss) -> None:
    listed = reverse("admin:mdm_ruleset_changelist")
    response = boss.post(listed, {"action": "draft", "_selected_action": [rule_set().pk]})
    draft = RuleSet.objects.get(state="draft")
    assert response.headers["Location"] == address(draft)
    response = boss.post(listed, {"action": "publish", "_selected_action": [draft.pk]})
    assert response.headers["Location"] == address(draft, "publish")
    both = [rule_set().pk, draft.pk]
    response = boss.post(listed, {"action": "draft", "_selected_action": both}, follow=True)
    assert "Choose one rule set." in told(response)


def test_a_contradictory_draft_is_not_published(boss, draft) -> None:
    OwnershipRule.objects.create(rule_set=draft, attribute="payment_terms", context="company:*", owner="crm")
    OwnershipRule.objects.create(rule_set=draft, attribute="payment_terms", context="*:10", owner="store")
    sentence = "payment_terms has two owners: crm for context company:* and store for context *:10."
    response = boss.post(address(draft, "publish"))
    assert sentence in response.content.decode()
    with pytest.raises(contradictions.Contradictory, match="payment_terms has two owners"):
        rules.publish(draft)
    draft.refresh_from_db()
    assert (draft.state, rule_set().version) == ("draft", 1)


def test_only_drafts_are_published_or_deleted(boss, draft) -> None:
    response = boss.post(address(rule_set(), "publish"), follow=True)
    assert "Only a draft can be published" in told(response)
    assert boss.post(address(rule_set(), "delete"), {"post": "yes"}).status_code == 403
    assert boss.post(address(draft, "delete"), {"post": "yes"}).status_code == 302
    assert not RuleSet.objects.filter(pk=draft.pk).exists()


def test_the_history_tells_who_changed_which_row(boss, draft) -> None:
    form = Form(boss, draft)
    place = next(
        name.split("-")[1] for name, value in form.data.items() if value == "segment" and name.startswith("ownership")
    )
    form.data[f"ownershiprules-{place}-owner"] = "erp"
    form.send()
    (changed,) = (one for one in boss.get(address(draft, "history")).context["row_changes"] if one.kind == "changed")
    assert (changed.who, changed.edits) == ("boss", ("owner: crm → erp",))
    assert "segment" in changed.row


def test_distribution_and_mapping_to_what_a_connector_has_are_taken(boss, draft, systems) -> None:
    form = Form(boss, draft)
    form.add("slots", connection=systems["erp"].pk, object_type="BusinessPartner", conditions='{"status": ["active"]}')
    form.add(
        "mappings",
        connection=systems["crm"].pk,
        object_type="Contact.Person",
        native="Nick__c",
        attribute="trade_name",
    )
    assert form.send().redirect_chain
    assert DistributionRule.objects.get(rule_set=draft).conditions == {"status": ["active"]}


def test_systems_without_duplicates_are_set_on_the_page(boss, systems, django_capture_on_commit_callbacks) -> None:
    process.changes([organisation("crm", "1"), organisation("crm", "2", 1)])
    assert Customer.objects.filter(status="active").count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        answer = Form(boss, rule_set()).add("sources", connection=systems["crm"].pk, object_type="Account").send()
    assert "In force at once" in answer.content.decode()
    assert "CRM Account holds each only once" in boss.get(address(rule_set())).content.decode()
    rebuild.apply_rules()
    changeover.follow("customer")
    assert Customer.objects.filter(status="active").count() == 2
    form = Form(boss, rule_set()).add("sources", connection=systems["crm"].pk, object_type="Account")
    assert "Two rows have the same entity, connection, object type; remove one of them." in form.errors()


def test_the_default_rules_contradict_nothing() -> None:
    assert contradictions.of_set(rule_set()) == []

"""What Salesforce records say in canonical words, and the way back."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.base import Access, FieldRow, Payload
from connectors.errors import Permanent
from connectors.salesforce import mapping
from connectors.salesforce.connector import Salesforce
from mdm.contracts import Desired, Ref, SourceChange
from mdm.engine.values import Json, Key

PAYLOADS = Path(__file__).parent / "payloads"
SEEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
TIER = (
    FieldRow(object_type="Account", native="Dealer_Tier__c", key="dealer_tier", write=True),
    FieldRow(object_type="Contact.Person", native="Birthdate", key="birthday"),
)
SALESFORCE = Salesforce(Access(connection="crm", base_url="https://crm.example", fields=TIER))


def recorded(name):
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def mapped(object_type, body, external_id="001A"):
    payload = Payload(object_type=object_type, external_id=external_id, body=body, observed_at=SEEN)
    return SALESFORCE.map(payload)


def text(change: SourceChange) -> dict[str, Json]:
    """A change as the expectation files write it."""
    refs = {end: list(vars_of(ref)) if ref else None for end, ref in change.refs.items()}
    kept = {"object_type": change.object_type, "entity": change.entity, "kind": change.kind,
            "source_time": change.source_time.isoformat(), "crosswalk_key": change.crosswalk_key,
            "merged_into": change.merged_into, "attributes": dict(change.attributes), "refs": refs}
    return {key: value for key, value in kept.items() if value}


def vars_of(ref: Ref):
    return ref.object_type, ref.external_id


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
def test_recorded_payloads(name):
    """Each file: `payload` as Salesforce gave it, `changes` as they must be read."""
    file = recorded(name)
    changes = mapped(file["object_type"], file["payload"], file["external_id"])
    assert [text(change) for change in changes] == file["changes"]
    assert {change.external_id for change in changes} <= {file["external_id"]}
    assert all(change.observed_at == SEEN and change.connection == "crm" for change in changes)


def account(**fields):
    return {"Id": "001A", "SystemModstamp": "2026-11-21T10:00:00.000+0000", "Name": "Bolt", **fields}


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, {"legal_name": "Bolt"}),
        ({"Legal_Name__c": ""}, {"legal_name": "Bolt"}),
        ({"Legal_Name__c": "Bolt"}, {"legal_name": "Bolt"}),
        ({"Legal_Name__c": "Bolt GmbH"}, {"legal_name": "Bolt GmbH", "trade_name": "Bolt"}),
    ],
)
def test_names_are_read(fields, names):
    change = mapped("Account", account(**fields))[0]
    assert {key: value for key, value in change.attributes.items() if key in mapping.NAMES} == names


@pytest.mark.parametrize(
    ("object_type", "fields", "field", "words"),
    [
        ("Account", {"Id": None}, "Id", "missing"),
        ("Account", {"Id": "001B"}, "Id", "another record"),
        ("Account", {"Name": None}, "Name", "missing"),
        ("Account", {"Name": {}}, "Name", "an object"),
        ("Account", {"SystemModstamp": None}, "SystemModstamp", "missing"),
        ("Account", {"SystemModstamp": "noon"}, "SystemModstamp", "no time"),
        ("Account", {"IsPersonAccount": "yes"}, "IsPersonAccount", "true or false"),
        ("Account", {"Credit_Block__c": "no"}, "Credit_Block__c", "true or false"),
        ("Account", {"ParentId": ["001B"]}, "ParentId", "a list"),
        ("Account", {"BillingCity": {"x": 1}}, "BillingCity", "an object"),
        ("Account", {"Dealer_Tier__c": []}, "Dealer_Tier__c", "a list"),
        ("Account", {"MDM_Key__c": True}, "MDM_Key__c", "true or false"),
        ("Contact", {"AccountId": {}}, "AccountId", "an object"),
        ("Contact", {"Title": []}, "Title", "a list"),
    ],
)
def test_what_cannot_be_read_is_told(object_type, fields, field, words):
    with pytest.raises(Permanent, match=words) as error:
        mapped(object_type, account(**fields))
    assert str(error.value).startswith(f"{object_type} 001A: field '{field}'")
    assert error.value.field == field


def test_a_body_that_is_not_of_a_record_is_no_deletion():
    with pytest.raises(Permanent, match="'Id' is missing"):
        mapped("Account", {"error": "busy"})


def test_an_unknown_object_is_told():
    with pytest.raises(Permanent, match="'Lead' are not mapped"):
        mapped("Lead", account())


def test_the_hidden_contact_of_a_person_account_says_nothing():
    assert mapped("Contact", account(IsPersonAccount=True)) == []


# ---- the way back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "held"),
    [
        ({"legal_name": "Bolt GmbH"}, {"legal_name": "Bolt GmbH"}),
        ({"legal_name": "Bolt GmbH", "trade_name": "Bolt"}, {"legal_name": "Bolt GmbH", "trade_name": "Bolt"}),
        ({"legal_name": "Bolt", "trade_name": "Bolt"}, {"legal_name": "Bolt"}),
        ({"legal_name": " Bolt ", "trade_name": "Bolt"}, {"legal_name": "Bolt"}),
        ({"trade_name": "Bolt"}, {"legal_name": "Bolt"}),
        ({"legal_name": "B" * 300}, {"legal_name": "B" * 255}),
        ({"legal_name": None}, {}),
        ({"party_type": "organisation", "first_name": "Ann", "phones|mobile": "1", "buys_privately": True},
         {"party_type": "organisation"}),
        ({"party_type": "person", "legal_name": "Ann Lee", "first_name": "Ann", "phones|mobile": "1"},
         {"party_type": "person", "first_name": "Ann", "phones|mobile": "1"}),
        ({"party_type": "robot", "currency": "EUR"}, {"currency": "EUR"}),
        ({"consent|email": "opted_in"}, {"consent|email": "opted_in"}),
        ({"consent|email": "perhaps"}, {}),
        ({"currency": "EURO"}, {"currency": "EUR"}),
        ({"payment_terms": "NT30", "payment_terms|company:1010": "NT60"}, {"payment_terms": "NT30"}),
        ({"tax_ids|GSTIN": "27AAPFU0939F1ZV", "tax_ids|PAN": "x"}, {"tax_ids|GSTIN": "27AAPFU0939F1ZV"}),
        ({"dealer_tier": "gold"}, {"dealer_tier": "gold"}),
        ({"ids|golden": "g", "ids|crm": "c", "ids|erp": "e", "ids|store": "s"},
         {"ids|golden": "g", "ids|erp": "e", "ids|store": "s"}),
    ],
)
def test_represent_account(attributes, held):
    assert SALESFORCE.represent("Account", attributes) == held
    assert SALESFORCE.represent("Account", held) == held


def test_represent_contact():
    attributes = {"role": "Buyer", "work_email": "a@b.example", "last_name": "Lee", "phones|mobile": "1",
                  "phones|main": "2", "emails": "x@y.example", "addresses|other": {"city": "Ulm"}, "birthday": "x"}
    assert SALESFORCE.represent("Contact", attributes) == {
        "role": "Buyer", "work_email": "a@b.example", "last_name": "Lee", "phones|mobile": "1"
    }


def desired(object_type="Account", **given):
    base = {"connection": "crm", "object_type": object_type, "entity": "customer", "golden_id": "g",
            "crosswalk_key": "k", "ids": {"golden": "g", "erp": "e"}}
    return Desired(**{**base, **given})


@pytest.mark.parametrize(
    ("observed", "attributes", "changed", "native"),
    [
        ({"legal_name": "A"}, {"legal_name": "B"}, {"legal_name"}, {"Name": "B", "Legal_Name__c": None}),
        ({"legal_name": "A", "trade_name": "T"}, {"legal_name": "B", "trade_name": "T"}, {"legal_name"},
         {"Name": "T", "Legal_Name__c": "B"}),
        ({"legal_name": "A", "trade_name": "T"}, {"legal_name": "A", "trade_name": "U"}, {"trade_name"},
         {"Name": "U", "Legal_Name__c": "A"}),
        ({"legal_name": "A", "trade_name": "T"}, {"legal_name": "A", "trade_name": None}, {"trade_name"},
         {"Name": "A", "Legal_Name__c": None}),
        ({"legal_name": "A"}, {"legal_name": None}, {"legal_name"}, {}),
        ({"legal_name": "A"}, {"legal_name": "A", "trade_name": "T"}, {"trade_name"},
         {"Name": "T", "Legal_Name__c": "A"}),
        ({"legal_name": "A"}, {"legal_name": "B", "currency": "EUR"}, {"currency"}, {"Currency__c": "EUR"}),
        ({}, {"emails": None}, {"emails"}, {"Email__c": None}),
        ({"party_type": "person"}, {"emails": "x@y.example"}, {"emails"}, {"PersonEmail": "x@y.example"}),
        ({"party_type": "person"}, {"legal_name": "Ann"}, {"legal_name"}, {}),
        ({}, {"credit_block": None}, {"credit_block"}, {"Credit_Block__c": False}),
        ({}, {"dealer_tier": "tin"}, {"dealer_tier"}, {"Dealer_Tier__c": "tin"}),
        ({}, {}, {"ids|erp"}, {"SAP_Id__c": "e"}),
        ({}, {"addresses|ship_to": {"city": "Ulm"}}, {"addresses|ship_to"},
         {"ShippingStreet": None, "ShippingCity": "Ulm", "ShippingState": None, "ShippingPostalCode": None,
          "ShippingCountry": None}),
    ],
)
def test_an_update_sends_what_changed(observed, attributes, changed, native):
    wanted = desired(external_id="001A", observed=observed, attributes=attributes, changed=frozenset(changed))
    assert mapping.native(wanted, TIER) == native


def test_what_an_update_sends_is_what_is_read_then():
    """Every pair of names the hub may want of every pair held: written over what was there and read again."""
    names = [None, "A", "B"]
    pairs = [{"legal_name": legal, "trade_name": trade} for legal in names for trade in names if legal]
    for before in (SALESFORCE.represent("Account", pair) for pair in pairs):
        body = account(**mapping.native(desired(attributes=before), ()))
        assert dict(_names(body)) == before
        for after in (SALESFORCE.represent("Account", pair) for pair in pairs):
            changed = {name for name in mapping.NAMES if before.get(name) != after.get(name)}
            wanted = desired(external_id="001A", observed=before, changed=frozenset(changed),
                             attributes={name: after.get(name) for name in changed})
            assert dict(_names({**body, **mapping.native(wanted, ())})) == after


def _names(body):
    return {key: value for key, value in mapped("Account", body)[0].attributes.items() if key in mapping.NAMES}.items()


def test_a_create_sends_all():
    wanted = desired(attributes={"party_type": "organisation", "legal_name": "Bolt GmbH", "trade_name": "Bolt"})
    assert mapping.native(wanted, ()) == {
        "Name": "Bolt", "Legal_Name__c": "Bolt GmbH", "MDM_Id__c": "g", "SAP_Id__c": "e"
    }


def test_a_block_sends_nothing_but_ids():
    wanted = desired(external_id="001A", operation="block", attributes={"currency": "EUR"},
                     changed=frozenset({"currency", "ids|golden"}))
    assert mapping.native(wanted, ()) == {"MDM_Id__c": "g"}


def test_an_account_stays_a_person_or_not():
    wanted = desired(external_id="001A", observed={"party_type": "person"}, attributes={"party_type": "organisation"})
    with pytest.raises(Permanent, match="person and cannot become organisation"):
        mapping.native(wanted, ())


@pytest.mark.parametrize(
    ("external_id", "changed", "account_id"),
    [("", set(), "001A"), ("003A", {"organisation"}, "001A"), ("003A", {"role"}, None)],
)
def test_a_contact_is_put_under_its_account(external_id, changed, account_id):
    wanted = desired("Contact", external_id=external_id, changed=frozenset(changed), refs={"organisation": "001A"},
                     attributes={"role": "Buyer"})
    assert mapping.native(wanted, ()).get("AccountId") == account_id


def test_a_parent_is_set_where_one_is_wanted():
    assert mapping.native(desired(refs={"parent": "001P"}), ())["ParentId"] == "001P"


def test_what_is_held_can_be_written():
    """Each key an object says it holds is taken by represent; only names without context stand for many."""
    for kind in SALESFORCE.object_types:
        if kind.entity == "product":
            continue  # test_products.py holds its names against their contexts
        for key in kind.holds | kind.person_holds:
            assert str(Key.parse(key)) == key
            value = {"city": "Ulm"} if key.startswith("addresses") else True if key == "credit_block" else (
                "opted_in" if key == "consent|email" else "person" if key == "party_type" else "x")
            person = {"party_type": "person"} if key in ("first_name", "last_name", "phones|mobile") else {}
            assert key in SALESFORCE.represent(kind.name, {**person, key: value}) or key == "trade_name"

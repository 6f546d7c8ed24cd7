"""Pushes: what is written, in how many calls, and what becomes of rows that fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.base import Access, FieldRow
from connectors.errors import Gone, Misconfigured, Permanent, Retriable
from connectors.salesforce.connector import Salesforce
from mdm.contracts import Desired
from tests.connectors.sandbox.server import running

SECRETS = {"client_id": "hub", "client_secret": "a-secret-of-the-test"}
UPSERT = "PATCH /services/data/v<version>/composite/sobjects/<name>/<key>"
UPDATE = "PATCH /services/data/v<version>/composite/sobjects"
RETRIEVE = "POST /services/data/v<version>/composite/sobjects/<name>"


@pytest.fixture(scope="module")
def system():
    with running("salesforce", **SECRETS) as system:
        yield system


@pytest.fixture
def clean(system):
    system.control("reset")
    system.control("fault", method="DELETE")
    return system


def salesforce(system, **given):
    return Salesforce(Access(connection="crm", base_url=system.url, secrets=SECRETS, **given))


def firm(n, **given):
    attributes = {"party_type": "organisation", "legal_name": f"Firm {n}"}
    base = Desired(
        connection="crm", object_type="Account", entity="customer", golden_id=f"g{n}", crosswalk_key=f"key-{n}",
        attributes=attributes, changed=frozenset(attributes), ids={"golden": f"g{n}"},
    )
    return replace(base, **given)


def person(n):
    return firm(n, attributes={"party_type": "person", "last_name": f"Lee {n}"})


def contact(n, **given):
    return firm(n, object_type="Contact", entity="contact", attributes={"last_name": f"Kurz {n}"}, **given)


def calls(system):
    """API calls by path since the last reset, sessions apart."""
    found = system.control("counters", method="GET")["by_path"]
    return {path: count for path, count in found.items() if "oauth2" not in path}


def update(outcome, **values):
    return replace(outcome.desired, external_id=outcome.external_id, attributes=values, changed=frozenset(values))


def test_hundreds_travel_two_hundred_a_call(clean):
    outcomes = salesforce(clean).push([firm(n) for n in range(450)])
    assert [outcome.desired.crosswalk_key for outcome in outcomes] == [f"key-{n}" for n in range(450)]
    assert {outcome.error for outcome in outcomes} == {None}
    assert calls(clean) == {UPSERT: 3, RETRIEVE: 3}
    rows = {row["Id"]: row for row in clean.dump("Account")}
    assert [rows[outcome.external_id]["Name"] for outcome in outcomes] == [f"Firm {n}" for n in range(450)]


def test_creates_and_updates_of_one_push_keep_their_order(clean):
    connector = salesforce(clean)
    made = connector.push([firm(1), firm(3)])
    wanted = [firm(0), update(made[0], legal_name="One"), person(2), update(made[1], legal_name="Three")]
    outcomes = connector.push(wanted)
    names = [connector.map(outcome.payloads[0])[0].attributes for outcome in outcomes]
    assert [name.get("legal_name") or name["last_name"] for name in names] == ["Firm 0", "One", "Lee 2", "Three"]
    assert calls(clean)[UPDATE] == 1


def test_a_person_becomes_a_person_account_and_its_type_is_asked_once(clean):
    connector = salesforce(clean)
    for n in range(2):
        (outcome,) = connector.push([person(n)])
        assert outcome.payloads[0].body["IsPersonAccount"] is True
    assert calls(clean)["GET /services/data/v<version>/query"] == 1


def test_a_key_that_another_record_holds_is_told(clean):
    connector = salesforce(clean)
    made = connector.push([firm(1), firm(2)])
    (outcome,) = connector.push([replace(update(made[1], legal_name="Two"), crosswalk_key="key-1")])
    assert type(outcome.error) is Permanent
    assert "must be unique" in str(outcome.error) and made[0].external_id[:15] in str(outcome.error)
    assert {row["Name"] for row in clean.dump("Account")} == {"Firm 1", "Firm 2"}


def test_a_locked_row_is_retriable_and_the_others_go_on(clean):
    connector = salesforce(clean)
    made = connector.push([firm(1), firm(2)])
    clean.control("lock", {"id": made[0].external_id})
    outcomes = connector.push([update(made[0], legal_name="A"), update(made[1], legal_name="B")])
    assert [type(outcome.error) for outcome in outcomes] == [Retriable, type(None)]
    assert connector.push([update(made[0], legal_name="A")])[0].error is None


def test_a_value_of_the_wrong_type_stops_its_own_record_only(clean):
    """Salesforce refuses the whole call then, so the call is halved until the record stands alone."""
    wrong = firm(3, attributes={"party_type": "organisation", "legal_name": "x", "currency": 978})
    outcomes = salesforce(clean).push([firm(1), firm(2), wrong, firm(4), firm(5)])
    assert [outcome.error is None for outcome in outcomes] == [True, True, False, True, True]
    assert type(outcomes[2].error) is Permanent
    assert len(clean.dump("Account")) == 4


def test_contacts_wait_for_their_account(clean):
    connector = salesforce(clean)
    (outcome,) = connector.push([contact(1)])
    assert isinstance(outcome.error, Retriable) and "its account is not in Salesforce yet" in str(outcome.error)
    assert clean.dump("Contact") == []
    (account,) = connector.push([firm(1)])
    (outcome,) = connector.push([contact(1, refs={"organisation": account.external_id})])
    assert outcome.error is None
    assert [row["AccountId"] for row in clean.dump("Contact")] == [account.external_id]


def test_a_contact_is_moved_only_where_that_is_asked(clean):
    connector = salesforce(clean)
    one, two = connector.push([firm(1), firm(2)])
    (made,) = connector.push([contact(1, refs={"organisation": one.external_id})])
    moved = replace(update(made, role="Buyer"), refs={"organisation": two.external_id})
    connector.push([moved])
    assert clean.dump("Contact")[0]["AccountId"] == one.external_id
    connector.push([replace(moved, changed=frozenset({"organisation"}))])
    assert clean.dump("Contact")[0]["AccountId"] == two.external_id


def test_without_a_crosswalk_key_nothing_is_written(clean):
    (outcome,) = salesforce(clean).push([firm(1, crosswalk_key="")])
    assert isinstance(outcome.error, Permanent) and "crosswalk key" in str(outcome.error)
    assert clean.dump("Account") == []


def test_blocking_what_is_not_there_is_told(clean):
    (outcome,) = salesforce(clean).push([firm(1, operation="block")])
    assert isinstance(outcome.error, Permanent) and "nothing to block" in str(outcome.error)


def test_an_update_of_what_never_was_is_gone(clean):
    wanted = firm(1, external_id="001gR0000000zzzQAA")
    for changed in (wanted.changed, frozenset[str]()):
        (outcome,) = salesforce(clean).push([replace(wanted, changed=changed)])
        assert isinstance(outcome.error, Gone)


def test_a_push_half_done_keeps_what_was_decided(clean):
    """The call with the creates succeeds and the one with the updates fails."""
    connector = salesforce(clean)
    made = connector.push([firm(n) for n in range(2)])
    clean.control("fault", {"kind": "error", "times": 1, "match": "PATCH .*/composite/sobjects$"})
    outcomes = connector.push([firm(7), update(made[0], legal_name="A"), update(made[1], legal_name="B")])
    assert [type(outcome.error) for outcome in outcomes] == [type(None), Retriable, Retriable]


def test_written_but_not_read_again_is_retriable_with_its_id(clean):
    connector = salesforce(clean)
    clean.control("fault", {"kind": "error", "times": 1, "match": "POST .*/composite/sobjects/Account"})
    (outcome,) = connector.push([firm(1)])
    assert isinstance(outcome.error, Retriable) and "has written it" in str(outcome.error)
    assert outcome.external_id == clean.dump("Account")[0]["Id"]
    assert connector.push([firm(1)])[0].external_id == outcome.external_id


def test_a_field_the_organisation_lacks_stops_the_connection(clean):
    row = FieldRow(object_type="Account", native="Nowhere__c", key="nowhere", write=True)
    connector = salesforce(clean, fields=(row,))
    with pytest.raises(Misconfigured, match="Nowhere__c"):
        list(connector.pull("Account", {}))
    (outcome,) = connector.push([firm(1, attributes={**firm(1).attributes, "nowhere": "x"})])
    assert "Nowhere__c" in str(outcome.error)


"""Pushes to the real simulated system: what is called, what is refused, what is left there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.base import FieldRow
from connectors.errors import Conflict, Gone, Misconfigured, Permanent, Retriable
from tests.connectors.sap.conftest import SECRETS, change_of

ADDRESS = {"street": "Hauptstr. 1", "city": "Köln", "postcode": "50667", "country": "DE"}
BOLT = {"party_type": "organisation", "legal_name": "Bolt GmbH", "addresses|bill_to": ADDRESS, "payment_terms": "NT30",
        "phones|main": "+4922112345"}
LEE = {"party_type": "person", "first_name": "Ann", "last_name": "Lee", "addresses|bill_to": ADDRESS}


def test_calls_per_push_are_few(system, desired):
    sap = system.sap()
    (created,) = sap.push([desired(BOLT)])
    assert system.counted() == {
        "GET A_BuPaIdentification": 1, "POST A_BusinessPartner": 1, "GET A_BusinessPartner": 1}
    changed = {**BOLT, "legal_name": "Bolt AG", "payment_terms": "NT60"}
    (outcome,) = sap.push([desired(changed, external_id=created.external_id,
                                   changed=frozenset({"legal_name", "payment_terms"}))])
    assert system.counted() == {
        "GET A_BusinessPartner": 2, "PATCH A_BusinessPartner": 1, "PATCH A_CustomerCompany": 1}
    assert change_of(sap, outcome).attributes["payment_terms|company:1010"] == "NT60"
    sap.push([desired(changed, external_id=created.external_id, changed=frozenset())])
    assert system.counted() == {"GET A_BusinessPartner": 1}


def test_many_are_read_together_and_written_side_by_side(system, desired):
    sap = system.sap(parallel=3)
    wanted = [desired({**BOLT, "legal_name": f"Bolt {n}"}, crosswalk_key=f"hub-{n}", golden_id=str(n))
              for n in range(30)]
    outcomes = sap.push(wanted)
    assert [outcome.desired for outcome in outcomes] == wanted
    names = [change_of(sap, outcome).attributes["legal_name"] for outcome in outcomes]
    assert names == [f"Bolt {n}" for n in range(30)]
    assert {change_of(sap, outcome).crosswalk_key for outcome in outcomes} == {f"hub-{n}" for n in range(30)}
    found = system.counted()
    assert found.pop("/", 0) <= 3 and found.pop("GET /", 0) <= 3
    assert found == {"GET A_BuPaIdentification": 3, "POST A_BusinessPartner": 30, "GET A_BusinessPartner": 3}
    assert system.sap(parallel=3).push(wanted)[7].external_id == outcomes[7].external_id
    assert len(system.partners()) == 30


def test_a_lost_token_is_fetched_again(system, desired):
    sap = system.sap()
    sap.push([desired(BOLT)])
    system.process.control("expire_tokens")
    (outcome,) = sap.push([desired(LEE, crosswalk_key="hub-2")])
    assert outcome.error is None
    assert len(system.partners()) == 2


def test_an_edit_between_our_read_and_our_write_is_a_conflict(system, desired, monkeypatch):
    from connectors.sap.push import Partners

    number, sap = system.organisation(), system.sap()
    plan = Partners.plan

    def late(writer, task, body):
        system.edit(number, OrganizationBPName2="of the users")
        return plan(writer, task, body)

    monkeypatch.setattr(Partners, "plan", late)
    (outcome,) = sap.push([desired({"legal_name": "Bolt AG"}, external_id=number)])
    assert isinstance(outcome.error, Conflict) and number in str(outcome.error)
    assert outcome.payloads == ()
    assert system.partners()[0]["OrganizationBPName1"] == "Bolt GmbH"
    monkeypatch.undo()
    (outcome,) = sap.push([desired({"legal_name": "Bolt AG"}, external_id=number)])
    assert change_of(sap, outcome).attributes["legal_name"] == "Bolt AG"


def test_a_refusal_is_told_in_saps_words_and_the_rest_is_written(system, desired):
    number, sap = system.organisation(), system.sap()
    wanted = {"tax_ids|VAT": "DE1", "legal_name": "Bolt AG", "phones|main": "+4922112345"}
    (outcome,) = sap.push([desired(wanted, external_id=number)])
    assert type(outcome.error) is Permanent
    assert str(outcome.error).startswith(f"BusinessPartner {number}: SAP refuses it: Tax number DE1 ")
    assert str(outcome.error).count("Tax number DE1") == 1  # SAP says it as message and as detail
    assert outcome.error.field == "BPTaxNumber"
    assert "FTAX/004" in outcome.error.detail and "transaction" in outcome.error.detail
    (change,) = sap.map(outcome.payloads[0])
    assert change.attributes["legal_name"] == "Bolt AG"
    assert change.attributes["phones|main|26000/1"] == "+4922112345"


def test_a_reply_lost_between_two_segments_is_taken_up_again(system, desired):
    number, sap = system.organisation(), system.sap()
    asked = {"legal_name": "Bolt AG", "payment_terms": "NT60", "phones|main": "+4922112345"}
    wanted = desired(asked, external_id=number)
    system.fault("lost_reply", "POST .*/to_PhoneNumber")
    (outcome,) = sap.push([wanted])
    assert isinstance(outcome.error, Retriable)
    system.process.control("fault", method="DELETE")
    (outcome,) = sap.push([wanted])
    change = change_of(sap, outcome)
    assert [key for key in change.attributes if key.startswith("phones")] == ["phones|main|26000/1"]
    assert change.attributes["payment_terms"] == "NT60"


def test_a_crosswalk_key_taken_by_another_is_refused(system, desired):
    system.organisation(to_BuPaIdentification=[
        {"BPIdentificationType": "MDMKEY", "BPIdentificationNumber": "hub-1"}])
    (outcome,) = system.sap().push([desired({"legal_name": "Other"}, external_id=system.organisation("Nut"))])
    assert type(outcome.error) is Permanent and "not unique" in str(outcome.error)


def test_one_created_at_the_same_moment_is_taken_up(system, desired, monkeypatch):
    from connectors.sap.push import Partners

    sap, create = system.sap(), Partners.create

    def late(writer, task):
        system.organisation(to_BuPaIdentification=[
            {"BPIdentificationType": "MDMKEY", "BPIdentificationNumber": "hub-1"}])
        create(writer, task)

    monkeypatch.setattr(Partners, "create", late)
    (outcome,) = sap.push([desired(BOLT)])
    assert type(outcome.error) is Retriable  # there is no number yet that could be read again
    monkeypatch.undo()
    (outcome,) = sap.push([desired(BOLT)])
    assert change_of(sap, outcome).attributes["payment_terms"] == "NT30"
    assert len(system.partners()) == 1


@pytest.mark.parametrize("field", ["IsMarkedForArchiving"])
def test_an_archived_partner_is_gone(system, desired, field):
    number = system.organisation()
    system.edit(number, **{field: True})
    (outcome,) = system.sap().push([desired({"legal_name": "Bolt AG"}, external_id=number)])
    assert isinstance(outcome.error, Gone) and outcome.payloads == ()


def test_a_key_of_an_archived_partner_makes_no_new_one(system, desired):
    number = system.organisation(to_BuPaIdentification=[
        {"BPIdentificationType": "MDMKEY", "BPIdentificationNumber": "hub-1"}])
    system.edit(number, IsMarkedForArchiving=True)
    (outcome,) = system.sap().push([desired(BOLT)])
    assert type(outcome.error) is Permanent and number in str(outcome.error)
    assert len(system.partners()) == 1


def test_a_number_that_never_was_is_gone(system, desired):
    (outcome,) = system.sap().push([desired({"legal_name": "Bolt AG"}, external_id="4711")])
    assert isinstance(outcome.error, Gone)
    assert system.partners() == []


def test_addresses_of_one_partner_part_and_stay_apart(system, desired):
    sap = system.sap()
    (created,) = sap.push([desired({**BOLT, "addresses|ship_to": ADDRESS})])
    before = change_of(sap, created).attributes
    assert {key for key in before if key.startswith("addresses")} == {
        "addresses|registered|26000", "addresses|bill_to|26000", "addresses|ship_to|26000"}
    bonn = {"street": "Markt 1", "city": "Bonn", "country": "DE"}
    wanted = desired({**BOLT, "addresses|ship_to": bonn}, external_id=created.external_id, observed=before,
                     changed=frozenset({"addresses|ship_to"}))
    (parted,) = sap.push([wanted])
    after = change_of(sap, parted).attributes
    assert after["addresses|ship_to|26001"] == bonn
    assert (after["addresses|bill_to|26000"], after["addresses|registered|26000"]) == (ADDRESS, ADDRESS)
    assert {key for key in after if key.startswith("addresses")} == {
        "addresses|registered|26000", "addresses|bill_to|26000", "addresses|ship_to|26001"}
    (emptied,) = sap.push([replace(wanted, attributes={"addresses|ship_to": None})])
    assert {key for key in change_of(sap, emptied).attributes if key.startswith("addresses")} == {
        "addresses|registered|26000", "addresses|bill_to|26000"}


def test_a_contact_person_becomes_a_customer(system, desired):
    sap = system.sap()
    (created,) = sap.push([desired(LEE)])
    assert "account_number" not in change_of(sap, created).attributes
    wanted = {**LEE, "buys_privately": True, "payment_terms": "NT30", "currency": "EUR"}
    (outcome,) = sap.push([desired(wanted, external_id=created.external_id,
                                   changed=frozenset({"buys_privately", "payment_terms", "currency"}))])
    change = change_of(sap, outcome)
    assert change.attributes["buys_privately"] is True
    assert change.attributes["account_number"] == created.external_id
    assert (change.attributes["payment_terms"], change.attributes["currency"]) == ("NT30", "EUR")


def test_blocking(system, desired):
    number, sap = system.organisation(), system.sap()
    (outcome,) = sap.push([desired({"legal_name": "Other"}, external_id=number, operation="block")])
    change = change_of(sap, outcome)
    assert (change.attributes["blocked"], change.attributes["legal_name"]) == (True, "Bolt GmbH")


def test_an_added_row_is_written(system, desired):
    rows = (FieldRow(object_type="BusinessPartner", native="SearchTerm2", key="dealer_tier", write=True),
            FieldRow(object_type="BusinessPartner", native="to_Customer.NielsenRegion", key="nielsen", write=True))
    sap = system.sap(*rows)
    (created,) = sap.push([desired({**BOLT, "dealer_tier": "GOLD", "nielsen": "02"})])
    assert change_of(sap, created).attributes["nielsen"] == "02"
    (outcome,) = sap.push([desired({"dealer_tier": "SILVER", "nielsen": "03"}, external_id=created.external_id)])
    change = change_of(sap, outcome)
    assert (change.attributes["dealer_tier"], change.attributes["nielsen"]) == ("SILVER", "03")


def test_a_wrong_password_is_raised_once_for_all(system, desired):
    from connectors.base import Access
    from connectors.sap.connector import Sap

    access = Access(connection="erp", base_url=system.process.url, secrets={**SECRETS, "password": "wrong"})
    with pytest.raises(Misconfigured):
        Sap(access).push([desired(BOLT, crosswalk_key=f"hub-{n}") for n in range(9)])
    assert system.partners() == []


# ---- contacts ------------------------------------------------------------------------------------------------------

CONTACT = "BusinessPartnerContact"


@pytest.fixture
def ends(system):
    return {"person": system.enter(BusinessPartnerCategory="1", LastName="Lee"), "organisation": system.organisation()}


def test_a_contact_is_created_once(system, desired, ends):
    sap = system.sap(functions={"0002": "Head of purchasing"})
    wanted = desired({"role": "Head of purchasing", "work_email": "lee@bolt.example"}, CONTACT, refs=ends)
    (created,) = sap.push([wanted])
    change = change_of(sap, created)
    assert change.attributes == {"role": "Head of purchasing", "work_email": "lee@bolt.example"}
    assert {end: ref.external_id for end, ref in change.refs.items()} == ends
    (again,) = system.sap().push([replace(wanted, attributes={"work_phone": "0221 7"})])
    assert again.external_id == created.external_id == change.external_id
    rows = system.process.dump("A_BusinessPartnerContact")
    assert [(row["RelationshipNumber"], row["to_ContactRelationship"]["PhoneNumber"]) for row in rows] == [
        (created.external_id, "0221 7")]


def test_a_contact_waits_for_its_ends(system, desired, ends):
    outcomes = system.sap().push([desired({"role": "0001"}, CONTACT, refs={"person": ends["person"]}),
                                  desired({"role": "0001"}, CONTACT, refs=ends)])
    assert [type(outcome.error) for outcome in outcomes] == [Permanent, type(None)]
    assert outcomes[0].error.field == "organisation"


def test_a_contact_that_was_deleted_is_gone(system, desired, ends):
    sap = system.sap()
    (created,) = sap.push([desired({"role": "0001"}, CONTACT, refs=ends)])
    system.process.control("remove", {"object": "A_BusinessPartnerContact", "id": created.external_id})
    (outcome,) = sap.push([desired({"role": "0002"}, CONTACT, refs=ends, external_id=created.external_id)])
    assert isinstance(outcome.error, Gone)
    assert system.process.dump("A_BusinessPartnerContact") == []

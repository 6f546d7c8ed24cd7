"""Source changes in, golden records out: the automatic path."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q

from mdm import rules
from mdm.engine.matching.matcher import ByPairs
from mdm.models import (
    AttributeDefinition,
    Customer,
    MatchEdge,
    OutboxEvent,
    Proposal,
    Relation,
    SourceRecord,
    SourceVersion,
)
from mdm.pipeline import link, match, probe, process, rebuild, testimony
from tests.factories import change, connections, organisation, rule_set

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def systems() -> dict:
    return connections()


def golden_of(connection: str, external_id: str, object_type: str = "Account") -> Customer:
    record = SourceRecord.objects.get(connection__code=connection, external_id=external_id, object_type=object_type)
    return Customer.objects.get(golden=record.golden_id)


def consistent() -> bool:
    return [*rebuild.check()] == []


def test_two_systems_one_golden_record() -> None:
    process.changes([organisation("crm", "1", 1, phones__main="0421 123456", segment="dealer")])
    process.changes([organisation("erp", "100", 2, payment_terms="NT30", account_number="100")])
    golden = golden_of("crm", "1")
    assert golden == golden_of("erp", "100")
    assert golden.legal_name == "Bolzen Meier GmbH"
    assert golden.segment == "dealer"
    assert golden.account_number == "100"
    assert golden.lists["payment_terms"] == "NT30"
    assert golden.lists["phones|main"] == "+49421123456"
    assert golden.lists["tax_ids|VAT"] == ["DE136695976"]
    assert golden.winners["segment"]["rule"] == "owned by crm"
    assert consistent()


def test_what_a_record_says_is_worked_out_once_for_all_groups_it_may_join(monkeypatch: pytest.MonkeyPatch) -> None:
    """One firm told twelve times: many pairs of groups are asked whether they may be one."""
    read: list[str] = []

    def features(record: SourceRecord, book: Any) -> Any:
        read.append(record.source_key)
        return testimony.features(record, book)

    monkeypatch.setattr(link, "features", features)
    process.changes([organisation("crm", str(n), 1, phones__main="0421 123456") for n in range(12)])
    assert sorted(read) == sorted(f"crm:Account:{n}" for n in range(12))
    assert SourceRecord.objects.values("golden").distinct().count() == 1


def test_what_a_record_says_is_read_anew_when_the_rules_read_it_otherwise() -> None:
    own = AttributeDefinition.objects.create(rule_set=rule_set(), name="alias", label="Alias", kind="text")
    rules.moved(own.rule_set)
    process.changes([change("crm", "1", 1, party_type="organisation", alias="Zylka Bolzen GmbH")])
    record = SourceRecord.objects.get()
    assert testimony.features(record, rules.current()).companies == ()
    AttributeDefinition.objects.filter(pk=own.pk).update(kind="company_name")
    rules.moved(own.rule_set)
    assert [name.text for name in testimony.features(record, rules.current()).companies] == ["Zylka Bolzen GmbH"]


def test_a_large_batch_is_compared_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, real = [], ByPairs.evidence
    monkeypatch.setattr(ByPairs, "evidence", lambda self, pairs: sizes.append(len(pairs)) or real(self, pairs))
    monkeypatch.setattr(match, "CHUNK", 20)
    process.changes([organisation("crm", str(n), 1) for n in range(12)])
    assert sizes == [20, 20, 20, 6]
    assert MatchEdge.objects.count() == 66


@pytest.mark.parametrize(("most", "found"), [(3, True), (2, False)])
def test_one_is_found_before_it_is_stored_as_after(most: int, found: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two share all keys; the third counts among those that make a key too common."""
    monkeypatch.setattr(match, "OVERSIZED", most)
    process.changes([organisation("crm", str(n), 1) for n in range(2)])
    third = organisation("erp", "9", 1)
    asked = probe.candidates("customer", third.attributes, rules.current())
    process.changes([third])
    stored = MatchEdge.objects.filter(Q(a__external_id="9") | Q(b__external_id="9"))
    assert (bool(asked), stored.exists()) == (found, found)


def test_the_same_again_changes_nothing() -> None:
    first = process.changes([organisation("crm", "1", 1)])
    assert (first.touched, first.goldens_created) == (1, 1)
    OutboxEvent.objects.all().delete()
    again = process.changes([organisation("crm", "1", 1), organisation("crm", "1", 1, observed=7)])
    assert again.touched == 0
    assert SourceVersion.objects.count() == 1
    assert not OutboxEvent.objects.exists()
    assert golden_of("crm", "1").history.count() == 1


def test_late_version_changes_nothing_wrongly() -> None:
    process.changes([organisation("crm", "1", 5, phones__main="0421 999999")])
    process.changes([organisation("crm", "1", 2, phones__main="0421 123456")])
    assert golden_of("crm", "1").lists["phones|main"] == "+49421999999"
    assert consistent()


def test_non_owner_edit_becomes_a_proposal() -> None:
    process.changes([organisation("crm", "1", 1), organisation("erp", "100", 1, payment_terms="NT30")])
    process.changes([organisation("crm", "1", 3, payment_terms="NT60")])
    golden = golden_of("crm", "1")
    assert golden.lists["payment_terms"] == "NT30"
    # a first value is an edit too, once the record was known
    (proposal,) = Proposal.objects.all()
    assert (proposal.key, proposal.value, proposal.owner, proposal.state) == ("payment_terms", "NT60", "erp", "open")
    process.changes([organisation("erp", "100", 4, payment_terms="NT60")])
    proposal.refresh_from_db()
    assert proposal.state == "confirmed"
    assert consistent()


def test_contact_before_its_account_waits_and_links() -> None:
    contact = change(
        "crm",
        "c1",
        1,
        object_type="Contact",
        entity="contact",
        role="Buyer",
        refs={"person": ("Contact.Person", "c1"), "organisation": ("Account", "1")},
    )
    person = change(
        "crm",
        "c1",
        1,
        object_type="Contact.Person",
        party_type="person",
        first_name="Eva",
        last_name="Kern",
        emails="eva@meier.de",
    )
    process.changes([contact, person])
    assert not Relation.objects.exists()
    process.changes([organisation("crm", "1", 2)])
    (relation,) = Relation.objects.all()
    assert relation.source == golden_of("crm", "c1", "Contact.Person").golden
    assert relation.target == golden_of("crm", "1").golden
    assert relation.attributes == {"role": "Buyer"}
    assert consistent()


def test_delete_stops_the_votes_and_keeps_the_id() -> None:
    process.changes([organisation("crm", "1", 1, industry="Steel"), organisation("erp", "100", 2)])
    golden = golden_of("crm", "1")
    process.changes([change("crm", "1", 4, kind="delete")])
    after = golden_of("crm", "1")
    assert after.pk == golden.pk
    assert after.industry is None
    assert after.status == "active"
    process.changes([change("erp", "100", 5, kind="delete")])
    assert golden_of("erp", "100").status == "blocked"
    assert golden_of("erp", "100").legal_name == "Bolzen Meier GmbH"
    assert consistent()


def test_merge_in_the_source_joins() -> None:
    process.changes(
        [
            organisation("crm", "1", 1),
            organisation("crm", "2", 2, legal_name="Ganz Anders AG", tax_ids__VAT=None, addresses__bill_to=None),
        ]
    )
    assert golden_of("crm", "1") != golden_of("crm", "2")
    loser = golden_of("crm", "2")
    process.changes([change("crm", "2", 5, kind="merged", merged_into="1")])
    assert golden_of("crm", "2") == golden_of("crm", "1")
    loser.refresh_from_db()
    assert loser.status == "merged"
    assert loser.golden.merged_into == golden_of("crm", "1").golden
    assert consistent()

"""Systems that hold each only once: no two of their records come together by themselves, by rules or as found."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from mdm import rules, tasks
from mdm.access import Viewer
from mdm.models import Actor, Case, Changeover, Connection, Customer, OneToOneRule, SourceRecord
from mdm.pipeline import audit, changeover, decide, process, rebuild
from mdm.selectors import matchmodels, sides, whynot
from tests.factories import change, connections, organisation, rule_set
from tests.mdm import stories
from tests.mdm.matchers import Equal, install

pytestmark = pytest.mark.django_db
TWICE = "crm:Account:1 and crm:Account:2 both stand in crm:Account, which holds nobody and nothing twice."


@pytest.fixture(autouse=True)
def hub() -> None:
    connections()


def rule(code: str = "crm", holds: str = "once", **more: Any) -> OneToOneRule:
    crm = connections()[code]
    return OneToOneRule.objects.create(rule_set=rule_set(), connection=crm, object_type="Account", holds=holds, **more)


def groups() -> set[frozenset[str]]:
    found: dict[int | None, set[str]] = {}
    for record in SourceRecord.objects.select_related("connection"):
        found.setdefault(record.golden_id, set()).add(str(record).replace(":Account:", ""))
    return {frozenset(group) for group in found.values()}


def group(*names: str) -> frozenset[str]:
    return frozenset(names)


def meier(code: str, number: str, minute: float = 0, **more: Any) -> Any:
    return organisation(code, number, minute, **more)


def twins() -> list[Any]:
    """Two of one system and one of another that is surely the first of them."""
    return [
        meier("crm", "1", 1, phones__main="+49421123456", emails=["info@bolzen-meier.de"]),
        meier("crm", "2", 2),
        meier("erp", "1", 3, phones__main="+49421123456", emails=["info@bolzen-meier.de"]),
    ]


def test_two_records_of_such_a_system_never_come_together_by_themselves() -> None:
    with stories.forgotten():
        process.changes(twins()[:2])
        assert groups() == {group("crm1", "crm2")}
    rule()
    process.changes(twins()[:2])
    assert groups() == {group("crm1"), group("crm2")}
    assert Case.objects.get(state="open").evidence["held"] == TWICE
    assert [*rebuild.check()] == []


def test_the_better_one_joins_in_any_order() -> None:
    for order in permutations(twins()):
        with stories.forgotten():
            connections()
            rule()
            for one in order:
                process.changes([one])
            assert groups() == {group("crm1", "erp1"), group("crm2")}
            assert Case.objects.filter(state="open").count() == 1
            assert [*rebuild.check()] == []


def test_who_is_entered_twice_parts_nobody() -> None:
    rule()
    process.changes([meier("crm", "1", 1), meier("erp", "1", 2)])
    kept = SourceRecord.objects.get(external_id="1", connection__code="crm").golden_id
    for order in permutations([meier("crm", "0", 3), meier("crm", "2", 4)]):  # an id that sorts first is no older
        with stories.forgotten():
            process.changes([*order])
            assert groups() == {group("crm1", "erp1"), group("crm0"), group("crm2")}
            assert SourceRecord.objects.get(external_id="1", connection__code="erp").golden_id == kept
            held = [case.evidence["held"] for case in Case.objects.filter(state="open")]
            assert held and all("which holds nobody and nothing twice" in words for words in held)
            assert [*rebuild.check()] == []


def test_two_that_are_not_alike_and_fit_alike_ask_a_steward() -> None:
    rule()
    street = {"street": "Hauptstr. 5", "city": "Bremen", "postcode": "28195", "country": "DE", "region": None}
    own = {"tax_ids__VAT": None, "party_type": "person", "legal_name": None, "addresses__bill_to": street}
    process.changes(
        [
            meier("crm", "1", **own, first_name="Anna", last_name="Meier"),
            meier("crm", "2", **own, first_name="Adam", last_name="Meier"),
            meier("erp", "1", **own, first_name="A.", last_name="Meier"),
        ]
    )
    assert groups() == {group("crm1"), group("crm2"), group("erp1")}


def ana() -> Actor:
    return Actor.objects.create(kind="user", name="Ana")


def test_a_merge_joins_both_sides_in_any_order_and_is_taken_back() -> None:
    for order in permutations(twins()):
        with stories.forgotten():
            connections()
            rule()
            for one in order:
                process.changes([one])
            case = Case.objects.get(state="open")
            decide.merge(case, actor=ana(), version=case.version)
            assert groups() == {group("crm1", "crm2", "erp1")}
            assert not Case.objects.filter(state="open").exists()
            assert [*rebuild.check()] == []
            case.refresh_from_db()
            assert decide.withdraw(case, actor=Actor.objects.get(name="Ana"), version=case.version)
            assert groups() == {group("crm1", "erp1"), group("crm2")}


def test_a_rule_that_comes_later_leaves_merges_alone() -> None:
    """They were apart for another reason when a steward said that they are one."""
    first, _, third = twins()
    far = {"tax_ids__VAT": None, "legal_name": "Bolzen Bremen", "addresses__bill_to": {"city": "Ulm"}}
    for one in (first, third, change("crm", "2", 2, party_type="organisation", **far)):
        process.changes([one])
    assert groups() == {group("crm1", "erp1"), group("crm2")}
    a, b = SourceRecord.objects.filter(connection__code="crm").order_by("external_id")
    case = Case.objects.create(first_id=a.golden_id, second_id=b.golden_id, weight=0.0)
    decide.merge(case, actor=ana(), version=case.version)
    assert groups() == {group("crm1", "crm2", "erp1")}
    rule()
    tasks.apply_rules()
    tasks.follow_models()
    assert groups() == {group("crm1", "crm2", "erp1")}
    assert [*rebuild.check()] == []


def test_a_steward_knows_better() -> None:
    rule()
    process.changes(twins()[:2])
    a, b = SourceRecord.objects.order_by("external_id")
    decide.join(a.golden_id, b.golden_id, actor=Actor.objects.create(kind="user", name="Ana"), reason="one firm")
    assert groups() == {group("crm1", "crm2")}
    process.changes([twins()[2]])
    assert groups() == {group("crm1", "crm2", "erp1")}
    assert [*rebuild.check()] == []


def test_what_was_deleted_there_may_stand_there_again() -> None:
    rule()
    process.changes([meier("crm", "1"), change("crm", "1", 5, kind="delete"), meier("crm", "2", 6)])
    assert groups() == {group("crm1", "crm2")}
    process.changes([meier("crm", "1", 9)])  # back again: both live
    assert groups() == {group("crm1"), group("crm2")}
    assert [*rebuild.check()] == []


def test_records_follow_when_the_rule_comes_and_goes() -> None:
    process.changes(twins())
    assert groups() == {group("crm1", "crm2", "erp1")}
    row = rule()
    tasks.apply_rules()
    state = Changeover.objects.get(entity="customer")
    assert (state.stage, [*state.by["one_to_one"].values()]) == ("links", [True])
    assert matchmodels.words(state) == "Rule set 1 is in force; 0 of 3 records follow it."
    assert matchmodels.share(state) == 0.0
    tasks.follow_models()
    assert groups() == {group("crm1", "erp1"), group("crm2")}
    assert Customer.history.latest("history_id").history_change_reason == "rule set 1"
    assert [*rebuild.check()] == []
    tasks.apply_rules()
    state.refresh_from_db()
    assert (state.stage, state.done) == ("done", 3)  # applied again it finds nothing to do
    assert (matchmodels.words(state), matchmodels.share(state)) == ("All 3 records follow rule set 1.", 1.0)
    row.delete()
    tasks.apply_rules()
    tasks.follow_models()
    assert groups() == {group("crm1", "crm2", "erp1")}
    assert [*rebuild.check()] == []


def test_a_draft_acts_when_it_is_published() -> None:
    process.changes(twins())
    draft = rules.draft(rule_set())
    OneToOneRule.objects.create(rule_set=draft, connection=connections()["crm"], object_type="Account")
    tasks.apply_rules()
    tasks.follow_models()
    assert groups() == {group("crm1", "crm2", "erp1")}
    rules.publish(draft)
    tasks.apply_rules()
    tasks.follow_models()
    assert groups() == {group("crm1", "erp1"), group("crm2")}


def test_other_thresholds_take_another_look_at_all_pairs() -> None:
    process.changes([meier("crm", "1", tax_ids__VAT=None), meier("erp", "1")])  # else its number decides alone
    assert groups() == {group("crm1", "erp1")}
    row = rule_set()
    row.match_at = 200.0
    row.save()
    rules.moved(row)
    tasks.apply_rules()
    assert Changeover.objects.get(entity="customer").stage == "edges"
    assert not Changeover.objects.filter(entity="product").exists()
    tasks.follow_models()
    assert groups() == {group("crm1"), group("erp1")}
    assert [*rebuild.check()] == []


def test_while_a_model_changes_over_rules_join_in(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    monkeypatch.setattr(changeover, "CHUNK", 1)
    process.changes(twins())
    changeover.begin("customer", Equal("emails").stored(1))
    changeover.advance("customer")
    rule()
    tasks.apply_rules()
    state = Changeover.objects.get(entity="customer")
    assert (state.stage, state.done) == ("keys", 1)  # it comes to the links anyhow
    for _ in range(8):
        changeover.advance("customer")
    state.refresh_from_db()
    assert (state.stage, state.done) == ("links", 1)
    rule("erp")
    tasks.apply_rules()
    state.refresh_from_db()
    assert (state.stage, state.done) == ("links", 0)  # once more from the first


def test_a_version_found_them_and_rules_may_say_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    found = Equal("emails", sources=["crm:Account"]).stored(1)
    same = {"party_type": "organisation", "emails": ["info@bolzen-meier.de"]}
    process.changes([change("crm", "1", legal_name="Bolzen", **same), change("crm", "2", legal_name="Meier", **same)])
    assert groups() == {group("crm1"), group("crm2")}
    changeover.begin("customer", found)
    changeover.follow("customer")
    assert groups() == {group("crm1"), group("crm2")}
    rule(holds="duplicates")
    tasks.apply_rules()
    tasks.follow_models()
    assert groups() == {group("crm1", "crm2")}
    assert [*rebuild.check()] == []


def test_versions_are_compared_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    Equal("emails", sources=["crm:Account"]).stored(1)
    Equal("emails").stored(2)
    same = {"party_type": "organisation", "emails": ["info@bolzen-meier.de"]}
    process.changes([change("crm", "1", legal_name="Bolzen", **same), change("crm", "2", legal_name="Meier", **same)])
    found = audit.compare("customer", 1, 2)
    assert (found["gained"]["pairs"], found["broken"]["pairs"]) == (1, 0)
    rule()
    assert audit.compare("customer", 1, 2)["gained"]["pairs"] == 0


def test_rules_hold_under_another_code() -> None:
    rule()
    assert rules.current().holds["customer"]
    Connection.objects.filter(code="crm").update(code="sf")
    process.changes([meier("sf", "1"), meier("sf", "2")])
    assert groups() == {group("sf1"), group("sf2")}


def test_why_they_are_not_one() -> None:
    rule()
    process.changes(twins()[:2])
    a, b = (record.golden.uid for record in SourceRecord.objects.order_by("external_id").select_related("golden"))
    told = whynot.told(*(sides.side(Viewer(user=None), str(one)) for one in (a, b)))
    assert [reason["words"] for reason in told["reasons"]] == [TWICE]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"object_type": "Kunde"}, "has no object type 'Kunde'"),
        ({"entity": "contact"}, "are never matched"),
        ({"object_type": "Account", "entity": "product"}, "is a customer, not a product"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, str], sentence: str) -> None:
    values = {"object_type": "Account", "entity": "customer", **values}
    with pytest.raises(ValidationError) as error:
        OneToOneRule(rule_set=rule_set(), connection=connections()["crm"], **values).clean()
    assert sentence in str(error.value)

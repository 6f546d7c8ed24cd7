"""Systems that hold each only once: no two of their records come together by themselves, by rules or as found."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from mdm import rules, tasks
from mdm.access import Viewer
from mdm.models import Actor, Case, Changeover, OneToOneRule, SourceRecord
from mdm.pipeline import audit, changeover, decide, process, rebuild
from mdm.selectors import sides, whynot
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


def test_where_two_fit_alike_neither_joins_and_a_steward_is_asked() -> None:
    rule()
    process.changes([meier("crm", "1"), meier("crm", "2"), meier("erp", "1")])
    assert groups() == {group("crm1"), group("crm2"), group("erp1")}
    assert {case.evidence["held"].rpartition(": ")[2] for case in Case.objects.filter(state="open")} <= {TWICE, TWICE}
    assert Case.objects.filter(state="open").count() == 3


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
    assert (state.stage, state.by["one_to_one"]) == ("links", {"crm:Account": True})
    tasks.follow_models()
    assert groups() == {group("crm1", "erp1"), group("crm2")}
    assert [*rebuild.check()] == []
    tasks.apply_rules()
    state.refresh_from_db()
    assert (state.stage, state.done) == ("done", 3)  # applied again it finds nothing to do
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
    assert rules.current().one_to_one("customer", rules.current().models["customer"]) == {"crm:Account"}
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

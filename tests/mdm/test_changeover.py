"""A match model is put in force: everybody acts by it at once, and all records come to follow it, whatever happens."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from mdm import outbox, rules, tasks
from mdm.models import (
    Actor,
    AttributeDefinition,
    Case,
    Changeover,
    Decision,
    GoldenRecord,
    Link,
    MatchEdge,
    MatchKey,
    MatchModel,
    OutboxEvent,
    SourceRecord,
)
from mdm.pipeline import changeover, decide, process, rebuild
from mdm.selectors import drifted, matchmodels, search
from tests.factories import change, connections, rule_set
from tests.mdm.matchers import Equal, install

pytestmark = pytest.mark.django_db
STAGES = ["keys", "edges", "links", "done"]


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    connections()
    install(monkeypatch)
    monkeypatch.setattr(changeover, "CHUNK", 2)


def firm(code: str, name: str, mail: str, minute: float = 1, **more: Any) -> Any:
    values = {"party_type": "organisation", "legal_name": name, "emails": mail, **more}
    return change(code, f"{code}-{name}-{mail}", minute, **values)


def groups() -> set[frozenset[str]]:
    found: dict[int | None, set[str]] = {}
    for record in SourceRecord.objects.all():
        found.setdefault(record.golden_id, set()).add(record.external_id)
    return {frozenset(group) for group in found.values()}


def numbers() -> set[int]:
    return set(MatchKey.objects.values_list("model", flat=True))


def by_mail() -> None:
    """Four firms that the built-in model keeps apart; two of them share a mailbox."""
    process.changes([firm("crm", "Alder Pumps GmbH", "a@alder.de"), firm("erp", "Zeder Ventile AG", "a@alder.de")])
    process.changes([firm("crm", "Birke Stahl KG", "b@birke.de"), firm("erp", "Eiche Tore GmbH", "c@eiche.de")])


def test_one_version_of_an_entity_is_in_force_at_most() -> None:
    Equal("emails").stored(1, state="published")
    Equal("emails").stored(1, "product", state="published")
    with pytest.raises(IntegrityError), transaction.atomic():
        Equal("emails").stored(2, state="published")
    with pytest.raises(IntegrityError), transaction.atomic():
        Equal("emails").stored(1)


def test_rules_notice_a_published_model_with_one_query() -> None:
    assert rules.current().models["customer"].version == "default-2"
    row = Equal("emails").stored(3)
    assert rules.current().models["customer"].version == "default-2"
    changeover.begin("customer", row)
    changeover.follow("customer")
    book = rules.current()
    assert (book.models["customer"].version, book.numbers) == ("customer-3", {"customer": row.pk, "product": 0})
    assert book.models["product"].version != "customer-3"
    with CaptureQueriesContext(connection) as found:
        rules.current()
    assert len(found) == 1


def test_all_records_follow_the_published_model_and_go_back() -> None:
    by_mail()
    before = groups()
    assert len(before) == 4
    row = Equal("emails").stored(1)
    changeover.begin("customer", row)
    changeover.follow("customer")
    assert {frozenset({"crm-Alder Pumps GmbH-a@alder.de", "erp-Zeder Ventile AG-a@alder.de"})} < groups()
    assert len(groups()) == 3
    assert {edge.model_version for edge in MatchEdge.objects.all()} == {"customer-1"}
    assert Link.objects.latest("pk").model_version == "customer-1"
    assert [*rebuild.check()] == []
    row.refresh_from_db()
    assert (row.state, row.published_at is not None) == ("published", True)
    state = Changeover.objects.get()
    assert (state.stage, state.done, state.total, state.finished_at is not None) == ("done", 4, 4, True)
    assert OutboxEvent.objects.filter(topic="golden.merged").count() == 1
    changeover.begin("customer", None)
    changeover.follow("customer")
    row.refresh_from_db()
    assert (groups(), row.state, numbers()) == (before, "retired", {0})
    assert [*rebuild.check()] == []


def test_groups_that_stay_keep_their_ids_and_nothing_is_told_of_them() -> None:
    same = {"tax_ids__VAT": "DE136695976"}
    process.changes([firm("crm", "Alder Pumps GmbH", "a@alder.de", **same)])
    process.changes([firm("erp", "Alder Pumps GmbH", "a@alder.de", 2, **same), firm("store", "Birke", "b@birke.de")])
    kept = dict(SourceRecord.objects.values_list("external_id", "golden"))
    assert len(set(kept.values())) == 2
    OutboxEvent.objects.all().delete()
    golden, link = GoldenRecord.objects.count(), Link.objects.count()
    changeover.begin("customer", Equal("emails").stored(1))
    changeover.follow("customer")
    assert dict(SourceRecord.objects.values_list("external_id", "golden")) == kept
    assert (GoldenRecord.objects.count(), Link.objects.count(), OutboxEvent.objects.count()) == (golden, link, 0)


def test_nothing_comes_apart_at_any_moment_on_the_way() -> None:
    same = {"tax_ids__VAT": "DE136695976"}
    for n, code in enumerate(("crm", "erp", "store")):
        process.changes([firm(code, "Alder Pumps GmbH", "a@alder.de", n + 1, **same)])
    changeover.begin("customer", Equal("emails").stored(1))
    seen, stages = [groups()], []
    while row := changeover.advance("customer"):
        seen.append(groups())
        stages.append(row.stage)
    assert len(seen[0]) == 1
    assert all(one == seen[0] for one in seen)
    assert list(dict.fromkeys(stages)) == STAGES
    assert GoldenRecord.objects.count() == 1


@pytest.mark.parametrize("parts", range(1, 9))
def test_records_that_arrive_and_change_meanwhile_follow_as_well(parts: int) -> None:
    by_mail()
    changeover.begin("customer", Equal("emails").stored(1))
    for _ in range(parts):
        changeover.advance("customer")
    process.changes([firm("store", "Hasel Holz", "b@birke.de", 5), firm("store", "Weide Garn", "w@weide.de", 5)])
    process.changes([firm("erp", "Eiche Tore GmbH", "c@eiche.de", 6, emails="w@weide.de")])
    changeover.follow("customer")
    told = {frozenset(name.split("-")[1].split()[0] for name in group) for group in groups()}
    assert told == {frozenset({"Alder", "Zeder"}), frozenset({"Birke", "Hasel"}), frozenset({"Eiche", "Weide"})}
    assert [*rebuild.check()] == []


def test_it_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    by_mail()
    changeover.begin("customer", Equal("emails").stored(1))
    real, calls = changeover.match.apply, []

    def crash(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the machine was switched off")
        return real(*args)

    monkeypatch.setattr(changeover.match, "apply", crash)
    with pytest.raises(RuntimeError):
        tasks.follow_models()
    stopped = Changeover.objects.get()
    assert (stopped.stage, stopped.done, stopped.total) == ("edges", 2, 4)
    tasks.follow_models()
    assert Changeover.objects.get().stage == "done"
    assert len(calls) == 3
    assert len(groups()) == 3
    tasks.follow_models()
    assert len(calls) == 3


def test_human_decisions_are_never_overridden() -> None:
    by_mail()
    alder, zeder, birke, eiche = SourceRecord.objects.order_by("pk")
    actor = Actor.objects.create(kind="user", name="anna")
    decide.join(birke.golden_id, eiche.golden_id, actor=actor)
    Decision.objects.create(a=alder, b=zeder, verdict="apart", actor=actor)
    before = groups()
    changeover.begin("customer", Equal("emails").stored(1))
    changeover.follow("customer")
    assert groups() == before
    assert [*rebuild.check()] == []


def test_cases_follow_too() -> None:
    by_mail()
    assert not Case.objects.exists()
    changeover.begin("customer", Equal("emails", zone="review").stored(1))
    changeover.follow("customer")
    (case,) = Case.objects.filter(state="open")
    assert case.evidence["lines"] == [["emails", "Equal", 9.0, "Equal: a@alder.de."]]
    changeover.begin("customer", None)
    changeover.follow("customer")
    case.refresh_from_db()
    assert (case.state, case.resolution) == ("closed", "evidence changed")


def test_another_model_may_be_published_before_the_first_is_followed() -> None:
    by_mail()
    one, two = Equal("emails").stored(1), Equal("legal_name").stored(2)
    changeover.begin("customer", one)
    for _ in range(4):
        changeover.advance("customer")
    changeover.begin("customer", two)
    changeover.follow("customer")
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("retired", "published")
    assert Changeover.objects.get().former == one
    assert len(groups()) == 4
    assert numbers() == {0, two.pk}
    assert [*rebuild.check()] == []


def test_the_search_finds_by_identifiers_whatever_model_is_in_force() -> None:
    by_mail()
    golden = SourceRecord.objects.order_by("pk").first().golden_id
    changeover.begin("customer", Equal("legal_name").stored(1))
    changeover.follow("customer")
    assert golden in search.pks("a@alder.de")


def test_what_this_release_cannot_read_is_not_put_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    row = MatchModel.objects.create(entity="customer", version=1, data=b"from another release")
    with pytest.raises(changeover.Unusable, match=r"Match model customer-1 cannot be read: .* Train another version"):
        changeover.begin("customer", row)
    assert not Changeover.objects.exists()
    MatchModel.objects.update(state="published")  # it could once be read
    with pytest.raises(ImproperlyConfigured, match="match_model retire customer"):
        rules.current()
    changeover.begin("customer", None)
    changeover.follow("customer")
    assert rules.current().models["customer"].version == "default-2"


LEARNED = {
    "columns": ["alias", "emails", "emails 2", "addresses city"],
    "attributes": {"alias": "text", "emails": "email", "emails 2": "email", "addresses city": "city"},
}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text", ""),
        ("company_name", "It learned from alias as another kind of value."),
        (None, "It learned from alias, which the hub does not have any more."),
    ],
)
def test_what_learned_from_other_attributes_is_not_put_in_force(kind: str | None, words: str) -> None:
    if kind:
        AttributeDefinition.objects.create(rule_set=rule_set(), name="alias", label="Alias", kind=kind)
    row = Equal("emails").stored(1, figures=LEARNED)
    warned = matchmodels.warnings(row)
    if not words:
        changeover.begin("customer", row)
        assert not any("It learned from" in one for one in warned)
        return
    assert warned[0] == f"{words} Train another version."
    with pytest.raises(changeover.Unusable) as refused:
        changeover.begin("customer", row)
    assert str(refused.value) == f"Match model customer-1 cannot be put in force. {words} Train another version."
    assert not Changeover.objects.exists()


def test_attributes_that_came_since_are_named_until_the_version_is_retired() -> None:
    now = drifted.columns("customer")
    row = Equal("emails").stored(1, figures={"columns": ["emails"], "attributes": now})
    assert matchmodels.warnings(row) == ()
    for name in ("alias", "zeta"):
        AttributeDefinition.objects.create(rule_set=rule_set(), name=name, label=name, kind="text")
    assert matchmodels.warnings(row) == (
        "It does not look at alias and zeta: no such attribute was there when it learned. Train another version.",
    )
    changeover.begin("customer", row)  # it works all the same
    row.state = "retired"
    assert matchmodels.warnings(row) == ()


def test_publishing_wakes_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(outbox, "wake", lambda task, **more: woken.append(task))
    changeover.begin("customer", Equal("emails").stored(1))
    assert woken == ["mdm.tasks.follow_models"]

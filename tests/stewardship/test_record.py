"""One golden record on its tabs: values and why they stand, sources, history and as of a time, relations, sync."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mdm import access
from mdm.models import Actor, Case, Customer, Decision, GoldenRecord, SourceRecord
from mdm.pipeline import decide, process
from tests.factories import at, change, organisation
from tests.stewardship.desk import NASTY, alone, golden, record_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("systems")]
TABS = ("", "sources", "history", "relations", "sync")


def test_identifiers_of_all_systems(eve: Client, meier: Customer) -> None:
    shown = record_page(eve, meier).context["identifiers"]
    assert [(known["system"].name, [one["record"].external_id for one in known["ids"]]) for known in shown] == [
        ("CRM", ["a1"]),
        ("ERP", ["100042"]),
        ("STORE", ["77"]),
    ]
    assert "not there" in record_page(eve, golden("sub")).content.decode()


def test_duplicates_and_gone_records_are_said_so(eve: Client, meier: Customer) -> None:
    process.changes([organisation("erp", "100043", 7, legal_name=NASTY, object_type="BusinessPartner")])
    process.changes([change("store", "77", 8, kind="delete", object_type="Company")])
    shown = {known["system"].name: known["ids"] for known in record_page(eve, meier).context["identifiers"]}
    assert [(one["record"].external_id, one["note"]) for one in shown["ERP"]] == [
        ("100042", ""),
        ("100043", "duplicate there"),
    ]
    assert [(one["record"].external_id, one["note"]) for one in shown["STORE"]] == [("77", "deleted")]


def test_values_with_their_winners(eve: Client, meier: Customer) -> None:
    values = {value["label"]: value for value in record_page(eve, meier).context["values"]}
    terms = values["Payment terms"]
    assert (terms["text"], terms["source"], terms["rule"]) == ("NT40", "ERP BusinessPartner 100042", "owned by erp")
    assert terms["at"] == datetime(2026, 1, 1, 0, 3, tzinfo=UTC)
    assert values["Phones, main"]["text"] == "+49421123456"
    assert values["Addresses, bill to"]["text"] == "Hauptstr. 5, 28195 Bremen, DE"


def test_the_grid_tells_which_value_won_in_words(eve: Client, meier: Customer) -> None:
    response = record_page(eve, meier, "sources")
    line = next(line for line in response.context["grid"] if line["label"] == "Payment terms")
    told_by = {
        record.connection.name: (cell["text"], cell["mark"])
        for (record, _), cell in zip(response.context["columns"], line["cells"], strict=True)
    }
    assert told_by == {"CRM": ("", "none"), "ERP": ("NT40", "won"), "STORE": ("NT60", "differs")}
    assert "✓ wins" in response.content.decode() and "≠ differs" in response.content.decode()


def test_what_the_hub_pushed_is_marked_as_ours(eve: Client, meier: Customer) -> None:
    record = SourceRecord.objects.get(external_id="a1", entity="customer")
    record.cells["payment_terms"] = {"v": "NT40", "o": "hub", "w": "NT40"}
    record.save(update_fields=["cells"])
    response = record_page(eve, meier, "sources")
    line = next(line for line in response.context["grid"] if line["label"] == "Payment terms")
    assert [cell["mark"] for cell in line["cells"]].count("hub") == 1
    assert "← from the hub" in response.content.decode()


def test_relations_name_the_other_end(eve: Client, meier: Customer) -> None:
    ties = {
        heading: [(tie["other"].display_name, tie["about"]) for tie in found_]
        for heading, found_ in record_page(eve, meier, "relations").context["ties"]
    }
    assert ties == {
        "Contacts": [("Eva Kern", [("Role", "Buyer")])],
        "Subsidiaries": [("Meier India Pvt Ltd", [])],
    }
    person = record_page(eve, golden("c1"), "relations")
    assert [heading for heading, _ in person.context["ties"]] == ["Contact of"]
    assert [heading for heading, _ in record_page(eve, golden("sub"), "relations").context["ties"]] == ["Parent"]


def test_deliveries_and_their_sentences(eve: Client, mia: Client, meier: Customer) -> None:
    text = record_page(eve, meier, "sync").content.decode()
    assert "dead letter" in text and "Refused: Meier &lt;script&gt;" in text
    assert "Updated 100042: Addresses, bill to, Legal name" in text
    assert "Look and retry" not in text
    text = record_page(mia, meier, "sync").content.decode()
    assert "Look and retry" in text


def test_an_attribute_with_an_open_proposal_leads_to_it(eve: Client, mia: Client, meier: Customer) -> None:
    assert "◐ proposal" not in record_page(eve, meier).content.decode()
    assert "◐ proposal" in record_page(mia, meier).content.decode()


def test_history_tells_who_why_and_when(eve: Client, meier: Customer) -> None:
    history = record_page(eve, meier, "history").context["history"]
    told_words = [entry["words"] for entry in history]
    assert any(words.startswith("Recognised and attached: ERP BusinessPartner 100042") for words in told_words)
    terms = [edit for entry in history for edit in entry["edits"] if edit["label"] == "Payment terms"]
    assert [(edit["before"], edit["after"], edit["rule"]) for edit in terms] == [
        ("NT30", "NT40", "owned by erp"),
        ("nothing", "NT30", "owned by erp"),
    ]
    assert terms[0]["source"] == "ERP BusinessPartner 100042"


def test_a_decision_names_the_person(eve: Client) -> None:
    alone("crm", "1", legal_name="Alpha AG")
    alone("erp", "2", 2, legal_name="Omega AG")
    first, second = golden("1"), golden("2")
    case = Case.objects.create(first_id=first.pk, second_id=second.pk, weight=1.0)
    person = access.of_user(get_user_model().objects.get(username="eve"))
    decide.merge(case, actor=person, version=1, reason="Same firm")
    history = record_page(eve, first, "history").context["history"]
    assert {entry["change"].actor for entry in history} == {"", "eve"}
    words = [entry["words"] for entry in history if entry["change"].actor == "eve"]
    assert "A steward decided" in words and "Attached by a steward: ERP Account 2" in words
    assert "2 Omega AG" not in record_page(eve, first, "history").content.decode()


def test_a_merged_id_leads_to_its_survivor(eve: Client, meier: Customer) -> None:
    lost = GoldenRecord.objects.create(entity="customer", merged_into=meier.golden)
    older = GoldenRecord.objects.create(entity="customer", merged_into=lost)
    for golden_record in (lost, older):
        response = eve.get(reverse("stewardship:customer", args=[golden_record.uid]), follow=True)
        assert response.redirect_chain == [(reverse("stewardship:customer", args=[meier.golden.uid]), 302)]
        assert f"{golden_record.uid} was merged into this golden record." in response.content.decode()


def test_an_unknown_id_is_a_page_that_helps(eve: Client) -> None:
    response = eve.get(reverse("stewardship:customer", args=[uuid4()]))
    assert response.status_code == 404
    assert "Ids of merged golden records lead on by themselves" in response.content.decode()


def test_an_open_case_is_told_with_its_other_side(eve: Client, boss: Client, meier: Customer) -> None:
    other = golden("sub")
    case = Case.objects.create(first_id=meier.pk, second_id=other.pk, weight=1.3)
    text = record_page(eve, meier).content.decode()
    assert "May be the same as" in text and "Meier India Pvt Ltd" in text
    assert f"Case {case.pk} waits for a steward." in text
    assert f"Decide case {case.pk}" in record_page(boss, meier).content.decode()


def test_markup_in_names_is_text(eve: Client, meier: Customer) -> None:
    for text in (record_page(eve, meier).content.decode(), eve.get("/").content.decode()):
        assert "<script>alert" not in text
        assert "Meier &lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in text


@pytest.mark.parametrize("tab", TABS)
def test_a_record_keeps_its_query_budget(
    mia: Client, meier: Customer, tab: str, django_assert_max_num_queries: Any
) -> None:
    other = golden("sub")
    Case.objects.create(first_id=meier.pk, second_id=other.pk, weight=1.3)
    asked = [{}, {"why": "legal_name"}, {"asof": timezone.now().isoformat()}] if not tab else [{}]
    for query in asked:
        record_page(mia, meier, tab, **query)
        cache.clear()
        with django_assert_max_num_queries(12) as few:
            record_page(mia, meier, tab, **query)
    for place in range(10):
        process.changes([organisation("erp", f"20{place}", 9 + place, legal_name=NASTY, object_type="BusinessPartner")])
        process.changes([organisation("crm", "a1", 20 + place, legal_name=NASTY, industry=f"Industry {place}")])
    cache.clear()
    with django_assert_max_num_queries(len(few)):
        record_page(mia, meier, tab, **asked[-1])


# Why ---------------------------------------------------------------------------------------------------------------


def test_why_tells_rule_owner_winner_and_losers(eve: Client, meier: Customer) -> None:
    response = record_page(eve, meier, why="payment_terms")
    (row,) = (row for row in response.context["values"] if row["why"])
    why = row["why"]
    assert (why["rule"], why["owner"]) == ("owned by erp", "erp")
    assert [(voice["source"], voice["value"], voice["won"], voice["reason"]) for voice in why["voices"]] == [
        ("ERP BusinessPartner 100042", "NT40", True, ""),
        ("STORE Company 77", "NT60", False, "erp owns this; an edit here is a proposal to it"),
    ]
    assert why["version"].source_time == at(3)
    text = response.content.decode()
    assert "Why is Payment terms what it is?" in text and "reached the hub" in text


def test_why_of_a_survivor_names_the_strategy(eve: Client, meier: Customer) -> None:
    process.changes([organisation("crm", "a1", 9, legal_name=NASTY, industry="Steel")])
    process.changes([organisation("store", "77", 10, legal_name=NASTY, object_type="Company", industry="Wood")])
    (row,) = (row for row in record_page(eve, meier, why="industry").context["values"] if row["why"])
    reasons = {voice["source"]: voice["reason"] for voice in row["why"]["voices"]}
    assert reasons["STORE Company 77"] == "" and "ranked behind by" in reasons["CRM Account a1"]


@pytest.mark.parametrize("why", ["", "nonsense", "a|b|c|d", "%00", "<script>"])
def test_why_of_what_is_no_value_shows_the_page(eve: Client, meier: Customer, why: str) -> None:
    response = record_page(eve, meier, why=why)
    assert response.status_code == 200 and not any(row["why"] for row in response.context["values"])


# As of a time ------------------------------------------------------------------------------------------------------


def test_the_record_as_of_a_time_with_what_differs_now(eve: Client, meier: Customer) -> None:
    versions = list(Customer.history.filter(golden_id=meier.pk).order_by("history_date"))
    middle = next(one for one in versions if one.lists.get("payment_terms") == "NT30")
    response = record_page(eve, meier, asof=middle.history_date.isoformat())
    terms = next(row for row in response.context["values"] if row["key"] == "payment_terms")
    assert (terms["text"], terms["today"]) == ("NT30", "NT40")
    assert response.context["changed"] >= 1
    text = response.content.decode()
    assert "As of" in text and "Back to now" in text and "≠ now" in text


def test_versions_follow_each_other_both_ways(eve: Client, meier: Customer) -> None:
    dates = list(
        Customer.history.filter(golden_id=meier.pk).order_by("history_date").values_list("history_date", flat=True)
    )
    assert len(dates) > 2
    moments = [record_page(eve, meier, asof=date.isoformat()).context["moment"] for date in dates]
    assert [moment.since for moment in moments] == dates
    assert [moment.earlier for moment in moments] == [None, *dates[:-1]]
    assert [moment.later for moment in moments] == [*dates[1:], None]


def test_before_it_was_made_and_after_now(eve: Client, meier: Customer) -> None:
    assert "was not made yet" in record_page(eve, meier, asof="2001-01-01T00:00").content.decode()
    assert record_page(eve, meier, asof="2222-01-01T00:00:00Z").context["changed"] == 0


@pytest.mark.parametrize("text", ["x", "0", "99999-01-01", "2026-13-01T00:00", "0001-01-01T00:00:00+14:00", "\x00"])
def test_what_is_no_time_shows_now(eve: Client, meier: Customer, text: str) -> None:
    response = record_page(eve, meier, asof=text)
    assert response.status_code == 200 and "moment" not in response.context


# Sync --------------------------------------------------------------------------------------------------------------


def test_differences_are_those_of_the_code_that_writes(eve: Client, meier: Customer) -> None:
    response = record_page(eve, meier, "differences")
    assert response.status_code == 200
    told = {one["system"].name: one["trouble"] for one in response.context["slots"]}
    assert set(told) == {"CRM", "ERP", "STORE"} and "has no access" in told["ERP"]


# Taking a record out -----------------------------------------------------------------------------------------------


def unmerge(external_id: str) -> str:
    row = SourceRecord.objects.get(external_id=external_id, entity="customer")
    return reverse("stewardship:unmerge", args=[row.pk])


def test_a_preview_shows_both_sides_and_changes_nothing(mia: Client, meier: Customer) -> None:
    before = Decision.objects.count()
    response = mia.get(unmerge("77"))
    text = response.content.decode()
    assert response.status_code == 200 and "STORE Company 77" in text
    rows = {row["label"]: (row["taken"], row["left"]) for row in response.context["parted"]}
    assert rows["Payment terms"] == ("NT60", "NT40")
    assert mia.get(f"{unmerge('77')}/writes").status_code == 200
    assert Decision.objects.count() == before and golden("77").pk == meier.pk


def test_a_record_is_taken_out_with_a_reason_on_what_was_seen(mia: Client, meier: Customer) -> None:
    seen = {"golden": str(meier.golden.uid)}
    assert mia.post(unmerge("77"), seen).status_code == 400
    stale = mia.post(unmerge("77"), {"golden": str(uuid4()), "reason": "Another plant"})
    assert stale.status_code == 409 and "changed hands" in stale.content.decode()
    assert golden("77").pk == meier.pk
    done = mia.post(unmerge("77"), {**seen, "reason": "Another plant"}, follow=True)
    assert done.status_code == 200 and "a golden record of its own now" in done.content.decode()
    assert golden("77").pk != golden("100042").pk
    assert set(Decision.objects.values_list("verdict", "reason", "actor__name")) == {("apart", "Another plant", "mia")}


def test_the_last_record_cannot_be_taken_out(mia: Client, meier: Customer) -> None:
    response = mia.get(unmerge("sub"))
    assert (
        response.status_code == 200 and "There is no other record it could be parted from" in response.content.decode()
    )
    answer = mia.post(unmerge("sub"), {"golden": str(golden("sub").golden.uid), "reason": "x"})
    assert answer.status_code == 400 and not Decision.objects.exists()


def test_only_who_decides_takes_records_out(eve: Client, mia: Client, meier: Customer) -> None:
    assert eve.get(unmerge("77")).status_code == 403
    assert "Take out…" in record_page(mia, meier, "sources").content.decode()
    assert "Take out…" not in record_page(eve, meier, "sources").content.decode()


def test_no_tab_shows_another_region(mia: Client, meier: Customer) -> None:
    user = get_user_model().objects.get(username="mia")
    Actor.objects.create(kind="user", name="mia", user=user, region="south")
    for tab in (*TABS, "differences"):
        assert record_page(mia, meier, tab).status_code == 404
    for address in (unmerge("77"), f"{unmerge('77')}/writes"):
        assert mia.get(address).status_code == 404
    assert mia.post(unmerge("77"), {"golden": str(meier.golden.uid), "reason": "x"}).status_code == 404


def test_the_sources_tell_how_they_became_one(eve: Client, meier: Customer) -> None:
    response = record_page(eve, meier, "sources")
    first, second = response.context["steps"]
    assert first["sizes"] == [1, 1] and sum(second["sizes"]) == 3
    assert (first["cause"], second["cause"]) == ("evidence", "evidence") and first["weight"] >= second["weight"]
    assert "came together by" in first["words"] and " and 1 more by " in second["words"]
    assert round(sum(bar["weight"] for bar in first["bars"]), 1) == round(first["weight"], 1)
    page = response.content.decode()
    assert second["words"] in page and "Tax id" in page


def test_a_steward_who_put_records_together_is_named(mia: Client, meier: Customer) -> None:
    alone("crm", "other", legal_name="Zylka AG")
    first, second = sorted((meier.pk, golden("other").pk))
    case = Case.objects.create(first_id=first, second_id=second, weight=1.0)
    steward = access.of_user(get_user_model().objects.get(username="mia"))
    decide.merge(case, actor=steward, version=1, reason="One yard.")
    steps = record_page(mia, golden("other"), "sources").context["steps"]
    assert [step["cause"] for step in steps] == ["steward", "evidence", "evidence"]
    assert steps[0]["words"].endswith(" came together by a word of mia: One yard.")


def test_who_stands_alone_has_not_grown(eve: Client, meier: Customer) -> None:
    response = record_page(eve, golden("sub"), "sources")
    assert response.context["steps"] == [] and "How these became one" not in response.content.decode()

"""Why not one with another: the form, what a text means, and the answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from mdm import access
from mdm.models import Actor, Case, Customer
from mdm.pipeline import decide
from tests.stewardship.desk import alone, bolts, golden, record_page

pytestmark = pytest.mark.django_db


def why(client: Client, row: Any, other: str) -> Any:
    return record_page(client, row, "why-not", other=other)


def test_the_sources_ask_and_the_empty_form_says_what_to_type(eve: Client, meier: Customer) -> None:
    assert f'action="/customers/{meier.golden.uid}/why-not"' in record_page(eve, meier, "sources").content.decode()
    page = why(eve, meier, "")
    assert "answer" not in page.context and "Which other record?" in page.content.decode()


@pytest.mark.parametrize("by", ["sub", "crm:Account:sub", "Meier India", "uid"])
def test_the_other_one_is_named_by_any_id(eve: Client, meier: Customer, by: str) -> None:
    sub = golden("sub")
    page = why(eve, meier, str(sub.golden.uid) if by == "uid" else by)
    assert page.context["other"].pk == sub.pk and page.context["answer"]["one"] is False
    text = page.content.decode()
    assert "They are not one." in text and "Not compared." in text and "Why not higher?" in text
    compared = page.context["answer"]["compared"]
    assert compared["second"] == "CRM Account sub"
    assert round(sum(bar["weight"] for bar in page.context["bars"]), 1) == round(compared["weight"], 1)


def test_a_text_that_means_several_gives_a_choice(eve: Client, meier: Customer) -> None:
    alone("erp", "second", legal_name="Zylka Nord AG")
    alone("erp", "third", legal_name="Zylka Ost AG")
    page = why(eve, meier, "zylka")
    assert {row.pk for row in page.context["choices"]} == {golden("second").pk, golden("third").pk}
    assert f"?other={golden('second').golden.uid}" in page.content.decode()


@pytest.mark.parametrize("other", ["nobody at all", "crm:Account:none", "a:b:c:d", "\x00"])
def test_what_means_nobody_says_what_to_type(eve: Client, meier: Customer, other: str) -> None:
    page = why(eve, meier, other)
    assert page.status_code == 200 and "answer" not in page.context
    assert ("Nothing fits" in page.content.decode()) == bool(other.strip("\x00"))


def test_its_own_records_are_one_with_it(eve: Client, meier: Customer) -> None:
    page = why(eve, meier, "100042")
    assert page.context["answer"]["one"] and len(page.context["answer"]["grown"]) == 2
    assert "They are one." in page.content.decode()


def test_a_word_of_a_steward_is_told_with_name_and_day(mia: Client, meier: Customer) -> None:
    first, second = sorted((meier.pk, golden("sub").pk))
    case = Case.objects.create(first_id=first, second_id=second, weight=1.0)
    steward = access.of_user(get_user_model().objects.get(username="mia"))
    decide.keep_apart(case, actor=steward, version=1, reason="A subsidiary")
    page = why(mia, meier, "sub")
    reason = page.context["answer"]["reasons"][0]
    assert reason["title"] == "Kept apart" and reason["words"].startswith("mia keeps ")
    assert f"since {timezone.now():%Y-%m-%d}: A subsidiary." in page.content.decode()


def test_an_open_case_is_led_to_for_those_who_may_look(mia: Client, eve: Client, meier: Customer) -> None:
    first, second = sorted((meier.pk, golden("sub").pk))
    case = Case.objects.create(first_id=first, second_id=second, weight=1.0)
    assert f"/review/{case.pk}/" in why(mia, meier, "sub").content.decode()
    assert f"/review/{case.pk}/" not in why(eve, meier, "sub").content.decode()


def test_products_tell_what_size_forbids(eve: Client, systems: dict[str, Any]) -> None:
    bolt, other = bolts()
    page = why(eve, bolt, "1005")
    assert page.context["other"].pk == other.pk
    assert page.context["answer"]["reasons"][0]["title"] in ("Forbidden", "Not enough evidence")


def test_a_product_is_not_found_among_customers(eve: Client, meier: Customer) -> None:
    bolts()
    assert "Nothing fits" in why(eve, meier, "1005").content.decode()


def test_of_another_region_nothing_is_told(mia: Client, meier: Customer) -> None:
    Customer.objects.filter(pk=meier.pk).update(region="north")
    Actor.objects.update_or_create(
        name="mia", defaults={"kind": "user", "user": get_user_model().objects.get(username="mia"), "region": "north"}
    )
    for other in ("sub", "crm:Account:sub", str(golden("sub").golden.uid)):
        assert "Nothing fits" in why(mia, meier, other).content.decode()
    assert why(mia, golden("sub"), "a1").status_code == 404

"""Golden products on the same pages as customers."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from mdm.models import Actor, Case, Product
from mdm.pipeline import process
from tests.factories import organisation
from tests.stewardship.desk import bolts, priced_bolt, record_page
from tests.stewardship.test_record import TABS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("systems")]


@pytest.fixture
def bolt() -> Product:
    """Known to the CRM and the ERP, which prices it."""
    return priced_bolt()


def test_a_product_has_every_tab_within_the_budget(
    mia: Client, bolt: Product, django_assert_max_num_queries: Any
) -> None:
    for tab in TABS:
        record_page(mia, bolt, tab)
        cache.clear()
        with django_assert_max_num_queries(12):
            assert record_page(mia, bolt, tab).status_code == 200, tab


def test_prices_are_told_in_words_with_their_owner(mia: Client, bolt: Product) -> None:
    response = record_page(mia, bolt, why="prices|10/EUR")
    (row,) = (row for row in response.context["values"] if row["why"])
    assert "12.5" in row["text"] and row["why"]["owner"] == "erp"
    assert 'aria-current="page"' in response.content.decode()


def test_products_are_listed_and_found_beside_customers(mia: Client, bolt: Product) -> None:
    process.changes([organisation("crm", "a1", 1, legal_name="Hex Werke GmbH")])
    (row,) = mia.get("/products/").context["rows"]
    assert row["golden"].pk == bolt.pk and dict(row["about"])["SKU"] == bolt.sku
    found = dict(mia.get("/search/", {"q": "hex"}).context["groups"])
    assert [row["golden"].display_name for row in found["customer"]] == ["Hex Werke GmbH"]
    assert [row["golden"].pk for row in found["product"]] == [bolt.pk]
    for text in (bolt.sku, "4006381333931", "1004", str(bolt.golden.uid), "Hexagno scrwe"):
        found = dict(mia.get("/search/", {"q": text}).context["groups"])
        assert [row["golden"].pk for row in found["product"]] == [bolt.pk], text


def test_the_search_keeps_its_query_budget_and_its_region(
    mia: Client, bolt: Product, django_assert_max_num_queries: Any
) -> None:
    process.changes([organisation("crm", "a1", 1, legal_name="Hex Werke GmbH", region="north")])
    for text in ("hex", "+49 421 123456", str(bolt.golden.uid), "nothing whatever"):
        mia.get("/search/", {"q": text})
        cache.clear()
        with django_assert_max_num_queries(12):
            assert mia.get("/search/", {"q": text}).status_code == 200
    user = get_user_model().objects.get(username="mia")
    Actor.objects.create(kind="user", name="mia", user=user, region="south")
    found = dict(mia.get("/search/", {"q": "hex"}).context["groups"])
    assert "customer" not in found and len(found["product"]) == 1, "products are of no region"
    assert mia.get("/search/", {"q": ""}).status_code == 200


def test_a_case_of_products_names_their_attributes(mia: Client) -> None:
    bolt, other = bolts()
    case = Case.objects.create(first_id=bolt.pk, second_id=other.pk, weight=4.5)
    rows = {row["key"]: row for row in mia.get(f"/review/{case.pk}/").context["rows"]}
    assert rows["gtin"]["label"] == "GTIN" and rows["sku"]["mark"] == "different"
    assert list(rows).index("sku") < list(rows).index("names|en"), "in the order of a product's attributes"
    assert rows["prices|10/EUR"]["label"].startswith("Prices") and "12.5" in rows["prices|10/EUR"]["first"]


def test_a_product_is_shown_as_of_a_time_and_why(mia: Client) -> None:
    bolt = priced_bolt()
    began = bolt.history.earliest().history_date  # type: ignore[attr-defined]
    then = {row["key"]: row for row in record_page(mia, bolt, asof=began.isoformat()).context["values"]}
    assert then["names|en"]["text"] == "Hex bolt M8x40" and then["grade"]["today"], "the grade came later"
    told = record_page(mia, bolt, "history").content.decode()
    assert "Sechskantschraube" in told and "Hex bolt M8x40" in told

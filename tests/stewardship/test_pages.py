"""The lists of golden records, the search, and who sees what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Access
from mdm import access
from mdm.models import Actor, Case, Connection, Customer, GoldenRecord, Proposal, SourceRecord
from mdm.pipeline import process
from mdm.pipeline.match import keys
from mdm.selectors import listing
from stewardship.templatetags.desk import told
from tests.factories import change, organisation
from tests.stewardship.desk import alone, dead_delivery, dead_message, golden, record_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("systems")]


def found(client: Client, **query: str) -> list[str]:
    response = client.get("/", query)
    assert response.status_code == 200
    return [row["golden"].display_name for row in response.context["rows"]]


# The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_newest_change_first(eve: Client) -> None:
    alone("crm", "1", legal_name="Alpha AG")
    alone("crm", "2", legal_name="Beta AG")
    alone("crm", "1", 5, legal_name="Alpha Neu AG")
    assert found(eve) == ["Alpha Neu AG", "Beta AG"]


@pytest.fixture
def estate() -> None:
    process.changes([organisation("crm", "0015g00000Xy7AbAAJ", 1, emails="einkauf@bolzen-meier.de")])
    process.changes([organisation("erp", "0000100042", 2, account_number="100042", phones__main="0421 123456")])
    alone("crm", "2", legal_name="Schraubenwerk Südring GmbH", trade_name="Ringo")
    alone("store", "77", legal_name="Rhein O'Neil & Co", party_type="organisation")
    person = {"party_type": "person", "first_name": "Eva", "last_name": "Kern", "emails": "eva.kern@example.com"}
    process.changes([change("store", "88", 1, **person)])
    paul = {"party_type": "person", "first_name": "Paul", "last_name": "Gates", "emails": "paul@gates.example"}
    process.changes([change("store", "gid://shopify/Customer/6900000000187", 1, **paul)])


MEIER = ["Bolzen Meier GmbH"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bolzen", MEIER),
        ("MEIER bol", MEIER),
        ("olzen", MEIER),
        ("Bolzne Meier", MEIER),
        ("Boltzen Maier", MEIER),
        ("Schraubenwrk Südrink", ["Schraubenwerk Südring GmbH"]),
        ("lzen", []),
        ("Bltzn Mair", []),
        ("bolzen kern", []),
        ("ringo", ["Schraubenwerk Südring GmbH"]),
        ("südring", ["Schraubenwerk Südring GmbH"]),
        ("Schraubenwerk Suedring", ["Schraubenwerk Südring GmbH"]),
        ("o'neil", ["Rhein O'Neil & Co"]),
        ("kern eva", ["Eva Kern"]),
        ("0015g00000Xy7AbAAJ", MEIER),
        ("0015g00000Xy7Ab", MEIER),
        ("0000100042", MEIER),
        ("100042", MEIER),
        ("einkauf@bolzen-meier.de", MEIER),
        (" Einkauf@Bolzen-Meier.DE ", MEIER),
        ("other@bolzen-meier.de", []),
        ("0421 123456", MEIER),
        ("+49 421 123456", MEIER),
        ("DE136695976", MEIER),
        ("de 136 695 976", MEIER),
        ("88", ["Eva Kern"]),
        ("6900000000187", ["Paul Gates"]),
        ("gid://shopify/Customer/6900000000187", ["Paul Gates"]),
        ("690000000018", []),
        ("' OR 1=1 --", []),
        ("%", []),
        ("a & | ! ( ) : *", []),
        ("<b>zzz</b>", []),
    ],
)
def test_search(eve: Client, estate: None, text: str, expected: list[str]) -> None:
    assert found(eve, q=text) == expected


def test_search_by_our_own_id_even_of_a_merged_one(eve: Client, estate: None) -> None:
    row = golden("2")
    other = GoldenRecord.objects.create(entity="customer", merged_into=row.golden)
    assert found(eve, q=str(row.golden.uid)) == ["Schraubenwerk Südring GmbH"]
    assert found(eve, q=str(other.uid)) == ["Schraubenwerk Südring GmbH"]
    record = SourceRecord.objects.get(external_id="2")
    assert found(eve, q=str(record.crosswalk_key)) == ["Schraubenwerk Südring GmbH"]


def test_search_and_match_index_hash_alike(estate: None) -> None:
    from mdm import rules
    from mdm.models import MatchKey

    record = SourceRecord.objects.get(external_id="0015g00000Xy7AbAAJ")
    assert MatchKey.hashed("customer", "mail:einkauf@bolzen-meier.de") in keys(record, rules.current())


def test_search_reads_indexes_only(estate: None) -> None:
    """What the planner says where sequential scans cost the earth: each part of the search has an index to use."""
    from django.db import connection

    from mdm.selectors import search

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Customer.objects.filter(search._by_words(Customer, "bolzen")).explain()
        by_id = SourceRecord.objects.filter(search.records("0000100042")).explain()
    assert "customer_words" in plan and "Seq Scan" not in plan
    assert "source_record_id" in by_id and "Seq Scan" not in by_id


def test_what_no_database_can_hold_is_not_searched_for(eve: Client, estate: None) -> None:
    assert len(found(eve, q="\x00")) == 5


def test_a_common_word_finds_more_than_are_told_one_by_one(eve: Client, estate: None, monkeypatch: Any) -> None:
    from mdm.selectors import search

    alone("crm", "3", 3, legal_name="Bolzen Handel AG", emails="x@bolzen-handel.example")
    monkeypatch.setattr(search, "MOST", 1)
    assert found(eve, q="bolzen") == ["Bolzen Handel AG", "Bolzen Meier GmbH"]


def test_filters(eve: Client, estate: None) -> None:
    assert sorted(found(eve, type="person")) == ["Eva Kern", "Paul Gates"]
    assert sorted(found(eve, status="provisional")) == ["Eva Kern", "Paul Gates", "Rhein O'Neil & Co"]
    assert found(eve, status="provisional", type="organisation") == ["Rhein O'Neil & Co"]
    assert len(found(eve, status="nonsense", type="nonsense")) == 5


def test_merged_ones_are_listed_only_when_asked_for(eve: Client, estate: None) -> None:
    Customer.objects.filter(pk=golden("2").pk).update(status="merged")
    assert "Schraubenwerk Südring GmbH" not in found(eve)
    assert found(eve, status="merged") == ["Schraubenwerk Südring GmbH"]


def test_counts_link_to_what_they_count(boss: Client, eve: Client, estate: None, systems: dict[str, Any]) -> None:
    first, second = Customer.objects.order_by("pk")[:2]
    Case.objects.create(first_id=first.pk, second_id=second.pk, weight=1.0)
    record = SourceRecord.objects.filter(golden=first.pk).first()
    Proposal.objects.create(golden_id=first.pk, record=record, key="segment", owner="crm", source_time=timezone.now())
    dead_message(systems["crm"])
    dead_delivery(systems["crm"], first)
    text = boss.get("/").content.decode()
    assert re.findall(r"<strong>(\d+)</strong> ([\w ]+)<", text) == [
        ("2", "active"), ("3", "provisional"), ("0", "blocked"),
    ]  # fmt: skip
    counted = re.findall(r'class="count">(\d+)<span class="unseen"> ([\w ]+)<', text)
    assert counted == [("1", "open cases"), ("1", "open proposals"), ("2", "dead letters")]
    for address in set(re.findall(r'href="(/[^"]*)"', text)):
        assert boss.get(address.replace("&amp;", "&")).status_code == 200, address
    assert "/admin/" not in eve.get("/").content.decode()
    assert "in review" in text


def test_pages_follow_each_other_both_ways(eve: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    for place in range(8):
        alone("crm", f"p{place}", legal_name=f"Firma Nummer{place} AG", emails=f"x{place}@firma{place}.example")
    Customer.objects.update(updated_at=timezone.now())  # all at once: the id must decide
    viewer = access.Viewer(user=None)

    def page(**mark: str) -> listing.Page:
        return listing.page(viewer, listing.Wanted(), size=3, **mark)

    def names(got: listing.Page) -> list[str]:
        return [item.golden.display_name for item in got.items]

    first, order = page(), [f"Firma Nummer{place} AG" for place in reversed(range(8))]
    second = page(older=first.older)
    third = page(older=second.older)
    assert names(first) + names(second) + names(third) == order
    assert (first.newer, third.older) == ("", "")
    assert names(page(newer=third.newer)) == names(second)
    back = page(newer=second.newer)
    assert (names(back), back.newer) == (names(first), "")
    assert {got.total for got in (first, second, third)} == {8}


@pytest.mark.parametrize("mark", ["x", "_", "2026-01-01T00:00:00_1", "2026-01-01T00:00:00+00:00_x", "9" * 40])
def test_a_mark_that_is_none_begins_anew(eve: Client, mark: str) -> None:
    assert eve.get("/", {"older": mark}).headers["Location"] == "/"


def test_links_to_other_pages_keep_the_search(eve: Client, estate: None, monkeypatch: Any) -> None:
    from functools import partial

    from stewardship.views import listing as views

    monkeypatch.setattr(views.listing, "page", partial(listing.page, size=1))
    text = eve.get("/", {"q": "a", "type": "organisation"}).content.decode()
    older = re.findall(r'rel="next" href="([^"]+)"', text)
    assert older == [] or "q=a" in older[0]
    text = eve.get("/", {"type": "organisation"}).content.decode()
    (older,) = re.findall(r'rel="next" href="([^"]+)"', text)
    assert "type=organisation" in older and "older=" in older
    assert eve.get("/" + older.replace("&amp;", "&")).status_code == 200


def test_an_empty_hub_says_what_to_do_next(boss: Client, eve: Client, systems: dict[str, Any]) -> None:
    assert "CRM, ERP and STORE are connected" in boss.get("/").content.decode()
    Connection.objects.all().delete()
    text = boss.get("/").content.decode()
    assert "no system is connected" in text and reverse("admin:mdm_connection_add") in text
    assert "Ask an admin to add a connection." in eve.get("/").content.decode()


def test_nothing_found_offers_to_clear(eve: Client, estate: None) -> None:
    text = eve.get("/", {"q": "<zzz>"}).content.decode()
    assert "No golden customer fits “&lt;zzz&gt;”" in text and "Clear search and filters" in text


def test_a_connection_in_trouble_is_told(eve: Client, systems: dict[str, Any]) -> None:
    Access.objects.create(connection=systems["erp"], base_url="https://x.example", trouble="SAP refuses the login.")
    assert "ERP does not work now.</strong> SAP refuses the login." in eve.get("/").content.decode()


def test_the_list_keeps_its_query_budget(eve: Client, django_assert_max_num_queries: Any) -> None:
    for place in range(3):
        alone("crm", f"p{place}", legal_name=f"Firma Nummer{place} AG")
    eve.get("/")
    cache.clear()
    with django_assert_max_num_queries(12) as few:
        eve.get("/")
    for place in range(3, 30):
        alone("crm", f"p{place}", legal_name=f"Firma Nummer{place} AG")
    cache.clear()
    with django_assert_max_num_queries(len(few)):
        eve.get("/")
    for asked in ("0421 123456", "Nummer", "11111111-2222-4333-8444-555555555555"):
        cache.clear()
        with django_assert_max_num_queries(12):
            eve.get("/", {"q": asked})


# Who sees what ----------------------------------------------------------------------------------------------------


def test_a_viewer_of_one_region_sees_that_region_only(eve: Client, systems: dict[str, Any]) -> None:
    alone("crm", "1", legal_name="Nord AG", region="north")
    alone("crm", "2", legal_name="Süd AG", region="south")
    north, south = golden("1"), golden("2")
    dead_message(systems["crm"])
    Case.objects.create(first_id=north.pk, second_id=south.pk, weight=1.0)
    assert sorted(found(eve)) == ["Nord AG", "Süd AG"]
    user = get_user_model().objects.get(username="eve")
    Actor.objects.create(kind="user", name="eve", user=user, region="north")
    assert found(eve) == ["Nord AG"]
    assert found(eve, q="süd") == []
    assert record_page(eve, south).status_code == 404
    page = record_page(eve, north)
    assert "a golden record you may not see" in page.content.decode() and "Süd AG" not in page.content.decode()
    cache.clear()
    assert eve.get("/").context["by_status"] == {"active": 1}


def test_sign_in_and_out(client: Client) -> None:
    get_user_model().objects.create_user("mia", password="right horse")
    asked = client.get("/", follow=True)
    assert asked.redirect_chain == [("/accounts/login/?next=/", 302)]
    assert "Sign out" not in asked.content.decode()
    wrong = client.post("/accounts/login/", {"username": "mia", "password": "wrong"})
    assert "User name and password do not fit" in wrong.content.decode()
    right = client.post("/accounts/login/?next=/", {"username": "mia", "password": "right horse", "next": "/"})
    assert right.headers["Location"] == "/"
    assert "Sign out" in client.get("/").content.decode()
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_only_reading_is_allowed(eve: Client) -> None:
    assert eve.post("/").status_code == 405


NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=30), "1 day ago"),
        (timedelta(days=31), "31 days ago"),
        (timedelta(days=40), "22 Jan 2026"),
        (timedelta(seconds=-20), "in a moment"),
        (timedelta(minutes=-5), "in 5 minutes"),
    ],
)
def test_times_are_told_from_now(gap: timedelta, words: str) -> None:
    assert told(NOW - gap, NOW) == words

"""The desk's first pages: the list of golden customers, and one of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Access, Delivery, InboundMessage
from mdm import access
from mdm.models import Actor, Case, Connection, Customer, GoldenRecord, Proposal, SourceRecord
from mdm.pipeline import process
from mdm.pipeline.match import keys
from mdm.selectors import customers as listing
from stewardship.templatetags.desk import told
from tests.factories import change, connections, organisation

pytestmark = pytest.mark.django_db

NASTY = "Meier <script>alert(1)</script> & Söhne"


@pytest.fixture(autouse=True)
def systems() -> dict[str, Connection]:
    return connections("write")


@pytest.fixture
def eve(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_user("eve", password="x"))
    return client


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    return client


def alone(connection: str, external_id: str, minute: float = 1, **values: Any) -> None:
    """A firm that matches nothing else."""
    process.changes(
        [organisation(connection, external_id, minute, **{"tax_ids__VAT": None, "addresses__bill_to": None, **values})]
    )


def golden(external_id: str, entity: str = "customer") -> Customer:
    return Customer.objects.get(golden__records__external_id=external_id, golden__records__entity=entity)


def found(client: Client, **query: str) -> list[str]:
    response = client.get("/", query)
    assert response.status_code == 200
    return [row["customer"].display_name for row in response.context["rows"]]


def record_page(client: Client, row: Customer) -> Any:
    return client.get(reverse("stewardship:customer", args=[row.golden.uid]))


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
        ("olzen", []),
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
    InboundMessage.objects.create(
        connection_id=systems["crm"].pk,
        object_type="Account",
        external_id="1",
        state="dead",
        observed_at=timezone.now(),
    )
    dead_delivery(systems["crm"], first)
    text = boss.get("/").content.decode()
    tiles = re.findall(r"<strong>(\d+)</strong> ([\w ]+)<", text)
    assert tiles == [
        ("2", "active"),
        ("3", "provisional"),
        ("0", "blocked"),
        ("1", "open case"),
        ("1", "open proposal"),
        ("1", "dead letter in"),
        ("1", "dead letter out"),
    ]
    for address in set(re.findall(r'href="(/admin/[^"]*)"', text)):
        assert boss.get(address).status_code == 200, address
    assert "/admin/" not in eve.get("/").content.decode()
    assert "in review" in text


def dead_delivery(connection: Connection, row: Customer) -> None:
    Delivery.objects.create(
        connection=connection,
        object_type="Account",
        subject_type="customer",
        subject_id=row.pk,
        state="dead",
        reason="permanent",
        attempts=3,
        error=f"Refused: {NASTY}",
        not_before=timezone.now(),
    )


def test_pages_follow_each_other_both_ways(eve: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    for place in range(8):
        alone("crm", f"p{place}", legal_name=f"Firma Nummer{place} AG", emails=f"x{place}@firma{place}.example")
    Customer.objects.update(updated_at=timezone.now())  # all at once: the id must decide
    viewer = access.Viewer(user=None)

    def page(**mark: str) -> listing.Page:
        return listing.page(viewer, listing.Wanted(), size=3, **mark)

    def names(got: listing.Page) -> list[str]:
        return [item.customer.display_name for item in got.items]

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

    from stewardship.views import customers as views

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
    with django_assert_max_num_queries(15) as few:  # five of them: session, user, region, permissions
        eve.get("/")
    for place in range(3, 30):
        alone("crm", f"p{place}", legal_name=f"Firma Nummer{place} AG")
    with django_assert_max_num_queries(len(few)):
        eve.get("/")
    with django_assert_max_num_queries(18):
        eve.get("/", {"q": "0421 123456"})


# One golden record ------------------------------------------------------------------------------------------------


@pytest.fixture
def meier(systems: dict[str, Any]) -> Customer:
    """Known to three systems, with a contact, a subsidiary, a proposal and deliveries."""
    firm = {"legal_name": NASTY, "emails": "einkauf@meier.example"}
    process.changes([organisation("crm", "a1", 1, **firm, segment="dealer", phones__main="0421 123456")])
    erp = {**firm, "object_type": "BusinessPartner"}
    process.changes([organisation("erp", "100042", 2, **erp, payment_terms="NT30", account_number="100042")])
    process.changes([organisation("erp", "100042", 3, **erp, payment_terms="NT40", account_number="100042")])
    process.changes([organisation("store", "77", 1, **firm, object_type="Company")])
    process.changes([organisation("store", "77", 4, **firm, object_type="Company", payment_terms="NT60")])
    refs = {"person": ("Contact.Person", "c1"), "organisation": ("Account", "a1")}
    process.changes(
        [
            change("crm", "c1", 5, object_type="Contact", entity="contact", role="Buyer", refs=refs),
            change(
                "crm", "c1", 5, object_type="Contact.Person", party_type="person", first_name="Eva", last_name="Kern"
            ),
        ]
    )
    alone("crm", "sub", 6, legal_name="Meier India Pvt Ltd", emails="office@meier-india.example")
    parent = {"organisation": ("Account", "sub"), "parent": ("Account", "a1")}
    process.changes([change("crm", "sub", 6, object_type="Account.Parent", entity="subsidiary", refs=parent)])
    row = golden("100042")
    dead_delivery(systems["store"], row)
    Delivery.objects.create(
        connection=systems["erp"],
        object_type="BusinessPartner",
        subject_type="customer",
        subject_id=row.pk,
        state="done",
        pushes=1,
        not_before=timezone.now(),
        finished_at=timezone.now(),
        written=[{"external_id": "100042", "created": False, "keys": ["addresses|bill_to", "legal_name"]}],
    )
    return row


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
    response = record_page(eve, meier)
    line = next(line for line in response.context["grid"] if line["label"] == "Payment terms")
    told_by = {
        record.connection.name: (cell["text"], cell["mark"])
        for record, cell in zip(response.context["columns"], line["cells"], strict=True)
    }
    assert told_by == {"CRM": ("", "none"), "ERP": ("NT40", "won"), "STORE": ("NT60", "differs")}
    assert "✓ wins" in response.content.decode() and "≠ differs" in response.content.decode()


def test_what_the_hub_pushed_is_marked_as_ours(eve: Client, meier: Customer) -> None:
    record = SourceRecord.objects.get(external_id="a1", entity="customer")
    record.cells["payment_terms"] = {"v": "NT40", "o": "hub", "w": "NT40"}
    record.save(update_fields=["cells"])
    response = record_page(eve, meier)
    line = next(line for line in response.context["grid"] if line["label"] == "Payment terms")
    assert [cell["mark"] for cell in line["cells"]].count("hub") == 1
    assert "← from the hub" in response.content.decode()


def test_relations_name_the_other_end(eve: Client, meier: Customer) -> None:
    ties = {
        heading: [(tie["other"].display_name, tie["about"]) for tie in found_]
        for heading, found_ in record_page(eve, meier).context["ties"]
    }
    assert ties == {
        "Contacts": [("Eva Kern", [("Role", "Buyer")])],
        "Subsidiaries": [("Meier India Pvt Ltd", [])],
    }
    person = record_page(eve, golden("c1"))
    assert [heading for heading, _ in person.context["ties"]] == ["Contact of"]
    assert [heading for heading, _ in record_page(eve, golden("sub")).context["ties"]] == ["Parent"]


def test_proposals_deliveries_and_their_sentences(eve: Client, boss: Client, meier: Customer) -> None:
    response = record_page(eve, meier)
    (proposal,) = response.context["proposals"]
    assert (proposal["label"], proposal["value"], proposal["owner_value"]) == ("Payment terms", "NT60", "NT40")
    text = response.content.decode()
    assert "dead letter" in text and "Refused: Meier &lt;script&gt;" in text
    assert "Updated 100042: Addresses, bill to, Legal name" in text
    assert "Look and replay" not in text and "Decide" not in text
    text = record_page(boss, meier).content.decode()
    assert "Look and replay" in text
    for address in set(re.findall(r'href="(/admin/[^"]*)"', text)):
        assert boss.get(address).status_code == 200, address


def test_history_tells_who_why_and_when(eve: Client, meier: Customer) -> None:
    history = record_page(eve, meier).context["history"]
    told_words = [entry["words"] for entry in history]
    assert any(words.startswith("Recognised and attached: ERP BusinessPartner 100042") for words in told_words)
    terms = [edit for entry in history for edit in entry["edits"] if edit["label"] == "Payment terms"]
    assert [(edit["before"], edit["after"], edit["rule"]) for edit in terms] == [
        ("NT30", "NT40", "owned by erp"),
        ("nothing", "NT30", "owned by erp"),
    ]
    assert terms[0]["source"] == "ERP BusinessPartner 100042"


def test_a_decision_names_the_person(eve: Client) -> None:
    from mdm.pipeline import decide

    alone("crm", "1", legal_name="Alpha AG")
    alone("erp", "2", 2, legal_name="Omega AG")
    first, second = golden("1"), golden("2")
    case = Case.objects.create(first_id=first.pk, second_id=second.pk, weight=1.0)
    person = access.of_user(get_user_model().objects.get(username="eve"))
    decide.merge(case, actor=person, version=1, reason="Same firm")
    history = record_page(eve, first).context["history"]
    assert {entry["change"].actor for entry in history} == {"", "eve"}
    words = [entry["words"] for entry in history if entry["change"].actor == "eve"]
    assert "A steward decided" in words and "Attached by a steward: ERP Account 2" in words
    assert "2 Omega AG" not in record_page(eve, first).content.decode()


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


def test_a_record_keeps_its_query_budget(eve: Client, meier: Customer, django_assert_max_num_queries: Any) -> None:
    record_page(eve, meier)
    with django_assert_max_num_queries(17) as few:
        record_page(eve, meier)
    for place in range(10):
        process.changes([organisation("erp", f"20{place}", 9 + place, legal_name=NASTY, object_type="BusinessPartner")])
        process.changes([organisation("crm", "a1", 20 + place, legal_name=NASTY, industry=f"Industry {place}")])
    with django_assert_max_num_queries(len(few)):
        record_page(eve, meier)


# Who sees what ----------------------------------------------------------------------------------------------------


def test_a_viewer_of_one_region_sees_that_region_only(eve: Client, systems: dict[str, Any]) -> None:
    alone("crm", "1", legal_name="Nord AG", region="north")
    alone("crm", "2", legal_name="Süd AG", region="south")
    north, south = golden("1"), golden("2")
    InboundMessage.objects.create(
        connection_id=systems["crm"].pk,
        object_type="Account",
        external_id="1",
        state="dead",
        observed_at=timezone.now(),
    )
    Case.objects.create(first_id=north.pk, second_id=south.pk, weight=1.0)
    assert sorted(found(eve)) == ["Nord AG", "Süd AG"]
    user = get_user_model().objects.get(username="eve")
    Actor.objects.create(kind="user", name="eve", user=user, region="north")
    assert found(eve) == ["Nord AG"]
    assert found(eve, q="süd") == []
    assert record_page(eve, south).status_code == 404
    page = record_page(eve, north)
    assert "a golden record you may not see" in page.content.decode() and "Süd AG" not in page.content.decode()
    assert eve.get("/").context["dead"] == {"inbound": 0, "outbound": 0}
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

"""Pulls from the real simulated system: windows, pages, what ended."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.sap import pull
from connectors.sap.options import read as options
from connectors.sap.pull import _changed_since

PARTNER, CONTACT = "BusinessPartner", "BusinessPartnerContact"


def pulled(sap, object_type, cursor, **how):
    """Payloads of all pages in order, and the last cursor as the database gives it back."""
    pages = list(sap.pull(object_type, cursor, **how))
    return [payload for page in pages for payload in page.payloads], json.loads(json.dumps(dict(pages[-1].cursor)))


def loaded(system, changed: dict[str, str]) -> list[str]:
    """Partners that changed at these moments, named so; returns their numbers."""
    for name, at in changed.items():
        fields = {"BusinessPartnerCategory": "2", "OrganizationBPName1": name, "_changed": at}
        system.process.control("load", {"records": [{"object": "A_BusinessPartner", "fields": fields}]})
    return [partner["BusinessPartner"] for partner in system.partners()]


STAMPS = {"day before": "2020-05-04T23:00:00+00:00", "before": "2020-05-05T09:59:59+00:00",
          "at": "2020-05-05T10:00:00+00:00", "after": "2020-05-05T11:00:00+00:00", "day after": "2020-05-06T01:00:00Z"}


def test_only_what_changed_since_is_read(system, monkeypatch):
    loaded(system, STAMPS)
    monkeypatch.setattr(pull, "STAMPED", ("LastChange",))  # all of them were created just now
    found, cursor = pulled(system.sap(), PARTNER, {"since": "2020-05-05T10:00:00+00:00"})
    assert [payload.body["OrganizationBPName1"] for payload in found] == ["at", "after", "day after"]
    told = datetime.fromisoformat(cursor.pop("since"))
    assert cursor == {} and timedelta() <= datetime.now(UTC) - told < timedelta(seconds=30)


def test_the_window_is_in_the_systems_time_zone(system, monkeypatch):
    loaded(system, STAMPS)  # 10:00 there is 04:30 UTC
    monkeypatch.setattr(pull, "STAMPED", ("LastChange",))
    found, _ = pulled(system.sap(time_zone="Asia/Kolkata"), PARTNER, {"since": "2020-05-05T04:30:00+00:00"})
    assert [payload.body["OrganizationBPName1"] for payload in found] == ["at", "after", "day after"]


def test_a_new_partner_without_a_change_stamp_is_news(system):
    number = system.organisation()
    _, cursor = pulled(system.sap(), PARTNER, {})
    system.edit(number, OrganizationBPName2="and Nut")
    found, _ = pulled(system.sap(), PARTNER, cursor)
    assert [payload.external_id for payload in found] == [number]


@pytest.mark.parametrize(("size", "pages"), [(2, 3), (5, 2), (50, 1)])
def test_pages(system, size, pages):
    numbers = loaded(system, STAMPS)
    given = list(system.sap(page_size=size).pull(PARTNER, {}))
    assert [payload.external_id for page in given for payload in page.payloads] == numbers
    assert len(given) == pages


def test_a_run_that_was_cut_short_goes_on(system):
    numbers = loaded(system, STAMPS)
    sap = system.sap(page_size=2)
    first = next(sap.pull(PARTNER, {}))
    rest, cursor = pulled(sap, PARTNER, json.loads(json.dumps(dict(first.cursor))))
    assert [payload.external_id for payload in (*first.payloads, *rest)] == numbers
    assert cursor == {"since": first.cursor["next"]}
    again, _ = pulled(sap, PARTNER, first.cursor, full=True)
    assert [payload.external_id for payload in again] == numbers


def test_an_hour_shown_twice_is_read_from_its_beginning():
    zone = options({"time_zone": "Europe/Berlin"}).time_zone
    late = datetime(2026, 10, 25, 1, 15, tzinfo=UTC).astimezone(zone)  # the second 02:15 of that night
    assert "time'PT01H15M00S'" in _changed_since(late)
    assert "time'PT04H15M00S'" in _changed_since(datetime(2026, 10, 25, 3, 15, tzinfo=UTC).astimezone(zone))


# ---- contacts ------------------------------------------------------------------------------------------------------


@pytest.fixture
def relation(system):
    """Make a relationship of a new person with a new organisation; returns its number."""

    def make(**fields):
        person = system.enter(BusinessPartnerCategory="1", LastName="Lee")
        return system.enter("A_BusinessPartnerContact", BusinessPartnerPerson=person,
                            BusinessPartnerCompany=system.organisation(), **fields)

    return make


def test_relationships_are_news_once(system, relation):
    sap = system.sap(page_size=2)
    numbers = [relation(ValidityStartDate="/Date(1577836800000)/") for _ in range(5)]
    found, cursor = pulled(sap, CONTACT, {})
    assert [payload.external_id for payload in found] == numbers
    assert pulled(sap, CONTACT, cursor) == ([], cursor)
    system.edit(numbers[1], "A_BusinessPartnerContact", to_ContactRelationship={"EmailAddress": "lee@example.com"})
    found, cursor = pulled(sap, CONTACT, cursor)
    assert [payload.external_id for payload in found] == [numbers[1]]
    (change,) = sap.map(found[0])
    assert (change.attributes, change.source_time) == (
        {"work_email": "lee@example.com"}, datetime(2020, 1, 1, tzinfo=UTC))
    everything, again = pulled(sap, CONTACT, cursor, full=True)
    assert [payload.external_id for payload in everything] == numbers
    assert everything[1].body == found[0].body  # the same however often it is read
    assert again == cursor


def test_a_value_that_comes_back_is_news_again(system, relation):
    number, sap, cursor, seen = relation(), system.sap(), {}, []
    for department in ("0001", "0002", "0001"):
        system.edit(number, "A_BusinessPartnerContact", to_ContactRelationship={"ContactPersonDepartment": department})
        (payload,), cursor = pulled(sap, CONTACT, cursor)
        (change,) = sap.map(payload)
        seen.append((change.attributes["department"], change.source_time, change.observed_at))
    assert [department for department, _, _ in seen] == ["0001", "0002", "0001"]
    assert seen[0][1] == seen[1][1] == seen[2][1]
    assert seen[0][2] < seen[1][2] < seen[2][2]


def test_what_ended_or_went_is_told_once(system, relation):
    sap, (ended, deleted, stays) = system.sap(page_size=1), [relation() for _ in range(3)]
    _, cursor = pulled(sap, CONTACT, {})
    system.process.control("remove", {"object": "A_BusinessPartnerContact", "id": deleted})
    found, cursor = pulled(sap, CONTACT, cursor)
    assert [(payload.external_id, sap.map(payload)[0].kind) for payload in found] == [(deleted, "delete")]
    assert sorted(cursor["seen"]) == sorted([ended, stays])
    assert pulled(sap, CONTACT, cursor)[0] == []


def test_one_hidden_by_a_shifting_page_is_not_taken_for_gone(system, relation, monkeypatch):
    sap, numbers = system.sap(page_size=1), [relation() for _ in range(3)]
    _, cursor = pulled(sap, CONTACT, {})
    pages = sap.pull(CONTACT, cursor)
    next(pages)
    system.process.control("remove", {"object": "A_BusinessPartnerContact", "id": numbers[0]})  # the others move up
    gone = [payload for page in pages for payload in page.payloads]
    assert gone == []  # the second one was passed over, the first was seen before it went
    found, _ = pulled(sap, CONTACT, cursor)
    assert [(payload.external_id, payload.body) for payload in found] == [(numbers[0], {})]

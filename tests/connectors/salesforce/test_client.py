"""The client against a simulated organisation, and against answers no honest organisation gives."""

from __future__ import annotations

from itertools import pairwise

import pytest

from connectors.auth import ClientCredentials
from connectors.base import Access, FieldRow
from connectors.errors import Gone, Misconfigured, Permanent, Retriable
from connectors.http import Response, Transport
from connectors.salesforce import errors, mapping
from connectors.salesforce.client import Client
from connectors.salesforce.connector import Salesforce
from tests.connectors.sandbox.server import running
from tests.connectors.scripted import Answer, scripted

SECRETS = {"client_id": "hub", "client_secret": "a-secret-of-the-test"}
TOKEN = Answer(body={"access_token": "t1"})


@pytest.fixture(scope="module")
def system():
    with running("salesforce", **SECRETS, daily_limit=1000) as system:
        yield system


@pytest.fixture
def clean(system):
    system.control("reset")
    return system


def salesforce(url, fields=(), **options) -> Salesforce:
    return Salesforce(Access(connection="crm", base_url=url, secrets=SECRETS, options=options, fields=fields))


def client(url, **given):
    transport = Transport(url, sleep=lambda seconds: None)
    return Client(transport, ClientCredentials(transport, "/services/oauth2/token", *SECRETS.values()),
                  version="v67.0", **given)


def accounts(system, count, **fields):
    stamps = {"SystemModstamp": "2026-10-01T00:00:00Z"}
    records = [{"object": "Account", "fields": {"Name": f"Firm {n}", **stamps, **fields}} for n in range(count)]
    system.control("load", {"records": records})


# ---- sessions and limits -------------------------------------------------------------------------------------------


def test_an_expired_session_is_renewed_in_the_middle_of_a_pull(clean):
    accounts(clean, 450)
    pages = salesforce(clean.url, page_size=200).pull("Account", {})
    first = next(pages)
    clean.control("expire_tokens")
    found = [*first.payloads, *(payload for page in pages for payload in page.payloads)]
    assert len(found) == len({payload.external_id for payload in found}) == 450


def test_the_use_of_the_api_is_remembered_and_kept_below_our_share(clean):
    time = [0.0]
    asking = client(clean.url, share=0.01, clock=lambda: time[0])
    used = 0
    for _ in range(11):
        list(asking.query("SELECT Id FROM Account"))
        assert asking.api_usage is not None and asking.api_usage[1] == 1000
        assert asking.api_usage[0] > used
        used = asking.api_usage[0]
    with pytest.raises(Retriable, match="has used 11 of its 1000 API calls") as error:
        list(asking.query("SELECT Id FROM Account"))
    assert error.value.after == 60
    assert clean.control("counters", method="GET")["by_path"] == {
        "POST /services/oauth2/token": 1, "GET /services/data/v<version>/query": 11
    }
    assert asking.retrieve("Account", ["001gR0000000001QAA"], ["Id"], essential=True) == [None]
    time[0] = 61.0
    list(asking.query("SELECT Id FROM Account"))  # one call to see whether there is room again


def test_the_organisations_limit_is_retriable():
    with running("salesforce", **SECRETS, daily_limit=1) as system:
        connector = salesforce(system.url)
        with pytest.raises(Retriable) as error:
            list(connector.pull("Account", {}))
            list(connector.pull("Account", {}))
        assert error.value.after


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(401, [{"errorCode": "INVALID_SESSION_ID", "message": "Session over"}]), Misconfigured, "Session over"),
        (Answer(403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "Total"}]), Retriable, "no more calls"),
        (Answer(403, [{"errorCode": "API_DISABLED_FOR_ORG", "message": "no API"}]), Misconfigured, "no API"),
        (Answer(400, [{"errorCode": "INVALID_FIELD", "message": "No such column 'X'"}]), Misconfigured, "column 'X'"),
        (Answer(400, [{"errorCode": "QUERY_TIMEOUT", "message": "too slow"}]), Retriable, "too slow"),
        (Answer(400, [{"errorCode": "SOMETHING_NEW", "message": "odd"}]), Permanent, "odd"),
        (Answer(404, b"<html>not here"), Misconfigured, "404"),
        (Answer(500, b"oops"), Retriable, "500"),
        (Answer(200, b"<html>login</html>"), Retriable, "not JSON"),
        (Answer(200, ["x"]), Permanent, "no object"),
        (Answer(200, {"done": True}), Permanent, "without a list"),
    ],
)
def test_answers_that_fail_a_query(answer, error, words):
    with scripted(TOKEN, answer, TOKEN, answer) as server, pytest.raises(error, match=words) as raised:
        list(client(server.url).query("SELECT Id FROM Account"))
    assert not any(secret in f"{raised.value} {raised.value.detail}" for secret in (*SECRETS.values(), "t1 "))


def test_a_next_link_to_another_place_gets_no_credentials():
    page = Answer(body={"done": False, "records": [{"Id": "1"}], "nextRecordsUrl": "http://evil.example/next"})
    with scripted(TOKEN, page) as server:
        pages = client(server.url).query("SELECT Id FROM Account")
        assert [record["Id"] for record in next(pages).records] == ["1"]
        with pytest.raises(Permanent, match=r"evil\.example"):
            next(pages)
        assert len(server.asked) == 2


@pytest.mark.parametrize("body", [[], {}, [{"success": True}], [1], "x", [{"success": True, "id": "001A"}] * 2])
def test_results_that_do_not_fit_the_rows_decide_nothing(body):
    with scripted(TOKEN, Answer(body=body)) as server:
        records = [{"MDM_Key__c": "k"}]
        try:
            (row,) = client(server.url).upsert("Account", "MDM_Key__c", records)
        except Retriable:
            return
        assert isinstance(row.error, Retriable)


def test_the_correlation_id_travels_with_a_write():
    with scripted(TOKEN, Answer(body=[{"success": True, "id": "001A"}])) as server:
        (row,) = client(server.url).update("Account", [{"Id": "001A"}], correlation_id="c-1")
        assert row.id == "001A"
        assert [asked.headers.get("X-Correlation-Id") for asked in server.asked] == [None, "c-1"]


ROW = "Account k"


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"statusCode": "UNABLE_TO_LOCK_ROW", "message": "busy"}, Retriable, "tried again"),
        ({"statusCode": "REQUEST_LIMIT_EXCEEDED", "message": "x"}, Retriable, "x"),
        ({"statusCode": "SERVER_UNAVAILABLE", "message": "x"}, Retriable, "x"),
        ({"statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted"}, Gone, "deleted in Salesforce"),
        ({"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "x", "fields": ["Id"]}, Gone, "x"),
        ({"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "x", "fields": ["ParentId"]}, Permanent, "ParentId"),
        ({"statusCode": "STRING_TOO_LONG", "message": "too large", "fields": ["Name"]}, Permanent, r"\(field Name\)"),
        ({"statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "our rule"}, Permanent, "our rule"),
        ({"statusCode": "DUPLICATE_VALUE", "message": "duplicates value on record with id: 001B"}, Permanent,
         "must be unique.*001B"),
        ({"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these?", "duplicateResult": {"matchResults": [
            {"matchRecords": [{"record": {"Id": "001C"}}, {"record": {"Id": "001B"}}]}]}}, Permanent,
         "one of 001B, 001C; a steward decides"),
        ({"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these?"}, Permanent, "another record"),
        ({}, Permanent, "refuses"),
        (None, Retriable, "neither a result nor a reason"),
    ],
)
def test_errors_of_rows(given, error, words):
    found = errors.of_row(ROW, [given])
    assert type(found) is error
    with pytest.raises(error, match=f"^{ROW}: .*{words}"):
        raise found


def test_an_answer_that_is_a_bare_text_is_told():
    assert isinstance(errors.of_answer(Response(400, {}, b'"no"', "http://x"), '"no"'), Permanent)


# ---- reading -------------------------------------------------------------------------------------------------------


def test_the_watermark_is_the_systems_own_time_and_overlaps(clean):
    accounts(clean, 3)
    connector = salesforce(clean.url, overlap_seconds=2)
    cursor = list(connector.pull("Account", {}))[-1].cursor
    assert cursor["since"] > "2026-11" and cursor["deleted_since"] > "2026-11"  # not the old stamps of the records
    assert sum(len(page.payloads) for page in connector.pull("Account", cursor)) == 0
    assert sum(len(page.payloads) for page in connector.pull("Account", cursor, full=True)) == 3


def test_a_pull_cut_off_goes_on_from_its_last_page(clean):
    for day in range(1, 5):
        accounts(clean, 150, SystemModstamp=f"2026-10-{day:02}T00:00:00Z")
    connector = salesforce(clean.url, page_size=200)
    first = next(iter(connector.pull("Account", {})))
    rest = [payload for page in connector.pull("Account", first.cursor) for payload in page.payloads]
    assert len({payload.external_id for payload in (*first.payloads, *rest)}) == 600
    assert len(rest) < 600


def test_records_come_in_the_order_of_their_stamps(clean):
    for day in (3, 1, 2):
        accounts(clean, 2, SystemModstamp=f"2026-10-{day:02}T00:00:00Z")
    found = [payload for page in salesforce(clean.url).pull("Account", {}) for payload in page.payloads]
    assert all(one.body["SystemModstamp"] <= two.body["SystemModstamp"] for one, two in pairwise(found))


def test_person_accounts_hidden_contacts_are_not_pulled(clean):
    person = next(row["Id"] for row in clean.dump("RecordType") if row["IsPersonType"])
    clean.control("create", {"object": "Account", "fields": {"LastName": "Ray", "RecordTypeId": person}})
    firm = clean.control("create", {"object": "Account", "fields": {"Name": "Firm"}})["id"]
    clean.control("create", {"object": "Contact", "fields": {"LastName": "Lee", "AccountId": firm}})
    found = [payload for page in salesforce(clean.url).pull("Contact", {}) for payload in page.payloads]
    assert [payload.body["LastName"] for payload in found] == ["Lee"]


def test_fetch_keeps_the_order_and_tells_what_became_of_the_lost(clean):
    ids = [clean.control("create", {"object": "Account", "fields": {"Name": name}})["id"] for name in "ABC"]
    clean.control("merge", {"object": "Account", "winner": ids[0], "losers": [ids[1]]})
    clean.control("remove", {"object": "Account", "id": ids[2]})
    never = "001gR0000000zzzQAA"
    found = salesforce(clean.url).fetch("Account", [ids[2], ids[0], never, ids[1]])
    assert [payload.external_id for payload in found] == [ids[2], ids[0], never, ids[1]]
    assert [sorted(payload.body)[:2] for payload in found[::2]] == [["_deleted_at"], []]
    assert found[1].body["Name"] == "A"
    assert found[3].body["_merged_into"] == ids[0]


def test_another_object_is_not_read(clean):
    with pytest.raises(Permanent, match="choose one of Account, Contact, Product2"):
        salesforce(clean.url).pull("Lead", {})


def test_a_run_time_field_travels_both_ways(clean):
    row = FieldRow(object_type="Account", native="Dealer_Tier__c", key="dealer_tier", write=True)
    id = clean.control("create", {"object": "Account", "fields": {"Name": "A", "Dealer_Tier__c": "gold"}})["id"]
    connector = salesforce(clean.url, fields=(row,))
    connector.prepare()
    (payload,) = connector.fetch("Account", [id])
    assert connector.map(payload)[0].attributes["dealer_tier"] == "gold"
    assert connector.represent("Account", {"dealer_tier": "tin"}) == {"dealer_tier": "tin"}


# ---- set-up --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"api_version": "67"}, "api_version"),
        ({"api_version": 67}, "api_version"),
        ({"page_size": 10}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"api_share": 2}, "api_share"),
        ({"overlap_seconds": -1}, "overlap_seconds"),
        ({"overlap_seconds": True}, "overlap_seconds"),
    ],
)
def test_a_wrong_option_is_named(clean, options, words):
    with pytest.raises(Misconfigured, match=words):
        salesforce(clean.url, **options).prepare()


@pytest.mark.parametrize("native", ["Name FROM User --", "Owner.Name", "", "1x", "Ünë__c"])
def test_a_mapping_row_cannot_become_part_of_a_query(clean, native):
    row = FieldRow(object_type="Account", native=native, key="dealer_tier")
    with pytest.raises(Misconfigured, match="is no Salesforce field"):
        list(salesforce(clean.url, fields=(row,)).pull("Account", {}))


def test_the_wrong_address_is_told():
    login = Answer(body={"access_token": "t1", "instance_url": "https://firm.my.example"})
    with scripted(login) as server, pytest.raises(Misconfigured, match=r"https://firm\.my\.example"):
        salesforce(server.url).prepare()


def described(**changes):
    """A describe answer that is right, but for some fields."""
    fields = {name: {"name": name, "length": 0, "updateable": True, "externalId": True, "unique": True}
              for name in mapping.SELECTED["Account"]}
    for name, change in changes.items():
        fields[name] = change and {**fields[name], **change}
    return Answer(body={"fields": [field for field in fields.values() if field]})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (described(GSTIN__c=None, EIN__c=None), "lacks GSTIN__c, EIN__c"),
        (described(MDM_Key__c={"unique": False}), "MDM_Key__c must be marked External ID and Unique"),
        (described(VAT_Id__c={"length": 10}), "VAT_Id__c holds 10 characters, 20 are needed"),
        (described(Phone={"updateable": False}, Fax={"updateable": False}), "may not edit Phone, Fax"),
        (Answer(body={"fields": "none"}), "lacks Id"),
    ],
)
def test_what_is_missing_in_the_organisation_is_named(answer, words):
    with scripted(TOKEN, answer) as server, pytest.raises(Misconfigured, match=words):
        salesforce(server.url).prepare()


def test_an_organisation_without_person_accounts_is_told():
    nothing = Answer(body={"done": True, "records": []})
    with scripted(TOKEN, nothing) as server, pytest.raises(Misconfigured, match="enable Person Accounts"):
        _ = salesforce(server.url)._person_type

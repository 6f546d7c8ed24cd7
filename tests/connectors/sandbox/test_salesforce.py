"""The simulated Salesforce holds and refuses records as the vendor does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sandbox.salesforce import ids
from tests.connectors.sandbox.salesforce_org import CLIENT, DATA, Org, refusal
from tests.connectors.sandbox.server import running

PERSON = ids.make("012", 2)


@pytest.fixture(scope="module")
def _org() -> Iterator[Org]:
    with running("salesforce", **CLIENT) as process:
        org = Org(process.url)
        org.login()
        yield org


@pytest.fixture
def org(_org: Org) -> Org:
    _org.control("reset")
    return _org


# ---- ids ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "full"),
    [
        # pairs as vendors' and third parties' pages show them
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("0018M000003uKqq", "0018M000003uKqqQAE"),
        ("003D000000QYRmS", "003D000000QYRmSIAX"),
        ("000000000000000", "000000000000000AAA"),
    ],
)
def test_an_id_has_the_suffix_the_vendor_gives_it(short: str, full: str) -> None:
    assert ids.canonical(short) == full
    assert ids.canonical(full) == full


@pytest.mark.parametrize("wrong", ["", "1", "001D000000IqhSLIAA", "001D000000Iqh-L", "001D000000IqhSLI", None, 5])
def test_what_is_no_id_has_no_canonical_form(wrong: object) -> None:
    assert ids.canonical(wrong) is None


def test_a_short_id_addresses_the_same_record(org: Org) -> None:
    id = org.account()
    assert org.call("GET", f"/sobjects/Account/{id[:15]}").json()["Id"] == id
    assert org.column(f"SELECT Id FROM Account WHERE Id = '{id[:15]}'", "Id") == [id]


# ---- what a record must be ------------------------------------------------------------------------------------------

REFUSED = [
    # object, fields, status, code, message, fields named
    ("Account", {}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", ["Name"]),
    ("Account", {"Name": "  "}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", ["Name"]),
    ("Account", {"RecordTypeId": PERSON}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", None),
    ("Contact", {"FirstName": "A"}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"]),
    ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG", "Account Name: data value too large: xxx", ["Name"]),
    ("Account", {"BillingCity": "x" * 41}, "STRING_TOO_LONG", "(max length=40)", ["BillingCity"]),
    ("Account", {"BillingPostalCode": "x" * 21}, "STRING_TOO_LONG", "(max length=20)", ["BillingPostalCode"]),
    ("Account", {"BillingStreet": "x" * 256}, "STRING_TOO_LONG", "(max length=255)", ["BillingStreet"]),
    ("Account", {"Phone": "1" * 41}, "STRING_TOO_LONG", "(max length=40)", ["Phone"]),
    ("Account", {"AccountNumber": "1" * 41}, "STRING_TOO_LONG", "(max length=40)", ["AccountNumber"]),
    (
        "Account",
        {"Currency__c": "EURO"},
        "STRING_TOO_LONG",
        "Currency: data value too large: EURO (max length=3)",
        None,
    ),
    ("Contact", {"LastName": "A", "Title": "x" * 129}, "STRING_TOO_LONG", "(max length=128)", ["Title"]),
    ("Contact", {"LastName": "A", "FirstName": "x" * 41}, "STRING_TOO_LONG", "(max length=40)", ["FirstName"]),
    (
        "Contact",
        {"LastName": "A", "Email": "a@b"},
        "INVALID_EMAIL_ADDRESS",
        "Email: invalid email address: a@b",
        ["Email"],
    ),
    ("Account", {"Nope__c": 1}, "INVALID_FIELD", "No such column 'Nope__c' on sobject of type Account", None),
    (
        "Account",
        {"SystemModstamp": "2026-01-01T00:00:00Z"},
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: SystemModstamp. Please check the security settings of this field and verify "
        "that it is read/write for your profile or permission set.",
        ["SystemModstamp"],
    ),
    ("Account", {"BillingAddress": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE", "BillingAddress", ["BillingAddress"]),
    ("Account", {"Id": "001D000000IqhSL"}, "INVALID_FIELD_FOR_INSERT_UPDATE", "fields: Id.", ["Id"]),
    (
        "Account",
        {"LastName": "Rao"},
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Account: bad field names on insert/update call: LastName",
        ["LastName"],
    ),
    ("Account", {"ParentId": "24"}, "MALFORMED_ID", "Parent Account ID: id value of incorrect type: 24", ["ParentId"]),
    ("Account", {"ParentId": "001D000000IqhSL"}, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", None),
    ("Account", {"ParentId": "003D000000QYRmS"}, "FIELD_INTEGRITY_EXCEPTION", "id value of incorrect type", None),
    ("Account", {"Email_Consent__c": "maybe"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "maybe", None),
    ("Account", {"Credit_Block__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Credit Block: value not of", None),
    ("Account", {"Credit_Block__c": "so so"}, "JSON_PARSER_ERROR", "instance of boolean from VALUE_STRING", None),
    ("Account", {"Name": 5}, "JSON_PARSER_ERROR", "Cannot deserialize instance of string from VALUE_NUMBER_INT", None),
    ("Account", {"Parent": {"MDM_Key__c": "none"}}, "INVALID_FIELD", "Foreign key external ID: none not found", None),
]


@pytest.mark.parametrize(("object", "fields", "code", "says", "named"), REFUSED)
def test_a_record_against_the_rules_is_refused_and_nothing_is_stored(
    org: Org, object: str, fields: dict[str, Any], code: str, says: str, named: list[str] | None
) -> None:
    plain = {} if object == "Contact" or "RecordTypeId" in fields or code == "REQUIRED_FIELD_MISSING" else {"Name": "A"}
    status, found, message, names = refusal(org.call("POST", f"/sobjects/{object}", plain | fields))
    assert (status, found) == (400, code)
    assert says in message
    if named is not None:
        assert names == named
    assert org.dump(object) == []


def test_an_unknown_object_or_resource_does_not_exist(org: Org) -> None:
    missing = (404, "NOT_FOUND", "The requested resource does not exist", None)
    assert refusal(org.call("POST", "/sobjects/Lead", {"LastName": "A"})) == missing
    assert refusal(org.call("POST", "/jobs/ingest", {})) == missing
    assert refusal(org.call("POST", "/composite/tree/Account", {})) == missing
    assert refusal(org.call("PUT", "/sobjects/Account", {}))[:2] == (405, "METHOD_NOT_ALLOWED")


def test_text_is_trimmed_empty_text_is_null_and_an_untouched_field_stays(org: Org) -> None:
    id = org.account(Name="  Acme \n", Phone="", Website=" acme.example ")
    org.call("PATCH", f"/sobjects/Account/{id}", {"website": None, "Credit_Block__c": "true"})
    held = org.held("Account", id)
    assert (held["Name"], held["Phone"], held["Website"], held["Credit_Block__c"]) == ("Acme", None, None, True)
    assert held["RecordTypeId"] == ids.make("012", 1)


def test_a_circle_of_parents_is_refused(org: Org) -> None:
    top = org.account()
    below = org.account(ParentId=top)
    assert refusal(org.call("PATCH", f"/sobjects/Account/{top}", {"ParentId": below}))[1] == "CIRCULAR_DEPENDENCY"


def test_a_deleted_record_can_neither_be_changed_nor_referred_to(org: Org) -> None:
    id = org.account()
    assert org.call("DELETE", f"/sobjects/Account/{id}").status_code == 204
    gone: tuple[str, str, list[str]] = ("ENTITY_IS_DELETED", "entity is deleted", [])
    assert refusal(org.call("PATCH", f"/sobjects/Account/{id}", {"Name": "B"})) == (404, *gone)
    assert refusal(org.call("DELETE", f"/sobjects/Account/{id}")) == (404, *gone)
    assert refusal(org.call("POST", "/sobjects/Account", {"Name": "B", "ParentId": id})) == (400, *gone)
    assert refusal(org.call("GET", f"/sobjects/Account/{id}"))[:2] == (404, "NOT_FOUND")


def test_stamps_move_with_every_change_by_the_api_even_an_idle_one(org: Org) -> None:
    old = "2026-01-02T03:04:05.000+0000"
    seed = {"Id": "001D000000IqhSL", "Name": "Acme", "SystemModstamp": "2026-01-02T03:04:05Z"}
    org.control("load", {"records": [{"object": "Account", "fields": seed}]})
    held = org.held("Account", "001D000000IqhSLIAZ")
    assert (held["SystemModstamp"], held["LastModifiedDate"], held["CreatedDate"]) == (old, old, old)
    org.call("PATCH", "/sobjects/Account/001D000000IqhSL", {"Name": "Acme"})
    held = org.held("Account", "001D000000IqhSLIAZ")
    assert held["CreatedDate"] == old < held["SystemModstamp"] == held["LastModifiedDate"]


# ---- external ids ---------------------------------------------------------------------------------------------------


def test_an_upsert_creates_then_updates(org: Org) -> None:
    path = "/sobjects/Account/MDM_Key__c/shop%2F1%20a"
    created = org.call("PATCH", path, {"Name": "Acme"})
    id = created.json()["id"]
    assert (created.status_code, created.json()) == (201, {"id": id, "success": True, "errors": [], "created": True})
    updated = org.call("PATCH", path, {"Name": "Acme Ltd"})
    assert (updated.status_code, updated.json()) == (200, {"id": id, "success": True, "errors": [], "created": False})
    before_46 = org.http.patch(f"{org.url}/services/data/v45.0{path}", json={"Name": "Acme Ltd"})
    assert (before_46.status_code, before_46.text) == (204, "")
    assert org.held("Account", id)["MDM_Key__c"] == "shop/1 a"
    assert org.call("GET", path).json()["Name"] == "Acme Ltd"


def test_an_upsert_by_a_key_that_several_have_names_them_all(org: Org) -> None:
    several = sorted([org.account(SAP_Id__c="7"), org.account(SAP_Id__c="7")])
    answer = org.call("PATCH", "/sobjects/Account/SAP_Id__c/7", {"Name": "B"})
    assert (answer.status_code, answer.json()) == (300, [f"{DATA}/sobjects/Account/{id}" for id in several])


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "says"),
    [
        ("Account/MDM_Key__c/k", {"MDM_Key__c": "k"}, 400, "INVALID_FIELD", "The MDM_Key__c field should not be"),
        ("Account/MDM_Key__c/k", {"Id": "1"}, 400, "INVALID_FIELD", "The Id field should not be specified in the"),
        ("Account/Phone/5", {"Name": "A"}, 404, "NOT_FOUND", "Provided external ID field does not exist"),
        ("Account/nonsense", {"Name": "A"}, 404, "NOT_FOUND", "or is not accessible: nonsense"),
        ("Account/001D000000IqhSL", {"Name": "A"}, 404, "NOT_FOUND", "The requested resource does not exist"),
    ],
)
def test_a_wrong_address_is_refused(
    org: Org, path: str, body: dict[str, Any], status: int, code: str, says: str
) -> None:
    found = refusal(org.call("PATCH", f"/sobjects/{path}", body))
    assert found[:2] == (status, code)
    assert says in found[2]


def test_a_unique_key_is_held_by_one_live_record(org: Org) -> None:
    first = org.account(MDM_Key__c="k")
    answer = refusal(org.call("POST", "/sobjects/Account", {"Name": "B", "MDM_Key__c": "k"}))
    text = f"duplicate value found: MDM_Key__c duplicates value on record with id: {first[:15]}"
    assert answer == (400, "DUPLICATE_VALUE", text, [])
    assert org.call("PATCH", f"/sobjects/Account/{first}", {"MDM_Key__c": "k"}).status_code == 204
    org.call("DELETE", f"/sobjects/Account/{first}")
    assert org.account(MDM_Key__c="k") != first


# ---- collections ----------------------------------------------------------------------------------------------------


def many(*records: dict[str, Any], whole: bool = False, type: str = "Account") -> dict[str, Any]:
    return {"allOrNone": whole, "records": [{"attributes": {"type": type}} | record for record in records]}


def test_each_row_of_a_collection_has_its_own_result_in_order(org: Org) -> None:
    body = many({"Name": "A"}, {"Phone": "1"}, {"Name": "C"})
    first, second, third = org.call("POST", "/composite/sobjects", body).json()
    assert first == {
        "id": org.column("SELECT Id FROM Account WHERE Name = 'A'", "Id")[0],
        "success": True,
        "errors": [],
    }
    error = {
        "statusCode": "REQUIRED_FIELD_MISSING",
        "message": "Required fields are missing: [Name]",
        "fields": ["Name"],
    }
    assert second == {"success": False, "errors": [error]}
    assert third["success"]


def test_all_or_none_stores_none(org: Org) -> None:
    held = org.account(Name="Old")
    body = many({"id": held, "Name": "New"}, {"id": "001D000000IqhSL", "Name": "New"}, whole=True)
    rolled_back, wrong = org.call("PATCH", "/composite/sobjects", body).json()
    assert rolled_back["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert wrong["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    assert org.held("Account", held)["Name"] == "Old"
    assert org.column("SELECT Name FROM Account WHERE MDM_Key__c = null ORDER BY SystemModstamp") == ["Old"]


def test_a_collection_upsert_says_what_it_created(org: Org) -> None:
    known = org.account(MDM_Key__c="a")
    body = many(
        {"MDM_Key__c": "a", "Name": "A"},
        {"MDM_Key__c": "b", "Name": "B"},
        {"MDM_Key__c": "c", "Name": ""},
        {"Name": "D"},
        {"MDM_Key__c": "e", "Name": "E"},
        {"MDM_Key__c": "e", "Name": "E"},
    )
    results = org.call("PATCH", "/composite/sobjects/Account/MDM_Key__c", body).json()
    assert results[0] == {"id": known, "success": True, "errors": [], "created": False}
    assert (results[1]["success"], results[1]["created"]) == (True, True)
    codes = [result["errors"][0]["statusCode"] for result in results[2:]]
    assert codes == ["REQUIRED_FIELD_MISSING", "MISSING_ARGUMENT", "DUPLICATE_VALUE", "DUPLICATE_VALUE"]
    assert all(result["created"] is False for result in results[2:])
    assert org.column("SELECT Name FROM Account ORDER BY Name") == ["A", "B"]
    assert org.control("counters", method="GET")["writes"] == 3


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([{"attributes": {"type": "Account"}, "Name": "A"}] * 201, "EXCEEDED_ID_LIMIT"),
        ([{"attributes": {"type": kind}} for kind in ("Account", "Contact") * 6], "LIMIT_EXCEEDED"),
        ([{"attributes": {"type": "Lead"}}], "INVALID_TYPE"),
        ([{"Name": "A"}], "MISSING_ARGUMENT"),
        ("no list", "JSON_PARSER_ERROR"),
        (
            [{"attributes": {"type": "Account"}, "Name": "A"}, {"attributes": {"type": "Account"}, "Name": 5}],
            "JSON_PARSER_ERROR",
        ),
    ],
)
def test_a_collection_that_is_wrong_as_a_whole_stores_nothing(org: Org, records: Any, code: str) -> None:
    answer = org.call("POST", "/composite/sobjects", {"records": records})
    assert refusal(answer)[:2] == (400, code)
    assert org.dump("Account") == []


def test_two_hundred_records_go_in_one_call(org: Org) -> None:
    body = many(*({"MDM_Key__c": f"k{n}", "Name": f"Firm {n}"} for n in range(200)))
    results = org.call("PATCH", "/composite/sobjects/Account/MDM_Key__c", body).json()
    assert len({result["id"] for result in results}) == 200


def test_records_come_back_by_id_in_the_order_asked_for(org: Org) -> None:
    first, gone, last = org.account(Name="A"), org.account(Name="B"), org.account(Name="C")
    assert org.call("DELETE", f"/composite/sobjects?ids={gone}").json() == [{"id": gone, "success": True, "errors": []}]
    wanted = [last, gone, first[:15]]
    got = org.call("GET", f"/composite/sobjects/Account?ids={','.join(wanted)}&fields=id,Name").json()
    posted = org.call("POST", "/composite/sobjects/Account", {"ids": wanted, "fields": ["id", "Name"]}).json()
    assert got == posted
    assert [record and (record["Id"], record["Name"]) for record in got] == [(last, "C"), None, (first, "A")]


def test_a_locked_row_fails_alone_and_then_succeeds(org: Org) -> None:
    free, held = org.account(), org.account()
    org.control("lock", {"id": held, "times": 1})
    body = many({"id": free, "Phone": "1"}, {"id": held, "Phone": "1"})
    results = org.call("PATCH", "/composite/sobjects", body).json()
    assert results[0]["success"]
    assert results[1]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert [row["success"] for row in org.call("PATCH", "/composite/sobjects", body).json()] == [True, True]


# ---- deletes, merges, persons, users --------------------------------------------------------------------------------


def window(minutes: int = 2) -> str:
    now = datetime.now(UTC)
    start, end = (now + timedelta(minutes=shift) for shift in (-minutes, minutes))
    return f"start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"


def test_a_delete_takes_contacts_along_and_shows_by_three_routes(org: Org) -> None:
    kept, gone = org.account(Name="Kept"), org.account(Name="Gone")
    child = org.account(Name="Child", ParentId=gone)
    contact = org.call("POST", "/sobjects/Contact", {"LastName": "Meier", "AccountId": gone}).json()["id"]
    org.control("remove", {"object": "Account", "id": gone})
    assert org.column("SELECT Name FROM Account ORDER BY Name") == ["Child", "Kept"]
    assert org.column("SELECT Name FROM Account WHERE IsDeleted = true", resource="queryAll") == ["Gone"]
    assert org.query("SELECT IsDeleted, MasterRecordId FROM Contact", "queryAll")["records"][0]["IsDeleted"] is True
    assert org.held("Account", child)["ParentId"] is None
    deleted = org.call("GET", f"/sobjects/Account/deleted?{window()}").json()
    assert [record["id"] for record in deleted["deletedRecords"]] == [gone]
    assert deleted["deletedRecords"][0]["deletedDate"] == org.held("Account", gone)["SystemModstamp"]
    assert deleted["latestDateCovered"] <= datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.999")
    contacts = org.call("GET", f"/sobjects/Contact/deleted/?{window()}").json()
    assert [record["id"] for record in contacts["deletedRecords"]] == [contact]
    updated = org.call("GET", f"/sobjects/Account/updated?{window()}").json()
    assert sorted(updated["ids"]) == sorted([kept, child])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("start=2026-01-01T00:00:00Z", "MISSING_ARGUMENT"),
        ("start=yesterday&end=today", "INVALID_DATE_FORMAT"),
        ("start=2020-01-01T00:00:00Z&end=2020-01-02T00:00:00Z", "INVALID_REPLICATION_DATE"),
        ("start=2026-01-01T00:00:10Z&end=2026-01-01T00:00:50Z", "INVALID_REPLICATION_DATE"),
    ],
)
def test_a_wrong_window_is_refused(org: Org, query: str, code: str) -> None:
    assert refusal(org.call("GET", f"/sobjects/Account/deleted?{query}"))[:2] == (400, code)


def test_a_merge_deletes_the_loser_tells_its_master_and_moves_what_it_had(org: Org) -> None:
    old = "2026-01-01T00:00:00Z"
    names = {"winner": "001D000000IqhSL", "loser": "0018M000003uKqq"}
    records = [
        {"object": "Account", "fields": {"Id": id, "Name": name, "MDM_Key__c": name, "SystemModstamp": old}}
        for name, id in names.items()
    ]
    fields = {"LastName": "Meier", "AccountId": names["loser"], "SystemModstamp": old}
    org.control("load", {"records": [*records, {"object": "Contact", "fields": fields}]})
    org.control("merge", {"object": "Account", "winner": names["winner"], "losers": [names["loser"]]})
    winner, loser = "001D000000IqhSLIAZ", "0018M000003uKqqQAE"
    [gone] = org.query(
        "SELECT Id, MasterRecordId, MasterRecord.Name, MDM_Key__c FROM Account "
        "WHERE IsDeleted = true AND MasterRecordId != null",
        "queryAll",
    )["records"]
    assert (gone["Id"], gone["MasterRecordId"], gone["MasterRecord"]["Name"]) == (loser, winner, "winner")
    assert org.column("SELECT AccountId FROM Contact WHERE SystemModstamp > 2026-01-01T00:00:00Z", "AccountId") == [
        winner
    ]
    assert org.column("SELECT Id FROM Account WHERE SystemModstamp > 2026-01-01T00:00:00Z", "Id") == [winner]
    assert org.held("Account", winner)["MDM_Key__c"] == "winner"


def test_a_merge_that_would_make_a_circle_fails_and_changes_nothing(org: Org) -> None:
    loser = org.account(Name="Loser")
    between = org.account(Name="Between", ParentId=loser)
    winner = org.account(Name="Winner", ParentId=between)
    before = org.dump("Account")
    body = {"object": "Account", "winner": winner, "losers": [loser]}
    answer = org.http.post(f"{org.url}/_control/merge", json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "attempt to form a circle of records"})
    assert sorted(org.dump("Account"), key=str) == sorted(before, key=str)


def test_a_person_account_is_one_account_with_a_hidden_contact(org: Org) -> None:
    body = {"RecordTypeId": PERSON, "FirstName": "Asha", "LastName": "Rao", "PersonEmail": "asha@example.com"}
    id = org.call("POST", "/sobjects/Account", body).json()["id"]
    org.call("PATCH", f"/sobjects/Account/{id}", {"PersonMobilePhone": "+91 98"})
    account = org.held("Account", id)
    contact = org.held("Contact", account["PersonContactId"])
    assert (account["Name"], account["IsPersonAccount"]) == ("Asha Rao", True)
    shown = ("Name", "Email", "MobilePhone", "AccountId", "IsPersonAccount", "SystemModstamp")
    expected = ["Asha Rao", "asha@example.com", "+91 98", id, True, account["SystemModstamp"]]
    assert [contact[name] for name in shown] == expected
    name = org.call("PATCH", f"/sobjects/Account/{id}", {"Name": "Other"})
    assert refusal(name)[1:3] == (
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Account: bad field names on insert/update call: Name",
    )
    through = org.call("PATCH", f"/sobjects/Contact/{contact['Id']}", {"Email": "x@example.com"})
    assert refusal(through)[1] == "INVALID_PERSON_ACCOUNT_OPERATION"
    below = org.call("POST", "/sobjects/Contact", {"LastName": "X", "AccountId": id})
    assert refusal(below)[1] == "FIELD_INTEGRITY_EXCEPTION"
    firm = org.call("PATCH", f"/sobjects/Account/{id}", {"RecordTypeId": ids.make("012", 1)})
    assert refusal(firm)[1] == "FIELD_INTEGRITY_EXCEPTION"
    org.call("DELETE", f"/sobjects/Account/{id}")
    assert org.held("Contact", contact["Id"])["IsDeleted"] is True


def test_what_a_user_types_is_formatted_and_signed_by_the_user(org: Org) -> None:
    by_api = org.account(Phone="5551234567")
    by_hand = org.control("create", {"object": "Account", "fields": {"Name": "B", "Phone": "5551234567"}})["id"]
    org.control("edit", {"object": "Account", "id": by_hand, "fields": {"Fax": "15551234567", "BillingStreet": "1\n2"}})
    first, second = org.held("Account", by_api), org.held("Account", by_hand)
    assert (first["Phone"], second["Phone"], second["Fax"]) == ("5551234567", "(555) 123-4567", "(555) 123-4567")
    assert second["BillingStreet"] == "1\r\n2"
    assert first["LastModifiedById"] != second["LastModifiedById"]


def test_a_silent_edit_moves_no_stamp(org: Org) -> None:
    seed = {"Id": "001D000000IqhSL", "Name": "Acme", "SystemModstamp": "2026-01-02T03:04:05Z"}
    org.control("load", {"records": [{"object": "Account", "fields": seed}]})
    before = org.held("Account", "001D000000IqhSLIAZ")
    org.control("edit", {"object": "Account", "id": before["Id"], "fields": {"Name": "Drifted"}, "silent": True})
    assert org.held("Account", before["Id"]) == before | {"Name": "Drifted"}


def test_a_load_is_all_or_none_and_names_the_record_that_is_wrong(org: Org) -> None:
    records = [{"object": "Account", "fields": {"Name": "A"}}, {"object": "Account", "fields": {"Name": ""}}]
    answer = org.http.post(f"{org.url}/_control/load", json={"records": records})
    assert answer.status_code == 400
    assert answer.json() == {"error": "Record 1 (Account): Required fields are missing: [Name]"}
    assert org.dump("Account") == []


def test_references_may_be_given_by_external_id(org: Org) -> None:
    top = org.account(MDM_Key__c="top")
    id = org.account(Parent={"MDM_Key__c": "top"})
    assert org.held("Account", id)["ParentId"] == top

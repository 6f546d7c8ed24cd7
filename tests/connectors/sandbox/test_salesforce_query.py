"""The simulated Salesforce answers SOQL as the vendor does, and refuses what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sandbox.salesforce import ids, soql
from connectors.sandbox.salesforce.query import Runner
from connectors.sandbox.salesforce.records import Records
from connectors.sandbox.salesforce.schema import ACCOUNT
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


@pytest.fixture
def firms(org: Org) -> Org:
    """Four accounts and two contacts with stamps of different days."""
    top = "001D000000IqhSL"
    accounts: list[dict[str, Any]] = [
        {"Id": top, "Name": "Alpha", "Phone": "1", "NumberOfEmployees": 10, "MDM_Key__c": "K1"},
        {"Name": "beta", "ParentId": top, "Credit_Block__c": True, "NumberOfEmployees": 9, "Description": "x"},
        {"Name": "Gamma's 50%", "Phone": "2", "BillingCity": "Pune", "BillingCountry": "IN"},
        {"RecordTypeId": PERSON, "FirstName": "Asha", "LastName": "Rao", "PersonEmail": "asha@example.com"},
    ]
    for day, fields in enumerate(accounts, 1):
        fields["SystemModstamp"] = f"2026-01-0{day}T12:00:00Z"
    contacts = [
        {"LastName": "Meier", "AccountId": top, "SystemModstamp": "2026-02-01T00:00:00Z"},
        {"LastName": "Lose", "SystemModstamp": "2026-02-02T00:00:00Z"},
    ]
    records = [{"object": "Account", "fields": fields} for fields in accounts]
    records += [{"object": "Contact", "fields": fields} for fields in contacts]
    assert org.control("load", {"records": records}) == {"loaded": 6}
    return org


A, B, C, P = "Alpha", "beta", "Gamma's 50%", "Asha Rao"


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("Name = 'ALPHA'", [A]),
        ("Name != 'alpha'", [B, C, P]),
        ("Name <> 'alpha'", [B, C, P]),
        ("Phone != '1'", [B, C, P]),
        ("Phone = null", [B, P]),
        ("Phone != NULL", [A, C]),
        ("Name LIKE '%A%A'", [A]),
        ("Name like 'bet_'", [B]),
        (r"Name LIKE '%50\%'", [C]),
        (r"Name = 'gamma\'s 50%'", [C]),
        ("Name IN ('alpha', 'BETA')", [A, B]),
        ("Name NOT IN ('alpha', 'BETA')", [C, P]),
        ("NOT Name LIKE '%a'", [C, P]),
        ("NOT (Name = 'alpha' OR Name = 'beta')", [C, P]),
        ("Name = 'alpha' OR (Phone = null AND Credit_Block__c = true)", [A, B]),
        ("Credit_Block__c = FALSE", [A, C, P]),
        ("NumberOfEmployees < 10", [B]),
        ("NumberOfEmployees >= 9.5", [A]),
        ("SystemModstamp >= 2026-01-02T12:00:00Z", [B, C, P]),
        ("SystemModstamp > 2026-01-02T12:00:00.000Z", [C, P]),
        ("SystemModstamp <= 2026-01-02T13:00:00+01:00", [A, B]),
        ("SystemModstamp = 2026-01-02T12:00:00+0000", [B]),
        ("SystemModstamp > 2026-01-03T12:00:00Z OR (SystemModstamp = 2026-01-03T12:00:00Z AND Phone = '2')", [C, P]),
        ("SystemModstamp > 2026-01-03T12:00:00Z OR Name = 'alpha'", [A, P]),
        ("NOT SystemModstamp >= 2026-01-02T12:00:00Z", [A]),
        ("MDM_Key__c = 'K1'", [A]),
        ("MDM_Key__c = 'k1'", []),
        ("MDM_Key__c IN ('K1', 'x') AND SystemModstamp > 2026-01-05T00:00:00Z", []),
        ("Parent.Name = 'alpha'", [B]),
        ("Parent.Name != 'alpha'", [A, C, P]),
        ("ParentId = '001D000000IqhSLIAZ'", [B]),
        ("RecordType.DeveloperName = 'PersonAccount'", [P]),
        ("IsPersonAccount = true AND PersonEmail LIKE '%@EXAMPLE.com'", [P]),
        ("Account.Name = 'beta'", [B]),
        ("IsDeleted = true", []),
    ],
)
def test_conditions(firms: Org, condition: str, names: list[str]) -> None:
    assert firms.column(f"SELECT Name FROM Account WHERE {condition} ORDER BY SystemModstamp, Id") == names
    assert sorted(firms.column(f"SELECT Name FROM Account WHERE {condition}")) == sorted(names)
    assert firms.query(f"SELECT COUNT() FROM Account WHERE {condition}")["totalSize"] == len(names)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("ORDER BY Name", [A, P, B, C]),
        ("ORDER BY Name DESC", [C, B, P, A]),
        ("ORDER BY SystemModstamp DESC", [P, C, B, A]),
        ("ORDER BY Phone, Name DESC", [B, P, A, C]),
        ("ORDER BY Phone ASC NULLS LAST, Name", [A, C, P, B]),
        ("ORDER BY Phone DESC, Name ASC", [P, B, C, A]),
        ("ORDER BY Phone DESC NULLS LAST, Name ASC", [C, A, P, B]),
        ("ORDER BY Parent.Name NULLS LAST, Name LIMIT 2", [B, A]),
        ("ORDER BY Name LIMIT 1 OFFSET 2", [B]),
        ("ORDER BY Name LIMIT 0", []),
    ],
)
def test_orders(firms: Org, order: str, names: list[str]) -> None:
    assert firms.column(f"SELECT Name FROM Account {order}") == names


COLUMN_HINT = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


@pytest.mark.parametrize(
    ("soql", "code", "says"),
    [
        (
            "SELECT Foo FROM Account",
            "INVALID_FIELD",
            "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\n"
            f"No such column 'Foo' on entity 'Account'. {COLUMN_HINT}",
        ),
        ("SELECT Id FROM Account WHERE Foo = 'x'", "INVALID_FIELD", "No such column 'Foo' on entity 'Account'."),
        ("SELECT Id FROM Account ORDER BY Foo", "INVALID_FIELD", "No such column 'Foo' on entity 'Account'."),
        ("SELECT Owner.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Owner' in field path."),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "must be of type string and should be enclosed in"),
        (
            "SELECT Id FROM Account WHERE SystemModstamp > '2026-01-01T00:00:00Z'",
            "INVALID_FIELD",
            "value of filter criterion for field 'SystemModstamp' must be of type dateTime and should not be enclosed",
        ),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "'Description' can not be filtered in a"),
        ("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
        ("SELECT Id FROM Account WHERE IsDeleted > true", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
        ("SELECT Id FROM Foo", "INVALID_TYPE", "sObject type 'Foo' is not supported."),
        ("SELECT Id FROMM Account", "MALFORMED_QUERY", "unexpected token: 'FROMM'"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Account WHERE Name = 'a", "MALFORMED_QUERY", "unexpected token: '''"),
        ("SELECT Id, FROM Account", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
        ("SELECT Id FROM Account LIMIT x", "MALFORMED_QUERY", "unexpected token: 'x'"),
        (
            "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
            "MALFORMED_QUERY",
            "unexpected token: 'OR'",
        ),
        # a plus sign that was not encoded arrives as a blank
        ("SELECT Id FROM Account WHERE SystemModstamp > 2026-01-01T00:00:00 00:00", "MALFORMED_QUERY", "unexpected"),
        (
            "SELECT Id, (SELECT Id FROM Contact) FROM Account",
            "INVALID_TYPE",
            "Didn't understand relationship 'Contact' in FROM part of query call.",
        ),
        ("SELECT Id, (SELECT Foo FROM Contacts) FROM Account", "INVALID_FIELD", "No such column 'Foo' on entity 'Con"),
        (
            "SELECT Id, (SELECT Id, (SELECT Id FROM Contacts) FROM Contacts) FROM Account",
            "MALFORMED_QUERY",
            "unexpected token: '('",
        ),
        ("SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id, (SELECT Id FROM Contacts FROM Account", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Account GROUP BY Name", "MALFORMED_QUERY", "unexpected token: 'GROUP'"),
        ("SELECT Id FROM Account LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "offset allowed is 2000"),
    ],
)
def test_a_wrong_query_is_refused_in_the_vendors_words(firms: Org, soql: str, code: str, says: str) -> None:
    [error] = firms.query(soql)
    assert error["errorCode"] == code
    assert says in error["message"]


def test_a_query_too_long_for_an_address_is_refused(firms: Org) -> None:
    listed = ",".join(["'001D000000IqhSLIAZ'"] * 1000)
    answer = firms.http.get(f"{firms.url}{DATA}/query", params={"q": f"SELECT Id FROM Account WHERE Id IN ({listed})"})
    assert answer.status_code == 414


def test_records_show_attributes_related_records_and_addresses(firms: Org) -> None:
    soql = "SELECT id, Name, Parent.Name, Parent.RecordType.Name FROM account WHERE Name = 'beta'"
    [record] = firms.query(soql)["records"]
    top = f"{DATA}/sobjects/Account/001D000000IqhSLIAZ"
    kind = f"{DATA}/sobjects/RecordType/{ids.make('012', 1)}"
    assert record == {
        "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/{record['Id']}"},
        "Id": record["Id"],
        "Name": "beta",
        "Parent": {
            "attributes": {"type": "Account", "url": top},
            "Name": "Alpha",
            "RecordType": {"attributes": {"type": "RecordType", "url": kind}, "Name": "Business Account"},
        },
    }
    soql = "SELECT BillingAddress, ShippingAddress, Parent.Name FROM Account WHERE BillingCity = 'pune'"
    [record] = firms.query(soql)["records"]
    address = dict.fromkeys(("geocodeAccuracy", "latitude", "longitude", "postalCode", "state", "street"))
    assert record["BillingAddress"] == address | {"city": "Pune", "country": "IN"}
    assert (record["ShippingAddress"], record["Parent"]) == (None, None)


def test_a_subquery_gives_the_children_of_each_record(firms: Org) -> None:
    inner = "SELECT LastName, Account.Name FROM contacts WHERE LastName != 'x' ORDER BY LastName DESC LIMIT 1"
    firms.call("POST", "/sobjects/Contact", {"LastName": "Abel", "AccountId": "001D000000IqhSL"})
    soql = f"SELECT Name, ({inner}) FROM Account WHERE Name IN ('alpha', 'beta') ORDER BY Name"
    first, second = firms.query(soql)["records"]
    [meier] = first["Contacts"]["records"]
    assert (first["Contacts"]["totalSize"], first["Contacts"]["done"]) == (1, True)
    assert (meier["LastName"], meier["Account"]["Name"], meier["attributes"]["type"]) == ("Meier", "Alpha", "Contact")
    assert second["Contacts"] is None


def test_a_subquery_sees_the_deleted_where_its_query_does(firms: Org) -> None:
    firms.control("remove", {"object": "Account", "id": "001D000000IqhSL"})
    soql = "SELECT (SELECT LastName, IsDeleted FROM Contacts) FROM Account WHERE Name = 'alpha'"
    assert firms.query(soql)["records"] == []
    [record] = firms.query(soql, "queryAll")["records"]
    assert [child["IsDeleted"] for child in record["Contacts"]["records"]] == [True]


def test_pages_survive_changes_made_while_they_are_read(org: Org) -> None:
    records = [{"object": "Account", "fields": {"Name": f"Firm {n:03}"}} for n in range(450)]
    org.control("load", {"records": records})
    soql = "SELECT Id, Name FROM Account ORDER BY Name"
    first = org.query(soql, **{"Sforce-Query-Options": "batchSize=200"})
    assert (first["totalSize"], first["done"], len(first["records"])) == (450, False, 200)
    assert first["nextRecordsUrl"].startswith(f"{DATA}/query/01g")
    assert first["nextRecordsUrl"].endswith("-200")

    def ids_of(name: str) -> str:
        return str(org.column(f"SELECT Id FROM Account WHERE Name = '{name}'", "Id")[0])

    org.call("DELETE", f"/sobjects/Account/{ids_of('Firm 000')}")
    org.call("DELETE", f"/sobjects/Account/{ids_of('Firm 250')}")
    org.call("PATCH", f"/sobjects/Account/{ids_of('Firm 251')}", {"Name": "Zeta"})
    org.account(Name="Firm 300a")
    second = org.http.get(org.url + first["nextRecordsUrl"]).json()
    again = org.http.get(org.url + first["nextRecordsUrl"]).json()
    third = org.http.get(org.url + second["nextRecordsUrl"]).json()
    assert second == again
    assert (len(second["records"]), len(third["records"]), third["done"]) == (199, 50, True)
    assert "nextRecordsUrl" not in third
    names = [record["Name"] for page in (first, second, third) for record in page["records"]]
    expected = [f"Firm {n:03}" for n in range(450) if n not in (250, 251)]
    assert sorted(names) == sorted([*expected, "Zeta"])


@pytest.mark.parametrize(("asked", "given"), [("1", 200), ("200", 200), ("500", 500), ("9999", 2000)])
def test_a_page_holds_200_to_2000_records(org: Org, asked: str, given: int) -> None:
    org.control("load", {"records": [{"object": "Account", "fields": {"Name": "A"}}] * 2001})
    page = org.query("SELECT Id FROM Account", **{"Sforce-Query-Options": f"batchSize={asked}"})
    assert len(page["records"]) == given


@pytest.mark.parametrize("locator", ["01g000000000000AAA-2000", "nonsense", "01gD-x"])
def test_an_unknown_locator_is_refused(org: Org, locator: str) -> None:
    assert refusal(org.call("GET", f"/query/{locator}"))[:3] == (400, "INVALID_QUERY_LOCATOR", "invalid query locator")


def test_ten_thousand_records_page_in_stamp_order(org: Org) -> None:
    stamps = [f"2026-01-{1 + n % 28:02}T{n % 24:02}:00:00Z" for n in range(10_000)]
    fields = [{"Name": f"Firm {n}", "SystemModstamp": stamp} for n, stamp in enumerate(stamps)]
    org.control("load", {"records": [{"object": "Account", "fields": each} for each in fields]})
    order = "ORDER BY SystemModstamp, Id"
    page = org.query(f"SELECT Id, SystemModstamp FROM Account WHERE SystemModstamp >= 2026-01-15T00:00:00Z {order}")
    found = page["records"]
    while not page["done"]:
        page = org.http.get(org.url + page["nextRecordsUrl"]).json()
        found += page["records"]
    shown = [record["SystemModstamp"][:13] for record in found]
    assert shown == sorted(stamp[:13] for stamp in stamps if stamp >= "2026-01-15")
    assert len({record["Id"] for record in found}) == len(found)


@pytest.mark.parametrize(
    ("condition", "looked_at"),
    [
        ("Id = '001gR0000000001'", 1),
        ("Id IN ('001gR0000000001', '001gR0000000002', '001D000000IqhSL')", 2),
        ("MDM_Key__c = 'k7'", 1),
        ("Name LIKE 'Firm%' AND MDM_Key__c IN ('k7', 'k8')", 2),
        ("ParentId = '001gR0000000001'", 99),
        ("SystemModstamp >= 2026-01-10T00:00:00Z", 10),
        ("SystemModstamp > 2026-01-10T00:00:00Z OR (SystemModstamp = 2026-01-10T00:00:00Z AND Name > 'x')", 10),
        ("SystemModstamp > 2026-01-10T00:00:00Z OR Name = 'x'", 100),
        ("Name = 'x'", 100),
    ],
)
def test_an_index_saves_looking_at_all_rows(condition: str, looked_at: int) -> None:
    records = Records(lambda: "2026-06-01T00:00:00.000+0000")
    for number in range(100):
        parent = {"ParentId": ids.make("001", 1)} if number else {}
        seed = {"SystemModstamp": f"2026-01-{1 + number // 10:02}T00:00:00.000+0000"}
        records.insert(ACCOUNT, {"Name": f"Firm {number}", "MDM_Key__c": f"k{number}"} | parent, seed=seed)
    query = soql.parse(f"SELECT Id FROM Account WHERE {condition}")
    assert len(list(Runner(records.store, query, deleted=False).candidates())) == looked_at

"""Outsiders judge the simulated Salesforce: the vendor's names, OAuth's words, and simple-salesforce as a client."""

from __future__ import annotations

import ast
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from connectors.sandbox.salesforce import schema
from tests.connectors.salesforce.spec import extract
from tests.connectors.sandbox import salesforce_org
from tests.connectors.sandbox.salesforce_org import DATA, Org, refusal
from tests.connectors.sandbox.server import PROJECT, running

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
PRIVATE = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
CLIENT = salesforce_org.CLIENT | {"public_key": PUBLIC.decode()}
SPEC = Path(extract.__file__).parent


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


# ---- sessions -------------------------------------------------------------------------------------------------------


def test_a_token_names_the_instance_and_no_expiry(org: Org) -> None:
    answer = org.token()
    assert answer["instance_url"] == org.url
    assert answer["token_type"] == "Bearer"
    assert "expires_in" not in answer


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"}, "invalid_grant"),
    ],
)
def test_a_wrong_token_request_is_refused_in_oauths_words(org: Org, form: dict[str, str], error: str) -> None:
    assert org.token(**form)["error"] == error


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({}, None),
        ({"iss": "other"}, "invalid_client_id"),
        ({"sub": "other@example.com"}, "invalid_grant"),
        ({"exp": 1}, "invalid_grant"),
    ],
)
def test_a_signed_assertion_is_as_good_as_a_secret(org: Org, claims: dict[str, Any], error: str | None) -> None:
    said = {"iss": "hub", "sub": "hub@example.com", "aud": org.url, "exp": int(time.time()) + 180} | claims
    assertion = jwt.encode(said, PRIVATE, algorithm="RS256")
    answer = org.token(grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion=assertion)
    assert answer.get("error") == error
    assert ("access_token" in answer) is (error is None)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer no"}, {"Authorization": "Basic aHViOnMzY3JldA=="}])
def test_no_data_without_a_session(org: Org, header: dict[str, str]) -> None:
    answer = requests.get(f"{org.url}{DATA}/limits", headers=header, timeout=5)
    assert answer.status_code == 401
    assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_sessions_end_on_demand(org: Org) -> None:
    org.control("expire_tokens")
    assert org.call("GET", "/limits").status_code == 401
    org.login()
    assert org.call("GET", "/limits").status_code == 200


def test_sessions_end_with_time() -> None:
    with running("salesforce", **CLIENT, session_seconds=0.2) as process:
        org = Org(process.url)
        org.login()
        assert org.call("GET", "/limits").status_code == 200
        time.sleep(0.25)
        assert refusal(org.call("GET", "/limits"))[1] == "INVALID_SESSION_ID"


def test_the_daily_limit_is_told_and_held() -> None:
    with running("salesforce", **CLIENT, daily_limit=2) as process:
        org = Org(process.url)
        org.login()
        assert org.call("GET", "/limits").headers["Sforce-Limit-Info"] == "api-usage=1/2"
        assert org.call("GET", "/limits").json() == {"DailyApiRequests": {"Max": 2, "Remaining": 0}}
        over = org.call("GET", "/limits")
        assert refusal(over) == (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", None)
        assert over.headers["Sforce-Limit-Info"] == "api-usage=2/2"


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("throttle", 403, "REQUEST_LIMIT_EXCEEDED"), ("error", 500, "UNKNOWN_EXCEPTION")]
)
def test_faults_have_the_vendors_form(org: Org, kind: str, status: int, code: str) -> None:
    org.control("fault", {"kind": kind, "times": 1})
    assert refusal(org.call("GET", "/limits"))[:2] == (status, code)


# ---- the vendor's client as a judge ---------------------------------------------------------------------------------


class ToSimulation(HTTPAdapter):
    """simple-salesforce insists on https; this carries each of its requests to the simulation."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        request.url = self.url + "/" + request.url.split("/", 3)[3]
        return super().send(request, *args, **kwargs)


@pytest.fixture
def judge(org: Org) -> Callable[..., Any]:
    def connect(**credentials: Any) -> Any:
        session = requests.Session()
        session.mount("https://", ToSimulation(org.url))
        return Salesforce(session=session, domain="goldenrod.my", version="67.0", **credentials)

    return connect


def by_secret(connect: Callable[..., Any]) -> Any:
    return connect(consumer_key="hub", consumer_secret="s3cret")


def test_the_judge_logs_in_and_writes_and_reads(org: Org, judge: Callable[..., Any]) -> None:
    for salesforce in (
        by_secret(judge),
        judge(username="hub@example.com", consumer_key="hub", privatekey=PRIVATE.decode()),
    ):
        org.control("reset")
        created = salesforce.Account.create({"Name": "Acme", "MDM_Key__c": "a"})
        assert (created["success"], created["errors"]) == (True, [])
        id = created["id"]
        assert salesforce.Account.update(id, {"Phone": "1"}) == 204
        assert salesforce.Account.upsert("MDM_Key__c/a", {"Fax": "2"}) == 200
        assert salesforce.Account.upsert("MDM_Key__c/b", {"Name": "B"}) == 201
        held = salesforce.Account.get(id)
        assert (held["Name"], held["Phone"], held["Fax"]) == ("Acme", "1", "2")
        assert salesforce.Account.get_by_custom_id("MDM_Key__c", "b")["Name"] == "B"
        now = datetime.now(UTC)
        start, end = now - timedelta(minutes=2), now + timedelta(minutes=2)
        assert id in salesforce.Account.updated(start, end)["ids"]
        assert salesforce.Account.delete(id) == 204
        deleted = salesforce.Account.deleted(start, end)["deletedRecords"]
        assert [record["id"] for record in deleted] == [id]
        assert salesforce.query("SELECT COUNT() FROM Account")["totalSize"] == 1
        assert salesforce.query_all("SELECT Id FROM Account", include_deleted=True)["totalSize"] == 2
        assert salesforce.api_usage["api-usage"].total == 100_000
        assert salesforce.limits()["DailyApiRequests"]["Max"] == 100_000


def test_the_judge_reads_all_pages(org: Org, judge: Callable[..., Any]) -> None:
    names = [f"Firm {n:04}" for n in range(4500)]
    org.control("load", {"records": [{"object": "Account", "fields": {"Name": name}} for name in names]})
    salesforce = by_secret(judge)
    found = salesforce.query_all("SELECT Name FROM Account ORDER BY Name")
    assert (found["totalSize"], found["done"]) == (4500, True)
    assert [record["Name"] for record in found["records"]] == names
    first = salesforce.query("SELECT Name FROM Account ORDER BY Name")
    more = salesforce.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    assert more["records"][0]["Name"] == "Firm 2000"


def test_the_judge_renews_an_expired_session(org: Org, judge: Callable[..., Any]) -> None:
    salesforce = by_secret(judge)
    org.control("expire_tokens")
    assert salesforce.query("SELECT COUNT() FROM Account")["totalSize"] == 0
    org.login()


def test_the_judge_understands_refusals(org: Org, judge: Callable[..., Any]) -> None:
    salesforce = by_secret(judge)
    with pytest.raises(SalesforceMalformedRequest) as caught:
        salesforce.Account.create({"Phone": "1"})
    assert "'errorCode': 'REQUIRED_FIELD_MISSING'" in str(caught.value)
    with pytest.raises(SalesforceMalformedRequest) as caught:
        salesforce.query("SELECT Nope FROM Account")
    assert "'errorCode': 'INVALID_FIELD'" in str(caught.value)
    with pytest.raises(SalesforceResourceNotFound):
        salesforce.Account.get("001D000000IqhSLIAZ")
    org.account(SAP_Id__c="7"), org.account(SAP_Id__c="7")
    with pytest.raises(SalesforceMoreThanOneRecord):
        salesforce.Account.upsert("SAP_Id__c/7", {"Name": "B"})
    org.control("fault", {"kind": "throttle", "times": 1})
    with pytest.raises(SalesforceRefusedRequest):
        salesforce.query("SELECT Id FROM Account")
    with pytest.raises(SalesforceAuthenticationFailed):
        judge(consumer_key="hub", consumer_secret="wrong")


def test_the_judge_reads_the_describe(org: Org, judge: Callable[..., Any]) -> None:
    salesforce = by_secret(judge)
    assert [each["name"] for each in salesforce.describe()["sobjects"]] == [
        "Account", "Contact", "RecordType", "Product2", "Pricebook2", "PricebookEntry"
    ]
    fields = {field["name"]: field for field in salesforce.Account.describe()["fields"]}
    key = fields["MDM_Key__c"]
    assert (key["externalId"], key["unique"], key["length"], key["custom"]) == (True, True, 255, True)
    assert (fields["Name"]["length"], fields["BillingCity"]["length"]) == (255, 40)
    assert fields["SystemModstamp"]["updateable"] is False
    assert fields["ParentId"]["referenceTo"] == ["Account"]
    assert [each["value"] for each in fields["Email_Consent__c"]["picklistValues"]] == ["opted_in", "opted_out"]


def test_the_judge_prices_a_product(org: Org, judge: Callable[..., Any]) -> None:
    salesforce = by_secret(judge)
    product = salesforce.Product2.create({"Name": "Bolt", "ProductCode": "B-1", "IsActive": True})["id"]
    [standard] = salesforce.query("SELECT Id FROM Pricebook2 WHERE IsStandard = true")["records"]
    book = salesforce.Pricebook2.create({"Name": "Dealers", "IsActive": True})["id"]
    entry = {"Pricebook2Id": book, "Product2Id": product, "UnitPrice": 9.5, "CurrencyIsoCode": "USD", "IsActive": True}
    with pytest.raises(SalesforceMalformedRequest) as caught:
        salesforce.PricebookEntry.create(entry)
    assert "'errorCode': 'STANDARD_PRICE_NOT_DEFINED'" in str(caught.value)
    first = salesforce.PricebookEntry.create(entry | {"Pricebook2Id": standard["Id"], "UnitPrice": 12})["id"]
    assert salesforce.PricebookEntry.create(entry)["success"] is True
    assert salesforce.PricebookEntry.update(first, {"UnitPrice": 11.25}) == 204
    soql = "SELECT Name, (SELECT UnitPrice, Pricebook2.Name FROM PricebookEntries ORDER BY UnitPrice) FROM Product2"
    [found] = salesforce.query_all(soql)["records"]
    prices = [(row["UnitPrice"], row["Pricebook2"]["Name"]) for row in found["PricebookEntries"]["records"]]
    assert prices == [(9.5, "Dealers"), (11.25, "Standard Price Book")]
    fields = {field["name"]: field for field in salesforce.PricebookEntry.describe()["fields"]}
    assert (fields["UnitPrice"]["precision"], fields["UnitPrice"]["scale"]) == (18, 2)
    assert (fields["Product2Id"]["createable"], fields["Product2Id"]["updateable"]) == (True, False)
    children = {child["childSObject"]: child for child in salesforce.Product2.describe()["childRelationships"]}
    assert children["PricebookEntry"]["relationshipName"] == "PricebookEntries"
    assert salesforce.Product2.delete(product) == 204
    gone = salesforce.query_all("SELECT Id FROM PricebookEntry WHERE IsDeleted = true", include_deleted=True)
    assert gone["totalSize"] == 2


# ---- the vendor's names ---------------------------------------------------------------------------------------------

FULL = os.environ.get("GOLDENROD_SALESFORCE_SPEC", "")
TYPES = {"number": {"double", "currency", "int"}, "boolean": {"boolean"}, "Address": {"address"}}
TYPES["DateString"] = {"datetime", "date"}
TYPES["string"] = {"id", "reference", "string", "textarea", "phone", "url", "email", "picklist"}


def spec(name: str, full: bool = False) -> Any:
    """A file of our extract, or the same made afresh from the full files GOLDENROD_SALESFORCE_SPEC points to."""
    if full:
        folder = Path(FULL)
        return extract.extract(folder if folder.is_dir() else folder.parent)[name]
    return json.loads((SPEC / name).read_text())


ORIGINS = [False, pytest.param(True, marks=pytest.mark.skipif(not FULL, reason="no full specification is given"))]


@pytest.mark.parametrize("full", ORIGINS)
@pytest.mark.parametrize("sobject", schema.OBJECTS.values(), ids=lambda each: each.name)
def test_every_standard_field_is_the_vendors(sobject: schema.SObject, full: bool) -> None:
    declared, reference = spec("fields.json", full).get(sobject.name, {}), spec("reference.json")[sobject.name]
    for field in sobject.fields.values():
        if field.custom:
            continue
        assert field.name in declared or field.name in reference, field.name
        if field.name in declared:
            assert field.type in TYPES[declared[field.name].removesuffix(" | null")], field.name
        if field.name in reference:
            assert [field.type, field.length] == reference[field.name], field.name
        elif field.type not in ("id", "reference"):
            assert field.length == 0, f"{field.name} has a length that no reference confirms"


@pytest.mark.parametrize("full", ORIGINS)
def test_every_error_code_is_the_vendors(full: bool) -> None:
    used: set[str] = set()
    for module in (PROJECT / "connectors/sandbox/salesforce").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("Refused", "complaint"):
                words = [str(word.value) for word in node.args if isinstance(word, ast.Constant)]
                used.update(word for word in words if re.fullmatch("[A-Z]+(_[A-Z]+)+", word))
    assert len(used) > 25
    assert used - set(spec("codes.json", full)) == set()


@pytest.mark.skipif(not FULL, reason="no full specification is given")
def test_the_extract_is_what_the_full_files_say() -> None:
    assert spec("fields.json") == spec("fields.json", full=True)
    assert spec("codes.json") == spec("codes.json", full=True)

"""Tokens, cookies, tags and errors, with answers written down as SAP Gateway gives them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.auth import Basic
from connectors.errors import Conflict, Misconfigured, Permanent, Retriable
from connectors.http import Transport
from connectors.sap.client import Client
from connectors.sap.options import read as options
from connectors.sap.writes import Write
from tests.connectors.scripted import Answer, Scripted, scripted

REQUIRED = Answer(403, b"CSRF token validation failed", {"X-CSRF-Token": "Required"})
DONE = Answer(204)
PATCH = Write("PATCH", "A_BusinessPartner('1')", {"Industry": "1"}, etag='W/"1"')


def token(value: str) -> Answer:
    return Answer(200, {"d": {"EntitySets": []}}, {"X-CSRF-Token": value, "Set-Cookie": f"sap-XSRF_X={value}; path=/"})


def client(server: Scripted, **given: Any) -> Client:
    transport = Transport(server.url, secrets=("top-secret",), sleep=lambda seconds: None)
    return Client(transport, Basic("hub", "top-secret"), options(given))


def error(status: int, message: str = "No", **detail: Any) -> Answer:
    details = [{"code": "R1/1", "message": message, "severity": "error", **detail}]
    inner = {"transactionid": "T1", "errordetails": details}
    return Answer(status, {"error": {"code": "R1/1", "message": {"lang": "en", "value": message}, "innererror": inner}})


def test_a_write_carries_token_cookies_and_tag():
    with scripted(token("T-1"), DONE) as server:
        client(server, client="100").write(PATCH, "it", correlation_id="corr-1")
        fetch, write = server.asked
    assert (fetch.method, fetch.headers["X-CSRF-Token"]) == ("GET", "Fetch")
    assert fetch.path == "/sap/opu/odata/sap/API_BUSINESS_PARTNER/?sap-client=100"
    assert (write.method, write.headers["X-CSRF-Token"], write.headers["If-Match"]) == ("PATCH", "T-1", 'W/"1"')
    assert "sap-XSRF_X=T-1" in write.headers["Cookie"]
    assert write.headers["X-Correlation-Id"] == "corr-1"
    assert write.body == b'{"Industry": "1"}'


def test_a_read_brings_the_token_along():
    with scripted(Answer(200, {"d": {"results": []}}, {"X-CSRF-Token": "T-1"}), DONE) as server:
        here = client(server)
        assert here.read("A_BusinessPartner", {"$top": "1"}, "it").records == []
        here.write(PATCH, "it")
        assert [asked.method for asked in server.asked] == ["GET", "PATCH"]


def test_a_refused_token_is_renewed_once():
    with scripted(token("old"), REQUIRED, token("new"), DONE) as server:
        client(server).write(PATCH, "it")
        assert [asked.headers.get("X-CSRF-Token") for asked in server.asked] == ["Fetch", "old", "Fetch", "new"]
        assert "sap-XSRF_X=new" in server.asked[3].headers["Cookie"]
    with scripted(token("old"), REQUIRED, token("new"), REQUIRED) as server:
        with pytest.raises(Permanent):
            client(server).write(PATCH, "it")
        assert len(server.asked) == 4


@pytest.mark.parametrize(("answer", "kind"), [
    (error(400), Permanent), (error(409), Permanent), (error(404), Conflict), (error(412), Conflict),
    (error(500), Retriable), (error(501), Permanent), (error(429), Retriable), (error(503), Retriable),
    (Answer(401, b"<html/>"), Misconfigured), (error(403), Permanent), (None, Retriable),
    (Answer(302, headers={"Location": "http://x.example/"}), Misconfigured),
])
def test_errors_of_writes_by_what_to_do_next(answer, kind):
    with scripted(token("T-1"), answer) as server:
        with pytest.raises(kind) as refusal:
            client(server).write(PATCH, "BusinessPartner 1")
        assert type(refusal.value) is kind
        assert len(server.asked) == 2  # no write is sent twice


@pytest.mark.parametrize(("answer", "kind"), [
    (error(400), Permanent), (error(404), Misconfigured), (error(403), Misconfigured), (Answer(401), Misconfigured),
    (error(500), Retriable), (Answer(200, {"d": 7}), Permanent), (Answer(200, []), Permanent),
    (Answer(200, b"<html/>"), Retriable),
])
def test_errors_of_reads_by_what_to_do_next(answer, kind):
    with scripted(answer) as server, pytest.raises(kind) as refusal:
        client(server).read("A_BusinessPartner", {}, "BusinessPartner")
    assert type(refusal.value) is kind


def test_an_error_names_its_field_and_hides_the_password():
    answer = error(400, "No top-secret here", target="BPTaxNumber")
    answer.body["error"]["innererror"]["errordetails"] += [
        {"message": "Only a hint", "severity": "warning", "target": "Other"},
        {"message": "Second", "severity": "error"}]
    with scripted(token("T-1"), answer) as server, pytest.raises(Permanent) as refusal:
        client(server).write(PATCH, "BusinessPartner 1")
    assert str(refusal.value) == "BusinessPartner 1: SAP refuses it: No *** here Second"
    assert (refusal.value.field, refusal.value.detail) == ("BPTaxNumber", "code R1/1, transaction T1")


@pytest.mark.parametrize("body", [{"error": "x"}, {"error": {"message": 1, "innererror": []}}, [], b"", {"error": {}},
                                  {"error": {"innererror": {"errordetails": [1, {"message": None}]}}}])
def test_any_error_body_is_read(body):
    with scripted(token("T-1"), Answer(400, body)) as server, pytest.raises(Permanent, match="status 400"):
        client(server).write(PATCH, "it")


def test_deleting_what_is_gone_is_done():
    with scripted(token("T-1"), error(404)) as server:
        assert client(server).write(Write("DELETE", "A_BuPaIdentification('1')"), "it") == {}


def test_more_is_told_but_no_link_is_followed():
    page = {"d": {"results": [{"A": 1, "__metadata": {"uri": "x", "etag": "W/1"}}], "__next": "http://evil.example/x"}}
    with scripted(Answer(200, page, {"Date": "Sat, 21 Nov 2026 00:00:00 GMT"})) as server:
        found = client(server).read("A_BusinessPartner", {}, "it")
        assert found.records == [{"__metadata": {"etag": "W/1"}, "A": 1}]
        assert (found.more, len(server.asked)) == (True, 1)


def test_the_query_is_escaped():
    with scripted(Answer(200, {"d": {"results": []}})) as server:
        client(server).read("A_X", {"$filter": "N eq 'a&b''ü+#'", "$expand": "to_A/to_B,to_C"}, "it")
        assert server.asked[0].path.partition("?")[2] == (
            "$filter=N%20eq%20'a%26b''%C3%BC%2B%23'&$expand=to_A/to_B,to_C")

"""The transport: what is repeated, what is refused, what never leaves."""

import logging

import pytest

from connectors.errors import ConnectorError, Misconfigured, Permanent, Retriable
from connectors.http import Response, Transport, redact, retry_after
from tests.connectors.scripted import CLOSED, Answer, scripted

PAGE = Answer(body={"ok": True})


def transport(url, **given):
    return Transport(url, sleep=lambda seconds: None, **given)


@pytest.mark.parametrize(
    ("answers", "idempotent", "asked", "error"),
    [
        ([PAGE], False, 1, None),
        ([CLOSED, PAGE], True, 2, None),
        ([CLOSED, PAGE], False, 1, Retriable),
        ([CLOSED], True, 3, Retriable),
        ([Answer(503), Answer(502), PAGE], True, 3, None),
        ([Answer(504), PAGE], False, 1, Retriable),
        ([Answer(503)], True, 3, Retriable),
        ([Answer(429, headers={"Retry-After": "7"})], True, 1, Retriable),
        ([Answer(503, headers={"Retry-After": "7"})], True, 1, Retriable),
        ([Answer(302, headers={"Location": "/elsewhere"})], True, 1, Misconfigured),
        ([Answer(500)], True, 1, None),
        ([Answer(404)], True, 1, None),
        ([Answer(300)], True, 1, None),
    ],
)
def test_what_is_repeated(answers, idempotent, asked, error):
    with scripted(*answers) as server:
        if error is None:
            assert transport(server.url).request("GET", "/x", idempotent=idempotent).status == answers[-1].status
        else:
            with pytest.raises(error):
                transport(server.url).request("GET", "/x", idempotent=idempotent)
        assert len(server.asked) == asked


def test_the_systems_waiting_time_is_kept():
    with scripted(Answer(429, headers={"Retry-After": "7.5"})) as server:
        with pytest.raises(Retriable) as error:
            transport(server.url).request("GET", "/x", idempotent=True)
        assert error.value.after == 7.5


@pytest.mark.parametrize(
    ("given", "date", "seconds"),
    [
        ("12", "", 12.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", "Sat, 21 Nov 2026 10:00:00 GMT", 30.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", "Sat, 21 Nov 2026 10:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", "", None),
        ("soon", "", None),
        ("", "", None),
        ("-3", "", None),
    ],
)
def test_retry_after(given, date, seconds):
    assert retry_after(Response(429, {"Retry-After": given, "Date": date}, b"", "")) == seconds


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/a?b=c", "http://127.0.0.1:81/a?b=c"),
        ("a", "http://127.0.0.1:81/base/a"),
        ("http://127.0.0.1:81/next", "http://127.0.0.1:81/next"),
        ("//127.0.0.1:81/next", "http://127.0.0.1:81/next"),
        ("HTTP://127.0.0.1:81/next", "http://127.0.0.1:81/next"),
        ("http://127.0.0.1/next", None),
        ("https://127.0.0.1:81/next", None),
        ("http://evil.example/next", None),
        ("//evil.example/next", None),
        ("http://127.0.0.1:81@evil.example/", None),
        ("http://user:word@127.0.0.1:81/", None),
        ("http://127.0.0.1:x/", None),
        ("ftp://127.0.0.1:81/", None),
        ("file:///etc/passwd", None),
    ],
)
def test_only_links_to_the_same_origin_are_followed(target, url):
    if url is None:
        with pytest.raises(Permanent, match="not followed"):
            transport("http://127.0.0.1:81/base").url(target)
    else:
        assert transport("http://127.0.0.1:81/base").url(target) == url


@pytest.mark.parametrize("address", ["", "example.com", "ftp://example.com", "https://", "http://a:b", "https://me@example.com"])
def test_a_wrong_address_is_misconfigured(address):
    with pytest.raises(Misconfigured, match="address"):
        transport(address)


def test_an_answer_too_large_is_not_read():
    with scripted(Answer(body=b"x" * 2000)) as server, pytest.raises(Permanent, match="more than 1000 bytes"):
        transport(server.url, max_bytes=1000).request("GET", "/", idempotent=True)


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_is_retriable(body):
    with scripted(Answer(body=body)) as server, pytest.raises(Retriable, match="not JSON"):
        transport(server.url).request("GET", "/", idempotent=True).json()


def test_secrets_are_in_no_error_and_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    answers = Answer(503, body={"said": "pass word+1"}), Answer(200)
    for answer in answers:
        with scripted(answer) as server:
            try:
                transport(server.url, secrets=["pass word+1"]).request("GET", "/pass%20word%2B1", idempotent=True)
            except ConnectorError as error:
                assert "word" not in f"{error} {error.detail}"
                assert "***" in error.detail
    assert "***" in caplog.text
    assert "word" not in "".join(record.getMessage() for record in caplog.records if record.name == "connectors.http")


def test_redact_takes_the_longest_first():
    assert redact("token-abc and token", ["token", "token-abc", ""]) == "*** and ***"


def test_the_correlation_id_is_sent():
    with scripted(PAGE) as server:
        transport(server.url).request("GET", "/", idempotent=True, correlation_id="c-1")
        assert server.asked[0].headers["X-Correlation-Id"] == "c-1"


def test_a_netrc_file_does_not_replace_our_login(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login stranger password theirs\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with scripted(PAGE) as server:
        transport(server.url).request("GET", "/", idempotent=True, headers={"Authorization": "Bearer ours"})
        assert server.asked[0].headers["Authorization"] == "Bearer ours"

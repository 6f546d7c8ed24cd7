"""Logins: one token for all threads, renewed once when the system says it expired."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest

from connectors.auth import Basic, ClientCredentials
from connectors.errors import Misconfigured, Retriable
from connectors.http import Response, Transport
from tests.connectors.scripted import Answer, scripted


def token(text):
    return Answer(body={"access_token": text, "token_type": "Bearer"})


def credentials(server):
    return ClientCredentials(Transport(server.url, sleep=lambda seconds: None), "/token", "me", "s3cret")


def answer(status):
    return Response(status, {}, b"", "")


def test_the_token_is_asked_for_once_and_sent():
    with scripted(token("one")) as server:
        login = credentials(server)
        sent = []

        def send(proof):
            sent.append(proof)
            return answer(200)

        for _ in range(2):
            login.call(send, lambda got: False)
        assert sent == [{"Authorization": "Bearer one"}] * 2
        assert [parse_qs(asked.body.decode()) for asked in server.asked] == [
            {"grant_type": ["client_credentials"], "client_id": ["me"], "client_secret": ["s3cret"]}
        ]


def test_an_expired_session_is_renewed_once():
    with scripted(token("one"), token("two")) as server:
        login, sent = credentials(server), []

        def send(proof):
            sent.append(proof["Authorization"])
            return answer(401)

        assert login.call(send, lambda got: got.status == 401).status == 401
        assert sent == ["Bearer one", "Bearer two"]


def test_many_threads_that_find_the_token_stale_log_in_once():
    with scripted(token("one"), token("two"), token("three")) as server:
        login = credentials(server)
        assert login.token() == "one"
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(lambda _: login.renew("one"), range(8))) == {"two"}
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("refusal", "error", "words"),
    [
        (Answer(400, {"error": "x", "error_description": "invalid s3cret"}), Misconfigured, "invalid [*]{3}"),
        (Answer(401, {}), Misconfigured, "status 401"),
        (Answer(200, {"access_token": None}), Misconfigured, "client_secret"),
        (Answer(200, ["x"]), Misconfigured, "client_secret"),
        (Answer(404, b"<html>"), Misconfigured, "status 404"),
        (Answer(500, b"oops"), Retriable, "tried again"),
    ],
)
def test_refused_logins(refusal, error, words):
    with scripted(refusal) as server, pytest.raises(error, match=words) as raised:
        credentials(server).token()
    assert "s3cret" not in f"{raised.value}{raised.value.detail}"


def test_the_token_becomes_a_secret():
    with scripted(token("a-token")) as server:
        transport = Transport(server.url)
        ClientCredentials(transport, "/token", "me", "s3cret").token()
        assert transport.redact("a-token s3cret") == "*** ***"


def test_basic():
    assert Basic("Aladdin", "open sesame").headers() == {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}

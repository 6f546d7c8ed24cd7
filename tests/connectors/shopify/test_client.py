"""The client: three places of error, points, and what never leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.base import Access
from connectors.errors import Misconfigured, Permanent, Retriable
from connectors.shopify import documents as doc
from connectors.shopify.client import Shop, TooCostly
from connectors.shopify.documents import Call
from connectors.shopify.throttle import Bucket
from tests.connectors.scripted import CLOSED, Answer, scripted
from tests.connectors.shopify.bodies import SECRETS, SHOP

CALLS = [Call(doc.CUSTOMER_SET, {"input": {"lastName": "Rao"}}), Call(doc.TAGS_ADD, {"id": "x", "tags": ["y"]})]


def client(url, slept=None):
    pauses = [] if slept is None else slept
    return Shop(Access(connection="store", base_url=url, secrets=SECRETS, options={"shop": SHOP}), sleep=pauses.append)


def cost(requested, available, maximum=1000, rate=50):
    status = {"maximumAvailable": maximum, "currentlyAvailable": available, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}}


def refused(code, message="No.", **more):
    return {"errors": [{"message": message, "extensions": {"code": code}, **more}]}


def test_a_request_says_who_asks_and_for_whom():
    with scripted(Answer(body={"data": {"shop": {}}})) as server:
        shop = client(server.url)
        assert shop.read(doc.WHO, {"a": 1}, correlation_id="corr-1") == {"shop": {}}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/admin/api/2026-10/graphql.json")
    assert asked.headers["X-Shopify-Access-Token"] == SECRETS["access_token"]
    assert asked.headers["X-Correlation-Id"] == "corr-1"
    assert json.loads(asked.body) == {"query": doc.WHO, "variables": {"a": 1}}
    assert shop.date.endswith("GMT"), "the shop's clock, from its Date header"


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(401, {"errors": "[API] Invalid API key or access token"}), Misconfigured, "secret access_token"),
        (Answer(403, {"errors": "Forbidden"}), Misconfigured, "secret access_token"),
        (Answer(402, {"errors": "Unavailable Shop"}), Misconfigured, "frozen or locked"),
        (Answer(423, {"errors": "Locked"}), Misconfigured, "frozen or locked"),
        (Answer(404, {"errors": "Not Found"}), Misconfigured, "option api_version"),
        (Answer(400, {"errors": {"query": "Required"}}), Permanent, "does not understand our request (400)"),
        (Answer(500, refused("INTERNAL_SERVER_ERROR")), Retriable, "out of order (500)"),
        (Answer(430, b"slow down"), Retriable, "out of order (430)"),
        (Answer(429, {}, {"Retry-After": "2.0"}), Retriable, "asked too often"),
        (Answer(200, b"<html>"), Retriable, "not JSON"),
        (Answer(200, []), Retriable, "no GraphQL answer"),
        (Answer(200, {}), Permanent, "no data"),
        (Answer(200, {"data": None}), Permanent, "no data"),
        (Answer(200, {"errors": "odd"}), Permanent, "odd"),
        (Answer(200, {"errors": [7]}), Permanent, "7"),
        (Answer(200, {"data": {"shop": {}}, "errors": [{"message": "half"}]}), Permanent, "half"),
        (Answer(200, refused("MAX_COST_EXCEEDED")), TooCostly, "option page_size"),
        (Answer(200, refused("ACCESS_DENIED", "Access denied for customers.")), Misconfigured, "Grant the app"),
        (Answer(200, refused("SHOP_INACTIVE")), Misconfigured, "closed or frozen"),
        (Answer(200, refused("INTERNAL_SERVER_ERROR")), Retriable, "internal error"),
        (Answer(200, refused("undefinedField", "Field 'x' doesn't exist")), Permanent, "Field 'x' doesn't exist"),
        (CLOSED, Retriable, "closed the connection"),
    ],
)
def test_the_places_of_error(answer, error, words):
    with scripted(answer) as server, pytest.raises(error) as raised:
        client(server.url).read(doc.WHO, {})
    assert words in str(raised.value)
    assert type(raised.value) is error


def test_a_secret_that_comes_back_is_not_told():
    for status in (200, 401, 500):
        answer = Answer(status, {"errors": f"bad token {SECRETS['access_token']}"})
        with scripted(answer) as server, pytest.raises((Misconfigured, Retriable, Permanent)) as raised:
            client(server.url).read(doc.WHO, {})
        assert SECRETS["access_token"] not in f"{raised.value} {raised.value.detail}"


def test_errors_of_one_call_stay_with_it():
    body: dict[str, Any] = {
        "data": {"c0": None, "c1": {"userErrors": []}},
        **refused("INTERNAL_SERVER_ERROR", path=["c0"]),
    }
    with scripted(Answer(body=body)) as server:
        answer = client(server.url).run(CALLS)
    assert answer.data["c1"] == {"userErrors": []}
    assert {alias: type(error) for alias, error in answer.errors.items()} == {"c0": Retriable}


@pytest.mark.parametrize("body", [refused("INTERNAL_SERVER_ERROR"), {"data": {}, "errors": [{"message": "x"}]}])
def test_errors_of_no_call_are_of_all(body):
    with scripted(Answer(body=body)) as server, pytest.raises((Retriable, Permanent)):
        client(server.url).run(CALLS)


def test_a_lost_definition_is_misconfigured():
    message = "Metafield definition of type 'id' is required when using custom ids."
    body = {"data": {"c0": None, "c1": {}}, **refused("NOT_FOUND", message, path=["c0"])}
    with scripted(Answer(body=body)) as server:
        assert isinstance(client(server.url).run(CALLS).errors["c0"], Misconfigured)


# ---- points --------------------------------------------------------------------------------------------------------


def test_throttled_waits_for_what_is_missing():
    slept: list[float] = []
    with scripted(
        Answer(body={**refused("THROTTLED"), "extensions": cost(400, 150)}),
        Answer(body={"data": {"shop": {}}, "extensions": cost(400, 0)}),
    ) as server:
        assert client(server.url, slept).read(doc.WHO, {}) == {"shop": {}}
    assert slept == [pytest.approx(5.0, abs=0.1)], "(400 - 150) / 50"


def test_the_next_request_of_its_kind_waits_ahead():
    slept: list[float] = []
    with scripted(Answer(body={"data": {"shop": {}}, "extensions": cost(400, 100)})) as server:
        shop = client(server.url, slept)
        shop.read(doc.WHO, {"first": 10})
        shop.read(doc.WHO, {"first": 20})
        assert slept == [], "of another size nothing is known yet"
        shop.read(doc.WHO, {"first": 10})
    assert slept == [pytest.approx(6.0, abs=0.1)], "(400 - 100) / 50"


def test_a_long_wait_is_given_back_to_the_hub():
    answer = Answer(body={**refused("THROTTLED"), "extensions": cost(900, 0, rate=10)})
    with scripted(answer) as server, pytest.raises(Retriable) as raised:
        client(server.url).read(doc.WHO, {})
    assert raised.value.after == pytest.approx(90, abs=1)
    assert len(server.asked) == 1


def test_throttling_without_end_is_given_back():
    answer = Answer(body={**refused("THROTTLED"), "extensions": cost(10, 10)})
    with scripted(answer) as server, pytest.raises(Retriable, match="asked too often"):
        client(server.url).read(doc.WHO, {})
    assert len(server.asked) == 8


def test_a_throttle_without_figures_still_waits():
    slept: list[float] = []
    with scripted(Answer(body=refused("THROTTLED")), Answer(body={"data": {"shop": {}}})) as server:
        client(server.url, slept).read(doc.WHO, {})
    assert slept == [0.1]


@pytest.mark.parametrize(
    ("status", "later", "cost", "wait"),
    [
        (None, 0, 500, 0),
        ({"maximumAvailable": 1000, "currentlyAvailable": 1000, "restoreRate": 50}, 0, 500, 0),
        ({"maximumAvailable": 1000, "currentlyAvailable": 0, "restoreRate": 50}, 0, 500, 10),
        ({"maximumAvailable": 1000, "currentlyAvailable": 0, "restoreRate": 50}, 4, 500, 6),
        ({"maximumAvailable": 1000, "currentlyAvailable": 0, "restoreRate": 50}, 99, 500, 0),
        ({"maximumAvailable": 1000, "currentlyAvailable": 0, "restoreRate": 50}, 0, 5000, 20),
        ({"maximumAvailable": 1000, "currentlyAvailable": 0, "restoreRate": 0}, 0, 500, 0),
        ({"maximumAvailable": "x", "currentlyAvailable": None}, 0, 500, 0),
        ("x", 0, 500, 0),
    ],
)
def test_the_bucket_refills(status, later, cost, wait):
    now = [100.0]
    bucket = Bucket(clock=lambda: now[0])
    bucket.learn(status)
    now[0] += later
    assert bucket.wait(cost) == wait

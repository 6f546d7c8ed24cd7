"""Webhooks of the simulated shop: signed, told once, tried again with the same payload, given up in the end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from tests.connectors.sandbox.server import Running, running
from tests.connectors.sandbox.shopify_shop import (
    COMPANY_CREATE,
    OPTIONS,
    SECRET,
    SET,
    Caller,
    Endpoint,
    endpoint,
    until,
)

SUBSCRIBE = """mutation ($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
    webhookSubscription { id uri topic } userErrors { field message } } }"""
LIST = "{ webhookSubscriptions(first: 20) { nodes { id topic uri } } }"
DELETE = """mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) {
  deletedWebhookSubscriptionId userErrors { field message } } }"""


@pytest.fixture
def hook() -> Iterator[Endpoint]:
    with endpoint() as seen:
        yield seen


@pytest.fixture
def shop() -> Iterator[Running]:
    with running("shopify", **OPTIONS, webhooks={"backoff": 0.02, "timeout": 0.5, "retries": 3}) as shop:
        yield shop


def subscribe(caller: Caller, hook: Endpoint, *topics: str, **more) -> None:
    for topic in topics:
        assert caller.act(SUBSCRIBE, topic=topic, to={"uri": hook.url, "format": "JSON", **more})[1] == []


def test_subscriptions(shop: Running, hook: Endpoint) -> None:
    caller = Caller(shop)
    subscribe(caller, hook, "CUSTOMERS_CREATE", "CUSTOMERS_UPDATE")
    for uri, message in [
        (hook.url, "Address for this topic has already been taken"),
        ("http://example.com/x", "Address protocol http:// is not supported"),
        ("pubsub://project:topic", "Address protocol pubsub:// is not supported"),
        (None, "Address can't be blank"),
    ]:
        errors = caller.act(SUBSCRIBE, topic="CUSTOMERS_CREATE", to={"uri": uri})[1]
        assert [said for _, said in errors] == [message]
    nodes = caller.data(LIST)["webhookSubscriptions"]["nodes"]
    assert [node["topic"] for node in nodes] == ["CUSTOMERS_CREATE", "CUSTOMERS_UPDATE"]
    assert caller.act(DELETE, id=nodes[0]["id"])[0]["deletedWebhookSubscriptionId"] == nodes[0]["id"]
    assert caller.act(DELETE, id=nodes[0]["id"])[1] == [(["id"], "Webhook subscription does not exist")]


def test_a_customer_is_told_signed_and_in_the_vendors_form(shop: Running, hook: Endpoint) -> None:
    caller = Caller(shop)
    subscribe(caller, hook, "CUSTOMERS_CREATE", metafieldNamespaces=["mdm"])
    address = {"address1": "Ringstr. 1", "countryCode": "US", "provinceCode": "NY"}
    key = {"customId": {"namespace": "mdm", "key": "key", "value": "K1"}}
    made, _ = caller.act(
        SET, identifier=key, input={"email": "A@example.com", "lastName": "Ray", "addresses": [address]}
    )
    until(lambda: len(hook.received) == 1)
    headers, body = hook.received[0]
    expected = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    assert headers["X-Shopify-Hmac-Sha256"] == expected
    assert (headers["X-Shopify-Topic"], headers["X-Shopify-Shop-Domain"]) == ("customers/create", "test.myshopify.com")
    assert headers["X-Shopify-API-Version"] == "2026-10"
    assert {"X-Shopify-Webhook-Id", "X-Shopify-Event-Id", "X-Shopify-Triggered-At"} <= set(headers)
    payload = json.loads(body)
    assert payload["admin_graphql_api_id"] == made["customer"]["id"]
    assert payload["id"] == int(made["customer"]["id"].rpartition("/")[2])
    assert (payload["email"], payload["last_name"], payload["state"]) == ("a@example.com", "Ray", "disabled")
    assert payload["default_address"] == payload["addresses"][0]
    assert (payload["addresses"][0]["province"], payload["addresses"][0]["country_code"]) == ("New York", "US")
    assert [(one["key"], one["value"]) for one in payload["metafields"]] == [("key", "K1")]
    assert "tags" not in payload


def test_what_is_told_of_a_company(shop: Running, hook: Endpoint) -> None:
    caller = Caller(shop)
    subscribe(caller, hook, "COMPANIES_CREATE", "COMPANY_CONTACTS_CREATE", "COMPANY_LOCATIONS_CREATE",
              "CUSTOMERS_CREATE", "COMPANIES_DELETE", "COMPANY_CONTACTS_DELETE")  # fmt: skip
    given = {"company": {"name": "ACME", "externalId": "X"}, "companyContact": {"email": "jo@acme.de", "title": "CEO"}}
    made, _ = caller.act(COMPANY_CREATE, input=given)
    until(lambda: len(hook.received) == 4)
    told = {headers["X-Shopify-Topic"]: json.loads(body) for headers, body in hook.received}
    assert sorted(told) == [
        "companies/create",
        "company_contacts/create",
        "company_locations/create",
        "customers/create",
    ]
    assert len({headers["X-Shopify-Event-Id"] for headers, _ in hook.received}) == 1
    company, contact = told["companies/create"], told["company_contacts/create"]
    assert (company["name"], company["external_id"]) == ("ACME", "X") and "id" not in company
    assert company["main_contact_admin_graphql_api_id"] == contact["admin_graphql_api_id"]
    assert contact["customer_admin_graphql_api_id"] == told["customers/create"]["admin_graphql_api_id"]
    assert contact["company"]["admin_graphql_api_id"] == made["company"]["id"] and contact["title"] == "CEO"
    shop.control("remove", {"object": "Company", "id": made["company"]["id"]})
    until(lambda: len(hook.received) == 6)
    assert sorted(hook.topics()[4:]) == ["companies/delete", "company_contacts/delete"]


def test_users_acts_and_our_own_writes_are_told_but_not_loads_and_drifts(shop: Running, hook: Endpoint) -> None:
    caller = Caller(shop)
    subscribe(caller, hook, "CUSTOMERS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE", "CUSTOMERS_MERGE")
    fields = [{"id": n, "email": f"{n}@example.com"} for n in (1, 2, 3)]
    shop.control("load", {"records": [{"object": "Customer", "fields": one} for one in fields]})
    shop.control("edit", {"object": "Customer", "id": "1", "fields": {"firstName": "Drift"}, "silent": True})
    shop.control("edit", {"object": "Customer", "id": "1", "fields": {"firstName": "Edit"}})
    until(lambda: hook.topics() == ["customers/update"])
    metafield = {"ownerId": "gid://shopify/Customer/1", "namespace": "mdm", "key": "key", "value": "K"}
    caller.act("""mutation ($m: [MetafieldsSetInput!]!) {
        metafieldsSet(metafields: $m) { userErrors { field message } } }""", m=[metafield])  # fmt: skip
    until(lambda: len(hook.received) == 2)
    shop.control("remove", {"object": "Customer", "id": "3"})
    until(lambda: len(hook.received) == 3)
    assert json.loads(hook.received[2][1]) == {
        "id": 3, "tax_exemptions": [], "admin_graphql_api_id": "gid://shopify/Customer/3",
    }  # fmt: skip
    shop.control("merge", {"object": "Customer", "winner": "1", "losers": ["2"]})
    until(lambda: len(hook.received) == 5)
    assert sorted(hook.topics()[3:]) == ["customers/merge", "customers/update"]
    merge = next(json.loads(body) for headers, body in hook.received if headers["X-Shopify-Topic"] == "customers/merge")
    assert merge["admin_graphql_api_customer_kept_id"] == "gid://shopify/Customer/1"
    assert merge["admin_graphql_api_customer_deleted_id"] == "gid://shopify/Customer/2"


def test_retries_carry_the_original_and_success_ends_them(shop: Running, hook: Endpoint) -> None:
    caller = Caller(shop)
    hook.answers = [500, 302, 201]
    subscribe(caller, hook, "CUSTOMERS_UPDATE")
    shop.control("load", {"records": [{"object": "Customer", "fields": {"id": 1, "email": "a@example.com"}}]})
    shop.control("edit", {"object": "Customer", "id": "1", "fields": {"firstName": "One"}})
    until(lambda: len(hook.received) == 3)
    (first, body), *again = hook.received
    assert all(other == body and headers["X-Shopify-Webhook-Id"] == first["X-Shopify-Webhook-Id"]
               for headers, other in again)  # fmt: skip
    until(lambda: shop.control("webhooks", method="GET")["waiting"] == 0)
    assert shop.control("webhooks", method="GET")["by_topic"] == {"customers/update": 1}


def test_a_dead_endpoint_loses_its_subscription(shop: Running, hook: Endpoint) -> None:
    caller = Caller(shop)
    hook.slow = 0.8  # longer than it may take
    subscribe(caller, hook, "CUSTOMERS_CREATE")
    subscribe(caller, Endpoint(url="http://127.0.0.1:9/nobody"), "CUSTOMERS_CREATE")
    caller.customer(email="a@example.com")
    until(lambda: caller.data(LIST)["webhookSubscriptions"]["nodes"] == [])
    assert len(hook.received) == 4  # one try and three more
    assert shop.control("webhooks", method="GET")["given_up"] == 2


def test_duplicates_and_disorder_on_demand(shop: Running, hook: Endpoint) -> None:
    caller = Caller(shop)
    subscribe(caller, hook, "CUSTOMERS_UPDATE")
    shop.control("load", {"records": [{"object": "Customer", "fields": {"id": 1, "email": "a@example.com"}}]})
    assert shop.control("webhooks", {"paused": True})["waiting"] == 0
    for name in ("One", "Two", "Three"):
        shop.control("edit", {"object": "Customer", "id": "1", "fields": {"firstName": name}})
    assert shop.control("webhooks", method="GET")["waiting"] == 3 and hook.received == []
    shop.control("webhooks", {"paused": False, "reverse": True})
    until(lambda: len(hook.received) == 3)
    names = [json.loads(body)["first_name"] for _, body in hook.received]
    assert names == ["Three", "Two", "One"]
    shop.control("webhook", {"topic": "CUSTOMERS_UPDATE", "id": "gid://shopify/Customer/1"})
    until(lambda: len(hook.received) == 4)
    last = next(headers for headers, body in hook.received if json.loads(body)["first_name"] == "Three")
    assert hook.received[3][0]["X-Shopify-Event-Id"] == last["X-Shopify-Event-Id"]

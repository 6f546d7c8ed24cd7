"""Set-up: what is missing or wrong is named; what can be made is made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.base import FieldRow
from connectors.errors import Misconfigured, Permanent
from connectors.shopify import setup, webhook
from connectors.shopify.connector import Shopify
from tests.connectors.sandbox.server import running
from tests.connectors.scripted import Answer, scripted
from tests.connectors.shopify.bodies import ACCESS, SECRETS, SHOP
from tests.connectors.shopify.conftest import OPTIONS, Store, wanted

KEY = {"ownerType": "CUSTOMER", "namespace": "mdm", "key": "key", "name": "key"}
OLD, NEW = "https://old.example/hooks", "https://hub.example/webhooks/store"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"secrets": {**SECRETS, "access_token": ""}}, "secret access_token"),
        ({"secrets": {"access_token": "x"}}, "secret webhook_secret"),
        ({"options": {}}, "option shop"),
        ({"options": {"shop": "https://goldenrod-demo.myshopify.com"}}, "option shop"),
        ({"options": {"shop": 7}}, "option shop"),
        ({"options": {"shop": SHOP, "api_version": "latest"}}, "option api_version"),
        ({"options": {"shop": SHOP, "page_size": 0}}, "option page_size"),
        ({"options": {"shop": SHOP, "page_size": "many"}}, "option page_size"),
        ({"options": {"shop": SHOP, "batch_size": 1000}}, "option batch_size"),
        ({"options": {"shop": SHOP, "overlap_seconds": True}}, "option overlap_seconds"),
        ({"options": {"shop": SHOP, "language": "German"}}, "option language"),
        ({"options": {"shop": SHOP, "currency": "Euro"}}, "option currency"),
        ({"options": {"shop": SHOP, "price_list": 10}}, "option price_list"),
        ({"fields": (FieldRow(object_type="Customer", native="tier", key="tier"),)}, "'tier' of Customer"),
    ],
)
def test_wrong_settings_are_named_without_asking_the_shop(changes, named):
    with pytest.raises(Misconfigured, match=named):
        Shopify(replace(ACCESS, **{"base_url": "http://127.0.0.1:9", **changes})).prepare()


def test_the_token_of_another_shop_is_seen(shop):
    with pytest.raises(Misconfigured, match=f"opens the shop {SHOP}; correct the option shop"):
        shop.connector(shop="other.myshopify.com").prepare()


def test_a_shop_with_other_money_is_seen(shop):
    with pytest.raises(Misconfigured, match="sells in EUR, not in USD; set the option currency to EUR"):
        shop.connector(currency="USD").prepare()


@pytest.mark.parametrize(
    ("granted", "missing"),
    [(setup.SCOPES, None), ([scope for scope in setup.SCOPES if scope.startswith("write")], None),
     (["read_customers", *setup.SCOPES[2:]], "lacks the scope write_customers"),
     (setup.SCOPES[:2], "lacks the scope read_products, write_products, read_publications, write_publications")],
)
def test_a_missing_scope_is_named(granted, missing):
    who = {"shop": {"myshopifyDomain": SHOP, "currencyCode": "EUR"},
           "currentAppInstallation": {"accessScopes": [{"handle": handle} for handle in granted]}}
    unique = {"uniqueValues": {"enabled": True}}
    node = {"namespace": "mdm", "key": "key", "type": {"name": "id"}, "capabilities": unique}
    with scripted(Answer(body={"data": {**who, "metafieldDefinitions": {"nodes": [node]}}})) as server:
        connector = Shopify(replace(ACCESS, base_url=server.url))
        if missing is None:
            connector.prepare()
            return
        with pytest.raises(Misconfigured, match=missing):
            connector.prepare()


def test_a_version_the_shop_does_not_serve_is_named(shop):
    with pytest.raises(Misconfigured, match="no Admin API 2025-01; check the address and the option api_version"):
        shop.connector(api_version="2025-01").prepare()


def test_a_missing_definition_is_made_and_then_unique():
    with running("shopify", **OPTIONS, definitions=[]) as system:
        shop = Store(system)
        with pytest.raises(Misconfigured, match="Check the connection again"):
            shop.connector().push([wanted("Customer", attributes={"last_name": "Rao"})])
        for _ in range(2):
            shop.connector().prepare()
        (outcome,) = shop.connector().push([wanted("Customer", attributes={"last_name": "Rao"})])
        assert outcome.error is None
        other = shop.enter("Customer", lastName="Bär")
        (refused,) = shop.connector().push([wanted("Customer", external_id=other)])
        assert isinstance(refused.error, Permanent) and refused.error.field == "mdm.key"


@pytest.mark.parametrize("type_", ["single_line_text_field", "number_integer"])
def test_a_definition_of_another_type_is_named(type_):
    with running("shopify", **OPTIONS, definitions=[{**KEY, "type": type_}]) as system, pytest.raises(
        Misconfigured, match=f"mdm.key of customers has the type {type_}; define it anew with type id"
    ):
        Store(system).connector().prepare()


# ---- subscriptions --------------------------------------------------------------------------------------------------


def subscriptions(shop):
    found = shop.connector()._shop.read(
        "query Q { webhookSubscriptions(first: 100) { nodes { topic uri } } }", {}
    )
    return sorted((node["topic"], node["uri"]) for node in found["webhookSubscriptions"]["nodes"])


def every(url):
    return sorted((webhook.enum(topic), url) for topic in webhook.TOPICS)


def test_subscriptions_are_made_once(shop):
    shop.connector().subscribe(NEW)
    assert subscriptions(shop) == every(NEW)
    writes = shop.system.control("counters", method="GET")["writes"]
    shop.connector().subscribe(NEW)
    assert subscriptions(shop) == every(NEW)
    assert shop.system.control("counters", method="GET")["writes"] == writes


def test_subscriptions_to_another_address_are_replaced(shop):
    shop.connector().subscribe(OLD)
    shop.connector().subscribe(NEW)
    assert subscriptions(shop) == every(NEW)


def test_a_removed_subscription_comes_back():
    with running("shopify", **OPTIONS, subscriptions=[{"topic": "CUSTOMERS_UPDATE", "uri": NEW}]) as system:
        other = Store(system)
        assert subscriptions(other) == [("CUSTOMERS_UPDATE", NEW)]
        other.connector().subscribe(NEW)
        assert subscriptions(other) == every(NEW)


def test_an_address_shopify_does_not_take_is_named(shop):
    with pytest.raises(Misconfigured, match=r"does not let us subscribe to CUSTOMERS_CREATE: .*ftp://"):
        shop.connector().subscribe("ftp://hub.example/x")

"""Webhooks: who may speak, what is read of each topic, what is refused. The payloads were recorded."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Access, Stamp
from connectors.errors import Rejected
from connectors.shopify import webhook
from tests.connectors.contract import JSON
from tests.connectors.shopify.bodies import ACCESS, NOW, SECRETS, SHOP
from tests.connectors.shopify.receiver import receiver

PAYLOADS = Path(__file__).with_name("payloads")
TRIGGERED = "2026-11-21T11:59:58.123456789Z"
AT = {"_deleted_at": "2026-11-21T11:59:58.123456+00:00"}


def sign(body, secret=SECRETS["webhook_secret"]):
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def headers(topic, body, /, **changes):
    given = {
        "x-shopify-topic": topic, "x-shopify-shop-domain": SHOP, "x-shopify-api-version": "2026-10",
        "x-shopify-webhook-id": "w-1", "x-shopify-event-id": "e-1", "x-shopify-triggered-at": TRIGGERED,
        "x-shopify-hmac-sha256": sign(body), **{f"x-shopify-{name.replace('_', '-')}": value
                                                for name, value in changes.items()},
    }
    return {name: value for name, value in given.items() if value is not None}


def read(topic, body, /, **changes):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return webhook.read(headers(topic, raw, **changes), raw, ACCESS, NOW)


def recorded(topic):
    return json.loads((PAYLOADS / f"{topic.replace('/', '_')}.json").read_text())


def named(event):
    return [(one.object_type, one.external_id, dict(one.body)) for one in event.payloads]


def customer(n):
    return f"gid://shopify/Customer/71000000000{n}"


GOODS = [
    ("ProductVariant", "gid://shopify/ProductVariant/7100000000032"),
    ("ProductVariant", "gid://shopify/ProductVariant/7100000000034"),
    ("Product", "gid://shopify/Product/7100000000030"),
]
COMPANY, CONTACT = "gid://shopify/Company/7100000000037", "gid://shopify/CompanyContact/7100000000047"


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("customers/create", [("Customer", customer(28), {})]),
        ("customers/update", [("Customer", customer(28), {})]),
        ("customers/delete", [("Customer", customer(34), AT)]),
        ("customers/merge", [("Customer", customer(31), {"_merged_into": customer(28), **AT}),
                             ("Customer", customer(28), {})]),
        ("customers_email_marketing_consent/update", [("Customer", customer(28), {})]),
        ("companies/create", [("Company", COMPANY, {})]),
        ("companies/update", [("Company", COMPANY, {})]),
        ("companies/delete", [("Company", COMPANY, AT)]),
        ("company_locations/create", [("Company", COMPANY, {})]),
        ("company_locations/update", [("Company", COMPANY, {})]),
        ("company_locations/delete", [("Company", COMPANY, {})]),
        ("company_contacts/create", [("CompanyContact", CONTACT, {}), ("Customer", customer(28), {})]),
        ("company_contacts/update", [("CompanyContact", CONTACT, {})]),
        ("company_contacts/delete", [("CompanyContact", CONTACT, AT), ("Customer", customer(28), {})]),
        ("products/create", [*((kind, id, {}) for kind, id in GOODS)]),
        ("products/update", [*((kind, id, {}) for kind, id in GOODS)]),
        ("products/delete", []),
    ],
)
def test_what_each_topic_names(topic, expected):
    body = recorded(topic)
    event = read(topic, body)
    assert named(event) == expected
    assert all(one.observed_at == NOW for one in event.payloads)
    assert event.topic == topic


def test_every_topic_we_subscribe_to_has_a_recording():
    assert {path.stem for path in PAYLOADS.glob("*.json")} == {topic.replace("/", "_") for topic in webhook.TOPICS}


def test_the_key_is_the_same_on_every_delivery_and_apart_for_each_topic():
    one = read("companies/update", recorded("companies/update"))
    again = read("companies/update", recorded("companies/update"), webhook_id="w-2")
    other = read("company_locations/update", recorded("company_locations/update"))
    alone = read("companies/update", recorded("companies/update"), event_id=None)
    assert one.key == again.key == f"e-1:companies/update:{one.payloads[0].external_id}"
    assert other.key != one.key, "one event is told under several topics, by the same event id"
    assert alone.key.startswith("w-1:")


def test_a_product_of_one_variant_is_no_family():
    body = recorded("products/update")
    for name in ("variant_gids", "variants"):
        body[name] = body[name][:1]
    assert named(read("products/update", body)) == [(*GOODS[0], {})]
    del body["variant_gids"]  # older versions name the variants in full only
    assert named(read("products/update", body)) == [(*GOODS[0], {})]


@pytest.mark.parametrize("wrong", [None, 7, [7], [{"admin_graphql_api_id": "gid://shopify/Product/1"}], [{}]])
def test_a_product_whose_variants_cannot_be_read_is_refused(wrong):
    body = {**recorded("products/update"), "variant_gids": wrong, "variants": wrong}
    with pytest.raises(Rejected) as refusal:
        read("products/update", body)
    assert refusal.value.status == 400


@pytest.mark.parametrize("status", ["failed", "in_progress", "requested", "", None, 7])
def test_a_merge_that_is_not_completed_changes_nothing(status):
    assert read("customers/merge", {**recorded("customers/merge"), "status": status}).payloads == ()


@pytest.mark.parametrize("topic", ["orders/create", "shop/update", "customers/redact"])
def test_an_unsupported_topic_is_no_anomaly(topic):
    event = read(topic, b"whatever it holds")
    assert (event.topic, event.payloads) == (topic, ())


@pytest.mark.parametrize("triggered_at", [None, "", "yesterday", "2026-13-45T00:00:00Z"])
def test_an_unreadable_moment_is_now(triggered_at):
    (payload,) = read("customers/delete", recorded("customers/delete"), triggered_at=triggered_at).payloads
    assert payload.body["_deleted_at"].startswith("20")


@pytest.mark.parametrize(
    ("topic", "body", "status"),
    [
        ("customers/update", b"", 400),
        ("customers/update", b"{", 400),
        ("customers/update", b"\xff\xfe", 400),
        ("customers/update", b"[" * 100_000, 400),
        ("customers/update", [], 400),
        ("customers/update", "x", 400),
        ("customers/update", {}, 400),
        ("customers/update", {"id": True}, 400),
        ("customers/update", {"id": -5}, 400),
        ("customers/update", {"id": 10**30}, 400),
        ("customers/update", {"admin_graphql_api_id": "gid://shopify/Company/5"}, 400),
        ("customers/update", {"admin_graphql_api_id": "gid://shopify/Customer/5\n"}, 400),
        ("customers/merge", {"admin_graphql_api_customer_kept_id": customer(28), "status": "completed"}, 400),
        ("company_contacts/create", {"admin_graphql_api_id": CONTACT}, 400),
        ("company_locations/update", {"company": "x"}, 400),
        ("company_locations/update", {"admin_graphql_api_id": "gid://shopify/CompanyLocation/5"}, 400),
    ],
)
def test_what_cannot_be_read_is_rejected(topic, body, status):
    with pytest.raises(Rejected) as refusal:
        read(topic, body)
    assert refusal.value.status == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"hmac_sha256": None}, 401),
        ({"hmac_sha256": ""}, 401),
        ({"hmac_sha256": "AAAA"}, 401),
        ({"hmac_sha256": "ümläut"}, 401),
        ({"hmac_sha256": sign(b'{"id": 5}', "another secret")}, 401),
        ({"hmac_sha256": sign(b'{"id": 6}')}, 401),
        ({"shop_domain": "other.myshopify.com"}, 401),
        ({"topic": None}, 400),
        ({"shop_domain": None}, 400),
        ({"api_version": None}, 400),
        ({"webhook_id": None}, 400),
    ],
)
def test_who_may_speak(changes, status):
    with pytest.raises(Rejected) as refusal:
        read("customers/update", b'{"id": 5}', **changes)
    assert refusal.value.status == status
    assert SECRETS["webhook_secret"] not in str(refusal.value)
    assert read("customers/update", b'{"id": 5}').payloads[0].external_id == "gid://shopify/Customer/5"


def test_without_a_secret_nobody_may_speak():
    access = Access(connection="store", base_url="https://x.example", secrets={}, options={"shop": SHOP})
    raw = b'{"id": 5}'
    with pytest.raises(Rejected) as refusal:
        webhook.read(headers("customers/update", raw, hmac_sha256=sign(raw, "")), raw, access)
    assert refusal.value.status == 401


@settings(max_examples=200, deadline=None)
@given(topic=st.sampled_from(sorted(webhook.TOPICS)), body=JSON, where=st.integers(0, 10))
def test_any_body_is_an_event_or_rejected(topic, body, where):
    good = recorded(topic)
    name = sorted(good)[where % len(good)]
    for shape in (body, {**good, name: body}):
        try:
            event = read(topic, shape)
        except Rejected as refusal:
            assert refusal.status == 400
        else:
            assert all(one.external_id.startswith("gid://shopify/") for one in event.payloads)


def test_what_the_shop_sends_is_understood(shop):
    connector = shop.connector()
    with receiver() as address:
        connector.subscribe(address.url)
        firm = shop.enter("Company", name="Bolts")
        person = shop.enter("Customer", lastName="Rao", email="a@b.example")
        shop.enter("CompanyContact", companyId=firm, customerId=person, title="Buyer")
        shop.edit("Customer", person, lastName="Unheard", silent=True)
        came = address.wait(5)
    events = [connector.event(given, body) for given, body in came]
    kinds = {(event.topic, one.object_type) for event in events for one in event.payloads}
    assert {("companies/create", "Company"), ("customers/create", "Customer"),
            ("company_contacts/create", "CompanyContact"), ("company_contacts/create", "Customer")} <= kinds
    assert len({event.key for event in events}) == len(events)
    for event in events:
        for one in event.payloads:
            (payload,) = connector.fetch(one.object_type, [one.external_id])
            assert connector.map(payload)[0].kind == "snapshot"


@pytest.mark.parametrize("topic", sorted(webhook.TOPICS))
def test_a_notice_tells_when_what_it_is_about_changed_but_not_when_it_went(topic):
    body = recorded(topic)
    stamps = {payload.changed_at for payload in read(topic, body).payloads if not payload.body}
    dated = topic.endswith(("/create", "/update")) and "updated_at" in body
    known = [body, *body.get("variant_gids", ())]
    assert stamps <= ({datetime.fromisoformat(one["updated_at"]) for one in known} if dated else {None})


def test_a_variant_is_told_of_under_its_own_stamp_and_its_products():
    body = recorded("products/update")
    body["updated_at"] = "2026-11-21T12:00:05Z"
    body["variant_gids"][0]["updated_at"] = "2026-11-21T12:00:04Z"
    own = [datetime.fromisoformat(one["updated_at"]) for one in body["variant_gids"]]
    *items, family = read("products/update", body).payloads
    whole = Stamp("Product", GOODS[2][1], datetime.fromisoformat("2026-11-21T12:00:05Z"))
    assert [(one.changed_at, one.whole) for one in items] == [(at, whole) for at in own]
    assert (family.changed_at, family.whole) == (whole.at, None)


@pytest.mark.parametrize("stamp", [None, "", 7, "soon", "2026-11-21T12:00:04"])
def test_variants_without_stamps_of_their_own_changed_with_their_product(stamp):
    body = recorded("products/update")
    body["variant_gids"][0]["updated_at"] = stamp
    at = datetime.fromisoformat(body["updated_at"])
    assert {(one.changed_at, one.whole) for one in read("products/update", body).payloads} == {(at, None)}

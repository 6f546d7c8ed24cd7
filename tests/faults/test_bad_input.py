"""What nobody should believe, and what nobody can read."""

from __future__ import annotations

import json

import requests

from tests.live import forms
from tests.live.running import Live

TOPIC = "customers/update"


def test_forged_malformed_and_oversized_webhooks_are_refused_and_nothing_of_them_is_kept(live: Live) -> None:
    live.settle()
    before = live.hub("traffic").json()["inbox"]
    body = json.dumps({"admin_graphql_api_id": "gid://shopify/Customer/4711"}).encode()
    good = live.signed(TOPIC, body)
    other_shop = {**good, "X-Shopify-Shop-Domain": "somebody-else.myshopify.com"}
    unsigned = {name: value for name, value in good.items() if "Hmac" not in name}
    no_id = {name: value for name, value in good.items() if "Webhook-Id" not in name}
    broken, nameless = b'{"admin_graphql_api_id": ', b'{"note": "nobody"}'
    huge = b" " * 1_000_001
    for what, headers, sent, status in (
        ("another body under a good signature", good, body.replace(b"4711", b"4712"), 401),
        ("no signature", unsigned, body, 401),
        ("another shop", other_shop, body, 401),
        ("a header missing", no_id, body, 400),
        ("no JSON", live.signed(TOPIC, broken), broken, 400),
        ("no id", live.signed(TOPIC, nameless), nameless, 400),
        ("too large", live.signed(TOPIC, huge), huge, 413),
    ):
        answer = requests.post(f"{live.web}/webhooks/shopify", data=sent, headers=headers, timeout=30)
        assert answer.status_code == status, what
        assert answer.json()["error"].endswith("."), what
    assert requests.post(f"{live.web}/webhooks/nowhere", data=body, headers=good, timeout=30).status_code == 404
    assert requests.get(f"{live.web}/webhooks/shopify", timeout=30).status_code == 405
    live.quiet()
    after = live.hub("traffic").json()["inbox"]
    assert after == before


def test_the_same_webhook_twice_is_taken_once(live: Live) -> None:
    fields = forms.shopper("Irmtraud", "Zweifach", "Echoweg 2", "Plauen", "08523")
    customer = live.create("shopify", "Customer", **fields, email="irmtraud@example.com")
    live.until("the CRM has her", lambda: live.record("salesforce", "Account", LastName="Zweifach"))
    live.settle()
    body = json.dumps({"admin_graphql_api_id": customer}).encode()
    headers = live.signed(TOPIC, body)
    told = [requests.post(f"{live.web}/webhooks/shopify", data=body, headers=headers, timeout=30) for _ in range(3)]
    assert [(answer.status_code, answer.json()["stored"]) for answer in told] == [
        (200, True),
        (200, False),
        (200, False),
    ]

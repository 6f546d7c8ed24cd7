"""What nobody should believe, and what nobody can read."""

from __future__ import annotations

import json
from typing import Any

import requests

from tests.live import forms
from tests.live.running import Live

TOPIC = "customers/update"
# An admin takes a whole address for a text: only accounts that have one cannot be read.
WRONG_ROW = """
from mdm.models import Connection, FieldMapping, RuleSet
FieldMapping.objects.create(
    rule_set=RuleSet.objects.get(state="published"), entity="customer", object_type="Account", native="BillingAddress",
    connection=Connection.objects.get(code="salesforce"), attribute="website", read=True, write=False,
)
"""
RIGHT_AGAIN = """
from mdm.models import FieldMapping
FieldMapping.objects.get(native="BillingAddress").delete()
"""


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


def test_a_record_nobody_can_read_becomes_a_dead_letter_and_the_rest_goes_on(live: Live) -> None:
    live.desk(WRONG_ROW)
    try:
        fields = forms.account("Sackgasse Tore GmbH", "Endstr. 1", "Lommatzsch", "01623")
        bad = live.create("salesforce", "Account", **fields)
        good = live.create("salesforce", "Account", Name="Durchfahrt Schranken GmbH", Phone="+49 35241 55511")
        live.until("the good one has its numbers", lambda: live.has_all_ids(good))
        letter = live.until("the bad one is a dead letter", lambda: _letter(live, bad))
    finally:
        live.desk(RIGHT_AGAIN)
    assert letter["error"] == f"Account {bad}: field 'BillingAddress' holds an object where a text was expected."
    assert (letter["object_type"], letter["stage"]) == ("Account", "map")
    assert letter["body"]["Name"] == "Sackgasse Tore GmbH", "it is kept whole"
    assert live.golden_of("salesforce", bad) == {}
    live.desk('from django.core.management import call_command; call_command("replay")')
    live.until("the bad one has its numbers", lambda: live.has_all_ids(bad))
    live.quiet()


def _letter(live: Live, account: str) -> dict[str, Any]:
    letters = live.hub("dead-letters").json()["items"]
    return next((row for row in letters if (row["kind"], row["subject"]) == ("inbound", account)), {})

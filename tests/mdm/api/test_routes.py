"""Every route of the description: who has no token, the wrong scope or the wrong region gets nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from connectors.models import Delivery, InboundMessage, Notice, Subscriber
from mdm.api.common import auth
from mdm.models import (
    Actor,
    Case,
    Decision,
    GoldenRecord,
    MatchModel,
    Proposal,
    Relation,
    SourceRecord,
    SourceVersion,
)
from mdm.pipeline import process
from tests import factories
from tests.mdm.api.conftest import ALL, Api, World, caller

Route = tuple[str, str]
# What a route asks for if not `read`.
SCOPES = {
    "POST resolve": "write",
    "POST source-records": "write",
    "POST source-records/delete": "write",
    "POST cases/{id}/decide": "steward",
    "POST cases/{id}/withdraw": "steward",
    "POST proposals/{id}/accept": "steward",
    "POST proposals/{id}/reject": "steward",
    "POST customers/{id}/merge": "steward",
    "POST customers/{id}/unmerge": "steward",
    "POST products/{id}/merge": "steward",
    "POST products/{id}/unmerge": "steward",
    "POST dead-letters/{kind}/{id}/replay": "steward",
    "GET subscribers": "admin",
    "POST subscribers": "admin",
    "GET subscribers/{id}": "admin",
    "DELETE subscribers/{id}": "admin",
    "POST subscribers/{id}/enable": "admin",
    "GET subscribers/{id}/notices": "admin",
    "POST subscribers/{id}/notices/{notice}/redeliver": "admin",
    "GET rule-sets": "admin",
    "GET rule-sets/{version}": "admin",
    "GET match-models": "admin",
    "GET match-models/{entity}": "admin",
    "GET match-models/{entity}/{version}": "admin",
    "POST match-models/{entity}/publish": "admin",
}
FIRM = {"party_type": "organisation", "legal_name": "Bolzen Meier GmbH", "tax_ids|VAT": "DE136695976"}


@pytest.fixture
def described(world: World) -> dict[str, Any]:
    """The description, with something of everything there."""
    process.changes([factories.organisation("erp", "1", 2, region="north", payment_terms="NT30")])
    process.changes([factories.organisation("crm", "a1", 3, region="north", payment_terms="NT60")])
    process.changes([factories.organisation("erp", "1", 4, region="north", payment_terms="NT40")])
    process.changes([factories.organisation("crm", "a1", 5, region="north", payment_terms="NT60", segment="x")])
    record = SourceRecord.objects.get(external_id="1")
    for state in ("waiting", "dead"):
        Delivery.objects.create(
            connection=record.connection,
            object_type="Account",
            subject_type="customer",
            subject_id=record.golden_id,
            state=state,
            not_before=record.seen_at,
        )
    InboundMessage.objects.create(
        connection_id=record.connection_id, external_id="x", state="dead", observed_at=record.seen_at, error="Broken."
    )
    subscriber = Subscriber.objects.create(
        client=caller("read").actor, name="us", url="https://192.0.2.1/", secret={"secret": "whsec_AA=="}
    )
    MatchModel.objects.create(entity="customer", version=1, data=b"")
    Notice.objects.create(subscriber=subscriber, seq=1, body={}, not_before=record.seen_at)
    found: dict[str, Any] = caller("read").read("openapi.json")
    return found


def routes(described: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Method, template and a path to something that is there, of every route."""
    for template, methods in described["paths"].items():
        short = template.removeprefix("/api/v1/")
        for method in methods:
            yield method.upper(), short, _filled(short)


def _filled(short: str) -> str:
    customer = SourceRecord.objects.get(external_id="1").golden
    ids: dict[str, Any] = {
        "customers": customer.uid if customer else None,
        "products": GoldenRecord.objects.filter(entity="product").values_list("uid", flat=True).first() or uuid4(),
        "relations": Relation.objects.values_list("uid", flat=True).first(),
        "contacts": Relation.objects.values_list("uid", flat=True).first(),
        "source-records": SourceRecord.objects.get(external_id="1").pk,
        "cases": Case.objects.values_list("pk", flat=True).first(),
        "proposals": Proposal.objects.values_list("pk", flat=True).first(),
        "deliveries": Delivery.objects.values_list("pk", flat=True).first(),
        "subscribers": Subscriber.objects.order_by("pk").values_list("pk", flat=True).first(),
        "dead-letters": Delivery.objects.filter(state="dead").values_list("pk", flat=True).first(),
    }
    filled = short.replace("{id}", str(ids.get(short.partition("/")[0])))
    notice = Notice.objects.values_list("pk", flat=True).first()
    filled = filled.replace("{notice}", str(notice)).replace("{version}", "1").replace("{kind}", "outbound")
    filled = filled.replace("{entity}", "customer")
    assert "{" not in filled and "None" not in filled, f"{short}: say what is there"
    needs = {
        "search": "?q=bolzen",
        "as-of": "?at=2999-01-01T00:00:00Z",
        "why": "?first=erp:Account:1&second=crm:Account:a1",
    }
    return filled + needs.get(short.rpartition("/")[2], "")


def body(short: str) -> dict[str, Any] | None:
    """A body that would be taken."""
    other = str(SourceRecord.objects.select_related("golden").get(external_id="2").golden.uid)  # type: ignore[union-attr]
    bodies: dict[str, Any] = {
        "match": {"attributes": FIRM},
        "resolve": {"external_id": "walk", "attributes": FIRM},
        "source-records": {"external_id": "walk", "attributes": FIRM},
        "source-records/delete": {"external_id": "1", "object_type": "Account"},
        "cases/{id}/decide": {"decision": "keep_apart", "reason": "two", "version": 1},
        "cases/{id}/withdraw": {"version": 1},
        "proposals/{id}/accept": {"version": 1},
        "proposals/{id}/reject": {"version": 1},
        "customers/{id}/merge": {"other": other},
        "customers/{id}/unmerge": {"record": SourceRecord.objects.get(external_id="a1").pk, "reason": "another"},
        "products/{id}/merge": {"other": _product("v-walked")},
        "products/{id}/unmerge": {"record": SourceRecord.objects.get(external_id="1").pk, "reason": "another"},
        "dead-letters/{kind}/{id}/replay": {},
        "match-models/{entity}/publish": {"version": 0, "instead": 0},
        "subscribers": {"name": "walk", "url": "https://93.184.216.34/notices"},
        "subscribers/{id}/enable": {},
        "subscribers/{id}/notices/{notice}/redeliver": {},
    }
    return bodies[short]


def _product(external_id: str) -> str:
    """The id of a record's golden product; one of nobody where there is none."""
    record = SourceRecord.objects.filter(external_id=external_id).select_related("golden").first()
    return str(record.golden.uid if record and record.golden else uuid4())


def send(api: Api, method: str, short: str, path: str) -> Any:
    return api.call(method, path, body(short) if method in ("POST", "PUT", "PATCH") else None, **{"If-Match": "*"})


def counts() -> list[int]:
    state = [model.objects.count() for model in (SourceRecord, SourceVersion, Decision, Delivery)]
    return [*state, Case.objects.filter(state="open").count(), Proposal.objects.filter(state="open").count(),
            Delivery.objects.filter(state="dead").count()]  # fmt: skip


def test_the_walk_reaches_everything(described: dict[str, Any]) -> None:
    # of no region, so the other walks are spared them
    other = factories.product("store", "v-walked", sku="X-9", gtin=None, names__en="Anchor bolt M20x200")
    process.changes([factories.product("erp", "walked"), other])
    walked = {f"{method} {short}" for method, short, _ in routes(described)}
    assert walked >= SCOPES.keys() and len(walked) >= 40
    for method, short, path in sorted(routes(described), key=lambda route: route[0] == "DELETE"):
        answer = send(caller(ALL, connection="walk-app" if short == "resolve" else ""), method, short, path)
        taken = {"POST": (200, 201, 404, 409), "DELETE": (204,)}.get(method, (200,))
        assert answer.status_code in taken, (method, short, answer.content)


def test_without_a_token_nothing_is_told_or_done(described: dict[str, Any]) -> None:
    before = counts()
    for method, short, path in routes(described):
        for header in ({}, {"Authorization": "Bearer nonsense"}):
            sent = json.dumps(body(short)) if method == "POST" else ""
            answer = Client().generic(method, f"/api/v1/{path}", sent, content_type="application/json", headers=header)
            assert answer.status_code == 401, (method, short)
            assert "WWW-Authenticate" in answer.headers and answer.headers["Content-Type"].startswith(
                "application/problem"
            )
    assert counts() == before


def test_each_route_opens_to_one_scope_only(described: dict[str, Any]) -> None:
    """Refused are all scopes but the one, and that one is not."""
    client = caller("")
    for method, short, path in routes(described):
        opens = SCOPES.get(f"{method} {short}", "read")
        for scope in ("", *(set(ALL.split()) - {opens})):
            Actor.objects.filter(pk=client.actor.pk).update(scopes=scope)
            auth.forget()
            before = counts()
            answer = send(client, method, short, path)
            assert answer.status_code == 403, (method, short, scope, answer.content)
            assert counts() == before
        assert f'scope="{opens}"' in answer.headers["WWW-Authenticate"]


def test_of_another_region_there_is_nothing(described: dict[str, Any]) -> None:
    elsewhere = caller(ALL, region="nowhere", connection="nowhere-app")
    before = counts()
    for method, short, path in routes(described):
        answer = send(elsewhere, method, short, path)
        told = json.loads(answer.content)
        if (method, short) == ("POST", "subscribers"):
            assert answer.status_code == 201, "their own, who are told of their region only"
        elif short in ("resolve", "source-records") and method == "POST":
            assert answer.status_code == 409 and told["title"] == "Out of sight", short
        elif "{" in short or short == "source-records/delete":
            assert answer.status_code == 404, (method, short, told)
        elif answer.status_code == 200:
            found = told.get("items", told.get("candidates"))
            assert found == [] if found is not None else not any(map(bool, told.values())), (short, told)
        else:
            unseen = {"traffic", "rule-sets", "match-models", "why"}
            assert (answer.status_code, short in unseen) == (404, True)
    assert counts() == before

"""A small hub of two regions, and callers of its API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from mdm.api.common import throttle
from mdm.models import Actor, Connection, Customer, SourceRecord
from mdm.pipeline import process
from tests import factories

ALL = "read write steward admin"


@dataclass
class Api:
    """A client of the API with a token of its own."""

    token: str
    actor: Actor
    client: Client = field(default_factory=Client)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        more: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.token}", **headers}}
        if body is not None:
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1/{path}", **more)  # type: ignore[return-value]

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, {} if body is None else body, **headers)

    def read(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)


def caller(scopes: str = ALL, *, region: str = "", name: str = "", connection: str = "") -> Api:
    """A client with these scopes, and with a connection of its own where one is named."""
    own = None
    if connection:
        own, _ = Connection.objects.get_or_create(
            code=connection, defaults={"name": connection, "kind": "api", "role": "other", "country": "DE"}
        )
    actor = Actor.objects.create(
        kind=Actor.Kind.CLIENT,
        name=name or f"client {Actor.objects.count()}",
        scopes=scopes,
        region=region,
        connection=own,
    )
    return Api(actor.issue_token(), actor)


@pytest.fixture(autouse=True)
def calm(services: Any) -> None:
    """No counts of another test."""
    cache.clear()
    throttle._client().flushdb()


@pytest.fixture
def api(db: None) -> Api:
    """A client who may do everything, and has a connection of its own."""
    return caller(connection="shop-app")


@dataclass
class World:
    """Two firms in two regions, a person at one of them, and what may be one with it."""

    north: Customer
    south: Customer
    person: Customer
    twin: Customer

    @staticmethod
    def of(external_id: str) -> Customer:
        record = SourceRecord.objects.get(external_id=external_id, entity="customer")
        return Customer.objects.select_related("golden").get(pk=record.golden_id)


@pytest.fixture
def world(db: None) -> World:
    factories.connections()
    firm, change = factories.organisation, factories.change
    process.changes(
        [
            firm("erp", "1", region="north"),
            firm("crm", "a1", 1, region="north"),
            firm(
                "erp",
                "2",
                legal_name="Schrauben Huber AG",
                tax_ids__VAT="DE129273398",
                region="south",
                emails="petra.huber@huber.example",
                addresses__bill_to={
                    "street": "Ring 2",
                    "city": "Ulm",
                    "postcode": "89073",
                    "country": "DE",
                    "region": None,
                },
            ),
            change(
                "crm",
                "p1",
                party_type="person",
                first_name="Ottilie",
                last_name="Brandtner",
                region="north",
                emails="ottilie@meier.example",
            ),
            change(
                "crm",
                "c1",
                object_type="Contact",
                entity="contact",
                role="Buyer",
                refs={"person": ("Account", "p1"), "organisation": ("Account", "a1")},
            ),
            # the same house, but no id and another spelling: for a steward
            firm("store", "s1", 2, legal_name="Bolzen Meier Nord GmbH", tax_ids__VAT=None, region="north"),
        ]
    )
    return World(*(World.of(key) for key in ("1", "2", "p1", "s1")))

"""One simulated shop for a module, emptied before each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.base import Access
from connectors.shopify.connector import Shopify
from connectors.shopify.fields import ENTITY
from mdm.contracts import Desired
from mdm.engine.values import Json
from tests.connectors.sandbox.server import Running, running
from tests.connectors.shopify.bodies import SECRETS, SHOP, TIER

OPTIONS: dict[str, Any] = {"token": SECRETS["access_token"], "secret": SECRETS["webhook_secret"], "domain": SHOP}


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    """A shop on the 10000/500 plan."""
    with running("shopify", **OPTIONS) as system:
        yield system


@pytest.fixture
def shop(system: Running) -> Store:
    """The shop, empty."""
    system.control("reset")
    return Store(system)


class Store:
    """A running shop as its users and a connector see it."""

    def __init__(self, system: Running) -> None:
        self.system = system

    def connector(self, **options: Json) -> Shopify:
        """A fresh connector, with the dealer tier as a row added at run time."""
        return Shopify(
            Access(connection="store", base_url=self.system.url, secrets=SECRETS, options={"shop": SHOP, **options},
                   fields=TIER)
        )

    def enter(self, name: str, /, **fields: Json) -> str:
        """A user makes a record."""
        id: str = self.system.control("create", {"object": name, "fields": fields})["id"]
        return id

    def edit(self, name: str, id: str, /, silent: bool = False, **fields: Json) -> None:
        """A user changes one."""
        self.system.control("edit", {"object": name, "id": id, "fields": fields, "silent": silent})

    def remove(self, name: str, id: str) -> None:
        """A user deletes one."""
        self.system.control("remove", {"object": name, "id": id})

    def fault(self, **fault: Json) -> None:
        """Something is to go wrong."""
        self.system.control("fault", fault)

    def held(self, name: str, id: str) -> dict[str, Any]:
        """What the shop holds of one record, metafields by name."""
        row = next(row for row in self.system.dump(name) if row["id"] == id)
        values = {f"{one['namespace']}.{one['key']}": one["value"] for one in row.get("metafields", ())}
        return {**row, "metafields": values}

    def requests(self) -> dict[str, int]:
        """How often each root field was asked for."""
        counters: dict[str, int] = self.system.control("counters", method="GET")["by_path"]
        return {name.removeprefix("graphql "): times for name, times in counters.items()}


def wanted(name: str, key: str = "k1", /, **changes: Any) -> Desired:
    """A Desired of an object: a create unless `external_id` is given; all attributes are due unless `changed` is."""
    attributes = changes.pop("attributes", {})
    ids = changes.pop("ids", {})
    base = Desired(
        connection="store", object_type=name, entity=ENTITY[name],
        golden_id="G1", crosswalk_key=key, attributes=attributes, ids=ids,
        changed=frozenset(attributes) | {f"ids|{one}" for one in ids},
    )
    return replace(base, **changes)

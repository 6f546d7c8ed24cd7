"""An estate through the simulated systems, the connectors' mapping and the matching engine, without the hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from connectors.base import Access
from connectors.demo.estate import Estate, Record
from connectors.demo.estate.goods import Goods
from connectors.registry import connector_class
from mdm.contracts import SourceChange
from mdm.engine.matching import MODELS
from mdm.engine.standardize import Hints, standardize
from mdm.engine.values import Json, Key
from mdm.entities import ENTITIES
from mdm.entities.base import Entity
from tests.connectors.sandbox.server import Running, running
from tests.engine import measure

# How the simulated systems are started, how a client signs in there, and what the connector must know besides.
SIGN_IN: dict[str, tuple[dict[str, Any], dict[str, str], dict[str, Any]]] = {
    "salesforce": (
        {"client_id": "auditor", "client_secret": "s"},
        {"client_id": "auditor", "client_secret": "s"},
        {},
    ),
    "sap": ({"user": "AUDITOR", "password": "p"}, {"username": "AUDITOR", "password": "p"}, {}),
    "shopify": (
        {"token": "shpat_t", "secret": "shpss_s"},
        {"access_token": "shpat_t", "webhook_secret": "shpss_s"},
        {"shop": "goldenrod-demo.myshopify.com"},
    ),
}


def loaded(stack: ExitStack, estate: Estate | Goods) -> dict[str, Running]:
    """All three systems with the estate in them; raises AssertionError where one refuses a record."""
    systems = {code: stack.enter_context(running(code, **start)) for code, (start, _, _) in SIGN_IN.items()}
    for code, system in systems.items():
        records = getattr(estate, code)
        assert system.control("load", {"records": records}) == {"loaded": len(records)}
    return systems


def parties(systems: Mapping[str, Running], entity: str = "customer") -> Iterator[SourceChange]:
    """What the connectors make of every record of customers, or of products."""
    for code, system in systems.items():
        _, secrets, options = SIGN_IN[code]
        connector = connector_class(code)(
            Access(connection=code, base_url=system.url, secrets=secrets, options=options)
        )
        connector.prepare()
        for object_type in connector.object_types:
            if (entity == "product") != (object_type.entity == "product"):
                continue
            for page in connector.pull(object_type.name, {}, full=True):
                for payload in page.payloads:
                    yield from (change for change in connector.map(payload) if change.entity == entity)


def partition(changes: list[SourceChange], entity: str = "customer") -> dict[Record, str]:
    """The clusters the matching engine finds with its published weights."""
    records = [(change.connection, change.object_type, change.external_id) for change in changes]
    values = [_values(ENTITIES[entity], change.attributes) for change in changes]
    found = measure.run(values, MODELS[entity])
    return {
        records[int(node)]: str(number) for number, group in enumerate(found.clustering.groups) for node in group
    }


def _values(entity: Entity, attributes: Mapping[str, Json]) -> list[tuple[Key, str, Any]]:
    hints = Hints(country=_country(attributes))
    found = []
    for text, raw in attributes.items():
        key = Key.parse(text)
        attribute = entity.attribute(key.name)
        value = standardize(attribute.kind, raw, key.context, hints).value if attribute else None
        if attribute and value is not None:
            found.append((key, str(attribute.kind), value))
    return found


def _country(attributes: Mapping[str, Json]) -> str:
    for text in sorted(attributes):
        value = attributes[text]
        if text.startswith("addresses") and isinstance(value, dict) and value.get("country"):
            return str(standardize("country", value["country"]).value or "")
    return ""

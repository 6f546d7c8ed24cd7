"""Which connector speaks to which kind of system. A new connector is one folder and one line here."""

from __future__ import annotations

from importlib import import_module

from connectors.base import Connector
from connectors.errors import Misconfigured

CONNECTORS = {
    "salesforce": "connectors.salesforce.connector.Salesforce",
    "sap": "connectors.sap.connector.Sap",
    "shopify": "connectors.shopify.connector.Shopify",
}


def connector_class(kind: str) -> type[Connector]:
    """The connector of a kind of system, imported when first asked for; raises Misconfigured for an unknown kind."""
    if kind not in CONNECTORS:
        raise Misconfigured(f"There is no connector for '{kind}'; choose one of {', '.join(sorted(CONNECTORS))}.")
    module, _, name = CONNECTORS[kind].rpartition(".")
    found: type[Connector] = getattr(import_module(module), name)
    return found

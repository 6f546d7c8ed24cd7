"""Which connector speaks to which kind of system: the folders here that hold a connector.py, by their names."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from connectors.base import Connector
from connectors.errors import Misconfigured

CONNECTORS = frozenset(file.parent.name for file in Path(__file__).parent.glob("*/connector.py"))


@cache
def connector_class(kind: str) -> type[Connector]:
    """The connector of a kind of system, imported when first asked for; raises Misconfigured for an unknown kind."""
    if kind not in CONNECTORS:
        raise Misconfigured(f"There is no connector for '{kind}'; choose one of {', '.join(sorted(CONNECTORS))}.")
    declared = vars(import_module(f"connectors.{kind}.connector")).values()
    for found in declared:
        if isinstance(found, type) and issubclass(found, Connector) and getattr(found, "kind", "") == kind:
            return found
    raise Misconfigured(f"connectors/{kind}/connector.py has no Connector of kind '{kind}'.")

"""Simulated systems: separate processes with their own state that answer and refuse as the vendors do.

Nothing here imports mdm or the connectors, and nothing there imports this.
"""

from __future__ import annotations

import importlib
from typing import Any

from connectors.sandbox.base import Clock, Sandbox
from connectors.sandbox.server import listen

# One class per system, found in the package of its name: connectors.sandbox.<system>.<Class>.
SYSTEMS = {"salesforce": "Salesforce", "sap": "Sap", "shopify": "Shopify"}


def build(system: str, options: dict[str, Any] | None = None, clock: Clock | None = None) -> Sandbox:
    """The simulated system of that name, not yet listening; raises ValueError for a name we do not have."""
    if system not in SYSTEMS:
        raise ValueError(f"There is no simulated system {system!r}; choose one of {', '.join(SYSTEMS)}.")
    package = importlib.import_module(f"connectors.sandbox.{system}")
    sandbox: Sandbox = getattr(package, SYSTEMS[system])(options or {}, clock or Clock())
    return sandbox


def serve(system: str, port: int = 0, host: str = "127.0.0.1", options: dict[str, Any] | None = None) -> None:
    """Run one simulated system until interrupted; prints `ready <system> http://HOST:PORT` once it listens."""
    server = listen(build(system, options), host, port)
    print(f"ready {system} http://{host}:{server.port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()

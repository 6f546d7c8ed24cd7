"""Django admin of connections, of how they are reached, and of the traffic with them."""

from connectors.admin import connections, traffic  # noqa: F401

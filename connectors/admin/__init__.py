"""Django admin of connections, of how they are reached, of the traffic with them, and of who is told of changes."""

from connectors.admin import connections, subscribers, traffic  # noqa: F401

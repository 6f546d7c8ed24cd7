"""`manage.py sandbox salesforce --port 8101`: one simulated system in the foreground."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors.sandbox import serve
from connectors.sandbox.__main__ import arguments


class Command(BaseCommand):
    help = "Run one simulated system (salesforce, sap or shopify) until interrupted."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the arguments of `python -m connectors.sandbox`."""
        arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; the simulation knows nothing of Django."""
        serve(options["system"], options["port"], options["host"], options["options"])

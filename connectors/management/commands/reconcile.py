"""`manage.py reconcile CODE`: compare one system in full with what it should hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors import drift, outbound
from connectors.management import foreground
from mdm.models.systems import Connection


class Command(BaseCommand):
    help = "Read all of a system, master it, find what drifted; where the hub may write, heal it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the connection")

    def handle(self, *args: Any, **options: Any) -> None:
        row = foreground.connection(options["code"])
        self.stdout.write(f"Reading all of {row.name} and comparing ...")
        with foreground.alone("pull", row):
            found = drift.reconcile(row)
        self.stdout.write(f"  slots that differ from what they should hold: {found}")
        if found and row.mode == Connection.Mode.WRITE:
            with foreground.alone("deliver", row):
                foreground.until_done(lambda: outbound.deliver(row), "slots looked at", self.stdout.write)
        elif found:
            self.stdout.write(f"  {row.name} is only observed: nothing is written.")
        self.stdout.write("Done.")

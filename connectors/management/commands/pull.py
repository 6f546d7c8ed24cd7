"""`manage.py pull CODE [--full]`: read one system now and master what it says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors import inbound
from connectors.management import foreground
from connectors.models import InboundMessage


class Command(BaseCommand):
    help = "Read what changed in a system since the last pull, and master it. Writes to no system by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the connection")
        parser.add_argument("--full", action="store_true", help="read everything, and ask for what is missing by id")

    def handle(self, *args: Any, **options: Any) -> None:
        row = foreground.connection(options["code"])
        self.stdout.write(f"Reading {'all of ' if options['full'] else ''}{row.name} ...")
        with foreground.alone("pull", row):
            stored = inbound.pull(row, full=options["full"])
        self.stdout.write(f"  new or changed: {stored}")
        foreground.master(self.stdout.write)
        dead = InboundMessage.objects.filter(connection_id=row.pk, state=InboundMessage.State.DEAD).count()
        self.stdout.write(f"Done. Dead letters: {dead}, see `manage.py replay --list`." if dead else "Done.")

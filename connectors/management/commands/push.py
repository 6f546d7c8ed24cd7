"""`manage.py push CODE`: look at every slot of one system now and write what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Sum

from connectors import outbound, owing
from connectors.management import foreground
from connectors.models import Access, Delivery
from mdm.models.systems import Connection
from mdm.selectors import systems


class Command(BaseCommand):
    help = "Compare what a system was last seen to hold with what it should hold, and write what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the connection, which must be in mode write")

    def handle(self, *args: Any, **options: Any) -> None:
        row = foreground.writable(options["code"])
        before = _writes(row)
        with transaction.atomic():
            owing.owe({subject: set() for subject in systems.subjects()}, only=row)
        self.stdout.write(f"Writing to {row.name} ...")
        with foreground.alone("deliver", row):
            foreground.until_done(lambda: outbound.deliver(row), "slots looked at", self.stdout.write)
        self.stdout.write(f"  writes: {_writes(row) - before}")
        self._what_is_left(row)

    def _what_is_left(self, row: Connection) -> None:
        """Say what could not be written. Raises CommandError where the connection does not work or is paused."""
        rows = Delivery.objects.filter(connection=row)
        waiting = rows.filter(state__in=(Delivery.State.WAITING, Delivery.State.SENDING)).count()
        trouble = Access.objects.filter(connection=row).values_list("trouble", flat=True).first()
        if waiting and trouble:
            raise CommandError(f"{row.name}: {trouble} Deliveries that wait for it: {waiting}.")
        if waiting:
            self.stdout.write(f"  waiting to be tried again: {waiting}")
        dead = rows.filter(state=Delivery.State.DEAD).count()
        self.stdout.write(f"Done. Dead letters: {dead}, see `manage.py replay --list`." if dead else "Done.")


def _writes(row: Connection) -> int:
    return Delivery.objects.filter(connection=row).aggregate(n=Sum("pushes"))["n"] or 0

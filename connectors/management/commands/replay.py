"""`manage.py replay [CODE] [--list]`: take dead letters up again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors import inbound, outbound
from connectors.management import foreground
from connectors.models import Delivery, InboundMessage
from mdm.models.systems import Connection


class Command(BaseCommand):
    help = "Put dead letters, of one connection or of all, back where they stopped; workers take them up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", nargs="?", help="code of a connection; all connections without it")
        parser.add_argument("--list", action="store_true", help="only show them, each with its sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        messages = InboundMessage.objects.filter(state=InboundMessage.State.DEAD).order_by("pk")
        deliveries = Delivery.objects.filter(state=Delivery.State.DEAD).select_related("connection").order_by("pk")
        if options["code"]:
            row = foreground.connection(options["code"])
            messages, deliveries = messages.filter(connection_id=row.pk), deliveries.filter(connection=row)
        if options["list"]:
            self._list(messages, deliveries)
            return
        read = inbound.replay(list(messages.values_list("pk", flat=True)))
        sent = outbound.replay(list(deliveries.values_list("pk", flat=True)))
        self.stdout.write(f"Taken up again: messages {read}, deliveries {sent}.")

    def _list(self, messages: Any, deliveries: Any) -> None:
        codes = dict(Connection.objects.values_list("pk", "code"))
        for message in messages:
            where = f"{codes.get(message.connection_id, 'gone')} {message.object_type} {message.external_id}"
            self.stdout.write(f"in   {where} ({message.stage}): {message.error}")
        for delivery in deliveries:
            where = f"{delivery.connection.code} {delivery.object_type}"
            self.stdout.write(f"out  {where} of {delivery.subject_type} {delivery.subject_id}: {delivery.error}")
        self.stdout.write(f"Dead letters: messages {len(messages)}, deliveries {len(deliveries)}.")

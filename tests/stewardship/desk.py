"""Rows and short ways that tests of the desk begin with."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Delivery, InboundMessage
from mdm.models import Connection, Customer, GoldenValues
from mdm.pipeline import process
from tests.factories import organisation

NASTY = "Meier <script>alert(1)</script> & Söhne"


def alone(connection: str, external_id: str, minute: float = 1, **values: Any) -> None:
    """A firm that matches nothing else."""
    process.changes(
        [organisation(connection, external_id, minute, **{"tax_ids__VAT": None, "addresses__bill_to": None, **values})]
    )


def golden(external_id: str, entity: str = "customer") -> Customer:
    return Customer.objects.get(golden__records__external_id=external_id, golden__records__entity=entity)


def record_page(client: Client, row: GoldenValues, tab: str = "", **query: str) -> Any:
    name = f"{row.entity.name}-{tab}" if tab else row.entity.name
    return client.get(reverse(f"stewardship:{name}", args=[row.golden.uid]), query)


def dead_delivery(connection: Connection, row: GoldenValues, **more: Any) -> Delivery:
    given = {"reason": "permanent", "attempts": 3, "error": f"Refused: {NASTY}", "object_type": "Account", **more}
    return Delivery.objects.create(
        connection=connection,
        subject_type=row.entity.name,
        subject_id=row.pk,
        state="dead",
        not_before=timezone.now(),
        **given,
    )


def dead_message(connection: Connection, external_id: str = "1", **more: Any) -> InboundMessage:
    given = {"object_type": "Account", "stage": "map", "error": "Field 'Name' is missing.", **more}
    return InboundMessage.objects.create(
        connection_id=connection.pk, external_id=external_id, state="dead", observed_at=timezone.now(), **given
    )

"""Rows and short ways that tests of the desk begin with."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Delivery, InboundMessage
from mdm.models import Connection, Customer, GoldenValues, Product, Proposal
from mdm.pipeline import process
from tests.factories import organisation, price, product

NASTY = "Meier <script>alert(1)</script> & Söhne"


def alone(connection: str, external_id: str, minute: float = 1, **values: Any) -> None:
    """A firm that matches nothing else."""
    process.changes(
        [organisation(connection, external_id, minute, **{"tax_ids__VAT": None, "addresses__bill_to": None, **values})]
    )


def golden(external_id: str, entity: str = "customer") -> Customer:
    return Customer.objects.get(golden__records__external_id=external_id, golden__records__entity=entity)


def contested(number: int, terms: str = "NT60", **more: Any) -> Proposal:
    """A firm whose payment terms SAP owns and the store edits."""
    lone = {"tax_ids__VAT": f"DE{number:09}", "addresses__bill_to": None, "legal_name": f"Firma{number:03} AG", **more}
    lone["emails"] = f"post@firma{number}.example"
    process.changes([organisation("erp", f"E{number}", 1, **lone, payment_terms="NT30")])
    process.changes([organisation("store", f"S{number}", 2, **lone, payment_terms="NT30")])
    process.changes([organisation("store", f"S{number}", 3, **lone, payment_terms=terms)])
    assert golden(f"E{number}").pk == golden(f"S{number}").pk
    return Proposal.objects.get(record__external_id=f"S{number}", state="open")


def priced_bolt() -> Product:
    """An item known to the CRM and the ERP, which prices it."""
    process.changes([product("crm", "01t1", 1, names__en="Hex bolt M8x40", sales_family="Screws")])
    priced = {"prices|10/EUR": price("12.5", "2026-01-01", "9999-12-31")}
    process.changes([product("erp", "1004", 2, names__de="Sechskantschraube", grade="8.8", **priced)])
    return Product.objects.get()


def bolts() -> tuple[Product, Product]:
    """A priced item, and one of the ERP that is like it."""
    row = priced_bolt()
    process.changes([product("erp", "1005", 3, sku="BM-1005", gtin=None, names__en="Hex screw DIN 931 M8x45 8.8")])
    return row, Product.objects.exclude(pk=row.pk).get()


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

"""Who looks at the desk in its tests, and at what."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from connectors.models import Delivery
from mdm.models import Connection, Customer
from mdm.pipeline import process
from tests.factories import change, connections, organisation
from tests.stewardship.desk import NASTY, alone, dead_delivery, golden


@pytest.fixture
def systems(db: None) -> dict[str, Connection]:
    return connections("write")


@pytest.fixture
def eve(client: Client) -> Client:
    """Signed in, and in no group."""
    client.force_login(get_user_model().objects.create_user("eve", password="x"))
    return client


@pytest.fixture
def boss() -> Client:
    """May do everything."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    return client


@pytest.fixture
def mia() -> Client:
    """A steward."""
    return member("mia", "Stewards")


def member(name: str, group: str) -> Client:
    """A client signed in as a person of a group."""
    user = get_user_model().objects.create_user(name, password="x")
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def meier(systems: dict[str, Any]) -> Customer:
    """Known to three systems, with a contact, a subsidiary, a proposal and deliveries."""
    firm = {"legal_name": NASTY, "emails": "einkauf@meier.example"}
    process.changes([organisation("crm", "a1", 1, **firm, segment="dealer", phones__main="0421 123456")])
    erp = {**firm, "object_type": "BusinessPartner"}
    process.changes([organisation("erp", "100042", 2, **erp, payment_terms="NT30", account_number="100042")])
    process.changes([organisation("erp", "100042", 3, **erp, payment_terms="NT40", account_number="100042")])
    process.changes([organisation("store", "77", 1, **firm, object_type="Company")])
    process.changes([organisation("store", "77", 4, **firm, object_type="Company", payment_terms="NT60")])
    refs = {"person": ("Contact.Person", "c1"), "organisation": ("Account", "a1")}
    process.changes(
        [
            change("crm", "c1", 5, object_type="Contact", entity="contact", role="Buyer", refs=refs),
            change(
                "crm", "c1", 5, object_type="Contact.Person", party_type="person", first_name="Eva", last_name="Kern"
            ),
        ]
    )
    alone("crm", "sub", 6, legal_name="Meier India Pvt Ltd", emails="office@meier-india.example")
    parent = {"organisation": ("Account", "sub"), "parent": ("Account", "a1")}
    process.changes([change("crm", "sub", 6, object_type="Account.Parent", entity="subsidiary", refs=parent)])
    row = golden("100042")
    dead_delivery(systems["store"], row)
    Delivery.objects.create(
        connection=systems["erp"],
        object_type="BusinessPartner",
        subject_type="customer",
        subject_id=row.pk,
        state="done",
        pushes=1,
        not_before=timezone.now(),
        finished_at=timezone.now(),
        written=[{"external_id": "100042", "created": False, "keys": ["addresses|bill_to", "legal_name"]}],
    )
    return row

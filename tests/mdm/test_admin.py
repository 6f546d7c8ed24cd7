"""Every admin page opens with data on it, within its query budget; rules contradict in sentences; people decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Access, Cursor, Delivery, InboundMessage
from mdm import access, rules
from mdm.models import (
    Actor,
    AttributeDefinition,
    Case,
    Connection,
    Customer,
    Decision,
    DistributionRule,
    FieldMapping,
    Link,
    OwnershipRule,
    Proposal,
    Relation,
    RuleSet,
    SourceRecord,
    SourceVersion,
    SurvivorshipRule,
)
from mdm.pipeline import process
from tests.factories import change, connections, organisation, rule_set

pytestmark = pytest.mark.django_db

SECRET = "never-to-be-shown-4711"
NASTY = "Meier <script>alert(1)</script> & Söhne"


def estate(number: int = 1) -> dict[str, Connection]:
    """Data for every admin page: `number` of each kind of row, names with markup among them."""
    systems = connections("write")
    for row in systems.values():
        Access.objects.get_or_create(
            connection=row,
            defaults={"base_url": "https://example.com", "secrets": {"client_secret": SECRET, "odd": SECRET}},
        )
        Cursor.objects.get_or_create(connection=row, object_type="Account", defaults={"pulled_at": timezone.now()})
    for place in range(number):
        customer(place)
    DistributionRule.objects.get_or_create(
        rule_set=rule_set(), connection=systems["crm"], object_type="Account", conditions={"party_type": "organisation"}
    )
    return systems


def customer(place: int) -> None:
    """A customer known to three systems, with a contact, a proposal, a case, a delivery and a dead letter."""
    own = {"tax_ids__VAT": None, "addresses__bill_to": None, "emails": f"kontakt@meier{place}.example"}
    process.changes([organisation("crm", f"a{place}", 1, legal_name=f"{NASTY} {place}", **own)])
    process.changes([organisation("erp", f"b{place}", 1, legal_name=f"{NASTY} {place}", payment_terms="NT30", **own)])
    process.changes([organisation("erp", f"b{place}", 2, legal_name=f"{NASTY} {place}", payment_terms="NT40", **own)])
    process.changes(
        [
            change(
                "crm",
                f"c{place}",
                3,
                object_type="Contact",
                entity="contact",
                role="<b>Buyer</b>",
                refs={"person": ("Contact.Person", f"c{place}"), "organisation": ("Account", f"a{place}")},
            ),
            change(
                "crm",
                f"c{place}",
                3,
                object_type="Contact.Person",
                party_type="person",
                first_name="Eva",
                last_name=f"Kern{place}",
                emails="not an address",
            ),
        ]
    )
    process.changes([organisation("crm", f"a{place}", 5, legal_name=f"{NASTY} {place}", payment_terms="NT60", **own)])
    process.changes([organisation("store", f"d{place}", 1, legal_name=f"Anders {place} AG", tax_ids__VAT=None)])
    first, second = (
        SourceRecord.objects.get(external_id=name, entity="customer") for name in (f"a{place}", f"d{place}")
    )
    if first.golden_id != second.golden_id:
        line = ["email", "Same", 4.0, f"Same: {NASTY}."]
        Case.objects.get_or_create(
            first_id=min(first.golden_id, second.golden_id),
            second_id=max(first.golden_id, second.golden_id),
            defaults={"weight": 1.5, "evidence": {"weight": 1.5, "veto": "", "lines": [line]}},
        )
    machine = access.machine()
    Decision.objects.create(a=min(first, second, key=pk), b=max(first, second, key=pk), verdict="apart", actor=machine)
    now = timezone.now()
    Delivery.objects.create(
        connection=first.connection,
        object_type="Account",
        subject_type="customer",
        subject_id=first.golden_id,
        state="dead",
        reason="permanent",
        error=f"Refused: {NASTY}",
        not_before=now,
        written=[{"external_id": "a0", "created": True, "keys": ["phones|main"]}],
    )
    InboundMessage.objects.create(
        connection_id=first.connection_id,
        object_type="Account",
        external_id=f"x{place}",
        state="dead",
        stage="map",
        error=f"Unreadable: {NASTY}",
        body={"Name": NASTY},
        observed_at=now,
    )


def pk(row: Any) -> int:
    return int(row.pk)


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password="x"))
    return client


def page(boss: Client, name: str, *args: object, **query: str) -> str:
    response = boss.get(reverse(f"admin:{name}", args=args), query)
    assert response.status_code == 200, (name, response.status_code, response.headers.get("Location"))
    return response.content.decode()


OURS = [model for model in admin.site._registry if model._meta.app_label in ("mdm", "connectors")]
MADE = {
    Customer,
    Relation,
    SourceRecord,
    SourceVersion,
    Link,
    Decision,
    Case,
    Proposal,
    Actor,
    RuleSet,
    Connection,
    InboundMessage,
    Delivery,
}


def test_everything_of_note_is_in_the_admin() -> None:
    assert set(OURS) == MADE


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_page_opens(boss: Client, model: Any) -> None:
    estate()
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    rows = list(model.objects.all())
    assert rows, model
    texts = [page(boss, f"{name}_changelist"), page(boss, f"{name}_changelist", q="Meier")]
    for row in rows:
        texts += [page(boss, f"{name}_change", row.pk), page(boss, f"{name}_history", row.pk)]
    add = boss.get(reverse(f"admin:{name}_add"))
    assert add.status_code == (200 if model in (Actor, Connection) else 403)
    for text in texts:
        assert "<script>alert" not in text
        assert SECRET not in text
        assert " style=" not in text and "<style" not in text and "onclick" not in text


def test_index_and_app_lists_open(boss: Client) -> None:
    assert "Source records" in page(boss, "index")
    assert "Deliverys" not in page(boss, "app_list", "connectors")


# Lists read the same number of queries for three rows of each kind as for nine.
BUDGETS = {
    "mdm_customer": 9,
    "mdm_sourcerecord": 9,
    "mdm_relation": 8,
    "mdm_link": 8,
    "mdm_decision": 10,
    "mdm_case": 10,
    "mdm_proposal": 12,
    "mdm_actor": 7,
    "mdm_ruleset": 7,
    "mdm_connection": 9,
    "connectors_inboundmessage": 9,
    "connectors_delivery": 9,
}


@pytest.mark.parametrize("name", BUDGETS)
def test_lists_keep_their_query_budget(boss: Client, name: str, django_assert_max_num_queries: Any) -> None:
    estate(3)
    page(boss, f"{name}_changelist")  # permissions and content types are cached from here on
    with django_assert_max_num_queries(BUDGETS[name]) as few:
        page(boss, f"{name}_changelist")
    for place in range(3, 9):
        customer(place)
    with django_assert_max_num_queries(len(few)):
        page(boss, f"{name}_changelist")

"""Salesforce passes the acceptance suite with business accounts, person accounts, contacts and products."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from connectors.base import FieldRow
from tests.connectors.contract import Contract, Harness
from tests.connectors.sandbox.server import Running, running

SECRETS = {"client_id": "hub", "client_secret": "a-secret-of-the-test"}
UNKNOWN = FieldRow(object_type="Account", native="Nowhere__c", key="nowhere", write=True)


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    """One organisation for the module."""
    with running("salesforce", **SECRETS) as system:
        yield system


def harness(system: Running, name: str, **given) -> Harness:
    """The acts that all objects share."""

    def create(enter, n):
        return system.control("create", {"object": name, "fields": enter(n)})["id"]

    def edit(edited, id, n):
        system.control("edit", {"object": name, "id": id, "fields": edited(n)})

    def held(key):
        return sum(row["MDM_Key__c"] == key and not row["IsDeleted"] for row in system.dump(name))

    return Harness(
        running=system, kind="salesforce", secrets=SECRETS,
        wrong_secret={"client_id": "hub", "client_secret": "not-the-secret"}, object_type=name,
        enter=partial(create, given.pop("enter")), edit=partial(edit, given.pop("edit")), held=held,
        write=f"PATCH .*/composite/sobjects/{name}/MDM_Key__c",
        remove=lambda id: system.control("remove", {"object": name, "id": id}),
        options={"page_size": 200, "overlap_seconds": 2}, ids=("golden", "erp", "store"),
        **{"merge": partial(merge, system, name), **given},
    )


def merge(system: Running, name: str, winner: str, loser: str) -> None:
    system.control("merge", {"object": name, "winner": winner, "losers": [loser]})


class TestBusinessAccount(Contract):
    @pytest.fixture
    def harness(self, system):
        return harness(
            system, "Account", entity="customer",
            example=lambda n: {
                "party_type": "organisation", "legal_name": f"Bolt {n} GmbH", "trade_name": f"Bolt {n}",
                "emails": f"bolt{n}@example.com", "phones|main": f"+49 30 {n}", "consent|email": "opted_in",
                "addresses|bill_to": {"street": f"Weg {n}\nHof 2", "city": "Köln", "postcode": "50667", "country": "D"},
                "tax_ids|VAT": "DE129273398", "payment_terms": "NT30", "credit_block": True, "currency": "EUR",
            },
            change=lambda n: {"legal_name": f"Bolt {n} AG", "phones|main": "+49 40 1", "credit_block": False},
            enter=lambda n: {"Name": f"Nut {n}", "Phone": "+1 555 0100", "BillingStreet": "1 Main St\r\nSuite 2"},
            entered=lambda n: {
                "party_type": "organisation", "legal_name": f"Nut {n}", "phones|main": "+1 555 0100",
                "addresses|bill_to": {"street": "1 Main St\nSuite 2"}, "credit_block": False,
            },
            edit=lambda n: {"Legal_Name__c": f"Nut {n} Inc."},
            edited=lambda n: {"legal_name": f"Nut {n} Inc.", "trade_name": f"Nut {n}"},
            refused=lambda n: {"party_type": "organisation", "legal_name": f"Bad {n}", "emails": "no e-mail"},
            unknown_field=UNKNOWN, too_long="segment",
        )


class TestPersonAccount(Contract):
    @pytest.fixture
    def harness(self, system):
        person = system.control("dump?object=RecordType", method="GET")["records"]
        record_type = next(row["Id"] for row in person if row["IsPersonType"])
        return harness(
            system, "Account", entity="customer",
            example=lambda n: {
                "party_type": "person", "first_name": "Ann", "last_name": f"Lee {n}", "emails": f"ann{n}@example.com",
                "phones|mobile": f"+1 555 {n}", "language": "en", "addresses|ship_to": {"city": "Reno", "region": "NV"},
            },
            change=lambda n: {"last_name": f"Young {n}", "emails": f"young{n}@example.com"},
            enter=lambda n: {"LastName": f"Ray {n}", "PersonEmail": f"ray{n}@example.com", "RecordTypeId": record_type},
            entered=lambda n: {
                "party_type": "person", "last_name": f"Ray {n}", "emails": f"ray{n}@example.com",
                "buys_privately": True,
            },
            edit=lambda n: {"PersonMobilePhone": f"+1 777 {n}"},
            edited=lambda n: {"phones|mobile": f"+1 777 {n}"},
            refused=lambda n: {"party_type": "person", "first_name": f"Nameless {n}"},
            unknown_field=UNKNOWN, too_long="last_name",
        )


class TestContact(Contract):
    @pytest.fixture
    def harness(self, system):
        account = system.control("create", {"object": "Account", "fields": {"Name": "Their firm"}})["id"]
        return harness(
            system, "Contact", entity="contact", refs={"organisation": account},
            example=lambda n: {
                "role": "Buyer", "department": "Purchasing", "work_phone": f"+49 30 {n}",
                "work_email": f"buyer{n}@example.com", "first_name": "Eva", "last_name": f"Kurz {n}", "language": "de",
                "phones|mobile": f"+49 170 {n}", "consent|email": "opted_out",
            },
            change=lambda n: {"role": "Head buyer", "work_phone": "+49 40 2"},
            enter=lambda n: {"LastName": f"Lang {n}", "AccountId": account, "Title": "Clerk"},
            entered=lambda n: {"role": "Clerk"},
            edit=lambda n: {"Department": f"Stores {n}"},
            edited=lambda n: {"department": f"Stores {n}"},
            refused=lambda n: {"role": "Nobody", "first_name": f"Nameless {n}"},
            unknown_field=FieldRow(object_type="Contact", native="Nowhere__c", key="nowhere"), too_long="role",
        )


class TestProduct(Contract):
    @pytest.fixture
    def harness(self, system):
        return harness(
            system, "Product2", entity="product", merge=None,
            example=lambda n: {
                "product_type": "item", "names|en": f"Hex bolt {n}", "descriptions|en": "Full thread\nzinc",
                "sku": f"B-{n}", "base_unit": "H87", "standard": "DIN 933", "thread": "M8", "grade": "8.8",
                "nominal_length": "40 mm", "pack_size": 100, "sales_family": "Bolts", "gtin": "04006381333931",
                "prices|10/EUR": [{"amount": "0.13", "per": "1", "unit": "H87"}],
                "prices|10/USD": [{"amount": "14", "per": "1", "unit": "H87"}],
            },
            change=lambda n: {
                "names|en": f"Hex bolt {n} zinc", "pack_size": 50,
                "prices|10/EUR": [{"amount": "0.14", "per": "1", "unit": "H87"}],
            },
            enter=lambda n: {"Name": f"Nut {n}", "ProductCode": f"N-{n}", "QuantityUnitOfMeasure": "Piece"},
            entered=lambda n: {"product_type": "item", "names|en": f"Nut {n}", "sku": f"N-{n}", "base_unit": "H87"},
            edit=lambda n: {"Family": f"Nuts {n}"},
            edited=lambda n: {"sales_family": f"Nuts {n}"},
            refused=lambda n: {"product_type": "item", "sku": f"Nameless {n}"},
            unknown_field=FieldRow(object_type="Product2", native="Nowhere__c", key="nowhere"), too_long="names|en",
        )

"""SAP passes the acceptance suite with organisations, persons, contact relationships and products."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest

from connectors.base import FieldRow
from mdm.contracts import Desired
from mdm.entities import ENTITIES
from mdm.entities import PRODUCT as PRODUCT_ENTITY
from tests.connectors.contract import Contract, Harness
from tests.connectors.sandbox.server import Running, running

SECRETS = {"username": "MDM_HUB", "password": "a-secret-of-the-test"}
PARTNER, CONTACT, PRODUCT = "A_BusinessPartner", "A_BusinessPartnerContact", "A_Product"
ROLES = [{"BusinessPartnerRole": "FLCU00"}, {"BusinessPartnerRole": "FLCU01"}]


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    """One system for the module, whose own pages are smaller than ours."""
    with running("sap", user=SECRETS["username"], password=SECRETS["password"], page_size=3) as system:
        yield system


def harness(system: Running, object_type: str, name: str, of: type[Harness] = Harness, **given: Any) -> Harness:
    """The acts that all objects share."""

    def create(enter, n):
        return system.control("create", {"object": name, "fields": enter(n)})["id"]

    def edit(edited, id, n):
        system.control("edit", {"object": name, "id": id, "fields": edited(n)})

    def held(key):
        return sum(
            row["BPIdentificationNumber"] == key
            for partner in system.dump(PARTNER) if not partner["_deleted"]
            for row in partner["to_BuPaIdentification"]
        )

    return of(
        running=system, kind="sap", secrets=SECRETS, wrong_secret={**SECRETS, "password": "not-the-secret"},
        object_type=object_type, enter=partial(create, given.pop("enter")), edit=partial(edit, given.pop("edit")),
        held=given.pop("held", held), write=given.pop("write", f"POST .*/{name}$"),
        remove=given.pop("remove", lambda id: system.control("remove", {"object": name, "id": id})),
        unknown_field=FieldRow(object_type=object_type, native="YY1_Nowhere", key="nowhere", write=True),
        options={"page_size": 7, "parallel": 2}, **given,
    )


class TestOrganisation(Contract):
    @pytest.fixture
    def harness(self, system):
        address = {"street": "Hauptstr. 12a\nHof 2", "city": "Köln", "postcode": "50667", "country": "DE"}
        return harness(
            system, "BusinessPartner", PARTNER, entity="customer", ids=("golden", "crm", "store"),
            example=lambda n: {
                "party_type": "organisation", "legal_name": f"Bolt {n} GmbH", "language": "DE", "blocked": False,
                "industry": "0010", "addresses|registered": address, "addresses|bill_to": address,
                "addresses|ship_to": {"street": f"100-{n} Main St", "city": "Reno", "region": "NV", "country": "US"},
                "emails": f"bolt{n}@example.com", "phones|main": f"+4930{n:07}", "phones|mobile": "+491711234567",
                "phones|fax": "+493099", "website": f"https://bolt{n}.example", "tax_ids|VAT": "DE129273398",
                "tax_ids|GSTIN": "27AAPFU0939F1ZV", "tax_ids|EIN": "12-3456789", "payment_terms": "NT30",
                "payment_terms|company:1010": "NT30", "payment_terms|sales:1010/10/00": "NT30", "credit_block": False,
                "credit_block|company:1010": True, "credit_block|sales:1010/10/00": True, "currency": "EUR",
                "tax_classification|DE/TTX1": "1", "legal_entity": "1010",
            },
            change=lambda n: {
                "legal_name": f"Bolt {n} Aktiengesellschaft für Schrauben und Muttern aller Art",
                "phones|main": f"+4940{n:07}", "addresses|bill_to": {**address, "city": "Bonn"},
                "tax_ids|VAT": "DE999999999", "payment_terms|sales:1010/10/00": "NT60", "credit_block": True,
                "credit_block|company:1010": False, "credit_block|sales:1010/10/00": False, "blocked": True,
                "tax_classification|DE/TTX1": "0", "currency": "USD", "website": "https://other.example",
            },
            enter=lambda n: {
                "BusinessPartnerCategory": "2", "OrganizationBPName1": f"Nut {n}", "to_BusinessPartnerRole": ROLES,
                "to_BusinessPartnerAddress": [{"Country": "IN", "CityName": "Pune", "HouseNumber": "7",
                                               "StreetName": "MG Road", "PostalCode": "411001"}],
                "to_Customer": {"to_CustomerCompany": [{"CompanyCode": "1010", "PaymentTerms": "0004"}],
                                "to_CustomerSalesArea": [{"SalesOrganization": "1010", "DistributionChannel": "10",
                                                          "Division": "00", "Currency": "INR"}]},
            },
            entered=lambda n: {
                "party_type": "organisation", "legal_name": f"Nut {n}", "payment_terms": "0004", "currency": "INR",
                "addresses|bill_to": {"street": "7 MG Road", "city": "Pune", "postcode": "411001", "country": "IN"},
                "payment_terms|company:1010": "0004",
            },
            edit=lambda n: {"OrganizationBPName2": f"and Bolt {n}"},
            edited=lambda n: {"legal_name": f"Nut {n} and Bolt {n}"},
            refused=lambda n: {"party_type": "organisation", "legal_name": f"Bad {n}", "tax_ids|VAT": "DE1"},
            too_long="legal_name",
        )


class TestPerson(Contract):
    @pytest.fixture
    def harness(self, system):
        return harness(
            system, "BusinessPartner", PARTNER, entity="customer",
            example=lambda n: {
                "party_type": "person", "first_name": "Ann", "last_name": f"Lee {n}", "buys_privately": True,
                "addresses|ship_to": {"street": "1 Oak Ave", "city": "Reno", "region": "NV", "postcode": "89501",
                                      "country": "US"},
                "emails": f"ann{n}@example.com", "phones|mobile": "+17755550100", "payment_terms": "0001",
            },
            change=lambda n: {"last_name": f"Young {n}", "emails": f"young{n}@example.com"},
            enter=lambda n: {"BusinessPartnerCategory": "1", "FirstName": "Asha", "LastName": f"Rao {n}",
                             "to_BusinessPartnerAddress": [{"Country": "IN", "CityName": "Pune"}],
                             "to_BusinessPartnerRole": [{"BusinessPartnerRole": "BUP001"}]},
            entered=lambda n: {"party_type": "person", "first_name": "Asha", "last_name": f"Rao {n}"},
            edit=lambda n: {"CorrespondenceLanguage": "EN"},
            edited=lambda n: {"language": "EN"},
            refused=lambda n: {"party_type": "person", "first_name": f"Nameless {n}"},
            too_long="last_name",
        )


class Contacts(Harness):
    """Each relationship between a person and a firm of its own: SAP takes one between the same two."""

    def ends(self, n: int) -> dict[str, str]:
        """The n-th person and organisation, made when first asked for."""
        made: dict[int, dict[str, str]] = self.__dict__.setdefault("_ends", {})
        if n not in made:
            person = {"BusinessPartnerCategory": "1", "LastName": f"Kurz {n}"}
            firm = {"BusinessPartnerCategory": "2", "OrganizationBPName1": f"Firm {n}"}
            made[n] = {end: self.running.control("create", {"object": PARTNER, "fields": fields})["id"]
                       for end, fields in (("person", person), ("organisation", firm))}
        return made[n]

    def desired(self, n, attributes=None, **changes) -> Desired:
        return super().desired(n, attributes, refs=self.ends(n), **changes)


class TestContact(Contract):
    """Relationships hold no key of ours: tests that look for one are given by test_push.py instead."""

    test_a_create_is_answered_as_it_will_be_pulled = None
    test_an_update_gives_an_entered_record_its_keys = None

    @pytest.fixture
    def harness(self, system):
        numbers = count(1)

        def enter(n):
            ends = made.ends(next(numbers) * 100000)
            return {"BusinessPartnerPerson": ends["person"], "BusinessPartnerCompany": ends["organisation"],
                    "to_ContactRelationship": {"EmailAddress": f"clerk{n}@example.com"}}

        def held(key):
            person = made.ends(int(key.rpartition("-")[2]))["person"]
            return sum(row["BusinessPartnerPerson"] == person for row in system.dump(CONTACT))

        made = harness(
            system, "BusinessPartnerContact", CONTACT, of=Contacts, entity="contact", ids=(), held=held,
            example=lambda n: {"role": "0001", "department": "0002", "work_phone": f"030 {n}",
                               "work_email": f"buyer{n}@example.com"},
            change=lambda n: {"role": "0003", "work_phone": f"040 {n}"},
            enter=enter, entered=lambda n: {"work_email": f"clerk{n}@example.com"},
            edit=lambda n: {"to_ContactRelationship": {"ContactPersonDepartment": "0005"}},
            edited=lambda n: {"department": "0005"},
            refused=lambda n: {"work_email": "no e-mail"},
        )
        return made


class Products(Harness):
    """SAP owns its products: what the suite creates is entered by a user first, bare, and then brought to the example.
    """

    def desired(self, n: int, attributes=None, **changes) -> Desired:
        made: set[int] = self.__dict__.setdefault("_made", set())
        if "external_id" not in changes and n not in made:
            made.add(n)
            bare = {"Product": f"N-{n}", "ProductType": "HAWA", "BaseUnit": "PC",
                    "to_Description": [{"Language": "EN", "ProductDescription": "Bare"}]}
            self.running.control("create", {"object": PRODUCT, "fields": bare})
        return super().desired(n, attributes, **{"external_id": f"N-{n}", **changes})


class TestProduct(Contract):
    """Products hold no key of ours, are never created, and not deleted but blocked: see test_push_products.py."""

    test_a_create_is_answered_as_it_will_be_pulled = None
    test_an_update_gives_an_entered_record_its_keys = None
    test_a_deletion_is_told = None
    test_a_merge_is_told = None
    test_a_removed_record_is_gone_and_not_made_again = None

    @pytest.fixture(autouse=True)
    def mastered(self, monkeypatch):
        monkeypatch.setitem(ENTITIES, "product", PRODUCT_ENTITY)

    @pytest.fixture
    def harness(self, system):
        def held(key):
            name = f"Hexagon screw {key.rpartition('-')[2]}"
            return sum(one["ProductDescription"].startswith(name)
                       for product in system.dump(PRODUCT) for one in product["to_Description"])

        return harness(
            system, "A_Product", PRODUCT, of=Products, entity="product", ids=(), held=held, write="PATCH .*",
            example=lambda n: {
                "names|en": f"Hexagon screw {n}", "names|de": f"Sechskantschraube {n}", "standard": "DIN 933",
                "descriptions|en": f"Full thread.\nNumber {n}.", "mpn": f"WF-{n}", "gross_weight": "0.025 kg",
                "net_weight": "0.02 kg", "length": "48.5 mm", "width": "13 mm", "blocked": False,
            },
            change=lambda n: {
                "names|en": f"Hexagon screw {n} zinc plated", "standard": "ISO 4017", "net_weight": "0.021 kg",
                "width": "13.5 mm", "blocked": True, "descriptions|en": "Another text.",
            },
            enter=lambda n: {
                "Product": f"E-{n}", "ProductType": "HAWA", "BaseUnit": "PC", "GrossWeight": "1.5", "WeightUnit": "KG",
                "to_Description": [{"Language": "DE", "ProductDescription": f"Mutter {n}"}],
            },
            entered=lambda n: {"sku": f"E-{n}", "names|de": f"Mutter {n}", "gross_weight": "1.5 kg",
                               "product_type": "item", "base_unit": "H87", "blocked": False},
            edit=lambda n: {"to_Description": [{"Language": "DE", "ProductDescription": f"Sechskantmutter {n}"}]},
            edited=lambda n: {"names|de": f"Sechskantmutter {n}"},
            refused=lambda n: {"names|en": f"Bad {n}", "gross_weight": "1 kg", "net_weight": "2 kg"},
            too_long="names|en", remove=None,
        )

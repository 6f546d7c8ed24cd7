"""Shopify passes the acceptance suite with customers, companies, company contacts and variants of products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from connectors.base import FieldRow
from tests.connectors.contract import Contract, Harness
from tests.connectors.sandbox.server import Running, running

SHOP = "contract.myshopify.com"
SECRETS = {"access_token": "shpat_of-the-test", "webhook_secret": "shpss_of-the-test"}
WRONG = {**SECRETS, "access_token": "shpat_not-the-token"}
IDS = ("golden", "crm", "erp")
INDIA = {"street": "12 Ring Road\nPlot 4", "city": "Pune", "region": "MH", "postcode": "411001", "country": "IN"}
GERMANY = {"street": "Werkstraße 9", "city": "Ulm", "postcode": "89073", "country": "DE"}


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    """One shop for the module."""
    with running("shopify", token=SECRETS["access_token"], secret=SECRETS["webhook_secret"], domain=SHOP) as system:
        yield system


def enter(system: Running, name: str, fields: dict) -> str:
    """A user makes a record."""
    return system.control("create", {"object": name, "fields": fields})["id"]


def whole(system: Running, name: str, id: str) -> dict:
    """What a user deletes to be rid of a record: of a product's only variant, the product."""
    if name != "ProductVariant":
        return {"object": name, "id": id}
    row = next(row for row in system.dump("ProductVariant") if row["id"] == id)
    return {"object": "Product", "id": row["productId"]}


def acts(system: Running, name: str) -> dict:
    """What all objects share."""
    return {
        "running": system, "kind": "shopify", "secrets": SECRETS, "wrong_secret": WRONG, "object_type": name,
        "options": {"shop": SHOP, "page_size": 4}, "ids": IDS,
        "remove": lambda id: system.control("remove", whole(system, name, id)),
        "unknown_field": FieldRow(object_type=name, native="nowhere", key="nowhere", write=True),
    }


class TestCustomer(Contract):
    @pytest.fixture
    def harness(self, system):
        def held(key):
            found = [row for row in system.dump("Customer") if not row["deleted"]]
            return sum({"mdm.key": key}.items() <= _held(row).items() for row in found)

        return Harness(
            **acts(system, "Customer"), entity="customer", write="customerSet", held=held,
            example=lambda n: {
                "first_name": "Asha", "last_name": f"Rao {n}", "emails": f"asha{n}@example.com",
                "phones|main": f"+9198765{n:05}", "language": "hi", "consent|email": "opted_in",
                "addresses|ship_to": INDIA, "addresses|other": GERMANY, "loyalty_id": f"L-{n}",
                "web_preferences": "dark\ncompact",
            },
            change=lambda n: {
                "last_name": f"Iyer {n}", "addresses|ship_to": {**INDIA, "street": f"{n} Hill Road"},
                "consent|email": "opted_out", "loyalty_id": f"M-{n}",
            },
            enter=lambda n: enter(system, "Customer", {
                "firstName": "Jonas", "lastName": f"Bär {n}", "email": f"Jonas{n}@Example.com",
                "addresses": [{"address1": f"Weg {n}", "city": "Ulm", "countryCode": "DE"}],
            }),
            entered=lambda n: {
                "party_type": "person", "first_name": "Jonas", "last_name": f"Bär {n}", "buys_privately": True,
                "emails": f"jonas{n}@example.com", "addresses|ship_to": {"street": f"Weg {n}", "city": "Ulm",
                                                                         "country": "DE"},
            },
            edit=lambda id, n: system.control("edit", {"object": "Customer", "id": id, "fields": {
                "phone": f"+4917012{n:05}"}}),
            edited=lambda n: {"phones|main": f"+4917012{n:05}"},
            refused=lambda n: {"last_name": f"Bad {n}", "emails": "no e-mail"}, too_long="last_name",
        )


class TestCompany(Contract):
    @pytest.fixture
    def harness(self, system):
        return Harness(
            **acts(system, "Company"), entity="customer", write="companyCreate",
            held=lambda key: sum(row["externalId"] == key and not row["deleted"] for row in system.dump("Company")),
            example=lambda n: {
                "legal_name": f"Schrauben {n} GmbH", "phones|main": f"+4973112{n:05}", "language": "de",
                "addresses|bill_to": GERMANY, "addresses|ship_to": {**GERMANY, "street": f"Tor {n}"},
                "tax_ids|VAT": f"DE{n:09}",
            },
            change=lambda n: {
                "legal_name": f"Schrauben {n} AG", "phones|main": f"+4973113{n:05}",
                "addresses|bill_to": {**GERMANY, "street": f"Halle {n}"}, "tax_ids|VAT": f"DE1{n:08}",
            },
            enter=lambda n: enter(system, "Company", {"name": f"Bolts {n} Inc", "locations": [{
                "name": "Main", "phone": "+15550100123", "taxRegistrationId": f"12-{n:07}",
                "billingAddress": {"address1": f"{n} Main St", "city": "Reno", "zoneCode": "NV", "countryCode": "US",
                                   "zip": "89501"}}]}),
            entered=lambda n: {
                "party_type": "organisation", "legal_name": f"Bolts {n} Inc", "phones|main": "+15550100123",
                "tax_ids|EIN": f"12-{n:07}", "addresses|bill_to": {
                    "street": f"{n} Main St", "city": "Reno", "region": "NV", "postcode": "89501", "country": "US"},
            },
            edit=lambda id, n: system.control("edit", {"object": "Company", "id": id, "fields": {"name": f"Nuts {n}"}}),
            edited=lambda n: {"legal_name": f"Nuts {n}"},
            refused=lambda n: {"legal_name": "", "language": "de"}, too_long="legal_name",
        )


PRICE = "prices|10/EUR"


def piece(amount: str, unit: str = "H87") -> list[dict]:
    """The price of one."""
    return [{"amount": amount, "per": "1", "unit": unit}]


class TestProductVariant(Contract):
    @pytest.fixture
    def harness(self, system):
        def held(key):
            living = [row for row in system.dump("ProductVariant") if not row["deleted"]]
            products = [row for row in system.dump("Product") if not row["deleted"]]
            assert len({row["id"] for row in living}) >= len(products)
            return max(sum({"mdm.key": key}.items() <= _held(row).items() for row in rows)
                       for rows in (living, products))

        return Harness(
            **acts(system, "ProductVariant"), entity="product", write="productSet", held=held,
            example=lambda n: {
                "product_type": "item", "sku": f"BM-{n}", "gtin": f"{10000000000000 + 10 * n}"[:13] + "0",
                "names|en": f"Hex bolt M8x40 {n}", "brand": "Würth", "hs_code": "73181569",
                "gross_weight": "1.25 kg", "mpn": f"W-{n}", "standard": "DIN 933", "material": "steel",
                "grade": "8.8", "finish": "zinc", "thread": "M8", "nominal_length": "40 mm", "pack_size": 100,
                "base_unit": "H87", PRICE: piece("12.5"),
            },
            change=lambda n: {
                "sku": f"BN-{n}", "gross_weight": "900 g", "grade": "10.9", "pack_size": 200, PRICE: piece("13.1"),
                "brand": "Böllhoff", "hs_code": "731815", "base_unit": "H87",
            },
            enter=lambda n: enter(system, "Product", {
                "title": f"Sechskantschraube {n}", "vendor": "Reyher", "productType": "Screws",
                "descriptionHtml": "<p>Full thread</p>", "media": [{"url": f"https://cdn.example/{n}.png"}],
                "variants": [{"sku": f"S-{n}", "barcode": "4006381333931", "price": "2.50"}]}) and newest(system),
            entered=lambda n: {
                "product_type": "item", "sku": f"S-{n}", "gtin": "4006381333931", "names|en": f"Sechskantschraube {n}",
                "web_title": f"Sechskantschraube {n}", "web_description": "<p>Full thread</p>", "brand": "Reyher",
                "category": "Screws", "images": f"https://cdn.example/{n}.png",
                PRICE: [{"amount": "2.5", "per": "1"}],
            },
            edit=lambda id, n: system.control("edit", {"object": "ProductVariant", "id": id, "fields": {
                "sku": f"T-{n}", "price": "3"}}),
            edited=lambda n: {"sku": f"T-{n}", PRICE: [{"amount": "3", "per": "1"}]},
            refused=lambda n: {"names|en": "", "sku": f"U-{n}"}, too_long="brand",
        )


def newest(system: Running) -> str:
    """The variant made last."""
    return max((row["id"] for row in system.dump("ProductVariant")), key=lambda id: int(id.rpartition("/")[2]))


@dataclass(kw_only=True)
class ContactHarness(Harness):
    """Contacts have no place for a key: what makes one unique is its person and its company."""

    people: dict[int, str] = field(default_factory=dict)
    last: str = ""

    def desired(self, n, attributes=None, **changes):
        """A contact of a new person."""
        self.people[n] = self.last = self.people.get(n) or person(self.running, f"new{n}")
        refs = {**self.refs, "person": self.last}
        return replace(super().desired(n, attributes, **changes), crosswalk_key="", refs=refs)


def person(system: Running, name: str) -> str:
    """A customer who may become a contact."""
    return enter(system, "Customer", {"firstName": "Eva", "lastName": name, "email": f"{name}@kurz.example"})


class TestCompanyContact(Contract):
    @pytest.fixture
    def harness(self, system):
        company = enter(system, "Company", {"name": "Their firm"})
        made = ContactHarness(
            **{**acts(system, "CompanyContact"), "ids": (), "remove": None},  # Shopify's events do not tell of contacts
            entity="contact", refs={"organisation": company}, write="companyAssignCustomerAsContact",
            held=lambda key: sum(row["customerId"] == made.last for row in system.dump("CompanyContact")
                                 if not row["deleted"]),
            example=lambda n: {"role": "Buyer"},
            change=lambda n: {"role": f"Head of purchasing {n}"},
            enter=lambda n: enter(system, "CompanyContact", {
                "companyId": company, "customerId": person(system, f"old{n}"), "title": "Clerk"}),
            entered=lambda n: {"role": "Clerk"},
            edit=lambda id, n: system.control("edit", {"object": "CompanyContact", "id": id, "fields": {
                "title": f"Chief {n}"}}),
            edited=lambda n: {"role": f"Chief {n}"},
            too_long="role",
        )
        return made


def _held(row: dict) -> dict:
    return {f"{one['namespace']}.{one['key']}": one["value"] for one in row.get("metafields", ())}

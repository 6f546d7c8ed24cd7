"""The hub beside a simulated shop: a product and its price on their way to Shopify and back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from connectors import drift, inbound, outbound, owing
from connectors.models import Access, Delivery
from mdm.models import Connection, DistributionRule, Product, Relation, SourceRecord
from mdm.pipeline import process
from tests.connectors.sandbox.server import Running, running
from tests.connectors.shopify.bodies import SECRETS, SHOP
from tests.connectors.shopify.conftest import OPTIONS
from tests.factories import change, rule_set

pytestmark = pytest.mark.django_db
minute = count(1)


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    with running("shopify", **OPTIONS) as system:
        yield system


@pytest.fixture
def store(system: Running) -> Connection:
    """The shop, empty, which is to hold every item of an ERP that is only spoken for."""
    system.control("reset")
    Connection.objects.create(code="erp", name="ERP", kind="sap", role="erp", mode="observe")
    row = Connection.objects.create(code="store", name="Store", kind="shopify", role="store", mode="write")
    Access.objects.create(connection=row, base_url=system.url, secrets=SECRETS, options={"shop": SHOP})
    DistributionRule.objects.create(rule_set=rule_set(), connection=row, object_type="ProductVariant", entity="product",
                                    conditions={"product_type": "item", "status": ["active", "blocked"]})  # fmt: skip
    return row


def erp_says(**values: Any) -> None:
    """The ERP tells all of one bolt, with some of it as given."""
    bolt = {"product_type": "item", "sku": "4711", "names__en": "Hex bolt", "base_unit": "ST", "blocked": False,
            "gtin": "4006381333931", "prices__10/EUR": cost("1250")}  # fmt: skip
    said = {**bolt, **values}
    process.changes([change("erp", "4711", next(minute), entity="product", object_type="A_Product", **said)])


def cost(amount: str) -> list[dict[str, str]]:
    return [{"amount": amount, "per": "100", "unit": "ST", "valid_from": "2026-01-01", "valid_to": "9999-12-31"}]


def deliver(store: Connection) -> int:
    """Send what is due; gives how many writes reached the shop."""
    before = sum(Delivery.objects.values_list("pushes", flat=True))
    while owing.fan_out():
        pass
    while outbound.deliver(store):
        pass
    assert [row.error for row in Delivery.objects.exclude(state="done")] == []
    return sum(Delivery.objects.values_list("pushes", flat=True)) - before


def take_in(store: Connection) -> None:
    inbound.pull(store)
    while inbound.process_inbox():
        pass
    assert list(SourceRecord.objects.exclude(problems={}).values_list("problems", flat=True)) == []


def calm(store: Connection) -> bool:
    """Whether nothing is left to be said in either direction, also after a compare."""
    take_in(store)
    return (deliver(store), drift.reconcile(store), deliver(store)) == (0, 0, 0)


def there(system: Running) -> tuple[Any, ...]:
    """Title, status, SKU, barcode and price of the one product."""
    (product,), (variant,) = system.dump("Product"), system.dump("ProductVariant")
    return product["title"], product["status"], variant["sku"], variant["barcode"], variant["price"]


def test_an_item_travels_and_its_price_follows(store: Connection, system: Running) -> None:
    erp_says()
    assert deliver(store) == 1
    assert there(system) == ("Hex bolt", "ACTIVE", "4711", "4006381333931", "12.50")
    assert calm(store)
    erp_says(**{"prices__10/EUR": cost("1310")})
    assert deliver(store) == 1
    assert there(system)[-1] == "13.10"
    assert calm(store)
    (product,) = Product.objects.all()
    assert product.values["prices|10/EUR"][0]["amount"] == "1310", "the ERP's price stays as it says it"


def test_the_shop_keeps_its_title_when_the_erp_renames(store: Connection, system: Running) -> None:
    erp_says()
    deliver(store)
    (product,) = system.dump("Product")
    system.control("edit", {"object": "Product", "id": product["id"], "fields": {"title": "Our best bolt"}})
    take_in(store)
    erp_says(names__en="Hexagon bolt", sku="4711-N")
    deliver(store)
    assert there(system)[:3] == ("Our best bolt", "ACTIVE", "4711-N")
    assert calm(store)
    values = Product.objects.get().values
    assert (values["names|en"], values["web_title"]) == ("Hexagon bolt", "Our best bolt")


def test_a_blocked_item_is_hidden_and_comes_back(store: Connection, system: Running) -> None:
    erp_says()
    deliver(store)
    erp_says(blocked=True, sku="4712")
    assert deliver(store) == 1
    assert there(system)[1:3] == ("DRAFT", "4711")
    assert calm(store)
    erp_says(sku="4712")
    assert deliver(store) == 1
    assert there(system)[1:3] == ("ACTIVE", "4712")
    assert calm(store)


def test_variants_of_the_shop_belong_to_their_family(store: Connection, system: Running) -> None:
    forms = [{"options": [value], "sku": f"B-{value}", "price": "5"} for value in ("40 mm", "45 mm")]
    system.control("create", {"object": "Product", "fields": {
        "title": "Hex bolt DIN 933 M8 8.8", "vendor": "Reyher", "variants": forms,
        "options": [{"name": "Length", "values": ["40 mm", "45 mm"]}]}})  # fmt: skip
    take_in(store)
    assert sorted(Product.objects.values_list("product_type", flat=True)) == ["family", "item", "item"]
    family = Product.objects.get(product_type="family")
    links = Relation.objects.filter(type="variant", status="active")
    assert {row.target_id for row in links} == {family.pk} and links.count() == 2
    assert calm(store)

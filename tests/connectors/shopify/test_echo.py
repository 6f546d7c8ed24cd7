"""The shop tells the hub of the hub's own writes: those notices cost no reading, and hide nobody else's change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from connectors import base, inbound, outbound, owing, reach
from connectors.models import Access, Delivery, InboundMessage, OwnStamp
from mdm.models import Connection, DistributionRule, SourceRecord
from mdm.pipeline import process
from tests.connectors.sandbox.server import Running, running
from tests.connectors.shopify.bodies import SECRETS, SHOP
from tests.connectors.shopify.conftest import OPTIONS, Store
from tests.connectors.shopify.receiver import Receiver, receiver
from tests.factories import change, organisation, rule_set

pytestmark = pytest.mark.django_db
NEXT_SECOND = 1.05  # stamps are whole seconds
FIRST, SECOND = "4006381333931", "4006381333948"


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    with running("shopify", **OPTIONS) as system:
        yield system


@pytest.fixture
def ears() -> Iterator[Receiver]:
    with receiver() as address:
        yield address


@pytest.fixture
def shop(system: Running) -> Store:
    system.control("reset")
    return Store(system)


@pytest.fixture
def store(shop: Store, ears: Receiver) -> Connection:
    """The shop, empty, which is to hold the items and contacts of an ERP, and tells the hub of all that happens."""
    Connection.objects.create(code="erp", name="ERP", kind="sap", role="erp", mode="observe")
    row = Connection.objects.create(code="store", name="Store", kind="shopify", role="store", mode="write")
    Access.objects.create(connection=row, base_url=shop.system.url, secrets=SECRETS, options={"shop": SHOP})
    for name, entity in (("ProductVariant", "product"), ("CompanyContact", "contact")):
        DistributionRule.objects.create(rule_set=rule_set(), connection=row, object_type=name, entity=entity)
    reach.connector(row).subscribe(ears.url)
    return row


def hear(store: Connection, ears: Receiver, at_least: int = 1) -> list[str]:
    """Take in every webhook that has come; gives the ids of the objects that were read for it."""
    came = list(ears.wait(at_least))
    while True:
        time.sleep(0.2)
        if len(ears.came) == len(came):
            break
        came = list(ears.came)
    ears.came.clear()
    for headers, body in came:
        inbound.take_event(store, reach.listener(store).event(headers, body))
    named = InboundMessage.objects.filter(fetch=True, state="waiting")
    asked = set(named.values_list("pk", flat=True))
    while inbound.fetch_events():
        pass
    read = InboundMessage.objects.filter(pk__in=asked, fetch=False).values_list("external_id", flat=True)
    found = sorted(set(read))
    while inbound.process_inbox():
        pass
    return found


def deliver(store: Connection) -> None:
    while owing.fan_out():
        pass
    while outbound.deliver(store):
        pass
    assert [row.error for row in Delivery.objects.exclude(state="done")] == []


def said(id: str) -> dict[str, Any]:
    """What the hub holds of a record of the shop."""
    cells = SourceRecord.objects.exclude(entity="variant").get(external_id=id).cells
    return {key: cell["v"] for key, cell in cells.items()}


def family(shop: Store, store: Connection, ears: Receiver) -> tuple[str, str, str]:
    """A product of two variants that hub and shop agree on: its id and theirs."""
    forms = [{"options": [value], "sku": f"B-{value}", "barcode": code, "price": "5"}
             for value, code in (("40", FIRST), ("45", SECOND))]  # fmt: skip
    options = [{"name": "Length", "values": ["40", "45"]}]
    id = shop.enter("Product", title="Hex bolt DIN 933 M8 8.8", vendor="Reyher", options=options, variants=forms)
    first, second = shop.held("Product", id)["variants"]
    hear(store, ears)
    deliver(store)
    hear(store, ears)
    inbound.pull(store)
    while inbound.process_inbox():
        pass
    deliver(store)
    time.sleep(NEXT_SECOND)
    ears.came.clear()
    return id, first, second


def erp_says(sku: str, grade: str) -> None:
    """The ERP holds the first of the two variants."""
    bolt = {"product_type": "item", "sku": sku, "gtin": f"0{FIRST}", "names__en": "Hex bolt DIN 933 M8 8.8 40",
            "grade": grade}  # fmt: skip
    process.changes([change("erp", "4711", 1, entity="product", object_type="A_Product", **bolt)])


def test_a_write_to_one_variant_has_nothing_of_its_family_read(
    shop: Store, store: Connection, ears: Receiver
) -> None:
    id, first, second = family(shop, store, ears)
    erp_says("B-40", "10.9")
    before = shop.requests()
    deliver(store)
    assert shop.held("ProductVariant", first)["metafields"]["mdm.grade"] == "10.9"
    assert "metafieldsSet" not in {name for name, many in shop.requests().items() if many != before.get(name)}
    assert hear(store, ears) == []
    told = InboundMessage.objects.filter(external_id__in=[id, first, second], whole__isnull=False, state="done")
    assert told.exists(), "the shop told of all of them, and that was the echo"


def test_a_siblings_edit_between_our_write_and_its_notice_is_seen(
    shop: Store, store: Connection, ears: Receiver
) -> None:
    _, _, second = family(shop, store, ears)
    erp_says("B-40", "10.9")
    deliver(store)
    time.sleep(NEXT_SECOND)
    shop.edit("ProductVariant", second, sku="B-45-NEW")
    assert second in hear(store, ears, 2)
    assert said(second)["sku"] == "B-45-NEW"


def test_a_siblings_edit_just_before_our_write_is_seen(shop: Store, store: Connection, ears: Receiver) -> None:
    _, _, second = family(shop, store, ears)
    shop.edit("ProductVariant", second, sku="B-45-NEW")
    time.sleep(NEXT_SECOND)
    erp_says("B-40", "10.9")
    deliver(store)
    assert second in hear(store, ears, 2)
    assert said(second)["sku"] == "B-45-NEW"


@pytest.mark.parametrize("ours_first", [True, False], ids=["after our write", "before our write"])
def test_an_edit_of_the_product_is_seen_in_all_its_variants(
    shop: Store, store: Connection, ears: Receiver, ours_first: bool
) -> None:
    id, first, second = family(shop, store, ears)
    acts = [lambda: (erp_says("B-40", "10.9"), deliver(store)), lambda: shop.edit("Product", id, title="Our best bolt")]
    for act in acts if ours_first else reversed(acts):
        act()
        time.sleep(NEXT_SECOND)
    hear(store, ears, 2)
    assert [said(one)["names|en"] for one in (first, second)] == ["Our best bolt 40", "Our best bolt 45"]
    assert said(id)["web_title"] == "Our best bolt"


def test_even_an_edit_in_the_very_second_of_our_write_is_found_by_the_next_pull(
    shop: Store, store: Connection, ears: Receiver
) -> None:
    _, _, second = family(shop, store, ears)
    inbound.pull(store)
    erp_says("B-40", "10.9")
    deliver(store)
    ears.came.clear()  # whatever the shop told is lost
    shop.edit("ProductVariant", second, sku="B-45-NEW")
    inbound.pull(store)
    while inbound.process_inbox():
        pass
    assert said(second)["sku"] == "B-45-NEW"


# ---- contacts -------------------------------------------------------------------------------------------------------


def assigned(shop: Store, store: Connection, ears: Receiver) -> tuple[str, str]:
    """A company and a customer of the shop of whom the ERP says that one works for the other: the hub makes the shop
    say so too. Gives their ids; what the shop tells of the write is still to be heard."""
    place = {"address1": "Hauptstr. 5", "city": "Bremen", "zip": "28195", "countryCode": "DE"}
    location = {"name": "Bremen", "billingAddress": place, "taxSettings": {"taxRegistrationId": "DE136695976"}}
    firm = shop.enter("Company", name="Bolzen Meier GmbH", locations=[location])
    human = {"email": "asha.rao@bolzen.example", "phone": "+4942112345678"}
    person = shop.enter("Customer", firstName="Asha", lastName="Rao", **human)
    hear(store, ears, 2)
    ends = [
        organisation("erp", "1", 1, object_type="BusinessPartner"),
        change("erp", "2", 1, object_type="BusinessPartner", party_type="person", first_name="Asha", last_name="Rao",
               emails=human["email"], phones__main=human["phone"]),
    ]  # fmt: skip
    refs = {"organisation": ("BusinessPartner", "1"), "person": ("BusinessPartner", "2")}
    tie = change("erp", "3", 1, object_type="BusinessPartnerContact", entity="contact", role="Buyer", refs=refs)
    process.changes([*ends, tie])
    time.sleep(NEXT_SECOND)
    deliver(store)
    assert [row["title"] for row in shop.system.dump("CompanyContact")] == ["Buyer"]
    return firm, person


def test_a_contact_we_made_has_its_person_read_and_its_company_not(
    shop: Store, store: Connection, ears: Receiver
) -> None:
    firm, person = assigned(shop, store, ears)
    assert shop.requests().get("nodes", 0) == 2, "the two ends were read when they came; the contact was not"
    assert said(person)["buys_privately"] is True
    assert hear(store, ears, 4) == [person]
    assert "buys_privately" not in said(person) or said(person)["buys_privately"] is None
    assert OwnStamp.objects.filter(external_id=firm).exists()


def test_a_companys_edit_after_its_contact_was_made_is_seen(shop: Store, store: Connection, ears: Receiver) -> None:
    firm, person = assigned(shop, store, ears)
    time.sleep(NEXT_SECOND)
    shop.edit("Company", firm, name="Bolzen Meier & Co. KG")
    assert hear(store, ears, 5) == sorted([firm, person])
    assert said(firm)["legal_name"] == "Bolzen Meier & Co. KG"


def test_own_stamps_are_forgotten_in_time(store: Connection) -> None:
    known = base.Stamp("Product", "1", timezone.now())
    inbound.note_moved(store, [known, known])
    inbound.note_moved(store, [known])
    assert OwnStamp.objects.count() == 1
    inbound.prune()
    assert OwnStamp.objects.count() == 1
    OwnStamp.objects.update(at=timezone.now() - timedelta(days=15))
    inbound.prune()
    assert not OwnStamp.objects.exists()

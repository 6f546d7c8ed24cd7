"""Writing to the simulated shop: what is sent, what is kept, what is refused."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.base import Access
from connectors.errors import Gone, Permanent, Retriable
from connectors.shopify import inputs
from connectors.shopify.client import Shop
from connectors.shopify.inputs import Task
from connectors.shopify.pull import Reader
from connectors.shopify.push import quoted
from tests.connectors.contract import said
from tests.connectors.sandbox.server import running
from tests.connectors.scripted import Answer, scripted
from tests.connectors.shopify.bodies import COMPANY, SECRETS, SHOP
from tests.connectors.shopify.conftest import OPTIONS, Store, wanted

PUNE = {"street": "12 Ring Road", "city": "Pune", "region": "MH", "postcode": "411001", "country": "IN"}
ULM = {"street": "Weg 1", "city": "Ulm", "postcode": "89073", "country": "DE"}
HOME = {"address1": "1 Home Rd", "city": "Pune", "provinceCode": "MH", "countryCode": "IN", "zip": "411001",
        "firstName": "Asha", "lastName": "Rao", "phone": "+912012345678"}
WORK = {"address1": "1 Dock", "city": "Hamburg", "countryCode": "DE", "zip": "20457", "company": "Rao & Co"}
FARM = {"address1": "2 Farm", "city": "Ulm", "countryCode": "DE"}


def observed(connector, name, id):
    (payload,) = connector.fetch(name, [id])
    return connector.map(payload)[0].attributes


def pushed(connector, *desired):
    outcomes = connector.push(desired)
    assert [outcome.desired for outcome in outcomes] == list(desired)
    return outcomes


def good(outcome):
    assert outcome.error is None, outcome.error
    return outcome


# ---- lists that replace ---------------------------------------------------------------------------------------------


def test_a_changed_address_leaves_the_others_as_they_are(shop):
    id = shop.enter("Customer", email="a@b.example", addresses=[HOME, WORK])
    connector = shop.connector()
    before = shop.held("Customer", id)["addresses"]
    seen = observed(connector, "Customer", id)
    shop.edit("Customer", id, addresses=[*before, FARM])  # a shopper adds one that the hub has not seen yet
    change = {"addresses|ship_to": PUNE}
    good(*pushed(connector, wanted("Customer", external_id=id, attributes=change, observed=seen)))
    home, work, farm = shop.held("Customer", id)["addresses"]
    assert home == {**before[0], "address1": "12 Ring Road"}, "its name and phone stay"
    assert work == before[1]
    assert farm["address1"] == "2 Farm"


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"addresses|ship_to": None}, ["1 Dock", "2 Farm"]),
        ({"addresses|other": {**ULM, "street": "9 Dock"}}, ["1 Home Rd", "9 Dock", "2 Farm"]),
        ({"addresses|other": None}, ["1 Home Rd", "2 Farm"]),
        ({"addresses|ship_to": {**ULM, "street": "2 Farm", "postcode": None}}, ["2 Farm", "1 Dock", "2 Farm"]),
        ({"phones|main": "+919876543210"}, ["1 Home Rd", "1 Dock", "2 Farm"]),
    ],
)
def test_what_becomes_of_three_addresses(shop, change, left):
    id = shop.enter("Customer", email="a@b.example", addresses=[HOME, WORK, FARM])
    connector = shop.connector()
    seen = observed(connector, "Customer", id)
    good(*pushed(connector, wanted("Customer", external_id=id, attributes=change, observed=seen)))
    assert [one["address1"] for one in shop.held("Customer", id)["addresses"]] == left


def test_an_address_equal_to_another_is_sent_once(shop):
    id = shop.enter("Customer", email="a@b.example", addresses=[{**WORK, "company": None}, FARM])
    connector = shop.connector()
    change = {"addresses|ship_to": {"street": "2 Farm", "city": "Ulm", "country": "DE"}}
    seen = observed(connector, "Customer", id)
    good(*pushed(connector, wanted("Customer", external_id=id, attributes=change, observed=seen)))
    assert [one["address1"] for one in shop.held("Customer", id)["addresses"]] == ["2 Farm"]


def test_a_repeated_create_keeps_what_came_meanwhile(shop):
    connector = shop.connector()
    desired = wanted("Customer", attributes={"last_name": "Rao", "emails": "a@b.example", "addresses|ship_to": PUNE})
    id = good(*pushed(connector, desired)).external_id
    shop.edit("Customer", id, tags=["vip"], addresses=[*shop.held("Customer", id)["addresses"], WORK])
    assert good(*pushed(connector, desired)).external_id == id
    row = shop.held("Customer", id)
    assert [one["address1"] for one in row["addresses"]] == ["12 Ring Road", "1 Dock"]
    assert row["tags"] == ["vip"]


# ---- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "field", "words"),
    [
        ({"emails": "nobody"}, "emails", "refuses its e-mail: Email is invalid"),
        ({"first_name": "<b>Asha</b>"}, "first_name", "refuses its first name: First name cannot contain HTML tags"),
        ({"phones|main": "98765"}, "phone", "field 'phone': is no phone number with a country prefix"),
        ({"addresses|ship_to": {**PUNE, "region": "XX"}}, "addresses", "Province is not valid in India"),
        ({"addresses|ship_to": "Pune"}, "addresses", "is no address"),
        ({"emails": None, "last_name": None}, "", "A name, phone number, or email address must be present"),
    ],
)
def test_a_refusal_names_the_field_and_stops_nobody_else(shop, attributes, field, words):
    shop.enter("Customer", email="taken@b.example", phone="+919876543210")
    id = shop.enter("Customer", lastName="Rao", email="a@b.example")
    before = shop.held("Customer", id)
    bad, fine = pushed(
        shop.connector(),
        wanted("Customer", external_id=id, attributes=attributes),
        wanted("Customer", "k2", attributes={"last_name": "Bär"}),
    )
    assert isinstance(bad.error, Permanent) and not isinstance(bad.error, Gone)
    assert bad.error.field == field and words in str(bad.error)
    assert "taken@" not in str(bad.error) and "98765" not in str(bad.error).replace(id, "")
    assert (bad.external_id, bad.payloads) == (id, ())
    assert shop.held("Customer", id) == before
    assert good(fine).external_id


@pytest.mark.parametrize("shared", [{"phones|main": "+919876543210"}, {"emails": "taken@b.example"}])
def test_what_another_customer_holds_stays_there_and_the_rest_is_written(shop, shared):
    holder = shop.enter("Customer", email="taken@b.example", phone="+919876543210")
    id = shop.enter("Customer", lastName="Rao", email="a@b.example")
    attributes = {**shared, "last_name": "Bär"}
    (outcome,) = pushed(shop.connector(), wanted("Customer", external_id=id, attributes=attributes))
    assert good(outcome).external_id == id
    held = shop.held("Customer", id)
    assert (held["lastName"], held["email"], held["phone"]) == ("Bär", "a@b.example", None)
    assert shop.held("Customer", holder)["phone"] == "+919876543210"


def test_a_new_customer_is_not_made_beside_the_one_who_has_its_email(shop):
    shop.enter("Customer", email="taken@b.example", phone="+919876543210")
    phone = wanted("Customer", "k1", attributes={"last_name": "Rao", "phones|main": "+919876543210"})
    email = wanted("Customer", "k2", attributes={"last_name": "Bär", "emails": "taken@b.example"})
    made, refused = pushed(shop.connector(), phone, email)
    assert shop.held("Customer", good(made).external_id)["phone"] is None
    assert isinstance(refused.error, Permanent) and "Email has already been taken" in str(refused.error)


def test_consent_without_an_email_is_refused(shop):
    id = shop.enter("Customer", lastName="Rao")
    (outcome,) = pushed(shop.connector(), wanted("Customer", external_id=id, attributes={"consent|email": "opted_in"}))
    assert isinstance(outcome.error, Permanent) and outcome.error.field == "consent|email"


@pytest.mark.parametrize(
    ("name", "fields", "change"),
    [
        ("Customer", {"lastName": "Rao"}, {"last_name": "Iyer"}),
        ("Customer", {"lastName": "Rao"}, {"addresses|ship_to": PUNE}),
        ("Customer", {"lastName": "Rao"}, {"loyalty_id": "L-7"}),
        ("Customer", {"lastName": "Rao"}, {}),
        ("Company", {"name": "Bolts"}, {"legal_name": "Nuts"}),
        ("Company", {"name": "Bolts"}, {"phones|main": "+4973112345"}),
        ("Company", {"name": "Bolts"}, {"dealer_tier": "gold"}),
    ],
)
def test_what_was_deleted_is_gone_and_not_made_again(shop, name, fields, change):
    id = shop.enter(name, **fields)
    shop.remove(name, id)
    (outcome,) = pushed(shop.connector(), wanted(name, external_id=id, attributes=change))
    assert isinstance(outcome.error, Gone) and "no longer exists" in str(outcome.error)
    assert [row["id"] for row in shop.system.dump(name)] == [id]


# ---- metafields -----------------------------------------------------------------------------------------------------


def test_ids_alone_take_no_customer_set(shop):
    ids = [shop.enter("Customer", lastName=f"Rao {n}") for n in range(6)]
    desired = [
        wanted("Customer", f"k{n}", external_id=id, ids={"golden": f"G{n}", "crm": f"001{n}", "erp": f"10{n}"})
        for n, id in enumerate(ids)
    ]
    for outcome in pushed(shop.connector(), *desired):
        good(outcome)
    assert [shop.held("Customer", id)["metafields"] for id in ids] == [
        {"mdm.key": f"k{n}", "mdm.golden_id": f"G{n}", "mdm.salesforce_id": f"001{n}", "mdm.sap_id": f"10{n}"}
        for n in range(6)
    ]
    assert shop.requests() == {"metafieldsSet": 1, "nodes": 1}, "24 metafields fit in one call of 25"


def test_a_later_id_is_the_only_thing_written(shop):
    connector = shop.connector()
    desired = wanted("Customer", attributes={"last_name": "Rao"}, ids={"golden": "G1"})
    id = good(*pushed(connector, desired)).external_id
    later = wanted("Customer", external_id=id, ids={"golden": "G1", "erp": "10"}, changed=frozenset({"ids|erp"}),
                   observed=observed(connector, "Customer", id))
    fresh, gone = inputs.metafields_due(Task(later, id), (), {})
    assert [(one["key"], one["value"]) for one in fresh] == [("sap_id", "10")] and gone == []
    assert said(connector.map(good(*pushed(connector, later)).payloads[0])[0])["ids|erp"] == "10"


@pytest.mark.parametrize(
    ("name", "fields"), [("Customer", {"last_name": "Rao", "loyalty_id": "L-7"}), ("Company", {"legal_name": "Bolts"})]
)
def test_the_hubs_own_ids_are_not_read_back_and_yet_in_the_answer(shop, monkeypatch, name, fields):
    connector, asked = shop.connector(page_size=1), []
    read = connector._shop.read
    monkeypatch.setattr(connector._shop, "read", lambda text, *more: asked.append(text) or read(text, *more))
    ids = {"golden": "G1", "crm": "001A", "erp": "17"}
    first = good(*pushed(connector, wanted(name, "k0", attributes=fields, ids=ids)))
    assert len(asked) == 1 and "golden_id" not in asked[0] and "sap_id" not in asked[0]
    held = {"external_id": first.external_id, "observed": {"ids|golden": "G1"}}
    later = wanted(name, "k0", ids={**ids, "erp": "18"}, **held)
    both = pushed(connector, replace(later, changed=frozenset({"ids|erp"})), wanted(name, attributes=fields, ids=ids))
    for outcome in (first, *map(good, both)):
        (now,) = connector.fetch(name, [outcome.external_id])
        assert outcome is first or outcome.payloads[0].body == now.body
    assert first.payloads[0].body.keys() == now.body.keys()
    assert shop.held(name, first.external_id)["metafields"]["mdm.sap_id"] == "18"


def test_an_id_the_shop_has_another_type_for_is_read_back(system):
    definitions = [
        {"ownerType": "COMPANY", "namespace": "mdm", "key": "key", "name": "key", "type": "id"},
        {"ownerType": "COMPANY", "namespace": "mdm", "key": "sap_id", "name": "S", "type": "number_integer"},
    ]
    with running("shopify", **OPTIONS, definitions=definitions) as other:
        connector = Store(other).connector()
        outcome = good(*pushed(connector, wanted("Company", attributes={"legal_name": "Bolts"}, ids={"erp": "17"})))
        assert outcome.payloads[0].body == connector.fetch("Company", [outcome.external_id])[0].body


def test_one_refused_metafield_stops_only_its_record(shop):
    taken = shop.enter("Customer", lastName="Rao", metafields=[{"namespace": "mdm", "key": "key", "value": "k1"}])
    ids = [shop.enter("Customer", lastName=f"Bär {n}") for n in range(3)]
    desired = [wanted("Customer", f"k{n}", external_id=id, ids={"golden": f"G{n}"}) for n, id in enumerate(ids)]
    first, second, third = pushed(shop.connector(), *desired)
    assert good(first) and good(third)
    assert isinstance(second.error, Permanent) and second.error.field == "mdm.key"
    assert "refuses the metafield mdm.key: Value has already been taken" in str(second.error)
    assert shop.held("Customer", ids[1])["metafields"] == {}
    assert shop.held("Customer", taken)["metafields"] == {"mdm.key": "k1"}


def test_a_type_the_shop_defines_is_used(system):
    definitions = [
        {"ownerType": "CUSTOMER", "namespace": "mdm", "key": "key", "name": "key", "type": "id"},
        {"ownerType": "CUSTOMER", "namespace": "custom", "key": "loyalty_id", "name": "L", "type": "number_integer"},
    ]
    with running("shopify", **OPTIONS, definitions=definitions) as other:
        shop = Store(other)
        connector = shop.connector()
        one, two, three = pushed(
            connector,
            *(wanted("Customer", f"k{n}", attributes={"last_name": "Rao", "loyalty_id": value})
              for n, value in enumerate(["7", "8", "L-9"])),
        )
        assert [good(one).error, good(two).error] == [None, None]
        assert "refuses the metafield custom.loyalty_id" in str(three.error)
        assert shop.held("Customer", two.external_id)["metafields"] == {"mdm.key": "k1", "custom.loyalty_id": "8"}


def test_an_emptied_metafield_is_taken_away(shop):
    connector = shop.connector()
    created = wanted("Customer", attributes={"last_name": "Rao", "loyalty_id": "L-7", "dealer_tier": "gold"})
    id = good(*pushed(connector, created)).external_id
    assert shop.held("Customer", id)["metafields"] == {
        "mdm.key": "k1", "custom.loyalty_id": "L-7", "custom.dealer_tier": "gold"
    }
    change = {"loyalty_id": None, "dealer_tier": "silver"}
    good(*pushed(connector, wanted("Customer", external_id=id, attributes=change)))
    assert shop.held("Customer", id)["metafields"] == {"mdm.key": "k1", "custom.dealer_tier": "silver"}


def test_blocking_leaves_a_mark(shop):
    person = shop.enter("Customer", lastName="Rao", tags=["vip"])
    firm = shop.enter("Company", name="Bolts")
    connector = shop.connector()
    for name, id in (("Customer", person), ("Company", firm)):
        change = {"last_name": "X", "legal_name": "X"}
        good(*pushed(connector, wanted(name, f"k-{name}", external_id=id, operation="block", attributes=change)))
    assert shop.held("Customer", person)["tags"] == ["mdm-blocked", "vip"]
    assert shop.held("Customer", person)["lastName"] == "Rao", "nothing but the mark and ids is written"
    assert shop.held("Company", firm)["metafields"] == {"mdm.key": "k-Company", "mdm.blocked": "true"}
    assert shop.held("Company", firm)["name"] == "Bolts"


def test_what_was_never_there_is_not_made_to_be_blocked(shop):
    (outcome,) = pushed(shop.connector(), wanted("Customer", operation="block", attributes={"last_name": "Rao"}))
    assert (outcome.error, outcome.external_id, outcome.payloads) == (None, "", ())
    assert shop.system.dump("Customer") == []


# ---- companies and contacts -----------------------------------------------------------------------------------------


def test_a_company_loses_an_address_and_its_tax_id(shop):
    connector = shop.connector()
    firm = {"legal_name": "Bolts", "addresses|bill_to": ULM, "addresses|ship_to": PUNE, "tax_ids|VAT": "DE129273398"}
    id = good(*pushed(connector, wanted("Company", attributes=firm))).external_id
    change = {"addresses|ship_to": None, "tax_ids|VAT": None, "phones|main": "+4973112345"}
    outcome = good(*pushed(connector, wanted("Company", external_id=id, attributes=change)))
    assert said(connector.map(outcome.payloads[0])[0]) == {
        "party_type": "organisation", "legal_name": "Bolts", "addresses|bill_to": ULM, "phones|main": "+4973112345",
    }


def test_a_company_made_before_is_found_by_its_key(shop):
    shop.enter("Company", name="Bolts", externalId="k'1", locations=[{"phone": "+4973112345"}])
    firm = {"legal_name": "Nuts", "addresses|bill_to": ULM}
    outcome = good(*pushed(shop.connector(), wanted("Company", "k'1", attributes=firm, ids={"golden": "G1"})))
    (row,) = shop.system.dump("Company")
    assert (row["id"], row["name"], row["locations"][0]["phone"]) == (outcome.external_id, "Nuts", "+4973112345")
    assert row["locations"][0]["billingAddress"]["address1"] == "Weg 1"


def test_a_company_without_a_location_gets_one():
    change = {"phones|main": "+4973112345", "addresses|bill_to": ULM}
    task = Task(wanted("Company", external_id=COMPANY["id"], attributes=change, observed={"ids|golden": "G1"}),
                COMPANY["id"], now={**COMPANY, "locations": {"nodes": []}})
    (call,) = inputs.company_update(task)
    assert call.root.name == "companyLocationCreate"
    assert (call.values["companyId"], call.values["input"]["name"]) == (COMPANY["id"], "Schrauben GmbH")
    assert call.values["input"]["billingAddress"]["address1"] == "Weg 1"
    assert call.values["input"]["externalId"] == "k1", "a repeated call makes no second location"


def test_a_location_known_from_its_addresses_is_not_read_again(shop):
    connector = shop.connector()
    firm = {"legal_name": "Bolts", "addresses|bill_to": PUNE, "phones|main": "+4973112345"}
    id = good(*pushed(connector, wanted("Company", attributes=firm))).external_id
    seen = observed(connector, "Company", id)
    change = {"addresses|bill_to": ULM, "addresses|ship_to": ULM, "phones|main": "+4973154321"}
    task = Task(wanted("Company", external_id=id, attributes=change, observed=seen), id)
    assert not inputs.needs_now(task)
    before = shop.requests().get("nodes", 0)
    outcome = good(*pushed(connector, task.desired))
    assert shop.requests()["nodes"] == before + 1, "read back only"
    held = said(connector.map(outcome.payloads[0])[0])
    assert held == {"party_type": "organisation", "legal_name": "Bolts", **change}
    places = [call.values["addressTypes"] for call in inputs.company_update(task) if "addressTypes" in call.values]
    assert places == [["BILLING", "SHIPPING"]], "the same address in both roles is one call"
    emptied = wanted("Company", external_id=id, attributes={"addresses|ship_to": None}, observed=seen)
    assert inputs.needs_now(Task(emptied, id)), "an address is deleted by an id of its own"
    strange = {"addresses|ship_to|gid://shopify/CompanyAddress/7": ULM}
    assert inputs.needs_now(Task(wanted("Company", external_id=id, attributes=change, observed=strange), id))


def test_where_the_location_is_gone_the_company_is_read_and_written_in_the_same_push(shop):
    firm = shop.enter("Company", name="Bolts")
    seen = {"addresses|bill_to|gid://shopify/CompanyLocation/999": PUNE, "ids|golden": "G1"}
    change = {"addresses|bill_to": ULM, "phones|main": "+4973112345"}
    outcome = good(
        *pushed(shop.connector(), wanted("Company", external_id=firm, attributes=change, observed=seen))
    )
    assert outcome.external_id == firm
    (location,) = shop.held("Company", firm)["locations"]
    assert (location["billingAddress"]["address1"], location["phone"]) == ("Weg 1", "+4973112345")
    shop.remove("Company", firm)
    (outcome,) = pushed(shop.connector(), wanted("Company", external_id=firm, attributes=change, observed=seen))
    assert isinstance(outcome.error, Gone)


@pytest.mark.parametrize("text", ["k1", "k'1", "a\\b", "x' OR 'y"])
def test_a_search_value_cannot_leave_its_quotes(shop, text):
    shop.enter("Company", name="Other", externalId="other")
    nodes = shop.connector()._shop.read(
        "query Q($q: String!) { companies(first: 5, query: $q) { nodes { id } } }",
        {"q": f"external_id:{quoted(text)}"},
    )["companies"]["nodes"]
    assert nodes == []


def test_a_contact_ties_a_person_to_a_company(shop):
    firm = shop.enter("Company", name="Bolts")
    person = shop.enter("Customer", lastName="Rao", email="a@b.example")
    connector = shop.connector()
    desired = wanted("CompanyContact", attributes={"role": "Buyer"}, refs={"person": person, "organisation": firm})
    first = good(*pushed(connector, desired))
    again = good(*pushed(connector, desired))
    assert again.external_id == first.external_id
    (row,) = shop.system.dump("CompanyContact")
    assert (row["title"], row["companyId"], row["customerId"]) == ("Buyer", firm, person)


@pytest.mark.parametrize(
    ("refs", "words"),
    [
        ({}, "its person and organisation is not in the shop yet"),
        ({"organisation": "gid://shopify/Company/1"}, "its person is not in the shop yet"),
        ({"person": "silent"}, "Customer must have an email address"),
    ],
)
def test_a_contact_that_cannot_be_made(shop, refs, words):
    firm = shop.enter("Company", name="Bolts")
    if refs.get("person"):
        refs = {"person": shop.enter("Customer", lastName="Rao"), "organisation": firm}
    (outcome,) = pushed(shop.connector(), wanted("CompanyContact", attributes={"role": "Buyer"}, refs=refs))
    assert isinstance(outcome.error, Permanent) and words in str(outcome.error)
    assert shop.system.dump("CompanyContact") == []


def test_a_contact_taken_away_is_gone(shop):
    firm = shop.enter("Company", name="Bolts")
    person = shop.enter("Customer", lastName="Rao", email="a@b.example")
    id = shop.enter("CompanyContact", companyId=firm, customerId=person, title="Buyer")
    shop.remove("CompanyContact", id)
    (outcome,) = pushed(shop.connector(), wanted("CompanyContact", external_id=id, attributes={"role": "Clerk"}))
    assert isinstance(outcome.error, Gone)


# ---- trouble on the way ---------------------------------------------------------------------------------------------


def test_what_was_decided_before_the_shop_went_down_stays_decided(shop):
    connector = shop.connector(batch_size=2)
    shop.enter("Customer", lastName="Nobody")
    shop.fault(kind="down", times=None, match="json customerSet$")  # a batch of one
    desired = [wanted("Customer", f"k{n}", attributes={"last_name": f"Rao {n}"}) for n in range(3)]
    one, two, three = pushed(connector, *desired)
    assert good(one) and good(two)
    assert isinstance(three.error, Retriable)


def test_an_error_after_the_create_keeps_the_id(shop):
    shop.fault(kind="error", times=None, match="metafieldsSet")
    (outcome,) = pushed(shop.connector(), wanted("Customer", attributes={"last_name": "Rao"}, ids={"golden": "G1"}))
    (row,) = shop.system.dump("Customer")
    assert isinstance(outcome.error, Retriable)
    assert outcome.external_id == row["id"]


def test_many_are_pushed_in_order_at_more_than_forty_a_second(shop):
    connector = shop.connector()
    desired = [
        wanted("Customer", f"k{n}", attributes={"last_name": f"Rao {n}", "emails": f"a{n}@b.example",
                                                "addresses|ship_to": PUNE, "loyalty_id": f"L{n}"},
               ids={"golden": f"G{n}", "crm": f"001{n}"})
        for n in range(120)
    ]
    began = time.monotonic()
    outcomes = pushed(connector, *desired)
    seconds = time.monotonic() - began
    assert [shop.held("Customer", good(one).external_id)["lastName"] for one in outcomes[::40]] == [
        "Rao 0", "Rao 40", "Rao 80"
    ]
    assert len({outcome.external_id for outcome in outcomes}) == 120
    assert seconds < 3.0, f"{120 / seconds:.0f} a second"


def test_a_small_plan_is_waited_for():
    with running("shopify", **OPTIONS, plan={"bucket": 1000, "restore": 50}) as other:
        shop = Store(other)
        desired = [wanted("Customer", f"k{n}", attributes={"last_name": f"Rao {n}"}) for n in range(30)]
        for outcome in pushed(shop.connector(), *desired):
            good(outcome)
        assert len(shop.system.dump("Customer")) == 30


# ---- reading back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "root"), [("Customer", "customers"), ("Company", "companies")])
def test_what_was_written_together_is_read_back_as_one_page(shop, name, root):
    fields = {"Customer": "lastName", "Company": "name"}[name]
    ids = [shop.enter(name, **{fields: f"Rao {n}"}) for n in range(6)]
    connector = shop.connector()
    connector.fetch(name, ids)  # so the shop's clock is known
    before = shop.requests()
    key = {"Customer": "last_name", "Company": "legal_name"}[name]
    desired = [wanted(name, f"k{n}", external_id=id, attributes={key: f"Das {n}"}, ids={"golden": f"G{n}"})
               for n, id in enumerate(ids)]  # fmt: skip
    outcomes = [good(outcome) for outcome in pushed(connector, *desired)]
    asked = {name: many - before.get(name, 0) for name, many in shop.requests().items()}
    assert (asked[root], asked["nodes"]) == (1, 0)
    assert [outcome.payloads[0].body for outcome in outcomes] == [one.body for one in connector.fetch(name, ids)]


def test_variants_are_read_back_with_their_products(shop):
    ids = [shop.held("Product", shop.enter("Product", title=f"Bolt {n}"))["variants"][0] for n in range(3)]
    connector = shop.connector()
    connector.fetch("ProductVariant", ids)
    desired = [wanted("ProductVariant", f"k{n}", external_id=id, attributes={"sku": f"S{n}"}, ids={"golden": f"G{n}"})
               for n, id in enumerate(ids)]  # fmt: skip
    outcomes = [good(outcome) for outcome in pushed(connector, *desired)]
    assert sum(many for name, many in shop.requests().items() if "productVariants" in name.split()) == 1
    assert [one.payloads[0].body for one in outcomes] == [one.body for one in connector.fetch("ProductVariant", ids)]


def test_what_the_search_misses_or_shows_as_it_was_is_read_by_its_id():
    since = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
    fresh, stale, missed = (f"gid://shopify/Company/{n}" for n in (1, 2, 3))

    def node(id, second, place=0):
        location = {"id": "gid://shopify/CompanyLocation/9", "updatedAt": f"2026-11-21T12:00:0{place}Z"}
        return {"id": id, "updatedAt": f"2026-11-21T12:00:0{second}Z", "locations": {"nodes": [location]}}

    page = {"companies": {"nodes": [node(stale, 4), node(fresh, 0, place=5), node("gid://shopify/Company/8", 9)]}}
    with scripted(Answer(body={"data": page}), Answer(body={"data": {"nodes": [node(stale, 6), None]}})) as server:
        access = Access(connection="store", base_url=server.url, secrets=SECRETS, options={"shop": SHOP})
        found = Reader(Shop(access), access).read_back("Company", [fresh, stale, missed], {}, since)
    asked = [json.loads(one.body)["variables"] for one in server.asked]
    assert asked == [{"first": 3, "query": "id:1 OR id:2 OR id:3"}, {"ids": [stale, missed]}]
    assert [(one.external_id, one.body.get("updatedAt")) for one in found] == [
        (fresh, "2026-11-21T12:00:00Z"), (stale, "2026-11-21T12:00:06Z"), (missed, None),
    ]  # fmt: skip

"""Every text we send, and every value in it, is valid by the vendor's schema: our extract, or the whole one."""

from __future__ import annotations

import pytest
from graphql import GraphQLSchema, get_named_type, parse, validate
from graphql.execution.values import get_variable_values

from connectors.shopify import documents as doc
from connectors.shopify import fields, goods, goods_inputs, inputs, webhook
from connectors.shopify.documents import Call, Root, batch
from connectors.shopify.goods import Shelf
from connectors.shopify.inputs import Task
from tests.connectors.shopify import spec
from tests.connectors.shopify.bodies import COMPANY, CUSTOMER, GOODS, TIER, VARIANT
from tests.connectors.shopify.conftest import wanted

TEXTS = {
    name: text
    for name, text in vars(doc).items()
    if isinstance(text, str) and text.lstrip().startswith(("query ", "mutation "))
}
ROOTS = {name: root for name, root in vars(doc).items() if isinstance(root, Root)}
PLACE = {"street": "1 Main St\nSuite 2", "city": "Reno", "region": "NV", "postcode": "89501", "country": "US"}
PERSON = {
    "first_name": "Asha", "last_name": "Rao", "emails": "a@b.example", "phones|main": "+919876543210", "language": "hi",
    "consent|email": "opted_in", "addresses|ship_to": PLACE, "addresses|other": PLACE, "loyalty_id": "L",
    "web_preferences": None, "dealer_tier": "gold",
}
FIRM = {
    "legal_name": "Bolts", "phones|main": "+4973112345", "language": "de", "addresses|bill_to": PLACE,
    "addresses|ship_to": None, "tax_ids|EIN": "12-3456789", "dealer_tier": "gold",
}
ITEM = {
    "product_type": "item", "sku": "BM-1", "gtin": "04006381333931", "names|en": "Hex bolt", "brand": "Reyher",
    "hs_code": "73181569", "gross_weight": "1.25 kg", "pack_size": 100, "base_unit": "H87", "mpn": None,
    "prices|10/EUR": [{"amount": "12.5", "per": "100", "unit": "H87", "scale": []}],
}
ENDS = {"person": "gid://shopify/Customer/1", "organisation": "gid://shopify/Company/2"}
judges = pytest.mark.parametrize("schema", spec.schemas(), ids=["extract", "full"][: len(spec.schemas())])


def valid(schema: GraphQLSchema, text: str) -> None:
    assert validate(schema, parse(text)) == []


@judges
@pytest.mark.parametrize("name", TEXTS)
def test_each_document_is_valid(name, schema):
    valid(schema, TEXTS[name])
    asked = doc.holding(TEXTS[name], fields.keys("Customer", TIER))
    valid(schema, asked)
    assert ('namespace: "custom"' in asked) == (doc.METAFIELDS in TEXTS[name])


@judges
@pytest.mark.parametrize("name", ROOTS)
def test_each_call_is_valid_alone_and_with_others(name, schema):
    for count in (1, 3):
        text, _ = batch([Call(ROOTS[name], dict.fromkeys(ROOTS[name].arguments))] * count)
        valid(schema, text)


def calls():
    """Every kind of call with every value it may carry."""
    create = Task(wanted("Customer", attributes=PERSON, ids={"golden": "G", "crm": "C", "erp": "E"}))
    update = Task(wanted("Customer", attributes=PERSON, external_id=CUSTOMER["id"]), CUSTOMER["id"], now=CUSTOMER)
    block = Task(wanted("Customer", external_id=CUSTOMER["id"], operation="block"), CUSTOMER["id"])
    firm = Task(wanted("Company", attributes=FIRM))
    firm_update = Task(wanted("Company", attributes=FIRM, external_id=COMPANY["id"]), COMPANY["id"], now=COMPANY)
    homeless = Task(firm_update.desired, COMPANY["id"], now={**COMPANY, "locations": {"nodes": []}})
    contact = Task(wanted("CompanyContact", attributes={"role": "Buyer"}, refs=ENDS))
    goods = goods_calls()
    sets = [inputs.metafields_due(task, TIER, {})[0] for task in (create, update, firm)]
    gone = inputs.metafields_due(update, TIER, {})[1]
    return [
        inputs.customer_set(create), inputs.customer_set(update), inputs.consent(update), inputs.tag(block),
        inputs.company_create(firm), *inputs.company_update(firm_update), *inputs.company_update(homeless),
        inputs.contact_assign(contact), inputs.contact_update(contact), *goods,
        *(Call(doc.METAFIELDS_SET, {"metafields": entries}) for entries in sets),
        Call(doc.METAFIELDS_DELETE, {"metafields": gone}),
        Call(doc.CUSTOMER_BY_KEY, {"identifier": {"customId": inputs.custom_id(create)}}),
    ]


def goods_calls():
    """The same of products."""
    shelf = Shelf()
    new = Task(wanted("ProductVariant", attributes=ITEM, ids={"golden": "G", "crm": "C", "erp": "E"}))
    kept = {"external_id": VARIANT["id"], "attributes": {**ITEM, "gross_weight": None, "blocked": False}}
    product = {"id": GOODS["id"], "status": "DRAFT", "variantsCount": {"count": 1}}
    old = {"product": product, "blocked": {"value": "true"}}
    update = Task(wanted("ProductVariant", **kept), VARIANT["id"], now=old)
    many = {**old, "product": {**product, "variantsCount": {"count": 2}}}
    family = Task(update.desired, VARIANT["id"], now=many)
    block = Task(wanted("ProductVariant", external_id=VARIANT["id"], operation="block"), VARIANT["id"], now=family.now)
    due = inputs.metafields_due(block, TIER, {})[0] + inputs.metafields_due(new, TIER, {})[0]
    return [
        *goods_inputs.looks(new), goods_inputs.create(new, shelf), goods_inputs.update(update, shelf, TIER),
        goods_inputs.product_update(update), goods_inputs.showing(family, ["gid://shopify/Publication/1"]),
        goods_inputs.showing(block, ["gid://shopify/Publication/1"]), Call(doc.METAFIELDS_SET, {"metafields": due}),
    ]


@judges
def test_each_value_fits_its_variable(schema):
    found = calls()
    assert {call.root.name for call in found} == {root.name for root in ROOTS.values()}
    for call in found:
        text, values = batch([call])
        definitions = parse(text).definitions[0].variable_definitions
        coerced = get_variable_values(schema, definitions, values)
        assert not isinstance(coerced, list), (call.root.name, coerced)


@judges
@pytest.mark.parametrize("kind", ["Customer", "Company", "CompanyContact"])
def test_each_field_we_map_exists(kind, schema):
    for row in fields.READ[kind]:
        start = "CompanyLocation" if row.native.startswith("location.") else kind
        type_ = schema.type_map[start]
        for step in row.native.removeprefix("location.").split("."):
            type_ = get_named_type(type_.fields[step].type)
    forms = {"Customer": ["CustomerSetInput"], "Company": ["CompanyInput", "CompanyLocationInput"],
             "CompanyContact": ["CompanyContactInput"]}[kind]
    known = {name for form in forms for name in schema.type_map[form].fields}
    assert {row.native for row in fields.WRITE[kind]} <= known


@judges
def test_each_field_of_products_exists(schema):
    def leads(start, native):
        type_ = schema.type_map[start]
        for step in native.split("."):
            type_ = get_named_type(type_.fields[step].type)

    for row in goods.READ_ITEM:
        leads("ProductVariant", row.native)
    for row in goods.READ_PRODUCT:
        leads("Product", row.native)
    for row in goods.WRITE_ITEM:
        leads("ProductVariantsBulkInput", row.native)
        leads("ProductVariantSetInput", row.native)


@judges
def test_each_topic_exists(schema):
    known = schema.type_map["WebhookSubscriptionTopic"].values
    assert [topic for topic in webhook.TOPICS if webhook.enum(topic) not in known] == []


def test_a_wrong_document_would_be_seen():
    schema = spec.schemas()[0]
    assert validate(schema, parse(doc.CUSTOMERS.replace("firstName", "first_name")))
    definitions = parse("mutation M($i: CustomerSetInput!) { customerSet(input: $i) { userErrors { message } } }")
    wrong = get_variable_values(schema, definitions.definitions[0].variable_definitions, {"i": {"first_name": "x"}})
    assert isinstance(wrong, list)

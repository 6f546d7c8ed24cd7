"""Products and variants of the simulated shop over HTTP: what it takes, keeps, finds, tells and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.server import PROJECT, Running, running
from tests.connectors.sandbox.shopify_shop import OPTIONS, Caller, endpoint, until

README = PROJECT / "connectors" / "sandbox" / "shopify" / "README.md"
SHOWN = """id title handle status vendor productType tags hasOnlyDefaultVariant variantsCount { count } updatedAt
  options { id name values } metafields(first: 5) { nodes { namespace key value } }
  variants(first: 10) { nodes {
    id title sku barcode price compareAtPrice position inventoryPolicy selectedOptions { name value } updatedAt
    inventoryItem { sku tracked harmonizedSystemCode countryCodeOfOrigin measurement { weight { value unit } } }
    metafield(namespace: "mdm", key: "key") { value type }
  } }"""
SET = f"""mutation Set($identifier: ProductSetIdentifiers, $input: ProductSetInput!) {{
  productSet(identifier: $identifier, input: $input, synchronous: true) {{
    product {{ {SHOWN} }} userErrors {{ field message code }}
  }}
}}"""
UPDATE = """mutation Update($product: ProductUpdateInput) {
  productUpdate(product: $product) { product { id title status vendor tags } userErrors { field message } }
}"""
BULK = """mutation Bulk($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $id, variants: $variants) {
    productVariants { id sku barcode price } userErrors { field message code }
  }
}"""
DELETE = """mutation Delete($input: ProductDeleteInput!) {
  productDelete(input: $input) { deletedProductId userErrors { field message } }
}"""
ONE = "query One($id: ID!) { product(id: $id) { " + SHOWN + " } }"
KEY = {"namespace": "mdm", "key": "key", "value": "K1"}
LENGTHS = [{"name": "Length", "values": [{"name": "40 mm"}, {"name": "45 mm"}]}]


def variant(value: str, **fields: Any) -> dict[str, Any]:
    return {"optionValues": [{"optionName": "Length", "name": value}], **fields}


@pytest.fixture(scope="module")
def process() -> Iterator[Running]:
    with running("shopify", **OPTIONS, variant_limit=4) as shop:
        yield shop


@pytest.fixture
def shop(process: Running) -> Running:
    process.control("reset")
    return process


@pytest.fixture
def caller(shop: Running) -> Caller:
    return Caller(shop)


def made(caller: Caller, identifier: Any = None, /, **input: Any) -> dict[str, Any]:
    payload, errors = caller.act(SET, identifier=identifier, input=input)
    assert errors == []
    found: dict[str, Any] = payload["product"]
    return found


def bolts(caller: Caller) -> dict[str, Any]:
    """A family of two."""
    list_ = [variant("40 mm", sku="B-40", price="10"), variant("45 mm", sku="B-45", price="11")]
    return made(caller, title="Hex bolt M8", productOptions=LENGTHS, variants=list_)


# ---- products -------------------------------------------------------------------------------------------------------


def test_a_product_is_stored_in_the_shops_own_form(caller: Caller) -> None:
    item = {"sku": " BM-1 ", "tracked": True, "harmonizedSystemCode": "73181569", "countryCodeOfOrigin": "DE",
            "measurement": {"weight": {"value": 1.25, "unit": "KILOGRAMS"}}}  # fmt: skip
    one = {"optionValues": [{"optionName": "Title", "name": "Default Title"}], "price": "12.345",
           "barcode": " 4006381333931", "compareAtPrice": "15", "inventoryItem": item}  # fmt: skip
    found = made(caller, title=" Große Schraube  M8×40 ", tags=["b, a"], variants=[one],
                 productOptions=[{"name": "Title", "values": [{"name": "Default Title"}]}])  # fmt: skip
    assert (found["title"], found["handle"], found["status"]) == (
        "Große Schraube  M8×40",
        "grosse-schraube-m8-40",
        "ACTIVE",
    )
    assert (found["tags"], found["vendor"], found["hasOnlyDefaultVariant"]) == (["a", "b"], "Goldenrod Fasteners", True)
    (kept,) = found["variants"]["nodes"]
    assert (kept["sku"], kept["barcode"], kept["price"], kept["compareAtPrice"]) == (
        "BM-1", "4006381333931", "12.35", "15.00",
    )  # fmt: skip
    assert kept["inventoryItem"] == {
        "sku": "BM-1", "tracked": True, "harmonizedSystemCode": "73181569", "countryCodeOfOrigin": "DE",
        "measurement": {"weight": {"value": 1.25, "unit": "KILOGRAMS"}},
    }  # fmt: skip


def test_one_without_variants_has_the_default_one_and_handles_stay_unique(caller: Caller) -> None:
    first, second = made(caller, title="Bolt"), made(caller, title="BOLT!")
    assert [one["handle"] for one in (first, second)] == ["bolt", "bolt-1"]
    assert first["variants"]["nodes"][0]["selectedOptions"] == [{"name": "Title", "value": "Default Title"}]
    assert first["variants"]["nodes"][0]["price"] == "0.00"
    assert caller.act(SET, input={"title": "Nut", "handle": "Bolt"})[1] == [(["input", "handle"], "HANDLE_NOT_UNIQUE")]


@pytest.mark.parametrize(
    ("input", "errors"),
    [
        ({}, [(["input", "title"], "INVALID_PRODUCT")]),
        ({"title": "  "}, [(["input", "title"], "INVALID_PRODUCT")]),
        ({"title": "x" * 256}, [(["input", "title"], "INVALID_PRODUCT")]),
        ({"title": "x", "variants": [variant("40 mm")]},
         [(["input", "productOptions"], "PRODUCT_OPTIONS_INPUT_MISSING")]),
        ({"title": "x", "productOptions": LENGTHS}, [(["input", "variants"], "VARIANTS_INPUT_MISSING")]),
        ({"title": "x", "productOptions": LENGTHS * 2, "variants": []},
         [(["input", "productOptions", "1", "name"], "DUPLICATED_OPTION_NAME")]),
        ({"title": "x", "productOptions": [{"name": "A", "values": [{"name": "1"}, {"name": "1"}]}], "variants": []},
         [(["input", "productOptions", "0", "values", "1"], "DUPLICATED_OPTION_VALUE")]),
        ({"title": "x", "productOptions": [{"name": "A"}], "variants": []},
         [(["input", "productOptions", "0", "values"], "OPTION_VALUES_MISSING")]),
        ({"title": "x", "productOptions": LENGTHS, "variants": [variant("50 mm")]},
         [(["input", "variants", "0", "optionValues", "0"], "OPTION_VALUE_DOES_NOT_EXIST")]),
        ({"title": "x", "productOptions": LENGTHS, "variants": [variant("40 mm"), variant("40 mm")]},
         [(["input", "variants", "1"], "INVALID_VARIANT")]),
        ({"title": "x", "productOptions": LENGTHS, "variants": [variant("40 mm")] * 5},
         [(["input", "variants"], "VARIANTS_OVER_LIMIT")]),
        ({"title": "x", "productOptions": LENGTHS, "variants": [variant("40 mm", price="-1")]},
         [(["input", "variants", "0", "price"], "INVALID_VARIANT")]),
        ({"title": "x", "productOptions": LENGTHS,
          "variants": [variant("40 mm", inventoryItem={"harmonizedSystemCode": "7318.15"})]},
         [(["input", "variants", "0", "inventoryItem", "harmonizedSystemCode"], "INVALID_INPUT")]),
        ({"title": "x", "metafields": [{"namespace": "custom", "key": "ok", "type": "json", "value": "{"}]},
         [(["input", "metafields", "0", "value"], "INVALID_METAFIELD")]),
    ],
)  # fmt: skip
def test_what_a_product_must_be(shop: Running, caller: Caller, input: Any, errors: Any) -> None:
    payload, found = caller.act(SET, input=input)
    assert (payload["product"], found) == (None, errors)
    assert shop.dump("Product") == shop.dump("ProductVariant") == []


@pytest.mark.parametrize("price", [12.5, "12,50", "free", ""])
def test_a_price_is_a_decimal_text(caller: Caller, price: Any) -> None:
    input = {"title": "x", "productOptions": LENGTHS, "variants": [variant("40 mm", price=price)]}
    assert caller.raw(SET, input=input).json()["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"


@pytest.mark.parametrize("wrong", ["files", "collections", "category", "seo"])
def test_what_is_not_simulated_is_an_error(caller: Caller, wrong: str) -> None:
    answer = caller.raw(SET, input={"title": "x", wrong: None}).json()
    assert f"{wrong} (Field is not defined on ProductSetInput)" in answer["errors"][0]["message"]
    for query in ("price:>5", "variant_title:x"):
        answer = caller.raw(f'{{ products(first: 1, query: "{query}") {{ nodes {{ id }} }} }}').json()
        assert "cannot search by" in answer["errors"][0]["message"]


# ---- sets and updates -----------------------------------------------------------------------------------------------


def test_set_by_custom_id_makes_one_product_and_then_changes_it(shop: Running, caller: Caller) -> None:
    first = made(caller, {"customId": KEY}, title="Bolt")
    again = made(caller, {"customId": KEY}, title="Nut")
    assert (again["id"], again["title"], again["handle"]) == (first["id"], "Nut", "bolt")
    assert first["metafields"]["nodes"] == again["metafields"]["nodes"] == [KEY]
    by_key = """query ($i: ProductIdentifierInput!, $v: ProductVariantIdentifierInput!) {
      productByIdentifier(identifier: $i) { id } productVariantByIdentifier(identifier: $v) { id } }"""
    found = caller.data(by_key, i={"customId": KEY}, v={"customId": KEY})
    assert found == {"productByIdentifier": {"id": first["id"]}, "productVariantByIdentifier": None}
    other = {"title": "x", "metafields": [{"namespace": "custom", "key": "note", "value": "x", "type": "url"}]}
    assert caller.act(SET, identifier={"customId": KEY}, input=other)[1] == [
        (["input", "metafields"], "METAFIELD_MISMATCH")
    ]
    assert caller.act(SET, identifier={"id": "gid://shopify/Product/1"}, input=other)[1] == [
        (["input", "id"], "PRODUCT_DOES_NOT_EXIST")
    ]
    assert len(shop.dump("Product")) == 1


def test_the_lists_of_a_set_delete_what_they_leave_out(shop: Running, caller: Caller) -> None:
    family = bolts(caller)
    first, second = family["variants"]["nodes"]
    text = {"type": "single_line_text_field", "namespace": "custom"}
    set_ = {"metafields": [{"ownerId": family["id"], "key": "note", "value": "x", **text}]}
    caller.act("""mutation ($metafields: [MetafieldsSetInput!]!) {
        metafieldsSet(metafields: $metafields) { userErrors { field message code } } }""", **set_)  # fmt: skip
    assert len(made(caller, {"id": family["id"]}, title="Bolts")["metafields"]["nodes"]) == 1, "left out, a list stays"
    fresh = {"metafields": [{"key": "size", "value": "8", **text}], "variants": [variant("45 mm", price="12")]}
    smaller = made(caller, {"id": family["id"]}, productOptions=LENGTHS, **fresh)
    (left,) = smaller["variants"]["nodes"]
    assert (left["id"], left["sku"], left["price"], left["position"]) == (second["id"], "B-45", "12.00", 1)
    assert [one["key"] for one in smaller["metafields"]["nodes"]] == ["size"]
    assert [row["id"] for row in shop.dump("ProductVariant") if row["deleted"]] == [first["id"]]


def test_an_update_leaves_variants_and_metafields_alone(shop: Running, caller: Caller) -> None:
    family = bolts(caller)
    change = {"id": family["id"], "status": "DRAFT", "vendor": "Würth", "tags": ["bolts"]}
    payload, errors = caller.act(UPDATE, product=change)
    assert errors == [] and payload["product"] == {**change, "title": "Hex bolt M8"}
    assert caller.data(ONE, id=family["id"])["product"]["variants"] == family["variants"]
    assert caller.act(UPDATE, product={"id": family["id"], "title": ""})[1] == [(["title"], "Title can't be blank")]
    assert caller.act(UPDATE, product={"id": "gid://shopify/Product/1"})[1] == [(["id"], "Product does not exist")]


def test_variants_are_updated_all_or_none(caller: Caller) -> None:
    family, other = bolts(caller), made(caller, title="Nut")
    first, second = (one["id"] for one in family["variants"]["nodes"])
    item = {"sku": "B-40-N", "measurement": {"weight": {"value": 12, "unit": "GRAMS"}}}
    payload, errors = caller.act(BULK, id=family["id"], variants=[{"id": first, "price": "9.9", "inventoryItem": item}])
    assert errors == [] and payload["productVariants"] == [
        {"id": first, "sku": "B-40-N", "barcode": None, "price": "9.90"}
    ]
    before = caller.data(ONE, id=family["id"])
    foreign = other["variants"]["nodes"][0]["id"]
    for wrong, error in [
        ({"price": "1"}, (["variants", "1", "id"], "PRODUCT_VARIANT_ID_MISSING")),
        ({"id": foreign}, (["variants", "1", "id"], "PRODUCT_VARIANT_DOES_NOT_EXIST")),
        ({"id": second, "price": "-1"}, (["variants", "1", "price"], "NEGATIVE_PRICE_VALUE")),
        ({"id": second, "barcode": "x" * 256}, (["variants", "1", "barcode"], "TOO_LONG")),
        ({"id": second, "published": False}, (["variants", "1", "published"], "INVALID_INPUT")),
    ]:
        given = [{"id": first, "barcode": "new"}, wrong]
        assert caller.act(BULK, id=family["id"], variants=given)[1] == [error]
    assert caller.data(ONE, id=family["id"]) == before
    assert caller.act(BULK, id="gid://shopify/Product/1", variants=[])[1] == [(["productId"], "PRODUCT_DOES_NOT_EXIST")]


def test_a_key_is_one_variants_and_moves_its_products_stamp(shop: Running, caller: Caller) -> None:
    family = bolts(caller)
    first, second = (one["id"] for one in family["variants"]["nodes"])
    set_ = (
        "mutation ($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { field message code } } }"
    )
    assert caller.act(set_, m=[{"ownerId": first, **KEY, "type": "id"}])[1] == []
    assert caller.act(set_, m=[{"ownerId": second, **KEY, "type": "id"}])[1] == [
        (["metafields", "0", "value"], "TAKEN")
    ]
    by_key = """query ($v: ProductVariantIdentifierInput!) {
        productVariantByIdentifier(identifier: $v) { id product { updatedAt } updatedAt } }"""
    found = caller.data(by_key, v={"customId": KEY})
    assert found["productVariantByIdentifier"]["id"] == first
    assert found["productVariantByIdentifier"]["product"]["updatedAt"] >= family["updatedAt"]


# ---- where it is shown ----------------------------------------------------------------------------------------------


def test_a_variant_is_taken_out_of_publications_and_put_back(caller: Caller) -> None:
    first, second = (one["id"] for one in bolts(caller)["variants"]["nodes"])
    pages = [one["id"] for one in caller.data("{ publications(first: 5) { nodes { id } } }")["publications"]["nodes"]]
    act = "mutation ($id: ID!, $p: [PublicationInput!]!) { %s(id: $id, input: $p) { userErrors { field message } } }"
    shown = "query ($id: ID!, $p: ID!) { productVariant(id: $id) { publishedOnPublication(publicationId: $p) } }"

    def seen(id: str) -> list[bool]:
        return [caller.data(shown, id=id, p=page)["productVariant"]["publishedOnPublication"] for page in pages]

    given = [{"publicationId": page} for page in pages]
    assert caller.act(act % "publishableUnpublish", id=first, p=given)[1] == []
    assert (seen(first), seen(second)) == ([False, False], [True, True])
    assert caller.act(act % "publishablePublish", id=first, p=given[:1])[1] == []
    assert seen(first) == [True, False]
    wrong = [{"publicationId": "gid://shopify/Publication/1"}]
    assert caller.act(act % "publishablePublish", id=first, p=wrong)[1] == [
        (["input", "0"], "Publication does not exist")
    ]


# ---- finding, deleting, telling -------------------------------------------------------------------------------------


def test_pages_by_stamp_and_by_key(shop: Running, caller: Caller) -> None:
    forms = [{"id": 500 + n, "title": f"Bolt {n}", "updatedAt": f"2025-03-0{n}T10:00:00Z"} for n in (3, 1, 2)]
    rows = [{"object": "Product", "fields": form} for form in forms]
    shop.control("load", {"records": rows})
    query = """query ($after: String, $query: String) {
      products(first: 2, after: $after, query: $query, sortKey: UPDATED_AT) {
        nodes { title updatedAt variants(first: 1) { nodes { updatedAt } } } pageInfo { hasNextPage endCursor } } }"""
    first = caller.data(query)["products"]
    rest = caller.data(query, after=first["pageInfo"]["endCursor"])["products"]
    assert [one["title"] for one in (*first["nodes"], *rest["nodes"])] == ["Bolt 1", "Bolt 2", "Bolt 3"]
    assert first["nodes"][0]["variants"]["nodes"][0]["updatedAt"] == first["nodes"][0]["updatedAt"]
    late = caller.data(query, query="updated_at:>='2025-03-02T10:00:00Z' AND title:'Bolt 3'")["products"]["nodes"]
    assert [one["title"] for one in late] == ["Bolt 3"]
    by_sku = "{ productVariants(first: 5, query: \"sku:'none'\") { nodes { id } } }"
    assert caller.data(by_sku) == {"productVariants": {"nodes": []}}


def test_deleted_products_and_variants_leave_events(caller: Caller) -> None:
    family = bolts(caller)
    assert caller.act(DELETE, input={"id": family["id"]})[0]["deletedProductId"] == family["id"]
    assert caller.act(DELETE, input={"id": family["id"]})[1] == [(["id"], "Product does not exist")]
    query = """query ($q: String) { events(first: 9, query: $q) { nodes {
        ... on BasicEvent { subjectId subjectType action } } } }"""
    gone = caller.data(query, q="action:destroy AND subject_type:PRODUCT_VARIANT")["events"]["nodes"]
    assert [one["subjectId"] for one in gone] == [one["id"] for one in family["variants"]["nodes"]]
    assert len(caller.data(query, q="action:destroy AND subject_type:PRODUCT")["events"]["nodes"]) == 1


def test_webhooks_tell_of_products_and_name_all_variants(shop: Running, caller: Caller) -> None:
    subscribe = """mutation ($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) { userErrors { field message } } }"""
    with endpoint() as seen:
        for topic in ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"):
            assert caller.act(subscribe, topic=topic, to={"uri": seen.url})[1] == []
        family = bolts(caller)
        first, second = (one["id"] for one in family["variants"]["nodes"])
        until(lambda: len(seen.received) == 1)
        caller.act(BULK, id=family["id"], variants=[{"id": first, "price": "9"}])
        until(lambda: len(seen.received) == 2)
        shop.control("remove", {"object": "ProductVariant", "id": second})
        until(lambda: len(seen.received) == 3)
        caller.act(DELETE, input={"id": family["id"]})
        until(lambda: len(seen.received) == 4)
        assert seen.topics() == ["products/create", "products/update", "products/update", "products/delete"]
        bodies = [json.loads(body) for _, body in seen.received]
    number = int(family["id"].rpartition("/")[2])
    assert bodies[3] == {"id": number}
    assert [[one["admin_graphql_api_id"] for one in body["variant_gids"]] for body in bodies[:3]] == [
        [first, second], [first, second], [first],
    ]  # fmt: skip
    told = bodies[1]["variants"][0]
    assert (told["price"], told["sku"], told["option1"], told["product_id"]) == ("9.00", "B-40", "40 mm", number)


# ---- users and seeds ------------------------------------------------------------------------------------------------


def test_the_readmes_seed_is_loaded_and_dumped(shop: Running) -> None:
    text = README.read_text()
    start = text.index('{"object": "Product"')
    record, _ = json.JSONDecoder().raw_decode(text[start:])
    shop.control("load", {"records": [record]})
    (product,), dumped = shop.dump("Product"), shop.dump("ProductVariant")
    assert product["id"] == "gid://shopify/Product/501" and product["updatedAt"] == record["fields"]["updatedAt"]
    assert [row["id"] for row in dumped] == product["variants"]
    for row, given in zip(dumped, record["fields"]["variants"], strict=True):
        for name in ("sku", "barcode", "options"):
            assert row.get(name) == given.get(name)
        assert row["updatedAt"] == product["updatedAt"] and row["productId"] == product["id"]


def test_users_change_products_and_variants(shop: Running, caller: Caller) -> None:
    family = bolts(caller)
    first, second = (one["id"] for one in family["variants"]["nodes"])
    shop.control(
        "edit", {"object": "Product", "id": family["id"], "fields": {"media": [{"url": "https://cdn.example/1.png"}]}}
    )
    fields = {"barcode": "4006381333931", "metafields": [{"namespace": "custom", "key": "note", "value": "x"}]}
    shop.control("edit", {"object": "ProductVariant", "id": first, "fields": fields})
    third = shop.control("create", {"object": "ProductVariant", "fields": {
        "productId": family["id"], "options": ["50 mm"], "sku": "B-50"}})["id"]  # fmt: skip
    query = """query ($id: ID!) { product(id: $id) {
        media(first: 3) { nodes { ... on MediaImage { image { url } } } }
        variants(first: 9) { nodes { id barcode sku } } } }"""
    found = caller.data(query, id=family["id"])["product"]
    assert found["media"]["nodes"] == [{"image": {"url": "https://cdn.example/1.png"}}]
    assert found["variants"]["nodes"] == [
        {"id": first, "barcode": "4006381333931", "sku": "B-40"}, {"id": second, "barcode": None, "sku": "B-45"},
        {"id": third, "barcode": None, "sku": "B-50"},
    ]  # fmt: skip
    answer = shop.http.post(f"{shop.url}/_control/edit", json={
        "object": "ProductVariant", "id": first, "fields": {"colour": "red"}})  # fmt: skip
    assert answer.status_code >= 400 and "no such field" in answer.text
    for id in (first, second):
        shop.control("remove", {"object": "ProductVariant", "id": id})
    assert [row["id"] for row in shop.dump("ProductVariant") if not row["deleted"]] == [third]

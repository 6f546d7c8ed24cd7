"""The simulated shop over HTTP: what it takes, keeps, finds and refuses."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.connectors.sandbox.server import PROJECT, Running, running
from tests.connectors.sandbox.shopify_shop import COMPANY_CREATE, OPTIONS, SET, Caller

README = PROJECT / "connectors" / "sandbox" / "shopify" / "README.md"
UPDATED = """query Updated($first: Int!, $after: String, $query: String, $reverse: Boolean) {
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT, reverse: $reverse) {
    nodes { id updatedAt } pageInfo { hasNextPage endCursor }
  }
}"""
STREET = {"address1": "Ringstr. 1", "city": "Ulm", "countryCode": "DE", "zip": "89073"}


@pytest.fixture(scope="module")
def process() -> Iterator[Running]:
    with running("shopify", **OPTIONS) as shop:
        yield shop


@pytest.fixture
def shop(process: Running) -> Running:
    process.control("reset")
    return process


@pytest.fixture
def caller(shop: Running) -> Caller:
    return Caller(shop)


# ---- the door -------------------------------------------------------------------------------------------------------


def test_wrong_token_version_and_body(shop: Running, caller: Caller) -> None:
    assert Caller(shop, "wrong").raw("{ shop { name } }").status_code == 401
    assert caller.raw("{ shop { name } }", version="2019").status_code == 404
    assert caller.raw("").status_code == 400
    assert shop.http.get(f"{shop.url}/admin/api/2026-10/customers.json").status_code == 404
    assert shop.control("counters", method="GET")["writes"] == 0


@pytest.mark.parametrize(
    ("query", "variables", "code", "message"),
    [
        ("{ orders(first: 1) { nodes { id } } }", {}, "undefinedField", "Field 'orders' doesn't exist on type"),
        ("{ customers(first: 1, savedSearchId: 1) { nodes { id } } }", {}, "argumentNotAccepted", "savedSearchId"),
        ("{ customer { id } }", {}, "missingRequiredArguments", "missing required arguments: id"),
        ("{ shop }", {}, "selectionMismatch", "Field must have selections"),
        ("query ($a: ID!) { shop { id } }", {"a": "1"}, "variableNotUsed", "$a is declared"),
        (SET, {"input": {"nickname": "x"}}, "INVALID_VARIABLE", "nickname (Field is not defined on CustomerSetInput)"),
        (SET, {}, "INVALID_VARIABLE", "Variable $input of type CustomerSetInput! was provided invalid value"),
        (SET, {"input": {}, "identifier": {"email": "a@b.de", "phone": "1"}}, "INVALID_VARIABLE", "SetIdentifiers was"),
        ("{ customers { nodes { id } } }", {}, "BAD_REQUEST", "one of first or last"),
        ("{ customers(first: 251) { nodes { id } } }", {}, "BAD_REQUEST", "between 0 and 250"),
        ('{ customers(first: 1, query: "total_spent:>5") { nodes { id } } }', {}, "BAD_REQUEST", "total_spent"),
        ('{ customers(first: 1, after: "x") { nodes { id } } }', {}, "BAD_REQUEST", "Invalid cursor"),
        ('{ customer(id: "gid://shopify/Company/1") { id } }', {}, "RESOURCE_NOT_FOUND", "invalid id"),
        ('{ node(id: "gid://shopify/Order/1") { id } }', {}, "RESOURCE_NOT_FOUND", "holds no Order"),
    ],
)
def test_what_is_not_simulated_is_an_error(caller: Caller, query, variables, code, message) -> None:
    answer = caller.raw(query, **variables)
    error = answer.json()["errors"][0]
    assert answer.status_code == 200
    assert (error["extensions"]["code"], message in error["message"]) == (code, True), error


def test_a_syntax_error_has_no_data(caller: Caller) -> None:
    answer = caller.raw("{ shop ").json()
    assert "syntax error" in answer["errors"][0]["message"] and "data" not in answer


# ---- customers ------------------------------------------------------------------------------------------------------


def test_customer_is_stored_in_the_shops_own_form(caller: Caller) -> None:
    address = {"address1": " 5th Ave ", "countryCode": "US", "provinceCode": " ny", "zip": " sw1a 1aa "}
    found = caller.customer(email=" Jo@Example.COM ", phone="030 1234567", tags=["b, a", "A"], addresses=[address])
    assert (found["email"], found["phone"]) == ({"emailAddress": "jo@example.com"}, {"phoneNumber": "+49301234567"})
    assert found["tags"] == ["A", "b"]
    (kept,) = found["addressesV2"]["nodes"]
    assert kept["id"].endswith("?model_name=CustomerAddress") and found["defaultAddress"]["id"] == kept["id"]
    assert {**kept, "id": ""} == {
        "id": "", "address1": "5th Ave", "provinceCode": "NY", "zip": "SW1A 1AA", "countryCodeV2": "US",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("input", "errors"),
    [
        ({}, [(None, "MISSING_FIELD_REQUIRED")]),
        ({"email": "taken@example.com"}, [(["input", "email"], "TAKEN")]),
        ({"phone": "+49 30 1234567"}, [(["input", "phone"], "TAKEN")]),
        ({"email": "no address", "phone": "abc"}, [(["input", "email"], "INVALID"), (["input", "phone"], "INVALID")]),
        ({"firstName": "x" * 256}, [(["input", "firstName"], "TOO_LONG")]),
        ({"lastName": "<b>x</b>"}, [(["input", "lastName"], "INVALID")]),
        ({"lastName": "x", "addresses": [{"countryCode": "US", "provinceCode": "ZZ"}]},
         [(["input", "addresses", "0", "provinceCode"], "INVALID")]),
        ({"lastName": "x", "addresses": [STREET, STREET]}, [(["input", "addresses", "1"], "TAKEN")]),
    ],
)  # fmt: skip
def test_what_a_customer_must_be(shop: Running, caller: Caller, input, errors) -> None:
    caller.customer(email="taken@example.com", phone="030 1234567")
    payload, found = caller.act(SET, input=input)
    assert (payload["customer"], found) == (None, errors)
    assert len(shop.dump("Customer")) == 1


def test_set_finds_by_each_identifier(caller: Caller) -> None:
    made, _ = caller.act(SET, identifier={"customId": {"namespace": "mdm", "key": "key", "value": "K1"}},
                         input={"email": "a@example.com", "phone": "+49301234567"})  # fmt: skip
    assert made["customer"]["metafield"] == {"value": "K1", "type": "id"}
    for identifier, input in [
        ({"customId": {"namespace": "mdm", "key": "key", "value": "K1"}}, {}),
        ({"email": "A@example.com"}, {"email": "a@example.com"}),
        ({"phone": "030 1234567"}, {"phone": "+49301234567"}),
        ({"id": made["customer"]["id"]}, {}),
    ]:
        again, errors = caller.act(SET, identifier=identifier, input={**input, "firstName": str(identifier)[:20]})
        assert (errors, again["customer"]["id"]) == ([], made["customer"]["id"])
    fresh, _ = caller.act(SET, identifier={"email": "new@example.com"}, input={"email": "new@example.com"})
    assert fresh["customer"]["id"] != made["customer"]["id"]


@pytest.mark.parametrize(
    ("identifier", "input", "error"),
    [
        ({"id": "gid://shopify/Customer/1"}, {"firstName": "x"}, (["input"], "NOT_FOUND")),
        ({"email": "a@example.com"}, {"firstName": "x"}, (["input"], "MISSING_FIELD_REQUIRED")),
        ({"email": "a@example.com"}, {"email": "b@example.com"}, (["input"], "INPUT_MISMATCH")),
        ({"email": "a@example.com"}, {"id": "1", "email": "a@example.com"}, (["input", "id"], "ID_NOT_ALLOWED")),
    ],
)
def test_set_refuses_wrong_identifiers(caller: Caller, identifier, input, error) -> None:
    assert caller.act(SET, identifier=identifier, input=input)[1] == [error]


def test_custom_id_needs_a_definition_of_type_id(caller: Caller) -> None:
    custom = {"customId": {"namespace": "mdm", "key": "golden_id", "value": "1"}}
    answer = caller.ask(SET, identifier=custom, input={"firstName": "x"})
    assert answer["data"] == {"customerSet": None} and answer["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    by_id = "query ($i: CustomerIdentifierInput!) { customerByIdentifier(identifier: $i) { id } }"
    assert caller.ask(by_id, i=custom)["errors"][0]["message"].startswith("Metafield definition of type 'id'")
    assert caller.data(by_id, i={"emailAddress": "nobody@example.com"}) == {"customerByIdentifier": None}


def test_lists_replace_and_the_rest_stays(caller: Caller) -> None:
    made = caller.customer(email="a@example.com", firstName="Ann", tags=["old"], addresses=[STREET, {"city": "Bonn"}])
    first, second = (node["id"] for node in made["addressesV2"]["nodes"])
    changed, errors = caller.act(
        SET, identifier={"id": made["id"]}, input={"tags": ["new"], "addresses": [{"city": "Köln"}, STREET]}
    )
    kept = [node["id"] for node in changed["customer"]["addressesV2"]["nodes"]]
    assert errors == [] and changed["customer"]["firstName"] == "Ann" and changed["customer"]["tags"] == ["new"]
    assert kept[1] == first and kept[0] not in (first, second) and changed["customer"]["defaultAddress"]["id"] == first
    moved, _ = caller.act(
        SET, identifier={"id": made["id"]}, input={"addresses": [{"id": first, "city": "Ulm"}, STREET]}
    )
    ids = [node["id"] for node in moved["customer"]["addressesV2"]["nodes"]]
    assert ids[0] == first and ids[1] not in (first, *kept), "an address named by its id is no other entry's"

    emptied, _ = caller.act(SET, identifier={"id": made["id"]}, input={"addresses": []})
    assert emptied["customer"]["addressesV2"]["nodes"] == [] and emptied["customer"]["defaultAddress"] is None


def test_create_update_consent_delete(shop: Running, caller: Caller) -> None:
    create = """mutation ($input: CustomerInput!) { customerCreate(input: $input) {
        customer { id defaultEmailAddress { marketingState } } userErrors { field message } } }"""
    update = create.replace("customerCreate", "customerUpdate")
    consent = """mutation ($input: CustomerEmailMarketingConsentUpdateInput!) {
        customerEmailMarketingConsentUpdate(input: $input) {
          customer { defaultEmailAddress { marketingState } } userErrors { field message code } } }"""
    delete = """mutation ($input: CustomerDeleteInput!) {
        customerDelete(input: $input) { deletedCustomerId userErrors { field message } } }"""
    subscribed = {"marketingState": "SUBSCRIBED", "marketingOptInLevel": "SINGLE_OPT_IN"}
    made, _ = caller.act(create, input={"email": "a@example.com", "emailMarketingConsent": subscribed})
    id = made["customer"]["id"]
    assert made["customer"]["defaultEmailAddress"] == {"marketingState": "SUBSCRIBED"}
    assert caller.act(create, input={"email": "A@EXAMPLE.com"})[1] == [(["email"], "Email has already been taken")]
    assert caller.act(update, input={"id": id, "emailMarketingConsent": subscribed})[1][0][0] == [
        "emailMarketingConsent"
    ]
    for state, errors in [
        ("UNSUBSCRIBED", []),
        ("NOT_SUBSCRIBED", [(["input", "emailMarketingConsent", "marketingState"], "INVALID")]),
    ]:
        given = {"customerId": id, "emailMarketingConsent": {"marketingState": state}}
        assert caller.act(consent, input=given)[1] == errors
    assert caller.act(delete, input={"id": id})[0]["deletedCustomerId"] == id
    assert caller.act(delete, input={"id": id})[1] == [(["id"], "Customer can't be found")]
    assert caller.act(SET, input={"email": "a@example.com"})[1] == []
    assert [row["deleted"] for row in shop.dump("Customer")] == [False, True]


# ---- metafields -----------------------------------------------------------------------------------------------------

METAFIELDS = """mutation ($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
    metafields { id value type compareDigest } userErrors { field message code elementIndex } } }"""


def test_metafields_are_typed_unique_and_set_together(caller: Caller) -> None:
    one, two = (caller.customer(email=f"{name}@example.com")["id"] for name in "ab")

    def mine(owner: str, key: str, value: str, **more) -> dict:
        return {"ownerId": owner, "namespace": "mdm", "key": key, "value": value, **more}

    assert caller.act(METAFIELDS, metafields=[mine(one, "key", "K1"), mine(one, "sap_id", "4711")])[1] == []
    for entries, error in [
        ([mine(two, "sap_id", "1"), mine(two, "key", "K1")], (["metafields", "1", "value"], "TAKEN")),
        ([mine(one, "key", "K9"), mine(two, "key", "K9")], (["metafields", "1", "value"], "TAKEN")),
        ([mine(two, "key", "K2", type="single_line_text_field")], (["metafields", "0", "type"], "INVALID_TYPE")),
        ([mine(two, "unknown", "x")], (["metafields", "0", "type"], "BLANK")),
        ([mine(two, "flag", "perhaps", type="boolean")], (["metafields", "0", "value"], "INVALID_VALUE")),
        ([mine(two, "key", "  ")], (["metafields", "0", "value"], "BLANK")),
        ([mine("gid://shopify/Customer/1", "key", "x")], (["metafields", "0", "ownerId"], "INVALID")),
        ([mine(one, "key", "K3", compareDigest="stale")], (["metafields", "0", "compareDigest"], "STALE_OBJECT")),
        ([mine(two, "sap_id", str(n)) for n in range(26)], (["metafields"], "LESS_THAN_OR_EQUAL_TO")),
    ]:
        assert caller.act(METAFIELDS, metafields=entries)[1] == [error]
    metafields = 'metafields(first: 5, keys: ["mdm.key", "mdm.sap_id"]) { nodes { value } }'
    read = f"{{ customers(first: 2) {{ nodes {{ {metafields} }} }} }}"
    held = [node["metafields"]["nodes"] for node in caller.data(read)["customers"]["nodes"]]
    assert held == [[{"value": "K1"}, {"value": "4711"}], []]


def test_metafields_can_be_taken_away_and_their_value_given_anew(caller: Caller) -> None:
    one, two = (caller.customer(email=f"{name}@example.com")["id"] for name in "ab")
    place = {"namespace": "mdm", "key": "key"}
    delete = """mutation ($metafields: [MetafieldIdentifierInput!]!) { metafieldsDelete(metafields: $metafields) {
        deletedMetafields { ownerId key } userErrors { field message } } }"""
    caller.act(METAFIELDS, metafields=[{"ownerId": one, **place, "value": "K1"}])
    gone, _ = caller.act(delete, metafields=[{"ownerId": one, **place}, {"ownerId": two, **place}])
    assert gone["deletedMetafields"] == [{"ownerId": one, "key": "key"}, None]
    assert caller.act(METAFIELDS, metafields=[{"ownerId": two, **place, "value": "K1"}])[1] == []


def test_definitions(caller: Caller) -> None:
    define = """mutation ($d: MetafieldDefinitionInput!) { metafieldDefinitionCreate(definition: $d) {
        createdDefinition { id capabilities { uniqueValues { enabled } } } userErrors { field message code } } }"""
    given = {"name": "Key", "namespace": "other", "key": "code", "ownerType": "CUSTOMER", "type": "id"}
    made, _ = caller.act(define, d=given)
    assert made["createdDefinition"]["capabilities"] == {"uniqueValues": {"enabled": True}}
    assert caller.act(define, d=given)[1] == [(["definition", "key"], "TAKEN")]
    assert caller.act(define, d={**given, "key": "x2", "type": "colour"})[1] == [(["definition", "type"], "INCLUSION")]
    listed = caller.data('{ metafieldDefinitions(first: 9, ownerType: CUSTOMER, key: "code") { nodes { namespace } } }')
    assert listed["metafieldDefinitions"]["nodes"] == [{"namespace": "other"}]


# ---- companies ------------------------------------------------------------------------------------------------------


def company(caller: Caller, **more) -> dict:
    payload, errors = caller.act(COMPANY_CREATE, input={"company": {"name": "ACME"}, **more})
    assert errors == []
    return payload["company"]


def test_company_with_contact_and_location(caller: Caller) -> None:
    made = company(
        caller,
        company={"name": "<b>ACME</b> GmbH", "externalId": "X-1"},
        companyContact={"email": "jo@acme.de", "lastName": "Jo", "title": "Buyer"},
        companyLocation={"shippingAddress": STREET, "billingSameAsShipping": True, "taxRegistrationId": "DE1"},
    )
    (location,) = made["locations"]["nodes"]
    assert (made["name"], made["externalId"], made["mainContact"]["title"]) == ("ACME GmbH", "X-1", "Buyer")
    assert (location["name"], location["taxSettings"]) == ("Ringstr. 1", {"taxRegistrationId": "DE1"})
    assert [role["name"] for role in made["contactRoles"]["nodes"]] == ["Location admin", "Ordering only"]
    assert company(caller)["locations"]["nodes"][0]["name"] == "ACME"


@pytest.mark.parametrize(
    ("input", "errors"),
    [
        ({"company": {"name": " "}}, [(["input", "company", "name"], "BLANK")]),
        ({"company": {"name": "B", "externalId": "X-1"}}, [(["input", "company", "externalId"], "TAKEN")]),
        ({"company": {"name": "B"}, "companyContact": {"lastName": "x"}},
         [(["input", "companyContact", "email"], "BLANK")]),
        ({"company": {"name": "B"}, "companyContact": {"email": "taken@example.com"}},
         [(["input", "companyContact", "email"], "TAKEN")]),
        ({"company": {"name": "B"}, "companyLocation": {"shippingAddress": {"city": "Ulm"}}},
         [(["input", "companyLocation", "shippingAddress", "address1"], "BLANK"),
          (["input", "companyLocation", "shippingAddress", "countryCode"], "BLANK")]),
        ({"company": {"name": "B"}, "companyLocation": {"billingAddress": {**STREET, "countryCode": "IN",
                                                                          "zoneCode": "XX"}}},
         [(["input", "companyLocation", "billingAddress", "zoneCode"], "INVALID")]),
    ],
)  # fmt: skip
def test_what_a_company_must_be(shop: Running, caller: Caller, input, errors) -> None:
    company(caller, company={"name": "A", "externalId": "X-1"})
    caller.customer(email="taken@example.com")
    payload, found = caller.act(COMPANY_CREATE, input=input)
    assert (payload["company"], found) == (None, errors)
    assert (len(shop.dump("Company")), len(shop.dump("Customer")), len(shop.dump("CompanyLocation"))) == (1, 1, 1)


def test_contacts(caller: Caller) -> None:
    assign = """mutation ($companyId: ID!, $customerId: ID!) {
        companyAssignCustomerAsContact(companyId: $companyId, customerId: $customerId) {
          companyContact { id isMainContact } userErrors { field message code } } }"""
    delete = "mutation ($i: ID!) { customerDelete(input: {id: $i}) { deletedCustomerId userErrors { field message } } }"
    change = """mutation ($id: ID!, $input: CompanyContactInput!) {
        companyContactUpdate(companyContactId: $id, input: $input) {
          companyContact { title customer { firstName } } userErrors { field message code } } }"""
    leave = """mutation ($id: ID!) { companyContactRemoveFromCompany(companyContactId: $id) {
          removedCompanyContactId userErrors { field message code } } }"""
    firm, other = company(caller)["id"], company(caller)["id"]
    person, nameless = caller.customer(email="p@example.com")["id"], caller.customer(lastName="no mail")["id"]
    made, _ = caller.act(assign, companyId=firm, customerId=person)
    contact = made["companyContact"]["id"]
    assert made["companyContact"]["isMainContact"] is False
    for id, error in [(person, (["companyId"], "INVALID_INPUT")), (nameless, (["companyId"], "INVALID_INPUT"))]:
        assert caller.act(assign, companyId=firm, customerId=id)[1] == [error]
    assert caller.act(assign, companyId=other, customerId=person)[1] == []
    assert "company contact" in caller.act(delete, i=person)[1][0][1]
    changed, _ = caller.act(change, id=contact, input={"title": "Chief", "firstName": "Pat"})
    assert changed["companyContact"] == {"title": "Chief", "customer": {"firstName": "Pat"}}
    profiles = caller.data(
        "query ($i: ID!) { customer(id: $i) { companyContactProfiles { id company { id } } } }", i=person
    )
    assert [one["company"]["id"] for one in profiles["customer"]["companyContactProfiles"]] == [firm, other]
    for profile in profiles["customer"]["companyContactProfiles"]:
        assert caller.act(leave, id=profile["id"])[1] == []
    assert caller.act(delete, i=person)[0]["deletedCustomerId"] == person


def test_locations_addresses_and_tax(caller: Caller) -> None:
    made = company(caller)
    location = made["locations"]["nodes"][0]["id"]
    assign = """mutation ($id: ID!, $address: CompanyAddressInput!, $types: [CompanyAddressType!]!) {
        companyLocationAssignAddress(locationId: $id, address: $address, addressTypes: $types) {
          addresses { id address1 zip } userErrors { field message code } } }"""
    tax = """mutation ($id: ID!, $no: String) {
        companyLocationTaxSettingsUpdate(companyLocationId: $id, taxRegistrationId: $no, taxExempt: true) {
          companyLocation { taxSettings { taxRegistrationId taxExempt } } userErrors { field message code } } }"""
    update = """mutation ($id: ID!, $input: CompanyLocationUpdateInput!) {
        companyLocationUpdate(companyLocationId: $id, input: $input) {
          companyLocation { name phone buyerExperienceConfiguration { paymentTermsTemplate { name } } }
          userErrors { field message code } } }"""
    both, _ = caller.act(assign, id=location, address=STREET, types=["BILLING", "SHIPPING"])
    assert [one["address1"] for one in both["addresses"]] == ["Ringstr. 1", "Ringstr. 1"]
    again, _ = caller.act(assign, id=location, address={"zip": "1 a"}, types=["BILLING"])
    assert again["addresses"] == [{"id": both["addresses"][0]["id"], "address1": "Ringstr. 1", "zip": "1 A"}]
    for number, held in [("DE123", "DE123"), (None, None)]:
        taxed, _ = caller.act(tax, id=location, no=number)
        assert taxed["companyLocation"]["taxSettings"] == {"taxRegistrationId": held, "taxExempt": True}
    terms = {"paymentTermsTemplateId": "gid://shopify/PaymentTermsTemplate/4"}
    done, _ = caller.act(update, id=location, input={"phone": "0731 123456", "buyerExperienceConfiguration": terms})
    assert done["companyLocation"] == {
        "name": "ACME",
        "phone": "+49731123456",
        "buyerExperienceConfiguration": {"paymentTermsTemplate": {"name": "Net 30"}},
    }
    drop = """mutation ($id: ID!) { companyLocationDelete(companyLocationId: $id) {
        deletedCompanyLocationId userErrors { field message code } } }"""
    assert caller.act(drop, id=location)[1] == [(["companyLocationId"], "FAILED_TO_DELETE")]


def test_deleted_company_takes_contacts_but_not_customers(shop: Running, caller: Caller) -> None:
    made = company(caller, companyContact={"email": "jo@acme.de"})
    delete = "mutation ($i: ID!) { companyDelete(id: $i) { deletedCompanyId userErrors { field message code } } }"
    assert caller.act(delete, i=made["id"])[0]["deletedCompanyId"] == made["id"]
    assert [row["deleted"] for row in shop.dump("CompanyContact") + shop.dump("CompanyLocation")] == [True, True]
    assert [row["deleted"] for row in shop.dump("Customer")] == [False]
    events = """{ events(first: 9, query: "action:destroy AND subject_type:COMPANY") {
        nodes { action ... on BasicEvent { subjectId } } } }"""
    assert caller.data(events)["events"]["nodes"] == [{"action": "destroy", "subjectId": made["id"]}]


# ---- reading --------------------------------------------------------------------------------------------------------


def seed(shop: Running, count: int, second: str = "2025-03-01T00:00:{:02d}Z") -> list[str]:
    ids = [f"gid://shopify/Customer/{100 + n}" for n in range(count)]
    fields = [
        {"id": id, "email": f"c{n}@example.com", "lastName": f"Name{n}", "updatedAt": second.format(n // 2)}
        for n, id in enumerate(ids)
    ]
    assert shop.control("load", {"records": [{"object": "Customer", "fields": one} for one in fields]}) == {
        "loaded": count
    }
    return ids


def test_pages_in_order_of_change_survive_changes_between_them(shop: Running, caller: Caller) -> None:
    ids = seed(shop, 9)
    seen, after = [], None
    for turn in range(5):
        page = caller.data(UPDATED, first=2, after=after)["customers"]
        seen += [node["id"] for node in page["nodes"]]
        if turn == 0:  # one already read moves to the end and comes again
            shop.control("edit", {"object": "Customer", "id": ids[0], "fields": {"firstName": "New"}})
        after = page["pageInfo"]["endCursor"]
    assert seen == [*ids, ids[0]] and page["pageInfo"]["hasNextPage"] is False
    reverse = caller.data(UPDATED, first=3, reverse=True)["customers"]
    assert [node["id"] for node in reverse["nodes"]] == [ids[0], ids[8], ids[7]]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("updated_at:>='2025-03-01T00:00:03Z'", [6, 7]),
        ("updated_at:>'2025-03-01T00:00:03Z'", []),
        ("updated_at:>='2025-03-01T05:30:03+05:30'", [6, 7]),
        ("updated_at:2025-03-01 AND updated_at:<'2025-03-01T00:00:01Z'", [0, 1]),
        ('email:"c3@example.com"', [3]),
        ("email:c3@example", [3]),
        ("id:103 OR last_name:name5", [3, 5]),
        ("NOT (id:<106 OR email:c6*)", [7]),
        ("-email:* ", []),
        ("tag:vip,gold", [2]),
        ("last_name:Name1 first_name:x", []),
    ],
)
def test_search(shop: Running, caller: Caller, query, places) -> None:
    ids = seed(shop, 8)
    shop.control("edit", {"object": "Customer", "id": ids[2], "fields": {"tags": ["Gold"]}, "silent": True})
    found = caller.data(UPDATED, first=50, query=query)["customers"]["nodes"]
    assert [node["id"] for node in found] == [ids[place] for place in places]


def test_unknown_search_field_is_ignored_with_a_warning(shop: Running, caller: Caller) -> None:
    seed(shop, 2)
    answer = caller.ask(UPDATED, first=5, query="shoe_size:44")
    assert len(answer["data"]["customers"]["nodes"]) == 2
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "shoe_size"


def test_companies_are_found_by_external_id_and_metafield(shop: Running, caller: Caller) -> None:
    fields = {"name": "ACME", "externalId": "X-1", "metafields": [{"namespace": "mdm", "key": "sap_id", "value": "7"}]}
    id = shop.control("create", {"object": "Company", "fields": fields})["id"]
    shop.control("create", {"object": "Company", "fields": {"name": "Other"}})
    for query in ("external_id:X-1", "metafields.mdm.sap_id:7", "name:acm"):
        found = caller.data("query ($q: String) { companies(first: 5, query: $q) { nodes { id } } }", q=query)
        assert found["companies"]["nodes"] == [{"id": id}]


def test_nodes_keep_their_places(shop: Running, caller: Caller) -> None:
    ids = seed(shop, 1)
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { lastName } } }"
    found = caller.data(query, ids=["gid://shopify/Customer/1", ids[0]])
    assert found["nodes"] == [None, {"id": ids[0], "lastName": "Name0"}]


# ---- users' acts ----------------------------------------------------------------------------------------------------


def test_users_acts(shop: Running, caller: Caller) -> None:
    (id,) = seed(shop, 1)
    read = "query ($id: ID!) { customer(id: $id) { firstName updatedAt } }"
    before = caller.data(read, id=id)["customer"]["updatedAt"]
    shop.control("edit", {"object": "Customer", "id": id, "fields": {"firstName": "Quiet"}, "silent": True})
    assert caller.data(read, id=id)["customer"] == {"firstName": "Quiet", "updatedAt": before}
    metafield = {"namespace": "mdm", "key": "sap_id", "value": "1"}
    shop.control("edit", {"object": "Customer", "id": id, "fields": {"metafields": [metafield]}})
    assert caller.data(read, id=id)["customer"]["updatedAt"] > before
    refused = shop.http.post(f"{shop.url}/_control/create", json={"object": "Customer", "fields": {"email": "x"}})
    assert refused.status_code == 400 and "Email is invalid" in refused.json()["error"]
    assert shop.control("counters", method="GET")["by_path"] == {"graphql customer": 3}


def examples() -> list[dict]:
    text = README.read_text().partition("```json\n")[2].partition("```")[0]
    found, at = [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        record, at = json.JSONDecoder().raw_decode(text, at)
        found.append(record)
    return found


def test_the_record_form_of_the_readme_loads(shop: Running) -> None:
    customer, firm, contact, location, product, variant = examples()
    other = {"object": "Customer", "fields": {"id": 102, "email": "other@example.com"}}
    assert shop.control("load", {"records": [customer, other, firm, contact, location, product, variant]}) == {
        "loaded": 7
    }
    lengths = [row["options"][0] for row in shop.dump("ProductVariant")]
    assert lengths == ["40 mm", "45 mm", "50 mm"]
    (acme,) = shop.dump("Company")
    assert (acme["id"], acme["externalId"]) == ("gid://shopify/Company/201", "X-1")
    assert [place["name"] for place in acme["locations"]] == ["Ulm", "Bonn"]
    assert acme["locations"][0]["taxSettings"]["taxRegistrationId"] == "DE123"
    assert len(acme["contacts"]) == 3 and acme["mainContact"] == "gid://shopify/CompanyContact/301"
    asha = next(row for row in shop.dump("Customer") if row["id"] == "gid://shopify/Customer/101")
    assert (asha["updatedAt"], asha["metafields"][0]["value"]) == ("2025-03-01T10:00:00Z", "L-1")


@pytest.mark.parametrize(
    ("object", "fields", "said"),
    [
        ("Customer", {"first_name": "x"}, "no such field"),
        ("Customer", {"email": "a@example.com", "addresses": [{"street": "x"}]}, "no such field"),
        ("Company", {"name": "A", "contacts": [{"customer": {"lastName": "no mail"}}]}, "Email can't be blank"),
        ("CompanyContact", {"companyId": 9, "customerId": 9}, "There is no Company 9"),
        ("Order", {}, "choose one of Customer"),
    ],
)
def test_a_wrong_seed_is_refused_whole(shop: Running, object, fields, said) -> None:
    record = {"object": object, "fields": fields}
    answer = shop.http.post(f"{shop.url}/_control/load", json={"records": [record]})
    assert answer.status_code == 400 and said in answer.json()["error"] and "Record 0" in answer.json()["error"]
    assert shop.dump("Company") == shop.dump("Customer") == []


def test_merge(shop: Running, caller: Caller) -> None:
    kept, loser, third = seed(shop, 3)
    shop.control("edit", {"object": "Customer", "id": loser, "fields": {"phone": "030 7654321", "addresses": [STREET]}})
    shop.control("merge", {"object": "Customer", "winner": kept, "losers": [loser]})
    rows = {row["id"]: row for row in shop.dump("Customer")}
    assert (rows[kept]["phone"], rows[kept]["email"]) == ("+49307654321", "c0@example.com")
    assert rows[kept]["addresses"][0]["city"] == "Ulm"
    assert (rows[loser]["deleted"], rows[loser]["mergedInto"]) == (True, kept)
    shop.control("create", {"object": "Company", "fields": {"name": "A", "contacts": [{"customerId": third}]}})
    refused = shop.http.post(
        f"{shop.url}/_control/merge", json={"object": "Customer", "winner": kept, "losers": [third]}
    )
    assert refused.status_code == 400 and "company contact" in refused.json()["error"]


# ---- cost -----------------------------------------------------------------------------------------------------------


def test_costs(shop: Running, caller: Caller) -> None:
    seed(shop, 3)
    for query, requested, actual in [
        ("{ shop { name } }", 1, 1),
        ("{ shop { plan { shopifyPlus } } }", 2, 2),
        ("{ customers(first: 10) { nodes { id } } }", 12, 5),
        ("{ customers(first: 10) { edges { node { id defaultAddress { id } } } pageInfo { endCursor } } }", 22, 5),
        ("{ customers(first: 5) { nodes { metafields(first: 4) { nodes { key } } } } }", 37, 11),
        ("query ($n: Int = 20) { customers(first: $n) { nodes { id } } }", 22, 5),
        ("{ customers(first: 10) { nodes { id shadow: defaultAddress @include(if: false) { id } } } }", 12, 5),
    ]:
        cost = caller.ask(query)["extensions"]["cost"]
        assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (requested, actual), query
    dear = caller.ask("{ customers(first: 250) { nodes { metafields(first: 10) { nodes { key } } } } }")
    assert dear["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED" and "data" not in dear


def test_the_bucket_empties_and_comes_back() -> None:
    with running("shopify", **OPTIONS, plan={"bucket": 1000, "restore": 50}) as shop:
        caller, answers = Caller(shop), []
        query = "{ customers(first: 250) { nodes { defaultAddress { id } } } }"
        for _ in range(60):
            answers.append(caller.ask(query))
        assert all("errors" not in one for one in answers), "an empty shop costs 2 points a page"
        seed(shop, 40, second="2025-03-01T00:00:{:02d}Z")
        while "errors" not in answers[-1]:
            answers.append(caller.ask(query))
        error, cost = answers[-1]["errors"][0], answers[-1]["extensions"]["cost"]
        assert error["extensions"]["code"] == "THROTTLED" and "data" not in answers[-1]
        assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (502, None)
        status = cost["throttleStatus"]
        assert (status["maximumAvailable"], status["restoreRate"]) == (1000, 50) and status["currentlyAvailable"] < 502
        time.sleep((502 - status["currentlyAvailable"]) / 50 + 0.1)
        assert "errors" not in caller.ask(query)


def test_measured_sizing_grows_with_the_logarithm() -> None:
    with running("shopify", **OPTIONS, plan={"sizing": "measured"}) as shop:
        cost = Caller(shop).ask("{ customers(first: 250) { nodes { defaultAddress { id } } } }")["extensions"]["cost"]
        assert cost["requestedQueryCost"] == 24  # as seen of the vendor: 11 for 250, twice, and 2


# ---- faults ---------------------------------------------------------------------------------------------------------


def test_faults(shop: Running, caller: Caller) -> None:
    shop.control("fault", {"kind": "throttle", "times": 1, "match": "customerSet"})
    assert "errors" not in caller.ask("{ shop { name } }")
    throttled = caller.ask(SET, input={"email": "a@example.com"})
    assert throttled["errors"][0]["extensions"]["code"] == "THROTTLED"
    time.sleep(0.2)  # the bucket fills at 500 points a second
    shop.control("fault", {"kind": "error", "times": 1})
    broken = caller.raw("{ shop { name } }")
    assert broken.status_code == 500
    assert broken.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    shop.control("fault", {"kind": "lost_reply", "times": 1, "match": "customerSet"})
    with pytest.raises(OSError):
        caller.raw(SET, input={"email": "a@example.com"})
    assert [row["email"] for row in shop.dump("Customer")] == ["a@example.com"]


def test_two_hundred_writes_a_second_over_ten_thousand_customers(shop: Running, caller: Caller) -> None:
    records = [{"object": "Customer", "fields": {"id": n + 1, "email": f"m{n}@example.com"}} for n in range(10_000)]
    shop.control("load", {"records": records})
    started = time.monotonic()
    for n in range(200):
        caller.raw(SET, identifier={"id": f"gid://shopify/Customer/{n * 40 + 1}"}, input={"firstName": f"N{n}"})
    assert time.monotonic() - started < 2.0  # 0.3 s on an idle machine
    assert sum(row["firstName"] is not None for row in shop.dump("Customer")) == 200
